//! Cabinets (MS-CAB): CAB, and MSU, which is a cabinet with known members.
//!
//! A signed cabinet has a header reserve area whose first 16 bytes say where the signature lies: the word
//! 0x00100000, then offset and size, each 32 bits. The digest leaves out `reserved1` (bytes 4–7), the
//! number of the volume in its set (34–35) and the sizes and signature pointer of the reserve area (36–55),
//! and ends where the signature starts. Members are not read here.

use serde::{Deserialize, Serialize};

use super::bytes::{u16_at, u32_at};
use super::{Format, Layout, SignatureBlob, archives};
use crate::digest::CoveredBytes;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_vec};

/// The first bytes of a cabinet.
pub const MAGIC: &[u8] = b"MSCF";

const HEADER: u64 = 36;
const FLAG_PREVIOUS: u16 = 0x0001;
const FLAG_NEXT: u16 = 0x0002;
const FLAG_RESERVE: u16 = 0x0004;
/// What the reserve area of a signed cabinet starts with.
const SIGNATURE_MARK: u32 = 0x0010_0000;
/// The smallest reserve area that can hold mark, offset, size and the eight bytes behind them.
const SIGNATURE_RESERVE: u16 = 20;
/// cbCFHeader, cbCFFolder and cbCFData of a signed cabinet, as signing programs write them.
const RESERVE_SIZES: [u8; 4] = [20, 0, 0, 0];
/// Names in a cabinet header and file entry are at most 255 bytes and a zero byte (MS-CAB 2.1, 2.3).
const NAME: u64 = 256;
/// Fixed part of a file entry (CFFILE).
const FILE_ENTRY: u64 = 16;

/// Fields of the cabinet header that describe it and its set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CabinetFacts {
    /// Files listed.
    pub files: u16,
    /// Folders: runs of compressed data.
    pub folders: u16,
    /// Number that all volumes of a set share.
    pub set_id: u16,
    /// Number of this volume in its set, from 0.
    pub volume: u16,
    /// Size of the header's reserve area in bytes; 20 in signed cabinets.
    pub header_reserve: u16,
    /// File name of the volume before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// File name of the volume after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

struct Header {
    bytes: Vec<u8>,
    size: u32,
    first_file: u32,
    facts: CabinetFacts,
}

/// Reads the layout of a cabinet.
///
/// # Errors
/// A [`Problem`] when the header cannot be read or the file ends before the header says it does.
pub fn read(source: &dyn ByteSource, limits: &Limits) -> Result<Layout, Problem> {
    let header = read_header(source)?;
    let format = if is_msu(source, &header, limits) { Format::Msu } else { Format::Cab };
    let mut layout = Layout::empty(format);
    layout.problems.extend(check_sizes(source, &header).err());
    layout.storage.cabinet = Some(header.facts.clone());
    match signature_place(&header) {
        None => layout.storage.bytes_after = source.size().saturating_sub(u64::from(header.size)),
        Some((offset, size)) => {
            let problem = signed(source, limits, &header, offset, size, &mut layout).err();
            // One early end is told once.
            if layout.problems.is_empty() {
                layout.problems.extend(problem);
            }
        }
    }
    Ok(layout)
}

fn signed(
    source: &dyn ByteSource,
    limits: &Limits,
    header: &Header,
    offset: u32,
    size: u32,
    layout: &mut Layout,
) -> Result<(), Problem> {
    let (start, length) = (u64::from(offset), u64::from(size));
    let end = start.saturating_add(length);
    if end > source.size() {
        let missing = end.saturating_sub(source.size());
        let message = format!("the file ends {missing} bytes early: its signature should end at {end:#x}");
        return Err(Problem::at(ProblemKind::Truncated, source.size(), message));
    }
    if start < HEADER.saturating_add(u64::from(header.facts.header_reserve)) {
        return Err(Problem::malformed(44, format!("the signature at {start:#x} lies inside the header")));
    }
    if header.bytes.get(36..40) != Some(&RESERVE_SIZES) {
        let message = "the sizes of the reserve areas are not those of a signed cabinet (20, 0, 0): \
                       no signature covers them, and they say where members lie";
        return Err(Problem::at(ProblemKind::NotSupported, 36, message));
    }
    let bytes = read_vec(source, start, length, limits.signature_bytes)?;
    layout.covered = covered(start);
    layout.storage.bytes_after = source.size().saturating_sub(end);
    layout.problems.extend(archives::hidden_in("the signature of the cabinet", &bytes, Some(start)));
    let from = end.max(source.size().saturating_sub(archives::ZIP_END_SEARCHED));
    let behind = read_vec(source, from, source.size().saturating_sub(from), limits.signature_bytes)?;
    layout.problems.extend(archives::hidden_in("what stands behind the signature", &behind, Some(from)));
    layout.signatures.push(SignatureBlob {
        place: "cabinet signature".to_owned(),
        offset: Some(start),
        bytes,
    });
    Ok(())
}

