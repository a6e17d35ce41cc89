//! What a Windows Installer file says about itself: database (MSI), patch (MSP) or transform (MST).
//!
//! All three are compound files (MS-CFB) with a summary information stream (MS-OLEPS) and, mostly, tables
//! over a pool of strings. Microsoft, "Summary Information Stream Property Set"
//! (<https://learn.microsoft.com/windows/win32/msi/summary-information-stream-property-set>) and "Property
//! Table". Signatures are not read here.
//!
//! The compound file is read by the reader of `format::compound`, the streams in it by the small bounded readers below. The
//! `msi` crate is not used for that: it holds the whole allocation table in memory, panics on sound transforms (whose tables hold changes instead of rows) and
//! on tables that break their own rules, and reserves whatever memory a string claims, so guarding it would take the same readers.
//! It is an oracle of the tests.

mod code_page;
mod compound;
mod database;
#[cfg(test)]
mod oracle;
mod summary;
mod tables;

use serde::{Deserialize, Serialize};

use self::compound::Compound;
use self::database::{Database, Properties};
pub use self::summary::SummaryInformation;
pub(crate) use self::tables::Tables;
use super::{DescribeError, clip, keep};
use crate::limits::Limits;
use crate::subject::ByteSource;

/// What a Windows Installer file says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct InstallerDescription {
    /// What the class identifier of the root storage says; absent when it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<InstallerKind>,
    /// The summary information stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<SummaryInformation>,
    /// Code page of the strings in the database: 0 when they are all ASCII.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_page: Option<u32>,
    /// The `Property` table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductProperties>,
    /// What a patch says of itself and of its targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<PatchDescription>,
    /// Parts that are there but could not be read, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// The kind of a Windows Installer file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InstallerKind {
    /// An installation database: MSI. Merge modules carry the same class identifier.
    Database,
    /// A patch package: MSP.
    Patch,
    /// A transform: MST.
    Transform,
}

/// Properties that identify a product and say how it is installed, from the `Property` table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProductProperties {
    /// `ProductName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_name: Option<String>,
    /// `Manufacturer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<String>,
    /// `ProductVersion`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_version: Option<String>,
    /// `ProductCode`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_code: Option<String>,
    /// `UpgradeCode`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgrade_code: Option<String>,
    /// `ProductLanguage`: a language identifier in decimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_language: Option<String>,
    /// `ALLUSERS`: `1` for the machine, `2` for whoever may, absent for the user alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_users: Option<String>,
    /// `MSIINSTALLPERUSER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install_per_user: Option<String>,
    /// `REBOOT`: whether a restart is forced or suppressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reboot: Option<String>,
    /// `ARPURLINFOABOUT`: the publisher's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about_url: Option<String>,
}

/// A patch and its targets, from its summary information (whose fields mean other things than in a database)
/// and its metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PatchDescription {
    /// Patch code: the first GUID of the `Revision Number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch_code: Option<String>,
    /// Patches that this one replaces: the other GUIDs of the `Revision Number`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obsoleted_patch_codes: Vec<String>,
    /// Product codes of the targets: the `Template`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_product_codes: Vec<String>,
    /// Storages of the transforms in order of application, each with a colon in front: `Last Saved By`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transforms: Vec<String>,
    /// The `MsiPatchMetadata` table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<PatchMetadata>,
}

/// The properties of a patch that Windows shows, from the `MsiPatchMetadata` table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PatchMetadata {
    /// `DisplayName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `ManufacturerName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer_name: Option<String>,
    /// `TargetProductName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_product_name: Option<String>,
    /// `Classification`: hotfix, security rollup, critical update, update, service pack, update rollup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<String>,
    /// `Description`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `MoreInfoURL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_info_url: Option<String>,
    /// `AllowRemoval`: `1` when the patch can be uninstalled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_removal: Option<String>,
    /// `CreationTimeUTC`, as the maker wrote it (month-day-year and time by rule).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<String>,
}

