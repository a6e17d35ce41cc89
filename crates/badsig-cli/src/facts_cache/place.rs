//! The directory of a cache, and what is known of paths.

use std::fs::{DirBuilder, Metadata};
use std::path::Path;

use badsig::hex::Hex;
use badsig::report::FACTS_VERSION;
use serde::{Deserialize, Serialize};
use tempfile::Builder;

use super::entry::UNFINISHED;
use super::siblings::Asked;
use super::stamp::Stamp;

/// What the directories of all versions start with.
pub(super) const VERSIONS: &str = "badsig-";

/// The directory of this version: facts of another are not this one's.
pub(super) fn version_name() -> String {
    format!("{VERSIONS}{}-facts-{FACTS_VERSION}", env!("CARGO_PKG_VERSION"))
}

/// What a path was when its facts were kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PathEntry {
    path: String,
    stamp: Stamp,
    /// The key of its facts.
    pub(super) facts: Hex,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) siblings: Vec<Asked>,
}

impl PathEntry {
    pub(super) fn new(path: &Path, stamp: Stamp, facts: Hex, siblings: &[Asked]) -> Option<PathEntry> {
        Some(PathEntry { path: shown(path)?, stamp, facts, siblings: siblings.to_vec() })
    }

    pub(super) fn is(&self, path: &Path, stamp: &Stamp) -> bool {
        self.stamp == *stamp && shown(path).as_deref() == Some(&*self.path)
    }
}

/// For people who look into the cache; its digest is the name of the entry.
fn shown(path: &Path) -> Option<String> {
    std::path::absolute(path).ok().map(|path| path.display().to_string())
}

/// Makes the directory, for its owner only; whether it can be written to.
pub(super) fn prepare(directory: &Path) -> Result<bool, String> {
    if !directory.exists() {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory).map_err(|error| format!("cannot be made: {error}"))?;
    }
    let metadata = std::fs::metadata(directory).map_err(|error| format!("cannot be read: {error}"))?;
    if !metadata.is_dir() {
        return Err("is not a directory".to_owned());
    }
    trusted(&metadata)?;
    Ok(Builder::new().prefix(UNFINISHED).tempfile_in(directory).is_ok())
}

/// Whoever can write into a cache decides what is believed of the files. A group that may write is one that was meant to.
#[cfg(unix)]
fn trusted(directory: &Metadata) -> Result<(), String> {
    use crate::owner;
    if owner::others_may_write(directory) {
        return Err(
            "everybody can write there, and so decide what is believed of the files (chmod o-w)".to_owned()
        );
    }
    let own = owner::own_user()
        .map_err(|error| format!("cannot be used: no temporary file can be made: {error}"))?;
    if ![own, 0].contains(&owner::of(directory)) {
        return Err("belongs to another user, who could decide what is believed of the files".to_owned());
    }
    Ok(())
}

#[cfg(not(unix))]
fn trusted(_: &Metadata) -> Result<(), String> {
    Ok(())
}
