//! What a file says of itself, or an update catalog of an update: the values that rules are compared with.

use super::field::Field;
use super::pattern::LONGEST_VALUE;
use crate::Facts;
use crate::describe::{InstallerDescription, PeDescription};
use crate::facts::Description;

/// The values that rules are compared with. All of them are claims, except the digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    values: Vec<(Field, String)>,
    version: Option<String>,
}

impl Identity {
    /// Nothing yet.
    pub fn new() -> Identity {
        Identity::default()
    }

    /// What the facts of a file say.
    pub fn of_facts(facts: &Facts) -> Identity {
        let name = facts.file_name();
        let digest = facts.sha256.as_ref().map(ToString::to_string);
        let own = Identity::new().with(Field::FileName, Some(name)).with(Field::Sha256, digest.as_deref());
        match &facts.description {
            Some(Description::Pe(pe)) => own.with_pe(pe),
            Some(Description::Installer(installer)) => own.with_installer(installer),
            None => own,
        }
    }

    /// What an update catalog says of an update.
    pub fn of_update(vendor: &str, product: &str) -> Identity {
        Identity::new()
            .with(Field::UpdateVendor, Some(vendor))
            .with(Field::UpdateProduct, Some(product))
            .with(Field::KnownName, Some(product))
    }

    /// With one more value. Empty ones, and those longer than any real one, are left out.
    #[must_use]
    pub fn with(mut self, field: Field, value: Option<&str>) -> Identity {
        let value = value.map(str::trim).filter(|value| !value.is_empty() && value.len() <= LONGEST_VALUE);
        self.values.extend(value.map(|value| (field, value.to_owned())));
        self
    }

    /// With a version, when there is none yet.
    #[must_use]
    pub fn with_version(mut self, version: Option<&str>) -> Identity {
        self.version = self.version.or_else(|| version.map(str::to_owned));
        self
    }

    fn with_pe(self, pe: &PeDescription) -> Identity {
        let Some(version) = &pe.version else { return self };
        self.with(Field::CompanyName, version.company_name.as_deref())
            .with(Field::PeProductName, version.product_name.as_deref())
            .with(Field::KnownName, version.product_name.as_deref())
            .with(Field::OriginalFileName, version.original_filename.as_deref())
            .with_version(version.product_version.as_deref())
            .with_version(version.fixed_product_version.as_deref())
    }

    fn with_installer(mut self, installer: &InstallerDescription) -> Identity {
        if let Some(product) = &installer.product {
            self = self
                .with(Field::Manufacturer, product.manufacturer.as_deref())
                .with(Field::MsiProductName, product.product_name.as_deref())
                .with(Field::KnownName, product.product_name.as_deref())
                .with(Field::UpgradeCode, product.upgrade_code.as_deref())
                .with(Field::ProductCode, product.product_code.as_deref())
                .with_version(product.product_version.as_deref());
        }
        let Some(patch) = &installer.patch else { return self };
        if let Some(metadata) = &patch.metadata {
            self = self
                .with(Field::Manufacturer, metadata.manufacturer_name.as_deref())
                .with(Field::MsiProductName, metadata.target_product_name.as_deref())
                .with(Field::KnownName, metadata.target_product_name.as_deref());
        }
        // A patch may name thousands of products; a handful is enough to recognise it.
        patch
            .target_product_codes
            .iter()
            .take(16)
            .fold(self, |own, code| own.with(Field::ProductCode, Some(code)))
    }

    /// The values with their fields.
    pub fn values(&self) -> impl Iterator<Item = (Field, &str)> {
        self.values.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// The version that the file states of itself.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }
}
