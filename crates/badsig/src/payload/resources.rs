//! Files in the resources of a program, other than those of a known installer: cabinets, Windows Installer
//! databases, programs and archives that a setup program or a co-installer brings along.
//!
//! Only resources that start as one of these formats count, and only those that the maker of the program put
//! there by itself: icons, dialogs and the like never do.

use super::executable::{Executable, Place};
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind};
use crate::format::may_be_judged;
use crate::subject::read_vec;

/// Files in resources.
pub(super) const RESOURCES: Kind = Kind { name: "resources", title: "files in resources", recognise };

/// No file of these formats is smaller.
const SMALLEST: u64 = 22;

fn recognise(container: &Container<'_>) -> Option<Found> {
    let program = match Executable::of(container)? {
        Ok(program) => program,
        Err(problem) => return Some(Found::Damaged(problem)),
    };
    let taken = [super::iexpress::cabinets(container), super::squirrel::archives(container)].concat();
    let wanted = |place: &Place| {
        place.length >= SMALLEST && !taken.contains(place) && starts_as_file(container, place.offset)
    };
    let (resources, problem) = match program.all_resources(&wanted) {
        Ok(resources) => (resources, None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let members = resources.into_iter().map(|(name, place)| StoredMember {
        name,
        offset: place.offset,
        length: place.length,
    });
    Stored::found_until(members.collect(), problem)
}

fn starts_as_file(container: &Container<'_>, offset: u64) -> bool {
    may_be_judged(&read_vec(&**container.source, offset, SMALLEST, SMALLEST).unwrap_or_default())
}
