//! Headers and section table of a PE image, and the way from a relative virtual address to the file.
//!
//! The fields are decoded by goblin from copies of bounded size: it is given the headers alone, so nothing
//! behind them can make it fail.

use goblin::pe::data_directories::DataDirectory;
use goblin::pe::header::{CoffHeader, Header};
use goblin::pe::optional_header::{MAGIC_32, MAGIC_64, OptionalHeader};
use goblin::pe::section_table::{SIZEOF_SECTION_TABLE, SectionTable};

use crate::describe::bytes::{read_up_to, u16_at, u32_at};
use crate::describe::{DescribeError, damaged};
use crate::limits::Limits;
use crate::subject::ByteSource;

/// What is needed of the headers to find resources.
pub(crate) struct Image<'a> {
    source: &'a dyn ByteSource,
    pub(super) machine: u16,
    pub(super) characteristics: u16,
    pub(super) time_date_stamp: u32,
    pub(super) subsystem: u16,
    pub(super) resource_table: Option<DataDirectory>,
    pub(crate) sections: Vec<Section>,
    file_alignment: u32,
    size_of_headers: u32,
}

/// One entry of the section table.
pub(crate) struct Section {
    pub(crate) name: String,
    virtual_address: u32,
    pub(crate) virtual_size: u32,
    raw_offset: u32,
    raw_size: u32,
}

/// `IMAGE_DOS_HEADER.e_lfanew`: where the offset of the PE signature stands.
const E_LFANEW: usize = 0x3c;
/// `IMAGE_DOS_HEADER`.
const DOS_HEADER_SIZE: u64 = 64;
/// The signature, which `IMAGE_FILE_HEADER` follows.
const FILE_HEADER: usize = 4;
/// `IMAGE_FILE_HEADER.SizeOfOptionalHeader`, from the signature.
const SIZE_OF_OPTIONAL_HEADER: usize = 20;
/// Signature (4) and `IMAGE_FILE_HEADER` (20), which the optional header follows.
const OPTIONAL_HEADER: usize = 24;
/// Signature, file header and the larger optional header (240, with all data directories).
const HEADERS_SIZE: usize = 264;
/// Offsets of `NumberOfRvaAndSizes` in the optional header of PE32 and PE32+.
const NUMBER_OF_RVA_AND_SIZES: [(u16, usize); 2] = [(MAGIC_32, 92), (MAGIC_64, 108)];
/// `IMAGE_NUMBEROF_DIRECTORY_ENTRIES`.
const DATA_DIRECTORIES: u32 = 16;
/// The loader reads sections from whole disk sectors: lower bits of `PointerToRawData` do not count in an
/// image with a file alignment of at least this.
const DISK_SECTOR: u32 = 0x200;

const NOT_PE: DescribeError = DescribeError::NotA("a PE image");

