//! Files that the user names: those that are read whole, with a bound, and those that are written, whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::Failure;

/// What small files have at most: policies, locks, manifests.
pub(crate) const SETTINGS: u64 = 16 * 1024 * 1024;
/// What files with certificates or lists of them have at most; the largest revocation lists have some 50 MB.
pub(crate) const EVIDENCE: u64 = 256 * 1024 * 1024;
/// What a report has at most that is read whole.
pub(crate) const REPORT: u64 = 2 * 1024 * 1024 * 1024;

/// Reads a file that has no more than `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    read_as(&path.display().to_string(), path, limit)
}

/// The same for a file that messages call by this name: the option that names it, and its path.
pub(crate) fn read_as(name: &str, path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let failed = |why: String| Failure::usage(format!("{name}: {why}"));
    let bytes = File::open(path).and_then(|file| bounded(file, limit));
    let bytes = bytes.map_err(|error| failed(format!("cannot be read: {error}")))?;
    bytes.ok_or_else(|| failed(format!("has more than {limit} bytes, the limit for such files")))
}

/// All bytes, or nothing when there are more than `limit`. The size that a system states is not asked: pipes and devices have none.
pub(crate) fn bounded(from: impl io::Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= limit);
    Ok(fits.then_some(bytes))
}

/// A file that appears under its name only when it is complete: it is written beside its place and renamed.
pub(crate) struct WholeFile {
    path: PathBuf,
    writer: Writer,
}

enum Writer {
    Beside(BufWriter<NamedTempFile>),
    /// A pipe or device, which cannot be replaced.
    Through(BufWriter<File>),
}

impl WholeFile {
    /// Prepares writing; says at once when the place cannot be written to.
    pub(crate) fn create(path: &Path) -> Result<WholeFile, Failure> {
        let failed =
            |error: io::Error| Failure::usage(format!("{} cannot be written: {error}", path.display()));
        if path.is_dir() {
            return Err(Failure::usage(format!("{} cannot be written: it is a directory", path.display())));
        }
        let special = path.exists() && !path.is_file();
        let writer = if special {
            Writer::Through(BufWriter::new(OpenOptions::new().write(true).open(path).map_err(failed)?))
        } else {
            Writer::Beside(BufWriter::new(beside(path).map_err(failed)?))
        };
        Ok(WholeFile { path: path.to_owned(), writer })
    }

    /// Gives the file its name.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::from(of_file(&self.path, error));
        match self.writer {
            Writer::Through(mut writer) => writer.flush().map_err(failed),
            Writer::Beside(writer) => {
                let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
                // A link is followed, so that it stays a link.
                let place = std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
                file.persist(place).map(drop).map_err(|error| failed(error.error))
            }
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.writer {
            Writer::Beside(writer) => writer.write(bytes),
            Writer::Through(writer) => writer.write(bytes),
        };
        written.map_err(|error| of_file(&self.path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.writer {
            Writer::Beside(writer) => writer.flush(),
            Writer::Through(writer) => writer.flush(),
        };
        flushed.map_err(|error| of_file(&self.path, error))
    }
}

/// What went wrong, with the file that was asked for: several may be written at once.
fn of_file(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {}", path.display(), own_error(error)))
}

fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".badsig-").suffix(".tmp");
    // Readable as any new file; temporary files are private by default.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory).map_err(own_error)
}

/// What went wrong, without the name of the temporary file, which says nothing to the reader.
fn own_error(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((own, _)) => io::Error::new(error.kind(), own),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_has_a_bound() {
        assert_eq!(bounded(&b"abc"[..], 3).unwrap(), Some(b"abc".to_vec()));
        assert_eq!(bounded(io::repeat(0), 3).unwrap(), None);
        let error = read(Path::new("no/such/file"), 3).unwrap_err().to_string();
        assert!(error.starts_with("no/such/file: cannot be read: "), "{error}");
    }

    #[test]
    fn nothing_appears_before_the_end() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        std::fs::write(&path, "old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.flush().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        file.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn giving_up_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let mut file = WholeFile::create(&directory.path().join("report.json")).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }

    #[test]
    fn places_that_cannot_be_written_are_named_at_once() {
        let directory = tempfile::tempdir().unwrap();
        assert!(WholeFile::create(directory.path()).is_err());
        let missing = directory.path().join("missing/report.json");
        let error = WholeFile::create(&missing).err().unwrap().to_string();
        assert!(error.starts_with(&format!("{} cannot be written: ", missing.display())), "{error}");
        assert!(!error.contains(".badsig-"), "{error}");
    }
}
