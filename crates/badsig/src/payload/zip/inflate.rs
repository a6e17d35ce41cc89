//! Members that are packed with Deflate, all by one decompressor: the crate `zip` makes one for each member, of some 48 KB, and an
//! archive of 20,000 small members, each with its facts put behind, left so many holes in memory that a gigabyte was not enough.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// Packed bytes that are held at a time.
const INPUT: usize = 8 * 1024;

/// The decompressor, used for one member after the other.
pub(super) struct Inflater {
    state: Decompress,
    input: Vec<u8>,
}

impl Inflater {
    pub(super) fn new() -> Inflater {
        Inflater { state: Decompress::new(false), input: vec![0; INPUT] }
    }

    /// A member: its packed bytes, and the checksum that its entry states.
    pub(super) fn member<'a>(&'a mut self, packed: &'a mut dyn Read, checksum: u32) -> Inflated<'a> {
        self.state.reset(false);
        Inflated { inflater: self, packed, held: 0..0, ended: false, crc: Crc::new(), checksum }
    }
}

/// A member while it is unpacked.
pub(super) struct Inflated<'a> {
    inflater: &'a mut Inflater,
    packed: &'a mut dyn Read,
    /// Which bytes of the input are still to be unpacked.
    held: std::ops::Range<usize>,
    ended: bool,
    crc: Crc,
    checksum: u32,
}

impl Read for Inflated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !buffer.is_empty() {
            if self.held.is_empty() {
                self.held = 0..self.packed.read(&mut self.inflater.input)?;
            }
            let last = self.held.is_empty();
            let count = self.unpack(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            if last && !self.ended {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a member ends inside its data"));
            }
        }
        if self.ended && self.crc.sum() != self.checksum {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "Invalid checksum"));
        }
        Ok(0)
    }
}

impl Inflated<'_> {
    fn unpack(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Inflater { state, input } = &mut *self.inflater;
        let (read, written) = (state.total_in(), state.total_out());
        let input = input.get(self.held.clone()).unwrap_or_default();
        let status = state.decompress(input, buffer, FlushDecompress::None)?;
        let since = |now: u64, before: u64| usize::try_from(now.saturating_sub(before)).unwrap_or(usize::MAX);
        self.held.start = self.held.start.saturating_add(since(state.total_in(), read));
        self.ended = status == Status::StreamEnd;
        let count = since(state.total_out(), written);
        self.crc.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Hello, hello, hello!" as zlib 1.2.13 packs it (`zlib.compressobj(9, zlib.DEFLATED, -15)` of Python), and its CRC.
    const PACKED: &[u8] = b"\xf3\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\x14\x01";
    const CHECKSUM: u32 = 0xe42eebac;

    #[test]
    fn members_come_one_after_the_other_and_are_checked() {
        let mut inflater = Inflater::new();
        for _ in 0..2 {
            let mut packed = PACKED;
            let mut text = String::new();
            inflater.member(&mut packed, CHECKSUM).read_to_string(&mut text).unwrap();
            assert_eq!(text, "Hello, hello, hello!");
        }
        let mut wrong = PACKED;
        let error = inflater.member(&mut wrong, CHECKSUM ^ 1).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        for length in 0..PACKED.len() {
            let mut cut = &PACKED[..length];
            let error = inflater.member(&mut cut, CHECKSUM).read_to_end(&mut Vec::new()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{length}");
        }
    }
}
