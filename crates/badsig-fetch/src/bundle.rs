//! A directory that is replaced as a whole, through neighbours of it.
//!
//! `NAME.staging` collects files across runs, `NAME.next` is the complete new one, `NAME.previous` the old one while the two
//! change places, `NAME.lock` keeps a second update out. No system renames a directory over a full one, so there are two
//! renames; a kill between them leaves no `NAME`, and [`recover`] puts the old one back.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use crate::lock::lock;

/// The directory, or one of its neighbours, cannot be read or written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct DirectoryError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// Puts the old directory back when an update was killed between its two renames. Call it before reading the directory.
///
/// # Errors
/// When the old directory is there and cannot be renamed.
pub fn recover(directory: &Path) -> Result<(), DirectoryError> {
    let previous = beside(directory, "previous");
    if !directory.exists() && previous.exists() {
        fs::rename(&previous, directory).map_err(|e| failed(directory, e))?;
    }
    Ok(())
}

/// The directory in a bundle that survives a replacement: what was fetched about revocation.
pub const KEPT: &str = "revocation";

/// Replaces the files of a directory without the network: `make` gives them, while nobody else replaces them. As with
/// an update, the directory [`KEPT`] in it stays, and on any failure everything does.
///
/// # Errors
/// Those of `make`; and when the directory cannot be written, or is being replaced by somebody else.
pub fn replace_with<E: From<DirectoryError>>(
    directory: impl Into<PathBuf>,
    make: impl FnOnce() -> Result<Vec<(String, Vec<u8>)>, E>,
) -> Result<(), E> {
    let bundle = Bundle::open(directory.into())?;
    let files = make()?;
    Ok(bundle.replace(&files, &[])?)
}

/// A directory that is being replaced; nobody else replaces it meanwhile.
#[derive(Debug)]
pub(crate) struct Bundle {
    directory: PathBuf,
    _lock: File,
}

impl Bundle {
    pub(crate) fn open(directory: PathBuf) -> Result<Self, DirectoryError> {
        if directory.file_name().is_none() {
            return Err(failed(&directory, "the directory has no name"));
        }
        let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(parent) = parent {
            fs::create_dir_all(parent).map_err(|e| failed(parent, e))?;
        }
        let path = beside(&directory, "lock");
        let lock = lock(&path, Duration::ZERO).map_err(|e| failed(&path, e))?;
        recover(&directory)?;
        // What an earlier update could not remove. Where it still cannot be, exchanging says so before it changes anything.
        let _ = remove(&beside(&directory, "previous"));
        let bundle = Self { directory, _lock: lock };
        let staging = bundle.beside("staging");
        fs::create_dir_all(&staging).map_err(|e| failed(&staging, e))?;
        Ok(bundle)
    }

    /// Where a file is in the directory as it is now.
    pub(crate) fn present(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Where a file is collected.
    pub(crate) fn staged(&self, name: &str) -> PathBuf {
        self.beside("staging").join(name)
    }

    /// Keeps a file for the new directory, in this run or a later one. It is verified again before it is used.
    pub(crate) fn stage(&self, name: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        let path = self.staged(name);
        fs::write(&path, bytes).map_err(|e| failed(&path, e))
    }

    /// Makes the new directory of `files` and the `staged` ones, and puts it in the place of the old.
    pub(crate) fn replace(
        &self,
        files: &[(String, Vec<u8>)],
        staged: &[String],
    ) -> Result<(), DirectoryError> {
        let next = self.beside("next");
        remove(&next)?;
        fs::create_dir(&next).map_err(|e| failed(&next, e))?;
        for (name, bytes) in files {
            write(&plain(&next, name)?, bytes)?;
        }
        for name in staged {
            let from = self.staged(name);
            let bytes = fs::read(&from).map_err(|e| failed(&from, e))?;
            write(&plain(&next, name)?, &bytes)?;
        }
        self.carry(&next)?;
        flush(&next)?;
        self.exchange(&next)?;
        // The new directory is in use: what remains of the way there is no failure. It is removed by the next update.
        let _ = remove(&self.beside("staging"));
        Ok(())
    }

    /// What is kept goes into the new directory too: as the same files where the system can do that.
    fn carry(&self, next: &Path) -> Result<(), DirectoryError> {
        let (from, to) = (self.directory.join(KEPT), next.join(KEPT));
        if !from.is_dir() {
            return Ok(());
        }
        fs::create_dir(&to).map_err(|e| failed(&to, e))?;
        for entry in fs::read_dir(&from).map_err(|e| failed(&from, e))? {
            let path = entry.map_err(|e| failed(&from, e))?.path();
            let Some(name) = path.file_name().filter(|_| path.is_file()) else { continue };
            let target = to.join(name);
            if fs::hard_link(&path, &target).is_err() {
                fs::copy(&path, &target).map_err(|e| failed(&target, e))?;
            }
        }
        flush(&to)
    }

    fn exchange(&self, next: &Path) -> Result<(), DirectoryError> {
        let previous = self.beside("previous");
        if self.directory.exists() {
            remove(&previous)?;
            fs::rename(&self.directory, &previous).map_err(|e| failed(&self.directory, e))?;
        }
        if let Err(error) = fs::rename(next, &self.directory) {
            recover(&self.directory)?;
            return Err(failed(&self.directory, error));
        }
        // From here on nothing can be a failure: the new directory is in use.
        if let Some(parent) = self.directory.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            let _ = flush(parent);
        }
        let _ = remove(&previous);
        Ok(())
    }

