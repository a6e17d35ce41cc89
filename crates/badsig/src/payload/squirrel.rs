//! Squirrel installers (Squirrel.Windows): a ZIP archive in resource 131 of type `DATA`, which holds
//! `Update.exe`, `RELEASES` and the application as a NuGet package.
//!
//! Source: `WriteZipToSetup` and `Setup` of Squirrel.Windows.

use super::executable::{Executable, Place, ResourceName};
use super::stored::{Stored, StoredMember};
use super::{Container, Found, Kind};
use crate::subject::read_vec;

/// Squirrel installers.
pub(super) const SQUIRREL: Kind = Kind { name: "squirrel", title: "Squirrel installer", recognise };

/// `IDR_UPDATE_ZIP`.
const UPDATE_ZIP: ResourceName<'static> = ResourceName::Number(131);

fn recognise(container: &Container<'_>) -> Option<Found> {
    let members = archives(container).into_iter().map(|place| StoredMember {
        name: "DATA/131.zip".to_owned(),
        offset: place.offset,
        length: place.length,
    });
    Stored::found(members.collect())
}

/// The archives. A directory of resources that cannot be read is told with the other resources.
pub(super) fn archives(container: &Container<'_>) -> Vec<Place> {
    let kind = ResourceName::Text("DATA");
    let program = Executable::open(container);
    let places =
        program.and_then(|program| program.resources(kind, Some(UPDATE_ZIP)).ok()).unwrap_or_default();
    let is_archive = |place: &Place| {
        let start = read_vec(&**container.source, place.offset, 4, 4).unwrap_or_default();
        start == crate::format::archives::ZIP
    };
    places.into_iter().filter(is_archive).collect()
}
