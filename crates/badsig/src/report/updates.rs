//! The report of an update catalog: the head of every report, the catalog, and one entry for each update.

mod judge;

use serde::{Deserialize, Serialize};

use super::{
    CertificateReport, EvidenceReport, FileReport, FindingReport, PredictionReport, SCHEMA_VERSION, Tool,
    TrustReport,
};
use crate::hex::Hex;
use crate::target::Target;
use crate::updates::{CatalogForm, Expected};
use crate::verdict::Outcome;

pub use judge::{Content, UpdateJudge};

/// The answer to `badsig updates check`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdatesReport {
    /// Version of this shape.
    pub schema_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// What the facts were judged with.
    pub evidence: EvidenceReport,
    /// The targets that decided.
    pub targets: Vec<Target>,
    /// The outcome of the catalog and all its updates together.
    pub verdict: Outcome,
    /// How many updates there are of each outcome.
    pub summary: UpdatesSummary,
    /// What a reader might think was checked and was not.
    pub not_checked: Vec<String>,
    /// The catalog itself.
    pub catalog: CatalogReport,
    /// The updates, in the order in which they are stored.
    pub updates: Vec<UpdateReport>,
}

/// Numbers of updates by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdatesSummary {
    /// All updates, under the name that every report's head has.
    pub files: usize,
    /// All updates.
    pub updates: usize,
    /// Updates that may be published.
    pub publishable: usize,
    /// Updates that a target refuses.
    pub blocked: usize,
    /// Updates that nothing can be said of.
    pub undecided: usize,
}

/// What is said of the catalog itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CatalogReport {
    /// The path as given.
    pub path: String,
    /// Its form; null when it could not be opened.
    pub format: Option<CatalogForm>,
    /// Size in bytes; null for a directory.
    pub size: Option<u64>,
    /// SHA-256 of the file; null for a directory.
    pub sha256: Option<Hex>,
    /// How many packages were read.
    pub packages: usize,
    /// The outcome for the catalog itself, its updates left out.
    pub verdict: Outcome,
    /// The code that Windows is predicted to give for its signature; null for a form that has none.
    pub trust: Option<TrustReport>,
    /// Who signed it.
    pub signer: Option<CertificateReport>,
    /// SHA-1 thumbprints of the certificates that it brings for its content, upper case.
    pub content_certificates: Vec<String>,
    /// Names of its categories (V3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// What is worth saying of it.
    pub findings: Vec<FindingReport>,
}

/// What is said of one update.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateReport {
    /// `PackageID`; null when the package has none or could not be read.
    pub id: Option<String>,
    /// Title in the default language.
    pub title: Option<String>,
    /// Who made the software.
    pub vendor: Option<String>,
    /// The first product.
    pub product: Option<String>,
    /// `exe`, `msi`, `msp`, `driver`, or `none`.
    pub installer: String,
    /// Line of the XML, from 1.
    pub line: u64,
    /// The member of the catalog that it stands in: `V2/….sdp`; null in a bare XML.
    pub member: Option<String>,
    /// What became of its content.
    pub content: ContentStatus,
    /// The file that the update promises; null for metadata only.
    pub expected: Option<Expected>,
    /// The file that was judged for it.
    pub file: Option<Box<FileReport>>,
    /// Further files, where the update has several installable items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<ContentReport>,
    /// The outcome.
    pub verdict: Outcome,
    /// What every target is predicted to do.
    pub predictions: Vec<PredictionReport>,
    /// Everything worth saying of the update, worst first; that of its file stands there.
    pub findings: Vec<FindingReport>,
}

/// A further file of an update.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContentReport {
    /// What became of it.
    pub content: ContentStatus,
    /// What the update promises.
    pub expected: Expected,
    /// The file that was judged.
    pub file: Option<Box<FileReport>>,
}

/// What became of the content of an update. Ordered: of several files the greatest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ContentStatus {
    /// The update has none: metadata only.
    #[default]
    None,
    /// Size and digests are those that the update promises.
    Ok,
    /// Nobody asked for it to be looked at.
    NotRequested,
    /// It was not found, or could not be read.
    Missing,
    /// It has another size.
    SizeMismatch,
    /// It has another digest.
    HashMismatch,
}

impl ContentStatus {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            ContentStatus::None => "none",
            ContentStatus::Ok => "ok",
            ContentStatus::NotRequested => "not-requested",
            ContentStatus::Missing => "missing",
            ContentStatus::SizeMismatch => "size-mismatch",
            ContentStatus::HashMismatch => "hash-mismatch",
        }
    }
}

/// What is known of many updates without keeping them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpdatesTally {
    summary: UpdatesSummary,
    unasked: usize,
    files: usize,
}

impl UpdatesTally {
    /// Counts one update.
    pub fn add(&mut self, update: &UpdateReport) {
        let increment = |number: &mut usize| *number = number.saturating_add(1);
        increment(&mut self.summary.files);
        increment(&mut self.summary.updates);
        increment(match update.verdict {
            Outcome::Publishable => &mut self.summary.publishable,
            Outcome::Blocked => &mut self.summary.blocked,
            Outcome::Undecided => &mut self.summary.undecided,
        });
        if update.content == ContentStatus::NotRequested {
            increment(&mut self.unasked);
        }
        if update.file.is_some() {
            increment(&mut self.files);
        }
    }

    /// Numbers by outcome.
    pub fn summary(&self) -> UpdatesSummary {
        self.summary
    }

    fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        let seen = [
            (self.summary.publishable, Outcome::Publishable),
            (self.summary.blocked, Outcome::Blocked),
            (self.summary.undecided, Outcome::Undecided),
        ];
        seen.into_iter().filter(|(count, _)| *count > 0).map(|(_, outcome)| outcome)
    }

    fn not_checked(&self, catalog: &CatalogReport) -> Vec<String> {
        let mut list = Vec::new();
        if self.unasked > 0 {
            let plural = if self.unasked == 1 { "update" } else { "updates" };
            list.push(format!(
                "the content of {} {plural}: not asked for (--content, --download)",
                self.unasked
            ));
        }
        if self.files > 0 && catalog.content_certificates.is_empty() {
            list.push("whether the signers' certificates are approved in the ConfigMgr console".to_owned());
        }
        if catalog.format.is_some() && catalog.trust.is_none() {
            list.push("the catalog's own signature: this form has none".to_owned());
        } else if catalog.signer.is_some() {
            list.push("whether the catalog's certificate is approved in the ConfigMgr console".to_owned());
        }
        list
    }
}

impl UpdatesReport {
    /// Everything but the updates themselves, for callers that did not keep them. A catalog without updates is
    /// undecided: nothing passes because nothing was said.
    pub fn of_tally(
        tool: Tool,
        evidence: EvidenceReport,
        targets: Vec<Target>,
        catalog: CatalogReport,
        tally: &UpdatesTally,
    ) -> UpdatesReport {
        let updates = Outcome::of_all(tally.outcomes());
        UpdatesReport {
            schema_version: SCHEMA_VERSION,
            tool,
            evidence,
            targets,
            verdict: Outcome::of_all([catalog.verdict, updates]),
            summary: tally.summary,
            not_checked: tally.not_checked(&catalog),
            catalog,
            updates: Vec::new(),
        }
    }
}
