//! Bytes of a compound file that belong to nothing: sectors that the allocation table marks free, and sectors that no
//! stream, directory or table reaches. No signature covers them, so anybody can put something there.
//!
//! Not counted: what is left of the last sector of a stream (but for the last sector of the file), free entries of the directory and of tables, and free mini
//! sectors, unless they stand behind everything that is needed. Header and tables are covered by no signature either, so
//! whoever appends something could declare it a part of them.

use std::collections::BTreeSet;

use super::directory::{Directory, ENTRY};
use super::sectors::{MAX_REGULAR, Sectors, Structures};
use super::{DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX};
use crate::digest::{CoveredBytes, Piece};
use crate::format::Unallocated;
use crate::format::archives::{self, ZIP_END_SEARCHED};
use crate::format::bytes::u32_at;
use crate::limits::READ_BUFFER;
use crate::problem::Problem;
use crate::subject::{read_exact, read_vec};

/// Counts the bytes that belong to nothing; `None` when there are none. `covered` are the contents of all streams but
/// those of the signature.
pub(super) fn unallocated(
    sectors: &mut Sectors<'_>,
    directory: &Directory,
    covered: &CoveredBytes,
) -> Result<Option<Unallocated>, Problem> {
    let contents = contents(sectors, directory, covered)?;
    let streams: Vec<(u64, u64)> = whole_sectors(&contents, sectors.size()).collect();
    let structures = sectors.structures(directory)?;
    let needed_end = needed_end(sectors, directory, &structures, &streams);
    let mut used = streams;
    used.extend(structures.all().map(|sector| sectors.place(sector)));
    used.sort_unstable();
    let mut found = Unallocated::default();
    let mut within = 0;
    let mut end = sectors.size();
    for (start, stop) in used {
        count(sectors, end, start, &mut found)?;
        end = end.max(stop);
        // What stands behind the last sector that is needed was appended, whatever claims it.
        if end <= needed_end {
            within = found.not_zero;
        }
    }
    count(sectors, end, sectors.file_size(), &mut found)?;
    claimed(sectors, &structures, needed_end, &mut found)?;
    behind_the_last_stream(sectors, &structures, &contents, &mut found)?;
    found.appended = found.not_zero.saturating_sub(within);
    Ok((found.bytes > 0).then_some(found))
}

/// The bytes of all streams, those of the signature too.
fn contents(
    sectors: &mut Sectors<'_>,
    directory: &Directory,
    covered: &CoveredBytes,
) -> Result<Vec<(u64, u64)>, Problem> {
    let mut used: Vec<(u64, u64)> = ranges(covered).collect();
    for name in [DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX] {
        if let Some(entry) = directory.root_stream(name) {
            let mut bytes = CoveredBytes::new();
            // It was read before, within the limit of its size.
            sectors.cover_stream(directory, entry, &mut bytes, usize::MAX)?;
            used.extend(ranges(&bytes));
        }
    }
    Ok(used)
}

/// Counts what a stream leaves of the last sector of the file, where it is not zero: an archive is read from its end, and a small one
/// fits there. Writers leave zeros.
fn behind_the_last_stream(
    sectors: &mut Sectors<'_>,
    structures: &Structures,
    contents: &[(u64, u64)],
    found: &mut Unallocated,
) -> Result<(), Problem> {
    let size = sectors.file_size();
    let last = size.saturating_sub(1).checked_div(sectors.size()).unwrap_or(0).saturating_mul(sectors.size());
    let end = contents.iter().map(|(_, end)| *end).max().filter(|end| *end > last && *end < size);
    let Some(end) = end else { return Ok(()) };
    if structures.all().any(|sector| sectors.place(sector).0 == last) {
        return Ok(());
    }
    let mut rest = Unallocated::default();
    count(sectors, end, size, &mut rest)?;
    if rest.not_zero > 0 {
        found.first = found.first.or(rest.first);
        found.bytes = found.bytes.saturating_add(rest.bytes);
        found.not_zero = found.not_zero.saturating_add(rest.not_zero);
    }
    Ok(())
}

