//! Directories with certificates and lists: was everything read that must not be passed over?
//!
//! A directory may hold a readme, so what is no certificate is [skipped](CertificateStore::skipped) when it is read. A list of distrusted
//! certificates that is passed over would let through what it distrusts, and without its list a root is one without limits.

use std::path::Path;

use badsig::trust::CertificateStore;
use badsig::trust::root_program::ListUsage;

use crate::bundle;
use crate::certificates;

/// Files that must hold a signed list, by their names.
const LISTS: [(&str, ListUsage); 4] = [
    (bundle::ROOTS, ListUsage::Roots),
    (bundle::ROOTS_CABINET, ListUsage::Roots),
    (bundle::DISTRUSTED, ListUsage::Distrusted),
    (bundle::DISTRUSTED_CABINET, ListUsage::Distrusted),
];

/// Every certificate and list of a directory was read, and each list is what its name says.
pub(crate) fn nothing(directory: &Path, store: &CertificateStore) -> Result<(), String> {
    none_of(store, |source| limits(source) || certificates::has_extension(Path::new(file(source))))?;
    lists_are_lists(directory, store)
}

/// Everything that limits or distrusts certificates was read: signed lists, and stores, which state the limits of their
/// certificates. A certificate that is not read is one that is not there.
pub(crate) fn no_limits(directory: &Path, store: &CertificateStore) -> Result<(), String> {
    none_of(store, |source| {
        let whole = file(source) == source;
        limits(source) && (whole || file(source).eq_ignore_ascii_case(bundle::UNTRUSTED))
    })?;
    lists_are_lists(directory, store)
}

/// Of a file, or of the file in which something stands (`roots.sst at 0x10`); lower case.
pub(crate) fn extension(source: &str) -> String {
    let extension = Path::new(file(source)).extension();
    extension.map(|own| own.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn none_of(store: &CertificateStore, matters: impl Fn(&str) -> bool) -> Result<(), String> {
    match store.skipped().iter().find(|skipped| matters(&skipped.source)) {
        Some(skipped) => Err(format!("{}: {}", skipped.source, skipped.reason)),
        None => Ok(()),
    }
}

fn lists_are_lists(directory: &Path, store: &CertificateStore) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let list = LISTS.iter().find(|(own, _)| name.eq_ignore_ascii_case(own));
        if !entry.path().is_file() && (list.is_some() || name.eq_ignore_ascii_case(bundle::UNTRUSTED)) {
            return Err(format!("{name} is no file that can be read"));
        }
        if let Some((_, usage)) = list.filter(|(_, usage)| !holds(store, &name, *usage)) {
            return Err(format!("{name} holds no {}", purpose(*usage)));
        }
    }
    Ok(())
}

/// Whether a list of this kind came from a file, or from the cabinet that it is.
fn holds(store: &CertificateStore, name: &str, usage: ListUsage) -> bool {
    let from = |source: &str| source.split("!/").next() == Some(name);
    store.lists().iter().any(|list| list.usage == Some(usage) && from(&list.source))
}

fn purpose(usage: ListUsage) -> &'static str {
    match usage {
        ListUsage::Roots => "signed list of roots",
        ListUsage::Distrusted => "signed list of distrusted certificates",
    }
}

/// Whether a file is meant to hold a list, or certificates with their limits, by its name.
fn limits(source: &str) -> bool {
    let cabinets = [bundle::ROOTS_CABINET, bundle::DISTRUSTED_CABINET];
    matches!(extension(source).as_str(), "sst" | "stl")
        || cabinets.iter().any(|name| name.eq_ignore_ascii_case(source))
}

/// The file in which something stands.
fn file(source: &str) -> &str {
    source.split(" at 0x").next().unwrap_or_default()
}
