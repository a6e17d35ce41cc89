//! What several test files need: where the repository is, and the root of the test certificates.

#![allow(clippy::unwrap_used, dead_code, reason = "test code; not every test file uses everything")]

use std::path::Path;

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use testkit::pki;

/// The date of `fixtures/MANIFEST.toml`.
pub(crate) const JUDGED_AT: &str = "2026-11-21";

/// The time that fixtures are judged for.
pub(crate) fn judged_at() -> UtcTime {
    JUDGED_AT.parse().unwrap()
}

/// `TEST Root`, which issued everything in the fixtures.
pub(crate) fn test_root() -> Certificate {
    certificate(&pki("test-root.pem"))
}

/// A certificate in a PEM file.
pub(crate) fn certificate(path: &Path) -> Certificate {
    let pem = std::fs::read_to_string(path).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    Certificate::from_der(&BASE64_STANDARD.decode(body).unwrap()).unwrap()
}
