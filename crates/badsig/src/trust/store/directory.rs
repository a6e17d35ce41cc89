//! Stores in files and directories.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::{CertificateStore, Skipped, StoreError};
use crate::limits;

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
            let read = bytes(path).and_then(|bytes| store.add_bytes(&source, &bytes));
            if let Err(error) = read {
                let reason = reason(error);
                store.skipped.push(Skipped { source, reason });
            }
        }
        Ok(store)
    }
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
