//! Facts, evidence and policy become a verdict. Pure: no clock, no network, no file.

mod members;

use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::SignatureFacts;
use crate::check::{self, Finding, Level};
use crate::codes::hresult::{CRYPT_E_FILE_ERROR, S_OK, TRUST_E_NOSIGNATURE, TRUST_E_SUBJECT_FORM_UNKNOWN};
use crate::codes::{Confidence, HResult};
use crate::facts::{Facts, PayloadFacts};
use crate::format::Format;
use crate::policy::{self, Policy};
use crate::problem::{Problem, ProblemKind};
use crate::target::{PredictedOutcome, Prediction, TARGETS};
use crate::trust::Evidence;
use crate::trust::endpoint::EndpointVerdict;
use crate::trust::forecast::{Forecast, forecast};
use crate::trust::reason::precedence;
use crate::trust::signature::{SignatureVerdict, judge_signature};
use crate::vendors::VendorAnswer;
use crate::vendors::relation::FoundSigning;
use crate::verdict::Outcome;

pub use members::Role;

use members::{Place, Repeated};

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
    /// The primary signature as each endpoint of the evidence judges it; empty without a signature.
    pub endpoints: Vec<EndpointVerdict>,
    /// What every target is predicted to do.
    pub predictions: Vec<Prediction>,
    /// Everything worth saying, worst first.
    pub findings: Vec<Finding>,
    /// What the vendor catalog says of the file; `None` when it says nothing.
    pub vendor: Option<VendorAnswer>,
    /// What the subject is to the file that is to be published.
    pub role: Role,
    /// How it stands by its primary signature.
    pub state: State,
    /// The verdicts on its members, in the order of the facts. A member is publishable when nothing about it
    /// keeps the outer file from being published.
    pub members: Vec<Verdict>,
}

impl Verdict {
    /// Nothing is known.
    fn empty(role: Role) -> Verdict {
        Verdict {
            endpoints: Vec::new(),
            outcome: Outcome::Undecided,
            hresult: HResult(CRYPT_E_FILE_ERROR),
            signatures: Vec::new(),
            forecasts: Vec::new(),
            predictions: Vec::new(),
            findings: Vec::new(),
            vendor: None,
            role,
            state: State::Unread,
            members: Vec::new(),
        }
    }

    /// The verdict on the file and those on all its members, outer ones first.
    pub fn tree(&self) -> impl Iterator<Item = &Verdict> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.members.iter().rev());
            Some(next)
        })
    }
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
    judge_as(facts, &facts.members, Place::OUTER, evidence, policy, &mut Repeated::new(facts))
}

/// Judges facts with these of their members.
fn judge_as<'f>(
    facts: &'f Facts,
    members: &'f [Facts],
    place: Place,
    evidence: &Evidence,
    policy: &Policy,
    known: &mut Repeated<'f>,
) -> Verdict {
    let role = place.role;
    let members: Vec<Verdict> = members
        .iter()
        .map(|member| known.member(member, place.inside(facts.format, member.format), evidence, policy))
        .collect();
    let signatures: Vec<SignatureVerdict> =
        facts.signatures.iter().map(|signature| judge_signature(facts, signature, evidence)).collect();
    let endpoints = on_endpoints(facts, evidence);
    let judged = Judged {
        facts,
        signatures: &signatures,
        endpoints: &endpoints,
        evidence,
        policy,
        role,
        members: &members,
        vendor: None,
    };
    let vendor = vendor(&judged, policy);
    let judged = Judged { vendor: vendor.as_ref(), ..judged };
    let findings = policy::apply(check::run_all(&judged, policy), &judged, known.outer_path());
    // Targets look at the outer file.
    let targets = if role == Role::Outer { &TARGETS[..] } else { &[] };
    let predictions: Vec<Prediction> = targets.iter().map(|target| target.predict(&judged)).collect();
    let outcome = outcome(&judged, policy, &findings, &predictions);
    let (hresult, state) = (judged.hresult(), judged.state());
    let forecasts = facts
        .signatures
        .iter()
        .zip(&signatures)
        .map(|(signature, verdict)| forecast(facts, signature, verdict, evidence))
        .collect();
    Verdict {
        outcome,
        hresult,
        signatures,
        forecasts,
        endpoints,
        predictions,
        findings,
        vendor,
        role,
        state,
        members,
    }
}

/// The primary signature, as computers with certain stores judge it.
fn on_endpoints(facts: &Facts, evidence: &Evidence) -> Vec<EndpointVerdict> {
    let Some(primary) = facts.signatures.first() else { return Vec::new() };
    evidence.endpoints.iter().map(|endpoint| endpoint.judge(facts, primary, evidence)).collect()
}

