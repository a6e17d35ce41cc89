//! Certificate chains: from a signer to a root, as Windows builds and judges them.
//!
//! All candidate paths are tried within a budget; each is judged certificate by certificate (RFC 5280 6), and
//! the one with the least wrong is reported. Certificates are looked for among those given, never on a network.
//! Revocation is asked of whoever was named in the question; where nobody was, it is not checked and the links
//! say so.

mod build;
mod candidates;
mod judge;
mod name_constraints;
mod policies;
mod usage;

use serde::{Deserialize, Serialize};

use super::anchors::Anchors;
use super::reason::{Cause, Part, Reason};
use super::root_program::StampedOrNow;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::oid::ObjectIdentifier;
use crate::time::UtcTime;

pub use build::SignatureCache;
pub use policies::PolicyInputs;
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

/// One certificate of a chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// The certificate.
    pub certificate: Certificate,
    /// Its place.
    pub role: Role,
    /// What is known of its revocation; `None` when that was not asked or cannot be (roots, open ends).
    pub revocation: Option<RevocationStatus>,
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
    /// Whom to ask for revocation; nobody when `None`.
    pub revocation: Option<Revocation<'a>>,
}

/// What is known of a certificate's revocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevocationStatus {
    /// Its issuer says that it is not revoked.
    Good,
    /// Its issuer revoked it.
    Revoked {
        /// From when on.
        since: UtcTime,
    },
    /// Nothing is known that counts.
    Unknown {
        /// Why, in words.
        why: String,
    },
}

/// Whom to ask for revocation.
#[derive(Clone, Copy)]
pub struct Revocation<'a> {
    /// Tells the status of a certificate that was issued by another.
    pub status: &'a dyn Fn(&Certificate, &Certificate) -> RevocationStatus,
    /// Whether a chain is refused when the status of one of its certificates is unknown.
    pub required: bool,
}

/// Builds the best chain.
pub fn build(question: &Question<'_>) -> Chain {
    all_chains(question).best
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
    let (paths, signature_checks) = build::all_paths(question);
    let mut chains: Vec<Chain> = paths.into_iter().map(|path| judge::judge(question, path)).collect();
    chains.sort_by_key(|chain| (severity(chain), chain.links.len()));
    let mut chains = chains.into_iter();
    let best = chains.next().unwrap_or_else(|| Chain {
        links: Vec::new(),
        reasons: vec![Reason::new(Cause::SearchBudget, Part::Signer, "no chain was looked for")],
        policies: Vec::new(),
    });
    Chains { best, rejected: chains.collect(), signature_checks }
}

/// How bad a chain is: the number of reasons, an unfinished chain worse than any finished one.
fn severity(chain: &Chain) -> usize {
    let unfinished =
        |cause| matches!(cause, Cause::MissingIssuer | Cause::UntrustedRoot | Cause::SearchBudget);
    let penalty = if chain.reasons.iter().any(|reason| unfinished(reason.cause)) { 100 } else { 0 };
    chain.reasons.len().saturating_add(penalty)
}
