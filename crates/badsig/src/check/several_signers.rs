//! `several-signers`: one signature has several signers.

use super::{Check, warns, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "several-signers",
    title: "several signers in one signature",
    meaning: "A signature of the Authenticode kind has one signer; this one has several. Only the first was \
               judged, and Windows is expected to look at the first only.",
    causes: &[
        "The file was signed by a tool that was not made for Authenticode.",
        "Somebody added a signer to a finished signature.",
    ],
    fix: &[
        "Ask the vendor whether that is intended, and test the file on one endpoint before you publish it.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signatures = judged.facts.signatures.iter();
    signatures
        .filter_map(|signature| {
            let signers = signature.contents.as_ref().ok()?.signer_count;
            let message = || format!("{} has {}", signature.place, words::count(signers, "signer"));
            (signers > 1).then(message)
        })
        .collect()
}
