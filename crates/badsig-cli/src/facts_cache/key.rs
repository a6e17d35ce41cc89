//! What an entry is found by: everything that shapes facts is part of it.

use std::path::Path;

use badsig::digest::DigestAlgorithm;
use badsig::hex::Hex;
use badsig::limits::Deadline;
use badsig::{Catalogs, Limits};

use super::siblings::Asked;

/// What shapes facts beside the bytes: what was asked for, how far it was looked, and which kinds of members this build opens.
#[derive(Clone)]
pub(crate) struct Shape(String);

impl Shape {
    pub(crate) fn new(limits: &Limits, sha1: bool, catalogs: &Catalogs) -> Shape {
        let mut limits = limits.clone();
        // Where and in which memory members are put, and for how long, shapes nothing: what a limit of time cut short is
        // not kept.
        limits.temporary_directory = None;
        limits.spool_memory = 0;
        limits.deadline = Deadline::default();
        let kinds =
            [cfg!(feature = "inno"), cfg!(feature = "nsis"), cfg!(feature = "sevenz"), cfg!(feature = "zip")];
        // A file without a signature of its own may be listed in one of them.
        let catalogs: Vec<(&str, &Hex)> = catalogs.identities().collect();
        Shape(format!("{limits:?} {sha1} {kinds:?} {catalogs:?}"))
    }

    /// The key of facts. Files beside the file that had a part in them are part of it.
    pub(super) fn content_key(&self, sha256: &Hex, asked: &[Asked]) -> Hex {
        let beside: Vec<String> = asked.iter().map(Asked::identity).collect();
        digest(&[b"facts", self.0.as_bytes(), &sha256.0, beside.join("\0").as_bytes()])
    }

    /// The key of what is known of a path.
    pub(super) fn path_key(&self, path: &Path) -> Hex {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        digest(&[b"path", self.0.as_bytes(), absolute.as_os_str().as_encoded_bytes()])
    }
}

/// Each part with its length, so that no two lists of parts are the same bytes.
fn digest(parts: &[&[u8]]) -> Hex {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&part.len().to_le_bytes());
        all.extend_from_slice(part);
    }
    Hex(DigestAlgorithm::Sha256.digest(&all))
}
