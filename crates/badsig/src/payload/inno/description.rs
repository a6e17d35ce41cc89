//! The description of an installer, bounded and parsed.
//!
//! `innospect` wants a whole installer in memory and unpacks without a bound. So it gets a copy that holds nothing but a
//! table of offsets and the description, after it was unpacked here once to see how large it is.

use std::io::{self, Read};

use innospect::InnoInstaller;

use crate::format::bytes::{u32_at, u64_at};
use crate::payload::foreign::walled;
use crate::payload::lzma::lzma;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_vec};

/// What is read, for messages.
pub(super) const WHAT: &str = "the Inno Setup installer";
/// `SetupID`: the version as text.
const MARKER: u64 = 64;
/// Largest block as it is stored, and unpacked. Products with ten thousand files have some 2 MB unpacked.
const STORED: u64 = 8 * 1024 * 1024;
const UNPACKED: u64 = 32 * 1024 * 1024;
/// A block is stored in parts of this size, each behind a checksum.
const PART: u64 = 4096;

/// The description as bytes that `innospect` reads as an installer.
pub(super) fn copy(source: &dyn ByteSource, offset: u64) -> Result<Vec<u8>, Problem> {
    let marker = read_vec(source, offset, MARKER, MARKER)?;
    if !marker.starts_with(b"Inno Setup Setup Data") {
        return Err(Problem::malformed(offset, "the description of the Inno Setup installer has no version"));
    }
    let version = version(&marker);
    // 6.5 put a header about encryption before the blocks.
    let mut end = offset.saturating_add(MARKER).saturating_add(if version >= (6, 5) { 53 } else { 0 });
    for _ in 0..2 {
        end = block(source, end, version >= (6, 7))?;
    }
    let description = read_vec(source, offset, end.saturating_sub(offset), 3 * STORED)?;
    Ok([table(), description].concat())
}

/// Parses what [`copy`] gave.
pub(super) fn parse(copy: &[u8]) -> Result<InnoInstaller<'_>, Problem> {
    walled(WHAT, || InnoInstaller::from_bytes(copy))?.map_err(|error| {
        Problem::new(ProblemKind::Malformed, format!("the description of {WHAT} cannot be read: {error}"))
    })
}

/// The first two numbers of the version: `Inno Setup Setup Data (6.1.0) (u)`.
fn version(marker: &[u8]) -> (u32, u32) {
    let text = String::from_utf8_lossy(marker);
    let numbers = text.split('(').nth(1).unwrap_or_default();
    let mut numbers = numbers.split(['.', ')']).map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// Makes sure that a block can be held in memory, and gives where it ends.
fn block(source: &dyn ByteSource, start: u64, wide: bool) -> Result<u64, Problem> {
    let length = if wide { 13 } else { 9 };
    let header = read_vec(source, start, length, 16)?;
    let stored = if wide { u64_at(&header, 4) } else { u32_at(&header, 4).map(u64::from) }.unwrap_or(0);
    let packed = header.last().copied() != Some(0);
    let body = start.saturating_add(length);
    let bytes = read_vec(source, body, stored, STORED)?;
    if packed {
        let size = unpacked_size(&bytes).map_err(|error| {
            Problem::malformed(start, format!("the description of {WHAT} cannot be unpacked: {error}"))
        })?;
        if size > UNPACKED {
            let message =
                format!("the description of {WHAT} unpacks to more than the limit of {UNPACKED} bytes");
            return Err(Problem::at(ProblemKind::LimitReached, start, message));
        }
    }
    Ok(body.saturating_add(stored))
}

/// Unpacks a block to see how large it is, up to the bound.
fn unpacked_size(stored: &[u8]) -> io::Result<u64> {
    let part = usize::try_from(PART.saturating_add(4)).unwrap_or(usize::MAX);
    let raw: Vec<u8> =
        stored.chunks(part).flat_map(|part| part.get(4..).unwrap_or_default()).copied().collect();
    let reader = lzma(&*raw, WHAT)?;
    io::copy(&mut reader.take(UNPACKED.saturating_add(1)), &mut io::sink())
}

/// The smallest thing that has a table of offsets: a DOS header and a table (version 1) that points behind itself.
fn table() -> Vec<u8> {
    const DOS: usize = 64;
    const TABLE: u32 = 44;
    let description = u32::try_from(DOS).unwrap_or(0).saturating_add(TABLE);
    let mut table = super::TABLE_IDS[0].to_vec();
    for field in [1, 0, 0, 0, 0, description, 0] {
        table.extend(u32::to_le_bytes(field));
    }
    let mut checksum = flate2::Crc::new();
    checksum.update(&table);
    table.extend(checksum.sum().to_le_bytes());
    let mut start = b"MZ".to_vec();
    start.resize(DOS, 0);
    start.extend(table);
    start
}
