//! The *subject* (the word of WinVerifyTrust): the bytes that are judged, and how they are read.
//!
//! A subject is read at given offsets, never as a whole, so that memory does not grow with file size and
//! two threads can read one file. This module knows nothing of formats.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

mod siblings;

pub(crate) use siblings::Watched;
pub use siblings::{Directory, NoSiblings, Siblings};

/// Bytes that can be read at any offset, by several threads at once.
pub trait ByteSource: Send + Sync {
    /// Number of bytes.
    fn size(&self) -> u64;

    /// Reads some bytes at `offset` into `buffer`; 0 at the end.
    ///
    /// # Errors
    /// Whatever the operating system says.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Says whether the source is still what it was when it was opened.
    ///
    /// # Errors
    /// [`ReadError::Changed`] when it is not.
    fn check_unchanged(&self) -> Result<(), ReadError> {
        Ok(())
    }
}

/// Why bytes could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The operating system refused.
    #[error("reading {wanted} bytes at offset {offset:#x} failed: {source}")]
    Io {
        /// Where the read started.
        offset: u64,
        /// How many bytes were asked for.
        wanted: u64,
        /// What the operating system said.
        source: io::Error,
    },
    /// The bytes end before the place asked for.
    #[error("{missing} bytes are missing at offset {offset:#x}: the file ends at {size:#x}")]
    Ends {
        /// Where the read started.
        offset: u64,
        /// Bytes asked for that are not there.
        missing: u64,
        /// Size of the source.
        size: u64,
    },
    /// The file was written to, cut or replaced while it was read.
    #[error("the file changed while it was read ({what}); check it again when nothing writes to it")]
    Changed {
        /// What was seen to differ.
        what: String,
    },
    /// More bytes than the bound allows would have been read into memory.
    #[error("{wanted} bytes at offset {offset:#x} are more than the limit of {limit}")]
    TooLarge {
        /// Where the read started.
        offset: u64,
        /// Bytes asked for.
        wanted: u64,
        /// The bound.
        limit: u64,
    },
    /// The directory holds more names than are looked through.
    #[error("whether it is there is not known: its directory holds more than {limit} names")]
    TooManyNames {
        /// The bound.
        limit: usize,
    },
    /// The path is not a file whose bytes can be judged.
    #[error("{what}")]
    NotAFile {
        /// What it is instead.
        what: &'static str,
    },
    /// The file could not be opened.
    #[error("cannot be opened: {0}")]
    Open(io::Error),
}

/// One file (or the bytes of one) to be judged, with the name it is reported under.
pub struct Subject {
    name: String,
    source: Arc<dyn ByteSource>,
    siblings: Arc<dyn Siblings>,
}

impl Subject {
    /// Opens a file of the file system.
    ///
    /// # Errors
    /// [`ReadError::NotAFile`] for a directory, a pipe or a device (opening a pipe would wait for ever),
    /// [`ReadError::Open`] when the operating system refuses.
    pub fn open(path: &Path) -> Result<Subject, ReadError> {
        let subject = Subject::new(path.display().to_string(), Box::new(FileSource::open(path)?));
        Ok(subject.beside(Arc::new(Directory::of(path))))
    }

    /// Bytes in memory, reported under `name`.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Subject {
        Subject::shared(name, Arc::new(bytes))
    }

    /// Bytes from elsewhere, reported under `name`.
    pub fn new(name: impl Into<String>, source: Box<dyn ByteSource>) -> Subject {
        Subject::shared(name, source.into())
    }

    /// Bytes that others read too, reported under `name`.
    pub fn shared(name: impl Into<String>, source: Arc<dyn ByteSource>) -> Subject {
        Subject { name: name.into(), source, siblings: Arc::new(NoSiblings) }
    }

    /// The same bytes with files beside them, which they may name (other volumes, external cabinets).
    #[must_use]
    pub fn beside(mut self, siblings: Arc<dyn Siblings>) -> Subject {
        self.siblings = siblings;
        self
    }

    /// The name the subject is reported under: a path as it was given, or a virtual path for a member of
    /// a container (`setup.exe!/a.cab!/b.msi`).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same bytes under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Subject {
        self.name = name.into();
        self
    }

    /// The bytes.
    pub fn source(&self) -> &dyn ByteSource {
        &*self.source
    }

    /// The files beside it.
    pub fn siblings(&self) -> &dyn Siblings {
        &*self.siblings
    }

    /// The files beside it, for sharing.
    pub(crate) fn shared_siblings(&self) -> &Arc<dyn Siblings> {
        &self.siblings
    }

    /// The bytes, for sharing: members that are stored as they are, are read in place.
    pub fn shared_source(&self) -> &Arc<dyn ByteSource> {
        &self.source
    }
}

/// A regular file, watched for changes.
pub struct FileSource {
    file: File,
    size: u64,
    modified: Option<SystemTime>,
}

impl FileSource {
    /// Opens a regular file.
    ///
    /// # Errors
    /// See [`Subject::open`].
    pub fn open(path: &Path) -> Result<FileSource, ReadError> {
        // Asked before opening: opening a pipe without a writer blocks.
        let before = std::fs::metadata(path).map_err(ReadError::Open)?;
        if let Some(what) = not_a_file(&before) {
            return Err(ReadError::NotAFile { what });
        }
        let file = File::open(path).map_err(ReadError::Open)?;
        let metadata = file.metadata().map_err(ReadError::Open)?;
        match not_a_file(&metadata) {
            Some(what) => Err(ReadError::NotAFile { what }),
            None => Ok(FileSource::with(file, &metadata)),
        }
    }

