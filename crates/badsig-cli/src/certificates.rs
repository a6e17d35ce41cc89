//! Certificates that the caller brings: files, or directories of them.

use std::path::{Path, PathBuf};

use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::certificate_file::read_certificates;

use crate::failure::Failure;
use crate::files;

/// Names of files that hold certificates; others in a directory are passed over.
pub(crate) const EXTENSIONS: [&str; 6] = ["cer", "crt", "der", "pem", "p7b", "p7c"];

/// The certificates of one file.
pub(crate) fn from_file(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let failed = |why: String| Failure::usage(format!("{}: {why}", path.display()));
    read_certificates(&files::read(path, files::EVIDENCE)?).map_err(|error| failed(error.to_string()))
}

/// The certificates of all files in a directory, not of directories below.
pub(crate) fn from_directory(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let failed = |why: String| Failure::usage(format!("{}: {why}", path.display()));
    let entries = std::fs::read_dir(path).map_err(|error| failed(format!("cannot be read: {error}")))?;
    let mut files = Vec::new();
    for entry in entries {
        files.push(entry.map_err(|error| failed(format!("cannot be read: {error}")))?.path());
    }
    files.sort();
    let files: Vec<PathBuf> = files.into_iter().filter(|file| has_extension(file)).collect();
    if files.is_empty() {
        return Err(failed(format!("holds no certificate files ({})", EXTENSIONS.join(", "))));
    }
    let mut found = Vec::new();
    for file in files {
        found.extend(from_file(&file)?);
    }
    Ok(found)
}

/// The certificates of a file or of a directory.
pub(crate) fn from_path(path: &Path) -> Result<Vec<Certificate>, Failure> {
    if path.is_dir() { from_directory(path) } else { from_file(path) }
}

/// Whether a file is named as files of certificates are.
pub(crate) fn has_extension(path: &Path) -> bool {
    let own = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(own))
}
