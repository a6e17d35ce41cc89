//! The files that lie beside a subject, which it may name: other volumes of a cabinet set, external cabinets.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{ByteSource, FileSource, ReadError};
use crate::problem::Problem;

/// Entries of a directory that are looked through for a name in other case.
const DIRECTORY_ENTRIES: usize = 100_000;

/// Files that lie beside a container, found by the name that the container states.
pub trait Siblings: Send + Sync {
    /// Opens the file of this name; `None` when there is none. Names are compared as Windows does (upper and
    /// lower case are the same), and a name with path parts never leaves the directory of the container: it
    /// is not found.
    ///
    /// # Errors
    /// When it is there and cannot be opened, or when it cannot be said whether it is there.
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError>;

    /// Whether anything is known of what lies beside the container. Where nothing is, a file that is not found
    /// may be there all the same.
    fn are_known(&self) -> bool {
        true
    }
}

/// Nothing lies beside the container, as for members of another container.
pub struct NoSiblings;

impl Siblings for NoSiblings {
    fn open(&self, _: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        Ok(None)
    }

    fn are_known(&self) -> bool {
        false
    }
}

/// The files of a directory.
pub struct Directory {
    path: PathBuf,
    names: OnceLock<Names>,
}

/// What a directory lists.
#[derive(Default)]
struct Names {
    /// Paths by names in lower case; where only the case of several differs, in order.
    paths: HashMap<String, Vec<PathBuf>>,
    /// Why there may be more.
    incomplete: Option<Incomplete>,
}

/// Why a directory was not looked through to its end.
#[derive(Clone, Copy)]
enum Incomplete {
    TooMany,
    Io(io::ErrorKind),
}

impl Directory {
    /// The directory that holds this file; it is looked at only when a name is asked for.
    pub fn of(file: &Path) -> Directory {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        Directory { path: parent.unwrap_or(Path::new(".")).to_owned(), names: OnceLock::new() }
    }

    /// Where the file of this name lies; `None` when there is none. Names are compared as by [`Siblings::open`]; of several
    /// that differ in case, the one that is written as `name` is found, or the first in the order of names. Windows opens
    /// `name` for `name.` and `name ` too (Microsoft, "Naming Files, Paths, and Namespaces").
    pub fn find(&self, name: &str) -> Option<&Path> {
        self.find_as_written(name).or_else(|| self.find_as_written(name.trim_end_matches(['.', ' '])))
    }

    fn find_as_written(&self, name: &str) -> Option<&Path> {
        // Only names that the directory itself lists are found, so none can lead out of it.
        let found = self.names().paths.get(&name.to_lowercase())?;
        let exact = found.iter().find(|path| path.file_name().is_some_and(|own| own == name));
        exact.or(found.first()).map(PathBuf::as_path)
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.path))
    }
}

impl Names {
    fn of(directory: &Path) -> Names {
        let mut names = Names::default();
        let entries = match std::fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) => return Names { incomplete: Some(Incomplete::Io(error.kind())), ..names },
        };
        for (number, entry) in entries.enumerate() {
            match entry {
                _ if number >= DIRECTORY_ENTRIES => {
                    names.incomplete = Some(Incomplete::TooMany);
                    break;
                }
                Ok(entry) => {
                    let name = entry.file_name();
                    if let Some(name) = name.to_str() {
                        names.paths.entry(name.to_lowercase()).or_default().push(entry.path());
                    }
                }
                Err(error) => {
                    names.incomplete = Some(Incomplete::Io(error.kind()));
                    break;
                }
            }
        }
        names.paths.values_mut().for_each(|paths| paths.sort_unstable());
        names
    }
}

impl Siblings for Directory {
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        if let Some(path) = self.find(name) {
            return Ok(Some(Arc::new(FileSource::open(path)?)));
        }
        match self.names().incomplete {
            None => Ok(None),
            Some(Incomplete::TooMany) => Err(ReadError::TooManyNames { limit: DIRECTORY_ENTRIES }),
            // A directory that is gone holds nothing.
            Some(Incomplete::Io(io::ErrorKind::NotFound)) => Ok(None),
            Some(Incomplete::Io(kind)) => Err(ReadError::Open(kind.into())),
        }
    }
}

