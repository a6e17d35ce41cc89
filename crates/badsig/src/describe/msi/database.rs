//! Tables of a Windows Installer database that pair names with values.
//!
//! The format is undocumented; this follows what Wine (`dlls/msi`), msitools and rust-msi agree on:
//! - `_StringPool`: a header of 32 bits (code page; the high bit says that references have three bytes), then
//!   per string its length and its number of uses, 16 bits each. Length 0 with uses means that the length
//!   follows in 32 bits. `_StringData` holds the strings one after the other. References count from 1; 0 is
//!   none.
//! - A table's stream holds column after column. Strings are references, numbers are stored with their sign
//!   bit turned over, 0 being null.
//! - `_Columns` lists table, number, name and type of every column.

use super::code_page;
use super::compound::Compound;
use crate::describe::bytes::{index, u16_at, u32_at};
use crate::describe::{DescribeError, clip, damaged};
use crate::limits::Limits;

/// The table that every database has.
pub(super) const STRING_POOL: &str = "_StringPool";

/// The high bit of the pool's header: references have three bytes.
const LONG_REFERENCES: u32 = 0x8000_0000;
/// The sign bit of 16-bit numbers.
const SIGN: u16 = 0x8000;

/// Bits of a column's type.
mod column {
    pub(super) const SIZE: u16 = 0x00ff;
    pub(super) const VALID: u16 = 0x0100;
    pub(super) const STRING: u16 = 0x0800;
    pub(super) const NULLABLE: u16 = 0x1000;
}

/// Strings and columns of a database.
pub(super) struct Database {
    strings: Strings,
    columns: Vec<u8>,
}

impl Database {
    /// Opens the database; `None` when the file has no tables.
    pub(super) fn open(
        compound: &mut Compound<'_>,
        limits: &Limits,
    ) -> Result<Option<Database>, DescribeError> {
        let Some(pool) = compound.table(STRING_POOL)? else { return Ok(None) };
        let data = compound.table("_StringData")?.unwrap_or_default();
        let columns = compound.table("_Columns")?.unwrap_or_default();
        Ok(Some(Database { strings: Strings::parse(&pool, data, limits.text_bytes)?, columns }))
    }

    pub(super) fn code_page(&self) -> u32 {
        self.strings.code_page
    }

