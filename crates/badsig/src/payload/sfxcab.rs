//! Self-extracting cabinets: a cabinet behind the program, or in the part of a section that is not mapped.
//!
//! The packages of Windows and .NET updates ("SFXCAB") put the cabinet into the rest of their last section;
//! others append it. Only what has a plausible cabinet header (\[MS-CAB\] 2.1) counts: magic, reserved fields,
//! version 1.3, and sizes that fit the file.

use std::ops::Range as Span;

use super::executable::Executable;
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind};
use crate::format::bytes::{u16_at, u32_at};
use crate::problem::{Problem, ProblemKind};
use crate::subject::read_vec;

/// Self-extracting cabinets.
pub(super) const SFXCAB: Kind = Kind { name: "sfxcab", title: "self-extracting cabinet", recognise };

/// How far behind the start of a place a cabinet is looked for. Tools align it to 512 bytes at most; some put a
/// short table of their own before it.
const SEARCHED: u64 = 64 * 1024;
/// Cabinets in one program.
const CABINETS: usize = 64;
/// CFHEADER without the optional fields.
const HEADER: usize = 36;
const MAGIC: &[u8] = b"MSCF\0\0\0\0";

fn recognise(container: &Container<'_>) -> Option<Found> {
    let program = Executable::open(container)?;
    if program.section(super::burn::SECTION).is_some() {
        return None;
    }
    let mut places = program.unmapped();
    places.push(program.overlay());
    // Sections may lie on each other.
    places.sort_unstable_by_key(|place| (place.start, place.end));
    places.dedup();
    let mut members: Vec<StoredMember> = Vec::new();
    for place in places {
        let mut start = place.start;
        while let Some(cabinet) = find(container, start..place.end) {
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

/// The first cabinet in a place.
fn find(container: &Container<'_>, place: Span<u64>) -> Option<Span<u64>> {
    let length = place.end.saturating_sub(place.start).min(SEARCHED);
    let bytes = read_vec(&**container.source, place.start, length, SEARCHED).ok()?;
    memchr::memmem::find_iter(&bytes, MAGIC).find_map(|index| {
        let start = place.start.checked_add(u64::try_from(index).ok()?)?;
        // What was read already tells most false starts.
        let size = match bytes.get(index..index.checked_add(HEADER)?) {
            Some(header) => stated_size(container, start, header)?,
            None => cabinet_size(container, start)?,
        };
        let cabinet = start..start.checked_add(size)?;
        (cabinet.end <= place.end).then_some(cabinet)
    })
}

/// Whether a cabinet starts here.
pub(super) fn is_cabinet(container: &Container<'_>, offset: u64) -> bool {
    cabinet_size(container, offset).is_some()
}

/// The size that a plausible cabinet header states; `None` when there is no cabinet here.
fn cabinet_size(container: &Container<'_>, offset: u64) -> Option<u64> {
    let header = read_vec(&**container.source, offset, u64::try_from(HEADER).ok()?, 64).ok()?;
    stated_size(container, offset, &header)
}

fn stated_size(container: &Container<'_>, offset: u64, header: &[u8]) -> Option<u64> {
    let size = u32_at(header, 8)?;
    let first_file = u32_at(header, 16)?;
    let plausible = header.starts_with(MAGIC)
        && u32_at(header, 12)? == 0
        && u32_at(header, 20)? == 0
        && u16_at(header, 24)? == 0x0103
        && u16_at(header, 26)? > 0
        && u32::try_from(HEADER).ok()? <= first_file
        && first_file < size
        && offset.checked_add(u64::from(size))? <= container.source.size();
    plausible.then_some(u64::from(size))
}
