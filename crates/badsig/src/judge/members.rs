//! Judging the members of a file: each with the part that it plays in the outer file. Content that was met several times is
//! judged once, by the weightiest of its places.

use std::collections::{HashMap, HashSet};

use super::{State, Verdict, judge_as};
use crate::check::Finding;
use crate::codes::HResult;
use crate::facts::Facts;
use crate::format::Format;
use crate::hex::Hex;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
            Format::Pe => true,
            Format::Cab | Format::Unknown => self.program,
            _ => false,
        };
        let role = match member {
            Format::Msi | Format::Msp if program => Role::Installer,
            _ => Role::Member,
        };
        Place { role, program }
    }

    /// The weightier of two places of the same content.
    fn with(self, other: Place) -> Place {
        let handed = [self.role, other.role].contains(&Role::Installer);
        let role = if handed { Role::Installer } else { Role::Member };
        Place { role, program: self.program || other.program }
    }
}

/// What is known of content that was met several times.
pub(super) struct Repeated<'f> {
    /// The path of the file that is to be published.
    outer: &'f str,
    /// The first subject with each such content. Paths do not tell them apart: two members may have the same.
    first: HashMap<&'f Hex, &'f Facts>,
    /// The place that counts for it: the weightiest of all its places.
    places: HashMap<&'f Hex, Place>,
    judged: HashMap<&'f Hex, Short>,
}

/// What is said of content at its other places.
#[derive(Clone)]
struct Short {
    outcome: Outcome,
    hresult: HResult,
    state: State,
    findings: Vec<Finding>,
}

impl<'f> Repeated<'f> {
    pub(super) fn new(outer: &'f Facts) -> Repeated<'f> {
        let again = |facts: &&Facts| facts.same_as.is_some();
        let repeated: HashSet<&Hex> =
            outer.tree().filter(again).filter_map(|facts| facts.sha256.as_ref()).collect();
        let mut first = HashMap::new();
        for facts in outer.tree().filter(|facts| facts.same_as.is_none()) {
            if let Some(sha256) = facts.sha256.as_ref().filter(|sha256| repeated.contains(sha256)) {
                first.entry(sha256).or_insert(facts);
            }
        }
        let mut known =
            Repeated { outer: &outer.path, first, places: HashMap::new(), judged: HashMap::new() };
        known.find_places(outer);
        known
    }

    /// The path of the file that is to be published.
    pub(super) fn outer_path(&self) -> &'f str {
        self.outer
    }

    /// Goes through all members, and again through those of content that has a weightier place elsewhere: its members are
    /// carried there too. Content gains weight twice at most, so this ends.
    fn find_places(&mut self, outer: &'f Facts) {
        if self.first.is_empty() {
            return;
        }
        let mut open = vec![(outer, Place::OUTER)];
        while let Some((container, place)) = open.pop() {
            for member in &container.members {
                let place = place.inside(container.format, member.format);
                let repeated =
                    member.sha256.as_ref().and_then(|sha256| Some((sha256, *self.first.get(sha256)?)));
                let Some((sha256, first)) = repeated else {
                    open.push((member, place));
                    continue;
                };
                let before = self.places.get(sha256).copied();
                let weightiest = before.map_or(place, |before| before.with(place));
                if before != Some(weightiest) {
                    self.places.insert(sha256, weightiest);
                    open.push((first, weightiest));
                }
            }
        }
    }

    /// Judges a member.
    pub(super) fn member(
        &mut self,
        member: &'f Facts,
        place: Place,
        evidence: &Evidence,
        policy: &Policy,
    ) -> Verdict {
        let repeated = member.sha256.as_ref().filter(|sha256| self.first.contains_key(sha256));
        let Some(sha256) = repeated else {
            return match member.same_as {
                // Facts that name content they do not hold.
                Some(_) => Verdict::empty(place.role),
                None => judge_as(member, &member.members, place, evidence, policy, self),
            };
        };
        let weightiest = self.places.get(sha256).copied().unwrap_or(place);
        if member.same_as.is_none() {
            let verdict = judge_as(member, &member.members, weightiest, evidence, policy, self);
            self.judged.entry(sha256).or_insert_with(|| Short::of(&verdict));
            return verdict;
        }
        let short = match (self.judged.get(sha256), self.first.get(sha256)) {
            (Some(short), _) => short.clone(),
            // The first is being judged: it holds itself. Its members are judged there.
            (None, Some(first)) => Short::of(&judge_as(first, &[], weightiest, evidence, policy, self)),
            (None, None) => return Verdict::empty(place.role),
        };
        let Short { outcome, hresult, state, findings } = short;
        Verdict { outcome, hresult, state, findings, ..Verdict::empty(place.role) }
    }
}

impl Short {
    fn of(verdict: &Verdict) -> Short {
        let Verdict { outcome, hresult, state, findings, .. } = verdict;
        Short { outcome: *outcome, hresult: *hresult, state: *state, findings: findings.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(path: &str, format: Format, content: u8, members: Vec<Facts>) -> Facts {
        Facts { format, sha256: Some(Hex(vec![content; 32])), members, ..Facts::empty(path.to_owned()) }
    }

    fn judged(facts: &Facts) -> Verdict {
        let evidence = Evidence::embedded("2026-11-21".parse().unwrap());
        super::super::judge(facts, &evidence, &Policy::default())
    }

    /// The same cabinet lies in a package, and then behind the program itself, which hands its packages on.
    #[test]
    fn content_counts_as_at_the_weightiest_of_its_places() {
        let inner = facts("setup.exe!/x.msi!/a.cab!/b.msi", Format::Msi, 4, Vec::new());
        let first = facts("setup.exe!/x.msi!/a.cab", Format::Cab, 3, vec![inner]);
        let package = facts("setup.exe!/x.msi", Format::Msi, 2, vec![first.clone()]);
        let again = Facts {
            same_as: Some(first.path.clone()),
            ..facts("setup.exe!/cabinet", Format::Cab, 3, Vec::new())
        };
        let outer = facts("setup.exe", Format::Pe, 1, vec![package, again]);
        let verdict = judged(&outer);
        assert_eq!(verdict.members[0].members[0].members[0].role, Role::Installer);
    }

    /// Two members with one path: the second with the same bytes as the first is judged by those, not by its name.
    #[test]
    fn content_is_known_by_its_bytes() {
        let problem = crate::problem::Problem::new(crate::problem::ProblemKind::Malformed, "damaged");
        let good = facts("a.cab!/x.exe", Format::Pe, 2, Vec::new());
        let bad = Facts { problems: vec![problem], ..facts("a.cab!/x.exe", Format::Pe, 3, Vec::new()) };
        let again = |content| Facts {
            same_as: Some(good.path.clone()),
            ..facts("a.cab!/y.exe", Format::Pe, content, Vec::new())
        };
        let outer = facts("a.cab", Format::Cab, 1, vec![bad.clone(), good.clone(), again(2), again(3)]);
        let states: Vec<State> = judged(&outer).members.iter().map(|member| member.state).collect();
        assert_eq!(states, [State::Unread, State::Unsigned, State::Unsigned, State::Unread]);
    }

    /// An archive that holds itself.
    #[test]
    fn a_file_in_itself_ends() {
        let again =
            Facts { same_as: Some("a.cab".to_owned()), ..facts("a.cab!/a.cab", Format::Cab, 1, Vec::new()) };
        let program = facts("a.cab!/b.exe", Format::Pe, 2, vec![again]);
        let verdict = judged(&facts("a.cab", Format::Cab, 1, vec![program]));
        assert_eq!(verdict.members[0].members[0].state, State::Unsigned);
    }
}
