//! `truncated`: the file ends before its own headers say it does.

use super::{Check, problems, warns};
use crate::judge::Judged;
use crate::problem::ProblemKind;

pub(super) static CHECK: Check = Check {
    id: "truncated",
    title: "file is cut off",
    meaning: "The file ends earlier than its own headers say. Its signature is lost or cannot match, so no \
               target takes the file as it is; the verdict is undecided unless something else blocks.",
    causes: &["A download or copy was interrupted.", "A disk was full."],
    fix: &["Download the file again and compare its size and digest with the published ones."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    problems(judged, &[ProblemKind::Truncated])
}
