//! Is a bundle what it says it is, and all of it there?

use std::path::Path;

use badsig::trust::root_program::{ListRoot, ListUsage, SignedList};
use serde::Serialize;

use super::accept::{is_listed, wanted};
use super::{CERTIFICATE, DISTRUSTED, ROOTS, UNTRUSTED, is_certificate_name, is_entry_name, read, untrusted};
use crate::online::places;

/// What was found of a bundle.
#[derive(Debug, Serialize)]
pub(crate) struct BundleReport {
    pub(crate) directory: String,
    /// Nothing in it is wrong.
    pub(crate) valid: bool,
    /// Both lists and every certificate are there.
    pub(crate) complete: bool,
    pub(crate) roots: Option<ListReport>,
    pub(crate) distrusted: Option<ListReport>,
    /// Distrusted certificates by themselves; null where there are none.
    pub(crate) untrusted: Option<StoreReport>,
    pub(crate) certificates: CertificatesReport,
    /// Lists, answers and issuers about revocation.
    pub(crate) revocation_entries: usize,
}

/// One signed list.
#[derive(Debug, Serialize)]
pub(crate) struct ListReport {
    pub(crate) file: &'static str,
    /// What is wrong; null when its signature holds.
    pub(crate) problem: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) entries: usize,
    /// The certificate that signed it, and those above.
    pub(crate) signers: Vec<String>,
}

/// A store, which nobody signed.
#[derive(Debug, Default, Serialize)]
pub(crate) struct StoreReport {
    /// What is wrong; null when all of it can be read.
    pub(crate) problem: Option<String>,
    pub(crate) certificates: usize,
}

/// The certificates that the root program calls for.
#[derive(Debug, Default, Serialize)]
pub(crate) struct CertificatesReport {
    /// For code signing or time stamping.
    pub(crate) wanted: usize,
    pub(crate) present: usize,
    /// File names.
    pub(crate) missing: Vec<String>,
    /// Files whose contents are not what the list names.
    pub(crate) wrong: Vec<String>,
    /// Certificates that the list does not call for: nothing trusts them.
    pub(crate) unused: usize,
}

/// Verifies a bundle.
pub(crate) fn verify(directory: &Path, signer: &ListRoot) -> BundleReport {
    let (roots, list) = list(directory, ROOTS, ListUsage::Roots, signer);
    let (distrusted, _) = self::list(directory, DISTRUSTED, ListUsage::Distrusted, signer);
    let certificates = list.map(|list| certificates(directory, &list)).unwrap_or_default();
    let untrusted = store(directory);
    let sound = |list: &Option<ListReport>| list.as_ref().is_none_or(|list| list.problem.is_none());
    BundleReport {
        directory: directory.display().to_string(),
        valid: sound(&roots)
            && sound(&distrusted)
            && untrusted.as_ref().is_none_or(|store| store.problem.is_none())
            && certificates.wrong.is_empty(),
        complete: roots.is_some() && distrusted.is_some() && certificates.missing.is_empty(),
        roots,
        distrusted,
        untrusted,
        certificates,
        revocation_entries: names(&directory.join(places::REVOCATION), is_entry_name).len(),
    }
}

fn list(
    directory: &Path,
    name: &'static str,
    usage: ListUsage,
    signer: &ListRoot,
) -> (Option<ListReport>, Option<SignedList>) {
    let empty =
        ListReport { file: name, problem: None, date: None, sha256: None, entries: 0, signers: Vec::new() };
    let bytes = match read(directory, name) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return (None, None),
        Err(problem) => return (Some(ListReport { problem: Some(problem), ..empty }), None),
    };
    match signer.verify(&bytes, usage) {
        Ok(list) => {
            let report = ListReport {
                date: Some(list.list().this_update.to_string()),
                sha256: Some(list.sha256().to_string()),
                entries: list.list().entries.len(),
                signers: list.chain().iter().map(|certificate| certificate.common_name()).collect(),
                ..empty
            };
            (Some(report), Some(list))
        }
        Err(error) => (Some(ListReport { problem: Some(error.to_string()), ..empty }), None),
    }
}

fn store(directory: &Path) -> Option<StoreReport> {
    let held = read(directory, UNTRUSTED).transpose()?;
    Some(match held.and_then(|bytes| untrusted::certificates(&bytes)) {
        Ok(certificates) => StoreReport { problem: None, certificates: certificates.len() },
        Err(problem) => StoreReport { problem: Some(problem), certificates: 0 },
    })
}

fn certificates(directory: &Path, list: &SignedList) -> CertificatesReport {
    let Ok(wanted) = wanted(list) else { return CertificatesReport::default() };
    let mut report = CertificatesReport { wanted: wanted.len(), ..CertificatesReport::default() };
    for (sha1, constraints) in &wanted {
        let name = format!("{sha1}{CERTIFICATE}");
        match read(directory, &name) {
            Ok(None) => report.missing.push(name),
            Ok(Some(der)) if is_listed(constraints, &der) => {
                report.present = report.present.saturating_add(1);
            }
            Ok(Some(_)) | Err(_) => report.wrong.push(name),
        }
    }
    let known = |name: &String| name.strip_suffix(CERTIFICATE).is_some_and(|sha1| wanted.contains_key(sha1));
    report.unused = names(directory, is_certificate_name).iter().filter(|name| !known(name)).count();
    report
}

/// The names of files in a directory.
fn names(directory: &Path, wanted: fn(&str) -> bool) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| wanted(name)).collect()
}
