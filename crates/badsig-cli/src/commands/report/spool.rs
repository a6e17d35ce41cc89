//! Answers of several reports in a temporary file, to be had in another order: memory does not grow with them.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};

use badsig::FileReport;

/// Answers in a file without a name.
pub(super) struct Spool {
    file: BufWriter<File>,
    end: u64,
    entries: Vec<Entry>,
}

/// Where an answer stands, and its place in the joined report.
struct Entry {
    place: usize,
    offset: u64,
    length: usize,
}

impl Spool {
    pub(super) fn new() -> io::Result<Spool> {
        Ok(Spool { file: BufWriter::new(tempfile::tempfile()?), end: 0, entries: Vec::new() })
    }

    /// Number of answers.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes an answer in.
    pub(super) fn push(&mut self, place: usize, file: &FileReport) -> io::Result<()> {
        let text = serde_json::to_vec(file)?;
        self.file.write_all(&text)?;
        self.entries.push(Entry { place, offset: self.end, length: text.len() });
        self.end = self.end.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Gives the answers by their places.
    pub(super) fn in_order<E: From<io::Error>>(
        mut self,
        mut hear: impl FnMut(FileReport) -> Result<(), E>,
    ) -> Result<(), E> {
        self.entries.sort_by_key(|entry| entry.place);
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut text = Vec::new();
        for Entry { offset, length, .. } in self.entries {
            text.resize(length, 0);
            file.seek(SeekFrom::Start(offset))?;
            file.read_exact(&mut text)?;
            hear(serde_json::from_slice(&text).map_err(io::Error::from)?)?;
        }
        Ok(())
    }
}
