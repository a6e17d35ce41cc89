//! The answer of `badsig cert verify`.

use serde::{Deserialize, Serialize};

use super::build::chain_report;
use super::{ChainReport, ReasonReport, TrustReport};
use crate::trust::chain::Chain;
use crate::trust::path::PathVerdict;

/// Whether a certificate chain is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PathReport {
    /// Whether nothing is wrong with it.
    pub valid: bool,
    /// The code that Windows is predicted to give: `0x800B010A`.
    pub hresult: String,
    /// Its name.
    pub symbol: String,
    /// Everything that is wrong.
    pub reasons: Vec<ReasonReport>,
    /// The chain, from its end to its root or as far as it could be built.
    pub chain: Vec<ChainReport>,
    /// The certificate policies that the chain is valid for.
    #[serde(default)]
    pub policies: Vec<String>,
    /// The other chains that were found, and what is wrong with each.
    #[serde(default)]
    pub rejected: Vec<RejectedReport>,
}

/// A chain that was not chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RejectedReport {
    /// What is wrong with it; empty when another chain is as good.
    pub reasons: Vec<ReasonReport>,
    /// The chain.
    pub chain: Vec<ChainReport>,
}

impl From<&PathVerdict> for PathReport {
    fn from(verdict: &PathVerdict) -> PathReport {
        let TrustReport { hresult, symbol } = verdict.hresult.into();
        PathReport {
            valid: verdict.valid,
            hresult,
            symbol,
            reasons: verdict.reasons.iter().map(ReasonReport::from).collect(),
            chain: chain_report(Some(&verdict.chain)),
            policies: verdict.chain.policies.iter().map(ToString::to_string).collect(),
            rejected: verdict.rejected.iter().map(RejectedReport::from).collect(),
        }
    }
}

impl From<&Chain> for RejectedReport {
    fn from(chain: &Chain) -> RejectedReport {
        RejectedReport {
            reasons: chain.reasons.iter().map(ReasonReport::from).collect(),
            chain: chain_report(Some(chain)),
        }
    }
}
