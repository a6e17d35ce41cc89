//! Certificate chains: from a signer to a root, as Windows builds and judges them.
//!
//! All candidate paths are tried within a budget; each is judged certificate by certificate (RFC 5280 6), and
//! the one with the least wrong is reported. Certificates are looked for among those given, never on a network.
//! Revocation is told from the lists and responses in the question; without any it is not checked, and the
//! links say so.

mod build;
mod candidates;
mod judge;
mod name_constraints;
mod policies;
mod revocation;
mod usage;
mod weak;

use serde::{Deserialize, Serialize};

use super::anchors::Anchors;
use super::distrust::DistrustList;
use super::reason::{Cause, Part, Reason};
use super::revocation::CertificateStatus;
use super::root_program::{RootStanding, StampedOrNow};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::oid::ObjectIdentifier;
use crate::limits;

use revocation::Trail;

pub use build::SignatureCache;
pub use policies::PolicyInputs;
pub use revocation::RevocationCheck;
pub use usage::{Purpose, UnknownPurpose};

/// The place of a certificate in its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The end of the chain that signed.
    Signer,
    /// An authority between signer and root.
    Intermediate,
    /// The trusted (or at least self-signed) end.
    Root,
}

impl Role {
    /// The part of a signature that it is.
    fn part(self) -> Part {
        match self {
            Role::Signer => Part::Signer,
            Role::Intermediate => Part::Intermediate,
            Role::Root => Part::Root,
        }
    }

    /// The word of the report.
    pub fn name(self) -> &'static str {
        match self {
            Role::Signer => "signer",
            Role::Intermediate => "intermediate",
            Role::Root => "root",
        }
    }
}

/// One certificate of a chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// The certificate.
    pub certificate: Certificate,
    /// Its place.
    pub role: Role,
    /// What is known of its revocation; `None` when that was not asked or cannot be (roots, open ends).
    pub revocation: Option<CertificateStatus>,
    /// What a root is trusted for, of the use that was asked for; `None` for others, and for any use.
    pub standing: Option<RootStanding>,
}

/// A chain and everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Chain {
    /// From the signer to the last certificate that was found.
    pub links: Vec<Link>,
    /// What is wrong; empty for a chain that Windows would accept.
    pub reasons: Vec<Reason>,
    /// The policies, among those asked for, that the chain is valid for (RFC 9618 5.6).
    pub policies: Vec<ObjectIdentifier>,
}

/// What a chain is built from and judged by.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The end of the chain.
    pub leaf: &'a Certificate,
    /// Certificates that may lie between.
    pub candidates: &'a [&'a Certificate],
    /// The roots.
    pub anchors: &'a Anchors,
    /// What the chain is asked for.
    pub purpose: Purpose,
    /// When: a verified time stamp, or the present.
    pub effective: StampedOrNow,
    /// Certificate signatures that were checked before.
    pub cache: &'a SignatureCache,
    /// What is asked of certificate policies; the default asks nothing.
    pub policies: &'a PolicyInputs,
    /// What to tell revocation from; `None` when it is not checked.
    pub revocation: Option<RevocationCheck<'a>>,
    /// Certificates that speak against every chain that they stand in; `None` when nothing is distrusted.
    pub distrust: Option<&'a DistrustList>,
}

/// All chains that were found.
#[derive(Clone, Debug)]
pub struct Chains {
    /// The one with the least wrong.
    pub best: Chain,
    /// The others, better ones first: what is wrong with them explains why they were not chosen.
    pub rejected: Vec<Chain>,
    /// Signatures of certificates that were checked in the search, remembered ones included.
    pub signature_checks: usize,
}

/// Builds all chains within the limits of the search.
pub fn all_chains(question: &Question<'_>) -> Chains {
    chains(question, &Trail::new())
}

fn chains(question: &Question<'_>, trail: &Trail) -> Chains {
    let (paths, signature_checks) = build::all_paths(question);
    let mut chains: Vec<Chain> =
        paths.into_iter().map(|path| with_distrust(question, judge::judge(question, path))).collect();
    chains.sort_by_key(|chain| (severity(chain), chain.links.len()));
    ask_for_revocation(question, &mut chains, trail);
    let mut chains = chains.into_iter();
    let best = chains.next().unwrap_or_else(|| Chain {
        links: Vec::new(),
        reasons: vec![Reason::new(Cause::SearchBudget, Part::Signer, "no chain was looked for")],
        policies: Vec::new(),
    });
    Chains { best, rejected: chains.collect(), signature_checks }
}

/// A distrusted certificate is a fault of the chain that it stands in: another chain without it is preferred.
fn with_distrust(question: &Question<'_>, mut chain: Chain) -> Chain {
    let Some(distrust) = question.distrust else { return chain };
    for (position, link) in chain.links.iter().enumerate() {
        let Some(found) = distrust.find(&link.certificate) else { continue };
        let (name, list, kind) = (link.certificate.common_name(), found.source, found.kind.describe());
        let message = format!("the certificate \"{name}\" is distrusted: {list} lists it by {kind}");
        let part = question.purpose.part(link.role);
        chain.reasons.push(Reason::new(Cause::Distrusted, part, message).of_link(position));
    }
    chain
}

/// Asks for the chains that are as good as the best, until one has no fault. Lists may be large, so hopeless
/// chains are not asked about.
fn ask_for_revocation(question: &Question<'_>, chains: &mut [Chain], trail: &Trail) {
    let Some(least) = chains.first().map(severity) else { return };
    if question.revocation.is_none() {
        return;
    }
    for chain in chains.iter_mut().take_while(|chain| severity(chain) == least).take(limits::CHAINS_ASKED) {
        revocation::check(question, chain, trail);
        if chain.reasons.is_empty() {
            break;
        }
    }
    // A chain that was not asked about is never better than one that was found good.
    let unasked = |chain: &Chain| chain.links.iter().all(|link| link.revocation.is_none());
    chains.sort_by_key(|chain| (unasked(chain), severity(chain), chain.links.len()));
}

/// How bad a chain is: the number of reasons, an unfinished chain worse than any finished one.
fn severity(chain: &Chain) -> usize {
    let unfinished =
        |cause| matches!(cause, Cause::MissingIssuer | Cause::UntrustedRoot | Cause::SearchBudget);
    let penalty = if chain.reasons.iter().any(|reason| unfinished(reason.cause)) { 100 } else { 0 };
    chain.reasons.len().saturating_add(penalty)
}
