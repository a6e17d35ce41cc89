//! `disallowedcert.sst`: distrusted certificates by themselves. Nobody signed it; what it holds can only be distrusted.

use std::path::Path;

use badsig::authenticode::certificate::Certificate;
use badsig::trust::CertificateStore;

use super::{UNTRUSTED, read};

/// The certificates of such a store. One that cannot be read is an error: it would not be distrusted.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    let store = CertificateStore::read_bytes(UNTRUSTED, bytes).map_err(|error| error.to_string())?;
    match store.skipped().first() {
        Some(skipped) => Err(format!("{}: {}", skipped.source, skipped.reason)),
        None => Ok(store.certificates().iter().map(|stored| stored.certificate.clone()).collect()),
    }
}

/// The store that belongs into the new bundle: the one that was given, or the one that is held. As there is no date that tells
/// which is newer, one that lacks a certificate of the other is refused.
pub(super) fn to_keep(directory: &Path, given: Option<&[u8]>) -> Result<Option<Vec<u8>>, String> {
    let held = read(directory, UNTRUSTED)?;
    let Some(given) = given else { return Ok(held) };
    let new = certificates(given)?;
    let old = held.map(|bytes| certificates(&bytes)).transpose()?.unwrap_or_default();
    match old.iter().find(|certificate| !new.contains(certificate)) {
        None => Ok(Some(given.to_vec())),
        Some(lost) => Err(format!(
            "{UNTRUSTED} does not hold \"{}\", which the bundle distrusts; remove {UNTRUSTED} from the bundle if that is meant",
            lost.common_name()
        )),
    }
}
