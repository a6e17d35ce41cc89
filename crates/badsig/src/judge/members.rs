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
    /// A package or patch that a program carries, by itself or in a cabinet or archive that it is wrapped around, and
    /// hands to Windows Installer: endpoints verify it as they do an outer file.
    Installer,
    /// Any other member. Whoever publishes the outer file does not look at it; endpoints do.
    Member,
}

/// Where a subject stands in the tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) role: Role,
    /// Whether a program carries it, by itself or in a cabinet or archive that the program is wrapped around.
    program: bool,
}

impl Place {
    pub(super) const OUTER: Place = Place { role: Role::Outer, program: false };

    /// The place of a member of this format, in a container of that format that stands here.
    pub(super) fn inside(self, container: Format, member: Format) -> Place {
        let program = match container {
            Format::Pe => self.role != Role::Installer,
            Format::Cab | Format::Unknown => self.program,
            _ => false,
        };
        let role = match member {
            Format::Msi | Format::Msp if program => Role::Installer,
            _ => Role::Member,
        };
        Place { role, program }
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
        place: Place,
        evidence: &Evidence,
        policy: &Policy,
    ) -> Verdict {
        let role = place.role;
        let Some(first) = &member.same_as else { return judge_as(member, place, evidence, policy, self) };
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
            Some(facts) => {
                let place = Place { role, program: false };
                judge_as(&facts, place, evidence, policy, &mut Known::new(&facts))
            }
            // Facts that name content they do not hold.
            None => Verdict::empty(role),
        };
        let Verdict { outcome, hresult, state, findings, .. } = verdict;
        Short { outcome, hresult, state, findings }
    }
}
