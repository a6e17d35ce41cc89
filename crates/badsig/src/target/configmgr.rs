//! Configuration Manager: `SMS_ISVUPDATES_SYNCAGENT` when third-party content is published in the console. The agent's
//! steps in their order; the first that fails ends the publishing.
//!
//! What is documented: that the digest, the signer's certificate, the signature and the certificate's approval are
//! checked, the names of the status messages and the lines of the log. What is not: the numbers of most messages, whether the
//! digest really comes first, and which message a signature raises that is there but not valid.

mod log_lines;

use super::publishing::limits_of_wsus;
use super::step::{Step, StepName, StepOutcome};
use super::{PredictedMessage, PredictedOutcome, Prediction, Target};
use crate::authenticode::certificate::Certificate;
use crate::codes::Confidence;
use crate::codes::status_messages::{self, BADSIG, HASH_FAIL, TRUST_FAIL};
use crate::hex::Hex;
use crate::judge::{Judged, State};

pub(super) fn predict(judged: &Judged<'_>) -> Prediction {
    let mut steps = Vec::new();
    for take in [content_digest, signing_certificate, signature, approval, publishing] {
        let mut step = take(judged);
        if steps.iter().any(|earlier: &Step| earlier.outcome == StepOutcome::Failed) {
            step = Step {
                outcome: StepOutcome::NotReached,
                log_lines: Vec::new(),
                status_message: None,
                confidence: Confidence::Inferred,
                reason: "an earlier step ends the publishing".to_owned(),
                ..step
            };
        }
        steps.push(step);
    }
    Prediction { steps: steps.clone(), ..conclusion(judged, &steps) }
}

/// What the steps come to. Steps about things that only the site or the catalog knows leave the outcome open only when
/// nothing else is wrong; whoever wants them checked gives the catalog.
fn conclusion(judged: &Judged<'_>, steps: &[Step]) -> Prediction {
    let target = Target::Configmgr;
    if let Some(failed) = steps.iter().find(|step| step.outcome == StepOutcome::Failed) {
        return Prediction {
            status_message: failed.status_message.clone(),
            ..Prediction::new(target, PredictedOutcome::Rejected, failed.confidence, failed.reason.clone())
        };
    }
    let must_be_known =
        |step: &&Step| matches!(step.step, StepName::SigningCertificate | StepName::Signature);
    if steps.iter().filter(must_be_known).any(|step| step.outcome == StepOutcome::Unknown) {
        return Prediction::unknown(target);
    }
    let reason = match judged.evidence.approved {
        Some(_) => "signed and valid, and the signer's certificate is approved",
        None => "signed and valid; the signer's certificate must also be approved in the console",
    };
    Prediction::new(target, PredictedOutcome::Accepted, Confidence::Inferred, reason)
}

fn step(name: StepName, outcome: StepOutcome, confidence: Confidence, reason: impl Into<String>) -> Step {
    let (log_lines, status_message) = (Vec::new(), None);
    Step { step: name, outcome, log_lines, status_message, confidence, reason: reason.into() }
}

/// That it is compared is documented; that it is compared first is said of publishing in general.
fn content_digest(judged: &Judged<'_>) -> Step {
    let name = StepName::ContentDigest;
    let Some(expected) = &judged.evidence.expected else {
        let reason = "no update catalog was given to compare the file with";
        return step(name, StepOutcome::Unknown, Confidence::Unknown, reason);
    };
    let facts = judged.facts;
    let differences = expected.differences(facts.size, facts.sha1.as_ref(), facts.sha256.as_ref());
    match differences.first() {
        None => step(
            name,
            StepOutcome::Passed,
            Confidence::Documented,
            "the file is the one that the update catalog describes",
        ),
        Some(difference) => Step {
            log_lines: log_lines::other_digest(HASH_FAIL),
            status_message: Some(message(HASH_FAIL)),
            ..step(name, StepOutcome::Failed, Confidence::Documented, difference.clone())
        },
    }
}

