//! `expired`: a certificate of the chain was no longer valid when it counted.

use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "expired",
    title: "certificate not valid any more",
    meaning: "A certificate of the signature's chain had expired at the time that counts: the time of the verified \
              time stamp, or the time of checking when there is none.",
    causes: &[
        "The file was signed without a time stamp, and the certificate has expired since.",
        "The time stamp is later than the end of the certificate.",
        "The certificate is for lifetime signing: no time stamp extends it.",
    ],
    fix: &[
        "Ask the vendor for a build with a time stamp, or a newer one.",
        "Do not set the clock back or switch the check off: endpoints decide for themselves.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::Expired])
}