/// A ZIP archive is read from the end of a file, and a comment of 64 KiB may follow it: what no stream holds there must not be one,
/// whether it is the rest of a sector, a free mini sector or a part of a table.
pub(super) fn archive_at_the_end(
    sectors: &mut Sectors<'_>,
    directory: &Directory,
    covered: &CoveredBytes,
) -> Result<Option<Problem>, Problem> {
    let size = sectors.file_size();
    // The header starts with the signature of compound files.
    let from = size.saturating_sub(ZIP_END_SEARCHED).max(sectors.size());
    let mut bytes = read_vec(sectors.source(), from, size.saturating_sub(from), ZIP_END_SEARCHED)?;
    for (start, end) in contents(sectors, directory, covered)? {
        let place = |offset: u64| usize::try_from(offset.saturating_sub(from)).unwrap_or(usize::MAX);
        let end = place(end).min(bytes.len());
        bytes.get_mut(place(start).min(end)..end).into_iter().for_each(|held| held.fill(0));
    }
    Ok(archives::hidden_in("what streams leave of the last sectors", &bytes, Some(from)))
}

impl Structures {
    fn all(&self) -> impl Iterator<Item = u32> + '_ {
        let lists = [&self.directory, &self.mini_stream, &self.mini_table, &self.table, &self.locations];
        lists.into_iter().flatten().copied()
    }
}

/// Where the last sector ends without which a stream could not be read: of the streams, of directory entries in the tree, and of the
/// tables with entries for these.
fn needed_end(
    sectors: &Sectors<'_>,
    directory: &Directory,
    structures: &Structures,
    streams: &[(u64, u64)],
) -> u64 {
    let per_sector = entries_per_sector(sectors);
    let in_tree = |number: &usize| {
        let first = number.saturating_mul(per_sector);
        (first..first.saturating_add(per_sector)).any(|index| directory.is_reached(index))
    };
    let directory_sectors = structures.directory.iter().enumerate().filter(|(number, _)| in_tree(number));
    let mini_table = structures.mini_table.iter().zip(&structures.mini_table_needed);
    let mut needed: Vec<(u64, u64)> = streams.to_vec();
    needed.extend(directory_sectors.map(|(_, sector)| sectors.place(*sector)));
    needed.extend(mini_table.filter(|(_, needed)| **needed).map(|(sector, _)| sectors.place(*sector)));
    let numbers = table_numbers(sectors.size(), &needed);
    let table = numbers.iter().filter_map(|number| structures.table.get(*number));
    let tables = table.chain(&structures.locations).map(|sector| sectors.place(*sector));
    needed.iter().copied().chain(tables).map(|(_, end)| end).max().unwrap_or(0).max(sectors.size())
}

fn entries_per_sector(sectors: &Sectors<'_>) -> usize {
    usize::try_from(sectors.size()).ok().and_then(|size| size.checked_div(ENTRY)).unwrap_or(1)
}

/// Which sectors of the allocation table have entries for these ranges of whole sectors.
fn table_numbers(size: u64, ranges: &[(u64, u64)]) -> BTreeSet<usize> {
    let number = |offset: u64| {
        // The header takes one sector.
        let sector = offset.checked_div(size).unwrap_or(0).saturating_sub(1);
        usize::try_from(sector.checked_div(size / 4).unwrap_or(0)).unwrap_or(usize::MAX)
    };
    ranges.iter().flat_map(|(start, end)| number(*start)..=number(end.saturating_sub(1))).collect()
}

