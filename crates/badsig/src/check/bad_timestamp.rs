//! `bad-timestamp`: no time stamp of the signature holds.

use super::{Check, blocks_where_signatures_count, primary, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "bad-timestamp",
    title: "time stamp does not hold",
    meaning: "A time stamp is the word of a time stamp authority that the signature existed at a certain \
               time; it keeps a signature valid after its certificate has expired. This one is damaged, was \
               made for another signature, or comes from an authority that is not trusted. Windows is \
               expected to refuse the file for that even while the certificate is still valid.",
    causes: &[
        "The time stamp was damaged or taken from another file.",
        "The authority's certificate is not for time stamping, or was not valid when it stamped.",
        "The authority's chain is incomplete or leads to no trusted root.",
    ],
    fix: &[
        "Ask the vendor for a build with a time stamp (RFC 3161) of a trusted authority.",
        "If you signed the file yourself, stamp it again (`signtool timestamp`). The digest of the file \
         changes, so an update catalog that names the old one no longer fits.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    match primary(judged) {
        Some(verdict) if verdict.stamp.is_none() => {
            verdict.timestamps.iter().map(|stamp| words::joined(&stamp.reasons)).collect()
        }
        _ => Vec::new(),
    }
}
