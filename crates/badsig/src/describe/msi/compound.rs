//! The streams of a Windows Installer file, by name.

use super::InstallerKind;
use crate::describe::DescribeError;
use crate::format::Format;
use crate::format::compound::{Directory, Sectors, format_by_class};
use crate::limits::Limits;
use crate::subject::ByteSource;

/// An opened compound file.
pub(super) struct Compound<'a> {
    sectors: Sectors<'a>,
    directory: Directory,
    table_bytes: u64,
}

impl<'a> Compound<'a> {
    pub(super) fn open(source: &'a dyn ByteSource, limits: &Limits) -> Result<Compound<'a>, DescribeError> {
        let mut sectors = Sectors::open(source).map_err(DescribeError::Compound)?;
        let directory = Directory::read(&mut sectors, limits).map_err(DescribeError::Compound)?;
        Ok(Compound { sectors, directory, table_bytes: limits.table_bytes })
    }

    /// What the class identifier of the root storage says.
    pub(super) fn kind(&self) -> Option<InstallerKind> {
        match format_by_class(&self.directory)? {
            Format::Msp => Some(InstallerKind::Patch),
            Format::Mst => Some(InstallerKind::Transform),
            _ => Some(InstallerKind::Database),
        }
    }

    pub(super) fn has_table(&self, name: &str) -> bool {
        self.directory.root_stream(&table_stream(name)).is_some()
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
        let Some(entry) = self.directory.root_stream(name) else { return Ok(None) };
        let (size, limit) = (entry.size, self.table_bytes);
        if size > limit {
            return Err(DescribeError::TooLarge { structure, size, limit });
        }
        let bytes = self.sectors.read_stream(&self.directory, entry, limit);
        bytes.map(Some).map_err(DescribeError::Compound)
    }
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
}
