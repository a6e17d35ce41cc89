//! Reading small fields one after the other.

use crate::problem::Problem;
use crate::subject::{ByteSource, read_vec};

/// Bytes read ahead.
const AHEAD: u64 = 16 * 1024;
/// Names are at most 255 bytes and a zero byte (MS-CAB 2.1, 2.3).
const NAME: usize = 256;

/// A place in a source, with some bytes read ahead.
pub(super) struct Cursor<'a> {
    source: &'a dyn ByteSource,
    position: u64,
    /// Where the buffer starts in the source.
    start: u64,
    buffer: Vec<u8>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: &'a dyn ByteSource, position: u64) -> Cursor<'a> {
        Cursor { source, position, start: 0, buffer: Vec::new() }
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn seek(&mut self, position: u64) {
        self.position = position;
    }

    pub(super) fn skip(&mut self, count: u64) {
        self.position = self.position.saturating_add(count);
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&[u8], Problem> {
        let wanted = u64::try_from(count).unwrap_or(u64::MAX);
        let position = self.position;
        if !self.holds(wanted) {
            let length = self.source.size().saturating_sub(position).min(AHEAD).max(wanted);
            self.buffer = read_vec(self.source, position, length, length)?;
            self.start = position;
        }
        self.skip(wanted);
        let from = usize::try_from(position.saturating_sub(self.start)).unwrap_or(usize::MAX);
        Ok(self.buffer.get(from..from.saturating_add(count)).unwrap_or_default())
    }

    fn holds(&self, wanted: u64) -> bool {
        let end = self.start.saturating_add(u64::try_from(self.buffer.len()).unwrap_or(0));
        self.position >= self.start && self.position.saturating_add(wanted) <= end
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Problem> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Problem> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Problem> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// The bytes up to a zero byte, which is passed over.
    pub(super) fn zero_ended(&mut self) -> Result<Vec<u8>, Problem> {
        let start = self.position;
        let mut bytes = Vec::new();
        loop {
            match self.u8()? {
                0 => return Ok(bytes),
                _ if bytes.len() >= NAME => {
                    return Err(Problem::malformed(start, format!("a name is longer than {NAME} bytes")));
                }
                byte => bytes.push(byte),
            }
        }
    }
}