impl<'a> Image<'a> {
    pub(crate) fn read(source: &'a dyn ByteSource, limits: &Limits) -> Result<Image<'a>, DescribeError> {
        let dos = read_up_to(source, 0, DOS_HEADER_SIZE)?;
        if !dos.starts_with(b"MZ") {
            return Err(NOT_PE);
        }
        let start = u64::from(u32_at(&dos, E_LFANEW).ok_or(NOT_PE)?);
        let (header, optional) = headers(source, start)?;
        let table = start
            .saturating_add(u64::try_from(OPTIONAL_HEADER).unwrap_or(u64::MAX))
            .saturating_add(u64::from(header.size_of_optional_header));
        let count = usize::from(header.number_of_sections).min(limits.pe_sections);
        Ok(Image {
            source,
            machine: header.machine,
            characteristics: header.characteristics,
            time_date_stamp: header.time_date_stamp,
            subsystem: optional.windows_fields.subsystem,
            resource_table: optional.data_directories.get_resource_table().copied(),
            sections: sections(source, table, count)?,
            file_alignment: optional.windows_fields.file_alignment,
            size_of_headers: optional.windows_fields.size_of_headers,
        })
    }

    /// Reads at most `length` bytes at a relative virtual address: fewer where the bytes in the file end
    /// (the loader would show zeros).
    pub(super) fn read_at(&self, address: u32, length: u32) -> Result<Vec<u8>, DescribeError> {
        let (offset, available) = self.locate(address).ok_or_else(|| {
            damaged("IMAGE_SECTION_HEADER", format!("no section holds the address {address:#x}"))
        })?;
        Ok(read_up_to(self.source, offset, u64::from(length).min(available))?)
    }

    /// File offset of an address and the number of bytes there. Sections come before headers, because
    /// packers state a `SizeOfHeaders` that passes the first section.
    pub(crate) fn locate(&self, address: u32) -> Option<(u64, u64)> {
        for section in &self.sections {
            let extent = section.virtual_size.max(section.raw_size);
            let Some(inside) = address.checked_sub(section.virtual_address).filter(|inside| *inside < extent)
            else {
                continue;
            };
            let start = u64::from(self.aligned(section.raw_offset));
            let available = u64::from(section.raw_size.saturating_sub(inside));
            return Some((start.checked_add(u64::from(inside))?, available));
        }
        let available = self.size_of_headers.checked_sub(address).filter(|available| *available > 0)?;
        Some((u64::from(address), u64::from(available)))
    }

    /// Where the bytes of a section stand in the file: offset and length, as its header states them.
    pub(crate) fn raw(&self, section: &Section) -> (u64, u64) {
        (u64::from(self.aligned(section.raw_offset)), u64::from(section.raw_size))
    }

    fn aligned(&self, raw_offset: u32) -> u32 {
        if self.file_alignment < DISK_SECTOR { raw_offset } else { raw_offset & !(DISK_SECTOR - 1) }
    }
}

/// The headers, zero-padded as the loader maps them when the file ends early (tiny images).
fn headers(source: &dyn ByteSource, start: u64) -> Result<(CoffHeader, OptionalHeader), DescribeError> {
    let mut bytes = read_up_to(source, start, u64::try_from(HEADERS_SIZE).unwrap_or(u64::MAX))?;
    if !bytes.starts_with(b"PE\0\0") {
        return Err(NOT_PE);
    }
    bytes.resize(HEADERS_SIZE, 0);
    let unreadable = |error: goblin::error::Error| damaged("IMAGE_NT_HEADERS", error.to_string());
    let header = CoffHeader::parse(&bytes, &mut { FILE_HEADER }).map_err(unreadable)?;
    adapt(&mut bytes);
    let parsed = Header::parse_without_dos(&bytes).map_err(unreadable)?;
    let optional = parsed.optional_header.ok_or(NOT_PE)?;
    Ok((header, optional))
}

/// Makes goblin read what the loader reads: the optional header even when its size is said to be zero (tiny
/// images), and no data directories beyond the sixteenth.
fn adapt(headers: &mut [u8]) {
    put(headers, SIZE_OF_OPTIONAL_HEADER, &u16::MAX.to_le_bytes());
    let magic = u16_at(headers, OPTIONAL_HEADER);
    let Some((_, offset)) = NUMBER_OF_RVA_AND_SIZES.iter().find(|(value, _)| Some(*value) == magic) else {
        return;
    };
    let place = OPTIONAL_HEADER.saturating_add(*offset);
    if u32_at(headers, place).is_some_and(|count| count > DATA_DIRECTORIES) {
        put(headers, place, &DATA_DIRECTORIES.to_le_bytes());
    }
}

fn put(bytes: &mut [u8], offset: usize, value: &[u8]) {
    if let Some(field) = bytes.get_mut(offset..offset.saturating_add(value.len())) {
        field.copy_from_slice(value);
    }
}

fn sections(source: &dyn ByteSource, offset: u64, count: usize) -> Result<Vec<Section>, DescribeError> {
    let length = u64::try_from(count.saturating_mul(SIZEOF_SECTION_TABLE)).unwrap_or(u64::MAX);
    let table = read_up_to(source, offset, length)?;
    table.chunks_exact(SIZEOF_SECTION_TABLE).map(section).collect()
}

fn section(bytes: &[u8]) -> Result<Section, DescribeError> {
    const NAME: usize = 8;
    let (name, _) = bytes.split_at_checked(NAME).unwrap_or_default();
    // goblin refuses names that begin with a slash and are no offset into a string table, so it does not
    // see the name.
    let mut nameless = bytes.to_vec();
    if let Some(hidden) = nameless.get_mut(..NAME) {
        hidden.fill(0);
    }
    let fields = SectionTable::parse(&nameless, &mut 0, 0)
        .map_err(|error| damaged("IMAGE_SECTION_HEADER", error.to_string()))?;
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    Ok(Section {
        name: String::from_utf8_lossy(name.get(..end).unwrap_or_default()).into_owned(),
        virtual_address: fields.virtual_address,
        virtual_size: fields.virtual_size,
        raw_offset: fields.pointer_to_raw_data,
        raw_size: fields.size_of_raw_data,
    })
}
