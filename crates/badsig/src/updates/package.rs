//! One software distribution package (SDP) as its XML states it. Claims, not facts: whether the content fits
//! is found out elsewhere.
//!
//! Meaning of the parts: the schemas `SoftwareDistributionPackage.xsd` and `Installers/*.xsd` of WSUS
//! (`http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/`). Values that the schema restricts are
//! kept as text here, so that what is wrong with them can be said.

use serde::Serialize;

/// A package: one update of a catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Package {
    /// Line of the XML on which the package starts, from 1.
    pub line: u64,
    /// Version of the schema that the package names, for information only.
    pub schema_version: Option<String>,
    /// `PackageID`, a GUID, as written.
    pub id: Option<String>,
    /// When the metadata was made (`xs:dateTime`), as written; without a zone it is UTC.
    pub creation_date: Option<String>,
    /// `Published` (also when absent) or `Expired`.
    pub publication_state: Option<String>,
    /// `Software` (also when absent), `Driver` or `Detectoid`.
    pub update_type: Option<String>,
    /// Who made the software.
    pub vendor: Option<String>,
    /// The products that the update is for.
    pub products: Vec<String>,
    /// Pages with more information.
    pub more_info_urls: Vec<String>,
    /// The page for support.
    pub support_url: Option<String>,
    /// Title and description by language; the first is the default.
    pub texts: Vec<LocalizedText>,
    /// `Updates`, `Security Updates`, …
    pub classification: Option<String>,
    /// Severity in the words of the Microsoft Security Response Center.
    pub severity: Option<String>,
    /// Whether data by type (`UpdateSpecificData` or `ApplicationSpecificData`) is there, which the schema requires.
    pub has_type_data: bool,
    /// Groups of packages; of every group one must be there before the update is offered.
    pub prerequisites: Vec<Vec<String>>,
    /// Packages that this one replaces.
    pub supersedes: Vec<String>,
    /// Packages that this one bundles.
    pub bundles: Vec<String>,
    /// What can be installed: usually one item, or one for each language.
    pub items: Vec<InstallableItem>,
    /// Elements that stand more than once where the schema has one; the last of them is kept.
    pub repeated: Vec<&'static str>,
}

/// Title and description in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LocalizedText {
    /// The language (BCP 47).
    pub language: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
}

/// One thing that can be installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InstallableItem {
    /// Its GUID, as written.
    pub id: Option<String>,
    /// How it is installed; `None` when the package does not say.
    pub installer: Option<Installer>,
    /// Whether it says that the installation may ask the user.
    pub can_request_user_input: Option<bool>,
    /// Whether and when it restarts the computer.
    pub reboot_behaviour: Option<String>,
    /// The file to download; `None` for metadata without content.
    pub origin_file: Option<OriginFile>,
    /// The languages that the item is for; none means all.
    pub languages: Vec<String>,
}

/// How an item is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Installer {
    /// A program with arguments.
    Exe(CommandLineInstaller),
    /// A Windows Installer package.
    Msi(MsiInstaller),
    /// A Windows Installer patch.
    Msp(MspInstaller),
}

impl Installer {
    /// The word of reports: `exe`, `msi`, `msp`.
    pub fn name(&self) -> &'static str {
        match self {
            Installer::Exe(_) => "exe",
            Installer::Msi(_) => "msi",
            Installer::Msp(_) => "msp",
        }
    }

    /// The file that is started, where the installer names one.
    pub fn program(&self) -> Option<&str> {
        match self {
            Installer::Exe(exe) => exe.program.as_deref(),
            Installer::Msi(msi) => msi.file.as_deref(),
            Installer::Msp(msp) => msp.file.as_deref(),
        }
    }

    /// The arguments of the command line.
    pub fn command_line(&self) -> Option<&str> {
        match self {
            Installer::Exe(exe) => exe.arguments.as_deref(),
            Installer::Msi(msi) => msi.command_line.as_deref(),
            Installer::Msp(msp) => msp.command_line.as_deref(),
        }
    }
}

/// `CommandLineInstallerData`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CommandLineInstaller {
    /// The program that is started.
    pub program: Option<String>,
    /// Its arguments.
    pub arguments: Option<String>,
    /// What a return code that is not listed means: `Failed` (also when absent), `Succeeded`, `Cancelled`.
    pub default_result: Option<String>,
    /// Whether a return code that is not listed asks for a restart.
    pub reboot_by_default: Option<String>,
    /// What return codes mean.
    pub return_codes: Vec<ReturnCode>,
}

/// What a return code of a program means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReturnCode {
    /// The code, a signed number of 32 bits, as written.
    pub code: Option<String>,
    /// `Failed`, `Succeeded` or `Cancelled`.
    pub result: Option<String>,
    /// Whether a restart is needed, as written.
    pub reboot: Option<String>,
}

/// `MsiInstallerData`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MsiInstaller {
    /// The package.
    pub file: Option<String>,
    /// Its product code.
    pub product_code: Option<String>,
    /// Properties on the command line: `NAME=value`.
    pub command_line: Option<String>,
    /// The same for removing.
    pub uninstall_command_line: Option<String>,
}

/// `MspInstallerData`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MspInstaller {
    /// The patch.
    pub file: Option<String>,
    /// Its code.
    pub patch_code: Option<String>,
    /// The code of the patch with whole files.
    pub full_file_patch_code: Option<String>,
    /// Properties on the command line.
    pub command_line: Option<String>,
    /// The same for removing.
    pub uninstall_command_line: Option<String>,
}

/// `OriginFile`: the file to download, and what it must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OriginFile {
    /// Line of the XML, from 1.
    pub line: u64,
    /// SHA-1 in base64, as written.
    pub digest: Option<String>,
    /// Other digests.
    pub additional_digests: Vec<AdditionalDigest>,
    /// The name that the file has when it is installed.
    pub file_name: Option<String>,
    /// Size in bytes, as written.
    pub size: Option<String>,
    /// When it was last changed, as written.
    pub modified: Option<String>,
    /// Where it can be had.
    pub url: Option<String>,
}

/// `AdditionalDigest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AdditionalDigest {
    /// The algorithm; the schema knows `SHA256` only.
    pub algorithm: Option<String>,
    /// The digest in base64, as written.
    pub value: String,
}

impl Package {
    /// The title in the default language.
    pub fn title(&self) -> Option<&str> {
        self.texts.iter().find_map(|text| text.title.as_deref())
    }

    /// `PackageID` in the one spelling that identifiers are compared in: lower case, without spaces around it.
    pub fn canonical_id(&self) -> Option<String> {
        self.id.as_deref().map(canonical_guid)
    }

    /// The kind of installer of the first item: `exe`, `msi`, `msp`, `driver`, or `none`.
    pub fn installer_kind(&self) -> &'static str {
        let named = self.items.iter().find_map(|item| item.installer.as_ref()).map(Installer::name);
        let driver = self.update_type.as_deref() == Some("Driver");
        named.unwrap_or(if driver { "driver" } else { "none" })
    }

    /// The files that the package needs, in the order of its items.
    pub fn origin_files(&self) -> impl Iterator<Item = &OriginFile> {
        self.items.iter().filter_map(|item| item.origin_file.as_ref())
    }

    /// Whether the package says that it is withdrawn.
    pub fn is_expired(&self) -> bool {
        self.publication_state.as_deref() == Some("Expired")
    }
}

/// A GUID in the spelling that is compared: lower case, without space and braces.
pub(crate) fn canonical_guid(text: &str) -> String {
    text.trim().trim_start_matches('{').trim_end_matches('}').to_ascii_lowercase()
}
