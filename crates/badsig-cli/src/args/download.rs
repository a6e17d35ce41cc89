//! What was typed about downloads.

use std::path::PathBuf;

use clap::Args;

use super::flag;

/// Where downloads go, and how much of the network they may take.
#[derive(Args)]
pub(crate) struct DownloadArguments {
    /// Where downloads are kept: a run that was stopped goes on there, and what is current is not sent again
    #[arg(
        long,
        env = "BADSIG_DOWNLOADS",
        hide_env = true,
        value_name = "DIR",
        default_value = ".badsig-downloads",
        help_heading = "Downloads"
    )]
    pub(crate) downloads: PathBuf,

    /// Bytes a second of all downloads together [default: no limit]
    #[arg(long, env = "BADSIG_LIMIT_RATE", hide_env = true, value_name = "BYTES", help_heading = "Downloads",
        value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit_rate: Option<u64>,

    /// Largest file, in bytes [default: 16 GiB]
    #[arg(
        long,
        env = "BADSIG_DOWNLOAD_LIMIT",
        hide_env = true,
        value_name = "BYTES",
        help_heading = "Downloads"
    )]
    pub(crate) download_limit: Option<u64>,

    /// Authorities (PEM) that are trusted for TLS besides those of the system, as of an inspecting proxy
    #[arg(
        long,
        env = "BADSIG_TLS_AUTHORITIES",
        hide_env = true,
        value_name = "FILE",
        help_heading = "Downloads"
    )]
    pub(crate) tls_authorities: Option<PathBuf>,

    /// Servers with private, loopback and link-local addresses may be asked for files
    #[arg(long, env = "BADSIG_DOWNLOAD_FROM_PRIVATE", hide_env = true, value_parser = flag(),
        help_heading = "Downloads")]
    pub(crate) download_from_private: bool,
}
