//! Certificate chains: from a signer to a root, as Windows builds and judges them.
//!
//! All candidate paths are tried within a budget; each is judged certificate by certificate, and the one
//! with the least wrong is reported. Certificates are looked for among those given, never on a network.
//! Revocation and name constraints are not checked here.

mod build;
mod judge;

use serde::{Deserialize, Serialize};

use super::anchors::Anchors;
use super::reason::{Cause, Reason};
use super::root_program::StampedOrNow;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;

pub use build::SignatureCache;

/// What a chain is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing programs: a signer without extended key usage is allowed.
    CodeSigning,
    /// Time stamping: the usage must be stated (RFC 3161 2.3).
    TimeStamping,
}

impl Purpose {
    /// The extended key usage.
    pub fn usage(self) -> ObjectIdentifier {
        match self {
            Purpose::CodeSigning => spc::CODE_SIGNING,
            Purpose::TimeStamping => spc::TIME_STAMPING,
        }
    }

    /// The usage in words.
    pub fn describe(self) -> &'static str {
        match self {
            Purpose::CodeSigning => "code signing",
            Purpose::TimeStamping => "time stamping",
        }
    }
}

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
}

/// A chain and everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Chain {
    /// From the signer to the last certificate that was found.
    pub links: Vec<Link>,
    /// What is wrong; empty for a chain that Windows would accept.
    pub reasons: Vec<Reason>,
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
}

/// Builds the best chain.
pub fn build(question: &Question<'_>) -> Chain {
    let paths = build::all_paths(question);
    paths
        .into_iter()
        .map(|path| judge::judge(question, path))
        .min_by_key(|chain| (severity(chain), chain.links.len()))
        .unwrap_or_else(|| Chain { links: Vec::new(), reasons: Vec::new() })
}

/// How bad a chain is: the number of reasons, an unfinished chain worse than any finished one.
fn severity(chain: &Chain) -> usize {
    let unfinished =
        |cause| matches!(cause, Cause::MissingIssuer | Cause::UntrustedRoot | Cause::SearchBudget);
    let penalty = if chain.reasons.iter().any(|reason| unfinished(reason.cause)) { 100 } else { 0 };
    chain.reasons.len().saturating_add(penalty)
}
