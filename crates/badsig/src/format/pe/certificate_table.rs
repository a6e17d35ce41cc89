//! The attribute certificate table: WIN_CERTIFICATE entries, each with a signature and perhaps padding.

use authenticode::{AttributeCertificateIterator, PeOffsetError, PeOffsets, PeTrait};

use super::{Headers, Section};
use crate::format::archives;
use crate::format::bytes::{u16_at, u32_at};
use crate::format::{Layout, OutsideFile, SignatureBlob};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_vec};

/// dwLength, wRevision, wCertificateType.
const ENTRY_HEADER: usize = 8;
/// WIN_CERT_REVISION_1_0 and WIN_CERT_REVISION_2_0.
const REVISIONS: [u16; 2] = [0x0100, 0x0200];
/// WIN_CERT_TYPE_PKCS_SIGNED_DATA.
const PKCS_SIGNED_DATA: u16 = 2;

/// Where the certificate table lies; `None` when there is none that Windows would find.
pub(super) fn locate(
    source: &dyn ByteSource,
    headers: &Headers,
    layout: &mut Layout,
) -> Result<Option<(u64, u64)>, Problem> {
    let (offset, length) = headers.certificate_table;
    if offset == 0 || length == 0 {
        return Ok(None);
    }
    let (start, end) = (u64::from(offset), u64::from(offset).saturating_add(u64::from(length)));
    if end > source.size() {
        layout.storage.directory_outside_file =
            Some(OutsideFile { offset: start, length: u64::from(length), file_size: source.size() });
        return Ok(None);
    }
    // Its entries are read all the same: a report tells what they say, and that they count for nothing.
    layout.problems.extend(inside_the_image(headers, source.size(), start));
    layout.problems.extend(not_at_the_end(source.size(), end));
    Ok(Some((start, end)))
}

/// The table must end the file. Microsoft's description of the digest takes what is left of the file behind the sections, less the
/// size of the table, for signed data: with a table in the middle that is other bytes than those around it. And what stands in the
/// middle of the file can hold an installer that is found before the one that was signed. No signer makes such a file;
/// osslsigncode refuses it.
fn not_at_the_end(size: u64, end: u64) -> Option<Problem> {
    let behind = size.checked_sub(end).filter(|behind| *behind > 0)?;
    let message = format!(
        "{behind} bytes stand behind the certificate table, which belongs at the end of the file: which bytes the signature covers is read in different ways"
    );
    Some(Problem::malformed(end, message))
}

/// The table must stand behind the headers and the raw data of every section. The flat digest only leaves it out, wherever it
/// stands: moved forward, it would be loaded as part of a section, or push the sections behind it to other places, and the
/// signature would hold for an image that runs other code. Microsoft's description hashes each section by its header, so such a
/// file fails there; no signer makes one.
fn inside_the_image(headers: &Headers, size: u64, start: u64) -> Option<Problem> {
    // Headers that do not fit into the file cannot be loaded; their sizes are covered, so nobody can make them so afterwards.
    let headers_end =
        [headers.end, u64::from(headers.size_of_headers)].into_iter().filter(|end| *end <= size);
    let image = headers_end
        .chain(headers.security_directory.map(|directory| directory.saturating_add(8)))
        .chain(headers.sections.iter().filter(|section| section.size > 0).map(Section::end));
    let end = image.max().filter(|end| start < *end)?;
    let message = format!(
        "the certificate table at {start:#x} stands inside the image, whose headers and sections end at {end:#x}: sign the \
         file again, the table belongs behind them"
    );
    Some(Problem::malformed(headers.security_directory.unwrap_or(0), message))
}

