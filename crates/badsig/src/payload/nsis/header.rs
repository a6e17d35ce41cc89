//! The unpacked header: which item of the data is which file.

use std::collections::BTreeMap;

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

/// Names of items by their offset in the data, from the script; empty when it cannot be understood, for names only help
/// people.
pub(super) fn names(header: &[u8]) -> BTreeMap<u64, String> {
    // Flags, then offset and count of each block: 32-bit numbers, but 64-bit offsets in 64-bit installers.
    read(header, 8, 4).or_else(|| read(header, 12, 8)).unwrap_or_default()
}

fn read(header: &[u8], block: usize, count_at: usize) -> Option<BTreeMap<u64, String>> {
    let at = |number: usize| number.checked_mul(block)?.checked_add(4);
    let offset = |number: usize| usize::try_from(u32_at(header, at(number)?)?).ok();
    let count = usize::try_from(u32_at(header, at(ENTRIES)?.checked_add(count_at)?)?).ok()?;
    let (entries, strings) = (offset(ENTRIES)?, offset(STRINGS)?);
    let length = count.min(MOST_ENTRIES).checked_mul(ENTRY)?;
    let plausible = entries >= at(8)? && entries.checked_add(length)? <= strings && strings < header.len();
    plausible.then_some(())?;
    let table = Strings::new(header.get(strings..)?);
    let mut names = BTreeMap::new();
    let mut directory = String::new();
    for entry in header.get(entries..entries.checked_add(length)?)?.chunks_exact(ENTRY) {
        match u32_at(entry, 0)? {
            CREATE_DIRECTORY if u32_at(entry, 8)? != 0 => directory = table.get(u32_at(entry, 4)?),
            EXTRACT_FILE => {
                let name = table.get(u32_at(entry, 8)?);
                names.insert(u64::from(u32_at(entry, 12)?), full_name(&directory, &name));
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
