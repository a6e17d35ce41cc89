//! What the report says of the vendor catalog, and of a file by it.

use serde::{Deserialize, Serialize};

use super::EvidenceReport;
use crate::hex::Hex;
use crate::vendors::matching::MatchedRule;
use crate::vendors::{
    EvidenceDate, Knowledge, Observation, Relation, Signing, Standing, Strength, VendorAnswer, VendorCatalog,
};

/// The vendor catalog of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorsReport {
    /// `embedded`, or the directory whose entries stand over the embedded ones.
    pub source: String,
    /// The day on which evidence was last looked for; null when there is no entry.
    pub date: Option<EvidenceDate>,
    /// SHA-256 over all entries.
    pub sha256: Hex,
    /// Number of entries.
    pub entries: usize,
}

/// What the vendor catalog says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorReport {
    /// The id of the entry.
    pub id: String,
    /// `known-unsigned`, `unexpectedly-unsigned` or `now-signs`.
    pub relation: String,
    /// The product.
    #[serde(default)]
    pub product: String,
    /// What the match rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// The rules that fit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<MatchedRule>,
    /// Where the product stands by the catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Standing>,
    /// The observation that the relation rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<VendorEvidenceReport>,
    /// What to do instead of publishing the file as it is.
    #[serde(default)]
    pub instead: String,
}

/// An observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VendorEvidenceReport {
    /// When it was made.
    pub date: Option<EvidenceDate>,
    /// What was seen.
    pub state: Signing,
    /// The versions that it speaks of.
    pub versions: Option<String>,
    /// What the source says, in short.
    pub says: String,
    /// How it is known.
    pub known: Knowledge,
    /// Where it can be read.
    pub sources: Vec<String>,
    /// It is older than two years.
    pub stale: bool,
}

impl VendorReport {
    /// For a file that an entry fits; nothing for a file that merely claims to be a product.
    pub(super) fn new(answer: &VendorAnswer) -> Option<VendorReport> {
        let relation: Relation = answer.relation?;
        Some(VendorReport {
            id: answer.id.clone(),
            relation: relation.name().to_owned(),
            product: answer.product.clone(),
            strength: Some(answer.strength),
            rules: answer.rules.clone(),
            status: Some(answer.standing),
            evidence: answer.evidence.as_ref().map(|seen| VendorEvidenceReport::new(seen, answer.stale)),
            instead: answer.instead.clone(),
        })
    }
}

impl VendorEvidenceReport {
    fn new(seen: &Observation, stale: bool) -> VendorEvidenceReport {
        VendorEvidenceReport {
            date: seen.date.clone(),
            state: seen.state,
            versions: seen.versions(),
            says: seen.says.clone(),
            known: seen.known,
            sources: seen.sources.clone(),
            stale,
        }
    }
}

impl EvidenceReport {
    /// With the vendor catalog of the run.
    #[must_use]
    pub fn with_vendors(mut self, catalog: &VendorCatalog, source: &str) -> EvidenceReport {
        self.vendors = Some(VendorsReport {
            source: source.to_owned(),
            date: catalog.date().cloned(),
            sha256: catalog.digest(),
            entries: catalog.entries().len(),
        });
        self
    }
}