    /// The columns `Property` and `Value` of a table; `None` when there is no such table.
    pub(super) fn properties(
        &self,
        compound: &mut Compound<'_>,
        table: &'static str,
    ) -> Result<Option<Properties<'_>>, DescribeError> {
        let Some(bytes) = compound.table(table)? else { return Ok(None) };
        let columns = self.columns_of(table);
        let row: usize = columns.iter().map(|column| column.width).sum();
        let rows = bytes.len().checked_div(row).unwrap_or_default();
        let names = self.references(&bytes, &columns, "Property", rows);
        let values = self.references(&bytes, &columns, "Value", rows);
        let (Some(names), Some(values)) = (names, values) else {
            return Err(damaged("_Columns", format!("it does not describe the table {table}")));
        };
        Ok(Some(Properties { strings: &self.strings, rows: names.zip(values).collect() }))
    }

    /// The strings in these columns of a table, row by row, at most `limit` rows; `None` when there is no such
    /// table.
    pub(super) fn rows(
        &self,
        compound: &mut Compound<'_>,
        table: &'static str,
        names: &[&str],
        limit: usize,
    ) -> Result<Option<Vec<Vec<u32>>>, DescribeError> {
        let Some(bytes) = compound.table(table)? else { return Ok(None) };
        let columns = self.columns_of(table);
        let row: usize = columns.iter().map(|column| column.width).sum();
        let rows = bytes.len().checked_div(row).unwrap_or_default();
        let mut found = vec![Vec::with_capacity(names.len()); rows.min(limit)];
        for name in names {
            let Some(references) = self.references(&bytes, &columns, name, rows) else {
                return Err(damaged("_Columns", format!("it does not describe the table {table}")));
            };
            found.iter_mut().zip(references).for_each(|(row, reference)| row.push(reference));
        }
        Ok(Some(found))
    }

    /// The numbers in this column of a table, row by row, at most `limit` rows; `None` when there is no such table or
    /// column.
    pub(super) fn numbers(
        &self,
        compound: &mut Compound<'_>,
        table: &'static str,
        name: &str,
        limit: usize,
    ) -> Result<Option<Vec<Option<i64>>>, DescribeError> {
        let Some(bytes) = compound.table(table)? else { return Ok(None) };
        let columns = self.columns_of(table);
        let row: usize = columns.iter().map(|column| column.width).sum();
        let rows = bytes.len().checked_div(row).unwrap_or_default();
        let Some((width, column)) = self.column(&bytes, &columns, name, rows) else { return Ok(None) };
        let numbers = column.chunks_exact(width).take(limit).map(number);
        Ok(Some(numbers.collect()))
    }

    /// The string of a reference, at most `length` bytes of it.
    pub(super) fn text(&self, reference: u32, length: usize) -> Option<String> {
        self.strings.at_most(reference, length)
    }

    /// The columns of a table in order.
    fn columns_of(&self, table: &str) -> Vec<Column> {
        let width = self.strings.reference_width();
        // Table, number, name, type.
        let rows =
            self.columns.len().checked_div(width.saturating_mul(2).saturating_add(4)).unwrap_or_default();
        let mut rest = self.columns.as_slice();
        let mut part = |width: usize| {
            let (column, after) = rest.split_at_checked(rows.saturating_mul(width)).unwrap_or_default();
            rest = after;
            column.chunks_exact(width)
        };
        let (tables, numbers, names, kinds) = (part(width), part(2), part(width), part(2));
        let mut columns: Vec<Column> = tables
            .zip(numbers.zip(names.zip(kinds)))
            .filter(|(name, _)| self.strings.is(reference(name), table))
            .filter_map(|(_, (number, (name, kind)))| {
                let kind = u16_at(kind, 0)? ^ SIGN;
                let number = u16_at(number, 0)? ^ SIGN;
                Some(Column { number, name: reference(name), width: column_width(kind, width) })
            })
            .collect();
        columns.sort_by_key(|column| column.number);
        columns
    }

    /// The bytes of the column with this name, and how many of them each row has.
    fn column<'b>(
        &self,
        bytes: &'b [u8],
        columns: &[Column],
        name: &str,
        rows: usize,
    ) -> Option<(usize, &'b [u8])> {
        let place = columns.iter().position(|column| self.strings.is(column.name, name))?;
        let width = columns.get(place)?.width;
        let before: usize = columns.get(..place)?.iter().map(|column| column.width).sum();
        let start = before.checked_mul(rows)?;
        Some((width, bytes.get(start..start.checked_add(rows.checked_mul(width)?)?)?))
    }

    /// The references in the column with this name.
    fn references<'b>(
        &self,
        bytes: &'b [u8],
        columns: &[Column],
        name: &str,
        rows: usize,
    ) -> Option<impl Iterator<Item = u32> + use<'b>> {
        let (width, column) = self.column(bytes, columns, name, rows)?;
        let is_string = width == self.strings.reference_width();
        is_string.then(|| column.chunks_exact(width).map(reference))
    }
}

/// A stored number: 2 or 4 bytes with the sign bit turned over; 0 is null.
fn number(bytes: &[u8]) -> Option<i64> {
    let stored = bytes.iter().rev().fold(0, |number: i64, byte| (number << 8) | i64::from(*byte));
    let zero = if bytes.len() == 4 { 0x8000_0000 } else { 0x8000 };
    (stored != 0).then(|| stored.saturating_sub(zero))
}

/// Rows of names and values. They are kept as references: a hostile table can name a long string in each of
/// a million rows.
pub(super) struct Properties<'a> {
    strings: &'a Strings,
    rows: Vec<(u32, u32)>,
}

impl Properties<'_> {
    /// The value of the first row with this name.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let row = self.rows.iter().find(|(reference, _)| self.strings.is(*reference, name));
        self.strings.get(row?.1)
    }

    /// All rows.
    #[cfg(test)]
    pub(super) fn all(&self) -> std::collections::BTreeMap<String, String> {
        let text = |reference: u32| self.strings.get(reference).unwrap_or_default();
        self.rows.iter().map(|(name, value)| (text(*name), text(*value))).collect()
    }
}

/// A column of a table.
struct Column {
    number: u16,
    name: u32,
    width: usize,
}

