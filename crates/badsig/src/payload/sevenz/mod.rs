//! 7z archives: behind a program (self-extractors) and by themselves.
//!
//! Specification: `7zFormat.txt` and `Methods.txt` of the LZMA SDK. LZMA, LZMA2, bzip2, the filters for programs
//! (BCJ, BCJ2, ARM and others) and Delta are unpacked; encrypted archives, PPMd, Deflate and Zstandard are named and not
//! opened.

#[cfg(feature = "sevenz")]
mod header;
#[cfg(feature = "sevenz")]
mod read;

use std::ops::Range as Span;

use super::archive::{Place, joined, places};
use super::{Container, Found, Kind};
use crate::format::Format;
use crate::format::archives::{SEVEN_ZIP, SEVEN_ZIP_HEADER, is_seven_zip};
use crate::format::bytes::u64_at;
use crate::subject::read_vec;

/// 7z archives.
pub(super) const SEVENZ: Kind = Kind { name: "7z", title: "7z archive", recognise };

/// How far behind a program the archive is looked for: the settings of the module may stand between.
const SEARCHED: u64 = 1024 * 1024;

fn recognise(container: &Container<'_>) -> Option<Found> {
    let places = places(container);
    joined(places.iter().filter_map(|place| Some(open(container, find(container, place)?))))
}

#[cfg(feature = "sevenz")]
use read::open;

#[cfg(not(feature = "sevenz"))]
fn open(_: &Container<'_>, _: Span<u64>) -> Found {
    super::archive::left_out("sevenz")
}

/// The archive that starts in a place: the first whose start header has its checksum, as the modules of 7-Zip choose; a damaged
/// one only where there is no other.
fn find(container: &Container<'_>, place: &Place) -> Option<Span<u64>> {
    let source = &**container.source;
    let within = container.format == Format::Pe;
    let bytes = place.head(container, if within { SEARCHED } else { SEVEN_ZIP_HEADER });
    let mut damaged = None;
    for index in memchr::memmem::find_iter(&bytes, SEVEN_ZIP).filter(|index| within || *index == 0) {
        let Some(start) = u64::try_from(index).ok().and_then(|index| place.span.start.checked_add(index))
        else {
            continue;
        };
        // What was read already tells most of them.
        let held = bytes.get(index..index.saturating_add(32)).map(<[u8]>::to_vec);
        let read = || read_vec(source, start, SEVEN_ZIP_HEADER, SEVEN_ZIP_HEADER).unwrap_or_default();
        let header = held.unwrap_or_else(read);
        if end(start, &header).is_none_or(|end| end > place.until) {
            continue;
        }
        if is_seven_zip(&header) {
            return Some(start..place.until);
        }
        damaged = damaged.or(Some(start));
    }
    damaged.map(|start| start..place.until)
}

/// Where an archive with this header ends.
fn end(start: u64, header: &[u8]) -> Option<u64> {
    let behind = u64_at(header, 12)?.checked_add(u64_at(header, 20)?)?;
    start.checked_add(SEVEN_ZIP_HEADER)?.checked_add(behind).filter(|_| header.get(6) == Some(&0))
}
