//! Files behind a program as they are: Windows Installer databases or programs that a setup program brings along without an
//! archive around them.
//!
//! Only what starts where a place starts counts, and what follows it directly. Each ends where its own structure says, for programs that
//! do this put numbers of their own behind it; what is left of the place is searched for cabinets.

use super::archive::{self, Place};
use super::executable::Executable;
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind, Range};
use crate::facts::PayloadFacts;
use crate::format::compound::{self, Sectors};

/// Files behind a program.
pub(super) const APPENDED: Kind = Kind { name: "appended", title: "files behind the program", recognise };

/// Files in one place.
const FILES: usize = 64;
/// As far as the other kinds search for the start of an archive.
const MUCH: u64 = 1024 * 1024;

fn recognise(container: &Container<'_>) -> Option<Found> {
    let places = archive::appended(container);
    let files = places.iter().flat_map(|place| files(container, place)).take(FILES);
    let members = (1..).zip(files).map(|(number, (offset, length))| StoredMember {
        name: if number == 1 { "appended".to_owned() } else { format!("appended-{number}") },
        offset,
        length,
    });
    Stored::found(members.collect())
}

/// What is said of a program of no known kind with much data behind it; `None` when there is not much. An archive may begin behind
/// what the other kinds search; less is common, as tables of symbols.
pub(super) fn unknown(container: &Container<'_>) -> Option<PayloadFacts> {
    let places = archive::appended(container);
    let largest = places.iter().map(|place| place.span.end.saturating_sub(place.span.start)).max()?;
    (largest > MUCH).then(|| PayloadFacts {
        not_opened: Some(format!("{largest} bytes of no kind that badsig knows")),
        ..PayloadFacts::new(APPENDED.name, APPENDED.title)
    })
}

/// Where the files at the start of a place end; its start when there are none.
pub(super) fn end_of_files(container: &Container<'_>, place: &Place) -> u64 {
    let last = files(container, place).last();
    last.map_or(place.span.start, |(start, length)| start.saturating_add(length))
}

/// The files at the start of a place, one behind the other: start and length.
fn files<'c>(container: &'c Container<'_>, place: &Place) -> impl Iterator<Item = (u64, u64)> + use<'c> {
    let (mut start, end) = (place.span.start, place.span.end);
    // The program's own start is none of them.
    let files = std::iter::from_fn(move || {
        let length = length(container, start, end).filter(|length| *length > 0 && start > 0)?;
        let file = (start, length);
        start = start.saturating_add(length);
        Some(file)
    });
    files.take(FILES)
}

/// The length of the file that starts here, at most to the end of its place; `None` when none does whose structure can be
/// read.
fn length(container: &Container<'_>, start: u64, end: u64) -> Option<u64> {
    let rest = Range::new(container.source, start, end.checked_sub(start)?)?;
    let magic = crate::subject::read_vec(&rest, 0, 8, 8).ok()?;
    if magic.starts_with(&compound::MAGIC) {
        return Sectors::open(&rest).ok()?.used_end().ok();
    }
    let program = magic.starts_with(b"MZ").then(|| Executable::read(&rest, container.limits).ok())??;
    // Without a signature nothing says where its own overlay ends.
    Some(program.certificates().map_or(end.saturating_sub(start), |table| table.end))
}
