//! Finding the paths from a signer to roots, within a budget.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Question;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::public_key::SignatureError;

/// Longest chain; real ones have at most six certificates.
const MAX_LENGTH: usize = 16;
/// Paths that are judged; cross-certification gives real files at most four.
const MAX_PATHS: usize = 32;
/// Certificate signatures that are checked for one question: against bags made to be slow.
const MAX_CHECKS: usize = 200;

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
    paths: Vec<Path>,
    checks: usize,
}

/// All paths, in the order in which they were found.
pub(super) fn all_paths(question: &Question<'_>) -> Vec<Path> {
    let mut search = Search { question, paths: Vec::new(), checks: 0 };
    search.extend(vec![question.leaf.clone()]);
    search.paths
}

impl Search<'_, '_> {
    fn extend(&mut self, path: Vec<Certificate>) {
        let Some(last) = path.last().cloned() else { return };
        if self.paths.len() >= MAX_PATHS {
            return;
        }
        if self.question.anchors.contains(&last) {
            return self.finish(path, End::Anchor);
        }
        if path.len() >= MAX_LENGTH || self.checks >= MAX_CHECKS {
            return self.finish(path, End::Budget);
        }
        let (issuers, failure) = self.issuers(&last, &path);
        if issuers.is_empty() {
            let end = self.dead_end(&last, failure);
            return self.finish(path, end);
        }
        for issuer in issuers {
            let mut longer = path.clone();
            longer.push(issuer);
            self.extend(longer);
        }
    }

    fn finish(&mut self, certificates: Vec<Certificate>, end: End) {
        self.paths.push(Path { certificates, end });
    }

    fn dead_end(&mut self, last: &Certificate, failure: Option<SignatureError>) -> End {
        if last.is_self_issued() && self.question.cache.check(last, last).is_ok() {
            return End::SelfSigned;
        }
        failure.map_or(End::NoIssuer, End::NotSignedByIssuer)
    }

    /// The certificates that issued `certificate`: roots first, those whose key identifier fits first.
    fn issuers(
        &mut self,
        certificate: &Certificate,
        path: &[Certificate],
    ) -> (Vec<Certificate>, Option<SignatureError>) {
        let roots = self.question.anchors.named(certificate.issuer());
        let between = self.question.candidates.iter().filter(|other| other.subject() == certificate.issuer());
        let mut named: Vec<Certificate> = roots;
        for other in between {
            if !named.contains(other) {
                named.push((*other).clone());
            }
        }
        // A certificate stands in a path once, and so does a name with its key (re-issued authorities).
        named.retain(|other| {
            !path
                .iter()
                .any(|seen| seen == other || (seen.subject() == other.subject() && seen.key() == other.key()))
        });
        named.sort_by_key(|other| !key_identifiers_fit(certificate, other));
        let mut failure = None;
        let mut issuers = Vec::new();
        for issuer in named {
            if self.checks >= MAX_CHECKS {
                break;
            }
            self.checks = self.checks.saturating_add(1);
            match self.question.cache.check(certificate, &issuer) {
                Ok(()) => issuers.push(issuer),
                Err(error) => failure = Some(error),
            }
        }
        (issuers, failure)
    }
}

fn key_identifiers_fit(certificate: &Certificate, issuer: &Certificate) -> bool {
    match (&certificate.extensions().authority_key_identifier, &issuer.extensions().subject_key_identifier) {
        (Some(wanted), Some(given)) => wanted == given,
        _ => true,
    }
}
