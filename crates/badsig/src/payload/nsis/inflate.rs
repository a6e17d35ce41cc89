//! Deflate as NSIS writes it: RFC 1951, but the length of a stored block need not be followed by its complement.
//!
//! Installers made with NSIS's own copy of zlib lack it (that of WinPcap does); those made on Debian, where makensis is
//! linked with the zlib of the system, have it. No library reads the former: to them a stored block is damaged.

use std::io::{self, BufRead};
use std::sync::{Arc, OnceLock};

/// How far a match reaches back (RFC 1951, 2).
const WINDOW: usize = 32 * 1024;
/// What is unpacked before it is handed out, at least.
const AHEAD: usize = 16 * 1024;
/// From this size on, what was handed out is dropped.
const KEPT: usize = 4 * WINDOW;
/// Bits of a code that are looked up at once.
const FAST: u32 = 9;
/// Longest code.
const LONGEST: u32 = 15;
/// "End of block".
const END: u16 = 256;
/// Order of the code lengths of code lengths (3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Unpacks while it is read.
pub(super) struct Inflate<R> {
    bits: Bits<R>,
    block: Block,
    last: bool,
    /// Unpacked bytes, of which the first were handed out.
    bytes: Vec<u8>,
    given: usize,
}

/// Where the reader is.
enum Block {
    /// Before a block.
    Between,
    /// In a stored block with so many bytes left.
    Stored(usize),
    /// In a block with these codes.
    Coded(Arc<(Codes, Codes)>),
    /// Behind the last block.
    Finished,
}

impl<R: BufRead> Inflate<R> {
    pub(super) fn new(reader: R) -> Inflate<R> {
        let bits = Bits { reader, buffer: 0, count: 0 };
        Inflate { bits, block: Block::Between, last: false, bytes: Vec::new(), given: 0 }
    }

    fn unpack(&mut self) -> io::Result<()> {
        if self.bytes.len() > KEPT {
            let drop = self.bytes.len().saturating_sub(WINDOW).min(self.given);
            self.bytes.drain(..drop);
            self.given = self.given.saturating_sub(drop);
        }
        while self.bytes.len().saturating_sub(self.given) < AHEAD {
            let ended = match &mut self.block {
                Block::Finished => return Ok(()),
                Block::Between => {
                    self.start()?;
                    false
                }
                Block::Stored(left) => {
                    let count = (*left).min(AHEAD);
                    self.bits.copy(count, &mut self.bytes)?;
                    *left = left.saturating_sub(count);
                    *left == 0
                }
                Block::Coded(codes) => coded(&mut self.bits, codes, &mut self.bytes)?,
            };
            if ended {
                self.block = if self.last { Block::Finished } else { Block::Between };
            }
        }
        Ok(())
    }

    fn start(&mut self) -> io::Result<()> {
        self.last = self.bits.get(1)? == 1;
        self.block = match self.bits.get(2)? {
            0 => {
                self.bits.align();
                Block::Stored(index(self.bits.stored_length()?))
            }
            1 => Block::Coded(fixed()?),
            2 => Block::Coded(Arc::new(dynamic(&mut self.bits)?)),
            _ => return Err(wrong("a block is of no known type")),
        };
        Ok(())
    }
}

impl<R: BufRead> io::Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given >= self.bytes.len() {
            self.unpack()?;
        }
        let mut rest = self.bytes.get(self.given..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.given = self.given.saturating_add(count);
        Ok(count)
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("Deflate: {what}"))
}

fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// Unpacks up to the end of the block (then `true`), or until there is enough.
fn coded(
    bits: &mut Bits<impl BufRead>,
    (literals, distances): &(Codes, Codes),
    bytes: &mut Vec<u8>,
) -> io::Result<bool> {
    let enough = bytes.len().saturating_add(AHEAD);
    while bytes.len() < enough {
        let symbol = literals.symbol(bits)?;
        if let Ok(byte) = u8::try_from(symbol) {
            bytes.push(byte);
            continue;
        }
        if symbol == END {
            return Ok(true);
        }
        let length = index(length(bits, symbol)?);
        let symbol = distances.symbol(bits)?;
        let distance = index(distance(bits, symbol)?);
        let start =
            bytes.len().checked_sub(distance).ok_or_else(|| wrong("a match starts before the data"))?;
        for place in start..start.saturating_add(length) {
            let byte = bytes.get(place).copied().unwrap_or(0);
            bytes.push(byte);
        }
    }
    Ok(false)
}

/// The length of a match (3.2.5): four symbols for each number of extra bits, after the first eight.
fn length(bits: &mut Bits<impl BufRead>, symbol: u16) -> io::Result<u32> {
    let code = u32::from(symbol).saturating_sub(257);
    match code {
        0..=7 => Ok(code.saturating_add(3)),
        28 => Ok(258),
        8..=27 => {
            let extra = (code >> 2).saturating_sub(1);
            let base = (4 | (code & 3)) << extra;
            Ok(base.saturating_add(3).saturating_add(bits.get(extra)?))
        }
        _ => Err(wrong("a length is out of bounds")),
    }
}

