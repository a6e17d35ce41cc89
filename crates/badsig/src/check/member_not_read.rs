//! `member-not-read`: something inside could not be read.

use std::collections::HashMap;

use super::words::{count, listed};
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
    // Where each thing was told first: a limit that ends everything is told once, of the outermost.
    let mut told: HashMap<String, String> = HashMap::new();
    for facts in judged.facts.tree() {
        let own = facts.problems.iter().filter(|_| !std::ptr::eq(facts, judged.facts));
        let own = own.map(|problem| (facts.path.clone(), problem.to_string()));
        for (place, why) in inside(facts).chain(own) {
            if told.get(&why).is_some_and(|outer| is_within(&place, outer)) {
                continue;
            }
            all.push(format!("{place}: {why}"));
            told.entry(why).or_insert(place);
        }
    }
    if all.is_empty() { Vec::new() } else { vec![format!("{}{}", listed(&all), unnamed(judged.facts))] }
}

/// How many members more could not be read than are named in the facts.
fn unnamed(facts: &Facts) -> String {
    let payloads = facts.tree().flat_map(|facts| &facts.payload);
    let more = payloads.map(|payload| {
        payload.unread_members.saturating_sub(u64::try_from(payload.unread.len()).unwrap_or(u64::MAX))
    });
    match more.fold(0u64, u64::saturating_add) {
        0 => String::new(),
        more => format!("; {} that are not named could not be read either", count(more, "member")),
    }
}

fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.starts_with("!/"))
}

/// What ended reading the members of one subject, and those that could not be read: where, and why.
fn inside(facts: &Facts) -> impl Iterator<Item = (String, String)> {
    let harmless = [ProblemKind::NotSupported, ProblemKind::NotThere];
    let damaged = move |problem: &Problem| !harmless.contains(&problem.kind);
    let ends = facts.payload.iter().filter_map(|payload| payload.problem.as_ref());
    let ends = ends.filter(move |problem| damaged(problem));
    let members = facts.payload.iter().flat_map(|payload| &payload.unread);
    let unread = members.filter(move |member| damaged(&member.problem));
    let place = |name: &str| format!("{}!/{name}", facts.path);
    ends.map(|problem| (facts.path.clone(), problem.to_string()))
        .chain(unread.map(move |member| (place(&member.name), member.problem.to_string())))
}
