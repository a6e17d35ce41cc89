//! Where facts of earlier runs are kept, typed.

use std::path::PathBuf;

use clap::Args;

/// The cache of facts.
#[derive(Args)]
pub(crate) struct CacheArguments {
    /// Keep what is read from files here, and do not read files again that are still what they were
    #[arg(long, env = "BADSIG_CACHE", hide_env = true, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
}
