//! Answers of OCSP responders (RFC 6960 4.2).
//!
//! An answer counts when the certificate's issuer signed it, or a responder that the issuer itself appointed:
//! directly issued by it, with the extended key usage for OCSP, valid at the time (4.2.2.2). What revokes counts also
//! when it was valid only when the answer was made; `status` decides that. Nonces are ignored:
//! no request of badsig has one. Whether the responder's own certificate was revoked is not checked.

use std::fmt;
use std::sync::Arc;

use super::entries::RevokedEntry;
use super::ocsp_request::CertificateId;
use super::reason::RevocationReason;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::der::{DerError, DerProblem, Reader, Tlv, tag};
use crate::authenticode::extension::extensions;
use crate::authenticode::name;
use crate::authenticode::name_matching::DistinguishedName;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::pem;
use crate::authenticode::public_key::{BareDigest, PublicKey, SignatureError, SignatureScheme};
use crate::authenticode::spc;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::limits;
use crate::time::UtcTime;

/// An OCSP response. Cloning is cheap.
#[derive(Clone)]
pub struct OcspResponse(Arc<Fields>);

struct Fields {
    der: Box<[u8]>,
    tbs: Vec<u8>,
    scheme: Result<SignatureScheme, SignatureError>,
    signature: Vec<u8>,
    data: Data,
    certificates: Vec<Certificate>,
}

struct Data {
    responder: Responder,
    produced_at: UtcTime,
    answers: Vec<OcspAnswer>,
}

/// ResponderID.
enum Responder {
    Name(DistinguishedName),
    Key(Vec<u8>),
}

/// SingleResponse: what is said of one certificate.
#[derive(Clone, Debug)]
pub struct OcspAnswer {
    /// Which certificate.
    pub id: CertificateId,
    /// What is said of it.
    pub status: OcspStatus,
    /// When this was known to be so.
    pub this_update: UtcTime,
    /// When newer information comes; `None` when it is always there.
    pub next_update: Option<UtcTime>,
}

/// CertStatus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OcspStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked(RevokedEntry),
    /// The responder does not know the certificate.
    Unknown,
}

/// Why an OCSP response cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcspError {
    /// It contradicts its format.
    #[error("the OCSP response cannot be read: {0}")]
    Malformed(#[from] DerError),
    /// Neither DER nor text armour.
    #[error("this is no OCSP response")]
    NotAResponse,
    /// A type of response other than id-pkix-ocsp-basic.
    #[error("OCSP responses of type {0} are not supported")]
    Type(ObjectIdentifier),
    /// The responder did not answer.
    #[error("the OCSP responder did not answer: {0}")]
    Refused(&'static str),
    /// A critical extension that is not understood.
    #[error("the OCSP response has a critical extension that is not understood: {0}")]
    UnknownCritical(ObjectIdentifier),
}

impl OcspResponse {
    /// Reads a response in DER or in text armour (`OCSP RESPONSE`).
    ///
    /// # Errors
    /// [`OcspError`] with the reason.
    pub fn from_bytes(bytes: &[u8]) -> Result<OcspResponse, OcspError> {
        if bytes.first() == Some(&tag::SEQUENCE) {
            return OcspResponse::from_der(bytes);
        }
        OcspResponse::from_der(&pem::first(bytes, &["OCSP RESPONSE"]).ok_or(OcspError::NotAResponse)?)
    }

    /// Reads a response in DER.
    ///
    /// # Errors
    /// [`OcspError`] with the reason; also when the responder says that it does not answer.
    pub fn from_der(bytes: &[u8]) -> Result<OcspResponse, OcspError> {
        let mut basic = basic(bytes)?;
        let tbs = basic.expect(tag::SEQUENCE, "tbsResponseData")?;
        let algorithm = basic.expect(tag::SEQUENCE, "signatureAlgorithm")?;
        let signature = basic.expect(tag::BIT_STRING, "signature")?.bit_string("signature")?;
        let certificates = match basic.optional(tag::context_constructed(0), "certs")? {
            Some(certificates) => read_certificates(&certificates)?,
            None => Vec::new(),
        };
        basic.end("BasicOCSPResponse")?;
        Ok(OcspResponse(Arc::new(Fields {
            der: bytes.into(),
            tbs: tbs.raw.to_vec(),
            scheme: SignatureScheme::read(&algorithm, None),
            signature: signature.to_vec(),
            data: read_data(&tbs)?,
            certificates,
        })))
    }

    /// The response's bytes.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// When the response was signed.
    pub fn produced_at(&self) -> UtcTime {
        self.0.data.produced_at
    }

    /// What is said of each certificate.
    pub fn answers(&self) -> &[OcspAnswer] {
        &self.0.data.answers
    }

    /// The responder as it names itself: a distinguished name, or the SHA-1 of its key.
    pub fn responder(&self) -> String {
        match &self.0.data.responder {
            Responder::Name(name) => name::display(name.encoding()),
            Responder::Key(hash) => format!("key {}", Hex::from(hash.as_slice())),
        }
    }

    /// Checks that `issuer` signed this response, or a responder that `issuer` appointed and that was valid at
    /// `at` (RFC 6960 4.2.2.2).
    ///
    /// # Errors
    /// [`SignatureError`] when neither did, or that cannot be checked.
    pub fn verify_signed_for(&self, issuer: &Certificate, at: UtcTime) -> Result<(), SignatureError> {
        if self.is_responder(issuer) {
            return self.verify(issuer.key());
        }
        let meant = self.0.certificates.iter().filter(|certificate| self.is_responder(certificate));
        let mut why = format!("the certificate of its responder is missing: {}", self.responder());
        for responder in meant.take(limits::REVOCATION_SIGNERS) {
            match appointed(responder, issuer, at).and_then(|()| self.verify(responder.key())) {
                Ok(()) => return Ok(()),
                Err(error) => why = error.to_string(),
            }
        }
        Err(SignatureError::Unsupported(why))
    }

    fn is_responder(&self, certificate: &Certificate) -> bool {
        match &self.0.data.responder {
            Responder::Name(name) => name.comparable() == certificate.subject_name(),
            Responder::Key(hash) => {
                certificate.public_key_bits().is_ok_and(|key| DigestAlgorithm::Sha1.digest(key) == *hash)
            }
        }
    }

    fn verify(&self, key: &PublicKey) -> Result<(), SignatureError> {
        let scheme = self.0.scheme.clone()?;
        key.verify(scheme, &scheme.digest().digest(&self.0.tbs), &self.0.signature, BareDigest::Refused)
    }
}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OcspResponse({}, {})", self.responder(), self.produced_at())
    }
}

