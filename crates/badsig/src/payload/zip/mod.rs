//! ZIP archives: behind a program (self-extractors, launch4j) and by themselves (NuGet packages, JAR).
//!
//! Specification: PKWARE APPNOTE 6.3.10. Stored, Deflate, Deflate64 and bzip2 are unpacked; encrypted members and
//! other methods are named and not opened.

#[cfg(feature = "zip")]
mod read;

use std::ops::Range as Span;

use super::archive::{ZIP_MAGIC, place};
use super::{Container, Found, Kind};
use crate::format::bytes::{u16_at, u32_at};
use crate::subject::read_vec;

/// ZIP archives.
pub(super) const ZIP: Kind = Kind { name: "zip", title: "ZIP archive", recognise };

/// "End of central directory record" (4.3.16).
const END_MAGIC: &[u8] = b"PK\x05\x06";
const END_SIZE: usize = 22;
/// The record is followed by a comment of at most 65,535 bytes; some tools add a little more.
const SEARCHED: u64 = 66 * 1024;

fn recognise(container: &Container<'_>) -> Option<Found> {
    let place = place(container)?;
    let archive = find(container, &place)?;
    #[cfg(feature = "zip")]
    return Some(read::open(container, archive));
    #[cfg(not(feature = "zip"))]
    {
        let _ = archive;
        Some(super::archive::left_out("zip"))
    }
}

/// The archive in a place: from the start of the file (offsets may count from there) to the end of its last record.
fn find(container: &Container<'_>, place: &Span<u64>) -> Option<Span<u64>> {
    let source = &**container.source;
    let alone = place.start == 0;
    if alone && !read_vec(source, 0, 4, 4).ok()?.starts_with(ZIP_MAGIC) {
        return None;
    }
    let start = place.start.max(place.end.saturating_sub(SEARCHED));
    let tail = read_vec(source, start, place.end.saturating_sub(start), SEARCHED).ok()?;
    memchr::memmem::rfind_iter(&tail, END_MAGIC).find_map(|index| {
        let end = start.checked_add(u64::try_from(index).ok()?)?;
        let record = tail.get(index..)?;
        let comment = u64::from(u16_at(record, 20)?);
        let record_end = end.checked_add(u64::try_from(END_SIZE).ok()?)?.checked_add(comment)?;
        let directory = u64::from(u32_at(record, 12)?);
        // The directory stands before this record, inside the place; ZIP64 puts its size elsewhere.
        let fits = directory == u64::from(u32::MAX) || end.checked_sub(directory)? >= place.start;
        (fits && record_end <= place.end).then_some(0..record_end)
    })
}
