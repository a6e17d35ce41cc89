//! `limit-reached`: a bound on the work for one file was reached.

use super::{Check, problems, warns};
use crate::judge::Judged;
use crate::problem::ProblemKind;

pub(super) static CHECK: Check = Check {
    id: "limit-reached",
    title: "limit reached",
    meaning: "The file asks for more memory or work than badsig gives to one file. These limits are far \
               above those of real installers, so the file is unusual or made to do harm. What was not read \
               cannot be judged: the verdict is undecided.",
    causes: &["The file was made to exhaust programs that read it.", "The file really is that large."],
    fix: &[
        "Find out where the file comes from before you open it with anything else.",
        "If it is genuine, tell the makers of badsig which limit it reached.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    problems(judged, &[ProblemKind::LimitReached])
}
