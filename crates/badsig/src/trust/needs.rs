//! What would tell more about a signature, for those who can get it.
//!
//! Judging needs no network: where revocation lists, OCSP responses or issuers are missing, the verdict says so. This
//! lists what would help, question by question, with where it is to be had. A caller gets some of it, puts it into
//! the [evidence](super::Evidence) and judges again, until [`open_questions`] asks for nothing that was not tried.

use super::chain::{Chain, Link};
use super::reason::Cause;
use super::revocation::{CertificateStatus, Need};
use super::signature::SignatureVerdict;

/// Something about one certificate of a chain that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The common name of the certificate.
    pub certificate: String,
    /// What is not known.
    pub kind: OpenKind,
    /// What was there and did not help.
    pub why: Vec<String>,
    /// What would help, the cheapest first: what stands in one step is to be got together, and a later step only
    /// when the earlier ones did not help. Empty when the certificate names no address.
    pub steps: Vec<Vec<Need>>,
}

/// What is not known of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenKind {
    /// Who issued it.
    Issuer,
    /// Whether it was revoked.
    Revocation,
}

/// What is not known about the chain of a signature and those of its time stamps.
pub fn open_questions(verdict: &SignatureVerdict) -> Vec<OpenQuestion> {
    let stamps = verdict.timestamps.iter().filter_map(|stamp| stamp.chain.as_ref());
    verdict.chain.iter().chain(stamps).flat_map(open_questions_of_chain).collect()
}

/// What is not known about one chain.
pub fn open_questions_of_chain(chain: &Chain) -> Vec<OpenQuestion> {
    missing_issuer(chain).into_iter().chain(chain.links.iter().filter_map(unknown_revocation)).collect()
}

/// The end of a chain that does not reach a root.
fn missing_issuer(chain: &Chain) -> Option<OpenQuestion> {
    let open = |cause| matches!(cause, Cause::MissingIssuer | Cause::NotSignedByIssuer);
    let last = chain.links.last().filter(|_| chain.reasons.iter().any(|reason| open(reason.cause)))?;
    let addresses = last.certificate.extensions().issuer_certificates.iter();
    let needs: Vec<Need> = addresses.map(|url| Need::Issuer { url: url.clone() }).collect();
    Some(OpenQuestion {
        certificate: last.certificate.common_name(),
        kind: OpenKind::Issuer,
        why: Vec::new(),
        steps: some(vec![needs]),
    })
}

/// An OCSP response is small; lists may be large, and are got when no response helps.
fn unknown_revocation(link: &Link) -> Option<OpenQuestion> {
    let (why, needs) = match &link.revocation {
        Some(CertificateStatus::Unknown { why, needs }) => (why.clone(), needs),
        // On hold, unless a delta list says otherwise.
        Some(CertificateStatus::Revoked(own)) if !own.may_be_lifted.is_empty() => {
            (Vec::new(), &own.may_be_lifted)
        }
        _ => return None,
    };
    let (lists, responses) =
        needs.iter().cloned().partition::<Vec<Need>, _>(|need| matches!(need, Need::Crl { .. }));
    Some(OpenQuestion {
        certificate: link.certificate.common_name(),
        kind: OpenKind::Revocation,
        why,
        steps: some(vec![responses, lists]),
    })
}

fn some(mut steps: Vec<Vec<Need>>) -> Vec<Vec<Need>> {
    steps.retain(|step| !step.is_empty());
    steps
}
