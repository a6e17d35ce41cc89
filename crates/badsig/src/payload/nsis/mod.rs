//! NSIS installers (Nullsoft Scriptable Install System), versions 2 and 3.
//!
//! Layout: `Source/exehead/fileform.h` of NSIS. Behind the program stand a first header, the packed header (script and
//! strings), and the data: each item with its length before it. Everything is packed by itself, or everything together
//! ("solid"). Items are given in the order in which they are stored, also those that the script does not name. NSIS 1 is
//! recognised and not opened.

#[cfg(feature = "nsis")]
mod bzip2;
#[cfg(feature = "nsis")]
mod data;
#[cfg(feature = "nsis")]
mod header;
#[cfg(feature = "nsis")]
mod inflate;
#[cfg(feature = "nsis")]
mod strings;
#[cfg(feature = "nsis")]
mod unpack;

use std::ops::Range as Span;

use super::archive::{self, appended};
use super::budget::TOO_LONG;
use super::{Container, Found, Kind};
use crate::format::archives::{NSIS as SIGNATURE, NSIS_1};
use crate::format::bytes::u32_at;
use crate::limits::READ_BUFFER;
use crate::problem::{Problem, ProblemKind};
use crate::subject::read_vec;

/// NSIS installers.
pub(super) const NSIS: Kind = Kind { name: "nsis", title: "NSIS installer", recognise };

/// Offset of the signature in the first header.
const BEFORE_SIGNATURE: usize = 4;
/// `firstheader`.
const FIRST_HEADER: u64 = 28;
/// `FH_FLAGS_MASK`.
const FLAGS: u32 = 0x0f;
/// The program reads its own file in steps of this size, from its first byte on, and looks for the first header at the start of each
/// (`loadHeaders`).
const STEP: u64 = 512;
/// How far behind the start of a place a first header is looked for that stands elsewhere, as no program of NSIS would find it.
const SEARCHED: u64 = 1024 * 1024;

/// Where an installer's packed header and data stand.
#[cfg_attr(not(feature = "nsis"), allow(dead_code, reason = "read by what the feature brings"))]
struct Place {
    /// Bytes behind the first header, to the end that it states or that of what the program can read.
    data: Span<u64>,
    /// Size of the header, unpacked.
    header_size: u32,
    /// Where the first header says that the data end, when that is behind it.
    cut_off: Option<u64>,
}

fn recognise(container: &Container<'_>) -> Option<Found> {
    let places = appended(container);
    let first = places.first()?.span.start;
    let until = |start| places.iter().rev().find(|place| place.span.start <= start).map(|place| place.until);
    let place = match aligned(container, first) {
        Ok(header) => header.and_then(|(start, header)| first_header(start, &header, until(start)?)),
        Err(problem) => return Some(Found::Damaged(problem)),
    };
    if let Some(place) = place.or_else(|| places.iter().find_map(|place| unaligned(container, place))) {
        #[cfg(feature = "nsis")]
        return Some(data::open(container, &place));
        #[cfg(not(feature = "nsis"))]
        {
            let _ = place;
            return Some(super::archive::left_out("nsis"));
        }
    }
    let old =
        |place: &archive::Place| memchr::memmem::find(&place.head(container, SEARCHED), NSIS_1).is_some();
    places.iter().any(old).then(|| Found::NotOpened("made by NSIS 1, which badsig does not read".to_owned()))
}

/// The first header that the program itself finds, from this offset on: what stands before is loaded.
fn aligned(container: &Container<'_>, from: u64) -> Result<Option<(u64, Vec<u8>)>, Problem> {
    let source = &**container.source;
    let most = u64::try_from(READ_BUFFER).unwrap_or(STEP);
    let step = usize::try_from(STEP).unwrap_or(usize::MAX);
    let mut start = from.next_multiple_of(STEP);
    while start < source.size() {
        if container.limits.deadline.is_over() {
            return Err(Problem::new(ProblemKind::LimitReached, TOO_LONG));
        }
        let bytes = read_vec(source, start, source.size().saturating_sub(start).min(most), most)?;
        for header in bytes.chunks(step) {
            if is_first_header(header) {
                return Ok(Some((start, header.to_vec())));
            }
            start = start.saturating_add(STEP);
        }
    }
    Ok(None)
}

fn is_first_header(bytes: &[u8]) -> bool {
    let signed = bytes.get(BEFORE_SIGNATURE..).is_some_and(|rest| rest.starts_with(SIGNATURE));
    signed && u32_at(bytes, 0).is_some_and(|flags| flags & !FLAGS == 0)
}

fn unaligned(container: &Container<'_>, place: &archive::Place) -> Option<Place> {
    let bytes = place.head(container, SEARCHED);
    memchr::memmem::find_iter(&bytes, SIGNATURE).find_map(|index| {
        let index = index.checked_sub(BEFORE_SIGNATURE)?;
        let header = bytes.get(index..).filter(|header| is_first_header(header))?;
        let start = place.span.start.checked_add(u64::try_from(index).ok()?)?;
        first_header(start, header, place.until)
    })
}

/// What a first header says that starts here.
fn first_header(start: u64, header: &[u8], until: u64) -> Option<Place> {
    let header_size = u32_at(header, 20)?;
    let stated = start.checked_add(u64::from(u32_at(header, 24)?))?;
    let start = start.checked_add(FIRST_HEADER)?;
    let end = stated.min(until);
    let cut_off = Some(stated).filter(|stated| *stated > until);
    (start < end).then_some(Place { data: start..end, header_size, cut_off })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_should_go_on_behind_the_file_are_cut_off() {
        let cut = |following: u32| {
            let mut header = 0u32.to_le_bytes().to_vec();
            header.extend(SIGNATURE);
            header.extend(10u32.to_le_bytes());
            header.extend(following.to_le_bytes());
            first_header(1000, &header, 1100).unwrap().cut_off
        };
        assert_eq!(cut(100), None);
        assert_eq!(cut(101), Some(1101));
    }
}
