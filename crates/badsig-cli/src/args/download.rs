//! What was typed about downloads.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

/// Where downloads go, and how much of the network they may take.
#[derive(Args, Clone)]
pub(crate) struct DownloadArguments {
    /// Keep downloads in this directory: what is current is not sent again [default: the user's cache directory]
    #[arg(
        long,
        env = "BADSIG_DOWNLOAD_DIR",
        hide_env = true,
        value_name = "DIR",
        alias = "downloads",
        help_heading = "Downloads"
    )]
    pub(crate) download_dir: Option<PathBuf>,

    /// Bytes a second of all downloads together [default: no limit]
    #[arg(long, env = "BADSIG_LIMIT_RATE", hide_env = true, value_name = "BYTES", help_heading = "Downloads",
        value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit_rate: Option<u64>,

    /// Largest file, in bytes [default: 17179869184, which is 16 GiB]
    #[arg(
        long,
        env = "BADSIG_DOWNLOAD_LIMIT",
        hide_env = true,
        value_name = "BYTES",
        help_heading = "Downloads"
    )]
    pub(crate) download_limit: Option<u64>,

    /// Connections to one host at once [default: 4; 1 where installers of many vendors are looked at]
    #[arg(
        long,
        env = "BADSIG_CONNECTIONS_PER_HOST",
        hide_env = true,
        value_name = "N",
        help_heading = "Downloads"
    )]
    pub(crate) connections_per_host: Option<NonZeroUsize>,
}
