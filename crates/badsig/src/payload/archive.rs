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

/// Why an archive is not opened by this build.
#[cfg(not(all(feature = "zip", feature = "sevenz")))]
pub(super) fn left_out(feature: &str) -> super::Found {
    super::Found::NotOpened(format!("this badsig was built without the feature `{feature}`"))
}