/// Reads the entries of the table.
pub(super) fn read(
    source: &dyn ByteSource,
    limits: &Limits,
    start: u64,
    end: u64,
    layout: &mut Layout,
) -> Result<(), Problem> {
    let table = read_vec(source, start, end.saturating_sub(start), limits.signature_bytes)?;
    layout.problems.extend(archives::hidden_in("the certificate table", &table, Some(start)));
    let mut end_of_entries = 0usize;
    for (index, entry) in entries(&table, limits.signatures.saturating_mul(2)).iter().enumerate() {
        let place = format!("certificate table entry {}", index.saturating_add(1));
        let header = start.saturating_add(u64::try_from(entry.offset).unwrap_or(u64::MAX));
        if layout.signatures.len().max(layout.storage.other_entries.len()) >= limits.signatures {
            let message = format!(
                "the certificate table has more than {} signatures or other entries: those from {place} on were not read",
                limits.signatures
            );
            layout.problems.push(Problem::at(ProblemKind::LimitReached, header, message));
            return Ok(());
        }
        if entry.kind == PKCS_SIGNED_DATA {
            if !REVISIONS.contains(&entry.revision) {
                let message = format!("{place}: revision {:#06x} is none of WIN_CERTIFICATE", entry.revision);
                layout.problems.push(Problem::malformed(header.saturating_add(4), message));
            }
            let offset = Some(header.saturating_add(8));
            layout.signatures.push(SignatureBlob { place, offset, bytes: entry.data.to_vec() });
        } else {
            let other = format!("{place}: type {:#06x}, {} bytes", entry.kind, entry.data.len());
            layout.storage.other_entries.push(other);
        }
        end_of_entries = entry.end();
    }
    let rest = table.get(end_of_entries.min(table.len())..).unwrap_or_default();
    if !rest.is_empty() {
        layout.storage.bytes_after = u64::try_from(rest.len()).unwrap_or(u64::MAX);
    }
    Ok(())
}

struct Entry<'a> {
    /// Where it starts in the table.
    offset: usize,
    revision: u16,
    kind: u16,
    data: &'a [u8],
}

impl Entry<'_> {
    /// Where the next one starts: entries are filled up to a multiple of 8.
    fn end(&self) -> usize {
        self.offset.saturating_add(ENTRY_HEADER).saturating_add(self.data.len()).next_multiple_of(8)
    }
}

/// The table is walked by the `authenticode` crate. It refuses tables whose entries do not fill them exactly; Windows
/// reads the entries that are whole, so they are walked here then. At most `most` and one more are looked at: an entry may take as
/// little as eight bytes.
fn entries(table: &[u8], most: usize) -> Vec<Entry<'_>> {
    walked(table, most).unwrap_or_else(|| whole_entries(table, most))
}

fn walked(table: &[u8], most: usize) -> Option<Vec<Entry<'_>>> {
    let view = TableOnly(table);
    let lengths: Vec<(u16, usize)> = AttributeCertificateIterator::new(&view)
        .ok()??
        .take(most.saturating_add(1))
        .map(|entry| entry.ok().map(|entry| (entry.certificate_type, entry.data.len())))
        .collect::<Option<_>>()?;
    let mut offset = 0usize;
    let mut found = Vec::new();
    for (kind, length) in lengths {
        let start = offset.saturating_add(ENTRY_HEADER);
        let revision = u16_at(table, offset.saturating_add(4))?;
        let entry = Entry { offset, revision, kind, data: table.get(start..start.saturating_add(length))? };
        offset = entry.end();
        found.push(entry);
    }
    Some(found)
}

fn whole_entries(table: &[u8], most: usize) -> Vec<Entry<'_>> {
    let mut found: Vec<Entry<'_>> = Vec::new();
    while found.len() <= most {
        let offset = found.last().map_or(0, Entry::end);
        let Some(entry) = whole_entry(table, offset) else { break };
        found.push(entry);
    }
    found
}

fn whole_entry(table: &[u8], offset: usize) -> Option<Entry<'_>> {
    let length = usize::try_from(u32_at(table, offset)?).ok()?;
    let revision = u16_at(table, offset.checked_add(4)?)?;
    let kind = u16_at(table, offset.checked_add(6)?)?;
    let data = table.get(offset.checked_add(ENTRY_HEADER)?..offset.checked_add(length)?)?;
    Some(Entry { offset, revision, kind, data })
}

/// Shows the table to the `authenticode` crate as an image that consists of nothing else.
struct TableOnly<'a>(&'a [u8]);

