//! What an OCSP responder is asked (RFC 6960 4.1): made here, sent elsewhere.

use base64::Engine as _;

use super::entries::minimal;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::der::{DerError, Tlv, tag};
use crate::authenticode::der_writer::write;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::public_key::digest_algorithm;
use crate::authenticode::spc;
use crate::digest::DigestAlgorithm;

/// CertID: which certificate is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateId {
    /// hashAlgorithm; `None` for one that is not supported, which fits no certificate.
    pub algorithm: Option<DigestAlgorithm>,
    /// Digest of the issuer's name.
    pub issuer_name: Vec<u8>,
    /// Digest of the issuer's public key.
    pub issuer_key: Vec<u8>,
    /// serialNumber, the contents octets as they stand.
    pub serial: Vec<u8>,
}

impl CertificateId {
    /// Reads `CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }`.
    pub(super) fn read(value: &Tlv<'_>) -> Result<CertificateId, DerError> {
        let mut fields = value.inside();
        let algorithm = fields.expect(tag::SEQUENCE, "hashAlgorithm")?;
        let issuer_name = fields.expect(tag::OCTET_STRING, "issuerNameHash")?.value.to_vec();
        let issuer_key = fields.expect(tag::OCTET_STRING, "issuerKeyHash")?.value.to_vec();
        let serial = fields.expect(tag::INTEGER, "serialNumber")?.value.to_vec();
        fields.end("CertID")?;
        Ok(CertificateId { algorithm: digest_algorithm(&algorithm).ok(), issuer_name, issuer_key, serial })
    }

    /// Whether this names `certificate`, issued by `issuer`.
    pub fn is_of(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let (Some(algorithm), Ok(key)) = (self.algorithm, issuer.public_key_bits()) else { return false };
        minimal(&self.serial) == minimal(certificate.serial())
            && self.issuer_name == algorithm.digest(certificate.issuer())
            && self.issuer_key == algorithm.digest(key)
    }
}

/// The request for one certificate: SHA-1 CertID, which every responder knows (RFC 5019 2.1.1), no nonce, not
/// signed.
///
/// # Errors
/// When the issuer's key cannot be read.
pub fn ocsp_request(certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>, DerError> {
    let key = issuer.public_key_bits()?;
    let digest = |bytes| write(tag::OCTET_STRING, &[&DigestAlgorithm::Sha1.digest(bytes)]);
    let algorithm = write(tag::SEQUENCE, &[&oid(&spc::SHA1), &[tag::NULL, 0]]);
    let serial = write(tag::INTEGER, &[certificate.serial()]);
    let id = write(tag::SEQUENCE, &[&algorithm, &digest(certificate.issuer()), &digest(key), &serial]);
    // OCSPRequest { TBSRequest { requestList { Request { reqCert } } } }
    Ok((0..4).fold(id, |inside, _| write(tag::SEQUENCE, &[&inside])))
}

/// The address for asking with GET (RFC 6960 A.1).
pub fn ocsp_get_address(responder: &str, request: &[u8]) -> String {
    let digits = base64::engine::general_purpose::STANDARD.encode(request);
    let escaped = digits.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{}/{escaped}", responder.trim_end_matches('/'))
}

fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    write(tag::OID, &[oid.as_der()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(ocsp_get_address("http://o.example/", &[0xfb, 0xff]), "http://o.example/%2B%2F8%3D");
    }
}
