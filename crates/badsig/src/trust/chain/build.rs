//! Finding the paths from a signer to roots, within a budget.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Question;
use super::candidates::Candidates;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::public_key::{PublicKey, SignatureError};
use crate::limits;

/// A path and why it ends.
pub(super) struct Path {
    pub(super) certificates: Vec<Certificate>,
    pub(super) end: End,
}

/// Why a path ends.
pub(super) enum End {
    /// In a root.
    Anchor,
    /// In a certificate that signed itself and is no root here.
    SelfSigned,
    /// No certificate with the issuer's name is there.
    NoIssuer,
    /// Certificates with the issuer's name are there, but none of them signed.
    NotSignedByIssuer(SignatureError),
    /// A limit of the search was reached.
    Budget,
}

/// Outcomes of certificate signature checks by certificate and issuer, shared by all files of a run: the
/// same intermediates are met again and again.
#[derive(Default)]
pub struct SignatureCache {
    known: Mutex<HashMap<CertificatePair, Result<(), SignatureError>>>,
}

/// SHA-256 of a certificate and of its issuer's.
type CertificatePair = ([u8; 32], [u8; 32]);

/// Entries kept; beyond that the cache starts again.
const CACHE_ENTRIES: usize = 100_000;

impl SignatureCache {
    fn check(&self, certificate: &Certificate, issuer: &Certificate) -> Result<(), SignatureError> {
        let key = (*certificate.sha256(), *issuer.sha256());
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let outcome = certificate.verify_signed_by(issuer.key());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CACHE_ENTRIES {
            known.clear();
        }
        known.insert(key, outcome.clone());
        outcome
    }
}

impl std::fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignatureCache")
    }
}

struct Search<'q, 'a> {
    question: &'q Question<'a>,
    candidates: Candidates<'a>,
    paths: Vec<Path>,
    signatures: Signatures<'a>,
}

/// All paths, the most promising first, and the number of signatures that were checked.
pub(super) fn all_paths(question: &Question<'_>) -> (Vec<Path>, usize) {
    let mut search = Search {
        question,
        candidates: Candidates::new(question),
        paths: Vec::new(),
        signatures: Signatures::new(question.cache),
    };
    search.extend(vec![question.leaf.clone()]);
    (search.paths, search.signatures.checks)
}

impl Search<'_, '_> {
    fn extend(&mut self, path: Vec<Certificate>) {
        let Some(last) = path.last().cloned() else { return };
        if self.question.anchors.contains(&last) {
            return self.finish(path, End::Anchor);
        }
        if path.len() >= limits::CHAIN_LENGTH {
            return self.finish(path, End::Budget);
        }
        let (mut failure, mut dead_end) = (None, true);
        for issuer in self.candidates.issuers(&last, &path) {
            if self.paths.len() >= limits::CHAIN_PATHS {
                return;
            }
            match self.signatures.check(&last, &issuer) {
                Some(Ok(())) => {
                    dead_end = false;
                    let mut longer = path.clone();
                    longer.push(issuer);
                    self.extend(longer);
                }
                Some(Err(error)) => failure = Some(error),
                None => return self.finish(path, End::Budget),
            }
        }
        if dead_end {
            let end = self.dead_end(&last, failure);
            self.finish(path, end);
        }
    }

    fn finish(&mut self, certificates: Vec<Certificate>, end: End) {
        self.paths.push(Path { certificates, end });
    }

    fn dead_end(&mut self, last: &Certificate, failure: Option<SignatureError>) -> End {
        if last.is_self_issued() {
            match self.signatures.check(last, last) {
                Some(Ok(())) => return End::SelfSigned,
                Some(Err(_)) => {}
                None => return End::Budget,
            }
        }
        failure.map_or(End::NoIssuer, End::NotSignedByIssuer)
    }
}

/// Checks signatures within the limit of one search. Certificates that share a key cost one check. What an
/// earlier search found out costs as much as if it were new, so that an answer does not depend on which files
/// were judged before.
struct Signatures<'a> {
    cache: &'a SignatureCache,
    /// Outcomes of this search by certificate and issuer's key.
    known: HashMap<([u8; 32], PublicKey), Result<(), SignatureError>>,
    left: usize,
    checks: usize,
}

impl<'a> Signatures<'a> {
    fn new(cache: &'a SignatureCache) -> Signatures<'a> {
        Signatures { cache, known: HashMap::new(), left: limits::CHAIN_SIGNATURE_WORK, checks: 0 }
    }

    /// Whether `issuer` signed `certificate`; `None` when the check cannot be afforded any more.
    fn check(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<Result<(), SignatureError>> {
        let key = (*certificate.sha256(), issuer.key().clone());
        if let Some(known) = self.known.get(&key) {
            return Some(known.clone());
        }
        let left = self.left.checked_sub(issuer.key().cost());
        self.left = left.unwrap_or(0);
        left?;
        self.checks = self.checks.saturating_add(1);
        let outcome = self.cache.check(certificate, issuer);
        self.known.insert(key, outcome.clone());
        Some(outcome)
    }
}
