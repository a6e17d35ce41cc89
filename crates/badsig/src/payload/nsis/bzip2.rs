//! bzip2 as NSIS writes it: without headers, checksums and randomisation, blocks of 900,000 bytes.
//!
//! Source: `Source/bzip2/decompress.c` of NSIS and the description of bzip2 (block sorting, move to front, Huffman
//! codes in groups of 50 symbols). No library reads it: they want the headers and verify the checksums.

use std::io::{self, Read};

/// Marks: a block, the end.
const BLOCK: u32 = 0x31;
const END: u32 = 0x17;
/// Bytes of a block, at most.
const BLOCK_SIZE: usize = 900_000;
/// Symbols that share a table.
const GROUP: usize = 50;
/// Longest Huffman code.
const LONGEST: u32 = 20;
/// Tables of a block.
const TABLES: std::ops::RangeInclusive<u32> = 2..=6;

/// Unpacks while it is read.
pub(super) struct Bzip2<R> {
    bits: Bits<R>,
    block: Unsorted,
    /// Bytes that were equal before the next one: four are followed by a count.
    equal: u8,
    last: u8,
    repeat: u8,
    finished: bool,
}

impl<R: Read> Bzip2<R> {
    pub(super) fn new(reader: R) -> Bzip2<R> {
        let bits = Bits { reader, buffer: 0, count: 0 };
        Bzip2 { bits, block: Unsorted::default(), equal: 0, last: 0, repeat: 0, finished: false }
    }

    /// The next byte of the output; `None` at the end.
    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        loop {
            if self.repeat > 0 {
                self.repeat = self.repeat.saturating_sub(1);
                return Ok(Some(self.last));
            }
            match self.block.next() {
                Some(count) if self.equal == 4 => {
                    self.equal = 0;
                    self.repeat = count;
                }
                Some(byte) => {
                    self.equal =
                        if self.equal > 0 && byte == self.last { self.equal.saturating_add(1) } else { 1 };
                    self.last = byte;
                    return Ok(Some(byte));
                }
                None if self.finished => return Ok(None),
                None => self.next_block()?,
            }
        }
    }

    fn next_block(&mut self) -> io::Result<()> {
        self.equal = 0;
        match self.bits.get(8)? {
            BLOCK => self.block = block(&mut self.bits)?,
            END => self.finished = true,
            _ => return Err(wrong("no block starts where one should")),
        }
        Ok(())
    }
}

impl<R: Read> Read for Bzip2<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0usize;
        for place in buffer.iter_mut() {
            let Some(byte) = self.next_byte()? else { break };
            *place = byte;
            count = count.saturating_add(1);
        }
        Ok(count)
    }
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("bzip2: {what}"))
}

/// Bits, highest first.
struct Bits<R> {
    reader: R,
    buffer: u64,
    count: u32,
}

impl<R: Read> Bits<R> {
    /// The next 1 to 24 bits.
    fn get(&mut self, wanted: u32) -> io::Result<u32> {
        while self.count < wanted {
            let mut byte = [0u8; 1];
            self.reader.read_exact(&mut byte)?;
            self.buffer = (self.buffer << 8) | u64::from(u8::from_be_bytes(byte));
            self.count = self.count.saturating_add(8);
        }
        self.count = self.count.saturating_sub(wanted);
        let value = self.buffer.checked_shr(self.count).unwrap_or(0);
        let mask = 1u64.checked_shl(wanted).unwrap_or(0).wrapping_sub(1);
        Ok(u32::try_from(value & mask).unwrap_or(0))
    }

    fn bit(&mut self) -> io::Result<bool> {
        Ok(self.get(1)? == 1)
    }
}

/// A Huffman code: how many codes there are of each length, and the symbols in the order of their codes.
struct Table {
    counts: Vec<u32>,
    symbols: Vec<u16>,
}

