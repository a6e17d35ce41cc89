//! IExpress packages (WExtract): a cabinet in the resource `CABINET` of type `RCDATA`.
//!
//! Layout: the resources of `wextract.exe`, as 7-Zip and cabextract read them; no specification is public. The
//! other resources (`RUNPROGRAM`, `TITLE`, …) only say what is run after unpacking.

use super::executable::{Executable, RCDATA, ResourceName};
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind};

/// IExpress packages.
pub(super) const IEXPRESS: Kind = Kind { name: "iexpress", title: "IExpress (WExtract) package", recognise };

/// The name of the resource.
const CABINET: ResourceName<'static> = ResourceName::Text("CABINET");

fn recognise(container: &Container<'_>) -> Option<Found> {
    let places = Executable::open(container)?.resources(RCDATA, Some(CABINET));
    let cabinets = places.into_iter().filter(|place| super::sfxcab::is_cabinet(container, place.offset));
    let members = cabinets.map(|place| StoredMember {
        name: "CABINET".to_owned(),
        offset: place.offset,
        length: place.length,
    });
    Stored::found(members.take(1).collect())
}
