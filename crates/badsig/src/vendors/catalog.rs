//! The entries of a run: those in the library, with those of a directory over them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use super::embedded;
use super::entry::Entry;
use super::matching::{Identity, Index, Match};
use crate::hex::Hex;
use crate::limits;
use crate::vendors::EvidenceDate;

/// A catalog that can be asked. Cheap to clone.
#[derive(Clone, Debug)]
pub struct VendorCatalog {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    entries: Vec<Arc<Entry>>,
    index: OnceLock<Index>,
}

/// A catalog cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// A file or directory cannot be read.
    #[error("{}: cannot be read: {error}", .path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file is no entry.
    #[error("{}: {reason}", .path.display())]
    NotAnEntry {
        /// Which.
        path: PathBuf,
        /// Why, with its place.
        reason: String,
    },
    /// There are more entries than is reasonable.
    #[error("{}: more than {limit} entries", .path.display())]
    TooMany {
        /// The directory.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
}

impl VendorCatalog {
    /// The catalog that is part of the library.
    pub fn embedded() -> VendorCatalog {
        static CATALOG: OnceLock<VendorCatalog> = OnceLock::new();
        CATALOG.get_or_init(|| VendorCatalog::new(embedded::entries())).clone()
    }

    /// A catalog without entries.
    pub fn empty() -> VendorCatalog {
        VendorCatalog::new(Vec::new())
    }

    /// A catalog of these entries. Of two with the same id the later one counts.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> VendorCatalog {
        VendorCatalog::of(entries.into_iter().map(Arc::new))
    }

    fn of(entries: impl IntoIterator<Item = Arc<Entry>>) -> VendorCatalog {
        let by_id: BTreeMap<String, Arc<Entry>> =
            entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect();
        let inner = Inner { entries: by_id.into_values().collect(), index: OnceLock::new() };
        VendorCatalog { inner: Arc::new(inner) }
    }

    /// This catalog with entries over it: the same id replaces, another adds.
    #[must_use]
    pub fn extended(&self, entries: impl IntoIterator<Item = Entry>) -> VendorCatalog {
        VendorCatalog::of(self.inner.entries.iter().cloned().chain(entries.into_iter().map(Arc::new)))
    }

    /// The entries of a directory: every `*.toml` in it, by name.
    ///
    /// # Errors
    /// When the directory or a file cannot be read, when a file is no entry, and when its name is not its id.
    pub fn read_directory(directory: &Path) -> Result<Vec<Entry>, CatalogError> {
        files(directory)?.iter().map(|path| VendorCatalog::read_file(path)).collect()
    }

    /// One entry.
    ///
    /// # Errors
    /// When the file cannot be read, is no entry, or has another name than its id.
    pub fn read_file(path: &Path) -> Result<Entry, CatalogError> {
        let refused = |reason: String| CatalogError::NotAnEntry { path: path.to_owned(), reason };
        let entry = Entry::from_toml(&read(path)?).map_err(|error| refused(error.to_string()))?;
        if path.file_stem().and_then(|stem| stem.to_str()) != Some(entry.id.as_str()) {
            return Err(refused(format!("its id is {:?}; the name of the file must be the id", entry.id)));
        }
        Ok(entry)
    }

    /// The entries in order of their ids.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.inner.entries.iter().map(|entry| &**entry)
    }

    /// The entry with this id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        let place = self.inner.entries.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        self.inner.entries.get(place).map(|entry| &**entry)
    }

    /// The day on which evidence was last looked for.
    pub fn date(&self) -> Option<&EvidenceDate> {
        self.entries().map(|entry| &entry.reviewed).max()
    }

    /// SHA-256 over the canonical texts of all entries in order of their ids.
    pub fn digest(&self) -> Hex {
        let mut hasher = Sha256::new();
        for entry in self.entries() {
            hasher.update(entry.to_toml().unwrap_or_default());
        }
        Hex::from(hasher.finalize().to_vec())
    }

    /// Every entry of which a rule fits, best first, with what fits and what does not.
    pub fn matches(&self, identity: &Identity) -> Vec<Match<'_>> {
        let index = self.inner.index.get_or_init(|| Index::of(self.entries()));
        index.matches(identity, |number| self.inner.entries.get(number).map(|entry| &**entry))
    }
}

impl Default for VendorCatalog {
    fn default() -> Self {
        VendorCatalog::embedded()
    }
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, CatalogError> {
    let unreadable = |error| CatalogError::Unreadable { path: directory.to_owned(), error };
    let mut files = Vec::new();
    for found in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = found.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
        if files.len() > limits::VENDOR_ENTRIES {
            return Err(CatalogError::TooMany { path: directory.to_owned(), limit: limits::VENDOR_ENTRIES });
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, CatalogError> {
    let unreadable = |error| CatalogError::Unreadable { path: path.to_owned(), error };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > limits::VENDOR_ENTRY_BYTES {
        let reason = format!("it has {size} bytes, more than the limit of {}", limits::VENDOR_ENTRY_BYTES);
        return Err(CatalogError::NotAnEntry { path: path.to_owned(), reason });
    }
    std::fs::read_to_string(path).map_err(unreadable)
}
