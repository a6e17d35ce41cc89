//! The engine of a bundle as Windows caches it: the start of the file with the header that it had before
//! containers were attached.

use std::io;
use std::sync::Arc;

use crate::subject::{ByteSource, ReadError};

/// The first bytes of a source, some of them replaced.
pub(super) struct Engine {
    pub(super) source: Arc<dyn ByteSource>,
    pub(super) size: u64,
    /// Offsets and the bytes that stand there instead.
    pub(super) replaced: Vec<(u64, Vec<u8>)>,
}

impl ByteSource for Engine {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..wanted).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        let count = self.source.read_at(offset, buffer)?;
        for (place, bytes) in &self.replaced {
            for (byte, at) in bytes.iter().zip(*place..) {
                let index = at.checked_sub(offset).and_then(|index| usize::try_from(index).ok());
                if let Some(target) =
                    index.filter(|index| *index < count).and_then(|index| buffer.get_mut(index))
                {
                    *target = *byte;
                }
            }
        }
        Ok(count)
    }

    fn check_unchanged(&self) -> Result<(), ReadError> {
        self.source.check_unchanged()
    }
}
