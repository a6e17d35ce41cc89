//! The data of an installer: items with their lengths before them.

use std::io::{self, Read};
use std::ops::Range as Span;

use super::Place;
use super::header::Names;
use super::unpack::Method;
use crate::format::bytes::u32_at;
use crate::payload::foreign::{SpanReader, Told, problem, skip, walled};
use crate::payload::stored::StoredMember;
use crate::payload::{Container, Content, Found, Member, Payload, Stop, Visitor};
use crate::problem::{Problem, ProblemKind};
use crate::subject::read_vec;

/// What is read, for messages.
const WHAT: &str = "the NSIS installer";
/// Largest header, unpacked. Scripts of large products have some 2 MB.
const LARGEST_HEADER: u32 = 32 * 1024 * 1024;
/// Before a packed or plain item that stands by itself: its size, and whether it is packed.
const PACKED: u32 = 0x8000_0000;

struct Installer {
    layout: Layout,
    names: Names,
    /// Where the data should end, when the file ends before.
    cut_off: Option<u64>,
}

/// How the data are stored.
enum Layout {
    /// Header and items are packed together.
    Solid { method: Method, data: Span<u64>, header_size: u32 },
    /// Every item is packed by itself.
    Separate { method: Method, items: Span<u64> },
}

/// The installer whose packed header starts here.
pub(super) fn open(container: &Container<'_>, place: &Place) -> Found {
    match walled(WHAT, || read(container, place)) {
        Ok(Ok(installer)) => Found::Payload(Box::new(installer)),
        Ok(Err(problem)) | Err(problem) => Found::Damaged(problem),
    }
}

fn read(container: &Container<'_>, place: &Place) -> Result<Installer, Problem> {
    let source = &**container.source;
    let data = &place.data;
    if place.header_size > LARGEST_HEADER {
        let message = format!("the header of {WHAT} unpacks to {} bytes", place.header_size);
        return Err(Problem::at(ProblemKind::LimitReached, data.start, message));
    }
    let length = data.end.saturating_sub(data.start).min(16);
    let start = read_vec(source, data.start, length, 16)?;
    let first = u32_at(&start, 0).unwrap_or(0);
    let behind = start.get(4..).unwrap_or_default();
    let together = Method::of(&start);
    let layout = if first == place.header_size {
        separate(data, first, Method::of(behind))
    } else if !together.is_lzma() && first & PACKED != 0 && (first & !PACKED) < PACKED >> 7 {
        separate(data, first & !PACKED, Method::of(behind))
    } else {
        Layout::Solid { method: together, data: data.clone(), header_size: place.header_size }
    };
    let header = header(container, place, first, &layout).map_err(|error| problem(WHAT, error))?;
    Ok(Installer { layout, names: Names::of(&header), cut_off: place.cut_off })
}

fn separate(data: &Span<u64>, header: u32, method: Method) -> Layout {
    let start = data.start.saturating_add(4).saturating_add(u64::from(header));
    Layout::Separate { method, items: start.min(data.end)..data.end }
}

/// Unpacks the header.
fn header(container: &Container<'_>, place: &Place, first: u32, layout: &Layout) -> io::Result<Vec<u8>> {
    let source = &**container.source;
    let size = u64::from(place.header_size);
    let mut header = Vec::new();
    match layout {
        Layout::Solid { method, data, .. } => {
            let mut reader = method.unpack(SpanReader::new(source, data.clone(), container.limits))?;
            let mut stated = [0u8; 4];
            reader.read_exact(&mut stated)?;
            reader.take(size).read_to_end(&mut header)?;
        }
        Layout::Separate { method, items } => {
            let span = place.data.start.saturating_add(4)..items.start;
            let reader = SpanReader::new(source, span, container.limits);
            if first & PACKED == 0 {
                reader.take(size).read_to_end(&mut header)?;
            } else {
                method.unpack(reader)?.take(size).read_to_end(&mut header)?;
            }
        }
    }
    Ok(header)
}

