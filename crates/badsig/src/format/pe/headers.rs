//! The headers of an image, as far as the digest and the page hashes need them.

use goblin::pe::header::CoffHeader;

use crate::format::bytes::{u16_at, u32_at};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_vec};

/// Offsets and fields of the headers (PE/COFF, "Optional Header").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Offset of the CheckSum field.
    pub checksum: u64,
    /// Offset of the security entry of the data directories, when there is one.
    pub security_directory: Option<u64>,
    /// Offset and size that the security entry states; both 0 when there is no certificate table.
    pub certificate_table: (u32, u32),
    /// SizeOfHeaders.
    pub size_of_headers: u32,
    /// Where the section table ends.
    pub end: u64,
    /// NumberOfSections.
    pub stated_sections: usize,
    /// The sections, in the order of their table, at most as many as the limit.
    pub sections: Vec<Section>,
}

/// The part of a section that lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// PointerToRawData.
    pub offset: u32,
    /// SizeOfRawData.
    pub size: u32,
}

impl Section {
    /// Offset of the first byte behind its data.
    pub fn end(&self) -> u64 {
        u64::from(self.offset).saturating_add(u64::from(self.size))
    }
}

const DOS_HEADER: u64 = 64;
const NEW_HEADER_OFFSET: usize = 0x3c;
const SIGNATURE: &[u8] = b"PE\0\0";
/// "PE\0\0" and the COFF header.
const BEFORE_OPTIONAL: usize = 24;
const SECTION_HEADER: usize = 40;
const PE32: u16 = 0x10b;
const PE32_PLUS: u16 = 0x20b;
const SECURITY_ENTRY: usize = 4;

impl Headers {
    /// Reads the headers.
    ///
    /// # Errors
    /// A [`Problem`] with the field and offset.
    pub fn read(source: &dyn ByteSource, limits: &Limits) -> Result<Headers, Problem> {
        let dos = read_vec(source, 0, source.size().min(DOS_HEADER), DOS_HEADER)?;
        let Some(start) = u32_at(&dos, NEW_HEADER_OFFSET).map(u64::from) else {
            return Err(not_pe("the file starts with MZ but is shorter than a DOS header"));
        };
        let Ok(first) = read_vec(source, start, 26, 26) else {
            return Err(not_pe("an MZ program without a PE header, or cut off before it"));
        };
        if !first.starts_with(SIGNATURE) {
            return Err(not_pe(
                "an MZ program of the DOS or 16-bit Windows kind, which cannot carry a signature",
            ));
        }
        let coff = coff_header(&first, start)?;
        let stated_sections = usize::from(coff.number_of_sections);
        let sections = stated_sections.min(limits.pe_sections);
        let optional = usize::from(coff.size_of_optional_header);
        let wanted = BEFORE_OPTIONAL
            .saturating_add(optional.max(152))
            .saturating_add(sections.saturating_mul(SECTION_HEADER));
        let available = source.size().saturating_sub(start);
        let length = u64::try_from(wanted).unwrap_or(u64::MAX).min(available);
        let bytes = read_vec(source, start, length, length)?;
        Ok(Headers { stated_sections, ..parse(&bytes, start, optional, sections)? })
    }
}

fn coff_header(first: &[u8], start: u64) -> Result<CoffHeader, Problem> {
    let mut offset = SIGNATURE.len();
    CoffHeader::parse(first, &mut offset)
        .map_err(|error| Problem::malformed(start, format!("the COFF header cannot be read: {error}")))
}

fn not_pe(message: &str) -> Problem {
    Problem::new(ProblemKind::UnknownFormat, message)
}

fn parse(bytes: &[u8], start: u64, optional: usize, sections: usize) -> Result<Headers, Problem> {
    let short = |field: &str| {
        let message = format!("the file ends inside its optional header, before {field}");
        Problem::at(ProblemKind::Truncated, start, message)
    };
    let at = |offset: usize| BEFORE_OPTIONAL.saturating_add(offset);
    let directories = match u16_at(bytes, at(0)).ok_or_else(|| short("Magic"))? {
        PE32 => 96usize,
        PE32_PLUS => 112,
        other => {
            let message = format!("optional header magic {other:#06x} is neither PE32 nor PE32+");
            return Err(Problem::malformed(start, message));
        }
    };
    let size_of_headers = u32_at(bytes, at(60)).ok_or_else(|| short("SizeOfHeaders"))?;
    u32_at(bytes, at(64)).ok_or_else(|| short("CheckSum"))?;
    let entries = u32_at(bytes, at(directories.saturating_sub(4))).unwrap_or(0);
    let entry = at(directories.saturating_add(SECURITY_ENTRY.saturating_mul(8)));
    let table = match (u32_at(bytes, entry), u32_at(bytes, entry.saturating_add(4))) {
        (Some(offset), Some(size)) if entries > 4 => Some((offset, size)),
        _ => None,
    };
    let absolute = |offset: usize| start.saturating_add(u64::try_from(offset).unwrap_or(u64::MAX));
    let section_table = at(optional);
    Ok(Headers {
        checksum: absolute(at(64)),
        security_directory: table.map(|_| absolute(entry)),
        certificate_table: table.unwrap_or((0, 0)),
        size_of_headers,
        end: absolute(section_table.saturating_add(sections.saturating_mul(SECTION_HEADER))),
        stated_sections: sections,
        sections: (0..sections).map_while(|index| section(bytes, section_table, index)).collect(),
    })
}

fn section(bytes: &[u8], table: usize, index: usize) -> Option<Section> {
    let header = table.checked_add(index.checked_mul(SECTION_HEADER)?)?;
    Some(Section {
        size: u32_at(bytes, header.checked_add(16)?)?,
        offset: u32_at(bytes, header.checked_add(20)?)?,
    })
}
