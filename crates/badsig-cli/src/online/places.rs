//! Where things are kept when nobody says where.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

/// The directory of a program below the directories of the user.
const OWN: &str = "badsig";
/// The directory in a trust bundle that holds what was fetched about revocation.
pub(crate) const REVOCATION: &str = "revocation";

/// The cache of this user; `None` for users without a home.
pub(crate) fn cache() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|user| user.cache_dir().join(OWN))
}

/// The trust bundle of this user; `None` for users without a home.
pub(crate) fn bundle() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|user| user.data_dir().join(OWN).join("trust"))
}

/// The cache in a directory that was named: a trust bundle's, or the directory itself.
pub(crate) fn kit(directory: &Path) -> PathBuf {
    let inside = directory.join(REVOCATION);
    if inside.is_dir() { inside } else { directory.to_owned() }
}