    /// A file that is open already.
    ///
    /// # Errors
    /// When the operating system does not say how large it is.
    pub fn of(file: File) -> io::Result<FileSource> {
        let metadata = file.metadata()?;
        Ok(FileSource::with(file, &metadata))
    }

    fn with(file: File, metadata: &std::fs::Metadata) -> FileSource {
        FileSource { file, size: metadata.len(), modified: metadata.modified().ok() }
    }
}

fn not_a_file(metadata: &std::fs::Metadata) -> Option<&'static str> {
    if metadata.is_file() {
        None
    } else if metadata.is_dir() {
        Some("is a directory, not a file")
    } else {
        Some("is a pipe, socket or device, not a regular file")
    }
}

impl ByteSource for FileSource {
    fn size(&self) -> u64 {
        self.size
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)
    }

    fn check_unchanged(&self) -> Result<(), ReadError> {
        let metadata = self.file.metadata().map_err(ReadError::Open)?;
        if metadata.len() != self.size {
            let what = format!("its size was {} and is now {}", self.size, metadata.len());
            return Err(ReadError::Changed { what });
        }
        if metadata.modified().ok() != self.modified {
            return Err(ReadError::Changed { what: "its modification time is new".to_owned() });
        }
        Ok(())
    }
}

impl ByteSource for Vec<u8> {
    fn size(&self) -> u64 {
        self.len().try_into().unwrap_or(u64::MAX)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|start| self.get(start..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(target), Some(bytes)) = (buffer.get_mut(..count), rest.get(..count)) {
            target.copy_from_slice(bytes);
        }
        Ok(count)
    }
}

/// A source read from its start to its end, as a stream.
pub struct SourceReader<'a> {
    source: &'a dyn ByteSource,
    position: u64,
}

impl<'a> SourceReader<'a> {
    /// From the first byte on.
    pub fn new(source: &'a dyn ByteSource) -> SourceReader<'a> {
        SourceReader { source, position: 0 }
    }
}

impl io::Read for SourceReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read_at(self.position, buffer)?;
        self.position = self.position.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

/// Fills `buffer` from `offset`.
///
/// # Errors
/// [`ReadError::Ends`] when the source is too short, [`ReadError::Changed`] when it became too short,
/// [`ReadError::Io`] when the operating system refuses.
pub fn read_exact(source: &dyn ByteSource, offset: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
    let wanted = u64::try_from(buffer.len()).unwrap_or(u64::MAX);
    let end = offset.saturating_add(wanted);
    if end > source.size() {
        let start = offset.max(source.size());
        return Err(ReadError::Ends { offset, missing: end.saturating_sub(start), size: source.size() });
    }
    let mut done = 0usize;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        let position = offset.saturating_add(u64::try_from(done).unwrap_or(u64::MAX));
        match source.read_at(position, rest) {
            Ok(0) => {
                let what =
                    format!("it ended at offset {position:#x} while its size was {:#x}", source.size());
                return Err(ReadError::Changed { what });
            }
            Ok(count) => done = done.saturating_add(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::Io { offset, wanted, source: error }),
        }
    }
    Ok(())
}

/// Reads `length` bytes at `offset` into memory, at most `limit`.
///
/// # Errors
/// As [`read_exact`], and [`ReadError::TooLarge`] beyond the limit.
pub fn read_vec(source: &dyn ByteSource, offset: u64, length: u64, limit: u64) -> Result<Vec<u8>, ReadError> {
    if length > limit {
        return Err(ReadError::TooLarge { offset, wanted: length, limit });
    }
    // The end is checked before memory is taken, so a false length costs nothing.
    if offset.saturating_add(length) > source.size() {
        let missing = offset.saturating_add(length).saturating_sub(offset.max(source.size()));
        return Err(ReadError::Ends { offset, missing, size: source.size() });
    }
    let count = usize::try_from(length).map_err(|_| ReadError::TooLarge { offset, wanted: length, limit })?;
    let mut buffer = vec![0; count];
    read_exact(source, offset, &mut buffer)?;
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that promises more than it has, as a file that is cut while it is read.
    struct Shrinking;

    impl ByteSource for Shrinking {
        fn size(&self) -> u64 {
            10
        }

        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
            vec![1u8; 4].read_at(offset, buffer)
        }
    }

    #[test]
    fn a_source_that_shrinks_is_an_error() {
        let error = read_vec(&Shrinking, 0, 10, 100).unwrap_err();
        assert!(matches!(error, ReadError::Changed { .. }), "{error}");
    }

    #[test]
    fn missing_bytes_are_counted() {
        let error = read_vec(&vec![0u8; 8], 4, 10, 100).unwrap_err();
        assert!(matches!(error, ReadError::Ends { missing: 6, size: 8, offset: 4 }), "{error}");
    }

    #[test]
    fn a_false_length_takes_no_memory() {
        let error = read_vec(&vec![0u8; 8], 0, u64::MAX, u64::MAX).unwrap_err();
        assert!(matches!(error, ReadError::Ends { .. }), "{error}");
    }

    #[test]
    fn a_directory_is_not_a_file() {
        assert!(matches!(FileSource::open(Path::new(".")), Err(ReadError::NotAFile { .. })));
    }
}
