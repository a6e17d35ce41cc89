//! What is typed wherever files are judged: what may be downloaded and kept, what is written, how much is done at once.

use std::num::NonZeroUsize;

use clap::Args;

use super::{CacheArguments, DownloadArguments, OutputArguments};

/// Files that have to be got and read before they are judged.
#[derive(Args)]
pub(crate) struct ReadingArguments {
    #[command(flatten)]
    pub(crate) downloading: DownloadArguments,

    #[command(flatten)]
    pub(crate) cache: CacheArguments,

    #[command(flatten)]
    pub(crate) answering: AnsweringArguments,
}

/// How files are judged and answers are written.
#[derive(Args)]
pub(crate) struct AnsweringArguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,

    /// Files judged at the same time [default: number of cores]
    #[arg(long, env = "BADSIG_JOBS", hide_env = true, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}
