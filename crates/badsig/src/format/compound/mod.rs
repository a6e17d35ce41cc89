//! Compound files (MS-CFB): the container of MSI, MSP and MST.
//!
//! The signature lies in the root stream `\x05DigitalSignature`. The digest covers the contents of every
//! other stream and the class identifiers of the storages, in an order of their names; with the root stream
//! `\x05MsiDigitalSignatureEx` also the names, sizes and times (see `docs/digests.md`).

mod digest;
mod directory;
mod sectors;
mod unallocated;

pub use directory::{Directory, Entry, EntryKind};
pub use sectors::Sectors;

use super::{Format, Layout, SignatureBlob, archives};
use crate::hex::Hex;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// The first bytes of a compound file.
pub const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Root stream with the signature.
pub const DIGITAL_SIGNATURE: &str = "\u{5}DigitalSignature";
/// Root stream with the digest of names, sizes and times.
pub const DIGITAL_SIGNATURE_EX: &str = "\u{5}MsiDigitalSignatureEx";

/// Class identifiers end with this; the first four bytes tell the kinds of Windows Installer files apart.
const INSTALLER_CLASS_TAIL: [u8; 12] = [0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
const PACKAGE: u32 = 0x000c_1084;
const PATCH: u32 = 0x000c_1086;
const TRANSFORM: u32 = 0x000c_1082;
/// Windows Installer encodes table names in code points from here; the first marks a table.
pub(crate) const TABLE_MARK: u16 = 0x4840;

/// Reads the layout of a compound file. Its format is told by its directory: where that cannot be read, it is unknown, and
/// the problem says why.
pub fn read(source: &dyn ByteSource, limits: &Limits) -> Layout {
    let mut sectors = match Sectors::open(source) {
        Ok(sectors) => sectors,
        Err(problem) => return Layout::failed(Format::Unknown, problem),
    };
    let directory = match Directory::read(&mut sectors, limits) {
        Ok(directory) => directory,
        Err(problem) => return Layout::failed(Format::Unknown, problem),
    };
    let format = format_of(&directory);
    if format == Format::Unknown {
        let message = "a compound file that is no Windows Installer package, patch or transform";
        return Layout::failed(format, Problem::new(ProblemKind::UnknownFormat, message));
    }
    fill(&mut sectors, &directory, format, limits).unwrap_or_else(|problem| Layout::failed(format, problem))
}

/// What the class identifier of the root storage says, where it is one of Windows Installer's.
pub(crate) fn format_by_class(directory: &Directory) -> Option<Format> {
    let class = directory.root().class;
    if class.get(4..) != Some(&INSTALLER_CLASS_TAIL) {
        return None;
    }
    match super::bytes::u32_at(&class, 0)? {
        PACKAGE => Some(Format::Msi),
        PATCH => Some(Format::Msp),
        TRANSFORM => Some(Format::Mst),
        _ => None,
    }
}

fn format_of(directory: &Directory) -> Format {
    if let Some(format) = format_by_class(directory) {
        return format;
    }
    // Some makers leave the class identifier out; tables are only found in Windows Installer databases.
    let is_table = |entry: &Entry| entry.name.first() == Some(&TABLE_MARK);
    if directory.children(0).iter().filter_map(|id| directory.entry(*id)).any(is_table) {
        Format::Msi
    } else {
        Format::Unknown
    }
}

fn fill(
    sectors: &mut Sectors<'_>,
    directory: &Directory,
    format: Format,
    limits: &Limits,
) -> Result<Layout, Problem> {
    let mut layout = Layout::empty(format);
    for name in [DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX] {
        directory.check_found_by_search(name)?;
    }
    directory.check_tables_found_by_search()?;
    if let Some(entry) = directory.root_stream(DIGITAL_SIGNATURE) {
        let bytes = sectors.read_stream(directory, entry, limits.signature_bytes)?;
        layout.problems.extend(archives::hidden_in("the stream DigitalSignature", &bytes, None));
        layout.signatures.push(SignatureBlob {
            place: "stream DigitalSignature".to_owned(),
            offset: None,
            bytes,
        });
    }
    let extended = directory.root_stream(DIGITAL_SIGNATURE_EX);
    if let Some(entry) = extended {
        let bytes = sectors.read_stream(directory, entry, 4096)?;
        layout.problems.extend(archives::hidden_in("the stream MsiDigitalSignatureEx", &bytes, None));
        layout.storage.msi_extended = Some(Hex(bytes));
    }
    layout.covered = digest::covered(sectors, directory, extended.is_some(), limits)?;
    match unallocated::unallocated(sectors, directory, &layout.covered) {
        Ok(found) => layout.storage.unallocated = found,
        Err(problem) => layout.problems.push(problem),
    }
    if !layout.signatures.is_empty() {
        let hidden = unallocated::archive_at_the_end(sectors, directory, &layout.covered);
        layout.problems.extend(hidden.unwrap_or_else(Some));
    }
    Ok(layout)
}