/// How far a match reaches back: two symbols for each number of extra bits, after the first four.
fn distance(bits: &mut Bits<impl BufRead>, symbol: u16) -> io::Result<u32> {
    let code = u32::from(symbol);
    match code {
        0..=3 => Ok(code.saturating_add(1)),
        4..=29 => {
            let extra = (code >> 1).saturating_sub(1);
            let base = (2 | (code & 1)) << extra;
            Ok(base.saturating_add(1).saturating_add(bits.get(extra)?))
        }
        _ => Err(wrong("a distance is out of bounds")),
    }
}

/// The codes of 3.2.6.
fn fixed() -> io::Result<Arc<(Codes, Codes)>> {
    /// Made once: a block of ten bits may ask for them.
    static FIXED: OnceLock<Option<Arc<(Codes, Codes)>>> = OnceLock::new();
    FIXED.get_or_init(|| make_fixed().ok().map(Arc::new)).clone().ok_or_else(|| wrong("no fixed codes"))
}

fn make_fixed() -> io::Result<(Codes, Codes)> {
    let lengths = [(8, 144), (9, 112), (7, 24), (8, 8)];
    let literals: Vec<u8> =
        lengths.into_iter().flat_map(|(length, count)| std::iter::repeat_n(length, count)).collect();
    Ok((Codes::new(&literals)?, Codes::new(&[5; 30])?))
}

/// The codes that stand before the block (3.2.7).
fn dynamic(bits: &mut Bits<impl BufRead>) -> io::Result<(Codes, Codes)> {
    let literals = index(bits.get(5)?.saturating_add(257));
    let distances = index(bits.get(5)?.saturating_add(1));
    let count = index(bits.get(4)?.saturating_add(4));
    let mut of_lengths = [0u8; 19];
    for place in ORDER.iter().take(count) {
        let length = u8::try_from(bits.get(3)?).unwrap_or(0);
        if let Some(target) = of_lengths.get_mut(*place) {
            *target = length;
        }
    }
    let codes = Codes::new(&of_lengths)?;
    let total = literals.saturating_add(distances);
    let mut lengths: Vec<u8> = Vec::with_capacity(total);
    while lengths.len() < total {
        let (length, times) = match codes.symbol(bits)? {
            16 => {
                let before = lengths.last().copied().ok_or_else(|| wrong("there is no length to repeat"))?;
                (before, bits.get(2)?.saturating_add(3))
            }
            17 => (0, bits.get(3)?.saturating_add(3)),
            18 => (0, bits.get(7)?.saturating_add(11)),
            length => (u8::try_from(length).unwrap_or(0), 1),
        };
        lengths.extend(std::iter::repeat_n(length, index(times)));
    }
    let (of_literals, rest) = lengths.split_at_checked(literals).unwrap_or_default();
    let of_distances = rest.get(..distances).filter(|_| lengths.len() == total);
    let of_distances = of_distances.ok_or_else(|| wrong("there are too many lengths of codes"))?;
    Ok((Codes::new(of_literals)?, Codes::new(of_distances)?))
}

/// Huffman codes, by their lengths.
struct Codes {
    /// By the next [`FAST`] bits: the symbol shifted by four, and the length of its code; 0 for longer ones.
    fast: Vec<u16>,
    /// How many codes there are of each length.
    counts: [u32; 16],
    /// Symbols in the order of their codes.
    symbols: Vec<u16>,
}

impl Codes {
    fn new(lengths: &[u8]) -> io::Result<Codes> {
        let mut codes = Codes { fast: vec![0; 1 << FAST], counts: [0; 16], symbols: Vec::new() };
        let (mut code, mut left) = (0u32, 1i64);
        for wanted in 1..=LONGEST {
            (code, left) = (code.wrapping_shl(1), left.saturating_mul(2));
            let symbols = (0u16..).zip(lengths).filter(|(_, length)| u32::from(**length) == wanted);
            for (symbol, _) in symbols {
                codes.add(symbol, code, wanted);
                (code, left) = (code.saturating_add(1), left.saturating_sub(1));
            }
            if left < 0 {
                return Err(wrong("there are more codes than fit"));
            }
        }
        Ok(codes)
    }