impl PeTrait for TableOnly<'_> {
    fn data(&self) -> &[u8] {
        self.0
    }

    fn num_sections(&self) -> usize {
        0
    }

    fn section_data_range(&self, _: usize) -> Result<std::ops::Range<usize>, PeOffsetError> {
        Err(PeOffsetError)
    }

    fn certificate_table_range(&self) -> Result<Option<std::ops::Range<usize>>, PeOffsetError> {
        Ok(Some(0..self.0.len()))
    }

    fn offsets(&self) -> Result<PeOffsets, PeOffsetError> {
        Err(PeOffsetError)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        let path = format!("{}/../../fixtures/exe/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(path).unwrap()
    }

    /// The signed image with its table, grown by an entry of foreign bytes, moved to `start`: the flat digest is the same.
    fn moved(signed: &[u8], start: usize) -> Vec<u8> {
        let headers = Headers::read(&signed.to_vec(), &Limits::default()).unwrap();
        let (old, length) = headers.certificate_table;
        let (old, length) = (usize::try_from(old).unwrap(), usize::try_from(length).unwrap());
        let mut table = signed[old..old + length].to_vec();
        table.extend([16, 0, 0, 0, 0, 2, 0xf0, 0x0e]);
        table.extend([0xcc; 8]);
        let entry = usize::try_from(headers.security_directory.unwrap()).unwrap();
        let mut image = signed[..old].to_vec();
        image[entry..entry + 4].copy_from_slice(&u32::try_from(start).unwrap().to_le_bytes());
        image[entry + 4..entry + 8].copy_from_slice(&u32::try_from(table.len()).unwrap().to_le_bytes());
        image.splice(start..start, table);
        image
    }

    #[test]
    fn a_table_in_front_of_a_sections_data_is_refused() {
        let signed = fixture("signed.exe");
        let headers = Headers::read(&signed, &Limits::default()).unwrap();
        let sections = headers.sections.iter().filter(|section| section.size > 0);
        let behind = usize::try_from(headers.certificate_table.0).unwrap();
        assert!(
            crate::format::pe::read(&moved(&signed, behind), &Limits::default()).unwrap().problems.is_empty()
        );
        let mut behind = moved(&signed, behind);
        behind.push(0);
        let layout = crate::format::pe::read(&behind, &Limits::default()).unwrap();
        assert!(layout.problems[0].message.starts_with("1 bytes stand behind the certificate table"));
        for section in sections {
            for place in [u64::from(section.offset), section.end() - 8] {
                let image = moved(&signed, usize::try_from(place).unwrap());
                let layout = crate::format::pe::read(&image, &Limits::default()).unwrap();
                assert_eq!(layout.problems[0].kind, ProblemKind::Malformed, "{:?}", layout.problems);
            }
        }
    }

    /// Entries of eight bytes would make a table of 64 MB 8 million texts.
    #[test]
    fn entries_beyond_the_limit_are_said() {
        let mut layout = Layout::empty(crate::format::Format::Pe);
        let limits = Limits::default();
        let table = [8, 0, 0, 0, 0, 2, 0xf0, 0x0e].repeat(limits.signatures);
        let read_all = |table: &Vec<u8>, layout: &mut Layout| {
            read(table, &limits, 0, u64::try_from(table.len()).unwrap(), layout).unwrap();
        };
        read_all(&table, &mut layout);
        assert_eq!((layout.storage.other_entries.len(), layout.problems.len()), (limits.signatures, 0));
        let mut layout = Layout::empty(crate::format::Format::Pe);
        read_all(&table.repeat(100), &mut layout);
        assert_eq!(layout.storage.other_entries.len(), limits.signatures);
        assert_eq!(layout.problems[0].kind, ProblemKind::LimitReached);
        assert_eq!(entries(&table.repeat(100), 7).len(), 8);
    }

    #[test]
    fn sections_beyond_the_limit_are_said() {
        let signed = fixture("signed.exe");
        let limits = Limits { pe_sections: 1, ..Limits::default() };
        let layout = crate::format::pe::read(&signed, &limits).unwrap();
        assert_eq!(layout.problems[0].kind, ProblemKind::LimitReached);
        assert_eq!(layout.signatures.len(), 1);
    }

    /// Both ways find the same entries where both read a table.
    #[test]
    fn entries_are_those_that_the_authenticode_crate_finds() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/exe");
        let mut compared = 0;
        for file in std::fs::read_dir(directory).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let Ok(headers) = Headers::read(&bytes, &Limits::default()) else { continue };
            let (start, length) = headers.certificate_table;
            let range = start.try_into().unwrap()..start.saturating_add(length).try_into().unwrap();
            let Some(table) = bytes.get(range).filter(|table| !table.is_empty()) else { continue };
            let Some(theirs) = walked(table, usize::MAX) else { continue };
            let pairs = |entries: Vec<Entry<'_>>| -> Vec<(u16, Vec<u8>)> {
                entries.into_iter().map(|entry| (entry.kind, entry.data.to_vec())).collect()
            };
            assert_eq!(pairs(whole_entries(table, usize::MAX)), pairs(theirs), "{}", path.display());
            compared += 1;
        }
        assert!(compared > 50, "{compared}");
    }
}
