//! `revoked`: a certificate of the chain was revoked.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "revoked",
    title: "certificate was revoked",
    meaning: "The authority took a certificate of this signature back, and no time stamp shows that the file \
               was signed before. The key may be in other hands.",
    causes: &[
        "The vendor's key was stolen, or malware was signed with it.",
        "The vendor replaced the certificate or closed down, and the file was not stamped.",
        "The authority dated the revocation back to a day before the stamp.",
    ],
    fix: &[
        "Do not run or publish the file before you know why the certificate was revoked.",
        "Ask the vendor for a build that is signed with another certificate.",
        ANOTHER_WAY,
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::Revoked])
}
