//! `vendor-now-signs`: the product is listed as unsigned, and this file is signed.

use super::vendor_words::finding_of;
use super::words::quoted;
use super::{Check, notes};
use crate::judge::Judged;
use crate::vendors::Relation;

pub(super) static CHECK: Check = Check {
    id: "vendor-now-signs",
    title: "signed, though listed as unsigned",
    meaning: "The vendor catalog has no valid signature of this product yet, and the file has one: the entry is out of \
              date. Look at the signer: a signature by somebody else says nothing of the vendor.",
    causes: &["The vendor has begun to sign.", "Somebody else signed the vendor's file, as packagers do."],
    fix: &[
        "Look whether the signer is the vendor.",
        "If it is, send the observation to the catalog: `badsig vendors add` drafts it.",
    ],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    finding_of(judged, Relation::NowSigns, |vendor| {
        let signer = vendor.signer.as_deref().map_or_else(|| "somebody".to_owned(), quoted);
        format!(
            "{} was not known to sign ({}), and this file is signed by {signer}: the entry is out of date, unless \
             somebody else than the vendor signed it",
            vendor.product,
            vendor.dated()
        )
    })
}
