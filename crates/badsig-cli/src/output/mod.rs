//! How answers are shown: one file an output; all text for people goes through [`escape`].

use std::io;

use badsig::check::Check;
use badsig::report::{CertificateTable, ShardReport, Tally, Tool, UsedExceptions};
use badsig::target::PredictedOutcome;
use badsig::{FileReport, Outcome, Policy, Report};

use crate::failure::Failure;
use crate::settings::{JudgingSettings, OutputSettings};

pub(crate) mod colour;
pub(crate) mod csv;
mod destinations;
pub(crate) mod escape;
pub(crate) mod format;
mod github;
pub(crate) mod html;
pub(crate) mod json;
mod jsonl;
mod junit;
pub(crate) mod line;
pub(crate) mod markdown;
pub(crate) mod message;
mod remark;
pub(crate) mod repository;
mod sarif;
pub(crate) mod sequence;
pub(crate) mod stdout;
pub(crate) mod text;
pub(crate) mod tree;
pub(crate) mod updates;
pub(crate) mod width;
mod words;
mod writers;

use format::Head;
pub(crate) use writers::Writers;

/// The outputs of a run that judges.
pub(crate) struct Outputs {
    writers: Writers,
    head: Head,
    tally: Tally,
    exceptions: UsedExceptions,
    /// For telling which exceptions nothing needed.
    policy: Policy,
    certificates: CertificateTable,
    shard: Option<ShardReport>,
    missing: Vec<String>,
}

/// Where the project is at home.
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// The page of a check in the user guide.
pub(crate) fn page_of(check: &Check) -> String {
    format!("{HOME}/blob/main/docs/checks/{}.md", check.id)
}

/// The word of the report for what a target does.
fn outcome_name(outcome: PredictedOutcome) -> &'static str {
    match outcome {
        PredictedOutcome::Accepted => "accepted",
        PredictedOutcome::Rejected => "rejected",
        PredictedOutcome::Unknown => "unknown",
    }
}

/// The noun for so many files.
fn files(count: usize) -> &'static str {
    if count == 1 { "file" } else { "files" }
}

/// What makes the report.
pub(crate) fn tool() -> Tool {
    Tool { name: "badsig".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

impl Outputs {
    /// Opens everything, so that what cannot be written is known before any work is done.
    /// `names` are the paths that are to come, as far as they are known.
    pub(crate) fn open(
        settings: &OutputSettings,
        judging: &JudgingSettings,
        names: impl Iterator<Item = String>,
    ) -> Result<Outputs, Failure> {
        let targets = judging.policy.targets.clone();
        let mut writers = Writers::open(settings, &targets, names)?;
        let head = Head { tool: tool(), evidence: judging.evidence_report.clone(), targets };
        writers.begin(&head)?;
        Ok(Outputs {
            writers,
            head,
            tally: Tally::default(),
            exceptions: UsedExceptions::default(),
            policy: judging.policy.clone(),
            certificates: CertificateTable::default(),
            shard: None,
            missing: Vec::new(),
        })
    }

    /// Says which part of a run this is.
    pub(crate) fn shard(&mut self, shard: Option<ShardReport>) {
        self.shard = shard;
    }

    /// Says what is missing of the run.
    pub(crate) fn missing(&mut self, missing: Vec<String>) {
        self.missing.extend(missing);
    }

    /// Takes the answer for the next file.
    pub(crate) fn file(&mut self, file: FileReport) -> io::Result<()> {
        self.tally.add(&file);
        self.exceptions.add(&file);
        file.collect_certificates(&mut self.certificates);
        self.writers.file(file)
    }

    /// Writes the ends, gives the files their names, and returns the outcome. `expected` files were to be answered: where
    /// answers are missing, nothing passes.
    pub(crate) fn finish(mut self, expected: usize) -> Result<Outcome, Failure> {
        let Head { tool, evidence, targets } = self.head;
        let findings = self.exceptions.unmatched(&self.policy, evidence.at);
        let answered = self.tally.summary().files;
        if answered != expected {
            let defect = format!("{answered} of {expected} files were answered: a defect of badsig");
            self.missing.push(defect);
        }
        let head = Report::of_tally(tool, evidence, targets, &self.tally);
        let report = Report { findings, certificates: self.certificates, shard: self.shard, ..head };
        let mut report = report.lacking(self.missing);
        report.not_checked.extend(report.shard.as_ref().and_then(ShardReport::rest));
        let verdict = report.verdict;
        self.writers.finish(report)?;
        Ok(verdict)
    }
}