impl Table {
    fn new(lengths: &[u32]) -> Table {
        let longest = usize::try_from(LONGEST).unwrap_or(0).saturating_add(1);
        let mut counts = vec![0u32; longest];
        let mut symbols = Vec::with_capacity(lengths.len());
        for wanted in 1..=LONGEST {
            for (symbol, length) in (0u16..).zip(lengths) {
                if *length == wanted {
                    symbols.push(symbol);
                    if let Some(count) =
                        usize::try_from(wanted).ok().and_then(|wanted| counts.get_mut(wanted))
                    {
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
        Table { counts, symbols }
    }

    fn symbol(&self, bits: &mut Bits<impl Read>) -> io::Result<u16> {
        // Codes of one length are consecutive numbers, those of the next length follow on.
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for count in self.counts.iter().skip(1) {
            code |= bits.get(1)?;
            let offset = code.wrapping_sub(first);
            if code >= first && offset < *count {
                let place = usize::try_from(index.saturating_add(offset)).unwrap_or(usize::MAX);
                return self.symbols.get(place).copied().ok_or_else(|| wrong("a code has no symbol"));
            }
            index = index.saturating_add(*count);
            first = first.saturating_add(*count).wrapping_shl(1);
            code = code.wrapping_shl(1);
        }
        Err(wrong("a code is too long"))
    }
}

/// Reads a block up to its last symbol and prepares its output.
fn block(bits: &mut Bits<impl Read>) -> io::Result<Unsorted> {
    let origin = bits.get(24)?;
    let alphabet = alphabet(bits)?;
    let tables = bits.get(3)?;
    if !TABLES.contains(&tables) {
        return Err(wrong("the number of its tables is out of bounds"));
    }
    let selectors = selectors(bits, tables)?;
    let codes = (0..tables).map(|_| table(bits, alphabet.len().saturating_add(2)));
    let codes: Vec<Table> = codes.collect::<io::Result<_>>()?;
    let bytes = symbols(bits, &alphabet, &selectors, &codes)?;
    Unsorted::new(&bytes, origin)
}

/// The bytes that occur in the block: a map of sixteens, then of each.
fn alphabet(bits: &mut Bits<impl Read>) -> io::Result<Vec<u8>> {
    let groups = bits.get(16)?;
    let mut found = Vec::new();
    for high in 0..16u8 {
        if groups & (0x8000 >> high) == 0 {
            continue;
        }
        let members = bits.get(16)?;
        found.extend((0..16u8).filter(|low| members & (0x8000 >> low) != 0).map(|low| (high << 4) | low));
    }
    if found.is_empty() { Err(wrong("a block has no bytes")) } else { Ok(found) }
}

/// Which table the next fifty symbols use, moved to front.
fn selectors(bits: &mut Bits<impl Read>, tables: u32) -> io::Result<Vec<usize>> {
    let count = bits.get(15)?;
    let mut recent: Vec<usize> = (0..usize::try_from(tables).unwrap_or(0)).collect();
    let mut found = Vec::new();
    for _ in 0..count {
        let mut place = 0usize;
        while bits.bit()? {
            place = place.saturating_add(1);
        }
        if place >= recent.len() {
            return Err(wrong("a table is selected that is not there"));
        }
        recent.get_mut(..=place).unwrap_or_default().rotate_right(1);
        found.extend(recent.first());
    }
    Ok(found)
}

/// The lengths of the codes of one table, as differences.
fn table(bits: &mut Bits<impl Read>, symbols: usize) -> io::Result<Table> {
    let mut length = bits.get(5)?;
    let mut lengths = Vec::with_capacity(symbols);
    for _ in 0..symbols {
        loop {
            if !(1..=LONGEST).contains(&length) {
                return Err(wrong("the length of a code is out of bounds"));
            }
            if !bits.bit()? {
                break;
            }
            length = if bits.bit()? { length.saturating_sub(1) } else { length.saturating_add(1) };
        }
        lengths.push(length);
    }
    Ok(Table::new(&lengths))
}

/// Decodes the symbols: runs of the byte in front, or a place in the list of recent bytes.
fn symbols(
    bits: &mut Bits<impl Read>,
    alphabet: &[u8],
    selectors: &[usize],
    codes: &[Table],
) -> io::Result<Vec<u8>> {
    let end = alphabet.len().saturating_add(1);
    let mut recent = alphabet.to_vec();
    let mut bytes = Vec::new();
    let (mut run, mut weight) = (0usize, 1usize);
    for selector in selectors {
        let table = codes.get(*selector).ok_or_else(|| wrong("a table is selected that is not there"))?;
        for _ in 0..GROUP {
            let symbol = usize::from(table.symbol(bits)?);
            if symbol <= 1 {
                // RUNA and RUNB: digits 1 and 2 of a number in base two.
                run = run.saturating_add(weight.saturating_mul(symbol.saturating_add(1)));
                weight = weight.saturating_mul(2);
                if run > BLOCK_SIZE {
                    return Err(wrong("a run is longer than a block"));
                }
                continue;
            }
            let front = recent.first().copied().unwrap_or(0);
            bytes.resize(bytes.len().saturating_add(run), front);
            (run, weight) = (0, 1);
            if bytes.len() > BLOCK_SIZE {
                return Err(wrong("a block is too long"));
            }
            if symbol == end {
                return Ok(bytes);
            }
            recent.get_mut(..symbol).unwrap_or_default().rotate_right(1);
            bytes.extend(recent.first());
        }
    }
    Err(wrong("a block does not end"))
}

/// A block whose sorting is undone while its bytes are taken.
#[derive(Default)]
struct Unsorted {
    /// In the low byte a byte, above it the place of the next one.
    links: Vec<u32>,
    place: usize,
    left: usize,
}

impl Unsorted {
    fn new(bytes: &[u8], origin: u32) -> io::Result<Unsorted> {
        let mut starts = [0usize; 256];
        for byte in bytes {
            if let Some(count) = starts.get_mut(usize::from(*byte)) {
                *count = count.saturating_add(1);
            }
        }
        let mut sum = 0usize;
        for start in &mut starts {
            let count = std::mem::replace(start, sum);
            sum = sum.saturating_add(count);
        }
        let mut links: Vec<u32> = bytes.iter().map(|byte| u32::from(*byte)).collect();
        for (number, byte) in (0u32..).zip(bytes) {
            let Some(start) = starts.get_mut(usize::from(*byte)) else { continue };
            if let Some(link) = links.get_mut(*start) {
                *link |= number << 8;
            }
            *start = start.saturating_add(1);
        }
        let first = usize::try_from(origin).ok().and_then(|origin| links.get(origin));
        let place = first.ok_or_else(|| wrong("a block starts outside itself"))? >> 8;
        Ok(Unsorted { place: usize::try_from(place).unwrap_or(0), left: links.len(), links })
    }

    fn next(&mut self) -> Option<u8> {
        self.left = self.left.checked_sub(1)?;
        let link = *self.links.get(self.place)?;
        self.place = usize::try_from(link >> 8).ok()?;
        Some(link.to_le_bytes()[0])
    }
}
