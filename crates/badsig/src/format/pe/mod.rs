//! Portable Executable images (PE/COFF): EXE, DLL, SYS, EFI of every machine type.
//!
//! The Authenticode digest covers the whole file except the CheckSum field, the security entry of the data
//! directories and the certificate table they point to ("flat" digest: images whose headers overlap their sections,
//! packed ones, are hashed like any other). The section table is needed only to refuse a table that stands in front of or
//! inside a section.

mod certificate_table;
mod headers;
mod pages;

pub use headers::{Headers, Section};
pub use pages::PageLayout;

use super::{Format, Layout};
use crate::digest::CoveredBytes;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// Signatures start at multiples of this, and images are padded with zeros up to one when they are signed.
const ALIGNMENT: u64 = 8;

/// Reads the layout of an image.
///
/// # Errors
/// A [`Problem`] when the headers cannot be read; of kind `UnknownFormat` when the file is an old DOS, NE
/// or LE program.
pub fn read(source: &dyn ByteSource, limits: &Limits) -> Result<Layout, Problem> {
    let headers = Headers::read(source, limits)?;
    let mut layout = Layout::empty(Format::Pe);
    layout.pages = Some(PageLayout::new(&headers));
    if headers.stated_sections > limits.pe_sections {
        let (stated, most) = (headers.stated_sections, limits.pe_sections);
        let message = format!(
            "the image has {stated} sections, more than the limit of {most}: the others were not read"
        );
        layout.problems.push(Problem::new(ProblemKind::LimitReached, message));
    }
    let table = certificate_table::locate(source, &headers, &mut layout)?;
    layout.covered = covered(source.size(), &headers, table);
    if let Some((start, end)) = table {
        layout.storage.covered_after = source.size().saturating_sub(end);
        certificate_table::read(source, limits, start, end, &mut layout)?;
    }
    Ok(layout)
}

fn covered(size: u64, headers: &Headers, table: Option<(u64, u64)>) -> CoveredBytes {
    let mut covered = CoveredBytes::new();
    covered.push_range(0, headers.checksum);
    let after_checksum = headers.checksum.saturating_add(4);
    let (table_start, table_end) = table.unwrap_or((size, size));
    match headers.security_directory {
        Some(directory) => {
            covered.push_range(after_checksum, directory);
            covered.push_range(directory.saturating_add(8), table_start);
        }
        None => covered.push_range(after_checksum, table_start),
    }
    covered.push_range(table_end, size);
    if table.is_none() {
        let short = size.next_multiple_of(ALIGNMENT).saturating_sub(size);
        covered.push_literal(&vec![0; usize::try_from(short).unwrap_or(0)]);
    }
    covered
}
