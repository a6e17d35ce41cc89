//! A baseline: what an earlier report found of files that are still the same, byte for byte.

use std::collections::BTreeSet;

use super::exception::follows_from_digest;
use crate::facts::Facts;
use crate::hex::Hex;

/// Findings of an earlier report, by SHA-256 of the file and check.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    source: String,
    known: BTreeSet<(Hex, String)>,
}

impl Baseline {
    /// Findings by digest and check; `source` says for people where they come from.
    pub(crate) fn of(source: String, known: BTreeSet<(Hex, String)>) -> Baseline {
        Baseline { source, known }
    }

    /// Whether a finding was there before in the same bytes. What may rest on other files, which lie beside, is not covered.
    pub fn covers(&self, facts: &Facts, check: &str) -> bool {
        let key = |digest: &Hex| (digest.clone(), check.to_owned());
        !self.known.is_empty()
            && facts.sha256.as_ref().is_some_and(|digest| self.known.contains(&key(digest)))
            && follows_from_digest(check, facts)
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
