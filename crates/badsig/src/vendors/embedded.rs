//! The catalog that is part of the library: `data/vendors.json`, one entry a line, made from `catalog/` by the test
//! `vendor_catalog`.

use super::entry::Entry;

static ENTRIES: &str = include_str!("../../data/vendors.json");

/// The entries. Should the embedded file be damaged, the damaged entries are missing; a test demands that all are
/// there.
pub(super) fn entries() -> Vec<Entry> {
    ENTRIES.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
