//! X.509 certificates as they stand in signatures: raw bytes kept, the fields that decide read once.
//!
//! Reading is tolerant (v1 certificates, negative serial numbers, odd strings), because one unusual
//! certificate in the bag must not cost the others; judging is not done here.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use x509_parser::prelude::{FromDer, GeneralName, ParsedExtension, X509Certificate};

use super::der::{self, Reader, tag};
use super::name;
use super::oid::ObjectIdentifier;
use super::public_key::{BareDigest, PublicKey, SignatureError, SignatureScheme};
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::time::UtcTime;

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
    not_before: UtcTime,
    not_after: UtcTime,
    key: PublicKey,
    extensions: Extensions,
}

/// The extensions that decide something (RFC 5280 4.2.1).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Extensions {
    /// basicConstraints.
    pub basic_constraints: Option<BasicConstraints>,
    /// keyUsage.
    pub key_usage: Option<KeyUsage>,
    /// extendedKeyUsage; `None` when absent, which allows everything.
    pub extended_key_usage: Option<Vec<ObjectIdentifier>>,
    /// subjectKeyIdentifier.
    pub subject_key_identifier: Option<Vec<u8>>,
    /// keyIdentifier of authorityKeyIdentifier.
    pub authority_key_identifier: Option<Vec<u8>>,
    /// Critical extensions that are not understood here.
    pub unknown_critical: Vec<ObjectIdentifier>,
    /// An extension that could not be read.
    pub unreadable: Vec<ObjectIdentifier>,
    /// HTTP addresses of certificate revocation lists.
    pub revocation_lists: Vec<String>,
    /// HTTP addresses of OCSP responders.
    pub ocsp_responders: Vec<String>,
    /// HTTP addresses of the issuer's certificate.
    pub issuer_certificates: Vec<String>,
}

/// basicConstraints (RFC 5280 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a certification authority.
    pub authority: bool,
    /// How many intermediate certificates may follow.
    pub path_length: Option<u32>,
}

