//! `badsig lock` and `badsig init`: what was typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{ConfigArguments, JudgingArguments, flag};

/// `badsig lock`.
#[derive(Subcommand)]
pub(crate) enum LockCommand {
    /// Write down who signs the products of these files, for review; products of other files stay as they are
    Update(Box<LockUpdateArguments>),
    /// Show a signer lock
    Show(LockShowArguments),
}

/// `badsig lock update`.
#[derive(Args)]
pub(crate) struct LockUpdateArguments {
    /// Files, directories (with everything below) or patterns
    #[arg(value_name = "INPUT", required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) judging: JudgingArguments,
}

/// `badsig lock show`.
#[derive(Args)]
pub(crate) struct LockShowArguments {
    /// The signer lock [default: that of the policy, or badsig.lock]
    #[arg(long, env = "BADSIG_LOCK", hide_env = true, value_name = "FILE")]
    pub(crate) lock: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) config: ConfigArguments,
}

/// `badsig init`.
#[derive(Args)]
pub(crate) struct InitArguments {
    /// Replace a badsig.toml that is there
    #[arg(long, env = "BADSIG_FORCE", hide_env = true, value_parser = flag())]
    pub(crate) force: bool,
}