/// Publishable only when everything was read, nothing blocks it or a member unseen, and every target that was asked for is
/// predicted to take it. A check that was forgotten cannot let a file through: a predicted refusal counts unless
/// every check that explains it was lowered by an exception or a level of the policy. The prediction itself still
/// says that the target refuses.
fn outcome(
    judged: &Judged<'_>,
    policy: &Policy,
    findings: &[Finding],
    predictions: &[Prediction],
) -> Outcome {
    let asked: Vec<PredictedOutcome> = predictions
        .iter()
        .filter(|prediction| policy.targets.contains(&prediction.target))
        .map(|prediction| match policy::is_excused(prediction, findings) {
            true => PredictedOutcome::Accepted,
            false => prediction.outcome,
        })
        .collect();
    let accepted = |outcome: &PredictedOutcome| *outcome == PredictedOutcome::Accepted;
    let all_accepted = judged.role != Role::Outer || (!asked.is_empty() && asked.iter().all(accepted));
    if findings.iter().any(|finding| finding.level == Level::Block)
        || asked.contains(&PredictedOutcome::Rejected)
    {
        Outcome::Blocked
    } else if judged.facts.problems.is_empty()
        && all_accepted
        && judged.is_read_inside(policy)
        && (judged.role != Role::Outer || check::members_are_told(judged, findings))
    {
        Outcome::Publishable
    } else {
        Outcome::Undecided
    }
}

/// The vendor catalog is asked about unsigned files and about valid signatures only: it has nothing to say of a file
/// that was changed after signing, or that could not be read.
fn vendor(judged: &Judged<'_>, policy: &Policy) -> Option<VendorAnswer> {
    let found = match judged.state() {
        State::Unsigned => FoundSigning::Unsigned,
        State::Valid => {
            let contents = judged.facts.signatures.first()?.contents.as_ref().ok()?;
            FoundSigning::Valid(contents.signer_certificate().map(Certificate::common_name))
        }
        State::Unread | State::Detached | State::Unreadable | State::Invalid(_) => return None,
    };
    VendorAnswer::find(&policy.vendors, judged.facts, &found, judged.evidence.at)
}

/// Facts with what was judged of the signatures: what checks and targets look at.
pub struct Judged<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// What was judged of each signature.
    pub signatures: &'a [SignatureVerdict],
    /// The primary signature as each endpoint judges it.
    pub endpoints: &'a [EndpointVerdict],
    /// The evidence.
    pub evidence: &'a Evidence,
    /// The policy.
    pub policy: &'a Policy,
    /// What the vendor catalog says of the file.
    pub vendor: Option<&'a VendorAnswer>,
    /// What the subject is to the file that is to be published.
    pub role: Role,
    /// The verdicts on its members.
    pub members: &'a [Verdict],
}

fn has_limit<'p>(problems: impl IntoIterator<Item = &'p Problem>) -> bool {
    problems.into_iter().any(|problem| problem.kind == ProblemKind::LimitReached)
}

fn has_limit_inside(facts: &Facts) -> bool {
    facts.payload.iter().any(|payload| has_limit(payload.problems()))
}

/// How a subject stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It could not be read completely, and nothing that was read decides.
    Unread,
    /// It is a signature without the file that it signs.
    Detached,
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
        if complete && self.facts.format == Format::P7 {
            return State::Detached;
        }
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
            State::Detached => HResult(TRUST_E_SUBJECT_FORM_UNKNOWN),
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

    /// The endpoints that refuse what is valid by the whole evidence: they lack something.
    pub fn refusing_endpoints(&self) -> impl Iterator<Item = &EndpointVerdict> {
        let valid = self.state() == State::Valid;
        self.endpoints.iter().filter(move |endpoint| valid && !endpoint.is_valid())
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

    /// All members, those of members included, with what was judged of them; outer ones first.
    pub fn members(&self) -> Vec<(&Facts, &Verdict)> {
        let mut open: Vec<_> = self.facts.members.iter().zip(self.members).rev().collect();
        let mut all = Vec::new();
        while let Some((facts, verdict)) = open.pop() {
            open.extend(facts.members.iter().zip(&verdict.members).rev());
            all.push((facts, verdict));
        }
        all
    }

    /// Whether enough was read of what is inside. A limit that was reached leaves every target undecided; what is
    /// damaged or unreadable, those that members matter to.
    fn is_read_inside(&self, policy: &Policy) -> bool {
        let inside = policy.targets.iter().any(|target| target.looks_inside());
        let own = self.facts.payload.iter().flat_map(PayloadFacts::problems);
        let counts = |problem: &Problem| match problem.kind {
            ProblemKind::LimitReached => true,
            ProblemKind::NotSupported | ProblemKind::NotThere => false,
            _ => inside,
        };
        let read = |facts: &Facts, verdict: &Verdict| match verdict.outcome {
            Outcome::Undecided => {
                !inside && !facts.tree().any(|member| has_limit(&member.problems) || has_limit_inside(member))
            }
            // What blocks a member is told by the outer file ([`check::members_are_told`]).
            Outcome::Publishable | Outcome::Blocked => true,
        };
        !own.into_iter().any(counts)
            && self.facts.members.iter().zip(self.members).all(|(facts, verdict)| read(facts, verdict))
    }

    /// How many bytes that are not zero were appended to a Windows Installer file (CVE-2020-1464).
    pub fn appended_to_package(&self) -> u64 {
        self.facts.storage.unallocated.map_or(0, |data| data.appended)
    }

    /// The signatures with data behind them inside their areas (CVE-2013-3900: the certificate tables of
    /// PE images).
    pub fn data_in_padding(&self) -> impl Iterator<Item = &SignatureFacts> {
        let signatures = self.facts.signatures.iter().filter(|_| self.facts.format == Format::Pe);
        signatures.filter(|signature| signature.padding.not_zero > 0)
    }
}
