//! `member-not-read`: something inside could not be read.

use super::words::listed;
use super::{Check, warns};
use crate::facts::Facts;
use crate::judge::{Judged, Role};
use crate::problem::{Problem, ProblemKind};

pub(super) static CHECK: Check = Check {
    id: "member-not-read",
    title: "something inside could not be read",
    meaning: "A part of what the file carries is damaged, or looking into it reached a limit. What was not read was not \
              judged. Where a limit was reached, the verdict is undecided; where something is damaged, it is undecided \
              for targets that members matter to (Windows, patch management agents).",
    causes: &[
        "The download is not complete.",
        "The installer is larger or deeper than the limits allow.",
        "The file was made to exhaust programs that read it.",
    ],
    fix: &[
        "Download the file again; if it names a limit, raise that limit.",
        "Look only at the outer file with `--depth 0`, if that is enough.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    if judged.role != Role::Outer {
        return Vec::new();
    }
    let mut all = Vec::new();
    for facts in judged.facts.tree() {
        all.extend(inside(facts));
        if !std::ptr::eq(facts, judged.facts) {
            all.extend(facts.problems.iter().map(|problem| format!("{}: {problem}", facts.path)));
        }
    }
    if all.is_empty() { Vec::new() } else { vec![listed(&all)] }
}

fn inside(facts: &Facts) -> Vec<String> {
    let harmless = [ProblemKind::NotSupported, ProblemKind::NotThere];
    let damaged = |problem: &&Problem| !harmless.contains(&problem.kind);
    let payload = |problem: &Problem| format!("{}: {problem}", facts.path);
    let ends = facts.payload.iter().filter_map(|payload| payload.problem.as_ref());
    let members = facts.payload.iter().flat_map(|payload| &payload.unread);
    let unread = members.filter(|member| damaged(&&member.problem));
    ends.filter(damaged)
        .map(payload)
        .chain(unread.map(|member| format!("{}!/{}: {}", facts.path, member.name, member.problem)))
        .collect()
}
