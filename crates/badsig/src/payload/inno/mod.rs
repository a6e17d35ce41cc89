//! Inno Setup installers.
//!
//! A table of offsets stands in the resource 11111 of type `RCDATA` (since 5.1.5): it says where the description
//! ("setup-0": version, header and records, in two packed blocks) and the data ("setup-1": chunks, each with some files
//! packed together) start. The records are read by the crate `innospect`, from a copy of the description whose unpacked
//! size was bounded before; the data are unpacked here. Files in slices beside the installer (`setup-1.bin`), encrypted
//! ones and installers before 5.1.5 are named and not opened.
//!
//! Layout: `Projects/Src/Shared.Struct.pas` and `Compression.Base.pas` of Inno Setup.

#[cfg(feature = "inno")]
mod chunks;
#[cfg(feature = "inno")]
mod description;
#[cfg(feature = "inno")]
mod filter;
#[cfg(feature = "inno")]
mod read;

use super::executable::{Executable, RCDATA, ResourceName};
use super::{Container, Found, Kind};
use crate::format::bytes::{u32_at, u64_at};
use crate::subject::read_vec;

/// Inno Setup installers.
pub(super) const INNO: Kind = Kind { name: "inno", title: "Inno Setup installer", recognise };

/// `SetupLdrOffsetTableResID`.
const OFFSET_TABLE: ResourceName<'static> = ResourceName::Number(11_111);
/// `SetupLdrOffsetTableID`, since 5.1.5.
const TABLE_IDS: [&[u8; 12]; 2] = [b"rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a", b"nS5W7dT\x83\xaa\x1b\x0f\x6a"];
/// Where older programs point to their table.
const OLD_POINTER: u64 = 0x30;

/// Where the parts of an installer start.
#[cfg_attr(not(feature = "inno"), allow(dead_code, reason = "read by what the feature brings"))]
struct Offsets {
    /// `Offset0`: the description.
    description: u64,
    /// `Offset1`: the data; 0 when they lie beside the installer.
    data: u64,
}

fn recognise(container: &Container<'_>) -> Option<Found> {
    let program = Executable::open(container)?;
    // A directory of resources that cannot be read is told with the other resources.
    let tables = program.resources(RCDATA, Some(OFFSET_TABLE)).unwrap_or_default();
    if let Some(offsets) = tables.into_iter().find_map(|place| table(container, place.offset)) {
        #[cfg(feature = "inno")]
        return Some(read::open(container, &offsets));
        #[cfg(not(feature = "inno"))]
        {
            let _ = offsets;
            return Some(super::archive::left_out("inno"));
        }
    }
    let pointer = read_vec(&**container.source, OLD_POINTER, 12, 12).ok()?;
    let points = u32_at(&pointer, 4)? == !u32_at(&pointer, 8)?;
    (pointer.starts_with(b"Inno") && points).then(|| {
        Found::NotOpened("made by an Inno Setup older than 5.1.5, which badsig does not read".to_owned())
    })
}

fn table(container: &Container<'_>, offset: u64) -> Option<Offsets> {
    let table = read_vec(&**container.source, offset, 44, 64).ok()?;
    TABLE_IDS.iter().any(|id| table.starts_with(*id)).then_some(())?;
    let narrow = |place| u32_at(&table, place).map(u64::from);
    match u32_at(&table, 12)? {
        1 => Some(Offsets { description: narrow(32)?, data: narrow(36)? }),
        2 => {
            let table = read_vec(&**container.source, offset, 64, 64).ok()?;
            Some(Offsets { description: u64_at(&table, 40)?, data: u64_at(&table, 48)? })
        }
        _ => None,
    }
}
