//! One folder, unpacked once from its start.

use std::io::{self, Read};

use crate::payload::{Stop, Visitor};
use crate::problem::{Problem, ProblemKind};

use super::blocks::Blocks;
use super::set::{Folder, Set};
use super::unpack::Unpacker;

/// The unpacked bytes of a folder, in order.
pub(super) struct FolderReader<'a> {
    blocks: Blocks<'a>,
    unpacker: Unpacker,
    /// The bytes of the last block that were not yet read.
    current: Vec<u8>,
    read: usize,
    packed: Vec<u8>,
    /// Place in the unpacked folder.
    position: u64,
    /// What is wrong with the folder; nothing can be read behind it.
    failed: Option<Problem>,
}

impl<'a> FolderReader<'a> {
    /// # Errors
    /// When the folder is packed in a way that badsig does not know.
    pub(super) fn new(set: &'a Set, folder: &'a Folder) -> Result<FolderReader<'a>, Problem> {
        Ok(FolderReader {
            blocks: Blocks::new(set, folder),
            unpacker: Unpacker::new(folder.compression)?,
            current: Vec::new(),
            read: 0,
            packed: Vec::new(),
            position: 0,
            failed: None,
        })
    }

    /// What was not yet read of the last block, after unpacking the next one when there is nothing left;
    /// empty at the end of the folder.
    fn fill(&mut self) -> Result<&[u8], Problem> {
        while self.read >= self.current.len() {
            if let Some(problem) = &self.failed {
                return Err(problem.clone());
            }
            self.read = 0;
            self.current.clear();
            if let Err(problem) = self.next_block() {
                self.failed = Some(problem.clone());
                return Err(problem);
            }
            if self.current.is_empty() {
                break;
            }
        }
        Ok(self.current.get(self.read..).unwrap_or_default())
    }

    fn next_block(&mut self) -> Result<(), Problem> {
        if let Some(mut block) = self.blocks.next(std::mem::take(&mut self.packed))? {
            self.current.extend_from_slice(self.unpacker.unpack(&mut block)?);
            self.packed = block.packed;
        }
        Ok(())
    }

    fn consume(&mut self, count: usize) {
        self.read = self.read.saturating_add(count);
        self.position = self.position.saturating_add(u64::try_from(count).unwrap_or(0));
    }

    /// Goes forward to `offset`, paying for what is unpacked on the way.
    ///
    /// # Errors
    /// [`Stop`] when the visitor's budget is spent; what is wrong with the folder otherwise.
    pub(super) fn skip_to(&mut self, offset: u64, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        while self.position < offset {
            let wanted = offset.saturating_sub(self.position);
            let have = self.fill()?.len();
            if have == 0 {
                return Err(ends_early(offset).into());
            }
            let count = usize::try_from(wanted).map_or(have, |wanted| wanted.min(have));
            self.consume(count);
            visitor.unpacked(u64::try_from(count).unwrap_or(u64::MAX))?;
        }
        Ok(())
    }
}

fn ends_early(offset: u64) -> Problem {
    let message = format!("the folder ends before {offset:#x}, where the list of files says that more lies");
    Problem::new(ProblemKind::Truncated, message)
}

/// The bytes of one file.
pub(super) struct FileReader<'r, 'a> {
    pub(super) folder: &'r mut FolderReader<'a>,
    pub(super) left: u64,
}

impl Read for FileReader<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let end = self.folder.position.saturating_add(self.left);
        let have = self.folder.fill().map_err(io::Error::other)?;
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let count = have.len().min(left).min(buffer.len());
        if count == 0 {
            return Err(io::Error::other(ends_early(end)));
        }
        if let (Some(target), Some(bytes)) = (buffer.get_mut(..count), have.get(..count)) {
            target.copy_from_slice(bytes);
        }
        self.folder.consume(count);
        self.left = self.left.saturating_sub(u64::try_from(count).unwrap_or(0));
        Ok(count)
    }
}
