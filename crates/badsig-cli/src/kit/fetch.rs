//! Fetching what a kit asks for.

use std::collections::{BTreeMap, BTreeSet};

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use badsig::trust::chain::{PolicyInputs, Purpose};
use badsig::trust::needs::{OpenQuestion, open_questions_of_chain};
use badsig::trust::path::{PathQuestion, verify};
use badsig::trust::revocation::{Need, RevocationEvidence, RevocationMode};
use badsig::trust::{Anchors, Evidence};

use super::Kit;
use crate::online::{Answer, Supply};

/// A chain has fewer certificates, each of which may ask twice.
const MOST_ROUNDS: usize = 16;

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) asked: usize,
    pub(crate) answered: usize,
    /// Certificates that were asked about, and those of which something is known now.
    pub(crate) certificates: usize,
    pub(crate) told: usize,
    /// Certificates that name no address, of which nothing can be known.
    pub(crate) silent: usize,
    /// Addresses that failed.
    pub(crate) problems: Vec<String>,
}

/// Fetches all addresses, and those that turn out to be needed with what came. Whatever comes is in the cache.
pub(crate) fn fetch(kit: &Kit, supply: &Supply, at: UtcTime) -> Fetched {
    let mut answers: BTreeMap<Need, Answer> = BTreeMap::new();
    let mut evidence = Evidence::new(at, Anchors::embedded());
    evidence.revocation.mode = RevocationMode::Online;
    let leaves = leaves(kit);
    let mut asked_about = BTreeSet::new();
    let mut wanted = kit.needs();
    let mut open = Vec::new();
    for _ in 0..MOST_ROUNDS {
        if !wanted.is_empty() {
            for (need, answer) in supply.get(wanted.into_iter().collect(), false) {
                answer.add_to(&mut evidence);
                answers.insert(need, answer);
            }
        }
        open = leaves.iter().flat_map(|(leaf, purpose)| questions(leaf, *purpose, kit, &evidence)).collect();
        asked_about.extend(open.iter().map(|question| question.certificate.clone()));
        let needs = open.iter().flat_map(|question| question.steps.iter().flatten().cloned());
        wanted = needs.filter(|need| !answers.contains_key(need)).collect();
        if wanted.is_empty() {
            break;
        }
    }
    let still: BTreeSet<&String> = open.iter().map(|question| &question.certificate).collect();
    let all: BTreeSet<String> =
        leaves.iter().map(|(leaf, _)| leaf.common_name()).chain(asked_about).collect();
    // Ends of chains that the kit names and does not hold.
    let lost = kit.chains.len().saturating_sub(leaves.len());
    let silent: BTreeSet<&String> = open
        .iter()
        .filter(|question| question.steps.is_empty())
        .map(|question| &question.certificate)
        .collect();
    Fetched {
        asked: answers.len(),
        answered: answers.values().filter(|answer| answer.problem.is_none()).count(),
        certificates: all.len().saturating_add(lost),
        silent: silent.len(),
        told: all.iter().filter(|name| !still.contains(name)).count(),
        problems: answers.values().filter_map(|answer| answer.problem.clone()).collect(),
    }
}

fn leaves(kit: &Kit) -> Vec<(Certificate, Purpose)> {
    let certificates = kit.all_certificates();
    let leaf = |leaf: &super::Leaf| {
        let certificate = certificates.iter().find(|own| own.sha256()[..] == leaf.sha256.0)?;
        Some((certificate.clone(), leaf.purpose.parse().ok()?))
    };
    kit.chains.iter().filter_map(leaf).collect()
}

fn questions(leaf: &Certificate, purpose: Purpose, kit: &Kit, evidence: &Evidence) -> Vec<OpenQuestion> {
    let mut intermediates = kit.all_certificates();
    intermediates.extend(evidence.intermediates.iter().cloned());
    let revocation = RevocationEvidence { required: false, ..evidence.revocation.clone() };
    let verdict = verify(&PathQuestion {
        leaf,
        intermediates: &intermediates,
        anchors: &evidence.anchors,
        at: evidence.at,
        purpose,
        policies: PolicyInputs::default(),
        revocation: Some(&revocation),
    });
    open_questions_of_chain(&verdict.chain)
}
