//! `broken-member`: something inside is signed, and Windows refuses it.

use super::words::{listed, member};
use super::{Check, Finding, Level};
use crate::facts::Facts;
use crate::judge::{Judged, Role, State, Verdict};
use crate::policy::Policy;
use crate::target::Target;
use crate::verdict::Outcome;

pub(super) static CHECK: Check = Check {
    id: "broken-member",
    title: "signature of a member not valid",
    meaning: "A program, library, package, cabinet or catalog inside the file is signed, and its signature does not \
              validate: it was changed after signing, or its chain ends nowhere that Windows trusts. Or the signature \
              validates and Windows refuses the member all the same: data was appended to a package, or a cabinet beside \
              it is not signed as the package says. Publishing looks at the outer file only. On the endpoint the \
              installation may fail in the middle, with an error that does not name the member.",
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

/// What the outer file says of its members with findings of its own.
const TOLD_OTHERWISE: [&str; 3] = ["broken-installer-member", "broken-member", "unsigned-member"];
/// What Windows refuses though the signature is valid, whatever the level is at the member's place.
const REFUSED: [&str; 2] = ["appended-to-msi", "msi-cabinet-mismatch"];

fn level(target: Target) -> Level {
    if target.looks_inside() { Level::Block } else { Level::Warn }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    broken(judged, Role::Member)
}

/// One message for all members with this role that Windows refuses; the outer file says it.
pub(super) fn broken(judged: &Judged<'_>, role: Role) -> Vec<String> {
    if judged.role != Role::Outer {
        return Vec::new();
    }
    let members = judged.members();
    let with_role = members.iter().filter(|(_, verdict)| verdict.role == role);
    let described: Vec<String> = with_role
        .filter_map(|(facts, verdict)| Some(format!("{} ({})", member(facts), why(verdict, judged.policy)?)))
        .collect();
    if described.is_empty() { Vec::new() } else { vec![format!("not valid inside: {}", listed(&described))] }
}

/// The members with what this check tells of the outer file, each with the findings that speak against it; nothing for
/// other checks.
pub(crate) fn refused_members<'j>(check: &str, judged: &'j Judged<'_>) -> Vec<(&'j Facts, Vec<&'j Finding>)> {
    let role = match check {
        "broken-member" => Role::Member,
        "broken-installer-member" => Role::Installer,
        _ => return Vec::new(),
    };
    let of_role = judged.members().into_iter().filter(|(_, verdict)| verdict.role == role);
    let refused = of_role.filter(|(_, verdict)| why(verdict, judged.policy).is_some());
    refused.map(|(facts, verdict)| (facts, against(verdict, judged.policy))).collect()
}

/// What speaks against a member that Windows refuses, whatever the level is at the member's place.
fn against<'v>(verdict: &'v Verdict, policy: &Policy) -> Vec<&'v Finding> {
    let blocks = |finding: &Finding| {
        super::check(finding.check).is_some_and(|check| (check.level)(Target::Windows) == Level::Block)
            && !TOLD_OTHERWISE.contains(&finding.check)
    };
    verdict.findings.iter().filter(|finding| blocks(finding) || refuses(finding, policy)).collect()
}

/// Why Windows refuses a member; `None` when it does not.
fn why(verdict: &Verdict, policy: &Policy) -> Option<String> {
    let title = |finding: &Finding| super::check(finding.check).map(|check| check.title);
    if matches!(verdict.state, State::Invalid(_) | State::Unreadable) {
        let first = verdict.findings.first().and_then(title);
        let first = first.map(|title| format!("{title}, ")).unwrap_or_default();
        return Some(format!("{first}{}", verdict.hresult));
    }
    let refused = verdict.findings.iter().find(|finding| refuses(finding, policy))?;
    title(refused).map(str::to_owned)
}

/// Whether a finding speaks against a member whose signature is valid.
fn refuses(finding: &Finding, policy: &Policy) -> bool {
    let lowered_by_place = finding.level == Level::Warn
        && finding.exception.is_none()
        && REFUSED.contains(&finding.check)
        && !policy.levels.contains_key(finding.check);
    (finding.level == Level::Block && !TOLD_OTHERWISE.contains(&finding.check)) || lowered_by_place
}

/// Whether the outer file says of members that are blocked what blocks it too, or what the policy lets pass. A check that was
/// forgotten here cannot let a file through with a blocked member in it.
pub(crate) fn members_are_told(judged: &Judged<'_>, findings: &[Finding]) -> bool {
    let mut inside = judged.members.iter().flat_map(Verdict::tree);
    let decided = |finding: &Finding| {
        TOLD_OTHERWISE.contains(&finding.check)
            && (finding.level == Level::Block
                || finding.exception.is_some()
                || judged.policy.levels.contains_key(finding.check))
    };
    !inside.any(|member| member.outcome == Outcome::Blocked) || findings.iter().any(decided)
}
