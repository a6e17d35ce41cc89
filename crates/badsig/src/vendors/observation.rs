//! What was seen, or said, of the signature of one file, or of a range of versions, on one date.

use serde::{Deserialize, Serialize};

use super::date::EvidenceDate;
use super::version::Version;
use crate::hex::Hex;

/// One dated statement about signatures, with its sources. Signing belongs to a file and to versions, not to a
/// product: a vendor may forget one release. An observation without a version speaks of the product at its date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// When it was seen or said; absent when the source has no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<EvidenceDate>,
    /// What was seen.
    pub state: Signing,
    /// The one version that it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// First of several versions that it speaks of, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last of several versions that it speaks of, itself included; absent when it speaks of all later ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Name of the file, or a pattern of names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Hex>,
    /// Who signed, as the source names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// What the source says, in our words.
    pub says: String,
    /// How it is known.
    pub known: Knowledge,
    /// Addresses where it can be read.
    pub sources: Vec<String>,
}

/// What was seen of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Signing {
    /// The file is known, its signature was not looked at.
    NotSeen,
    /// Signed.
    Signed,
    /// Signed outside the validity of the certificate.
    SignedOutsideValidity,
    /// Signed, up to a root that Windows does not trust.
    SignedUntrustedRoot,
    /// Not signed.
    Unsigned,
}

/// How something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Knowledge {
    /// badsig looked at the file.
    Checked,
    /// An excerpt of the source was read: later remarks in the same place may say otherwise.
    Excerpt,
    /// The source was read in full.
    Read,
}

impl Signing {
    /// The word of the catalog.
    pub fn name(self) -> &'static str {
        match self {
            Signing::NotSeen => "not-seen",
            Signing::Signed => "signed",
            Signing::SignedOutsideValidity => "signed-outside-validity",
            Signing::SignedUntrustedRoot => "signed-untrusted-root",
            Signing::Unsigned => "unsigned",
        }
    }

    /// For a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Signing::NotSeen => "signature not looked at",
            Signing::Signed => "signed",
            Signing::SignedOutsideValidity => "signed outside the validity of the certificate",
            Signing::SignedUntrustedRoot => "signed, up to a root that is not trusted",
            Signing::Unsigned => "unsigned",
        }
    }
}

impl Knowledge {
    /// The word of the catalog.
    pub fn name(self) -> &'static str {
        match self {
            Knowledge::Checked => "checked",
            Knowledge::Excerpt => "excerpt",
            Knowledge::Read => "read",
        }
    }
}

impl Observation {
    /// Whether it says anything about a signature.
    pub fn is_conclusive(&self) -> bool {
        self.state != Signing::NotSeen
    }

    /// Whether it speaks of certain versions only.
    pub fn is_versioned(&self) -> bool {
        self.version.is_some() || self.from.is_some() || self.to.is_some()
    }

    /// Whether it speaks of this version by naming it or a range around it.
    pub fn covers(&self, version: &Version) -> bool {
        let parsed = |text: &Option<String>| text.as_deref().and_then(Version::parse);
        if self.version.is_some() {
            return parsed(&self.version).as_ref() == Some(version);
        }
        self.is_versioned()
            && parsed(&self.from).is_none_or(|from| from <= *version)
            && parsed(&self.to).is_none_or(|to| *version <= to)
    }

    /// The versions for a sentence: `8.8.3 to 8.8.6`; nothing when it speaks of none.
    pub fn versions(&self) -> Option<String> {
        match (&self.version, &self.from, &self.to) {
            (Some(version), _, _) => Some(version.clone()),
            (None, Some(from), Some(to)) => Some(format!("{from} to {to}")),
            (None, Some(from), None) => Some(format!("{from} and later")),
            (None, None, Some(to)) => Some(format!("up to {to}")),
            (None, None, None) => None,
        }
    }

    /// The first version that it speaks of, for sorting.
    pub(crate) fn first_version(&self) -> Option<Version> {
        self.version.as_deref().or(self.from.as_deref()).and_then(Version::parse)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An observation of the present tests: date, state, version.
    pub(crate) fn seen(date: &str, state: Signing, version: Option<&str>) -> Observation {
        Observation {
            date: date.parse().ok(),
            state,
            version: version.map(str::to_owned),
            from: None,
            to: None,
            file_name: None,
            sha256: None,
            signer: None,
            says: "x".to_owned(),
            known: Knowledge::Read,
            sources: vec!["https://vendor.example/".to_owned()],
        }
    }

    fn covers(observation: &Observation, version: &str) -> bool {
        observation.covers(&Version::parse(version).unwrap())
    }

    #[test]
    fn versions_and_ranges_include_their_ends() {
        let one = seen("2026", Signing::Signed, Some("26.02"));
        assert!(covers(&one, "26.02.00.0") && !covers(&one, "26.03"));
        let some = Observation {
            from: Some("8.8.3".into()),
            to: Some("8.8.6".into()),
            version: None,
            ..one.clone()
        };
        assert!(
            covers(&some, "8.8.3")
                && covers(&some, "8.8.6")
                && !covers(&some, "8.8.7")
                && !covers(&some, "8.8.2")
        );
        let later = Observation { from: Some("2.53.21b1".into()), version: None, ..one.clone() };
        assert!(covers(&later, "2.53.24") && !covers(&later, "2.53.20"));
        assert!(!covers(&Observation { version: None, ..one }, "1"));
    }
}
