//! The unpacked header: which item of the data is which file.

use std::collections::BTreeMap;
use std::ops::Range;

use super::strings::Strings;
use crate::format::bytes::u32_at;

/// Number of the block of instructions, and of the strings, among the blocks of the header.
const ENTRIES: usize = 2;
const STRINGS: usize = 3;
/// Instructions that are read.
const MOST_ENTRIES: usize = 1_000_000;
/// An instruction: its number and six operands.
const ENTRY: usize = 28;
/// `EW_CREATEDIR`: with a second operand, it sets the output directory.
const CREATE_DIRECTORY: u32 = 11;
/// `EW_EXTRACTFILE`: flags, name, offset of the item.
const EXTRACT_FILE: u32 = 20;

/// Names of items from the script; none when it cannot be understood, for names only help people.
#[derive(Default)]
pub(super) struct Names {
    /// By the offset of the item in the data: where the strings of its directory and of its name stand. They are decoded
    /// when they are asked for, since a million instructions may name one long string.
    items: BTreeMap<u64, (Option<u32>, u32)>,
    strings: Vec<u8>,
}

impl Names {
    pub(super) fn of(header: &[u8]) -> Names {
        // Flags, then offset and count of each block: 32-bit numbers, but 64-bit offsets in 64-bit installers.
        read(header, 8, 4).or_else(|| read(header, 12, 8)).unwrap_or_default()
    }

    /// The name of the item at this offset.
    pub(super) fn get(&self, offset: u64) -> Option<String> {
        let (directory, name) = self.items.get(&offset)?;
        let strings = Strings::new(&self.strings);
        let directory = directory.map(|directory| strings.get(directory)).unwrap_or_default();
        Some(full_name(&directory, &strings.get(*name)))
    }

    /// The offsets of items in a part of the data.
    pub(super) fn within(&self, span: Range<u64>) -> impl Iterator<Item = u64> {
        let empty = span.is_empty();
        let span = if empty { 0..0 } else { span };
        self.items.range(span).map(|(offset, _)| *offset)
    }
}

fn read(header: &[u8], block: usize, count_at: usize) -> Option<Names> {
    let at = |number: usize| number.checked_mul(block)?.checked_add(4);
    let offset = |number: usize| usize::try_from(u32_at(header, at(number)?)?).ok();
    let count = usize::try_from(u32_at(header, at(ENTRIES)?.checked_add(count_at)?)?).ok()?;
    let (entries, strings) = (offset(ENTRIES)?, offset(STRINGS)?);
    let length = count.min(MOST_ENTRIES).checked_mul(ENTRY)?;
    let plausible = entries >= at(8)? && entries.checked_add(length)? <= strings && strings < header.len();
    plausible.then_some(())?;
    let mut names = Names { items: BTreeMap::new(), strings: header.get(strings..)?.to_vec() };
    let mut directory = None;
    for entry in header.get(entries..entries.checked_add(length)?)?.chunks_exact(ENTRY) {
        match u32_at(entry, 0)? {
            CREATE_DIRECTORY if u32_at(entry, 8)? != 0 => directory = Some(u32_at(entry, 4)?),
            EXTRACT_FILE => {
                names.items.insert(u64::from(u32_at(entry, 12)?), (directory, u32_at(entry, 8)?));
            }
            _ => {}
        }
    }
    Some(names)
}

/// The name with its directory, unless it has a root of its own; `$INSTDIR` goes without saying.
fn full_name(directory: &str, name: &str) -> String {
    let full = match name.starts_with('$') || directory.is_empty() {
        true => name.to_owned(),
        false => format!("{directory}\\{name}"),
    };
    let full = full.replace('\\', "/");
    match full.strip_prefix("$INSTDIR/").or_else(|| full.strip_prefix("$_31_/")) {
        Some(short) => short.to_owned(),
        None => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header in which `count` instructions unpack different items under one name of codes, each of which stands for a long
    /// text.
    fn header(count: u32) -> Vec<u8> {
        let entries = 4 + 8 * 8;
        let strings = entries + 28 * count;
        let mut header = vec![0u8; 4];
        for number in 0..8u32 {
            let (offset, count) = match number {
                2 => (entries, count),
                3 => (strings, 0),
                _ => (0, 0),
            };
            header.extend(offset.to_le_bytes());
            header.extend(count.to_le_bytes());
        }
        for number in 0..count {
            for field in [20, 0, 1, number, 0, 0, 0] {
                header.extend(u32::to_le_bytes(field));
            }
        }
        header.extend([0, 0]);
        header.extend([2, 0, 0x23, 0x23].repeat(512));
        header.extend([0, 0]);
        header
    }

    #[test]
    fn names_take_memory_when_they_are_asked_for() {
        let names = Names::of(&header(100_000));
        assert_eq!(names.items.len(), 100_000);
        assert!(names.strings.len() < 4096, "the text is kept once, as it is stored");
        let name = names.get(99_999).unwrap();
        assert!(name.starts_with("$COMMONAPPDATA$COMMONAPPDATA"), "{name}");
        assert!(name.len() <= 1024, "{}", name.len());
        assert_eq!(names.within(99_998..u64::MAX).collect::<Vec<_>>(), [99_998, 99_999]);
        assert_eq!(names.within(0..0).next(), None);
        assert_eq!(names.get(100_000), None);
    }
}
