//! Bytes of a compound file that belong to nothing: sectors that the allocation table marks free, and sectors that no
//! stream, directory or table reaches. No signature covers them, so anybody can put something there.
//!
//! Not counted: what is left of the last sector of a stream, free entries of the directory and of tables, and free mini
//! sectors.

use super::directory::Directory;
use super::sectors::Sectors;
use super::{DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX};
use crate::digest::{CoveredBytes, Piece};
use crate::format::Unallocated;
use crate::limits::READ_BUFFER;
use crate::problem::Problem;
use crate::subject::read_exact;

/// Counts the bytes that belong to nothing; `None` when there are none. `covered` are the contents of all streams but
/// those of the signature.
pub(super) fn unallocated(
    sectors: &mut Sectors<'_>,
    directory: &Directory,
    covered: &CoveredBytes,
) -> Result<Option<Unallocated>, Problem> {
    let mut used = sectors.of_structures(directory)?;
    used.extend(whole_sectors(covered, sectors.size()));
    for name in [DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX] {
        if let Some(entry) = directory.root_stream(name) {
            let mut bytes = CoveredBytes::new();
            sectors.cover_stream(directory, entry, &mut bytes)?;
            used.extend(whole_sectors(&bytes, sectors.size()));
        }
    }
    used.sort_unstable();
    let mut found = Unallocated::default();
    let mut end = sectors.size();
    for (start, stop) in used {
        count(sectors, end, start, &mut found)?;
        end = end.max(stop);
    }
    let within = found.not_zero;
    count(sectors, end, sectors.file_size(), &mut found)?;
    found.appended = found.not_zero.saturating_sub(within);
    Ok((found.bytes > 0).then_some(found))
}

/// The sectors in which these bytes lie, as ranges of the file.
fn whole_sectors(bytes: &CoveredBytes, size: u64) -> impl Iterator<Item = (u64, u64)> {
    bytes.pieces().iter().filter_map(move |piece| match piece {
        Piece::Range { offset, length } => {
            let start = offset.checked_div(size)?.checked_mul(size)?;
            let end = offset.saturating_add(*length).div_ceil(size).saturating_mul(size);
            Some((start, end))
        }
        Piece::Literal(_) | Piece::DigestOf(_) => None,
    })
}

fn count(sectors: &Sectors<'_>, start: u64, end: u64, found: &mut Unallocated) -> Result<(), Problem> {
    let mut buffer = vec![0; if start < end { READ_BUFFER } else { 0 }];
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
