//! `unreadable`: the bytes of the file could not be had.

use super::{Check, problems, warns};
use crate::judge::Judged;
use crate::problem::ProblemKind;

pub(super) static CHECK: Check = Check {
    id: "unreadable",
    title: "file could not be read",
    meaning: "The file could not be opened or read to its end, or it changed in the meantime. What was not \
               read cannot be judged, so the verdict is undecided, which is not a pass.",
    causes: &[
        "Missing rights, or another program has the file locked.",
        "A download or copy was still running.",
        "A failing disk or network share.",
    ],
    fix: &["Make sure that the file can be read and that nothing writes to it any more, then check again."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    problems(judged, &[ProblemKind::Unreadable, ProblemKind::Changed])
}
