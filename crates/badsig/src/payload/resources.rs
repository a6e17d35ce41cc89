//! Files in the resources of a program, other than those of a known installer: cabinets, Windows Installer
//! databases, programs and archives that a setup program or a co-installer brings along.
//!
//! Only resources that start as one of these formats count, and only those that the maker of the program put
//! there by itself: icons, dialogs and the like never do.

use super::executable::Executable;
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind};
use crate::subject::read_vec;

/// Files in resources.
pub(super) const RESOURCES: Kind = Kind { name: "resources", title: "files in resources", recognise };

/// Starts of what is worth opening: cabinet, compound file, program, ZIP, 7z.
const STARTS: [&[u8]; 5] = [
    b"MSCF\0\0\0\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"MZ",
    super::archive::ZIP_MAGIC,
    super::archive::SEVEN_ZIP_MAGIC,
];
/// No file of these formats is smaller.
const SMALLEST: u64 = 22;

fn recognise(container: &Container<'_>) -> Option<Found> {
    let program = Executable::open(container)?;
    let taken = [super::iexpress::IEXPRESS, super::squirrel::SQUIRREL];
    if taken.iter().any(|kind| (kind.recognise)(container).is_some()) {
        return None;
    }
    let resources = program.all_resources().into_iter();
    let members = resources
        .filter(|(_, place)| place.length >= SMALLEST && starts_as_file(container, place.offset))
        .map(|(name, place)| StoredMember { name, offset: place.offset, length: place.length });
    Stored::found(members.collect())
}

fn starts_as_file(container: &Container<'_>, offset: u64) -> bool {
    let start = read_vec(&**container.source, offset, 8, 8).unwrap_or_default();
    STARTS.iter().any(|magic| start.starts_with(magic))
}