/// Whether `issuer` appointed this responder. The usage must be stated: anyExtendedKeyUsage is not enough.
fn appointed(responder: &Certificate, issuer: &Certificate, at: UtcTime) -> Result<(), SignatureError> {
    let refused = |why: &str| {
        let name = responder.common_name();
        Err(SignatureError::Unsupported(format!("its responder \"{name}\" {why}")))
    };
    let extensions = responder.extensions();
    if !extensions.usages().is_some_and(|usages| usages.contains(&spc::OCSP_SIGNING)) {
        return refused("is not appointed: its certificate is not for OCSP");
    }
    if extensions.key_usage.is_some_and(|usage| !usage.digital_signature && !usage.non_repudiation) {
        return refused("may not sign (key usage)");
    }
    if !extensions.unknown_critical.is_empty() || !extensions.unreadable.is_empty() {
        return refused("has a certificate with extensions that are not understood");
    }
    if at < responder.not_before() || at > responder.not_after() {
        return refused("has a certificate that is not valid at the time of checking");
    }
    if responder.issuer_name() != issuer.subject_name() {
        return refused("was not appointed by the certificate's issuer");
    }
    responder.verify_signed_by(issuer.key())
}

/// `OCSPResponse ::= SEQUENCE { responseStatus, responseBytes [0] EXPLICIT OPTIONAL }`, down to what is in
/// BasicOCSPResponse.
fn basic(bytes: &[u8]) -> Result<Reader<'_>, OcspError> {
    let mut outer = Reader::new(bytes);
    let mut fields = outer.sequence("OCSPResponse")?;
    outer.end("OCSPResponse")?;
    let status = fields.expect(tag::ENUMERATED, "responseStatus")?;
    match status.value {
        [0] => {}
        [1] => return Err(OcspError::Refused("the request was malformed")),
        [2] => return Err(OcspError::Refused("an internal error")),
        [3] => return Err(OcspError::Refused("try later")),
        [5] => return Err(OcspError::Refused("the request must be signed")),
        [6] => return Err(OcspError::Refused("not authorised")),
        _ => {
            let problem = DerProblem::Value("no status that RFC 6960 defines");
            return Err(status.error("responseStatus", problem).into());
        }
    }
    let explicit = fields.expect(tag::context_constructed(0), "responseBytes")?;
    fields.end("OCSPResponse")?;
    let mut fields = explicit.inside().only(tag::SEQUENCE, "responseBytes")?.inside();
    let kind = ObjectIdentifier::from_der(fields.oid("responseType")?);
    if kind != spc::OCSP_BASIC {
        return Err(OcspError::Type(kind));
    }
    let response = fields.expect(tag::OCTET_STRING, "response")?;
    fields.end("responseBytes")?;
    let basic = Reader::new(response.value).only(tag::SEQUENCE, "BasicOCSPResponse")?;
    Ok(Reader::new(basic.raw).sequence("BasicOCSPResponse")?)
}

/// Certificates that cannot be read are left out: one of them must not cost the others.
fn read_certificates(explicit: &Tlv<'_>) -> Result<Vec<Certificate>, DerError> {
    let mut reader = explicit.inside().only(tag::SEQUENCE, "certs")?.inside();
    let mut found = Vec::new();
    while !reader.is_empty() && found.len() < limits::OCSP_CERTIFICATES {
        let certificate = reader.expect(tag::SEQUENCE, "Certificate")?;
        found.extend(Certificate::from_der(certificate.raw).ok());
    }
    Ok(found)
}