/// Reads what a Windows Installer file says about itself.
///
/// # Errors
/// [`DescribeError::Compound`] when the compound file cannot be read, [`DescribeError::NotA`] when it is
/// none of Windows Installer's, [`DescribeError::Read`] when the bytes cannot be read. A damaged stream is
/// not an error: what it holds is missing and named in [`InstallerDescription::unread`].
pub fn describe_installer(
    source: &dyn ByteSource,
    limits: &Limits,
) -> Result<InstallerDescription, DescribeError> {
    let mut compound = Compound::open(source, limits)?;
    let kind = compound.kind();
    if kind.is_none() && !compound.has_table(database::STRING_POOL) {
        return Err(DescribeError::NotA("a Windows Installer file"));
    }
    let mut unread = Vec::new();
    let summary = keep(summary::read(&mut compound, limits), &mut unread);
    let database = keep(Database::open(&mut compound, limits), &mut unread);
    let code_page = database.as_ref().map(Database::code_page);
    // The tables of a transform hold changes to rows instead of rows.
    let database = database.filter(|_| kind != Some(InstallerKind::Transform));
    let mut table = |name| keep(database.as_ref()?.properties(&mut compound, name), &mut unread);
    let product = table("Property").map(|properties| product_properties(&properties));
    let metadata = table("MsiPatchMetadata").map(|properties| patch_metadata(&properties));
    let is_patch = kind == Some(InstallerKind::Patch);
    let patch = is_patch.then(|| patch_description(summary.as_ref(), metadata));
    let mut description = InstallerDescription { kind, summary, code_page, product, patch, unread };
    description.fit(limits.text_bytes);
    Ok(description)
}

impl InstallerDescription {
    /// Cuts the texts so that they have at most so many bytes together: all of them may name one long string.
    fn fit(&mut self, limit: usize) {
        let mut left = limit;
        for text in self.texts() {
            *text = clip(std::mem::take(text), left);
            left = left.saturating_sub(text.len());
        }
    }

    /// The texts, those that tell products apart first.
    fn texts(&mut self) -> Vec<&mut String> {
        let mut texts = Vec::new();
        if let Some(product) = &mut self.product {
            texts.extend(product.product_name.as_mut());
            texts.extend(product.manufacturer.as_mut());
            texts.extend(product.product_version.as_mut());
            texts.extend(product.product_code.as_mut());
            texts.extend(product.upgrade_code.as_mut());
            texts.extend(product.product_language.as_mut());
            texts.extend(product.all_users.as_mut());
            texts.extend(product.install_per_user.as_mut());
            texts.extend(product.reboot.as_mut());
            texts.extend(product.about_url.as_mut());
        }
        if let Some(summary) = &mut self.summary {
            let fields =
                [&mut summary.title, &mut summary.subject, &mut summary.author, &mut summary.revision_number];
            texts.extend(fields.into_iter().flatten());
            let fields = [&mut summary.template, &mut summary.keywords, &mut summary.comments];
            texts.extend(fields.into_iter().flatten());
            let fields = [&mut summary.last_saved_by, &mut summary.creating_application];
            texts.extend(fields.into_iter().flatten());
        }
        if let Some(patch) = &mut self.patch {
            texts.extend(patch.patch_code.as_mut());
            if let Some(metadata) = &mut patch.metadata {
                texts.extend(metadata.display_name.as_mut());
                texts.extend(metadata.manufacturer_name.as_mut());
                texts.extend(metadata.target_product_name.as_mut());
                texts.extend(metadata.classification.as_mut());
                texts.extend(metadata.description.as_mut());
                texts.extend(metadata.more_info_url.as_mut());
                texts.extend(metadata.allow_removal.as_mut());
                texts.extend(metadata.creation_time.as_mut());
            }
            let lists =
                [&mut patch.target_product_codes, &mut patch.obsoleted_patch_codes, &mut patch.transforms];
            texts.extend(lists.into_iter().flatten());
        }
        texts
    }
}

/// Items of one list in a description. Patches for all editions of Office name some hundred products.
const LISTED: usize = 1024;

