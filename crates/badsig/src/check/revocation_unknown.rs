//! `revocation-unknown`: whether a certificate was revoked is not known, and the settings ask for it.

use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "revocation-unknown",
    title: "revocation is not known",
    meaning: "Neither a revocation list nor an OCSP response tells whether a certificate of this signature was \
               revoked. By default Windows goes on without; here the settings demand an answer, and without \
               one Windows refuses the signature (0x800B010E).",
    causes: &[
        "No list or response was given, or those given are out of date or of another authority.",
        "The WinTrust State does not accept that revocation servers are offline (bits 0x400 and 0x800 are \
         clear).",
    ],
    fix: &[
        "Give the revocation lists and OCSP responses that the report names.",
        "If the setting is not intended, set the State of the computers back to 0x23C00.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::RevocationUnknown])
}
