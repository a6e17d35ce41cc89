//! `broken-member`: something inside is signed, and its signature is not valid.

use super::words::{listed, member};
use super::{Check, Level};
use crate::judge::{Judged, Role, State, Verdict};
use crate::target::Target;

pub(super) static CHECK: Check = Check {
    id: "broken-member",
    title: "signature of a member not valid",
    meaning: "A program, library, package, cabinet or catalog inside the file is signed, and its signature does not \
              validate: it was changed after signing, or its chain ends nowhere that Windows trusts. Publishing \
              looks at the outer file only. On the endpoint the installation may fail in the middle, with an error \
              that does not name the member.",
    causes: &[
        "The vendor changed or packed the member after signing it, and signed the outer file afterwards.",
        "The member's certificate was revoked, or has expired without a time stamp.",
        "Somebody tampered with it before the outer file was signed.",
    ],
    fix: &[
        "Tell the vendor which member it is (`badsig check -v` names it), and ask for a build without it.",
        "Test the installation on an endpoint before you deploy it.",
    ],
    level,
    find,
};

fn level(target: Target) -> Level {
    if target.looks_inside() { Level::Block } else { Level::Warn }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    broken(judged, Role::Member)
}

/// One message for all members with this role whose signatures are not valid; the outer file says it.
pub(super) fn broken(judged: &Judged<'_>, role: Role) -> Vec<String> {
    if judged.role != Role::Outer {
        return Vec::new();
    }
    let members = judged.members();
    let broken = members.iter().filter(|(_, verdict)| verdict.role == role && is_broken(verdict));
    let described: Vec<String> = broken
        .map(|(facts, verdict)| format!("{} ({}{})", member(facts), why(verdict), verdict.hresult))
        .collect();
    if described.is_empty() { Vec::new() } else { vec![format!("not valid inside: {}", listed(&described))] }
}

fn is_broken(verdict: &Verdict) -> bool {
    matches!(verdict.state, State::Invalid(_) | State::Unreadable)
}

fn why(verdict: &Verdict) -> String {
    let first = verdict.findings.first().and_then(|finding| super::check(finding.check));
    first.map(|check| format!("{}, ", check.title)).unwrap_or_default()
}