/// Counts what stands behind the last sector that is needed and is claimed by a structure, though it says nothing there.
fn claimed(
    sectors: &mut Sectors<'_>,
    structures: &Structures,
    from: u64,
    found: &mut Unallocated,
) -> Result<(), Problem> {
    let kinds = [
        (&structures.mini_stream, Claim::Bytes),
        (&structures.directory, Claim::Entries),
        (&structures.mini_table, Claim::Numbers),
        (&structures.table, Claim::Numbers),
    ];
    let mut seen = BTreeSet::new();
    for (list, claim) in kinds {
        for sector in list {
            let (start, _) = sectors.place(*sector);
            if start < from || !seen.insert(*sector) {
                continue;
            }
            let bytes = sectors.sector_bytes(*sector)?;
            let not_empty = claim.not_empty(&bytes);
            if not_empty > 0 {
                found.first = Some(found.first.map_or(start, |first| first.min(start)));
                found.bytes = found.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
                found.not_zero = found.not_zero.saturating_add(not_empty);
            }
        }
    }
    Ok(())
}

/// As what a sector is claimed.
#[derive(Clone, Copy)]
enum Claim {
    Bytes,
    Entries,
    Numbers,
}

impl Claim {
    /// How many bytes are other than in an empty sector of this kind.
    fn not_empty(self, bytes: &[u8]) -> u64 {
        let not_zero = |bytes: &[u8]| bytes.iter().filter(|byte| **byte != 0).count();
        let count = match self {
            Claim::Bytes => not_zero(bytes),
            // MS-CFB 2.6.1: zeros, but for three links that lead nowhere.
            Claim::Entries => {
                bytes.chunks(ENTRY).map(|entry| not_zero(entry).saturating_sub(links(entry))).sum()
            }
            // Marks say that a sector is free, ends a chain or belongs to a table.
            Claim::Numbers => {
                let number = |offset: usize| u32_at(bytes, offset).filter(|number| *number < MAX_REGULAR);
                (0..bytes.len()).step_by(4).filter_map(number).count().saturating_mul(4)
            }
        };
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}

/// Bytes of the links of a directory entry that lead nowhere.
fn links(entry: &[u8]) -> usize {
    [68, 72, 76].iter().filter(|offset| u32_at(entry, **offset) == Some(u32::MAX)).count().saturating_mul(4)
}

/// Bytes as ranges of the file.
fn ranges(bytes: &CoveredBytes) -> impl Iterator<Item = (u64, u64)> {
    bytes.pieces().iter().filter_map(|piece| match piece {
        Piece::Range { offset, length } => Some((*offset, offset.saturating_add(*length))),
        Piece::Literal(_) | Piece::DigestOf(_) => None,
    })
}

/// The sectors in which these bytes lie.
fn whole_sectors(ranges: &[(u64, u64)], size: u64) -> impl Iterator<Item = (u64, u64)> {
    ranges.iter().filter_map(move |(start, end)| {
        Some((start.checked_div(size)?.checked_mul(size)?, end.div_ceil(size).saturating_mul(size)))
    })
}

fn count(sectors: &Sectors<'_>, start: u64, end: u64, found: &mut Unallocated) -> Result<(), Problem> {
    let gap = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
    let mut buffer = vec![0; gap.min(READ_BUFFER)];
    let mut offset = start;
    while offset < end {
        let length = usize::try_from(end.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        let part = buffer.get_mut(..length).unwrap_or_default();
        read_exact(sectors.source(), offset, part)?;
        let not_zero = part.iter().filter(|byte| **byte != 0).count();
        if found.not_zero == 0 && not_zero > 0 {
            let first = part.iter().position(|byte| *byte != 0).unwrap_or_default();
            found.first = Some(offset.saturating_add(u64::try_from(first).unwrap_or(0)));
        }
        found.not_zero = found.not_zero.saturating_add(u64::try_from(not_zero).unwrap_or(0));
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        found.bytes = found.bytes.saturating_add(length);
        offset = offset.saturating_add(length.max(1));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

    use super::*;
    use crate::format::Layout;
    use crate::limits::Limits;

    const SECTOR: usize = 512;
    const PAYLOAD: [u8; SECTOR] = [0x50; SECTOR];

    /// A signed package whose header and tables, which no signature covers, are edited.
    struct Package(Vec<u8>);

    impl Package {
        fn signed() -> Package {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/msi/signed-stamped.msi");
            let mut bytes = std::fs::read(path).unwrap();
            bytes.resize(bytes.len().next_multiple_of(SECTOR), 0);
            Package(bytes)
        }

        fn get(&self, offset: usize) -> usize {
            usize::try_from(u32_at(&self.0, offset).unwrap()).unwrap()
        }

        fn set(&mut self, offset: usize, value: usize) {
            self.0[offset..offset + 4].copy_from_slice(&u32::try_from(value).unwrap().to_le_bytes());
        }

        fn append(&mut self, bytes: &[u8]) -> usize {
            self.0.extend(bytes);
            (self.0.len() / SECTOR).checked_sub(2).unwrap()
        }

        /// Where the allocation table has the entry of a sector.
        fn entry(&self, sector: usize) -> usize {
            (self.get(76 + sector / 128 * 4) + 1) * SECTOR + sector % 128 * 4
        }

        /// Hangs a sector at the end of a chain.
        fn hang(&mut self, first: usize, sector: usize) {
            let mut last = first;
            while self.get(self.entry(last)) < 0xffff_fffa {
                last = self.get(self.entry(last));
            }
            self.set(self.entry(last), sector);
            self.set(self.entry(sector), 0xffff_fffe);
        }

        fn read(&self) -> Layout {
            super::super::read(&self.0, &Limits::default())
        }

        fn appended(&self) -> u64 {
            let layout = self.read();
            assert!(layout.problems.is_empty(), "{:?}", layout.problems);
            layout.storage.unallocated.unwrap_or_default().appended
        }

        /// Offset of the root entry.
        fn root(&self) -> usize {
            (self.get(48) + 1) * SECTOR
        }
    }

    #[test]
    fn what_is_appended_is_seen_whatever_claims_it() {
        let mut package = Package::signed();
        assert_eq!(package.appended(), 0);
        let sector = package.append(&PAYLOAD);
        assert_eq!(package.appended(), 512);

        let mut directory = Package(package.0.clone());
        directory.hang(directory.get(48), sector);
        assert_eq!(directory.appended(), 512);

        let mut mini_stream = Package(package.0.clone());
        let root = mini_stream.root();
        let size = mini_stream.get(root + 120).next_multiple_of(SECTOR);
        mini_stream.set(root + 120, size + SECTOR);
        mini_stream.hang(mini_stream.get(root + 116), sector);
        assert_eq!(mini_stream.appended(), 512);

        let mut mini_table = Package(package.0.clone());
        mini_table.hang(mini_table.get(60), sector);
        mini_table.set(64, mini_table.get(64) + 1);
        assert_eq!(mini_table.appended(), 512);
    }

    /// With more sectors there may be more tables, but not more than entries for them.
    #[test]
    fn tables_for_appended_sectors_are_seen_too() {
        let mut package = Package::signed();
        let tables = package.get(44);
        let sector = package.append(&PAYLOAD);
        package.set(44, tables + 1);
        package.set(76 + tables * 4, sector);
        assert_eq!(package.read().problems.len(), 1, "more tables than the file has sectors for");
        package.append(&[0; SECTOR * 128]);
        assert_eq!(package.appended(), 512);
    }

    #[test]
    fn a_table_outside_the_file_is_said() {
        let mut package = Package::signed();
        let tables = package.get(44);
        package.append(&[PAYLOAD; 129].concat());
        package.set(44, tables + 1);
        package.set(76 + tables * 4, 0x00ff_ffff);
        assert_eq!(package.read().problems.len(), 1);
    }

    /// Fragmented streams end at the bound, not behind it.
    #[test]
    fn pieces_are_bounded() {
        let bytes = Package::signed().0;
        let limits = Limits { covered_pieces: 3, ..Limits::default() };
        let layout = super::super::read(&bytes, &limits);
        assert!(
            layout.problems.iter().any(|problem| problem.message.contains("3 pieces")),
            "{:?}",
            layout.problems
        );
    }
}
