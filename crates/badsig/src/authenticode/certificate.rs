//! X.509 certificates as they stand in signatures: raw bytes kept, the fields that decide read once.
//!
//! Reading is tolerant (v1 certificates, negative serial numbers, odd strings), because one unusual
//! certificate in the bag must not cost the others; judging is not done here.

mod constraints;
mod extensions;
mod known;
mod tbs;

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use x509_parser::prelude::{FromDer, X509Certificate};

pub(crate) use self::tbs::TbsFields;
use super::der::{self, Reader, tag};
use super::extension::Extension;
use super::name;
use super::name_matching::ComparableName;
use super::oid::ObjectIdentifier;
use super::public_key::{BareDigest, PublicKey, SignatureError, SignatureScheme};
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::limits::CERTIFICATE_BYTES;
use crate::time::UtcTime;

pub use constraints::{NameConstraints, PolicyConstraints, PolicyMapping};
pub use extensions::{BasicConstraints, Extensions, KeyUsage};

/// A certificate. Cloning is cheap; two are equal when their bytes are.
#[derive(Clone)]
pub struct Certificate(Arc<Fields>);

struct Fields {
    der: Box<[u8]>,
    sha1: [u8; 20],
    sha256: [u8; 32],
    tbs: std::ops::Range<usize>,
    signature: Vec<u8>,
    scheme: Result<SignatureScheme, SignatureError>,
    version: u32,
    serial: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    issuer_name: ComparableName,
    subject_name: ComparableName,
    not_before: UtcTime,
    not_after: UtcTime,
    key: PublicKey,
    key_sha256: [u8; 32],
    extensions: Extensions,
    common_name: OnceLock<String>,
}

/// Why a certificate could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the certificate cannot be read: {0}")]
pub struct CertificateError(pub String);

impl Certificate {
    /// Reads a DER certificate. Bytes after it are not kept.
    ///
    /// # Errors
    /// [`CertificateError`] with the reason.
    pub fn from_der(bytes: &[u8]) -> Result<Certificate, CertificateError> {
        let broken = |error: der::DerError| CertificateError(error.to_string());
        let outer = Reader::new(bytes).expect(tag::SEQUENCE, "Certificate").map_err(broken)?;
        if outer.raw.len() > CERTIFICATE_BYTES {
            let message = format!("it has {} bytes, the limit is {CERTIFICATE_BYTES}", outer.raw.len());
            return Err(CertificateError(message));
        }
        let sha256 = digest_array(DigestAlgorithm::Sha256, outer.raw);
        if let Some(certificate) = known::find(&sha256) {
            return Ok(certificate);
        }
        let certificate = Certificate::read(&outer, sha256)?;
        Ok(known::remember(certificate))
    }

    fn read(outer: &der::Tlv<'_>, sha256: [u8; 32]) -> Result<Certificate, CertificateError> {
        let broken = |error: der::DerError| CertificateError(error.to_string());
        let (_, parsed) =
            X509Certificate::from_der(outer.raw).map_err(|error| CertificateError(error.to_string()))?;
        let mut fields = outer.inside();
        let tbs = fields.expect(tag::SEQUENCE, "tbsCertificate").map_err(broken)?;
        let algorithm = fields.expect(tag::SEQUENCE, "signatureAlgorithm").map_err(broken)?;
        let signature = fields.expect(tag::BIT_STRING, "signatureValue").map_err(broken)?;
        fields.end("Certificate").map_err(broken)?;
        let key = PublicKey::read(parsed.tbs_certificate.subject_pki.raw).map_err(broken)?;
        let der: Box<[u8]> = outer.raw.into();
        let time = |time: &x509_parser::time::ASN1Time| {
            UtcTime::from_offset(time.to_datetime())
                .ok_or_else(|| CertificateError("validity: no date and time of the calendar".to_owned()))
        };
        Ok(Certificate(Arc::new(Fields {
            sha1: digest_array(DigestAlgorithm::Sha1, &der),
            sha256,
            tbs: tbs.offset..tbs.offset.saturating_add(tbs.raw.len()),
            signature: signature.bit_string("signatureValue").map_err(broken)?.to_vec(),
            scheme: scheme(&TbsFields::read(tbs.inside()).map_err(broken)?.signature, &algorithm),
            version: parsed.version().0,
            serial: parsed.tbs_certificate.raw_serial().to_vec(),
            issuer_name: ComparableName::read(parsed.issuer().as_raw()),
            subject_name: ComparableName::read(parsed.subject().as_raw()),
            issuer: parsed.issuer().as_raw().to_vec(),
            subject: parsed.subject().as_raw().to_vec(),
            not_before: time(&parsed.validity().not_before)?,
            not_after: time(&parsed.validity().not_after)?,
            key,
            key_sha256: digest_array(DigestAlgorithm::Sha256, parsed.tbs_certificate.subject_pki.raw),
            extensions: extensions::read(&parsed),
            common_name: OnceLock::new(),
            der,
        })))
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the SubjectPublicKeyInfo: the same for every certificate with this key.
    pub fn key_sha256(&self) -> &[u8; 32] {
        &self.0.key_sha256
    }

    /// SHA-1 of the bytes: the thumbprint that Windows and Configuration Manager show.
    pub fn sha1(&self) -> &[u8; 20] {
        &self.0.sha1
    }

    /// SHA-256 of the bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.0.sha256
    }

