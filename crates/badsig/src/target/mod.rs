//! Places that accept or refuse a subject, and what each is predicted to do. One file a target; the list is
//! [`TARGETS`].
//!
//! A prediction carries its confidence: documented by a source that was read, inferred from such, or
//! unknown. No Windows computer was asked.

mod configmgr;
mod patch_management;
pub(crate) mod publishing;
mod step;
mod windows;
mod windows_hardened;
mod wsus;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use step::{Step, StepName, StepOutcome};

use crate::codes::Confidence;
use crate::judge::Judged;

/// A place that accepts or refuses a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Publishing third-party content in the console of Configuration Manager.
    Configmgr,
    /// Windows with default settings.
    Windows,
    /// Windows with EnableCertPaddingCheck switched on.
    WindowsHardened,
    /// Publishing through the WSUS interface, as SCUP and other publishers do.
    Wsus,
    /// Patch management agents that check the vendor's file on the endpoint.
    PatchManagement,
}

/// All targets, in the order of reports.
pub const TARGETS: [Target; 5] =
    [Target::Configmgr, Target::Windows, Target::WindowsHardened, Target::Wsus, Target::PatchManagement];

impl Target {
    /// The name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Target::Configmgr => "configmgr",
            Target::Windows => "windows",
            Target::WindowsHardened => "windows-hardened",
            Target::Wsus => "wsus",
            Target::PatchManagement => "patch-management",
        }
    }

    /// What an administrator calls it.
    pub fn title(self) -> &'static str {
        match self {
            Target::Configmgr => "ConfigMgr",
            Target::Windows => "Windows",
            Target::WindowsHardened => "Windows with EnableCertPaddingCheck",
            Target::Wsus => "WSUS",
            Target::PatchManagement => "patch management agents",
        }
    }

    /// Whether this target refuses files for their own signature.
    pub fn checks_signatures(self) -> bool {
        self != Target::Wsus
    }

    /// Whether it judges signatures on the computers that install the files.
    pub fn is_on_endpoints(self) -> bool {
        matches!(self, Target::Windows | Target::WindowsHardened | Target::PatchManagement)
    }

    /// Whether the members of a file matter to this target: Windows verifies what an installer starts, agents
    /// verify what they were given, whereas publishing looks at the outer file only.
    pub fn looks_inside(self) -> bool {
        !matches!(self, Target::Configmgr | Target::Wsus)
    }

    /// What this target is predicted to do.
    pub(crate) fn predict(self, judged: &Judged<'_>) -> Prediction {
        match self {
            Target::Configmgr => configmgr::predict(judged),
            Target::Windows => windows::predict(judged),
            Target::WindowsHardened => windows_hardened::predict(judged),
            Target::Wsus => wsus::predict(judged),
            Target::PatchManagement => patch_management::predict(judged),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no target; targets are configmgr, windows, windows-hardened, wsus, patch-management")]
pub struct UnknownTarget(pub String);

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Target, UnknownTarget> {
        TARGETS.into_iter().find(|target| target.name() == text).ok_or_else(|| UnknownTarget(text.to_owned()))
    }
}

/// Why targets differ, in one sentence: who takes the file and who does not, with the reasons of both.
pub(crate) fn difference(predictions: &[Prediction]) -> Option<String> {
    let of = |outcome: PredictedOutcome| {
        let wanted = predictions.iter().filter(|prediction| prediction.outcome == outcome);
        let names: Vec<&str> = wanted.clone().map(|prediction| prediction.target.title()).collect();
        Some((names.join(", "), wanted.map(|prediction| &prediction.reason).next()?))
    };
    let ((taking, why), (refusing, why_not)) =
        of(PredictedOutcome::Accepted).zip(of(PredictedOutcome::Rejected))?;
    Some(format!("{taking} would take it ({why}); {refusing} would not ({why_not})"))
}

/// What a target does with a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PredictedOutcome {
    /// It takes it.
    Accepted,
    /// It refuses it.
    Rejected,
    /// It cannot be said.
    Unknown,
}

/// A status message that Configuration Manager would raise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PredictedMessage {
    /// Its name.
    pub symbol: String,
    /// Its number, where one was found in public documentation.
    pub id: Option<u32>,
}

/// What one target is predicted to do, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The target.
    pub target: Target,
    /// What it does.
    pub outcome: PredictedOutcome,
    /// The status message it raises, when that is known.
    pub status_message: Option<PredictedMessage>,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why, in one sentence.
    pub reason: String,
    /// What it does one after the other, where that is known.
    pub steps: Vec<Step>,
}

impl Prediction {
    fn new(
        target: Target,
        outcome: PredictedOutcome,
        confidence: Confidence,
        reason: impl Into<String>,
    ) -> Self {
        Prediction {
            target,
            outcome,
            status_message: None,
            confidence,
            reason: reason.into(),
            steps: Vec::new(),
        }
    }

    /// What every target says of a file that could not be read completely.
    fn unknown(target: Target) -> Self {
        let reason = "the file could not be read completely";
        Prediction::new(target, PredictedOutcome::Unknown, Confidence::Unknown, reason)
    }
}
