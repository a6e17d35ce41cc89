//! Facts, evidence and policy become a verdict. Pure: no clock, no network, no file.

use crate::check::{self, Finding, Level};
use crate::codes::hresult::{CRYPT_E_FILE_ERROR, S_OK, TRUST_E_NOSIGNATURE, TRUST_E_SUBJECT_FORM_UNKNOWN};
use crate::codes::{Confidence, HResult};
use crate::facts::Facts;
use crate::policy::Policy;
use crate::problem::ProblemKind;
use crate::target::{PredictedOutcome, Prediction, TARGETS};
use crate::trust::Evidence;
use crate::trust::forecast::{Forecast, forecast};
use crate::trust::reason::precedence;
use crate::trust::signature::{SignatureVerdict, judge_signature};
use crate::verdict::Outcome;

/// The verdict on one subject.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Publishable, blocked or undecided.
    pub outcome: Outcome,
    /// The code that Windows is predicted to give for the file.
    pub hresult: HResult,
    /// What was judged of each signature, in the order of the facts.
    pub signatures: Vec<SignatureVerdict>,
    /// Until when each signature will validate, in the same order.
    pub forecasts: Vec<Forecast>,
    /// What every target is predicted to do.
    pub predictions: Vec<Prediction>,
    /// Everything worth saying, worst first.
    pub findings: Vec<Finding>,
}

/// Judges facts. The same facts can be judged again with other evidence, for another date or target.
///
/// ```
/// use badsig::trust::{Anchors, Evidence};
/// use badsig::{Limits, Outcome, Policy, Subject};
///
/// let facts = badsig::inspect(&Subject::from_bytes("a.txt", b"hello".to_vec()), &Limits::default());
/// let evidence = Evidence::new("2026-11-21".parse()?, Anchors::embedded());
/// let verdict = badsig::judge(&facts, &evidence, &Policy::default());
/// assert_eq!(verdict.outcome, Outcome::Undecided);
/// # Ok::<(), badsig::time::InvalidTime>(())
/// ```
pub fn judge(facts: &Facts, evidence: &Evidence, policy: &Policy) -> Verdict {
    let signatures: Vec<SignatureVerdict> =
        facts.signatures.iter().map(|signature| judge_signature(signature, evidence)).collect();
    let judged = Judged { facts, signatures: &signatures, evidence };
    let findings = check::run_all(&judged, policy);
    let predictions: Vec<Prediction> = TARGETS.iter().map(|target| target.predict(&judged)).collect();
    let outcome = outcome(facts, policy, &findings, &predictions);
    let hresult = judged.hresult();
    let forecasts = facts
        .signatures
        .iter()
        .zip(&signatures)
        .map(|(signature, verdict)| forecast(signature, verdict, evidence))
        .collect();
    Verdict { outcome, hresult, signatures, forecasts, predictions, findings }
}

/// Publishable is what remains: nothing blocks, everything was read, and every target that was asked for is
/// predicted to take it. A check that was forgotten cannot let a file through.
fn outcome(facts: &Facts, policy: &Policy, findings: &[Finding], predictions: &[Prediction]) -> Outcome {
    let asked = || predictions.iter().filter(|prediction| policy.targets.contains(&prediction.target));
    let predicted = |outcome| asked().any(|prediction| prediction.outcome == outcome);
    if findings.iter().any(|finding| finding.level == Level::Block) || predicted(PredictedOutcome::Rejected) {
        Outcome::Blocked
    } else if !facts.problems.is_empty() || predicted(PredictedOutcome::Unknown) || asked().next().is_none() {
        Outcome::Undecided
    } else {
        Outcome::Publishable
    }
}

/// Facts with what was judged of the signatures: what checks and targets look at.
pub struct Judged<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// What was judged of each signature.
    pub signatures: &'a [SignatureVerdict],
    /// The evidence.
    pub evidence: &'a Evidence,
}

/// How a subject stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It could not be read completely, and nothing that was read decides.
    Unread,
    /// It carries no signature.
    Unsigned,
    /// Its primary signature cannot be read.
    Unreadable,
    /// Its primary signature is not valid.
    Invalid(HResult),
    /// Its primary signature is valid.
    Valid,
}

impl Judged<'_> {
    /// The state of the subject by its primary signature, the one that Windows looks at.
    pub fn state(&self) -> State {
        let complete = self.facts.problems.is_empty();
        match (self.facts.signatures.first(), self.signatures.first()) {
            (Some(facts), _) if facts.contents.is_err() => State::Unreadable,
            (Some(_), Some(verdict)) if !verdict.is_valid() => State::Invalid(verdict.hresult),
            (Some(_), Some(_)) if complete => State::Valid,
            (None, _) if complete => State::Unsigned,
            _ => State::Unread,
        }
    }

    /// The code that Windows is predicted to give.
    pub fn hresult(&self) -> HResult {
        match self.state() {
            State::Valid => HResult(S_OK),
            State::Unsigned => HResult(TRUST_E_NOSIGNATURE),
            State::Unreadable | State::Invalid(_) => {
                self.signatures.first().map_or(HResult(TRUST_E_NOSIGNATURE), |verdict| verdict.hresult)
            }
            State::Unread => {
                let unknown = |kind: ProblemKind| kind == ProblemKind::UnknownFormat;
                let form = self.facts.problems.iter().any(|problem| unknown(problem.kind));
                HResult(if form { TRUST_E_SUBJECT_FORM_UNKNOWN } else { CRYPT_E_FILE_ERROR })
            }
        }
    }

    /// How sure the primary code is.
    pub fn primary_confidence(&self) -> Confidence {
        self.signatures
            .first()
            .and_then(|verdict| {
                verdict.reasons.iter().min_by(|left, right| precedence(left.hresult, right.hresult))
            })
            .map_or(Confidence::Inferred, |reason| reason.confidence)
    }

    /// Whether data stands behind a signature inside its area (CVE-2013-3900).
    pub fn has_data_in_padding(&self) -> bool {
        self.facts.signatures.iter().any(|signature| signature.padding.not_zero > 0)
    }
}