    /// The signed part (TBSCertificate), as it stands.
    pub fn tbs(&self) -> &[u8] {
        self.0.der.get(self.0.tbs.clone()).unwrap_or_default()
    }

    /// The bits of subjectPublicKey, by which OCSP and lists of distrusted keys know a key (RFC 6960 4.1.1).
    ///
    /// # Errors
    /// When they do not fill whole octets.
    pub(crate) fn public_key_bits(&self) -> Result<&[u8], der::DerError> {
        self.fields()?.public_key_bits()
    }

    /// One extension as it stands; `None` when it is not there.
    ///
    /// # Errors
    /// When the extensions cannot be read, or one is there twice.
    pub(crate) fn extension(&self, oid: &ObjectIdentifier) -> Result<Option<Extension<'_>>, der::DerError> {
        self.fields()?.extension(oid)
    }

    fn fields(&self) -> Result<TbsFields<'_>, der::DerError> {
        TbsFields::read(Reader::new(self.tbs()).sequence("TBSCertificate")?)
    }

    /// Version: 0 is v1, 2 is v3.
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// Serial number, the contents octets as they stand.
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// Issuer name, as encoded.
    pub fn issuer(&self) -> &[u8] {
        &self.0.issuer
    }

    /// Subject name, as encoded.
    pub fn subject(&self) -> &[u8] {
        &self.0.subject
    }

    /// Issuer name, as names are compared.
    pub fn issuer_name(&self) -> &ComparableName {
        &self.0.issuer_name
    }

    /// Subject name, as names are compared.
    pub fn subject_name(&self) -> &ComparableName {
        &self.0.subject_name
    }

    /// Start of validity.
    pub fn not_before(&self) -> UtcTime {
        self.0.not_before
    }

    /// End of validity.
    pub fn not_after(&self) -> UtcTime {
        self.0.not_after
    }

    /// The subject's public key.
    pub fn key(&self) -> &PublicKey {
        &self.0.key
    }

    /// How the issuer signed, or why that cannot be checked.
    pub fn signature_scheme(&self) -> Result<SignatureScheme, SignatureError> {
        self.0.scheme.clone()
    }

    /// The extensions.
    pub fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// The subject's common name, or what stands for it; empty when the name holds neither.
    pub fn common_name(&self) -> String {
        // Every report and most messages ask for it, and a run meets the same authorities again and again.
        let read = || name::common_name(&self.0.subject).unwrap_or_default();
        self.0.common_name.get_or_init(read).clone()
    }

    /// Whether issuer and subject are the same name (RFC 5280 7.1).
    pub fn is_self_issued(&self) -> bool {
        self.0.issuer_name == self.0.subject_name
    }

    /// Whether the certificate's [usages](Extensions::usages) allow `usage`; certificates without any allow everything.
    pub fn allows_usage(&self, usage: &ObjectIdentifier) -> bool {
        let extensions = &self.0.extensions;
        // Application Policies hold the identifiers of extKeyUsage (MS-CRTD 2.23.1), and have one of their own for any use.
        let policies = extensions.application_policies.is_some();
        let any = |allowed: &ObjectIdentifier| {
            *allowed == super::spc::ANY_EXTENDED_KEY_USAGE
                || (policies && *allowed == super::spc::ANY_APPLICATION_POLICY)
        };
        extensions.usages().is_none_or(|usages| usages.contains(usage) || usages.iter().any(any))
    }

    /// Checks that `issuer`'s key signed this certificate.
    ///
    /// # Errors
    /// [`SignatureError`] when it did not, or that cannot be checked.
    pub fn verify_signed_by(&self, issuer: &PublicKey) -> Result<(), SignatureError> {
        let scheme = self.signature_scheme()?;
        let digest = scheme.digest().digest(self.tbs());
        issuer.verify(scheme, &digest, &self.0.signature, BareDigest::Refused)
    }
}

/// RFC 5280 4.1.1.2: the algorithm outside must be the signed one inside. The one outside is covered by
/// nothing.
fn scheme(inside: &der::Tlv<'_>, outside: &der::Tlv<'_>) -> Result<SignatureScheme, SignatureError> {
    if inside.raw != outside.raw {
        let why = "the certificate names two different signature algorithms";
        return Err(SignatureError::Unsupported(why.to_owned()));
    }
    SignatureScheme::read(outside, None)
}

fn digest_array<const N: usize>(algorithm: DigestAlgorithm, bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.iter_mut().zip(algorithm.digest(bytes)).for_each(|(target, byte)| *target = byte);
    array
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        self.0.sha256 == other.0.sha256
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", name::display(&self.0.subject), Hex::from(&self.0.sha256[..]))
    }
}

/// In JSON a certificate is its DER in base64.
impl Serialize for Certificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(self.der()))
    }
}

impl<'de> Deserialize<'de> for Certificate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Certificate, D::Error> {
        use base64::Engine as _;
        let text = String::deserialize(deserializer)?;
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Certificate::from_der(&bytes).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    #[test]
    fn enormous_certificates_are_not_read() {
        let contents = vec![0; CERTIFICATE_BYTES];
        let [_, length @ ..] = u32::try_from(contents.len()).unwrap().to_be_bytes();
        let bytes = [&[0x30, 0x83][..], &length, &contents].concat();
        let error = Certificate::from_der(&bytes).unwrap_err();
        assert!(error.0.contains("the limit is 65536"), "{error}");
    }
}
