//! `expires-soon`: the signature stops being valid within a month.

use super::{Check, end_of_validity, warns, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "expires-soon",
    title: "stops validating soon",
    meaning: "A certificate of the chain expires within 30 days and no time stamp keeps the signature valid \
               beyond that. Endpoints that install the file later refuse it (0x800B0101).",
    causes: &[
        "The file was signed without a time stamp shortly before its certificate expires.",
        "The certificate is for lifetime signing: a time stamp does not extend it.",
    ],
    fix: &[
        "Do not start a deployment with this file; ask the vendor for a build with a time stamp, or a newer \
         one.",
    ],
    level: warns,
    find,
};

/// One cycle of monthly updates.
const SOON_SECONDS: i64 = 30 * DAY_SECONDS;
const DAY_SECONDS: i64 = 24 * 60 * 60;

fn find(judged: &Judged<'_>) -> Vec<String> {
    let Some((end, certificate)) = end_of_validity(judged) else { return Vec::new() };
    let left = end.unix().saturating_sub(judged.evidence.at.unix());
    if left > SOON_SECONDS {
        return Vec::new();
    }
    let days = words::count(left.checked_div(DAY_SECONDS).unwrap_or_default(), "day");
    let name = words::quoted(&certificate.common_name());
    vec![format!("the signature stops validating in {days}, on {}: {name} expires", end.date())]
}
