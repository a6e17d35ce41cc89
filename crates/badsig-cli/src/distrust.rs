//! Lists of distrusted certificates that the caller brings.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use badsig::authenticode::certificate::Certificate;
use badsig::trust::root_program::{ListRoot, ListUsage};
use badsig::trust::{CertificateStore, DistrustList};

use crate::failure::Failure;
use crate::files;
use crate::left_out;

/// All lists; whatever cannot be read completely is an error, because what it lists would be trusted.
pub(crate) fn from_paths(paths: &[PathBuf]) -> Result<DistrustList, Failure> {
    let mut found = DistrustList::default();
    for path in paths {
        found = if path.is_dir() { with_directory(found, path)? } else { with_file(found, path)? };
    }
    Ok(found)
}

fn with_directory(list: DistrustList, path: &Path) -> Result<DistrustList, Failure> {
    let store = CertificateStore::read_dir(path).map_err(|error| Failure::usage(error.to_string()))?;
    left_out::nothing(path, &store).map_err(|why| failed(path, &why))?;
    with_store(list, path, &store)
}

/// A store, or else a text with thumbprints.
fn with_file(list: DistrustList, path: &Path) -> Result<DistrustList, Failure> {
    let bytes = files::read(path, files::EVIDENCE)?;
    let name = path.display().to_string();
    match (CertificateStore::read_bytes(&name, &bytes), std::str::from_utf8(&bytes)) {
        (Ok(store), _) => with_store(list, path, &store),
        (Err(_), Ok(text)) if !text.contains("-----BEGIN") && !text.trim().is_empty() => {
            list.with_thumbprints(name, text).map_err(|error| failed(path, &error))
        }
        (Err(error), _) => Err(Failure::usage(error.to_string())),
    }
}

fn with_store(list: DistrustList, path: &Path, store: &CertificateStore) -> Result<DistrustList, Failure> {
    if let Some(skipped) = store.skipped().first() {
        return Err(failed(path, &format!("{}: {}", skipped.source, skipped.reason)));
    }
    if store.lists().iter().any(|file| file.usage != Some(ListUsage::Distrusted)) {
        return Err(failed(path, &"holds a signed list that is not that of distrusted certificates"));
    }
    let name = path.display().to_string();
    let signed = store.distrusted(&ListRoot::Microsoft).map_err(|error| failed(path, &error))?;
    let list = match &signed {
        Some(signed) => list.with_list(name.clone(), signed).map_err(|error| failed(path, &error))?,
        None => list,
    };
    // A directory's `disallowedcert.sst` is no part of its store, and means what every other certificate here means.
    let certificates: Vec<&Certificate> =
        store.certificates().iter().map(|stored| &stored.certificate).chain(store.untrusted()).collect();
    if certificates.is_empty() {
        return if signed.is_some() { Ok(list) } else { Err(failed(path, &"holds no certificates")) };
    }
    Ok(list.with_certificates(name, certificates))
}

fn failed(path: &Path, why: &dyn Display) -> Failure {
    Failure::usage(format!("{}: {why}", path.display()))
}
