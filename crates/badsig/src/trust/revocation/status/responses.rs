//! What OCSP responses say of a certificate (RFC 6960 3.2).

use super::{Age, Question, Source, SourceKind, Tally, age};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::public_key::SignatureError;
use crate::trust::revocation::ocsp::{OcspAnswer, OcspResponse, OcspStatus};
use crate::trust::revocation::reason::RevocationReason;

/// Asks all responses.
pub(super) fn ask(question: &Question<'_>, issuer: &Certificate, tally: &mut Tally) {
    for response in question.responses {
        let meant = |answer: &&OcspAnswer| answer.id.is_of(question.certificate, issuer);
        let answers: Vec<&OcspAnswer> = response.answers().iter().filter(meant).collect();
        if answers.is_empty() {
            continue;
        }
        let standing = match standing(question, issuer, response, &answers) {
            Ok(standing) => standing,
            Err(error) => {
                tally.doubt(format!("an OCSP response of {} does not count: {error}", response.responder()));
                continue;
            }
        };
        if response.produced_at() < question.certificate.not_before() {
            tally.doubt("an OCSP response was made before the certificate was valid");
            continue;
        }
        take(question, (response, standing), &answers, tally);
    }
}

/// Whether a response is still one of a responder that the issuer appointed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is.
    Appointed,
    /// It was when the response was made; the certificate of the responder has ended since.
    Ended,
}

/// A response that revokes goes on to count when the responder's certificate has ended: what is revoked stays so. Nothing else in
/// it does.
fn standing(
    question: &Question<'_>,
    issuer: &Certificate,
    response: &OcspResponse,
    answers: &[&OcspAnswer],
) -> Result<Standing, SignatureError> {
    let now = response.verify_signed_for(issuer, question.at);
    let revokes = answers.iter().any(|answer| matches!(answer.status, OcspStatus::Revoked(_)));
    let made = response.produced_at();
    match now {
        Err(_) if revokes && made < question.at => {
            response.verify_signed_for(issuer, made).map(|()| Standing::Ended)
        }
        now => now.map(|()| Standing::Appointed),
    }
}

/// Several answers in one response: the worst counts, and the certificate is good only when all say so.
fn take(
    question: &Question<'_>,
    (response, standing): (&OcspResponse, Standing),
    answers: &[&OcspAnswer],
    tally: &mut Tally,
) {
    let mut good = None;
    let mut all = true;
    for answer in answers {
        let by = Source {
            kind: SourceKind::Ocsp,
            by: response.responder(),
            this_update: answer.this_update,
            next_update: answer.next_update,
        };
        let age = match age(question, answer.this_update, answer.next_update) {
            Age::Fresh if standing == Standing::Ended => Age::Stale,
            age => age,
        };
        match &answer.status {
            OcspStatus::Revoked(entry) if age == Age::Fresh => tally.revoke(entry.clone(), by),
            OcspStatus::Revoked(entry)
                if age == Age::Stale && entry.reason != RevocationReason::CertificateHold =>
            {
                tally.revoke(entry.clone(), by);
            }
            OcspStatus::Good if age == Age::Fresh => good = Some(by),
            OcspStatus::Unknown => {
                tally.doubt(format!("the OCSP responder {} does not know the certificate", by.by));
                all = false;
            }
            _ => {
                tally.doubt(format!("{by} is not current"));
                all = false;
            }
        }
    }
    if let (Some(by), true) = (good, all) {
        tally.good.get_or_insert(vec![by]);
    }
}
