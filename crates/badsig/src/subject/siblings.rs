//! The files that lie beside a subject, which it may name: other volumes of a cabinet set, external cabinets.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{ByteSource, FileSource};

/// Entries of a directory that are looked through for a name in other case.
const DIRECTORY_ENTRIES: usize = 100_000;

/// Files that lie beside a container, found by the name that the container states.
pub trait Siblings: Send + Sync {
    /// Opens the file of this name; `None` when there is none. Names are compared as Windows does (upper and
    /// lower case are the same), and a name with path parts never leaves the directory of the container: it
    /// is not found.
    fn open(&self, name: &str) -> Option<Arc<dyn ByteSource>>;

    /// Whether anything is known of what lies beside the container. Where nothing is, a file that is not found
    /// may be there all the same.
    fn are_known(&self) -> bool {
        true
    }
}

/// Nothing lies beside the container, as for members of another container.
pub struct NoSiblings;

impl Siblings for NoSiblings {
    fn open(&self, _: &str) -> Option<Arc<dyn ByteSource>> {
        None
    }

    fn are_known(&self) -> bool {
        false
    }
}

/// The files of a directory.
pub struct Directory {
    path: PathBuf,
    /// Names in lower case.
    names: OnceLock<HashMap<String, PathBuf>>,
}

impl Directory {
    /// The directory that holds this file; it is looked at only when a name is asked for.
    pub fn of(file: &Path) -> Directory {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        Directory { path: parent.unwrap_or(Path::new(".")).to_owned(), names: OnceLock::new() }
    }

    /// Where the file of this name lies; `None` when there is none. Names are compared as by [`Siblings::open`].
    pub fn find(&self, name: &str) -> Option<&Path> {
        // Only names that the directory itself lists are found, so none can lead out of it.
        self.names().get(&name.to_lowercase()).map(PathBuf::as_path)
    }

    fn names(&self) -> &HashMap<String, PathBuf> {
        self.names.get_or_init(|| {
            let entries = std::fs::read_dir(&self.path).into_iter().flatten().take(DIRECTORY_ENTRIES);
            let named = entries
                .filter_map(Result::ok)
                .filter_map(|entry| Some((entry.file_name().to_str()?.to_lowercase(), entry.path())));
            named.collect()
        })
    }
}

impl Siblings for Directory {
    fn open(&self, name: &str) -> Option<Arc<dyn ByteSource>> {
        Some(Arc::new(FileSource::open(self.find(name)?).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_never_elsewhere() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("inner")).unwrap();
        std::fs::write(directory.path().join("Disk1.cab"), "one").unwrap();
        std::fs::write(directory.path().join("inner/disk2.cab"), "two").unwrap();
        let beside = Directory::of(&directory.path().join("setup.msi"));
        assert_eq!(beside.open("DISK1.CAB").unwrap().size(), 3);
        let inner = Directory::of(&directory.path().join("inner/setup.msi"));
        assert!(inner.open("disk2.cab").is_some());
        for name in ["disk2.cab", "inner/disk2.cab", "inner", "", ".", ".."] {
            assert!(beside.open(name).is_none(), "{name}");
        }
        assert!(inner.open("../Disk1.cab").is_none());
    }
}