    fn beside(&self, what: &str) -> PathBuf {
        beside(&self.directory, what)
    }
}

fn beside(directory: &Path, what: &str) -> PathBuf {
    let mut name = OsString::from(directory.file_name().unwrap_or_default());
    name.push(".");
    name.push(what);
    directory.with_file_name(name)
}

/// A name that stays in the directory.
fn plain(directory: &Path, name: &str) -> Result<PathBuf, DirectoryError> {
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(part)), None) if part == name => Ok(directory.join(part)),
        _ => Err(failed(directory, format!("{name:?} is not a file name"))),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), DirectoryError> {
    let written = File::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|e| failed(path, e))
}

/// Names reach the medium with their directory; only Unix opens directories.
fn flush(directory: &Path) -> Result<(), DirectoryError> {
    if cfg!(unix) {
        File::open(directory).and_then(|d| d.sync_all()).map_err(|e| failed(directory, e))?;
    }
    Ok(())
}

fn remove(directory: &Path) -> Result<(), DirectoryError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(directory, error)),
        _ => Ok(()),
    }
}

pub(crate) fn failed(path: &Path, reason: impl ToString) -> DirectoryError {
    DirectoryError { path: path.to_owned(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(content: &str) -> Vec<(String, Vec<u8>)> {
        vec![("a.stl".into(), content.into())]
    }

    #[test]
    fn a_killed_exchange_is_put_right() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("roots");
        Bundle::open(directory.clone()).unwrap().replace(&files("old"), &[]).unwrap();
        // As a kill between the two renames leaves it.
        fs::rename(&directory, beside(&directory, "previous")).unwrap();
        fs::create_dir(beside(&directory, "next")).unwrap();
        recover(&directory).unwrap();
        assert_eq!(fs::read(directory.join("a.stl")).unwrap(), b"old");
        Bundle::open(directory.clone()).unwrap().replace(&files("new"), &[]).unwrap();
        assert_eq!(fs::read(directory.join("a.stl")).unwrap(), b"new");
        let left: Vec<_> = fs::read_dir(parent.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "the directory and the lock: {left:?}");
    }

    /// As when a file in it is open elsewhere.
    #[test]
    fn what_cannot_be_cleared_up_is_no_failure() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("roots");
        let bundle = Bundle::open(directory.clone()).unwrap();
        fs::remove_dir(beside(&directory, "staging")).unwrap();
        fs::write(beside(&directory, "staging"), "no directory").unwrap();
        bundle.replace(&files("new"), &[]).unwrap();
        assert_eq!(fs::read(directory.join("a.stl")).unwrap(), b"new");
    }

    #[test]
    fn what_is_kept_survives() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("roots");
        replace_with::<DirectoryError>(&directory, || Ok(files("old"))).unwrap();
        fs::create_dir(directory.join(KEPT)).unwrap();
        fs::write(directory.join(KEPT).join("a.entry"), b"kept").unwrap();
        replace_with::<DirectoryError>(&directory, || Ok(vec![("b.stl".into(), b"new".to_vec())])).unwrap();
        assert_eq!(fs::read(directory.join(KEPT).join("a.entry")).unwrap(), b"kept");
        assert!(!directory.join("a.stl").exists());
        let refused = replace_with(&directory, || Err(failed(&directory, "refused")));
        assert!(refused.is_err());
        assert_eq!(fs::read(directory.join("b.stl")).unwrap(), b"new");
    }

    #[test]
    fn one_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let held = Bundle::open(parent.path().join("roots")).unwrap();
        let error = Bundle::open(parent.path().join("roots")).unwrap_err();
        assert!(error.to_string().contains("locked by another process"), "{error}");
        drop(held);
        Bundle::open(parent.path().join("roots")).unwrap();
    }

    #[test]
    fn names_stay_in_the_directory() {
        let parent = tempfile::tempdir().unwrap();
        let bundle = Bundle::open(parent.path().join("roots")).unwrap();
        for name in ["../x", "a/b", "/etc/x", "..", ".", "", "a/"] {
            assert!(bundle.replace(&[(name.into(), Vec::new())], &[]).is_err(), "{name}");
        }
        assert!(!parent.path().join("roots").exists());
    }
}
