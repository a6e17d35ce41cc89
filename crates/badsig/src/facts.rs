//! What was read from one subject. No opinion: facts can be collected on many machines and judged on one,
//! at another date, against another target.

use serde::{Deserialize, Serialize};

use crate::authenticode::facts::SignatureFacts;
use crate::describe::{InstallerDescription, PeDescription};
use crate::format::{Format, Storage};
use crate::hex::Hex;
use crate::problem::Problem;

/// Everything that [`crate::inspect`] read from a subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// The name the subject is reported under.
    pub path: String,
    /// What the bytes are.
    pub format: Format,
    /// Size in bytes; `None` when the file could not be opened.
    pub size: Option<u64>,
    /// SHA-256 of the whole file; `None` when it could not be read to its end.
    pub sha256: Option<Hex>,
    /// SHA-1 of the whole file, when it was asked for.
    pub sha1: Option<Hex>,
    /// The signatures; the first is the one that Windows judges.
    pub signatures: Vec<SignatureFacts>,
    /// How the signatures are stored.
    pub storage: Storage,
    /// `MsiDigitalSignatureEx`: stored and recomputed.
    pub msi_extended: Option<MsiExtended>,
    /// Product, vendor and version as the file states them; `None` when it states none.
    pub description: Option<Description>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// The digest of names, sizes and times in a Windows Installer file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MsiExtended {
    /// What the stream `MsiDigitalSignatureEx` holds.
    pub stored: Hex,
    /// What it should hold, by the algorithm of the signature.
    pub computed: Hex,
    /// Whether they are the same.
    pub matches: bool,
}

/// What a file says of itself. Claims: nothing here is covered by trust.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Description {
    /// Headers and version resource of an image.
    Pe(Box<PeDescription>),
    /// Summary information and properties of a Windows Installer file.
    Installer(Box<InstallerDescription>),
}

impl Facts {
    /// Facts of a subject that could not be opened at all.
    pub fn unreadable(path: impl Into<String>, problem: Problem) -> Facts {
        Facts {
            path: path.into(),
            format: Format::Unknown,
            size: None,
            sha256: None,
            sha1: None,
            signatures: Vec::new(),
            storage: Storage::default(),
            msi_extended: None,
            description: None,
            problems: vec![problem],
        }
    }
}
