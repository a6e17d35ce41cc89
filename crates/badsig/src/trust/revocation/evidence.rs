//! What one run knows of revocation, and how chains ask it.

use super::crl::RevocationList;
use super::ocsp::OcspResponse;
use super::status::{CertificateStatus, Need, Question, status};
use crate::authenticode::certificate::Certificate;
use crate::time::UtcTime;
use crate::trust::chain::{self, Chain, Purpose, RevocationStatus, Role};
use crate::trust::reason::Cause;

/// Whether revocation is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RevocationMode {
    /// Not at all (bit 0x200 of the WinTrust State).
    Off,
    /// From the lists and responses that are there.
    #[default]
    Offline,
}

/// Lists, responses and how they count. The default is what Windows does by default (State 0x23C00): revocation
/// counts where it is known, and time stamp authorities are not asked about.
#[derive(Clone, Debug, Default)]
pub struct RevocationEvidence {
    /// Whether revocation is asked for.
    pub mode: RevocationMode,
    /// The lists that are there.
    pub lists: Vec<RevocationList>,
    /// The OCSP responses that are there.
    pub responses: Vec<OcspResponse>,
    /// Whether the chains of time stamp authorities are asked about too (bit 0x20000 of the State is clear).
    pub timestamps: bool,
    /// Whether a certificate whose status is unknown is refused (bits 0x400 and 0x800 of the State are clear).
    pub required: bool,
}

impl RevocationEvidence {
    /// Whether chains for this purpose are asked about.
    pub(in crate::trust) fn is_asked_for(&self, purpose: Purpose) -> bool {
        self.mode != RevocationMode::Off && (purpose != Purpose::TimeStamping || self.timestamps)
    }

    /// What is known of a certificate of the chain that `chain` asks for. A revocation counts from its effective
    /// date ([`super::Revocation::effective`]); the chain compares that with the stamp.
    pub(in crate::trust) fn status_in_chain(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        chain: &chain::Question<'_>,
        at: UtcTime,
    ) -> RevocationStatus {
        let trusted = |signer: &Certificate| signs_for(signer, issuer, chain);
        let question = self.question(certificate, Some(issuer), chain.candidates, &trusted, at);
        match status(&question) {
            CertificateStatus::Good { .. } => RevocationStatus::Good,
            CertificateStatus::Revoked(revocation) => {
                RevocationStatus::Revoked { since: revocation.effective() }
            }
            CertificateStatus::Unknown { why, .. } if why.is_empty() => {
                RevocationStatus::Unknown { why: "neither a list nor an OCSP response is there".to_owned() }
            }
            CertificateStatus::Unknown { why, .. } => RevocationStatus::Unknown { why: why.join("; ") },
        }
    }

    /// What would tell the status of the certificates of a chain that it is not known of.
    pub(in crate::trust) fn needs(&self, chain: &Chain, at: UtcTime) -> Vec<Need> {
        let mut needs = Vec::new();
        if self.mode == RevocationMode::Off {
            return needs;
        }
        for (position, link) in chain.links.iter().enumerate() {
            let known =
                matches!(link.revocation, Some(RevocationStatus::Good | RevocationStatus::Revoked { .. }));
            if known || link.role == Role::Root {
                continue;
            }
            let issuer = chain.links.get(position.saturating_add(1)).map(|link| &link.certificate);
            let none = RevocationEvidence::default();
            let question = none.question(&link.certificate, issuer, &[], &|_| false, at);
            if let CertificateStatus::Unknown { needs: more, .. } = status(&question) {
                needs.extend(more);
            }
        }
        needs.sort();
        needs.dedup();
        needs
    }

    fn question<'a>(
        &'a self,
        certificate: &'a Certificate,
        issuer: Option<&'a Certificate>,
        candidates: &'a [&'a Certificate],
        trusted_issuer: &'a dyn Fn(&Certificate) -> bool,
        at: UtcTime,
    ) -> Question<'a> {
        let RevocationEvidence { lists, responses, .. } = self;
        Question { certificate, issuer, lists, responses, candidates, trusted_issuer, at, oldest: None }
    }
}

/// Whether another certificate than the issuer's may sign lists: its chain is as good as the issuer's but for the
/// usage, and ends in the same root (RFC 5280 6.3.3 (f)).
fn signs_for(signer: &Certificate, issuer: &Certificate, asked: &chain::Question<'_>) -> bool {
    let build = |leaf: &Certificate| chain::build(&chain::Question { leaf, revocation: None, ..*asked });
    let usage = |cause| matches!(cause, Cause::WrongUsage | Cause::RootUsage);
    let (own, other) = (build(signer), build(issuer));
    let end = |chain: &Chain| chain.links.last().map(|link| link.certificate.clone());
    own.reasons.iter().all(|reason| usage(reason.cause)) && end(&own) == end(&other)
}
