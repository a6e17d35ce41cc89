//! Where things are.

use std::path::{Path, PathBuf};

use crate::skip;

/// The top of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A file of the test authorities: a certificate (`test-publisher.pem`), a key (`TEST-publisher.key`).
pub fn pki(name: &str) -> PathBuf {
    repository().join("tests/recipes/pki").join(name)
}

/// A file or directory of the data that may lie beside the repository, in `shared`, and is no part of it: real files,
/// public suites. Where it is not there, that is said, and the test leaves out what needs it.
pub fn beside(name: &str) -> Option<PathBuf> {
    let path = repository().join("../shared").join(name);
    if path.exists() {
        return Some(path);
    }
    skip(&format!("{name} is not beside the repository"));
    None
}

/// The bytes of a file there.
pub fn bytes_beside(name: &str) -> Option<Vec<u8>> {
    beside(name).map(|path| std::fs::read(path).unwrap())
}
