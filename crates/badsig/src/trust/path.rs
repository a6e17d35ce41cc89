//! A certificate chain judged by itself (RFC 5280 section 6): the library behind `badsig cert verify`.
//!
//! Not checked: the host name of a TLS server, and revocation unless [`PathQuestion::revocation`] holds evidence.

use super::anchors::Anchors;
use super::chain::{Chain, PolicyInputs, Purpose, Question, RevocationCheck, SignatureCache, all_chains};
use super::distrust::DistrustList;
use super::reason::{Cause, Reason, primary};
use super::revocation::RevocationEvidence;
use super::root_program::StampedOrNow;
use crate::authenticode::certificate::Certificate;
use crate::codes::HResult;
use crate::time::UtcTime;

/// What is asked of a chain. Nothing is taken from the clock or the network.
#[derive(Clone)]
pub struct PathQuestion<'a> {
    /// The end of the chain.
    pub leaf: &'a Certificate,
    /// Certificates that may lie between.
    pub intermediates: &'a [Certificate],
    /// The roots.
    pub anchors: &'a Anchors,
    /// The time to judge for.
    pub at: UtcTime,
    /// What the chain is asked for.
    pub purpose: Purpose,
    /// What is asked of certificate policies.
    pub policies: PolicyInputs,
    /// What to tell revocation from; `None` when it is not checked.
    pub revocation: Option<&'a RevocationEvidence>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct PathVerdict {
    /// Whether nothing is wrong with the best chain.
    pub valid: bool,
    /// The code that Windows is predicted to give.
    pub hresult: HResult,
    /// Everything that is wrong with the best chain.
    pub reasons: Vec<Reason>,
    /// The best chain.
    pub chain: Chain,
    /// The other chains that were found, with what is wrong with each.
    pub rejected: Vec<Chain>,
    /// Signatures of certificates that were checked in the search.
    pub signature_checks: usize,
}

impl PathVerdict {
    /// Whether the chain is not valid only because something could not be found out: the search was given
    /// up, or revocation is not known. More evidence may make it valid.
    pub fn is_undecided(&self) -> bool {
        let open = |cause| matches!(cause, Cause::SearchBudget | Cause::RevocationUnknown);
        !self.valid && self.reasons.iter().all(|reason| open(reason.cause))
    }
}

/// Finds the best chain from a certificate to a root and judges it.
pub fn verify(question: &PathQuestion<'_>) -> PathVerdict {
    verify_with(question, None)
}

/// The same; a certificate that is distrusted speaks against every chain that it stands in.
pub fn verify_with(question: &PathQuestion<'_>, distrust: Option<&DistrustList>) -> PathVerdict {
    // Who asks for the chain of a time stamp authority asks about its revocation too.
    let evidence =
        question.revocation.map(|evidence| RevocationEvidence { timestamps: true, ..evidence.clone() });
    let revocation = evidence.as_ref().map(|evidence| RevocationCheck::new(evidence, question.at));
    let candidates: Vec<&Certificate> = question.intermediates.iter().collect();
    let chains = all_chains(&Question {
        leaf: question.leaf,
        candidates: &candidates,
        anchors: question.anchors,
        purpose: question.purpose,
        effective: StampedOrNow::Now(question.at),
        cache: &SignatureCache::default(),
        policies: &question.policies,
        revocation,
        distrust,
    });
    let reasons = chains.best.reasons.clone();
    PathVerdict {
        valid: reasons.is_empty(),
        hresult: primary(&reasons),
        reasons,
        chain: chains.best,
        rejected: chains.rejected,
        signature_checks: chains.signature_checks,
    }
}
