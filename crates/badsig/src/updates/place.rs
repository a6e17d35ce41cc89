//! Where the reader stands in a package: which element means what, inside of which.

use super::namespaces::{CATALOG, COMMAND_LINE, MSI, MSP, PACKAGE};

/// What an open element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Above the root.
    Document,
    Catalog,
    Package,
    Properties,
    MoreInfoUrl,
    SupportUrl,
    ProductName,
    Localized,
    LocalizedLanguage,
    Title,
    Description,
    TypeData,
    Superseded,
    SupersededId,
    Prerequisites,
    AtLeastOne,
    PrerequisiteId,
    Bundled,
    BundledId,
    Item,
    InstallProperties,
    CommandLine,
    ReturnCode,
    Msi,
    Msp,
    MspFileName,
    OriginFile,
    AdditionalDigest,
    ItemLanguage,
    /// Anything else: applicability rules above all, which decide nothing here.
    Other,
}

impl Place {
    /// What the element `name` of `namespace` is inside of this one; `None` when the root is no part of a
    /// catalog.
    pub(super) fn inner(self, namespace: &str, name: &str) -> Option<Place> {
        let sdp = namespace == PACKAGE;
        let place = match (self, name) {
            (Place::Document, "SystemsManagementCatalog") if namespace == CATALOG => Place::Catalog,
            (Place::Document, "SoftwareDistributionPackage") if sdp => Place::Package,
            (Place::Document, _) => return None,
            // In a catalog the package element has the namespace of the catalog in real files.
            (Place::Catalog, "SoftwareDistributionPackage") if sdp || namespace == CATALOG => Place::Package,
            (Place::Package, _) if sdp => in_package(name),
            (Place::Properties, "MoreInfoUrl") if sdp => Place::MoreInfoUrl,
            (Place::Properties, "SupportUrl") if sdp => Place::SupportUrl,
            (Place::Properties, "ProductName") if sdp => Place::ProductName,
            (Place::Localized, "Language") if sdp => Place::LocalizedLanguage,
            (Place::Localized, "Title") if sdp => Place::Title,
            (Place::Localized, "Description") if sdp => Place::Description,
            (Place::Superseded, "PackageID") if sdp => Place::SupersededId,
            (Place::Prerequisites, "AtLeastOne") if sdp => Place::AtLeastOne,
            (Place::AtLeastOne, "PackageID") if sdp => Place::PrerequisiteId,
            (Place::Bundled, "PackageID") if sdp => Place::BundledId,
            (Place::Item, _) => in_item(namespace, name),
            (Place::CommandLine, "ReturnCode") if namespace == COMMAND_LINE => Place::ReturnCode,
            (Place::Msp, "MspFileName") if namespace == MSP => Place::MspFileName,
            (Place::OriginFile, "AdditionalDigest") if sdp => Place::AdditionalDigest,
            _ => Place::Other,
        };
        Some(place)
    }

    /// Whether the text inside is kept.
    pub(super) fn has_text(self) -> bool {
        matches!(
            self,
            Place::MoreInfoUrl
                | Place::SupportUrl
                | Place::ProductName
                | Place::LocalizedLanguage
                | Place::Title
                | Place::Description
                | Place::SupersededId
                | Place::PrerequisiteId
                | Place::BundledId
                | Place::MspFileName
                | Place::AdditionalDigest
                | Place::ItemLanguage
        )
    }
}

fn in_package(name: &str) -> Place {
    match name {
        "Properties" => Place::Properties,
        "LocalizedProperties" => Place::Localized,
        "UpdateSpecificData" | "ApplicationSpecificData" => Place::TypeData,
        "SupersededPackages" => Place::Superseded,
        "Prerequisites" => Place::Prerequisites,
        "BundledPackages" => Place::Bundled,
        "InstallableItem" => Place::Item,
        _ => Place::Other,
    }
}

fn in_item(namespace: &str, name: &str) -> Place {
    match (namespace, name) {
        (PACKAGE, "InstallProperties") => Place::InstallProperties,
        (PACKAGE, "OriginFile") => Place::OriginFile,
        (PACKAGE, "Language") => Place::ItemLanguage,
        (COMMAND_LINE, "CommandLineInstallerData") => Place::CommandLine,
        (MSI, "MsiInstallerData") => Place::Msi,
        (MSP, "MspInstallerData") => Place::Msp,
        _ => Place::Other,
    }
}
