//! Page hashes: one digest per 4 KiB page, stored inside the signature of images that the kernel checks
//! page by page (`signtool sign /ph`).
//!
//! The list starts with the headers (without CheckSum and security entry, filled up with zeros to one
//! page), goes on with every page of every section in the order of the section table (the last one of each
//! filled up with zeros), and ends with an offset and a digest of zeros. Each entry is the offset in the
//! file, 32 bits, and the digest.

use super::Headers;
use crate::digest::{CoveredBytes, DigestAlgorithm, hash_pieces};
use crate::problem::Problem;
use crate::subject::ByteSource;

/// Pages are those of the processor, whatever the section alignment of the image.
const PAGE: u64 = 4096;

/// What page hashes are computed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLayout {
    headers: Headers,
}

impl PageLayout {
    pub(super) fn new(headers: &Headers) -> PageLayout {
        PageLayout { headers: headers.clone() }
    }

    /// The list of page hashes as it should be stored.
    ///
    /// # Errors
    /// A [`Problem`] when a section lies outside the file or bytes cannot be read.
    pub fn compute(&self, source: &dyn ByteSource, algorithm: DigestAlgorithm) -> Result<Vec<u8>, Problem> {
        self.check_work(source)?;
        let mut list = Vec::new();
        // The first page leaves out bytes of the headers but is filled up as if they were there.
        let left_out = if self.headers.security_directory.is_some() { 12 } else { 4 };
        entry(source, algorithm, Page { offset: 0, covered: self.header_page(), left_out }, &mut list)?;
        let mut end = u64::from(self.headers.size_of_headers);
        for section in self.sections() {
            let start = u64::from(section.offset);
            end = section.end();
            let mut page = start;
            while page < end {
                let mut covered = CoveredBytes::new();
                covered.push_range(page, page.saturating_add(PAGE).min(end));
                entry(source, algorithm, Page { offset: page, covered, left_out: 0 }, &mut list)?;
                page = page.saturating_add(PAGE);
            }
        }
        push_offset(end, &mut list);
        list.extend(vec![0; algorithm.length()]);
        Ok(list)
    }

    /// The length of that list: a stored one of another length need not be compared.
    ///
    /// # Errors
    /// As [`PageLayout::compute`].
    pub fn length(&self, source: &dyn ByteSource, algorithm: DigestAlgorithm) -> Result<u64, Problem> {
        self.check_work(source)?;
        let pages = self.sections().map(|section| u64::from(section.size).div_ceil(PAGE));
        // The headers come first, an offset with zeros last.
        let entries = pages.fold(2u64, u64::saturating_add);
        let entry = u64::try_from(algorithm.length()).unwrap_or(0).saturating_add(4);
        Ok(entries.saturating_mul(entry))
    }

    fn sections(&self) -> impl Iterator<Item = &super::Section> {
        self.headers.sections.iter().filter(|section| section.size > 0)
    }

    /// Sections lie in the file, and those of a sound image do not overlap, so together they are not larger than the file.
    fn check_work(&self, source: &dyn ByteSource) -> Result<(), Problem> {
        let sizes = self.headers.sections.iter().map(|section| u64::from(section.size));
        let total = sizes.fold(u64::from(self.headers.size_of_headers), u64::saturating_add);
        if total > source.size().saturating_mul(2) {
            let message = "the sections overlap: together they are larger than the file";
            return Err(Problem::malformed(self.headers.end, message));
        }
        if let Some(outside) = self.sections().find(|section| section.end() > source.size()) {
            return Err(Problem::malformed(u64::from(outside.offset), "a section lies outside the file"));
        }
        Ok(())
    }

    fn header_page(&self) -> CoveredBytes {
        let mut covered = CoveredBytes::new();
        let end = u64::from(self.headers.size_of_headers);
        covered.push_range(0, self.headers.checksum);
        let after = self.headers.checksum.saturating_add(4);
        match self.headers.security_directory {
            Some(directory) => {
                covered.push_range(after, directory);
                covered.push_range(directory.saturating_add(8), end);
            }
            None => covered.push_range(after, end),
        }
        covered
    }
}

fn push_offset(offset: u64, list: &mut Vec<u8>) {
    list.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
}

struct Page {
    offset: u64,
    covered: CoveredBytes,
    /// How many bytes of the page are not covered.
    left_out: u64,
}

fn entry(
    source: &dyn ByteSource,
    algorithm: DigestAlgorithm,
    page: Page,
    list: &mut Vec<u8>,
) -> Result<(), Problem> {
    let Page { offset, mut covered, left_out } = page;
    let filled = covered.total().saturating_add(left_out).next_multiple_of(PAGE);
    let zeros = filled.saturating_sub(covered.total()).saturating_sub(left_out);
    covered.push_literal(&vec![0; usize::try_from(zeros).unwrap_or(0)]);
    push_offset(offset, list);
    for (_, digest) in hash_pieces(source, &covered, &[algorithm])? {
        list.extend(digest);
    }
    Ok(())
}
