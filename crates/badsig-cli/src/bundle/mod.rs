//! Trust bundles: directories with Microsoft's signed lists, the root certificates that they name, and what was
//! fetched about revocation.
//!
//! ```text
//! authroot.stl                 the root program, as Microsoft signs it
//! disallowedcert.stl           the list of distrusted certificates, likewise
//! disallowedcert.sst           distrusted certificates by themselves, where they were given
//! <SHA-1>.crt                  roots for code signing and time stamping
//! revocation/<SHA-256>.entry   revocation lists, OCSP responses, issuers (a cache of badsig-fetch)
//! ```
//!
//! The files at the top are named as `certutil -syncWithWU` names them, so its directories are bundles too.

mod accept;
mod archive;
mod source;
mod untrusted;
mod update;
mod verify;

pub(crate) use archive::export;
pub(crate) use source::Source;
pub(crate) use update::{Updated, from_network, from_source};
pub(crate) use verify::{BundleReport, ListReport, StoreReport, verify};

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::online::places;

/// The root program.
pub(crate) const ROOTS: &str = "authroot.stl";
/// The list of distrusted certificates.
pub(crate) const DISTRUSTED: &str = "disallowedcert.stl";
/// Distrusted certificates by themselves, not signed.
pub(crate) const UNTRUSTED: &str = "disallowedcert.sst";
/// The cabinets of the lists.
pub(crate) const ROOTS_CABINET: &str = "authrootstl.cab";
pub(crate) const DISTRUSTED_CABINET: &str = "disallowedcertstl.cab";
/// What ends the name of a certificate.
pub(crate) const CERTIFICATE: &str = ".crt";

/// The directory that was named, or that of this user.
pub(crate) fn directory(named: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    named
        .cloned()
        .or_else(places::bundle)
        .ok_or_else(|| Failure::usage("this user has no directory for data: name one with --dir".to_owned()))
}

/// A file of a bundle; `None` when it is not there. One that is there and cannot be read is an error: without its list of
/// distrusted certificates, a bundle would trust what that list distrusts.
fn read(directory: &Path, name: &str) -> Result<Option<Vec<u8>>, String> {
    let path = directory.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => Ok(None),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

/// Whether this is the name of a certificate file, lower case.
fn is_certificate_name(name: &str) -> bool {
    name.strip_suffix(CERTIFICATE).is_some_and(|digits| is_digits(digits, 40))
}

/// Whether this is the name of an entry of a cache.
fn is_entry_name(name: &str) -> bool {
    name.strip_suffix(".entry").is_some_and(|digits| is_digits(digits, 64))
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
