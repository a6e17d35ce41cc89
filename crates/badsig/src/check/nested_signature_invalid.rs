//! `nested-signature-invalid`: a signature besides the first is not valid.

use super::{Check, warns, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "nested-signature-invalid",
    title: "another signature is not valid",
    meaning: "The file carries several signatures, nested in each other or side by side, and one besides \
               the first is not valid. A plain check by Windows is expected to look at the first only, so \
               this does not block; a program that looks at all of them may refuse the file.",
    causes: &[
        "The second signature was damaged, or belongs to another version of the file.",
        "The second signature has expired or leads to a root that is not trusted.",
    ],
    fix: &["Tell the vendor, and test the file on one endpoint before you publish it."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signatures = judged.facts.signatures.iter().zip(judged.signatures).skip(1);
    signatures
        .filter(|(_, verdict)| !verdict.is_valid())
        .map(|(facts, verdict)| format!("{}: {}", facts.place, words::joined(&verdict.reasons)))
        .collect()
}
