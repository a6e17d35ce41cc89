//! What was typed after `badsig judge`.

use std::path::PathBuf;

use clap::Args;

use super::{AnsweringArguments, JudgingArguments};

/// `badsig judge`.
#[derive(Args)]
pub(crate) struct JudgeArguments {
    /// A report in JSON; - for standard input
    #[arg(value_name = "REPORT.json")]
    pub(crate) report: PathBuf,

    #[command(flatten)]
    pub(crate) judging: JudgingArguments,

    #[command(flatten)]
    pub(crate) answering: AnsweringArguments,
}
