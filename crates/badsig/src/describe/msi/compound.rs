//! The compound file (MS-CFB) and the names of streams in it.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use cfb::CompoundFile;

use super::InstallerKind;
use super::reader::{Allowance, SourceReader};
use crate::describe::DescribeError;
use crate::limits::Limits;
use crate::subject::ByteSource;

/// Class identifiers of the root storage, from the Windows SDK (`Msidefs.h` and `msiquery` samples).
const CLASSES: [(&str, InstallerKind); 3] = [
    ("000c1084-0000-0000-c000-000000000046", InstallerKind::Database),
    ("000c1086-0000-0000-c000-000000000046", InstallerKind::Patch),
    ("000c1082-0000-0000-c000-000000000046", InstallerKind::Transform),
];
/// The allocation table takes a 128th of the file, that of small streams a 16th of theirs, which are a small
/// part of any real file.
const TABLES_PART_OF_SIZE: u64 = 32;
/// A directory entry in the file.
const DIRECTORY_ENTRY_SIZE: u64 = 128;
/// Sectors around a stream that are read with it.
const SECTORS: u64 = 64 * 1024;

/// An opened compound file that reads no more than it is allowed to.
pub(super) struct Compound<'a> {
    file: CompoundFile<SourceReader<'a>>,
    allowance: Allowance,
    table_bytes: u64,
}

impl<'a> Compound<'a> {
    pub(super) fn open(source: &'a dyn ByteSource, limits: &Limits) -> Result<Compound<'a>, DescribeError> {
        let entries = u64::try_from(limits.compound_entries).unwrap_or(u64::MAX);
        let tables = source.size() / TABLES_PART_OF_SIZE;
        let allowed = entries.saturating_mul(DIRECTORY_ENTRY_SIZE).saturating_add(tables);
        let allowance = Rc::new(Cell::new(allowed));
        let reader = SourceReader::new(source, Rc::clone(&allowance));
        let file = CompoundFile::open(reader).map_err(DescribeError::Compound)?;
        Ok(Compound { file, allowance, table_bytes: limits.table_bytes })
    }

    /// What the class identifier of the root storage says.
    pub(super) fn kind(&self) -> Option<InstallerKind> {
        let class = self.file.root_entry().clsid().to_string();
        CLASSES.iter().find(|(known, _)| *known == class).map(|(_, kind)| *kind)
    }

    pub(super) fn has_table(&self, name: &str) -> bool {
        self.file.is_stream(table_stream(name))
    }

    /// The stream of a table; `None` when there is none.
    pub(super) fn table(&mut self, name: &'static str) -> Result<Option<Vec<u8>>, DescribeError> {
        self.stream(&table_stream(name), name)
    }

    /// A whole stream of the root storage; `None` when there is none. `structure` is its name in messages.
    pub(super) fn stream(
        &mut self,
        name: &str,
        structure: &'static str,
    ) -> Result<Option<Vec<u8>>, DescribeError> {
        if !self.file.is_stream(name) {
            return Ok(None);
        }
        let mut stream = self.file.open_stream(name).map_err(DescribeError::Compound)?;
        let (size, limit) = (stream.len(), self.table_bytes);
        if size > limit {
            return Err(DescribeError::TooLarge { structure, size, limit });
        }
        self.allowance.set(size.saturating_add(SECTORS));
        read_all(&mut stream, size).map(Some).map_err(DescribeError::Compound)
    }
}

fn read_all(stream: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The name of a table's stream. Windows Installer packs two characters of its 64-letter alphabet into one
/// UTF-16 unit from U+3800, a single one into a unit from U+4800, and marks tables with U+4840, to get
/// names of 62 characters into the 31 units of a directory entry.
fn table_stream(table: &str) -> String {
    let mut name = String::from('\u{4840}');
    for pair in table.as_bytes().chunks(2) {
        let unit = match *pair {
            [one, other] => 0x3800u32.saturating_add(digit(one)).saturating_add(digit(other) << 6),
            [one] => 0x4800u32.saturating_add(digit(one)),
            _ => continue,
        };
        name.extend(char::from_u32(unit));
    }
    name
}

/// Place of a letter in the alphabet `0-9A-Za-z._`; only names written in this crate come here.
fn digit(letter: u8) -> u32 {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
    let place = ALPHABET.iter().position(|known| *known == letter).unwrap_or_default();
    u32::try_from(place).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names as they stand in real databases.
    #[test]
    fn table_names_are_packed() {
        assert_eq!(table_stream("_Columns"), "\u{4840}\u{3b3f}\u{43f2}\u{4438}\u{45b1}");
        assert_eq!(table_stream("_Tables"), "\u{4840}\u{3f7f}\u{4164}\u{422f}\u{4836}");
    }

    /// A 1 MB file whose master table names one sector of the allocation table again and again, which would
    /// take 127 times its size in memory.
    #[test]
    fn a_repeated_allocation_table_is_refused() {
        const SECTOR: usize = 512;
        const COUNT: u32 = 2000;
        let mut bytes = cfb::CompoundFile::create_with_version(cfb::Version::V3, io::Cursor::new(Vec::new()))
            .unwrap()
            .into_inner()
            .into_inner();
        let first = u32::try_from(bytes.len() / SECTOR - 1).unwrap();
        bytes[68..76].copy_from_slice([first.to_le_bytes(), COUNT.to_le_bytes()].as_flattened());
        for number in 0..COUNT {
            // The next sector of the master table stands at the end of each.
            bytes.extend([0u8; SECTOR - 4]);
            bytes.extend((first + number + 1).to_le_bytes());
        }
        let limits = Limits { compound_entries: 100, ..Limits::default() };
        let error = Compound::open(&bytes, &limits).err().unwrap().to_string();
        assert!(error.contains("larger than the size of the file warrants"), "{error}");
    }
}