impl Payload for Installer {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        match &self.layout {
            Layout::Solid { method, data, header_size } => {
                let packed = SpanReader::new(&**container.source, data.clone(), container.limits);
                let mut reader = method.unpack(packed).map_err(|error| problem(WHAT, error))?;
                let mut told = Told::new(&mut *reader, WHAT);
                self.solid(&mut told, *header_size, visitor)?;
            }
            Layout::Separate { method, items } => self.separate(*method, items, container, visitor)?,
        }
        // Cut between two items, nothing else tells it.
        self.cut_off.map_or(Ok(()), |stated| Err(Stop::Problem(cut_off(stated))))
    }
}

impl Installer {
    fn solid(&self, reader: &mut dyn Read, header_size: u32, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        skip(&mut (&mut *reader).take(u64::from(header_size).saturating_add(4)), visitor)?;
        let mut position = 0u64;
        while let Some(size) = length(reader)? {
            let name = self.name(position);
            let mut item = (&mut *reader).take(u64::from(size));
            let content = Content::Unpacked(&mut item);
            visitor.member(Member { name, size: Some(u64::from(size)), content })?;
            skip(&mut item, visitor)?;
            if item.limit() > 0 {
                return Err(Stop::Problem(ends_early()));
            }
            let behind = position.saturating_add(1);
            position = position.saturating_add(4).saturating_add(u64::from(size));
            self.inside(behind..position, visitor)?;
        }
        self.inside(position..u64::MAX, visitor)
    }

    fn separate(
        &self,
        method: Method,
        items: &Span<u64>,
        container: &Container<'_>,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Stop> {
        let source = &**container.source;
        let mut position = 0u64;
        // A checksum of four bytes may end the data.
        while let Some(start) =
            items.start.checked_add(position).filter(|start| start.saturating_add(4) < items.end)
        {
            let prefix = u32_at(&read_vec(source, start, 4, 4).map_err(Problem::from)?, 0).unwrap_or(0);
            let size = u64::from(prefix & !PACKED);
            let span = start.saturating_add(4)..start.saturating_add(4).saturating_add(size);
            if span.end > items.end {
                return Err(Stop::Problem(ends_early()));
            }
            let name = self.name(position);
            if prefix & PACKED == 0 {
                visitor.member(StoredMember { name, offset: span.start, length: size }.of(container))?;
            } else {
                give_packed(method, name, SpanReader::new(source, span, container.limits), visitor)?;
            }
            let behind = position.saturating_add(1);
            position = position.saturating_add(4).saturating_add(size);
            self.inside(behind..position, visitor)?;
        }
        self.inside(position..u64::MAX, visitor)
    }

    fn name(&self, position: u64) -> String {
        self.names.get(position).unwrap_or_else(|| format!("data-{position:#x}"))
    }

    /// Files that the script says to start within another item, or behind the last.
    fn inside(&self, span: Span<u64>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        for offset in self.names.within(span) {
            let name = self.name(offset);
            let message = format!("its item at {offset:#x} of the data does not start where an item starts");
            let content = Content::Unavailable(Problem::new(ProblemKind::Malformed, message));
            visitor.member(Member { name, size: None, content })?;
        }
        Ok(())
    }
}

fn give_packed(
    method: Method,
    name: String,
    packed: SpanReader<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Stop> {
    let opened = walled(WHAT, || method.unpack(packed))
        .and_then(|opened| opened.map_err(|error| problem(WHAT, error)));
    match opened {
        Ok(mut reader) => {
            let mut told = Told::new(&mut *reader, WHAT);
            visitor.member(Member { name, size: None, content: Content::Unpacked(&mut told) })
        }
        Err(problem) => visitor.member(Member { name, size: None, content: Content::Unavailable(problem) }),
    }
}

/// The length before the next item; `None` at the end of the data.
fn length(reader: &mut dyn Read) -> Result<Option<u32>, Problem> {
    let mut bytes = Vec::new();
    (&mut *reader).take(4).read_to_end(&mut bytes).map_err(|error| problem(WHAT, error))?;
    match u32_at(&bytes, 0) {
        Some(length) => Ok(Some(length & !PACKED)),
        None if bytes.is_empty() => Ok(None),
        None => Err(ends_early()),
    }
}

fn cut_off(stated: u64) -> Problem {
    let message = format!("the data of {WHAT} should go on to {stated:#x}, and the file ends before");
    Problem::new(ProblemKind::Truncated, message)
}

fn ends_early() -> Problem {
    Problem::new(ProblemKind::Truncated, format!("the data of {WHAT} end inside an item"))
}
