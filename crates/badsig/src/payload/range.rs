//! A part of a file, as a source of its own.

use std::io;
use std::sync::Arc;

use crate::subject::{ByteSource, ReadError};

/// Some bytes in the middle of another source.
pub struct Range {
    source: Arc<dyn ByteSource>,
    start: u64,
    length: u64,
}

impl Range {
    /// `length` bytes from `start` on; `None` when the source ends before.
    pub fn new(source: &Arc<dyn ByteSource>, start: u64, length: u64) -> Option<Range> {
        let end = start.checked_add(length)?;
        (end <= source.size()).then(|| Range { source: Arc::clone(source), start, length })
    }
}

impl ByteSource for Range {
    fn size(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(offset);
        let count = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        match buffer.get_mut(..count) {
            Some([]) | None => Ok(0),
            Some(part) => self.source.read_at(self.start.saturating_add(offset), part),
        }
    }

    fn check_unchanged(&self) -> Result<(), ReadError> {
        self.source.check_unchanged()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_where_it_should() {
        let whole: Arc<dyn ByteSource> = Arc::new(b"0123456789".to_vec());
        let range = Range::new(&whole, 2, 3).unwrap();
        let mut buffer = [0u8; 8];
        assert_eq!((range.size(), range.read_at(1, &mut buffer).unwrap()), (3, 2));
        assert_eq!(&buffer[..2], b"34");
        assert_eq!(range.read_at(3, &mut buffer).unwrap(), 0);
        assert!(Range::new(&whole, 8, 3).is_none());
        assert!(Range::new(&whole, u64::MAX, 1).is_none());
    }
}
