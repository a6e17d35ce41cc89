//! `not-timestamped`: the signature is valid, but nothing keeps it so.

use super::{Check, end_of_validity, primary, primary_contents, warns, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "not-timestamped",
    title: "no time stamp",
    meaning: "The signature is valid now but carries no time stamp. As soon as the first certificate of its \
               chain expires, Windows refuses the file (0x800B0101), also on endpoints where it has long \
               been deployed.",
    causes: &[
        "The vendor signs without a time stamp, or the time stamp authority could not be reached when the \
         file was signed.",
    ],
    fix: &["Ask the vendor for a build with a time stamp, and plan to replace this one before the date."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    // A stamp would not help a certificate for lifetime signing.
    let lifetime = primary(judged).is_some_and(|verdict| verdict.lifetime_signing);
    let stamped = primary_contents(judged).is_none_or(|contents| !contents.timestamps.is_empty());
    match end_of_validity(judged) {
        Some((end, certificate)) if !lifetime && !stamped => vec![format!(
            "no time stamp: the signature stops validating on {}, when {} expires",
            end.date(),
            words::quoted(&certificate.common_name())
        )],
        _ => Vec::new(),
    }
}
