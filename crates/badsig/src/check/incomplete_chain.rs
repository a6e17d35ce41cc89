//! `incomplete-chain`: an issuer between the signer and the root is missing.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "incomplete-chain",
    title: "chain is incomplete",
    meaning: "A certificate between the signer and a trusted root is missing from the file. A computer that \
               has it, or can download it, may accept the file; one that cannot, for instance behind a proxy \
               or without internet access, refuses it with 0x800B010A (CERT_E_CHAINING).",
    causes: &[
        "The vendor signed without including the intermediate certificates.",
        "Too many certificates carry the same names, so that the search was given up.",
    ],
    fix: &[
        "Get the missing certificate from its authority, install it on the site server and the endpoints, \
         and give it here (`--intermediates`).",
        "Ask the vendor to sign again with the whole chain included.",
        ANOTHER_WAY,
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::MissingIssuer, Cause::SearchBudget])
}
