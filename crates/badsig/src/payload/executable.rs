//! What the kinds of payload in programs share: where the image ends, what stands behind it, and resources.
//!
//! A program carries other files in three places: in its resources, in a section (or in the rest of one that
//! the loader does not map), or behind its last section ("overlay"). The certificate table is always behind
//! everything else when it was made by a signing tool, so an overlay ends where it starts; a signature covers what stands behind
//! it too. In the table itself nothing belongs: see [`crate::format::pe`]. Source: Microsoft, "PE Format".

use std::ops::Range as Span;

use crate::describe::pe::image::Image;
pub(super) use crate::describe::pe::resources::Place;
pub(super) use crate::describe::pe::resources::ResourceName;
use crate::describe::pe::resources::Resources;
use crate::format::Format;
use crate::format::pe::Headers;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::subject::ByteSource;

use super::Container;

/// `RT_RCDATA`.
pub(super) const RCDATA: ResourceName<'static> = ResourceName::Number(10);

/// A program as a carrier of other files.
pub(super) struct Executable<'a> {
    image: Image<'a>,
    source: &'a dyn ByteSource,
    certificates: Option<Span<u64>>,
}

impl<'a> Executable<'a> {
    /// The container as a program; `None` when it is none, or its headers cannot be read.
    pub(super) fn open(container: &Container<'a>) -> Option<Executable<'a>> {
        Executable::of(container)?.ok()
    }

    /// The container as a program; `None` when it is none.
    ///
    /// # Errors
    /// When its headers cannot be read: one kind ([`super::resources`]) tells it for all.
    pub(super) fn of(container: &Container<'a>) -> Option<Result<Executable<'a>, Problem>> {
        let is_program = container.format == Format::Pe;
        is_program.then(|| Executable::read(&**container.source, container.limits))
    }

    pub(super) fn read(source: &'a dyn ByteSource, limits: &Limits) -> Result<Executable<'a>, Problem> {
        let image = Image::read(source, limits)?;
        let headers = Headers::read(source, limits)?;
        let (start, length) = headers.certificate_table;
        let (start, end) = (u64::from(start), u64::from(start).saturating_add(u64::from(length)));
        let certificates = (start != 0 && start < end && end <= source.size()).then_some(start..end);
        Ok(Executable { image, source, certificates })
    }

    /// Where the certificate table stands; `None` when there is none in the file.
    pub(super) fn certificates(&self) -> Option<Span<u64>> {
        self.certificates.clone()
    }

    /// Where the bytes of the last section end.
    pub(super) fn end(&self) -> u64 {
        let ends = self.image.sections.iter().map(|section| {
            let (offset, length) = self.image.raw(section);
            if length == 0 { 0 } else { offset.saturating_add(length) }
        });
        ends.max().unwrap_or(0).min(self.source.size())
    }

    /// The bytes between the last section and the certificate table (or the end of the file); may be empty.
    pub(super) fn overlay(&self) -> Span<u64> {
        let start = self.end();
        let end = self.certificates.as_ref().map(|table| table.start).filter(|table| *table >= start);
        start..end.unwrap_or(self.source.size())
    }

    /// Where data may stand that the loader does not map, in the order of the file: the rest of sections behind their virtual
    /// size, the overlay, and what stands behind the certificate table. Nothing of it is empty.
    pub(super) fn appended(&self) -> Vec<Span<u64>> {
        let mut places = self.unmapped();
        let overlay = self.overlay();
        let behind = self.certificates.as_ref().map_or(self.source.size(), |table| table.end);
        places.push(overlay.clone());
        places.push(behind.max(overlay.end)..self.source.size());
        places.retain(|place| !place.is_empty());
        apart(places)
    }

    /// Where something ends at the latest that starts here: programs read on from one place into the next, and the certificate
    /// table comes between when the file is signed.
    pub(super) fn until(&self, start: u64) -> u64 {
        let table = self.certificates.as_ref().map(|table| table.start);
        table.filter(|table| start < *table).unwrap_or(self.source.size())
    }

    /// The bytes of the first section of this name, as far as they are in the file.
    pub(super) fn section(&self, name: &str) -> Option<Span<u64>> {
        let section = self.image.sections.iter().find(|section| section.name == name)?;
        Some(self.span(self.image.raw(section)))
    }

    /// Per section, the bytes that the loader does not map: from the end of its virtual size on.
    fn unmapped(&self) -> Vec<Span<u64>> {
        let spans = self.image.sections.iter().map(|section| {
            let span = self.span(self.image.raw(section));
            span.start.saturating_add(u64::from(section.virtual_size)).min(span.end)..span.end
        });
        spans.filter(|span| !span.is_empty()).collect()
    }

    /// The resources of a type and name (all of the type without a name), in the order of their directory.
    ///
    /// # Errors
    /// When the directory of resources cannot be read.
    pub(super) fn resources(
        &self,
        kind: ResourceName<'_>,
        name: Option<ResourceName<'_>>,
    ) -> Result<Vec<Place>, Problem> {
        match Resources::open(&self.image)? {
            Some(resources) => Ok(resources.places(kind, name)?),
            None => Ok(Vec::new()),
        }
    }

    /// All resources that `wanted` takes, with the names of their type and of themselves (`RCDATA/CABINET`).
    ///
    /// # Errors
    /// When the directory of resources cannot be read.
    pub(super) fn all_resources(
        &self,
        wanted: &dyn Fn(&Place) -> bool,
    ) -> Result<Vec<(String, Place)>, Problem> {
        match Resources::open(&self.image)? {
            Some(resources) => Ok(resources.all(wanted)?),
            None => Ok(Vec::new()),
        }
    }

    fn span(&self, (offset, length): (u64, u64)) -> Span<u64> {
        let size = self.source.size();
        offset.min(size)..offset.saturating_add(length).min(size)
    }
}

/// The same places in order, with those that lie on each other as one: thousands of sections may share their bytes, which are
/// searched once.
fn apart(mut places: Vec<Span<u64>>) -> Vec<Span<u64>> {
    places.sort_unstable_by_key(|place| (place.start, place.end));
    let mut apart: Vec<Span<u64>> = Vec::new();
    for place in places {
        match apart.last_mut().filter(|last| place.start < last.end) {
            Some(last) => last.end = last.end.max(place.end),
            None => apart.push(place),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_share_bytes_are_one() {
        assert_eq!(apart(vec![20..30, 0..10, 5..8, 9..12, 12..13]), [0..12, 12..13, 20..30]);
    }
}
