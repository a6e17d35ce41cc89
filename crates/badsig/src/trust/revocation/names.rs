//! Comparing distinguished names that stand in lists and distribution points.

use crate::authenticode::name_matching::ComparableName;

/// Whether two names are the same: byte by byte, or as RFC 5280 7.1 compares them. A name only says which key to
/// try; the signature decides.
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    left == right || ComparableName::read(left) == ComparableName::read(right)
}
