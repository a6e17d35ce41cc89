//! Where a report is read from, and how much of it at a time.

use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use serde::Deserializer as _;
use serde::de::Visitor;
use serde_json::Deserializer;
use serde_json::de;

use super::error::ReportError;
use crate::limits;

const BUFFER: usize = 256 * 1024;
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF_16_MARKS: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];

/// A report's bytes.
pub(super) enum Input {
    Memory(Vec<u8>),
    File(Box<dyn ReadAndSeek>),
}

pub(super) trait ReadAndSeek: Read + Seek {}

impl<R: Read + Seek> ReadAndSeek for R {}

impl Input {
    /// Reads the whole input once.
    pub(super) fn pass<V, T>(&mut self, visitor: impl FnOnce(Budget) -> V) -> Result<T, ReportError>
    where
        V: for<'de> Visitor<'de, Value = T>,
    {
        let budget = Budget::default();
        match self {
            Input::Memory(bytes) => {
                let text = without_mark(bytes)?;
                read(&mut Deserializer::from_slice(text), visitor(budget))
            }
            Input::File(file) => {
                let mut start = Vec::new();
                file.seek(SeekFrom::Start(0))?;
                file.by_ref().take(3).read_to_end(&mut start)?;
                let skipped = start.len().saturating_sub(without_mark(&start)?.len());
                file.seek(SeekFrom::Start(u64::try_from(skipped).unwrap_or(0)))?;
                let bounded = Bounded { inner: file, budget: budget.clone() };
                let reader = BufReader::with_capacity(BUFFER, bounded);
                read(&mut Deserializer::from_reader(reader), visitor(budget))
            }
        }
    }
}

fn read<'de, R, V, T>(from: &mut Deserializer<R>, visitor: V) -> Result<T, ReportError>
where
    R: de::Read<'de>,
    V: Visitor<'de, Value = T>,
{
    let value = from.deserialize_map(visitor)?;
    from.end()?;
    Ok(value)
}

fn without_mark(bytes: &[u8]) -> Result<&[u8], ReportError> {
    if UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(ReportError::Utf16);
    }
    Ok(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes))
}

/// How many more bytes may be read before something new begins: what is read at once is bounded, whatever the
/// size of the report.
#[derive(Clone)]
pub(super) struct Budget(Rc<Cell<usize>>);

impl Default for Budget {
    fn default() -> Budget {
        Budget(Rc::new(Cell::new(limits::REPORT_ENTRY_BYTES)))
    }
}

impl Budget {
    /// Something new begins, which may take so many bytes.
    pub(super) fn begin(&self, bytes: usize) {
        self.0.set(bytes);
    }

    fn spend(&self, bytes: usize) -> io::Result<()> {
        let Some(left) = self.0.get().checked_sub(bytes) else {
            return Err(io::Error::other("one entry takes more bytes than a report may hold in one"));
        };
        self.0.set(left);
        Ok(())
    }
}

struct Bounded<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.budget.spend(count)?;
        Ok(count)
    }
}
