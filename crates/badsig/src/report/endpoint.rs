//! What endpoints do with a file, and what they lack.

use serde::{Deserialize, Serialize};

use super::{ReasonReport, TrustReport};
use crate::authenticode::certificate::Certificate;
use crate::hex::Hex;
use crate::trust::endpoint::{EndpointVerdict, MissingCertificate, StoreName};

/// What one endpoint does with the signature that Windows judges.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndpointReport {
    /// The endpoint's name.
    pub name: String,
    /// Whether it accepts the signature.
    pub accepted: bool,
    /// The code that it is predicted to give.
    pub trust: TrustReport,
    /// Everything that is wrong there.
    pub reasons: Vec<ReasonReport>,
    /// The certificates that it lacks.
    pub missing: Vec<MissingReport>,
}

/// A certificate that an endpoint lacks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MissingReport {
    /// The common name, or what stands for it.
    pub common_name: String,
    /// SHA-1 of the certificate, upper case.
    pub thumbprint_sha1: String,
    /// SHA-256 of the certificate, upper case.
    pub thumbprint_sha256: String,
    /// The store where it belongs, as `certutil` calls it: `Root` or `CA`.
    pub store: StoreName,
    /// Whether the time stamp needs it, and not the signer.
    pub for_time_stamp: bool,
    /// The certificate, while it is at hand; not in JSON.
    #[serde(skip)]
    pub certificate: Option<Certificate>,
}

impl From<&EndpointVerdict> for EndpointReport {
    fn from(verdict: &EndpointVerdict) -> EndpointReport {
        EndpointReport {
            name: verdict.endpoint.clone(),
            accepted: verdict.is_valid(),
            trust: verdict.hresult().into(),
            reasons: verdict.verdict.reasons.iter().map(ReasonReport::from).collect(),
            missing: verdict.missing.iter().map(MissingReport::from).collect(),
        }
    }
}

impl From<&MissingCertificate> for MissingReport {
    fn from(missing: &MissingCertificate) -> MissingReport {
        let certificate = &missing.certificate;
        MissingReport {
            common_name: certificate.common_name(),
            thumbprint_sha1: Hex::from(&certificate.sha1()[..]).upper(),
            thumbprint_sha256: Hex::from(&certificate.sha256()[..]).upper(),
            store: missing.store,
            for_time_stamp: missing.for_time_stamp,
            certificate: Some(certificate.clone()),
        }
    }
}
