//! A byte source as the reader that `cfb` asks for.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use crate::subject::ByteSource;

/// Bytes fetched at a jump: sectors of the allocation table lie scattered.
const SMALLEST_FETCH: usize = 4 * 1024;
/// Bytes fetched at a time while reading on.
const LARGEST_FETCH: usize = 64 * 1024;

/// How many bytes may still be read. `cfb` keeps the allocation table and the directory in memory and takes
/// their lengths from the file; a table that names one sector a million times would fill the memory.
pub(super) type Allowance = Rc<Cell<u64>>;

/// Reads through a buffer that grows while reading goes on and shrinks at a jump.
pub(super) struct SourceReader<'a> {
    source: &'a dyn ByteSource,
    allowance: Allowance,
    position: u64,
    buffer: Vec<u8>,
    buffer_start: u64,
}

impl<'a> SourceReader<'a> {
    pub(super) fn new(source: &'a dyn ByteSource, allowance: Allowance) -> SourceReader<'a> {
        SourceReader { source, allowance, position: 0, buffer: Vec::new(), buffer_start: 0 }
    }

    fn buffered(&self) -> &[u8] {
        let inside =
            self.position.checked_sub(self.buffer_start).and_then(|inside| usize::try_from(inside).ok());
        inside.and_then(|inside| self.buffer.get(inside..)).unwrap_or_default()
    }

    fn fetch(&mut self) -> io::Result<()> {
        let length = u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
        let reads_on = self.position == self.buffer_start.saturating_add(length);
        let size = if reads_on { self.buffer.len().saturating_mul(4) } else { 0 };
        self.buffer.resize(size.clamp(SMALLEST_FETCH, LARGEST_FETCH), 0);
        self.buffer_start = self.position;
        let count = self.source.read_at(self.position, &mut self.buffer);
        // After a failure the buffer holds nothing.
        self.buffer.truncate(*count.as_ref().unwrap_or(&0));
        count.map(drop)
    }

    fn spend(&self, count: usize) -> io::Result<()> {
        let left = self.allowance.get().checked_sub(u64::try_from(count).unwrap_or(u64::MAX));
        let left = left.ok_or_else(|| {
            io::Error::other("its allocation table or directory is larger than the size of the file warrants")
        })?;
        self.allowance.set(left);
        Ok(())
    }
}

impl Read for SourceReader<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.buffered().is_empty() {
            self.fetch()?;
        }
        let mut buffered = self.buffered();
        let count = buffered.read(target)?;
        self.spend(count)?;
        self.position = self.position.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

impl Seek for SourceReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.source.size().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(source: &Vec<u8>, allowance: u64) -> SourceReader<'_> {
        SourceReader::new(source, Rc::new(Cell::new(allowance)))
    }

    #[test]
    fn everything_is_read_in_order_and_after_jumps() {
        let source: Vec<u8> = (0..=250u8).cycle().take(200_000).collect();
        let mut reader = reader(&source, u64::MAX);
        let mut all = Vec::new();
        reader.read_to_end(&mut all).unwrap();
        assert_eq!(all, source);
        let mut some = [0; 100];
        for offset in [150_000u64, 3, 199_900, 70_000] {
            reader.seek(SeekFrom::Start(offset)).unwrap();
            reader.read_exact(&mut some).unwrap();
            let start = usize::try_from(offset).unwrap();
            assert_eq!(some, source[start..start + 100]);
        }
    }

    #[test]
    fn no_more_is_read_than_allowed() {
        let source = vec![0; 10_000];
        let mut some = [0; 500];
        let mut reader = reader(&source, 900);
        reader.read_exact(&mut some).unwrap();
        reader.seek(SeekFrom::Start(0)).unwrap();
        assert!(reader.read_exact(&mut some).is_err());
    }
}
