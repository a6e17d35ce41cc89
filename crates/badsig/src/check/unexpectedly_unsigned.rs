//! `unexpectedly-unsigned`: the product is known to be signed, and this file is not.

use super::vendor_words::{finding_of, not_the_recorded_file, resting_on};
use super::{Check, warns};
use crate::judge::Judged;
use crate::vendors::Relation;

pub(super) static CHECK: Check = Check {
    id: "unexpectedly-unsigned",
    title: "unsigned, though the vendor signs",
    meaning: "The file belongs to a product whose installers are signed by the evidence of the vendor catalog, and it \
              carries no signature. The vendor may have forgotten to sign this release, or the signature was removed.",
    causes: &[
        "The file is not the vendor's: somebody changed it and removed the signature.",
        "A tool repackaged it and dropped the signature.",
        "The vendor released one version without a signature.",
    ],
    fix: &[
        "Do not publish it before you know why: download it again from the vendor and compare its digest.",
        "Take another release, and tell the vendor.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    finding_of(judged, Relation::UnexpectedlyUnsigned, |vendor| {
        format!(
            "{} signs its installers ({}), but this file is not signed{}{}",
            vendor.product,
            vendor.dated(),
            resting_on(vendor),
            not_the_recorded_file(vendor)
        )
    })
}
