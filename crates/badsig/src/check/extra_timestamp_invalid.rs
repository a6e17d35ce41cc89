//! `extra-timestamp-invalid`: one time stamp holds, another does not.

use super::{Check, primary, warns, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "extra-timestamp-invalid",
    title: "another time stamp does not hold",
    meaning: "The signature carries several time stamps. One of them holds and keeps the signature valid; \
               another does not. Which of them Windows looks at first is not documented in what we read, so \
               a computer may see the bad one.",
    causes: &[
        "The file was stamped twice, and one of the authorities is not trusted or was not valid any more.",
        "One of the time stamps was damaged or taken from another file.",
    ],
    fix: &["Test the file on one endpoint before you publish it, and tell the vendor."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let Some(verdict) = primary(judged).filter(|verdict| verdict.stamp.is_some()) else { return Vec::new() };
    let invalid = verdict.timestamps.iter().filter(|stamp| !stamp.valid);
    invalid.map(|stamp| format!("besides a good time stamp: {}", words::joined(&stamp.reasons))).collect()
}
