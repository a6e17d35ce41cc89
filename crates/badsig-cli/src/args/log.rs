//! `badsig log`: what was typed.

use std::path::PathBuf;

use clap::Args;

use super::{ShownArguments, flag};

pub(crate) const LOG_HELP: &str = "\
Read are SMS_ISVUPDATES_SYNCAGENT, wsyncmgr, PatchDownloader, WUAHandler and UpdatesDeployment (also .lo_ and dated parts), \
the log of the .NET Framework setup (text or HTML), events of the Altiris agent, and excerpts of these pasted from \
anywhere; UTF-8, UTF-16 or the Western code page.

Examples:
  badsig log SMS_ISVUPDATES_SYNCAGENT.log          why was content refused?
  badsig log X.lo_ X.log                           both parts of a rotated log, as one
  badsig log --follow SMS_ISVUPDATES_SYNCAGENT.log wait for more
  badsig log - < excerpt.txt                       a pasted excerpt

Exit codes: 0 read (with failures in it or without), 20 a log could not be read, 2 usage error.";

/// `badsig log`.
#[derive(Args)]
pub(crate) struct LogArguments {
    /// Logs; - for standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Do not end: tell of failures as they are written (JSON: one line for each)
    #[arg(short, long, env = "BADSIG_FOLLOW", hide_env = true, value_parser = flag())]
    pub(crate) follow: bool,

    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}
