//! Stores in files and directories.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::{CertificateStore, Skipped, StoreError};
use crate::limits::{self, Limits};
use crate::payload::cabinet::Cabinet;
use crate::subject::ByteSource;

/// The store of distrusted certificates, as `certutil -syncWithWU` names it.
const UNTRUSTED: &str = "disallowedcert.sst";
/// A signed list unpacked: the real ones have 0.2 MB.
const MOST_LIST_BYTES: u64 = 16 * 1024 * 1024;

impl CertificateStore {
    /// Reads a file, or all files of a directory.
    ///
    /// # Errors
    /// As [`CertificateStore::read_file`] and [`CertificateStore::read_dir`].
    pub fn read_path(path: &Path) -> Result<CertificateStore, StoreError> {
        if path.is_dir() { CertificateStore::read_dir(path) } else { CertificateStore::read_file(path) }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`CertificateStore::read_bytes`], and when the file cannot be read or is larger than
    /// [`limits::STORE_BYTES`].
    pub fn read_file(path: &Path) -> Result<CertificateStore, StoreError> {
        CertificateStore::read_bytes(&file_name(path), &bytes(path)?)
    }

    /// Reads the files of a directory, by name; not those of directories in it. Files that are no store are
    /// [skipped](CertificateStore::skipped), with the reason: a directory may hold a readme.
    ///
    /// The signed lists in Microsoft's cabinets (`authrootstl.cab`) are read as if they stood beside them. What is in
    /// `disallowedcert.sst` is [not trusted](CertificateStore::untrusted), and no part of the store.
    ///
    /// # Errors
    /// When the directory cannot be read, or has more than [`limits::STORE_FILES`] files.
    pub fn read_dir(directory: &Path) -> Result<CertificateStore, StoreError> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(directory).map_err(|error| unreadable(directory, &error))? {
            paths.push(entry.map_err(|error| unreadable(directory, &error))?.path());
            if paths.len() > limits::STORE_FILES {
                let reason = format!("it has more than {} files", limits::STORE_FILES);
                return Err(StoreError::Limit(directory.display().to_string(), reason));
            }
        }
        paths.sort();
        let mut store = CertificateStore::default();
        for path in paths.iter().filter(|path| path.is_file()) {
            let source = file_name(path);
            let read = bytes(path).and_then(|bytes| store.add_of_directory(&source, &bytes));
            if let Err(error) = read {
                let reason = reason(error);
                store.skipped.push(Skipped { source, reason });
            }
        }
        Ok(store)
    }

    fn add_of_directory(&mut self, source: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if source.eq_ignore_ascii_case(UNTRUSTED) {
            let untrusted = CertificateStore::read_bytes(source, bytes)?;
            self.untrusted.extend(untrusted.certificates.into_iter().map(|stored| stored.certificate));
            self.lists.extend(untrusted.lists);
            self.skipped.extend(untrusted.skipped);
            return Ok(());
        }
        if !bytes.starts_with(b"MSCF") {
            return self.add_bytes(source, bytes);
        }
        let failed = |why: String| StoreError::Unreadable { path: source.to_owned(), reason: why };
        let file: Arc<dyn ByteSource> = Arc::new(bytes.to_vec());
        let lists = Cabinet::open(&file, &Limits::default())
            .and_then(|cabinet| cabinet.read(|entry| is_list(entry.name), MOST_LIST_BYTES))
            .map_err(|problem| failed(problem.to_string()))?;
        if lists.is_empty() {
            return Err(failed("the cabinet holds no signed list".to_owned()));
        }
        lists.iter().try_for_each(|(name, list)| self.add_bytes(&format!("{source}!/{name}"), list))
    }
}

fn is_list(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".stl")
}

/// What is said beside the name of the file.
fn reason(error: StoreError) -> String {
    match error {
        StoreError::Unreadable { reason, .. } | StoreError::Limit(_, reason) => reason,
        StoreError::Serialized(_, error) => error.to_string(),
        StoreError::File(_, error) => error.to_string(),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn unreadable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

fn bytes(path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(limits::STORE_BYTES.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits::STORE_BYTES {
        let reason = format!("it has more than {} bytes", limits::STORE_BYTES);
        return Err(StoreError::Limit(file_name(path), reason));
    }
    Ok(bytes)
}
