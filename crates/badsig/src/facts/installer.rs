//! What a package or bundle says of parts that Windows verifies by themselves: cabinets beside a package, the engine of a
//! bundle.

use serde::{Deserialize, Serialize};

use crate::hex::Hex;

/// The engine of a WiX Burn bundle: the part that Windows runs again, from the package cache, to repair or remove the
/// product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BurnEngine {
    /// Size of the engine in bytes, with its signature.
    pub size: u64,
    /// Whether the bundle keeps a signature of the engine alone.
    pub signature_kept: bool,
    /// Containers that are attached behind the engine.
    pub attached_containers: usize,
}

/// A cabinet beside a Windows Installer package, and what the package says of its signature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExternalCabinet {
    /// Its name in the `Media` table.
    pub name: String,
    /// Whether it lies beside the package.
    pub found: bool,
    /// Whether the table `MsiDigitalSignature` lists it.
    pub listed: bool,
    /// The common name of the certificate that must have signed it, when the package holds that certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_certificate: Option<String>,
    /// The common name of the signer of its primary signature; absent when it is not signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// Whether it was signed with the certificate that is listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_matches: Option<bool>,
    /// Whether its signature is the one whose hash is listed; absent when none is, or one of another kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash_matches: Option<bool>,
}

/// A certificate in the tables of a Windows Installer package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InstallerCertificate {
    /// Its key in `MsiDigitalCertificate`.
    pub key: String,
    /// Its common name.
    pub name: String,
    /// Its SHA-1.
    pub thumbprint_sha1: Hex,
    /// Whether `MsiDigitalSignature` names it for a cabinet.
    pub for_cabinets: bool,
    /// Whether `MsiPatchCertificate` names it: patches that it signed need no administrator.
    pub for_patches: bool,
}
