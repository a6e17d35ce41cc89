//! A baseline: what an earlier report found of files that are still the same, byte for byte.

use std::collections::BTreeSet;

use super::exception::follows_from_digest;
use crate::facts::Facts;
use crate::hex::Hex;

/// A check by its id, and the SHA-256 of the bytes in which it found something.
pub(crate) type Found = (Hex, String);

/// Findings of an earlier report, by SHA-256 of the file and check.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    source: String,
    known: BTreeSet<Found>,
    inside: BTreeSet<Found>,
}

impl Baseline {
    /// Findings that blocked, and all those of members; `source` says for people where they come from.
    pub(crate) fn of(source: String, known: BTreeSet<Found>, inside: BTreeSet<Found>) -> Baseline {
        Baseline { source, known, inside }
    }

    /// Whether a finding was there before in the same bytes. What may rest on other files, which lie beside, is not covered.
    pub fn covers(&self, facts: &Facts, check: &str) -> bool {
        holds(&self.known, facts, check) && follows_from_digest(check, facts)
    }

    /// Whether the check found something in the same bytes when they were a member, at any level.
    pub(super) fn knew_inside(&self, member: &Facts, check: &str) -> bool {
        holds(&self.inside, member, check)
    }

    /// Where it comes from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

fn holds(found: &BTreeSet<Found>, facts: &Facts, check: &str) -> bool {
    let key = |digest: &Hex| (digest.clone(), check.to_owned());
    !found.is_empty() && facts.sha256.as_ref().is_some_and(|digest| found.contains(&key(digest)))
}
