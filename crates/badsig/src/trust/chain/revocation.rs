//! Revocation along a chain (RFC 5280 6.1.3 a 3 and 6.3): asks for every certificate below the root, and says
//! which other certificates may sign lists.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::judge::quoted;
use super::{Chain, PolicyInputs, Purpose, Question, Role};
use crate::authenticode::certificate::Certificate;
use crate::limits;
use crate::time::UtcTime;
use crate::trust::reason::{Cause, Reason};
use crate::trust::revocation::{
    self, CertificateStatus, Revocation, RevocationEvidence, RevocationMode, RevocationReason,
    RevocationRules,
};
use crate::trust::root_program::StampedOrNow;

/// The evidence, and the time at which it must be current: the present, also for stamped signatures.
#[derive(Clone, Copy, Debug)]
pub struct RevocationCheck<'a> {
    /// The evidence.
    pub evidence: &'a RevocationEvidence,
    /// How it counts.
    pub rules: RevocationRules,
    /// The present.
    pub at: UtcTime,
}

impl<'a> RevocationCheck<'a> {
    /// The evidence as it counts where no State says otherwise.
    pub fn new(evidence: &'a RevocationEvidence, at: UtcTime) -> RevocationCheck<'a> {
        RevocationCheck { evidence, rules: evidence.rules(), at }
    }

    /// Whether chains for this purpose are asked about.
    fn is_for(&self, purpose: Purpose) -> bool {
        self.rules.mode != RevocationMode::Off && (purpose != Purpose::TimeStamping || self.rules.timestamps)
    }
}

/// A certificate, its issuer and the root of the chain.
type Asked = [[u8; 32]; 3];

/// What one question has asked so far. Signers of lists have chains of their own, whose certificates are asked
/// about in turn; this ends, because their number is limited.
pub(super) struct Trail {
    known: RefCell<HashMap<Asked, CertificateStatus>>,
    /// Signers of lists whose chain is being judged: a list may cover the certificate of its own signer.
    open: RefCell<Vec<Certificate>>,
    signers_left: Cell<usize>,
}

impl Trail {
    pub(super) fn new() -> Trail {
        Trail {
            known: RefCell::default(),
            open: RefCell::default(),
            signers_left: Cell::new(limits::LIST_SIGNER_CHAINS),
        }
    }
}

/// Asks about every certificate of a chain whose issuer stands above it.
pub(super) fn check(question: &Question<'_>, chain: &mut Chain, trail: &Trail) {
    let Some(asked) = question.revocation else { return };
    if !asked.is_for(question.purpose) {
        return;
    }
    let certificates: Vec<Certificate> = chain.links.iter().map(|link| link.certificate.clone()).collect();
    let issuers = certificates.iter().skip(1);
    for (position, (link, issuer)) in chain.links.iter_mut().zip(issuers).enumerate() {
        let found = status(question, asked, &link.certificate, issuer, &certificates, trail);
        let name = quoted(&link.certificate);
        let reason = match &found {
            CertificateStatus::Revoked(revocation) if counts(question, revocation) => {
                Some((Cause::Revoked, format!("{name} was {revocation}, says {}", revocation.by)))
            }
            CertificateStatus::Unknown { why, .. } if asked.rules.required => {
                let why = if why.is_empty() { "nothing says so".to_owned() } else { why.join("; ") };
                Some((Cause::RevocationUnknown, format!("whether {name} was revoked is not known: {why}")))
            }
            _ => None,
        };
        if let Some((cause, message)) = reason {
            let part = question.purpose.part(link.role);
            chain.reasons.push(Reason::new(cause, part, message).of_link(position));
        }
        link.revocation = Some(found);
    }
}

/// A stamped signature outlives the revocation of its certificate. The stamp itself does so only where the key
/// was not lost (RFC 3161 4): otherwise whoever has it can stamp any time.
fn counts(question: &Question<'_>, revocation: &Revocation) -> bool {
    let harmless = matches!(
        revocation.reason,
        RevocationReason::AffiliationChanged
            | RevocationReason::Superseded
            | RevocationReason::CessationOfOperation
    );
    match question.effective {
        StampedOrNow::Stamped(_) if question.purpose == Purpose::TimeStamping && !harmless => true,
        StampedOrNow::Stamped(time) => revocation.counts_against(Some(time)),
        StampedOrNow::Now(_) => true,
    }
}

fn status(
    question: &Question<'_>,
    asked: RevocationCheck<'_>,
    certificate: &Certificate,
    issuer: &Certificate,
    chain: &[Certificate],
    trail: &Trail,
) -> CertificateStatus {
    let Some(root) = chain.last() else {
        return CertificateStatus::Unknown { why: Vec::new(), needs: Vec::new() };
    };
    let key = [*certificate.sha256(), *issuer.sha256(), *root.sha256()];
    if let Some(known) = trail.known.borrow().get(&key) {
        return known.clone();
    }
    let candidates: Vec<&Certificate> = chain.iter().chain(question.candidates.iter().copied()).collect();
    // The authorities of the chain are asked about themselves.
    let authorities = chain.get(1..).unwrap_or_default();
    let trusted = |signer: &Certificate| {
        authorities.contains(signer) || is_trusted_signer(question, asked, signer, root, trail)
    };
    let found = revocation::status(&asked.evidence.question(
        certificate,
        Some(issuer),
        &candidates,
        &trusted,
        asked.at,
    ));
    // What was found while another signer's chain is open may rest on it.
    if trail.open.borrow().is_empty() {
        trail.known.borrow_mut().insert(key, found.clone());
    }
    found
}

/// Whether the signer of a list has a chain without fault to the same root (RFC 5280 6.3.3 f).
fn is_trusted_signer(
    question: &Question<'_>,
    asked: RevocationCheck<'_>,
    signer: &Certificate,
    root: &Certificate,
    trail: &Trail,
) -> bool {
    if trail.open.borrow().contains(signer) {
        return true;
    }
    let Some(left) = trail.signers_left.get().checked_sub(1) else { return false };
    trail.signers_left.set(left);
    trail.open.borrow_mut().push(signer.clone());
    let chains = super::chains(
        &Question {
            leaf: signer,
            purpose: Purpose::Any,
            effective: StampedOrNow::Now(asked.at),
            policies: &PolicyInputs::default(),
            ..*question
        },
        trail,
    );
    trail.open.borrow_mut().pop();
    let same_root = |chain: &Chain| {
        chain.links.last().is_some_and(|link| link.role == Role::Root && link.certificate == *root)
    };
    std::iter::once(&chains.best)
        .chain(&chains.rejected)
        .any(|chain| chain.reasons.is_empty() && same_root(chain))
}
