//! One product of the catalog, as it stands in `catalog/ID.toml`.

use serde::{Deserialize, Serialize};

use super::date::EvidenceDate;
use super::observation::{Knowledge, Observation};

/// One product. What is not known is absent; nothing is guessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The id, which is the name of the file: lower-case letters, digits and hyphens.
    pub id: String,
    /// Name of the product. It counts as a product name for matching, as do the aliases.
    pub product: String,
    /// Who makes it.
    pub vendor: String,
    /// Other names of the product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// When somebody last looked for evidence.
    pub reviewed: EvidenceDate,
    /// The product's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Where it is downloaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download_page: Option<String>,
    /// Where to ask the vendor to sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// Package identifiers in the winget repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub winget: Vec<String>,
    /// Package identifiers in the Chocolatey repository.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chocolatey: Vec<String>,
    /// Addresses of the current installers, for `badsig vendors verify`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub installers: Vec<String>,
    /// What to do with an unsigned file.
    pub instead: String,
    /// How its files are recognised.
    #[serde(default, rename = "match", skip_serializing_if = "MatchRules::is_empty")]
    pub rules: MatchRules,
    /// What was seen, in order of dates; what has no date comes first.
    #[serde(default, rename = "observation")]
    pub observations: Vec<Observation>,
    /// What else is worth knowing, conflicts between sources above all.
    #[serde(default, rename = "note", skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// A remark with its sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Sources contradict each other.
    #[serde(default, skip_serializing_if = "is_false")]
    pub conflict: bool,
    /// The remark.
    pub text: String,
    /// How it is known; absent for what was looked for and not found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Knowledge>,
    /// Addresses where it can be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// How files of a product are recognised. Texts are patterns (see `catalog/README.md`), compared without regard to
/// case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatchRules {
    /// Names of files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub file_names: Vec<String>,
    /// The version resource of PE images.
    #[serde(default, skip_serializing_if = "PeRules::is_empty")]
    pub pe: PeRules,
    /// Properties of Windows Installer files.
    #[serde(default, skip_serializing_if = "MsiRules::is_empty")]
    pub msi: MsiRules,
    /// Names in update catalogs.
    #[serde(default, skip_serializing_if = "UpdateCatalogRules::is_empty")]
    pub update_catalog: UpdateCatalogRules,
}

/// Strings of the version resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PeRules {
    /// `CompanyName`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_names: Vec<String>,
    /// `ProductName`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_names: Vec<String>,
    /// `OriginalFilename`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub original_file_names: Vec<String>,
}

/// Properties of a Windows Installer file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MsiRules {
    /// `Manufacturer`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manufacturers: Vec<String>,
    /// `ProductName`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_names: Vec<String>,
    /// `UpgradeCode`; a `?` stands for one hexadecimal digit, where the vendor documents a scheme.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub upgrade_codes: Vec<String>,
    /// `ProductCode`, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_codes: Vec<String>,
}

/// Names under which update catalogs list the product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateCatalogRules {
    /// Vendors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vendors: Vec<String>,
    /// Products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl PeRules {
    fn is_empty(&self) -> bool {
        *self == PeRules::default()
    }
}

impl MsiRules {
    fn is_empty(&self) -> bool {
        *self == MsiRules::default()
    }
}

impl UpdateCatalogRules {
    fn is_empty(&self) -> bool {
        *self == UpdateCatalogRules::default()
    }
}

impl MatchRules {
    fn is_empty(&self) -> bool {
        *self == MatchRules::default()
    }
}

/// A text is not an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an entry of the catalog: {0}")]
pub struct EntryError(pub String);

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    /// With line, column and reason, when the text is no TOML or has other fields.
    pub fn from_toml(text: &str) -> Result<Entry, EntryError> {
        toml::from_str(text).map_err(|error| EntryError(error.to_string()))
    }

    /// The canonical text: fields in the order of this type, observations in order of dates.
    ///
    /// # Errors
    /// When the writer fails, which it has no reason to.
    pub fn to_toml(&self) -> Result<String, EntryError> {
        let mut sorted = self.clone();
        sorted.observations.sort_by(|left, right| left.date.cmp(&right.date));
        toml::to_string_pretty(&sorted).map_err(|error| EntryError(error.to_string()))
    }

    /// The product's name and its aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.product.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small entry of the present tests.
    pub(crate) fn entry(id: &str, product: &str, vendor: &str) -> Entry {
        Entry {
            id: id.to_owned(),
            product: product.to_owned(),
            vendor: vendor.to_owned(),
            aliases: Vec::new(),
            reviewed: "2026-11-21".parse().unwrap(),
            homepage: None,
            download_page: None,
            ask: None,
            winget: Vec::new(),
            chocolatey: Vec::new(),
            installers: Vec::new(),
            instead: "Ask.".to_owned(),
            rules: MatchRules::default(),
            observations: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_is_unknown_stays_absent() {
        let text = entry("x", "X", "Y").to_toml().unwrap();
        assert_eq!(
            text,
            "id = \"x\"\nproduct = \"X\"\nvendor = \"Y\"\nreviewed = \"2026-11-21\"\ninstead = \"Ask.\"\nobservation = []\n"
        );
        assert_eq!(Entry::from_toml(&text).unwrap(), entry("x", "X", "Y"));
    }

    #[test]
    fn other_fields_are_refused_with_their_place() {
        let error = Entry::from_toml("id = \"x\"\nexcuse = true\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("excuse"), "{error}");
    }
}
