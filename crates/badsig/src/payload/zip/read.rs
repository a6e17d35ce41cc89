//! Members of a ZIP archive, by the crate `zip`.

use std::ops::Range as Span;

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::inflate::Inflater;
use crate::payload::archive::name;
use crate::payload::foreign::{SpanReader, Told, malformed, problem, walled};
use crate::payload::{Container, Content, Found, Member, Payload, Stop, Visitor};
use crate::problem::{Problem, ProblemKind};

/// What is read, for messages.
const WHAT: &str = "the ZIP archive";

/// Bytes of the central directory that are read into memory: some 100,000 members.
const DIRECTORY: u64 = 8 * 1024 * 1024;

struct Zip(Span<u64>);

type Archive<'a> = ZipArchive<SpanReader<'a>>;

/// The archive in this part of the container.
pub(super) fn open(container: &Container<'_>, span: Span<u64>) -> Found {
    // Read once within a budget to see how long the directory is; members are not read with it.
    let reader = SpanReader::new(&**container.source, span.clone(), container.limits).with_budget(DIRECTORY);
    match archive(reader) {
        Ok(_) => Found::Payload(Box::new(Zip(span))),
        Err(problem) => Found::Damaged(problem),
    }
}

fn archive(reader: SpanReader<'_>) -> Result<Archive<'_>, Problem> {
    walled(WHAT, || ZipArchive::new(reader))?.map_err(told)
}

fn told(error: ZipError) -> Problem {
    match error {
        ZipError::Io(error) => problem(WHAT, error),
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            Problem::new(ProblemKind::NotSupported, format!("{WHAT} cannot be unpacked here: {error}"))
        }
        error => malformed(WHAT, &error),
    }
}

impl Payload for Zip {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let mut archive = archive(SpanReader::new(&**container.source, self.0.clone(), container.limits))?;
        let order = order(&mut archive)?;
        let mut inflater = Inflater::new();
        for index in order {
            give(&mut archive, index, &mut inflater, visitor)?;
        }
        // The library keeps the last of several; others take the first, or unpack all.
        if archive.has_duplicate_names() {
            let message =
                format!("several members of {WHAT} have the same name, and which one counts is not certain");
            return Err(Problem::new(ProblemKind::Malformed, message).into());
        }
        Ok(())
    }
}

/// Numbers of the members in the order in which they are stored.
fn order(archive: &mut Archive<'_>) -> Result<Vec<usize>, Problem> {
    let mut order: Vec<(u64, usize)> = Vec::new();
    walled(WHAT, || {
        for index in 0..archive.len() {
            let start = archive.by_index_raw(index).map_or(u64::MAX, |file| file.header_start());
            order.push((start, index));
        }
    })?;
    order.sort_unstable();
    Ok(order.into_iter().map(|(_, index)| index).collect())
}

fn give(
    archive: &mut Archive<'_>,
    index: usize,
    inflater: &mut Inflater,
    visitor: &mut dyn Visitor,
) -> Result<(), Stop> {
    let stored = match archive.name_for_index(index) {
        Some(Ok(name)) => name.into_owned(),
        _ => format!("member {index}"),
    };
    let name = name(&stored);
    let deflated = is_deflated(archive, index);
    let opened =
        walled(WHAT, || if deflated { archive.by_index_raw(index) } else { archive.by_index(index) });
    match opened {
        // The entry of a directory.
        Ok(Ok(file)) if stored.ends_with(['/', '\\']) && file.size() == 0 => Ok(()),
        Ok(Ok(mut file)) => {
            let (size, checksum) = (Some(file.size()), file.crc32());
            let give = |reader: &mut dyn std::io::Read| {
                let mut reader = Told::new(reader, WHAT);
                visitor.member(Member { name, size, content: Content::Unpacked(&mut reader) })
            };
            if deflated { give(&mut inflater.member(&mut file, checksum)) } else { give(&mut file) }
        }
        Ok(Err(error)) => unavailable(name, told(error), visitor),
        Err(problem) => unavailable(name, problem, visitor),
    }
}

fn unavailable(name: String, problem: Problem, visitor: &mut dyn Visitor) -> Result<(), Stop> {
    visitor.member(Member { name, size: None, content: Content::Unavailable(problem) })
}

/// Whether a member is packed with Deflate and nothing else; whether it can be opened is not asked.
fn is_deflated(archive: &mut Archive<'_>, index: usize) -> bool {
    let deflated = walled(WHAT, || {
        let file = archive.by_index_raw(index).ok()?;
        Some(file.compression() == CompressionMethod::Deflated && !file.encrypted())
    });
    deflated.ok().flatten().unwrap_or(false)
}
