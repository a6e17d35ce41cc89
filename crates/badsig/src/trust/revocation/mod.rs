//! Revocation: did the issuer take a certificate back, since when, and why (RFC 5280 5 and 6.3, RFC 6960).
//!
//! [`RevocationList`] reads certificate revocation lists, [`OcspResponse`] the answers of OCSP responders, and
//! [`status`] asks both about one certificate. Nothing is fetched: when lists and answers do not decide, the
//! status says what would ([`Need`]). The time of checking is an argument.
//!
//! Not done here: chains (the issuer is given, and the caller says which other certificates may sign lists),
//! and the revocation of certificates that sign lists and answers.

mod crl;
mod distribution_point;
mod entries;
mod evidence;
mod ocsp;
mod ocsp_request;
mod reason;
mod status;

pub use crl::{RevocationList, RevocationListError};
pub use distribution_point::{DistributionPoint, IssuingDistributionPoint, PointName};
pub use entries::RevokedEntry;
pub use evidence::{RevocationEvidence, RevocationMode, RevocationRules};
pub use ocsp::{OcspAnswer, OcspError, OcspResponse, OcspStatus};
pub use ocsp_request::{CertificateId, ocsp_get_address, ocsp_request};
pub use reason::{ReasonSet, RevocationReason};
pub use status::{CertificateStatus, Need, Question, Revocation, Source, SourceKind, status};