fn product_properties(properties: &Properties<'_>) -> ProductProperties {
    ProductProperties {
        product_name: properties.value("ProductName"),
        manufacturer: properties.value("Manufacturer"),
        product_version: properties.value("ProductVersion"),
        product_code: properties.value("ProductCode"),
        upgrade_code: properties.value("UpgradeCode"),
        product_language: properties.value("ProductLanguage"),
        all_users: properties.value("ALLUSERS"),
        install_per_user: properties.value("MSIINSTALLPERUSER"),
        reboot: properties.value("REBOOT"),
        about_url: properties.value("ARPURLINFOABOUT"),
    }
}

fn patch_metadata(properties: &Properties<'_>) -> PatchMetadata {
    PatchMetadata {
        display_name: properties.value("DisplayName"),
        manufacturer_name: properties.value("ManufacturerName"),
        target_product_name: properties.value("TargetProductName"),
        classification: properties.value("Classification"),
        description: properties.value("Description"),
        more_info_url: properties.value("MoreInfoURL"),
        allow_removal: properties.value("AllowRemoval"),
        creation_time: properties.value("CreationTimeUTC"),
    }
}

fn patch_description(
    summary: Option<&SummaryInformation>,
    metadata: Option<PatchMetadata>,
) -> PatchDescription {
    let field = |choose: fn(&SummaryInformation) -> &Option<String>| {
        summary.and_then(|summary| choose(summary).as_deref()).unwrap_or_default()
    };
    let mut codes = guids(field(|summary| &summary.revision_number));
    PatchDescription {
        patch_code: codes.next(),
        obsoleted_patch_codes: codes.take(LISTED).collect(),
        target_product_codes: list(field(|summary| &summary.template)),
        transforms: list(field(|summary| &summary.last_saved_by)),
        metadata,
    }
}

/// GUIDs in braces, with or without anything between them.
fn guids(text: &str) -> impl Iterator<Item = String> {
    text.split_inclusive('}')
        .filter_map(|part| part.find('{').and_then(|start| part.get(start..)).map(str::to_owned))
}

fn list(text: &str) -> Vec<String> {
    text.split(';').filter(|part| !part.is_empty()).take(LISTED).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_guid_of_a_patch_is_its_own() {
        let summary = SummaryInformation {
            revision_number: Some("{A}{B}; {C}".to_owned()),
            template: Some("{P};{Q};".to_owned()),
            last_saved_by: Some(":t1;:#t1".to_owned()),
            ..SummaryInformation::default()
        };
        let patch = patch_description(Some(&summary), None);
        assert_eq!(patch.patch_code.as_deref(), Some("{A}"));
        assert_eq!(patch.obsoleted_patch_codes, ["{B}", "{C}"]);
        assert_eq!(patch.target_product_codes, ["{P}", "{Q}"]);
        assert_eq!(patch.transforms, [":t1", ":#t1"]);
    }

    #[test]
    fn all_texts_together_are_bounded() {
        let long = "x".repeat(3000);
        let mut description = InstallerDescription {
            kind: None,
            summary: Some(SummaryInformation { title: Some(long.clone()), ..SummaryInformation::default() }),
            code_page: None,
            product: Some(ProductProperties {
                product_name: Some(long.clone()),
                manufacturer: Some(long),
                ..ProductProperties::default()
            }),
            patch: Some(PatchDescription {
                transforms: list(&"t;".repeat(30_000)),
                ..PatchDescription::default()
            }),
            unread: Vec::new(),
        };
        assert_eq!(description.patch.as_ref().unwrap().transforms.len(), LISTED);
        description.fit(4096);
        let lengths: Vec<usize> = description.texts().iter().map(|text| text.len()).collect();
        assert_eq!(lengths.iter().sum::<usize>(), 4096);
        assert_eq!(lengths[..3], [3000, 1096, 0]);
    }

    #[test]
    fn other_bytes_are_no_compound_file() {
        let error = describe_installer(&vec![0u8; 2048], &Limits::default()).unwrap_err();
        assert!(matches!(error, DescribeError::Compound(_)), "{error}");
    }
}
