//! What was typed after `badsig check`.

use std::path::PathBuf;

use clap::Args;

use super::{InsideArguments, JudgingArguments, ReadingArguments, flag};

/// `badsig check`.
#[derive(Args)]
pub(crate) struct CheckArguments {
    /// Files, directories (with everything below), patterns such as 'incoming/**/*.msi', addresses (https://…)
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Read more inputs from a file, one path or address a line; - for standard input
    #[arg(long, env = "BADSIG_FILES_FROM", hide_env = true, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,

    /// Paths in --files-from end with a NUL character instead of a line end
    #[arg(short = '0', long, env = "BADSIG_NULL", hide_env = true, value_parser = flag())]
    pub(crate) null: bool,

    /// Judge the installers of a winget manifest too: download, compare the SHA-256, judge; repeat for several
    #[arg(long, env = "BADSIG_WINGET", hide_env = true, value_name = "YAML")]
    pub(crate) winget: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) judging: JudgingArguments,

    /// Compute SHA-1 of every file too, as update catalogs use it
    #[arg(long, env = "BADSIG_SHA1", hide_env = true, value_parser = flag(), help_heading = "Judging")]
    pub(crate) sha1: bool,

    #[command(flatten)]
    pub(crate) inside: InsideArguments,

    /// Judge only part K of N of the files, balanced by size; 'auto': as the environment says
    #[arg(long, env = "BADSIG_SHARD", hide_env = true, value_name = "K/N", value_parser = crate::shard::parse)]
    pub(crate) shard: Option<crate::shard::Shard>,

    #[command(flatten)]
    pub(crate) reading: ReadingArguments,
}
