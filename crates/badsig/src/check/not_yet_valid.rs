//! `not-yet-valid`: a certificate of the chain was not valid yet when it counted.

use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "not-yet-valid",
    title: "certificate not valid yet",
    meaning: "A certificate of the signature's chain starts to be valid only after the time that counts: \
               the time of the verified time stamp, or the time of checking when there is none.",
    causes: &[
        "The clock of this computer, or the date that was given (`--at`), is wrong.",
        "The certificate was issued for a later start than the vendor thought.",
        "The clock of the time stamp authority was wrong.",
    ],
    fix: &[
        "Check the date of this computer, or the one that was given with `--at`.",
        "If the date is right, ask the vendor for a build that is signed and stamped while its certificate \
         is valid.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::NotYetValid])
}
