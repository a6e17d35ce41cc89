//! What was typed after `badsig judge`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use super::{JudgingArguments, OutputArguments};

/// `badsig judge`.
#[derive(Args)]
pub(crate) struct JudgeArguments {
    /// A report in JSON; - for standard input
    #[arg(value_name = "REPORT.json")]
    pub(crate) report: PathBuf,

    #[command(flatten)]
    pub(crate) judging: JudgingArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    /// Files judged at the same time [default: number of cores]
    #[arg(long, env = "BADSIG_JOBS", hide_env = true, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}