/// The bits of keyUsage that matter here (RFC 5280 4.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage {
    /// digitalSignature.
    pub digital_signature: bool,
    /// nonRepudiation (contentCommitment).
    pub non_repudiation: bool,
    /// keyCertSign.
    pub certificate_signing: bool,
    /// cRLSign.
    pub revocation_list_signing: bool,
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
        let (_, parsed) =
            X509Certificate::from_der(outer.raw).map_err(|error| CertificateError(error.to_string()))?;
        let mut fields = outer.inside();
        let tbs = fields.expect(tag::SEQUENCE, "tbsCertificate").map_err(broken)?;
        let algorithm = fields.expect(tag::SEQUENCE, "signatureAlgorithm").map_err(broken)?;
        let signature = fields.expect(tag::BIT_STRING, "signatureValue").map_err(broken)?;
        fields.end("Certificate").map_err(broken)?;
        let key = PublicKey::read(parsed.tbs_certificate.subject_pki.raw).map_err(broken)?;
        let der: Box<[u8]> = outer.raw.into();
        let time = |time: &x509_parser::time::ASN1Time| UtcTime::from_offset(time.to_datetime());
        Ok(Certificate(Arc::new(Fields {
            sha1: digest_array(DigestAlgorithm::Sha1, &der),
            sha256: digest_array(DigestAlgorithm::Sha256, &der),
            tbs: tbs.offset..tbs.offset.saturating_add(tbs.raw.len()),
            signature: signature.bit_string("signatureValue").map_err(broken)?.to_vec(),
            scheme: scheme(&tbs, &algorithm),
            version: parsed.version().0,
            serial: parsed.tbs_certificate.raw_serial().to_vec(),
            issuer: parsed.issuer().as_raw().to_vec(),
            subject: parsed.subject().as_raw().to_vec(),
            not_before: time(&parsed.validity().not_before),
            not_after: time(&parsed.validity().not_after),
            key,
            extensions: extensions(&parsed),
            der,
        })))
    }

    /// The certificate's bytes.
    pub fn der(&self) -> &[u8] {
        &self.0.der
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
        name::common_name(&self.0.subject).unwrap_or_default()
    }

    /// Whether issuer and subject are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.0.issuer == self.0.subject
    }

    /// Whether the extended key usage allows `usage`; certificates without the extension allow everything.
    pub fn allows_usage(&self, usage: &ObjectIdentifier) -> bool {
        self.0.extensions.extended_key_usage.as_ref().is_none_or(|usages| {
            usages.contains(usage) || usages.contains(&super::spc::ANY_EXTENDED_KEY_USAGE)
        })
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
fn scheme(tbs: &der::Tlv<'_>, outside: &der::Tlv<'_>) -> Result<SignatureScheme, SignatureError> {
    let mut fields = tbs.inside();
    let inside = fields
        .optional(tag::context_constructed(0), "version")
        .and_then(|_| fields.expect(tag::INTEGER, "serialNumber"))
        .and_then(|_| fields.expect(tag::SEQUENCE, "signature"))
        .map_err(|error| SignatureError::Unsupported(error.to_string()))?;
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

fn extensions(parsed: &X509Certificate<'_>) -> Extensions {
    let mut found = Extensions::default();
    for extension in parsed.extensions() {
        let oid = ObjectIdentifier::from_der(extension.oid.as_bytes());
        match extension.parsed_extension() {
            ParsedExtension::BasicConstraints(constraints) => {
                found.basic_constraints = Some(BasicConstraints {
                    authority: constraints.ca,
                    path_length: constraints.path_len_constraint,
                });
            }
            ParsedExtension::KeyUsage(usage) => found.key_usage = Some(key_usage(usage)),
            ParsedExtension::ExtendedKeyUsage(_) => {
                found.extended_key_usage = Some(usages(extension.value));
            }
            ParsedExtension::SubjectKeyIdentifier(identifier) => {
                found.subject_key_identifier = Some(identifier.0.to_vec());
            }
            ParsedExtension::AuthorityKeyIdentifier(identifier) => {
                found.authority_key_identifier = identifier.key_identifier.as_ref().map(|id| id.0.to_vec());
            }
            ParsedExtension::CRLDistributionPoints(points) => {
                found.revocation_lists = points.iter().flat_map(point_addresses).collect();
            }
            ParsedExtension::AuthorityInfoAccess(access) => access_addresses(access, &mut found),
            ParsedExtension::ParseError { .. } => found.unreadable.push(oid),
            ParsedExtension::CertificatePolicies(_)
            | ParsedExtension::PolicyMappings(_)
            | ParsedExtension::PolicyConstraints(_)
            | ParsedExtension::InhibitAnyPolicy(_)
            | ParsedExtension::NameConstraints(_)
            | ParsedExtension::SubjectAlternativeName(_)
            | ParsedExtension::IssuerAlternativeName(_) => {}
            _ if extension.critical => found.unknown_critical.push(oid),
            _ => {}
        }
    }
    found
}

fn key_usage(usage: &x509_parser::extensions::KeyUsage) -> KeyUsage {
    KeyUsage {
        digital_signature: usage.digital_signature(),
        non_repudiation: usage.non_repudiation(),
        certificate_signing: usage.key_cert_sign(),
        revocation_list_signing: usage.crl_sign(),
    }
}

/// `ExtKeyUsageSyntax ::= SEQUENCE OF OBJECT IDENTIFIER`, read from the raw value: the parser sorts known
/// usages into flags.
fn usages(value: &[u8]) -> Vec<ObjectIdentifier> {
    let mut found = Vec::new();
    if let Ok(mut usages) = Reader::new(value).sequence("ExtKeyUsageSyntax") {
        while let Ok(oid) = usages.oid("KeyPurposeId") {
            found.push(ObjectIdentifier::from_der(oid));
        }
    }
    found
}

fn point_addresses(point: &x509_parser::extensions::CRLDistributionPoint<'_>) -> Vec<String> {
    match &point.distribution_point {
        Some(x509_parser::extensions::DistributionPointName::FullName(names)) => {
            names.iter().filter_map(web_address).collect()
        }
        _ => Vec::new(),
    }
}

fn access_addresses(access: &x509_parser::extensions::AuthorityInfoAccess<'_>, found: &mut Extensions) {
    for description in access.iter() {
        let Some(address) = web_address(&description.access_location) else { continue };
        match description.access_method.to_id_string().as_str() {
            "1.3.6.1.5.5.7.48.1" => found.ocsp_responders.push(address),
            "1.3.6.1.5.5.7.48.2" => found.issuer_certificates.push(address),
            _ => {}
        }
    }
}

fn web_address(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(address) if address.starts_with("http://") || address.starts_with("https://") => {
            Some((*address).to_owned())
        }
        _ => None,
    }
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
