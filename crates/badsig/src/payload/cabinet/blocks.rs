//! The blocks of a folder (CFDATA, MS-CAB 2.4), in order, over all its volumes.

use std::sync::Arc;

use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

use super::cursor::Cursor;
use super::set::{Folder, Set};

/// A block unpacks to at most this many bytes.
pub(super) const BLOCK: usize = 32 * 1024;
/// A block that a volume border cuts in two can have twice what fits a length field; no maker comes near.
const PACKED: usize = 65_535;

/// A block as it is stored.
pub(super) struct Block {
    /// Where it lies in its volume.
    pub(super) offset: u64,
    pub(super) packed: Vec<u8>,
    /// What it unpacks to, in bytes.
    pub(super) unpacked: usize,
}

/// The blocks of one folder.
pub(super) struct Blocks<'a> {
    folder: &'a Folder,
    volumes: &'a [Arc<dyn ByteSource>],
    /// Segment, blocks left in it, and where its next block lies.
    segment: usize,
    left: u16,
    cursor: Option<Cursor<'a>>,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(set: &'a Set, folder: &'a Folder) -> Blocks<'a> {
        Blocks { folder, volumes: &set.volumes, segment: 0, left: 0, cursor: None }
    }

    /// The next block; `None` behind the last. `reuse` gives it its memory.
    pub(super) fn next(&mut self, reuse: Vec<u8>) -> Result<Option<Block>, Problem> {
        let mut block = Block { offset: 0, packed: reuse, unpacked: 0 };
        block.packed.clear();
        loop {
            if self.left == 0 && !self.open_segment() {
                let cut = !block.packed.is_empty();
                return match &self.folder.missing {
                    Some(problem) => Err(problem.clone()),
                    None if cut => {
                        Err(Problem::malformed(block.offset, "the last block of the folder is cut in two"))
                    }
                    None => Ok(None),
                };
            }
            self.left = self.left.saturating_sub(1);
            if self.part(&mut block)? {
                return Ok(Some(block));
            }
        }
    }

    /// Goes to the next segment with blocks.
    fn open_segment(&mut self) -> bool {
        while let Some(segment) = self.folder.segments.get(self.segment) {
            self.segment = self.segment.saturating_add(1);
            if let Some(source) = self.volumes.get(segment.volume).filter(|_| segment.blocks > 0) {
                self.left = segment.blocks;
                self.cursor = Some(Cursor::new(&**source, segment.start));
                return true;
            }
        }
        false
    }

    /// Adds one stored part of a block; true when that completes it: only the last part says how much the
    /// block unpacks to.
    fn part(&mut self, block: &mut Block) -> Result<bool, Problem> {
        let segment = self.segment.checked_sub(1).and_then(|number| self.folder.segments.get(number));
        let (Some(segment), Some(cursor)) = (segment, self.cursor.as_mut()) else { return Ok(false) };
        let offset = cursor.position();
        block.offset = offset;
        let checksum = cursor.u32()?;
        let (packed, unpacked) = (cursor.u16()?, cursor.u16()?);
        cursor.skip(u64::from(segment.block_reserve));
        let length = usize::from(packed);
        if cursor.position().saturating_add(u64::from(packed)) > segment.end {
            let message = format!("the block of {packed} bytes runs into what follows its folder");
            return Err(Problem::at(ProblemKind::Truncated, offset, message));
        }
        if usize::from(unpacked) > BLOCK || block.packed.len().saturating_add(length) > PACKED {
            let message = format!("a block of {packed} bytes that unpacks to {unpacked} is too large");
            return Err(Problem::malformed(offset, message));
        }
        let bytes = cursor.take(length)?;
        let sizes = u32::from(packed) | u32::from(unpacked) << 16;
        // 0 says that none was computed.
        if checksum != 0 && checksum != sum(bytes) ^ sizes {
            let message = "the checksum of a block does not fit its bytes: the cabinet is damaged";
            return Err(Problem::malformed(offset, message));
        }
        block.packed.extend_from_slice(bytes);
        block.unpacked = usize::from(unpacked);
        Ok(unpacked != 0)
    }
}

/// MS-CAB 3.1: the 32-bit words put together by exclusive or; of the one to three bytes at the end, the first
/// is the highest.
fn sum(bytes: &[u8]) -> u32 {
    let mut words = bytes.chunks_exact(4);
    let whole =
        words.by_ref().fold(0, |sum, word| sum ^ word.try_into().map(u32::from_le_bytes).unwrap_or_default());
    whole ^ words.remainder().iter().fold(0, |tail, byte| tail << 8 | u32::from(*byte))
}