/// Siblings that remember which of them were opened, and whose files are looked at again when they were read: whether they
/// changed meanwhile.
pub(crate) struct Watched {
    inner: Arc<dyn Siblings>,
    /// Names of files that were opened, by those in lower case.
    opened: Mutex<BTreeMap<String, String>>,
    changed: Arc<Mutex<Option<Problem>>>,
}

impl Watched {
    pub(crate) fn new(inner: Arc<dyn Siblings>) -> Watched {
        Watched { inner, opened: Mutex::default(), changed: Arc::default() }
    }

    /// The names of the files that were opened, each as it was asked for first.
    pub(crate) fn opened(&self) -> Vec<String> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// What is wrong with the first file that changed.
    pub(crate) fn changed(&self) -> Option<Problem> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Siblings for Watched {
    fn open(&self, name: &str) -> Result<Option<Arc<dyn ByteSource>>, ReadError> {
        let Some(inner) = self.inner.open(name)? else { return Ok(None) };
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
        Ok(Some(Arc::new(WatchedSource { inner, name: name.to_owned(), changed: Arc::clone(&self.changed) })))
    }

    fn are_known(&self) -> bool {
        self.inner.are_known()
    }
}

/// A file beside a container, asked when nobody reads it any more whether it changed.
struct WatchedSource {
    inner: Arc<dyn ByteSource>,
    name: String,
    changed: Arc<Mutex<Option<Problem>>>,
}

impl ByteSource for WatchedSource {
    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read_at(offset, buffer)
    }

    fn check_unchanged(&self) -> Result<(), ReadError> {
        self.inner.check_unchanged()
    }
}

impl Drop for WatchedSource {
    fn drop(&mut self) {
        if let Err(error) = self.inner.check_unchanged() {
            let problem = Problem::from(error);
            let message = format!("{} beside it: {problem}", self.name);
            let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
            changed.get_or_insert(Problem { message, ..problem });
        }
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
        assert_eq!(beside.open("DISK1.CAB").unwrap().unwrap().size(), 3);
        let inner = Directory::of(&directory.path().join("inner/setup.msi"));
        assert!(inner.open("disk2.cab").unwrap().is_some());
        for name in ["disk2.cab", "inner/disk2.cab", "inner", "", ".", ".."] {
            assert!(!matches!(beside.open(name), Ok(Some(_))), "{name}");
        }
        assert!(inner.open("../Disk1.cab").unwrap().is_none());
        for name in ["disk1.cab.", "Disk1.cab ", "DISK1.CAB. ."] {
            assert_eq!(beside.open(name).unwrap().unwrap().size(), 3, "{name}");
        }
        assert!(inner.open("disk2 .cab").unwrap().is_none());
    }

    #[test]
    fn what_cannot_be_opened_is_not_taken_for_absent() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("product.cab")).unwrap();
        let beside = Directory::of(&directory.path().join("setup.msi"));
        assert!(matches!(beside.open("PRODUCT.CAB"), Err(ReadError::NotAFile { .. })));
        assert!(beside.open("other.cab").unwrap().is_none());
    }

    #[test]
    fn the_name_as_it_is_written_comes_first() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["A.cab", "a.CAB", "a.cab"] {
            std::fs::write(directory.path().join(name), name).unwrap();
        }
        let beside = Directory::of(&directory.path().join("setup.msi"));
        if beside.names().paths.values().any(|paths| paths.len() == 3) {
            assert_eq!(beside.find("a.CAB"), Some(directory.path().join("a.CAB").as_path()));
            assert_eq!(beside.find("A.CAB"), Some(directory.path().join("A.cab").as_path()));
        }
    }

    #[test]
    fn a_file_beside_that_changes_while_it_is_read_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("product.cab");
        std::fs::write(&path, "one").unwrap();
        let watched = Watched::new(Arc::new(Directory::of(&directory.path().join("setup.msi"))));
        let source = watched.open("product.cab").unwrap().unwrap();
        std::fs::write(&path, "another").unwrap();
        drop(source);
        assert_eq!(watched.opened(), ["product.cab"]);
        let problem = watched.changed().unwrap();
        assert_eq!(problem.kind, crate::problem::ProblemKind::Changed);
        assert!(problem.message.starts_with("product.cab beside it"), "{problem}");
    }
}
