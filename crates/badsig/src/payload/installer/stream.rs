//! A stream of a compound file as a source of its own: its sectors may lie anywhere.

use std::io;
use std::sync::Arc;

use crate::digest::{CoveredBytes, Piece};
use crate::subject::{ByteSource, ReadError};

/// The bytes of one stream, read in place.
pub(super) struct Stream {
    source: Arc<dyn ByteSource>,
    /// Where each run starts in the stream and in the file, in order.
    runs: Vec<(u64, u64)>,
    size: u64,
}

impl Stream {
    pub(super) fn new(source: &Arc<dyn ByteSource>, bytes: &CoveredBytes) -> Stream {
        let mut size = 0u64;
        let mut runs = Vec::new();
        for piece in bytes.pieces() {
            if let Piece::Range { offset, length } = piece {
                runs.push((size, *offset));
                size = size.saturating_add(*length);
            }
        }
        Stream { source: Arc::clone(source), runs, size }
    }
}

impl ByteSource for Stream {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let after = self.runs.partition_point(|(start, _)| *start <= offset);
        let run = after.checked_sub(1).and_then(|number| self.runs.get(number));
        let Some((start, place)) = run.filter(|_| offset < self.size) else { return Ok(0) };
        let end = self.runs.get(after).map_or(self.size, |(next, _)| *next);
        let left = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        let within = offset.saturating_sub(*start);
        self.source.read_at(place.saturating_add(within), buffer.get_mut(..count).unwrap_or_default())
    }

    fn check_unchanged(&self) -> Result<(), ReadError> {
        self.source.check_unchanged()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::read_vec;

    #[test]
    fn runs_are_joined() {
        let whole: Arc<dyn ByteSource> = Arc::new(b"0123456789".to_vec());
        let mut covered = CoveredBytes::new();
        covered.push_range(7, 10);
        covered.push_range(1, 3);
        let stream = Stream::new(&whole, &covered);
        assert_eq!(read_vec(&stream, 0, 5, 5).unwrap(), b"78912");
        assert_eq!(read_vec(&stream, 2, 2, 2).unwrap(), b"91");
        assert!(read_vec(&stream, 4, 2, 2).is_err());
    }
}
