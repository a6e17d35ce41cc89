//! What is known of many files without keeping them.

use super::not_checked::{RevocationTally, no_distrust, old_roots};
use super::{EvidenceReport, FileReport, Summary};
use crate::facts::PayloadFacts;
use crate::format::Format;
use crate::problem::{Problem, ProblemKind};
use crate::target::{Step, StepName, StepOutcome};
use crate::verdict::Outcome;

/// What is known of many files without keeping them: numbers, the common verdict, what was not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub(super) summary: Summary,
    revocation: RevocationTally,
    /// Whether anything has a signature.
    signed: bool,
    /// Files of which it is not known whether the signer's certificate is approved.
    unapproved: usize,
    /// Containers that were not looked inside.
    closed: usize,
    /// Files with something that was recognised and not opened, and what it was in the first of them.
    not_opened: usize,
    first_not_opened: Option<String>,
}

impl Tally {
    /// Counts one file.
    pub fn add(&mut self, file: &FileReport) {
        let increment = |number: &mut usize| *number = number.saturating_add(1);
        increment(&mut self.summary.files);
        increment(match file.verdict {
            Outcome::Publishable => &mut self.summary.publishable,
            Outcome::Blocked => &mut self.summary.blocked,
            Outcome::Undecided => &mut self.summary.undecided,
        });
        let open =
            |step: &Step| step.step == StepName::CertificateApproval && step.outcome == StepOutcome::Unknown;
        let mut steps = file.predictions.iter().flat_map(|prediction| &prediction.steps);
        if !file.signatures.is_empty() && steps.any(open) {
            increment(&mut self.unapproved);
        }
        if !file.looked_inside && is_container(file.format) {
            increment(&mut self.closed);
        }
        let mut not_opened = None;
        for part in file.tree() {
            self.revocation.add(part);
            self.signed |= !part.signatures.is_empty();
            // The files of a later volume inside are read there, or with the volume that they begin in.
            let volume = |payload: &&PayloadFacts| payload.kind == "cabinet" && payload.not_opened.is_some();
            let inner = !std::ptr::eq(part, file);
            let mut payloads = part.payload.iter().filter(|payload| !(inner && volume(payload)));
            not_opened = not_opened.or_else(|| payloads.find_map(not_opened_because));
        }
        if let Some(because) = not_opened {
            increment(&mut self.not_opened);
            self.first_not_opened.get_or_insert(because);
        }
    }

    /// Numbers by outcome.
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// The outcome of all files together; undecided when there are none.
    pub fn verdict(&self) -> Outcome {
        let seen = [
            (self.summary.publishable, Outcome::Publishable),
            (self.summary.blocked, Outcome::Blocked),
            (self.summary.undecided, Outcome::Undecided),
        ];
        Outcome::of_all(seen.into_iter().filter(|(count, _)| *count > 0).map(|(_, outcome)| outcome))
    }

    /// What a reader might think was checked and was not.
    pub(super) fn not_checked(&self, evidence: &EvidenceReport) -> Vec<String> {
        let Tally { unapproved, closed, not_opened, .. } = *self;
        let mut list = self.revocation.lines(evidence);
        list.extend(old_roots(evidence));
        list.extend(no_distrust(evidence).filter(|_| self.signed));
        if closed > 0 {
            list.push(format!("what is inside {} (--depth 0)", files(closed)));
        }
        if let Some(because) = &self.first_not_opened {
            let instance = if not_opened > 1 { "for instance " } else { "" };
            list.push(format!("some or all of what is inside {} ({instance}{because})", files(not_opened)));
        }
        if unapproved > 0 {
            list.push("whether the signers' certificates are approved in the ConfigMgr console".to_owned());
        }
        list
    }
}

fn files(count: usize) -> String {
    format!("{count} {}", if count == 1 { "file" } else { "files" })
}

/// What of a payload was recognised and is not supported.
fn not_opened_because(payload: &PayloadFacts) -> Option<String> {
    let unsupported =
        |problem: &&Problem| matches!(problem.kind, ProblemKind::NotSupported | ProblemKind::NotThere);
    let why = payload.not_opened.clone();
    let why = why.or_else(|| payload.problems().find(unsupported).map(|problem| problem.message.clone()));
    why.map(|why| format!("{}: {why}", payload.title))
}

fn is_container(format: Format) -> bool {
    matches!(format, Format::Pe | Format::Msi | Format::Msp | Format::Cab | Format::Msu)
}
