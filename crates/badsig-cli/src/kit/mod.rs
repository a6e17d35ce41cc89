//! Revocation kits: what a computer without network needs to know about the revocation of some files, carried to one
//! that has a network as a JSON file, and back as a cache.
//!
//! A kit names the addresses, for people and other tools; it holds the certificates of the chains too, because the
//! certificate of a missing issuer calls for further answers that can only be named when it is there.

mod fetch;

pub(crate) use fetch::fetch;

use std::collections::BTreeSet;
use std::path::Path;

use badsig::authenticode::certificate::Certificate;
use badsig::trust::Evidence;
use badsig::trust::chain::{Chain, Purpose};
use badsig::trust::needs::open_questions_of_chain;
use badsig::trust::revocation::Need;
use badsig::{Facts, Hex, Policy, UtcTime, Verdict, judge};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::files;

/// The version of the file.
const VERSION: u32 = 1;
/// Kits of a thousand files have some hundred kilobytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// What is needed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kit {
    badsig_revocation_kit: u32,
    /// The time that was judged for.
    at: UtcTime,
    files: Vec<String>,
    wanted: Vec<Wanted>,
    chains: Vec<Leaf>,
    /// DER in base64.
    certificates: Vec<String>,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Wanted {
    /// A revocation list, by GET.
    Crl { url: String },
    /// The certificate of an issuer, by GET.
    Issuer { url: String },
    /// An OCSP response, by POST of the request (base64).
    Ocsp { url: String, request: String },
}

/// The end of a chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaf {
    /// SHA-256 of the certificate.
    sha256: Hex,
    /// `code-signing` or `time-stamping`.
    purpose: String,
}

impl Kit {
    /// A kit that needs nothing.
    pub(crate) fn new(at: UtcTime) -> Kit {
        Kit {
            badsig_revocation_kit: VERSION,
            at,
            files: Vec::new(),
            wanted: Vec::new(),
            chains: Vec::new(),
            certificates: Vec::new(),
        }
    }

    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Kit, Failure> {
        let failed = |why: String| Failure::usage(format!("{}: {why}", path.display()));
        let bytes = files::read(path, MOST_BYTES)?;
        let kit: Kit = serde_json::from_slice(&bytes)
            .map_err(|error| failed(format!("is no revocation kit: {error}")))?;
        match kit.badsig_revocation_kit {
            VERSION => Ok(kit),
            other => Err(failed(format!("is of version {other}; this badsig knows version {VERSION}"))),
        }
    }

    /// Adds what is not known of the chains of a file and its members.
    pub(crate) fn add(&mut self, facts: &Facts, evidence: &Evidence) {
        self.files.push(facts.path.clone());
        self.add_signatures(facts, &judge(facts, evidence, &Policy::default()));
    }

    fn add_signatures(&mut self, facts: &Facts, verdict: &Verdict) {
        for (facts, verdict) in facts.members.iter().zip(&verdict.members) {
            self.add_signatures(facts, verdict);
        }
        for (signature, verdict) in facts.signatures.iter().zip(&verdict.signatures) {
            let Ok(contents) = &signature.contents else { continue };
            if let Some(chain) = &verdict.chain {
                self.add_chain(chain, &contents.certificates, Purpose::CodeSigning);
            }
            for (stamp, verdict) in contents.timestamps.iter().zip(&verdict.timestamps) {
                if let Some(chain) = &verdict.chain {
                    self.add_chain(chain, &stamp.certificates, Purpose::TimeStamping);
                }
            }
        }
    }

    fn add_chain(&mut self, chain: &Chain, bag: &[Certificate], purpose: Purpose) {
        let questions = open_questions_of_chain(chain);
        let Some(leaf) = chain.links.first().filter(|_| !questions.is_empty()) else { return };
        let leaf =
            Leaf { sha256: Hex::from(&leaf.certificate.sha256()[..]), purpose: purpose.name().to_owned() };
        insert(&mut self.chains, leaf);
        for need in questions.into_iter().flat_map(|question| question.steps.into_iter().flatten()) {
            insert(&mut self.wanted, Wanted::from(&need));
        }
        let links = chain.links.iter().map(|link| &link.certificate);
        for certificate in links.chain(bag) {
            insert(&mut self.certificates, STANDARD.encode(certificate.der()));
        }
    }

    /// How many files it was made for.
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    /// How many addresses it names.
    pub(crate) fn wanted(&self) -> usize {
        self.wanted.len()
    }

    /// How many chains have open questions.
    pub(crate) fn chains(&self) -> usize {
        self.chains.len()
    }

    /// The addresses; requests that are no base64 are left out.
    fn needs(&self) -> BTreeSet<Need> {
        self.wanted.iter().filter_map(Wanted::need).collect()
    }

    /// The certificates that can be read.
    fn all_certificates(&self) -> Vec<Certificate> {
        let der = self.certificates.iter().filter_map(|text| STANDARD.decode(text).ok());
        der.filter_map(|der| Certificate::from_der(&der).ok()).collect()
    }
}

/// Sorted, each once: a kit does not depend on the order of files.
fn insert<T: Ord>(list: &mut Vec<T>, item: T) {
    if let Err(place) = list.binary_search(&item) {
        list.insert(place, item);
    }
}

impl From<&Need> for Wanted {
    fn from(need: &Need) -> Wanted {
        match need.clone() {
            Need::Crl { url } => Wanted::Crl { url },
            Need::Issuer { url } => Wanted::Issuer { url },
            Need::Ocsp { url, request } => Wanted::Ocsp { url, request: STANDARD.encode(request) },
        }
    }
}

impl Wanted {
    fn need(&self) -> Option<Need> {
        Some(match self.clone() {
            Wanted::Crl { url } => Need::Crl { url },
            Wanted::Issuer { url } => Need::Issuer { url },
            Wanted::Ocsp { url, request } => Need::Ocsp { url, request: STANDARD.decode(request).ok()? },
        })
    }
}
