//! IExpress packages (WExtract): a cabinet in the resource `CABINET` of type `RCDATA`.
//!
//! Layout: the resources of `wextract.exe`, as 7-Zip and cabextract read them; no specification is public. The
//! other resources (`RUNPROGRAM`, `TITLE`, …) only say what is run after unpacking.

use super::executable::{Executable, Place, RCDATA, ResourceName};
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind};

/// IExpress packages.
pub(super) const IEXPRESS: Kind = Kind { name: "iexpress", title: "IExpress (WExtract) package", recognise };

/// The name of the resource.
const CABINET: ResourceName<'static> = ResourceName::Text("CABINET");

fn recognise(container: &Container<'_>) -> Option<Found> {
    let members = cabinets(container).into_iter().map(|place| StoredMember {
        name: "CABINET".to_owned(),
        offset: place.offset,
        length: place.length,
    });
    Stored::found(members.collect())
}

/// The cabinets, one for each language. A directory of resources that cannot be read is told with the other resources.
pub(super) fn cabinets(container: &Container<'_>) -> Vec<Place> {
    let program = Executable::open(container);
    let places =
        program.and_then(|program| program.resources(RCDATA, Some(CABINET)).ok()).unwrap_or_default();
    places.into_iter().filter(|place| super::sfxcab::is_cabinet(container, place.offset)).collect()
}
