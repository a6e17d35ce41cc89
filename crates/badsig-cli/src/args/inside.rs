//! How far a file is looked into, typed: the same options wherever files are opened.

use std::path::PathBuf;

use clap::Args;

/// Depth and limits.
#[derive(Args)]
pub(crate) struct InsideArguments {
    /// How deep members of installers and cabinets are opened; 0 looks at the outer file only
    #[arg(
        long,
        env = "BADSIG_DEPTH",
        hide_env = true,
        value_name = "N",
        default_value_t = 3,
        help_heading = "Looking inside"
    )]
    pub(crate) depth: usize,

    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

/// What looking into one file may cost.
#[derive(Args)]
pub(crate) struct LimitArguments {
    /// Most members of one file, those of its members included [default: 50000]
    #[arg(
        long,
        env = "BADSIG_MAX_MEMBERS",
        hide_env = true,
        value_name = "N",
        help_heading = "Looking inside"
    )]
    pub(crate) max_members: Option<usize>,

    /// Most bytes that one file may unpack to [default: 17179869184, which is 16 GiB]
    #[arg(
        long,
        env = "BADSIG_MAX_UNPACKED",
        hide_env = true,
        value_name = "BYTES",
        help_heading = "Looking inside"
    )]
    pub(crate) max_unpacked: Option<u64>,

    /// How many times its size a file may unpack to, beyond the first 128 MiB [default: 100]
    #[arg(
        long,
        env = "BADSIG_MAX_RATIO",
        hide_env = true,
        value_name = "N",
        help_heading = "Looking inside"
    )]
    pub(crate) max_ratio: Option<u64>,

    /// Longest time to look into one file
    #[arg(
        long,
        env = "BADSIG_MAX_SECONDS",
        hide_env = true,
        value_name = "N",
        default_value_t = 600,
        help_heading = "Looking inside"
    )]
    pub(crate) max_seconds: u64,

    /// Where large members are put while they are judged [default: the system's place, TMPDIR]
    #[arg(
        long,
        env = "BADSIG_TEMPORARY_DIRECTORY",
        hide_env = true,
        value_name = "DIR",
        help_heading = "Looking inside"
    )]
    pub(crate) temporary_directory: Option<PathBuf>,
}
