//! Self-extracting cabinets: a cabinet behind the program, or in the part of a section that is not mapped.
//!
//! The packages of Windows and .NET updates ("SFXCAB") put the cabinet into the rest of their last section;
//! others append it. Only what has a plausible cabinet header (\[MS-CAB\] 2.1) counts: magic, version
//! 1.3, and sizes that fit the file.

use std::ops::Range as Span;

use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind, appended, archive};
use crate::format::archives::{self, CABINET_HEADER};
use crate::format::cabinet::MAGIC;
use crate::problem::{Problem, ProblemKind};
use crate::subject::read_vec;

/// Self-extracting cabinets.
pub(super) const SFXCAB: Kind = Kind { name: "sfxcab", title: "self-extracting cabinet", recognise };

/// How far behind the start of a place a cabinet is looked for. Tools align it to 512 bytes at most; some put a
/// short table of their own before it.
const SEARCHED: u64 = 64 * 1024;
/// Cabinets in one program.
const CABINETS: usize = 64;

fn recognise(container: &Container<'_>) -> Option<Found> {
    // A bundle says itself where its cabinets lie.
    if super::burn::is_bundle(container) {
        return None;
    }
    let mut members: Vec<StoredMember> = Vec::new();
    for place in archive::appended(container) {
        // What is inside of a file that lies there is found there.
        let mut start = appended::end_of_files(container, &place);
        while let Some(cabinet) = find(container, start..place.span.end, place.until) {
            start = cabinet.end;
            if members.iter().any(|known| known.offset == cabinet.start) {
                continue;
            }
            if members.len() >= CABINETS {
                return Stored::found_until(members, Some(too_many()));
            }
            members.push(member(members.len(), &cabinet));
        }
    }
    Stored::found(members)
}

fn too_many() -> Problem {
    let message = format!("the program carries more than {CABINETS} cabinets behind it or in its sections");
    Problem::new(ProblemKind::LimitReached, message)
}

fn member(before: usize, cabinet: &Span<u64>) -> StoredMember {
    let name = match before {
        0 => "cabinet".to_owned(),
        number => format!("cabinet-{}", number.saturating_add(1)),
    };
    StoredMember { name, offset: cabinet.start, length: cabinet.end.saturating_sub(cabinet.start) }
}

/// The first cabinet that starts in a place, and ends before `until`.
fn find(container: &Container<'_>, place: Span<u64>, until: u64) -> Option<Span<u64>> {
    let length = place.end.saturating_sub(place.start).min(SEARCHED);
    let bytes = read_vec(&**container.source, place.start, length, SEARCHED).ok()?;
    memchr::memmem::find_iter(&bytes, MAGIC).find_map(|index| {
        let start = place.start.checked_add(u64::try_from(index).ok()?)?;
        // What was read already tells most false starts.
        let size = match bytes.get(index..index.checked_add(CABINET_HEADER)?) {
            Some(header) => archives::cabinet_size(header).map(u64::from)?,
            None => cabinet_size(container, start)?,
        };
        let cabinet = start..start.checked_add(size)?;
        (cabinet.end <= until).then_some(cabinet)
    })
}

/// Whether a cabinet starts here that ends in the file.
pub(super) fn is_cabinet(container: &Container<'_>, offset: u64) -> bool {
    let end = cabinet_size(container, offset).and_then(|size| offset.checked_add(size));
    end.is_some_and(|end| end <= container.source.size())
}

/// The size that a plausible cabinet header states; `None` when there is no cabinet here.
fn cabinet_size(container: &Container<'_>, offset: u64) -> Option<u64> {
    let header = read_vec(&**container.source, offset, u64::try_from(CABINET_HEADER).ok()?, 64).ok()?;
    archives::cabinet_size(&header).map(u64::from)
}
