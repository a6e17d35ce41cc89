//! ZIP archives: behind a program (self-extractors, launch4j) and by themselves (NuGet packages, JAR).
//!
//! Specification: PKWARE APPNOTE 6.3.10. Stored, Deflate, Deflate64 and bzip2 are unpacked; encrypted members and
//! other methods are named and not opened.

#[cfg(feature = "zip")]
mod inflate;
#[cfg(feature = "zip")]
mod read;

use std::ops::Range as Span;

use super::archive::{Place, joined, places};
use super::{Container, Found, Kind};
use crate::format::Format;
use crate::format::archives::{ZIP, ZIP_END, ZIP_END_SEARCHED, ZIP_END_SIZE};
use crate::format::bytes::{u16_at, u32_at};

/// ZIP archives.
pub(super) const KIND: Kind = Kind { name: "zip", title: "ZIP archive", recognise };

fn recognise(container: &Container<'_>) -> Option<Found> {
    let places = places(container);
    let first = places.first()?.span.start;
    joined(places.iter().filter_map(|place| Some(open(container, find(container, place, first)?))))
}

#[cfg(feature = "zip")]
use read::open;

#[cfg(not(feature = "zip"))]
fn open(_: &Container<'_>, _: Span<u64>) -> Found {
    super::archive::left_out("zip")
}

/// The archive that ends in a place: from the start of the file (offsets may count from there) to the end of its last record.
/// Its members may lie in the places before it, from `first` on.
fn find(container: &Container<'_>, place: &Place, first: u64) -> Option<Span<u64>> {
    let alone = container.format == Format::Unknown;
    if alone && !place.head(container, 4).starts_with(ZIP) {
        return None;
    }
    let (start, tail) = place.tail(container, ZIP_END_SEARCHED);
    memchr::memmem::rfind_iter(&tail, ZIP_END).find_map(|index| {
        let end = start.checked_add(u64::try_from(index).ok()?)?;
        let record = tail.get(index..)?;
        let comment = u64::from(u16_at(record, 20)?);
        let record_end = end.checked_add(u64::try_from(ZIP_END_SIZE).ok()?)?.checked_add(comment)?;
        let directory = u64::from(u32_at(record, 12)?);
        // The directory stands before this record; ZIP64 puts its size elsewhere.
        let fits = directory == u64::from(u32::MAX) || end.checked_sub(directory)? >= first;
        (fits && record_end <= place.until).then_some(0..record_end)
    })
}
