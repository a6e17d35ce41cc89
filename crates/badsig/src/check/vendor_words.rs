//! Wording that the checks on the vendor catalog share.

use super::words::quoted;
use crate::judge::Judged;
use crate::vendors::{Relation, Strength, VendorAnswer};

/// The message for a file with this relation.
pub(super) fn finding_of(
    judged: &Judged<'_>,
    relation: Relation,
    message: impl Fn(&VendorAnswer) -> String,
) -> Vec<String> {
    judged.vendor.filter(|vendor| vendor.relation == Some(relation)).map(message).into_iter().collect()
}

/// A name alone proves little.
pub(super) fn resting_on(vendor: &VendorAnswer) -> &'static str {
    match vendor.strength {
        Strength::FileName => "; only the name of the file says that this is one",
        Strength::Names => "; only names in the file say that this is one",
        Strength::Codes | Strength::Digest => "",
    }
}

/// The catalog records a file of this name, with another digest.
pub(super) fn not_the_recorded_file(vendor: &VendorAnswer) -> String {
    match &vendor.other_digest {
        Some(name) => format!("; its SHA-256 is not the one recorded for {}", quoted(name)),
        None => String::new(),
    }
}