    fn add(&mut self, symbol: u16, code: u32, length: u32) {
        self.symbols.push(symbol);
        if let Some(count) = self.counts.get_mut(index(length)) {
            *count = count.saturating_add(1);
        }
        let Some(unused) = FAST.checked_sub(length) else { return };
        // Codes come with their highest bit first, other numbers with their lowest.
        let first = code.reverse_bits() >> 32u32.saturating_sub(length);
        let entry = (symbol << 4) | u16::try_from(length).unwrap_or(0);
        for rest in 0..(1u32 << unused) {
            if let Some(place) = self.fast.get_mut(index(first | (rest << length))) {
                *place = entry;
            }
        }
    }

    fn symbol(&self, bits: &mut Bits<impl BufRead>) -> io::Result<u16> {
        bits.fill(LONGEST)?;
        let next = bits.peek();
        let entry = self.fast.get(index(next & ((1 << FAST) - 1))).copied().unwrap_or(0);
        if entry != 0 {
            bits.drop(u32::from(entry & 15))?;
            return Ok(entry >> 4);
        }
        let (mut code, mut first, mut place) = (0u32, 0u32, 0u32);
        for (length, count) in (0u32..).zip(self.counts).skip(1) {
            code |= (next >> length.saturating_sub(1)) & 1;
            let offset = code.wrapping_sub(first);
            if offset < count {
                bits.drop(length)?;
                let symbol = self.symbols.get(index(place.saturating_add(offset)));
                return symbol.copied().ok_or_else(|| wrong("a code has no symbol"));
            }
            place = place.saturating_add(count);
            first = first.saturating_add(count).wrapping_shl(1);
            code = code.wrapping_shl(1);
        }
        Err(wrong("a code is not known"))
    }
}

/// Bits, lowest first.
struct Bits<R> {
    reader: R,
    buffer: u64,
    count: u32,
}

impl<R: BufRead> Bits<R> {
    /// Makes so many bits ready, as far as there are any.
    fn fill(&mut self, wanted: u32) -> io::Result<()> {
        while self.count < wanted {
            let Some(byte) = self.reader.fill_buf()?.first().copied() else { return Ok(()) };
            self.reader.consume(1);
            self.buffer |= u64::from(byte) << self.count;
            self.count = self.count.saturating_add(8);
        }
        Ok(())
    }

    fn peek(&self) -> u32 {
        u32::try_from(self.buffer & u64::from(u32::MAX)).unwrap_or(0)
    }

    fn drop(&mut self, count: u32) -> io::Result<()> {
        self.count = self.count.checked_sub(count).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.buffer >>= count;
        Ok(())
    }

    /// The next 0 to 16 bits.
    fn get(&mut self, wanted: u32) -> io::Result<u32> {
        self.fill(wanted)?;
        let value = self.peek() & (1u32 << wanted).wrapping_sub(1);
        self.drop(wanted)?;
        Ok(value)
    }

    /// The length of a stored block, and its complement when that is there.
    fn stored_length(&mut self) -> io::Result<u32> {
        let length = self.get(16)?;
        self.fill(16)?;
        if self.count >= 16 && self.peek() & 0xffff == !length & 0xffff {
            self.drop(16)?;
        }
        Ok(length)
    }

    /// Drops the rest of a byte that was begun.
    fn align(&mut self) {
        let rest = self.count & 7;
        self.buffer >>= rest;
        self.count = self.count.saturating_sub(rest);
    }

    /// Copies whole bytes.
    fn copy(&mut self, count: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        for _ in 0..count {
            let byte = self.get(8)?;
            bytes.push(u8::try_from(byte).unwrap_or(0));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Inflate::new(packed).read_to_end(&mut bytes).map(|_| bytes)
    }

    /// Bytes that pack to all kinds of blocks.
    fn sample(length: u32) -> Vec<u8> {
        (0..length).map(|at| (at.wrapping_mul(at >> 7) >> 3).to_le_bytes()[0] & 0x3f).collect()
    }

    #[test]
    fn what_another_library_packs_is_unpacked() {
        for (length, level) in [(0, 6), (1, 6), (100, 1), (70_000, 1), (300_000, 9), (1_000_000, 6)] {
            let bytes = sample(length);
            let mut packed = Vec::new();
            let level = flate2::Compression::new(level);
            flate2::read::DeflateEncoder::new(&*bytes, level).read_to_end(&mut packed).unwrap();
            assert!(unpack(&packed).unwrap() == bytes, "{length} bytes");
            assert!(packed.len() < 3 || unpack(&packed[..packed.len() - 2]).is_err(), "{length} bytes, cut");
        }
    }

    #[test]
    fn stored_blocks_need_no_complement() {
        assert_eq!(unpack(b"\0\x03\0abc\x01\x02\0de").unwrap(), b"abcde");
        assert_eq!(unpack(b"\0\x03\0\xfc\xffabc\x01\x02\0\xfd\xffde").unwrap(), b"abcde");
        assert!(unpack(b"\x01\x05\0abc").is_err());
        assert!(unpack(b"\x07").is_err());
    }
}
