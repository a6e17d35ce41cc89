//! Fields of PE files. Source: Microsoft, "PE Format"; the DOS header as `IMAGE_DOS_HEADER` of winnt.h.

use crate::little_endian::{long, word};
use crate::table::{Field, Row, place, row};

/// `IMAGE_DOS_HEADER`.
pub const DOS_HEADER: &[Row] = &[
    row("e_magic", 0, 2),
    row("e_cblp", 2, 2),
    row("e_cp", 4, 2),
    row("e_crlc", 6, 2),
    row("e_cparhdr", 8, 2),
    row("e_minalloc", 10, 2),
    row("e_maxalloc", 12, 2),
    row("e_ss", 14, 2),
    row("e_sp", 16, 2),
    row("e_csum", 18, 2),
    row("e_ip", 20, 2),
    row("e_cs", 22, 2),
    row("e_lfarlc", 24, 2),
    row("e_ovno", 26, 2),
    row("e_res", 28, 8),
    row("e_oemid", 36, 2),
    row("e_oeminfo", 38, 2),
    row("e_res2", 40, 20),
    row("e_lfanew", 60, 4),
];

/// The signature `PE\0\0` and the COFF file header behind it.
pub const COFF_HEADER: &[Row] = &[
    row("Signature", 0, 4),
    row("Machine", 4, 2),
    row("NumberOfSections", 6, 2),
    row("TimeDateStamp", 8, 4),
    row("PointerToSymbolTable", 12, 4),
    row("NumberOfSymbols", 16, 4),
    row("SizeOfOptionalHeader", 20, 2),
    row("Characteristics", 22, 2),
];

/// Fields of the optional header that lie at the same place in PE32 and PE32+.
pub const OPTIONAL_HEADER: &[Row] = &[
    row("Magic", 0, 2),
    row("MajorLinkerVersion", 2, 1),
    row("MinorLinkerVersion", 3, 1),
    row("SizeOfCode", 4, 4),
    row("SizeOfInitializedData", 8, 4),
    row("SizeOfUninitializedData", 12, 4),
    row("AddressOfEntryPoint", 16, 4),
    row("BaseOfCode", 20, 4),
    row("SectionAlignment", 32, 4),
    row("FileAlignment", 36, 4),
    row("MajorOperatingSystemVersion", 40, 2),
    row("MinorOperatingSystemVersion", 42, 2),
    row("MajorImageVersion", 44, 2),
    row("MinorImageVersion", 46, 2),
    row("MajorSubsystemVersion", 48, 2),
    row("MinorSubsystemVersion", 50, 2),
    row("Win32VersionValue", 52, 4),
    row("SizeOfImage", 56, 4),
    row("SizeOfHeaders", 60, 4),
    row("CheckSum", 64, 4),
    row("Subsystem", 68, 2),
    row("DllCharacteristics", 70, 2),
];

/// The rest of the optional header of PE32.
pub const OPTIONAL_HEADER_32: &[Row] = &[
    row("BaseOfData", 24, 4),
    row("ImageBase", 28, 4),
    row("SizeOfStackReserve", 72, 4),
    row("SizeOfStackCommit", 76, 4),
    row("SizeOfHeapReserve", 80, 4),
    row("SizeOfHeapCommit", 84, 4),
    row("LoaderFlags", 88, 4),
    row("NumberOfRvaAndSizes", 92, 4),
];

/// The rest of the optional header of PE32+.
pub const OPTIONAL_HEADER_64: &[Row] = &[
    row("ImageBase", 24, 8),
    row("SizeOfStackReserve", 72, 8),
    row("SizeOfStackCommit", 80, 8),
    row("SizeOfHeapReserve", 88, 8),
    row("SizeOfHeapCommit", 96, 8),
    row("LoaderFlags", 104, 4),
    row("NumberOfRvaAndSizes", 108, 4),
];

/// One of the sixteen data directories; for the certificate table `VirtualAddress` is an offset in the file.
pub const DATA_DIRECTORY: &[Row] = &[row("VirtualAddress", 0, 4), row("Size", 4, 4)];

/// One section header.
pub const SECTION_HEADER: &[Row] = &[
    row("Name", 0, 8),
    row("VirtualSize", 8, 4),
    row("VirtualAddress", 12, 4),
    row("SizeOfRawData", 16, 4),
    row("PointerToRawData", 20, 4),
    row("PointerToRelocations", 24, 4),
    row("PointerToLinenumbers", 28, 4),
    row("NumberOfRelocations", 32, 2),
    row("NumberOfLinenumbers", 34, 2),
    row("Characteristics", 36, 4),
];

/// The beginning of an entry of the certificate table (`WIN_CERTIFICATE`).
pub const WIN_CERTIFICATE: &[Row] =
    &[row("dwLength", 0, 4), row("wRevision", 4, 2), row("wCertificateType", 6, 2)];

/// Sections and entries that are looked at: a damaged count must not lead far.
const MOST: usize = 96;

/// Where the parts of an image lie.
struct Parts {
    coff: usize,
    optional: usize,
    directories: usize,
    sections: usize,
    section_count: usize,
    plus: bool,
}

fn parts(bytes: &[u8]) -> Option<Parts> {
    let coff = long(bytes, 60)?;
    let optional = coff.checked_add(24)?;
    let plus = word(bytes, optional)? == 0x20b;
    Some(Parts {
        coff,
        optional,
        directories: optional.checked_add(if plus { 112 } else { 96 })?,
        sections: optional.checked_add(word(bytes, coff.checked_add(20)?)?)?,
        section_count: word(bytes, coff.checked_add(6)?)?.min(MOST),
        plus,
    })
}

/// The data directory of the certificate table: its offset in the file.
pub fn security_directory(bytes: &[u8]) -> Option<usize> {
    parts(bytes)?.directories.checked_add(4 * 8)
}

/// All fields, as far as the headers lead to them.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    place(&mut fields, bytes.len(), 0, DOS_HEADER);
    let Some(parts) = parts(bytes) else { return fields };
    let mut put = |start: usize, rows: &[Row]| place(&mut fields, bytes.len(), start, rows);
    put(parts.coff, COFF_HEADER);
    put(parts.optional, OPTIONAL_HEADER);
    put(parts.optional, if parts.plus { OPTIONAL_HEADER_64 } else { OPTIONAL_HEADER_32 });
    (0..16).for_each(|index: usize| put(repeated(parts.directories, index, 8), DATA_DIRECTORY));
    (0..parts.section_count).for_each(|index| put(repeated(parts.sections, index, 40), SECTION_HEADER));
    for start in certificate_entries(bytes) {
        put(start, WIN_CERTIFICATE);
    }
    fields
}

fn repeated(start: usize, index: usize, size: usize) -> usize {
    start.saturating_add(index.saturating_mul(size))
}

/// Where the entries of the certificate table begin.
fn certificate_entries(bytes: &[u8]) -> Vec<usize> {
    let mut entries = Vec::new();
    let Some(directory) = security_directory(bytes) else { return entries };
    let (Some(mut at), Some(size)) = (long(bytes, directory), long(bytes, directory.saturating_add(4)))
    else {
        return entries;
    };
    let end = at.saturating_add(size).min(bytes.len());
    while at < end && entries.len() < MOST {
        entries.push(at);
        let length = long(bytes, at).unwrap_or(0).max(8).checked_next_multiple_of(8);
        at = at.saturating_add(length.unwrap_or(usize::MAX));
    }
    entries
}