/// `ResponseData ::= SEQUENCE { version [0] DEFAULT v1, responderID, producedAt, responses, [1] Extensions }`.
fn read_data(tbs: &Tlv<'_>) -> Result<Data, OcspError> {
    let mut fields = tbs.inside();
    if let Some(version) = fields.optional(tag::context_constructed(0), "version")? {
        let number = version.inside().only(tag::INTEGER, "version")?;
        if number.value != [0] {
            return Err(number
                .error("version", DerProblem::Value("a version other than 1 (written 0)"))
                .into());
        }
    }
    let responder = read_responder(&fields.any("responderID")?)?;
    let produced_at = fields.expect(tag::GENERALIZED_TIME, "producedAt")?.time("producedAt")?;
    let list = fields.expect(tag::SEQUENCE, "responses")?;
    let mut reader = list.inside();
    let mut answers = Vec::new();
    while !reader.is_empty() {
        if answers.len() >= limits::OCSP_ANSWERS {
            return Err(list.error("responses", DerProblem::Value("more answers than are read")).into());
        }
        answers.push(read_answer(reader.sequence("SingleResponse")?)?);
    }
    refuse_unknown(&mut fields)?;
    fields.end("ResponseData")?;
    Ok(Data { responder, produced_at, answers })
}

fn read_responder(choice: &Tlv<'_>) -> Result<Responder, DerError> {
    const NAME: u8 = tag::context_constructed(1);
    const KEY: u8 = tag::context_constructed(2);
    match choice.tag {
        NAME => {
            Ok(Responder::Name(DistinguishedName::read(choice.inside().only(tag::SEQUENCE, "byName")?.raw)))
        }
        KEY => Ok(Responder::Key(choice.inside().only(tag::OCTET_STRING, "byKey")?.value.to_vec())),
        _ => Err(choice.error("responderID", DerProblem::Value("neither a name nor the digest of a key"))),
    }
}

/// `SingleResponse ::= SEQUENCE { certID, certStatus, thisUpdate, nextUpdate [0] OPTIONAL, [1] Extensions }`.
fn read_answer(mut fields: Reader<'_>) -> Result<OcspAnswer, OcspError> {
    let id = CertificateId::read(&fields.expect(tag::SEQUENCE, "certID")?)?;
    let status = read_status(&fields.any("certStatus")?)?;
    let this_update = fields.expect(tag::GENERALIZED_TIME, "thisUpdate")?.time("thisUpdate")?;
    let next_update = match fields.optional(tag::context_constructed(0), "nextUpdate")? {
        Some(explicit) => {
            Some(explicit.inside().only(tag::GENERALIZED_TIME, "nextUpdate")?.time("nextUpdate")?)
        }
        None => None,
    };
    refuse_unknown(&mut fields)?;
    fields.end("SingleResponse")?;
    Ok(OcspAnswer { id, status, this_update, next_update })
}

/// `CertStatus ::= CHOICE { good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL }`, all IMPLICIT.
fn read_status(choice: &Tlv<'_>) -> Result<OcspStatus, DerError> {
    const GOOD: u8 = tag::context(0);
    const REVOKED: u8 = tag::context_constructed(1);
    const UNKNOWN: u8 = tag::context(2);
    match choice.tag {
        GOOD if choice.value.is_empty() => Ok(OcspStatus::Good),
        UNKNOWN if choice.value.is_empty() => Ok(OcspStatus::Unknown),
        REVOKED => {
            let mut fields = choice.inside();
            let at = fields.expect(tag::GENERALIZED_TIME, "revocationTime")?.time("revocationTime")?;
            let reason = match fields.optional(tag::context_constructed(0), "revocationReason")? {
                Some(explicit) => {
                    RevocationReason::read(&explicit.inside().only(tag::ENUMERATED, "revocationReason")?)?
                }
                None => RevocationReason::Unspecified,
            };
            fields.end("RevokedInfo")?;
            Ok(OcspStatus::Revoked(RevokedEntry { at, reason, invalidity_date: None }))
        }
        _ => Err(choice.error("certStatus", DerProblem::Value("neither good nor revoked nor unknown"))),
    }
}

/// Reads `[1] EXPLICIT Extensions OPTIONAL` and refuses what is critical and not understood. The nonce and the
/// Certificate Transparency time stamps are understood, and ignored.
fn refuse_unknown(fields: &mut Reader<'_>) -> Result<(), OcspError> {
    let Some(explicit) = fields.optional(tag::context_constructed(1), "extensions")? else { return Ok(()) };
    for extension in extensions(&explicit.inside().only(tag::SEQUENCE, "extensions")?)? {
        let oid = ObjectIdentifier::from_der(extension.oid);
        if extension.critical && oid != spc::OCSP_NONCE && oid != spc::OCSP_SIGNED_TIMESTAMPS {
            return Err(OcspError::UnknownCritical(oid));
        }
    }
    Ok(())
}
