//! What of a file is compared with the rules of an entry.

use serde::{Deserialize, Serialize};

use super::pattern::{Pattern, PatternError};
use crate::vendors::entry::Entry;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// `CompanyName` of the version resource.
    CompanyName,
    /// The name of the file.
    FileName,
    /// A product name of the file or of an update catalog, compared with the product's name and its aliases.
    KnownName,
    /// `Manufacturer` of a Windows Installer file.
    Manufacturer,
    /// `ProductName` of a Windows Installer file.
    MsiProductName,
    /// `OriginalFilename` of the version resource.
    OriginalFileName,
    /// `ProductName` of the version resource.
    PeProductName,
    /// `ProductCode` of a Windows Installer file.
    ProductCode,
    /// SHA-256 of the file.
    Sha256,
    /// Product in an update catalog.
    UpdateProduct,
    /// Vendor in an update catalog.
    UpdateVendor,
    /// `UpgradeCode` of a Windows Installer file.
    UpgradeCode,
}

impl Field {
    /// For a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Field::CompanyName => "CompanyName",
            Field::FileName => "file name",
            Field::KnownName => "name of the product",
            Field::Manufacturer => "Manufacturer",
            Field::MsiProductName | Field::PeProductName => "ProductName",
            Field::OriginalFileName => "OriginalFilename",
            Field::ProductCode => "ProductCode",
            Field::Sha256 => "SHA-256",
            Field::UpdateProduct => "product in the update catalog",
            Field::UpdateVendor => "vendor in the update catalog",
            Field::UpgradeCode => "UpgradeCode",
        }
    }

    /// Whether a value that fits none of the rules contradicts the entry. Product codes change with every release,
    /// and names of products are worded freely.
    pub(super) fn contradicts(self) -> bool {
        matches!(self, Field::CompanyName | Field::Manufacturer | Field::UpdateVendor | Field::UpgradeCode)
    }
}

/// All patterns that an entry is recognised by, as they are written and as they are compared.
pub(crate) fn patterns(
    entry: &Entry,
) -> impl Iterator<Item = (Field, String, Result<Pattern, PatternError>)> + '_ {
    let rules = &entry.rules;
    let lists: [(Field, &[String]); 10] = [
        (Field::FileName, &rules.file_names),
        (Field::CompanyName, &rules.pe.company_names),
        (Field::PeProductName, &rules.pe.product_names),
        (Field::OriginalFileName, &rules.pe.original_file_names),
        (Field::Manufacturer, &rules.msi.manufacturers),
        (Field::MsiProductName, &rules.msi.product_names),
        (Field::UpgradeCode, &rules.msi.upgrade_codes),
        (Field::ProductCode, &rules.msi.product_codes),
        (Field::UpdateVendor, &rules.update_catalog.vendors),
        (Field::UpdateProduct, &rules.update_catalog.products),
    ];
    let written = lists.into_iter().flat_map(|(field, list)| {
        let parse = move |text: &String| match field {
            Field::UpgradeCode | Field::ProductCode => Pattern::code(text),
            _ => Pattern::parse(text),
        };
        list.iter().map(move |text| (field, text.clone(), parse(text)))
    });
    let digests = entry.observations.iter().filter_map(|seen| {
        let digest = seen.sha256.as_ref()?.to_string();
        Some((Field::Sha256, digest.clone(), Pattern::literal(&digest)))
    });
    let names = entry
        .names()
        .flat_map(|name| [Pattern::literal(name), Pattern::starting(name)].map(|pattern| (name, pattern)))
        .map(|(name, pattern)| (Field::KnownName, name.to_owned(), pattern));
    written.chain(digests).chain(names)
}
