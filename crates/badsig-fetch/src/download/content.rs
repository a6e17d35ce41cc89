//! What a file must be, and what it is.

use crate::validators::Validators;

/// What a file must be. What is absent is not compared.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Expected {
    /// Size in bytes.
    pub size: Option<u64>,
    /// SHA-1, as update catalogs have it.
    pub sha1: Option<[u8; 20]>,
    /// SHA-256.
    pub sha256: Option<[u8; 32]>,
}

impl Expected {
    /// Whether a file can be told from every other one by it.
    pub(super) fn has_digest(&self) -> bool {
        self.sha1.is_some() || self.sha256.is_some()
    }
}

/// What has arrived.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Arrived {
    /// Size in bytes.
    pub size: u64,
    /// SHA-1.
    pub sha1: [u8; 20],
    /// SHA-256.
    pub sha256: [u8; 32],
    /// What the server said, to ask later whether it is still the same.
    pub validators: Validators,
}