/// Bytes that a value takes in its column.
fn column_width(kind: u16, reference_width: usize) -> usize {
    let is_stream = kind & !column::NULLABLE == column::STRING | column::VALID;
    if is_stream {
        2
    } else if kind & column::STRING != 0 {
        reference_width
    } else if kind & column::SIZE == 4 {
        4
    } else {
        2
    }
}

/// A reference to a string, two or three bytes.
fn reference(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

/// The pool of strings.
struct Strings {
    code_page: u32,
    long_references: bool,
    data: Vec<u8>,
    /// Where each string ends in the data; the next one begins there.
    ends: Vec<u32>,
    text_limit: usize,
}

impl Strings {
    fn parse(pool: &[u8], data: Vec<u8>, text_limit: usize) -> Result<Strings, DescribeError> {
        let header = u32_at(pool, 0).ok_or_else(|| damaged(STRING_POOL, "it is cut off"))?;
        let mut entries = pool.chunks_exact(4).skip(1);
        let mut ends = Vec::new();
        let mut end = 0u32;
        while let Some(entry) = entries.next() {
            let uses = u16_at(entry, 2);
            let mut length = u16_at(entry, 0).map(u32::from).unwrap_or_default();
            if length == 0 && uses != Some(0) {
                length = entries.next().and_then(|entry| u32_at(entry, 0)).unwrap_or_default();
            }
            end = end.checked_add(length).filter(|end| index(*end) <= data.len()).ok_or_else(|| {
                damaged(
                    STRING_POOL,
                    format!("string {} passes the end of _StringData", ends.len().saturating_add(1)),
                )
            })?;
            ends.push(end);
        }
        let code_page = header & !LONG_REFERENCES;
        Ok(Strings { code_page, long_references: header & LONG_REFERENCES != 0, data, ends, text_limit })
    }

    fn reference_width(&self) -> usize {
        if self.long_references { 3 } else { 2 }
    }

    fn bytes(&self, reference: u32) -> Option<&[u8]> {
        let place = index(reference).checked_sub(1)?;
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.data.get(index(start)..index(*self.ends.get(place)?))
    }

    /// The string of a reference; `None` for null and for references out of the pool.
    fn get(&self, reference: u32) -> Option<String> {
        self.at_most(reference, self.text_limit)
    }

    /// The first bytes of the string of a reference: what is left out is not decoded, for each of many rows may name one
    /// long string.
    fn at_most(&self, reference: u32, length: usize) -> Option<String> {
        let length = length.min(self.text_limit);
        let bytes = self.bytes(reference)?;
        let cut = bytes.get(..length).unwrap_or(bytes);
        Some(clip(code_page::decode(cut, self.code_page), length))
    }

    fn is(&self, reference: u32, text: &str) -> bool {
        self.bytes(reference) == Some(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(entries: &[(u16, u16)]) -> Vec<u8> {
        let mut bytes = 1252u32.to_le_bytes().to_vec();
        for (length, uses) in entries {
            bytes.extend(length.to_le_bytes());
            bytes.extend(uses.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn unused_entries_keep_their_number() {
        let strings = Strings::parse(&pool(&[(3, 2), (0, 0), (2, 1)]), b"abc\xfcd".to_vec(), 100).unwrap();
        assert_eq!(strings.get(0), None);
        assert_eq!(strings.get(1).as_deref(), Some("abc"));
        assert_eq!(strings.get(2).as_deref(), Some(""));
        assert_eq!(strings.get(3).as_deref(), Some("üd"));
        assert_eq!(strings.get(4), None);
    }

    /// The length of a string of 64 KiB or more follows its entry.
    #[test]
    fn long_strings_take_one_number() {
        let data = vec![b'x'; 70_001];
        let strings = Strings::parse(&pool(&[(0, 1), (0x1170, 1), (1, 1)]), data, 10).unwrap();
        assert_eq!(strings.bytes(1).unwrap().len(), 70_000);
        assert_eq!(strings.get(1).unwrap().len(), 10);
        assert_eq!(strings.get(2).as_deref(), Some("x"));
    }

    #[test]
    fn lengths_are_checked_against_the_data() {
        let error = Strings::parse(&pool(&[(3, 1), (0, 1), (0xffff, 0xffff)]), vec![0; 9], 100);
        assert!(matches!(error, Err(DescribeError::Damaged { structure: STRING_POOL, .. })));
    }
}
