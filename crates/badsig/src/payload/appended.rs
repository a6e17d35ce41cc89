//! Files behind a program as they are: a Windows Installer database or a program that a setup program brings along without
//! an archive around it.
//!
//! Only what starts where a place starts counts; cabinets and archives are found by their own kinds.

use super::archive::{self, Place};
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind};
use crate::facts::PayloadFacts;
use crate::format::compound;

/// Files behind a program.
pub(super) const APPENDED: Kind = Kind { name: "appended", title: "files behind the program", recognise };

/// Compound files consist of whole sectors of at least this size.
const SECTOR: u64 = 512;
/// Programs are filled up to a multiple of this when they are signed.
const ALIGNMENT: u64 = 8;
/// As far as the other kinds search for the start of an archive.
const MUCH: u64 = 1024 * 1024;

fn recognise(container: &Container<'_>) -> Option<Found> {
    let places = archive::appended(container);
    let members =
        (1..).zip(places.iter().filter(|place| is_file(container, place))).map(|(number, place)| {
            let length = place.span.end.saturating_sub(place.span.start);
            let padding = length.checked_rem(SECTOR).filter(|rest| *rest < ALIGNMENT).unwrap_or(0);
            StoredMember {
                name: if number == 1 { "appended".to_owned() } else { format!("appended-{number}") },
                offset: place.span.start,
                length: length.saturating_sub(padding),
            }
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

/// Whether a place starts with a file that can be signed; the program's own start is none.
pub(super) fn is_file(container: &Container<'_>, place: &Place) -> bool {
    let start = place.head(container, 8);
    place.span.start > 0 && (start.starts_with(&compound::MAGIC) || start.starts_with(b"MZ"))
}
