//! Which entries of the catalog a file, or a line of an update catalog, belongs to, and what that rests on.
//!
//! Every value comes from a stranger: it is compared by patterns that need no backtracking, and what is too long is
//! not compared at all.

mod field;
mod identity;
mod index;
mod pattern;

pub use field::Field;
pub(crate) use field::patterns;
pub use identity::Identity;
pub(crate) use index::Index;
pub use pattern::{Pattern, PatternError};

use super::entry::Entry;

/// What a match rests on; a stronger one is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Only the name of the file, which anybody can give.
    FileName,
    /// Names inside the file or in an update catalog: product, with vendor or file name where the rules have one.
    Names,
    /// The vendor's codes: `UpgradeCode` or `ProductCode`.
    Codes,
    /// The SHA-256 that an observation records: it is that very file.
    Digest,
}

impl Strength {
    /// The word of the report.
    pub fn name(self) -> &'static str {
        match self {
            Strength::FileName => "file-name",
            Strength::Names => "names",
            Strength::Codes => "codes",
            Strength::Digest => "digest",
        }
    }
}

/// A rule and the value that it fits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MatchedRule {
    /// What was compared.
    pub field: Field,
    /// The pattern of the entry.
    pub pattern: String,
    /// The value of the file.
    pub value: String,
}

/// A value that contradicts all rules of its field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contradiction {
    /// What was compared.
    pub field: Field,
    /// The value of the file.
    pub value: String,
    /// The patterns of the entry.
    pub expected: Vec<String>,
}

/// An entry that a file may belong to.
#[derive(Clone, Debug)]
pub struct Match<'c> {
    /// The entry.
    pub entry: &'c Entry,
    /// What it rests on; `None` when too little fits to call it a match.
    pub strength: Option<Strength>,
    /// The rules that fit.
    pub rules: Vec<MatchedRule>,
    /// What does not fit: the file merely claims to be this product.
    pub contradictions: Vec<Contradiction>,
    /// Version that the file name states, where it is written with dots or underscores.
    pub named_version: Option<String>,
}

impl Match<'_> {
    /// Whether the file belongs to the entry as far as can be told without a signature.
    pub fn holds(&self) -> bool {
        self.strength.is_some() && (self.contradictions.is_empty() || self.strength >= Some(Strength::Codes))
    }

    /// Whether the file gives itself out as this product, and something else in it says otherwise.
    pub fn is_mere_claim(&self) -> bool {
        self.strength.is_some() && !self.holds()
    }

    fn rank(&self) -> (bool, Option<Strength>, usize) {
        (self.holds(), self.strength, self.rules.iter().map(|rule| rule.pattern.len()).sum())
    }
}

/// The strength of rules that fit together.
fn strength(rules: &[MatchedRule]) -> Option<Strength> {
    let has = |fields: &[Field]| rules.iter().any(|rule| fields.contains(&rule.field));
    let product = has(&[Field::PeProductName, Field::MsiProductName, Field::OriginalFileName]);
    let vendor = has(&[Field::CompanyName, Field::Manufacturer]);
    let listed = has(&[Field::UpdateProduct]) || (has(&[Field::UpdateVendor]) && has(&[Field::KnownName]));
    if has(&[Field::Sha256]) {
        Some(Strength::Digest)
    } else if has(&[Field::UpgradeCode, Field::ProductCode]) {
        Some(Strength::Codes)
    } else if product || listed || (vendor && has(&[Field::KnownName, Field::FileName])) {
        Some(Strength::Names)
    } else if has(&[Field::FileName]) {
        Some(if has(&[Field::KnownName]) { Strength::Names } else { Strength::FileName })
    } else {
        None
    }
}

/// Puts matches in order: the best first, on a draw the one with the longer patterns, then by id.
fn sort(matches: &mut [Match<'_>]) {
    matches.sort_by(|left, right| {
        right.rank().cmp(&left.rank()).then_with(|| left.entry.id.cmp(&right.entry.id))
    });
}
