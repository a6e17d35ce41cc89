//! Which certificates may have issued another, the most promising first.

use std::collections::{HashMap, HashSet};

use super::Question;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::name_matching::ComparableName;
use crate::limits;
use crate::time::UtcTime;
use crate::trust::anchors::Anchors;

/// The certificates of a question, each once, by their names.
pub(super) struct Candidates<'a> {
    anchors: &'a Anchors,
    time: UtcTime,
    by_name: HashMap<&'a ComparableName, Vec<&'a Certificate>>,
    /// How many certificates are needed from a name to a root at least, if all issuers are what their names
    /// say. Without this a bag in which everybody certifies everybody is searched for ever.
    distances: HashMap<&'a ComparableName, usize>,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(question: &Question<'a>) -> Candidates<'a> {
        let mut by_name: HashMap<&ComparableName, Vec<&Certificate>> = HashMap::new();
        let mut seen = HashSet::new();
        for candidate in question.candidates {
            if seen.insert(candidate.sha256()) {
                by_name.entry(candidate.subject_name()).or_default().push(candidate);
            }
        }
        let distances = distances(&by_name, question.anchors);
        Candidates { anchors: question.anchors, time: question.effective.time(), by_name, distances }
    }

    /// The certificates that have the name of the issuer: first those with the key that is asked for, then
    /// roots, then those nearest to a root, with the very encoding of the name, and valid at the time.
    pub(super) fn issuers(&self, certificate: &Certificate, path: &[Certificate]) -> Vec<Certificate> {
        let name = certificate.issuer_name();
        let mut found = self.anchors.named(certificate.issuer(), name);
        let roots: HashSet<[u8; 32]> = found.iter().map(|root| *root.sha256()).collect();
        let between = self.by_name.get(name).into_iter().flatten();
        found.extend(between.filter(|other| !roots.contains(other.sha256())).map(|other| (*other).clone()));
        if found.is_empty() {
            found = self.anchors.named_alike(name);
        }
        // A certificate stands in a path once, and so does a name with its key (re-issued authorities).
        let again = |other: &Certificate, seen: &Certificate| {
            seen == other || (seen.subject_name() == other.subject_name() && seen.key() == other.key())
        };
        found.retain(|other| !path.iter().any(|seen| again(other, seen)));
        found.sort_by_key(|other| {
            let is_root = roots.contains(other.sha256());
            (
                key_identifiers(certificate, other),
                !is_root,
                self.distances.get(other.issuer_name()).copied().unwrap_or(usize::MAX),
                other.subject() != certificate.issuer(),
                !(other.not_before() <= self.time && self.time <= other.not_after()),
            )
        });
        found
    }
}

fn distances<'a>(
    by_name: &HashMap<&'a ComparableName, Vec<&'a Certificate>>,
    anchors: &Anchors,
) -> HashMap<&'a ComparableName, usize> {
    let mut distances: HashMap<&ComparableName, usize> = HashMap::new();
    for candidate in by_name.values().flatten() {
        if anchors.has_name(candidate.issuer(), candidate.issuer_name()) {
            distances.insert(candidate.issuer_name(), 0);
        }
    }
    for distance in 1..limits::CHAIN_LENGTH {
        let known = distances.len();
        for (name, candidates) in by_name {
            let reaches = |other: &&Certificate| {
                distances.get(other.issuer_name()).is_some_and(|reached| *reached < distance)
            };
            if !distances.contains_key(name) && candidates.iter().any(reaches) {
                distances.insert(name, distance);
            }
        }
        if distances.len() == known {
            break;
        }
    }
    distances
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