/// What the signature of a cabinet covers, up to where it starts. A cabinet without signature has no such digest here: what it would be
/// depends on the reserve area that signing adds.
fn covered(end: u64) -> CoveredBytes {
    let mut covered = CoveredBytes::new();
    covered.push_range(0, 4);
    covered.push_range(8, 34);
    covered.push_range(56, end);
    covered
}

fn signature_place(header: &Header) -> Option<(u32, u32)> {
    if header.facts.header_reserve < SIGNATURE_RESERVE || u32_at(&header.bytes, 40)? != SIGNATURE_MARK {
        return None;
    }
    let (offset, size) = (u32_at(&header.bytes, 44)?, u32_at(&header.bytes, 48)?);
    if offset == 0 || size == 0 { None } else { Some((offset, size)) }
}

fn read_header(source: &dyn ByteSource) -> Result<Header, Problem> {
    // The fixed part, the sizes of the reserve areas and a reserve area of usual size.
    let bytes = read_vec(source, 0, source.size().min(64), 64)?;
    let missing = || {
        let message = format!("the cabinet header takes {HEADER} bytes, the file has {}", bytes.len());
        Problem::at(ProblemKind::Truncated, 0, message)
    };
    let word = |offset| u16_at(&bytes, offset).ok_or_else(missing);
    let long = |offset| u32_at(&bytes, offset).ok_or_else(missing);
    let flags = word(30)?;
    let reserve = if flags & FLAG_RESERVE == 0 { 0 } else { word(36)? };
    let mut facts = CabinetFacts {
        folders: word(26)?,
        files: word(28)?,
        set_id: word(32)?,
        volume: word(34)?,
        header_reserve: reserve,
        previous: None,
        next: None,
    };
    let after_sizes = if flags & FLAG_RESERVE == 0 { HEADER } else { HEADER.saturating_add(4) };
    let mut position = after_sizes.saturating_add(u64::from(reserve));
    if flags & FLAG_PREVIOUS != 0 {
        facts.previous = Some(volume_name(source, &mut position)?);
    }
    if flags & FLAG_NEXT != 0 {
        facts.next = Some(volume_name(source, &mut position)?);
    }
    Ok(Header { size: long(8)?, first_file: long(16)?, facts, bytes })
}

/// Reads the cabinet name and passes over the disk name behind it.
fn volume_name(source: &dyn ByteSource, position: &mut u64) -> Result<String, Problem> {
    let name = zero_ended(source, position)?;
    zero_ended(source, position)?;
    Ok(name)
}

fn zero_ended(source: &dyn ByteSource, position: &mut u64) -> Result<String, Problem> {
    let length = source.size().saturating_sub(*position).min(NAME);
    let bytes = read_vec(source, *position, length, NAME)?;
    let Some(end) = bytes.iter().position(|byte| *byte == 0) else {
        return Err(Problem::malformed(*position, "a name in the cabinet header has no end"));
    };
    *position = position.saturating_add(u64::try_from(end).unwrap_or(0)).saturating_add(1);
    Ok(crate::authenticode::name::latin1(bytes.get(..end).unwrap_or_default()))
}

/// A cabinet says how long it is. A file shorter than that was cut off; the bytes behind are counted.
fn check_sizes(source: &dyn ByteSource, header: &Header) -> Result<(), Problem> {
    let size = u64::from(header.size);
    if size > source.size() {
        let missing = size.saturating_sub(source.size());
        let message = format!(
            "the file ends {missing} bytes early: its header says {size} bytes, it has {}",
            source.size()
        );
        return Err(Problem::at(ProblemKind::Truncated, source.size(), message));
    }
    if u64::from(header.first_file) > source.size() {
        let message = format!("the list of files at {:#x} lies outside the file", header.first_file);
        return Err(Problem::malformed(16, message));
    }
    Ok(())
}

/// wusa.exe takes a cabinet that holds an update cabinet and the scan cabinet `WSUSSCAN.cab`.
fn is_msu(source: &dyn ByteSource, header: &Header, limits: &Limits) -> bool {
    let mut position = u64::from(header.first_file);
    let files = usize::from(header.facts.files).min(limits.cabinet_files).min(64);
    (0..files).any(|_| {
        position = position.saturating_add(FILE_ENTRY);
        zero_ended(source, &mut position).is_ok_and(|name| name.eq_ignore_ascii_case("wsusscan.cab"))
    })
}
