//! Judging the members of a file: each with the part that it plays in the outer file.

use std::collections::HashMap;

use super::{State, Verdict, judge_as};
use crate::check::Finding;
use crate::codes::HResult;
use crate::facts::Facts;
use crate::format::Format;
use crate::policy::Policy;
use crate::trust::Evidence;
use crate::verdict::Outcome;

/// What a subject is to the file that is to be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The file itself.
    Outer,
    /// A package or patch that a program carries, and hands to Windows Installer: endpoints verify it as they do
    /// an outer file.
    Installer,
    /// Any other member. Whoever publishes the outer file does not look at it; endpoints do.
    Member,
}

impl Role {
    /// The role of a member of a subject with this role and format.
    fn of_member(self, container: Format, member: Format) -> Role {
        let program = matches!((self, container), (Role::Outer | Role::Member, Format::Pe));
        match member {
            Format::Msi | Format::Msp if program => Role::Installer,
            _ => Role::Member,
        }
    }
}

/// What is known of content that was met several times.
pub(super) struct Known<'f> {
    /// All subjects by path.
    subjects: HashMap<&'f str, &'f Facts>,
    judged: HashMap<(&'f str, Role), Short>,
}

/// What is said of content at its second place.
#[derive(Clone)]
struct Short {
    outcome: Outcome,
    hresult: HResult,
    state: State,
    findings: Vec<Finding>,
}

impl<'f> Known<'f> {
    pub(super) fn new(facts: &'f Facts) -> Known<'f> {
        let repeated = facts.tree().any(|member| member.same_as.is_some());
        let all = facts.tree().filter(|_| repeated);
        Known { subjects: all.map(|facts| (facts.path.as_str(), facts)).collect(), judged: HashMap::new() }
    }

    /// Judges a member.
    pub(super) fn member(
        &mut self,
        member: &'f Facts,
        container: (Role, Format),
        evidence: &Evidence,
        policy: &Policy,
    ) -> Verdict {
        let role = container.0.of_member(container.1, member.format);
        let Some(first) = &member.same_as else { return judge_as(member, role, evidence, policy, self) };
        let key = (first.as_str(), role);
        let short = match self.judged.get(&key) {
            Some(short) => short.clone(),
            None => {
                let short = self.alone(first, role, evidence, policy);
                self.judged.insert(key, short.clone());
                short
            }
        };
        let Short { outcome, hresult, state, findings } = short;
        Verdict { outcome, hresult, state, findings, ..Verdict::empty(role) }
    }

    /// Judges the first subject with this content, without its members.
    fn alone(&mut self, path: &str, role: Role, evidence: &Evidence, policy: &Policy) -> Short {
        let alone = self.subjects.get(path).map(|facts| Facts { members: Vec::new(), ..(*facts).clone() });
        let verdict = match alone {
            Some(facts) => judge_as(&facts, role, evidence, policy, &mut Known::new(&facts)),
            // Facts that name content they do not hold.
            None => Verdict::empty(role),
        };
        let Verdict { outcome, hresult, state, findings, .. } = verdict;
        Short { outcome, hresult, state, findings }
    }
}
