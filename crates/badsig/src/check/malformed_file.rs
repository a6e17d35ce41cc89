//! `malformed-file`: the file contradicts its format.

use super::{Check, problems, warns};
use crate::judge::Judged;
use crate::problem::ProblemKind;

pub(super) static CHECK: Check = Check {
    id: "malformed-file",
    title: "file contradicts its format",
    meaning: "Headers or tables of the file contradict each other, so it is not certain which bytes a \
               signature covers. Windows may read the file differently, so the verdict is undecided unless \
               something else blocks.",
    causes: &[
        "A download or copy was damaged.",
        "A faulty tool made or changed the file.",
        "Somebody prepared the file to mislead tools that check signatures.",
    ],
    fix: &[
        "Download the file again and compare its digest with the published one.",
        "If a fresh download shows the same, ask the vendor for another build.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    problems(judged, &[ProblemKind::Malformed])
}
