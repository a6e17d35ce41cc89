//! `known-unsigned-vendor`: the product is known to ship unsigned installers.

use super::vendor_words::{finding_of, not_the_recorded_file, resting_on};
use super::{Check, notes};
use crate::judge::Judged;
use crate::vendors::Relation;

pub(super) static CHECK: Check = Check {
    id: "known-unsigned-vendor",
    title: "vendor is known not to sign",
    meaning: "The file belongs to a product of the vendor catalog whose installers are known to be unsigned. That \
              explains why it is blocked and excuses nothing: an unsigned file can be changed by anybody, and what it \
              says of itself is a claim. The finding says what the match rests on, and how old the evidence is.",
    causes: &["The vendor does not sign its installers, or did not sign this version."],
    fix: &[
        "Compare the SHA-256 of the file with the one that the vendor publishes.",
        "See `badsig vendors show` for the evidence, where to ask the vendor, and what to do instead.",
        "Send a newer observation to the catalog when the evidence is stale.",
    ],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    finding_of(judged, Relation::KnownUnsigned, |vendor| {
        format!(
            "{} is known to ship unsigned installers ({}){}{}",
            vendor.product,
            vendor.dated(),
            resting_on(vendor),
            not_the_recorded_file(vendor)
        )
    })
}
