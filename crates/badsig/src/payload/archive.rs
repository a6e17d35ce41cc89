//! Archives behind a program (self-extractors) and by themselves: where they start, and names in them.

use std::ops::Range as Span;

use super::Container;
use super::executable::Executable;
use crate::format::Format;

/// A local file header of ZIP (APPNOTE 4.3.7).
pub(super) const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// The signature of 7z (`7zFormat.txt`).
pub(super) const SEVEN_ZIP_MAGIC: &[u8] = b"7z\xbc\xaf\x27\x1c";

/// Where an archive may lie in a container: behind a program, or the whole of a file of no format that can be
/// signed.
pub(super) fn place(container: &Container<'_>) -> Option<Span<u64>> {
    match container.format {
        Format::Pe => Some(Executable::open(container)?.overlay()).filter(|overlay| !overlay.is_empty()),
        Format::Unknown => Some(0..container.source.size()),
        _ => None,
    }
}

/// A name with `/` between its parts.
pub(super) fn name(stored: &str) -> String {
    stored.replace('\\', "/")
}

/// The dictionary that a property of LZMA2 states, in bytes (xz file format 1.2, 5.3.1).
#[cfg(any(feature = "inno", feature = "sevenz"))]
pub(super) fn lzma2_dictionary(property: u8) -> u64 {
    let shift = u32::from(property & 0x3f).div_euclid(2).saturating_add(11);
    u64::from(2 | (property & 1)).checked_shl(shift).unwrap_or(u64::MAX)
}

/// Why an archive is not opened by this build.
#[cfg(not(all(feature = "inno", feature = "nsis", feature = "sevenz", feature = "zip")))]
pub(super) fn left_out(feature: &str) -> super::Found {
    super::Found::NotOpened(format!("this badsig was built without the feature `{feature}`"))
}