fn signing_certificate(judged: &Judged<'_>) -> Step {
    let name = StepName::SigningCertificate;
    let badsig = |confidence, reason: &str| Step {
        log_lines: log_lines::not_signed(judged, BADSIG),
        status_message: Some(message(BADSIG)),
        ..step(name, StepOutcome::Failed, confidence, reason)
    };
    match judged.state() {
        State::Unread => {
            step(name, StepOutcome::Unknown, Confidence::Unknown, "the file could not be read completely")
        }
        State::Detached => step(
            name,
            StepOutcome::Failed,
            Confidence::Inferred,
            "a signature without its file is nothing that can be published",
        ),
        State::Unsigned if !judged.facts.listed_in.is_empty() => badsig(
            Confidence::Inferred,
            "content must be signed, this file is not itself, and a security catalog is not expected to count",
        ),
        State::Unsigned => badsig(Confidence::Documented, "content must be signed, this file is not"),
        State::Unreadable => {
            badsig(Confidence::Inferred, "the signing certificate cannot be retrieved from the signature")
        }
        State::Invalid(_) if signer(judged).is_none() => {
            badsig(Confidence::Inferred, "the signature does not hold its signer's certificate")
        }
        State::Invalid(_) | State::Valid => Step {
            log_lines: log_lines::looks_signed(judged),
            ..step(
                name,
                StepOutcome::Passed,
                Confidence::Documented,
                "the signer's certificate is in the signature",
            )
        },
    }
}

/// The agent's signature check. A bad signature is refused for certain; the message it raises is not public.
fn signature(judged: &Judged<'_>) -> Step {
    let name = StepName::Signature;
    let failed = |why: String| Step {
        log_lines: log_lines::check_failed(),
        ..step(
            name,
            StepOutcome::Failed,
            Confidence::Inferred,
            format!("{why}; which message the agent raises is not documented"),
        )
    };
    match judged.state() {
        State::Valid if judged.appended_to_package() > 0 => {
            failed("data is appended to the package, which Windows refuses (CVE-2020-1464)".to_owned())
        }
        State::Valid => Step {
            log_lines: log_lines::check_passed(),
            ..step(name, StepOutcome::Passed, Confidence::Inferred, "the signature is valid")
        },
        State::Invalid(hresult) => failed(format!("the signature check fails ({hresult})")),
        _ => step(
            name,
            StepOutcome::Unknown,
            Confidence::Unknown,
            "there is no signature that could be judged",
        ),
    }
}

fn approval(judged: &Judged<'_>) -> Step {
    let name = StepName::CertificateApproval;
    let unknown = |reason: &str| step(name, StepOutcome::Unknown, Confidence::Unknown, reason);
    let Some(approved) = &judged.evidence.approved else {
        return unknown("which certificates are approved at the site is not known (--approved-certificates)");
    };
    let Some(signer) = signer(judged) else {
        return unknown("there is no signer's certificate that could be approved");
    };
    if approved.contains(signer) {
        return step(
            name,
            StepOutcome::Passed,
            Confidence::Documented,
            "the signer's certificate is approved",
        );
    }
    let thumbprint = Hex::from(&signer.sha1()[..]).upper();
    Step {
        log_lines: log_lines::blocked(&thumbprint, TRUST_FAIL),
        status_message: Some(message(TRUST_FAIL)),
        ..step(
            name,
            StepOutcome::Failed,
            Confidence::Documented,
            format!("the signer's certificate {thumbprint} is not approved"),
        )
    }
}

/// What WSUS does afterwards; its limits are those of publishers and settings, so none is a refusal for certain.
fn publishing(judged: &Judged<'_>) -> Step {
    let step = |outcome, confidence, reason: String| Step {
        log_lines: log_lines::publishing(),
        ..step(StepName::Publishing, outcome, confidence, reason)
    };
    match limits_of_wsus(judged.facts).into_iter().next() {
        Some(limit) => step(StepOutcome::Unknown, Confidence::Inferred, limit),
        None => step(
            StepOutcome::Passed,
            Confidence::Inferred,
            "WSUS puts the file into a cabinet and signs that with its own certificate".to_owned(),
        ),
    }
}

/// The certificate that the agent takes from the file.
fn signer<'j>(judged: &'j Judged<'_>) -> Option<&'j Certificate> {
    judged.facts.signatures.first()?.contents.as_ref().ok()?.signer_certificate()
}

fn message(symbol: &str) -> PredictedMessage {
    let id = status_messages::status_message(symbol).and_then(|message| message.id);
    PredictedMessage { symbol: symbol.to_owned(), id }
}
