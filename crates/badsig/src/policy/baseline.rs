//! A baseline: what an earlier report found of files that are still the same, byte for byte.

use std::collections::BTreeSet;

use crate::check::Level;
use crate::facts::Facts;
use crate::hex::Hex;
use crate::report::{FileReport, Report};

/// Findings of an earlier report, by SHA-256 of the file and check.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    source: String,
    known: BTreeSet<(Hex, String)>,
}

impl Baseline {
    /// The blocking findings of a report, of members too. Files without a digest are not pinned.
    pub fn new(source: impl Into<String>, report: &Report) -> Baseline {
        let mut baseline = Baseline { source: source.into(), known: BTreeSet::new() };
        report.files.iter().for_each(|file| baseline.add(file));
        baseline
    }

    fn add(&mut self, file: &FileReport) {
        if let Some(digest) = &file.sha256 {
            let blocking = file.findings.iter().filter(|finding| {
                finding.level == Level::Block
                    || finding.exception.as_ref().is_some_and(|known| known.scope == "baseline")
            });
            self.known.extend(blocking.map(|finding| (digest.clone(), finding.check.clone())));
        }
        file.members.iter().for_each(|member| self.add(member));
    }

    /// Whether a finding was there before in the same bytes.
    pub fn covers(&self, facts: &Facts, check: &str) -> bool {
        let key = |digest: &Hex| (digest.clone(), check.to_owned());
        !self.known.is_empty()
            && facts.sha256.as_ref().is_some_and(|digest| self.known.contains(&key(digest)))
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
