//! What was typed after `badsig report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::OutputArguments;

const MERGE_HELP: &str = "\
Parts of one run (badsig check --shard) become the report that one run would have made; when one is missing or comes \
twice, the answer is undecided. Other reports are put behind each other.

Exit codes: those of badsig check for the merged report; 2 when the reports do not fit together.";

const RENDER_HELP: &str = "\
Nothing is judged again: 'badsig judge' does that.

Exit codes: those of badsig check for the report; 2 when it cannot be read.";

/// `badsig report`.
#[derive(Subcommand)]
pub(crate) enum ReportCommand {
    /// Join reports of many machines into one report with one verdict
    #[command(after_help = MERGE_HELP)]
    Merge(MergeArguments),
    /// Show a report in another format
    #[command(after_help = RENDER_HELP)]
    Render(RenderArguments),
}

/// `badsig report merge`.
#[derive(Args)]
pub(crate) struct MergeArguments {
    /// Reports in JSON; a directory or a pattern stands for all files that it holds
    #[arg(value_name = "REPORT.json", required = true)]
    pub(crate) reports: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// `badsig report render`.
#[derive(Args)]
pub(crate) struct RenderArguments {
    /// A report in JSON
    #[arg(value_name = "REPORT.json")]
    pub(crate) report: PathBuf,

    #[command(flatten)]
    pub(crate) output: OutputArguments,
}
