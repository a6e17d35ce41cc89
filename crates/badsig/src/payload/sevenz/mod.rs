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

use super::archive::{SEVEN_ZIP_MAGIC, place};
use super::{Container, Found, Kind};
use crate::format::Format;
use crate::format::bytes::u64_at;
use crate::subject::read_vec;

/// 7z archives.
pub(super) const SEVENZ: Kind = Kind { name: "7z", title: "7z archive", recognise };

/// How far behind a program the archive is looked for: the settings of the module may stand between.
const SEARCHED: u64 = 1024 * 1024;
/// "SignatureHeader".
const HEADER: u64 = 32;

fn recognise(container: &Container<'_>) -> Option<Found> {
    let place = place(container)?;
    let archive = find(container, &place)?;
    #[cfg(feature = "sevenz")]
    return Some(read::open(container, archive));
    #[cfg(not(feature = "sevenz"))]
    {
        let _ = archive;
        Some(super::archive::left_out("sevenz"))
    }
}

fn find(container: &Container<'_>, place: &Span<u64>) -> Option<Span<u64>> {
    let source = &**container.source;
    let searched = if container.format == Format::Pe { SEARCHED } else { HEADER };
    let length = place.end.saturating_sub(place.start).min(searched);
    let bytes = read_vec(source, place.start, length, SEARCHED).ok()?;
    let mut starts = memchr::memmem::find_iter(&bytes, SEVEN_ZIP_MAGIC);
    let start = starts.find_map(|index| {
        let start = place.start.checked_add(u64::try_from(index).ok()?)?;
        let header = read_vec(source, start, HEADER, HEADER).ok()?;
        let end = HEADER.checked_add(u64_at(&header, 12)?)?.checked_add(u64_at(&header, 20)?)?;
        let fits = start.checked_add(end)? <= place.end && header.get(6) == Some(&0);
        (fits && (container.format == Format::Pe || index == 0)).then_some(start)
    })?;
    Some(start..place.end)
}
