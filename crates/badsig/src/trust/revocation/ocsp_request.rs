//! What an OCSP responder is asked (RFC 6960 4.1): made here, sent elsewhere.

use base64::Engine as _;

use super::entries::minimal;
use super::tbs::public_key_bits;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::der::{DerError, Tag, Tlv, tag};
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
        let (Some(algorithm), Ok(key)) = (self.algorithm, public_key_bits(issuer)) else { return false };
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
    let key = public_key_bits(issuer)?;
    let digest = |bytes| der(tag::OCTET_STRING, &[&DigestAlgorithm::Sha1.digest(bytes)]);
    let algorithm = der(tag::SEQUENCE, &[&oid(&spc::SHA1), &[tag::NULL, 0]]);
    let serial = der(tag::INTEGER, &[certificate.serial()]);
    let id = der(tag::SEQUENCE, &[&algorithm, &digest(certificate.issuer()), &digest(key), &serial]);
    // OCSPRequest { TBSRequest { requestList { Request { reqCert } } } }
    Ok((0..4).fold(id, |inside, _| der(tag::SEQUENCE, &[&inside])))
}

/// The address for asking with GET (RFC 6960 A.1).
pub fn ocsp_get_address(responder: &str, request: &[u8]) -> String {
    let digits = base64::engine::general_purpose::STANDARD.encode(request);
    let escaped = digits.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{}/{escaped}", responder.trim_end_matches('/'))
}

fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    der(tag::OID, &[oid.as_der()])
}

/// Writes one value.
pub(super) fn der(tag: Tag, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let digits: Vec<u8> = contents.len().to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
    let mut encoded = vec![tag];
    match (digits.as_slice(), u8::try_from(digits.len())) {
        ([], _) => encoded.push(0),
        ([short @ 0..0x80], _) => encoded.push(*short),
        (long, Ok(count)) => {
            encoded.push(0x80 | count);
            encoded.extend_from_slice(long);
        }
        (_, Err(_)) => {}
    }
    encoded.extend(contents);
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short_when_they_can_be() {
        assert_eq!(der(tag::NULL, &[]), [5, 0]);
        assert_eq!(der(tag::OCTET_STRING, &[&[7; 127]])[..3], [4, 127, 7]);
        assert_eq!(der(tag::OCTET_STRING, &[&[7; 100], &[7; 100]])[..4], [4, 0x81, 200, 7]);
        assert_eq!(der(tag::OCTET_STRING, &[&[7; 256]])[..5], [4, 0x82, 1, 0, 7]);
    }

    #[test]
    fn addresses_are_escaped() {
        assert_eq!(ocsp_get_address("http://o.example/", &[0xfb, 0xff]), "http://o.example/%2B%2F8%3D");
    }
}
