//! How one file stands to what the catalog says of its product.

use serde::{Deserialize, Serialize};

use super::catalog::VendorCatalog;
use super::entry::Entry;
use super::matching::{Contradiction, Identity, Match, MatchedRule, Strength};
use super::observation::{Observation, Signing};
use super::status::{ProductStatus, Standing, is_stale};
use super::version::Version;
use crate::facts::Facts;
use crate::time::UtcTime;

/// How a file stands to its product's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Not signed, as the vendor's installers are known to be.
    KnownUnsigned,
    /// Signed and valid, though the vendor's installers are known not to be: the entry is out of date.
    NowSigns,
    /// Not signed, though the vendor signs: alarming.
    UnexpectedlyUnsigned,
}

impl Relation {
    /// The word of the report.
    pub fn name(self) -> &'static str {
        match self {
            Relation::KnownUnsigned => "known-unsigned",
            Relation::NowSigns => "now-signs",
            Relation::UnexpectedlyUnsigned => "unexpectedly-unsigned",
        }
    }
}

/// How the signature of a file was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundSigning {
    /// There is none.
    Unsigned,
    /// Valid; the signer's name, where there is one.
    Valid(Option<String>),
}

/// What the catalog says of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorAnswer {
    /// The id of the entry.
    pub id: String,
    /// The product.
    pub product: String,
    /// How the file stands to it; `None` when the file merely claims to be this product.
    pub relation: Option<Relation>,
    /// What the match rests on.
    pub strength: Strength,
    /// The rules that fit.
    pub rules: Vec<MatchedRule>,
    /// What does not fit.
    pub contradictions: Vec<Contradiction>,
    /// Where the product stands.
    pub standing: Standing,
    /// The observation that the relation rests on.
    pub evidence: Option<Observation>,
    /// Whether that observation is older than two years.
    pub stale: bool,
    /// Name of the recorded file that this one is named like, when its digest is another.
    pub other_digest: Option<String>,
    /// Who signed the file, when it is signed.
    pub signer: Option<String>,
    /// What to do instead.
    pub instead: String,
}

impl VendorAnswer {
    /// Asks the catalog about a file. `None` when no entry fits, or when there is nothing to say: the file is as
    /// its entry says, or nothing is known.
    pub fn find(
        catalog: &VendorCatalog,
        facts: &Facts,
        found: &FoundSigning,
        at: UtcTime,
    ) -> Option<VendorAnswer> {
        let identity = Identity::of_facts(facts);
        let matches = catalog.matches(&identity);
        if let Some(held) = matches.iter().find(|found| found.holds()) {
            let version = held.named_version.as_deref();
            let version =
                identity.version().and_then(Version::parse).or_else(|| version.and_then(Version::parse));
            let expected = Expected::of(held.entry, facts, version.as_ref(), at)?;
            let relation = expected.relation(found)?;
            return Some(VendorAnswer::new(held, Some(relation), Some(expected), found, facts, at));
        }
        let claim = matches.iter().find(|found| found.is_mere_claim())?;
        (*found == FoundSigning::Unsigned).then(|| VendorAnswer::new(claim, None, None, found, facts, at))
    }

    fn new(
        held: &Match<'_>,
        relation: Option<Relation>,
        expected: Option<Expected<'_>>,
        found: &FoundSigning,
        facts: &Facts,
        at: UtcTime,
    ) -> VendorAnswer {
        let evidence = expected.map(|expected| expected.evidence.clone());
        VendorAnswer {
            id: held.entry.id.clone(),
            product: held.entry.product.clone(),
            relation,
            strength: held.strength.unwrap_or(Strength::FileName),
            rules: held.rules.clone(),
            contradictions: held.contradictions.clone(),
            standing: ProductStatus::of(&held.entry.observations, at).standing,
            stale: evidence.as_ref().is_some_and(|evidence| is_stale(evidence, at)),
            other_digest: other_digest(held.entry, facts),
            evidence,
            signer: match found {
                FoundSigning::Valid(signer) => signer.clone(),
                FoundSigning::Unsigned => None,
            },
            instead: held.entry.instead.clone(),
        }
    }

    /// `last seen unsigned 2020-03-17, entry is stale`.
    pub fn dated(&self) -> String {
        let Some(evidence) = &self.evidence else { return "nothing was seen".to_owned() };
        let seen = match (&evidence.date, evidence.versions()) {
            (Some(date), None) => date.to_string(),
            (Some(date), Some(versions)) => format!("{date}, {versions}"),
            (None, Some(versions)) => format!("{versions}, no date"),
            (None, None) => "no date".to_owned(),
        };
        let stale = if self.stale { ", entry is stale" } else { "" };
        format!("last seen {} {seen}{stale}", evidence.state.words())
    }
}

/// What the catalog leads one to expect of a file.
struct Expected<'e> {
    state: Signing,
    evidence: &'e Observation,
}

impl<'e> Expected<'e> {
    /// By the digest of the file; else by its version; else by where the product stands.
    fn of(entry: &'e Entry, facts: &Facts, version: Option<&Version>, at: UtcTime) -> Option<Expected<'e>> {
        let conclusive = || entry.observations.iter().filter(|seen| seen.is_conclusive());
        let newest = |observations: Vec<&'e Observation>| {
            observations.into_iter().max_by(|left, right| left.date.cmp(&right.date))
        };
        let same_file =
            conclusive().filter(|seen| seen.sha256.is_some() && seen.sha256 == facts.sha256).collect();
        let same_version =
            conclusive().filter(|seen| version.is_some_and(|version| seen.covers(version))).collect();
        let status = ProductStatus::of(&entry.observations, at);
        let before_signing = || {
            let since = status.since.filter(|_| status.standing == Standing::SignedSince)?.first_version()?;
            version.is_some_and(|version| *version < since).then_some(status.last_unsigned).flatten()
        };
        let evidence =
            newest(same_file).or_else(|| newest(same_version)).or_else(before_signing).or(status.last)?;
        Some(Expected { state: evidence.state, evidence })
    }

    fn relation(&self, found: &FoundSigning) -> Option<Relation> {
        match (found, self.state) {
            (_, Signing::NotSeen) | (FoundSigning::Valid(_), Signing::Signed) => None,
            (FoundSigning::Unsigned, Signing::Unsigned) => Some(Relation::KnownUnsigned),
            (FoundSigning::Unsigned, _) => Some(Relation::UnexpectedlyUnsigned),
            (FoundSigning::Valid(_), _) => Some(Relation::NowSigns),
        }
    }
}

/// The file is named like one whose digest is recorded, and is another.
fn other_digest(entry: &Entry, facts: &Facts) -> Option<String> {
    let name = facts.file_name();
    let own = facts.sha256.as_ref()?;
    let same_name =
        |seen: &&Observation| seen.file_name.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(name));
    let mut recorded =
        entry.observations.iter().filter(same_name).filter_map(|seen| seen.sha256.as_ref()).peekable();
    recorded.peek()?;
    recorded.all(|digest| digest != own).then(|| name.to_owned())
}
