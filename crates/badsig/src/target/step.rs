//! The steps that a target takes, one after the other, and what its administrator would read of each.

use serde::{Deserialize, Serialize};

use super::PredictedMessage;
use crate::codes::Confidence;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Step {
    /// What is looked at.
    pub step: StepName,
    /// How it goes.
    pub outcome: StepOutcome,
    /// The lines of the target's log, with the real file name and thumbprint; what is not known stands as `…` or
    /// `<update id>`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log_lines: Vec<String>,
    /// The status message, when one is raised and known.
    pub status_message: Option<PredictedMessage>,
    /// `documented`, `inferred` or `unknown`.
    pub confidence: Confidence,
    /// One sentence.
    pub reason: String,
}

/// What a step looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StepName {
    /// The digest against the update catalog.
    ContentDigest,
    /// Whether a signer's certificate can be taken from the file.
    SigningCertificate,
    /// Whether the signature is valid.
    Signature,
    /// Whether the signer's certificate is approved at the site.
    CertificateApproval,
    /// Whether WSUS takes the content: type and size.
    Publishing,
}

/// How a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// The step is passed.
    Passed,
    /// The step ends the publishing.
    Failed,
    /// It cannot be said: something needed is not known.
    Unknown,
    /// A step before ends the publishing.
    NotReached,
}

impl StepName {
    /// The step in words.
    pub fn title(self) -> &'static str {
        match self {
            StepName::ContentDigest => "digest as in the update catalog",
            StepName::SigningCertificate => "signer's certificate found in the file",
            StepName::Signature => "signature valid",
            StepName::CertificateApproval => "signer's certificate approved at the site",
            StepName::Publishing => "content taken by WSUS",
        }
    }
}

impl StepOutcome {
    /// The word of reports.
    pub fn name(self) -> &'static str {
        match self {
            StepOutcome::Passed => "passed",
            StepOutcome::Failed => "failed",
            StepOutcome::Unknown => "unknown",
            StepOutcome::NotReached => "not reached",
        }
    }
}
