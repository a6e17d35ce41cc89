//! The namespaces of update catalogs. Elements are known by these, never by a prefix.

/// `SystemsManagementCatalog` (note *sms*, where the others say *wsus*).
pub(super) const CATALOG: &str =
    "http://schemas.microsoft.com/sms/2005/04/CorporatePublishing/SystemsManagementCatalog.xsd";
/// `SoftwareDistributionPackage` and what it is made of.
pub(super) const PACKAGE: &str =
    "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/SoftwareDistributionPackage.xsd";
/// `CommandLineInstallerData`.
pub(super) const COMMAND_LINE: &str =
    "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/Installers/CommandLineInstallation.xsd";
/// `MsiInstallerData`.
pub(super) const MSI: &str =
    "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/Installers/MsiInstallation.xsd";
/// `MspInstallerData`.
pub(super) const MSP: &str =
    "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/Installers/MspInstallation.xsd";
