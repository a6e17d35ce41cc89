//! The JSON of `badsig explain`: additive changes only.

use badsig::check::Level;
use badsig::codes::{Explanation, Suggestion};
use badsig::target::{TARGETS, Target};
use serde::Serialize;

use super::{Answer, Check};

const SCHEMA_VERSION: u32 = 1;

/// The answers, in the order of the queries.
#[derive(Serialize)]
pub(super) struct Explanations<'a> {
    schema_version: u32,
    answers: Vec<Explained<'a>>,
}

/// One query: a check, or codes, or neither and what is near.
#[derive(Serialize)]
struct Explained<'a> {
    query: &'a str,
    check: Option<CheckExplanation>,
    codes: &'a [Explanation],
    nearest: &'a [Suggestion],
}

#[derive(Serialize)]
struct CheckExplanation {
    id: &'static str,
    title: &'static str,
    meaning: &'static str,
    causes: &'static [&'static str],
    fix: &'static [&'static str],
    levels: Vec<TargetLevel>,
}

#[derive(Serialize)]
struct TargetLevel {
    target: Target,
    level: Level,
}

impl<'a> Explanations<'a> {
    pub(super) fn new(answers: &'a [(&'a str, Answer)]) -> Explanations<'a> {
        let answers = answers.iter().map(|(query, answer)| explained(query, answer)).collect();
        Explanations { schema_version: SCHEMA_VERSION, answers }
    }
}

fn explained<'a>(query: &'a str, answer: &'a Answer) -> Explained<'a> {
    let nothing = Explained { query, check: None, codes: &[], nearest: &[] };
    match answer {
        Answer::Check(check) => Explained { check: Some(of_check(check)), ..nothing },
        Answer::Codes(codes) => Explained { codes, ..nothing },
        Answer::Unknown(unknown) => Explained { nearest: &unknown.nearest, ..nothing },
    }
}

fn of_check(check: &'static Check) -> CheckExplanation {
    let levels = TARGETS.iter().map(|target| TargetLevel { target: *target, level: (check.level)(*target) });
    CheckExplanation {
        id: check.id,
        title: check.title,
        meaning: check.meaning,
        causes: check.causes,
        fix: check.fix,
        levels: levels.collect(),
    }
}
