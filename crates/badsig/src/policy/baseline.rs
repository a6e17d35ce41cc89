//! A baseline: what an earlier report found of files that are still the same, byte for byte.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::check::Level;
use crate::facts::Facts;
use crate::hex::Hex;
use crate::policy::Excuse;
use crate::report::{FileReport, Report, SCHEMA_VERSION};

/// Findings of an earlier report, by SHA-256 of the file and check.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    source: String,
    known: BTreeSet<(Hex, String)>,
}

/// What counts of a report.
#[derive(Deserialize)]
struct Pinned {
    schema_version: u32,
    files: Vec<PinnedFile>,
}

#[derive(Deserialize)]
struct PinnedFile {
    sha256: Option<Hex>,
    findings: Vec<PinnedFinding>,
    #[serde(default)]
    members: Vec<PinnedFile>,
}

#[derive(Deserialize)]
struct PinnedFinding {
    check: String,
    level: Level,
    exception: Option<Excuse>,
}

impl Baseline {
    /// The blocking findings of a report, of members too. Files without a digest are not pinned.
    pub fn new(source: impl Into<String>, report: &Report) -> Baseline {
        let mut baseline = Baseline { source: source.into(), known: BTreeSet::new() };
        report.files.iter().for_each(|file| baseline.add(file));
        baseline
    }

    /// The same from a report as it was written, whatever else newer versions put into it.
    ///
    /// # Errors
    /// What is wrong with the JSON.
    pub fn from_json(source: impl Into<String>, json: &[u8]) -> Result<Baseline, String> {
        let report: Pinned = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if report.schema_version != SCHEMA_VERSION {
            return Err(format!("schema_version is {}, expected {SCHEMA_VERSION}", report.schema_version));
        }
        let mut baseline = Baseline { source: source.into(), known: BTreeSet::new() };
        report.files.iter().for_each(|file| baseline.pin(file));
        Ok(baseline)
    }

    fn pin(&mut self, file: &PinnedFile) {
        if let Some(digest) = &file.sha256 {
            let blocking = file.findings.iter().filter(|finding| {
                finding.level == Level::Block
                    || finding.exception.as_ref().is_some_and(|known| known.scope == "baseline")
            });
            self.known.extend(blocking.map(|finding| (digest.clone(), finding.check.clone())));
        }
        file.members.iter().for_each(|member| self.pin(member));
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
