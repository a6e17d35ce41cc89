//! Finding the paths from a signer to roots, within a budget.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use super::Question;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::name_matching::ComparableName;
use crate::authenticode::public_key::{Curve, PublicKey, SignatureError};
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
    /// The candidates, each once, by their names.
    candidates: HashMap<&'a ComparableName, Vec<&'a Certificate>>,
    paths: Vec<Path>,
    budget: Budget,
}

/// What the signatures of certificates may cost. A remembered outcome costs as much as a new one, so that an
/// answer does not depend on which files were judged before.
struct Budget {
    left: usize,
}

impl Budget {
    /// Takes the cost of one check by this key; `false` when it cannot be afforded.
    fn spend(&mut self, key: &PublicKey) -> bool {
        match self.left.checked_sub(cost(key)) {
            Some(left) => self.left = left,
            None => self.left = 0,
        }
        self.left > 0
    }
}

/// The cost of checking one signature, as measured: RSA grows with the square of the modulus and the length
/// of the exponent.
fn cost(key: &PublicKey) -> usize {
    match key {
        PublicKey::Rsa { modulus, exponent } => {
            let size = modulus.len().div_ceil(256);
            size.saturating_mul(size).saturating_mul(exponent.len().div_ceil(3).max(1))
        }
        PublicKey::Elliptic { curve: Curve::P256, .. } => 1,
        PublicKey::Elliptic { curve: Curve::P384, .. } => 4,
        PublicKey::Elliptic { curve: Curve::P521, .. } => 8,
        PublicKey::Unsupported { .. } => 1,
    }
}

/// All paths, in the order in which they were found.
pub(super) fn all_paths(question: &Question<'_>) -> Vec<Path> {
    let mut candidates: HashMap<&ComparableName, Vec<&Certificate>> = HashMap::new();
    let mut seen = HashSet::new();
    for candidate in question.candidates {
        if seen.insert(candidate.sha256()) {
            candidates.entry(candidate.subject_name()).or_default().push(candidate);
        }
    }
    let budget = Budget { left: limits::CHAIN_SIGNATURE_WORK };
    let mut search = Search { question, candidates, paths: Vec::new(), budget };
    search.extend(vec![question.leaf.clone()]);
    search.paths
}

impl Search<'_, '_> {
    fn extend(&mut self, path: Vec<Certificate>) {
        let Some(last) = path.last().cloned() else { return };
        if self.paths.len() >= limits::CHAIN_PATHS {
            return;
        }
        if self.question.anchors.contains(&last) {
            return self.finish(path, End::Anchor);
        }
        if path.len() >= limits::CHAIN_LENGTH {
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
        if last.is_self_issued() {
            if !self.budget.spend(last.key()) {
                return End::Budget;
            }
            if self.question.cache.check(last, last).is_ok() {
                return End::SelfSigned;
            }
        }
        if self.budget.left == 0 {
            return End::Budget;
        }
        failure.map_or(End::NoIssuer, End::NotSignedByIssuer)
    }

    /// The certificates that issued `certificate`, the most promising first.
    fn issuers(
        &mut self,
        certificate: &Certificate,
        path: &[Certificate],
    ) -> (Vec<Certificate>, Option<SignatureError>) {
        let mut failure = None;
        let mut issuers = Vec::new();
        for issuer in self.named(certificate, path) {
            if !self.budget.spend(issuer.key()) {
                break;
            }
            match self.question.cache.check(certificate, &issuer) {
                Ok(()) => issuers.push(issuer),
                Err(error) => failure = Some(error),
            }
        }
        (issuers, failure)
    }

    /// The certificates whose name the issuer has: first those with the key that is asked for, then roots,
    /// then those with the very encoding of the name.
    fn named(&self, certificate: &Certificate, path: &[Certificate]) -> Vec<Certificate> {
        let mut named = self.question.anchors.named(certificate.issuer(), certificate.issuer_name());
        let roots: HashSet<[u8; 32]> = named.iter().map(|root| *root.sha256()).collect();
        let between = self.candidates.get(certificate.issuer_name()).into_iter().flatten();
        named.extend(between.filter(|other| !roots.contains(other.sha256())).map(|other| (*other).clone()));
        if named.is_empty() {
            named = self.question.anchors.named_alike(certificate.issuer_name());
        }
        // A certificate stands in a path once, and so does a name with its key (re-issued authorities).
        let again = |other: &Certificate, seen: &Certificate| {
            seen == other || (seen.subject_name() == other.subject_name() && seen.key() == other.key())
        };
        named.retain(|other| !path.iter().any(|seen| again(other, seen)));
        named.sort_by_key(|other| {
            let time = self.question.effective.time();
            (
                key_identifiers(certificate, other),
                !roots.contains(other.sha256()),
                other.subject() != certificate.issuer(),
                !(other.not_before() <= time && time <= other.not_after()),
            )
        });
        named
    }
}

/// How well the key identifiers fit.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum KeyIdentifiers {
    Same,
    Unstated,
    Different,
}

fn key_identifiers(certificate: &Certificate, issuer: &Certificate) -> KeyIdentifiers {
    match (&certificate.extensions().authority_key_identifier, &issuer.extensions().subject_key_identifier) {
        (Some(wanted), Some(given)) if wanted == given => KeyIdentifiers::Same,
        (Some(_), Some(_)) => KeyIdentifiers::Different,
        _ => KeyIdentifiers::Unstated,
    }
}
