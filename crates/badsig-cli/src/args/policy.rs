//! What decides besides the targets, typed: levels, exceptions, approved certificates, earlier reports and locks.

use std::path::PathBuf;

use clap::Args;

use super::flag;

/// The policy file.
#[derive(Args, Clone, Default)]
pub(crate) struct ConfigArguments {
    /// The policy [default: badsig.toml in this directory or one above, within the repository]
    #[arg(long, env = "BADSIG_CONFIG", hide_env = true, value_name = "FILE", help_heading = "Policy")]
    pub(crate) config: Option<PathBuf>,

    /// No policy file, even when there is one
    #[arg(long, env = "BADSIG_NO_CONFIG", hide_env = true, value_parser = flag(), help_heading = "Policy",
        conflicts_with = "config")]
    pub(crate) no_config: bool,
}

/// The policy file, and what is said against it.
#[derive(Args, Clone, Default)]
pub(crate) struct PolicyArguments {
    #[command(flatten)]
    pub(crate) file: ConfigArguments,

    /// Block what this check finds; repeat for several
    #[arg(
        long,
        env = "BADSIG_DENY",
        hide_env = true,
        value_name = "CHECK",
        value_delimiter = ',',
        help_heading = "Policy"
    )]
    pub(crate) deny: Vec<String>,

    /// Only warn of what this check finds
    #[arg(
        long,
        env = "BADSIG_WARN",
        hide_env = true,
        value_name = "CHECK",
        value_delimiter = ',',
        help_heading = "Policy"
    )]
    pub(crate) warn: Vec<String>,

    /// Only note what this check finds
    #[arg(
        long,
        env = "BADSIG_ALLOW",
        hide_env = true,
        value_name = "CHECK",
        value_delimiter = ',',
        help_heading = "Policy"
    )]
    pub(crate) allow: Vec<String>,

    /// Content certificates that the site approves: ContentCertificates, or a list of SHA-1 thumbprints
    #[arg(
        long,
        env = "BADSIG_APPROVED_CERTIFICATES",
        hide_env = true,
        value_name = "DIR|FILE",
        help_heading = "Policy"
    )]
    pub(crate) approved_certificates: Option<PathBuf>,

    /// An earlier report (JSON): what it found in the same bytes does not block again
    #[arg(
        long,
        env = "BADSIG_BASELINE",
        hide_env = true,
        value_name = "REPORT.json",
        help_heading = "Policy"
    )]
    pub(crate) baseline: Option<PathBuf>,

    /// The signer lock: who signed each product before
    #[arg(long, env = "BADSIG_LOCK", hide_env = true, value_name = "FILE", help_heading = "Policy")]
    pub(crate) lock: Option<PathBuf>,
}
