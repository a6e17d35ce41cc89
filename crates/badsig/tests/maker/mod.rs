//! Makes certificates with P-256 keys for tests, also ones that no authority would issue. Keys come from small
//! numbers and signatures are deterministic (RFC 6979), so everything is the same in every run.

#![allow(clippy::unwrap_used, dead_code, reason = "test code, and not every test needs all of it")]

use badsig::authenticode::certificate::Certificate;
use badsig::digest::DigestAlgorithm;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::hazmat::PrehashSigner;

/// ecdsa-with-SHA256.
pub(crate) const ECDSA_SHA256: &[u8] = &[0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];

/// A value with its tag and length.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut encoding = vec![tag];
    match u8::try_from(body.len()) {
        Ok(short) if short < 0x80 => encoding.push(short),
        _ => encoding.extend([&[0x82][..], &u16::try_from(body.len()).unwrap().to_be_bytes()].concat()),
    }
    encoding.extend(body);
    encoding
}

/// A signing key from a number.
pub(crate) fn key(number: u16) -> SigningKey {
    let mut scalar = [0u8; 32];
    scalar[0] = 1;
    scalar[30..].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_slice(&scalar).unwrap()
}

/// The point of a key, SEC 1 encoded without compression.
pub(crate) fn point(key: &SigningKey) -> Vec<u8> {
    key.verifying_key().to_sec1_point(false).as_bytes().to_vec()
}

/// SubjectPublicKeyInfo on the named curve P-256.
pub(crate) fn named_curve(point: &[u8]) -> Vec<u8> {
    let algorithm = tlv(
        0x30,
        &[&[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]],
    );
    tlv(0x30, &[&algorithm, &tlv(3, &[&[0], point])])
}

/// A name that consists of a common name.
pub(crate) fn name(common_name: &str) -> Vec<u8> {
    let attribute = tlv(0x30, &[&[6, 3, 0x55, 4, 3], &tlv(0x0c, &[common_name.as_bytes()])]);
    tlv(0x30, &[&tlv(0x31, &[&attribute])])
}

/// An extension with its contents.
pub(crate) fn extension(oid: &[u8], value: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[oid]), &[1, 1, 0xff], &tlv(4, &[value])])
}

/// basicConstraints of an authority.
pub(crate) fn authority() -> Vec<u8> {
    extension(&[0x55, 0x1d, 0x13], &[0x30, 3, 1, 1, 0xff])
}

/// What a certificate says.
pub(crate) struct Template<'a> {
    pub(crate) serial: u16,
    pub(crate) subject: &'a str,
    pub(crate) key_info: Vec<u8>,
    pub(crate) issuer: &'a str,
    pub(crate) extensions: Vec<Vec<u8>>,
}

impl Template<'_> {
    /// TBSCertificate, valid from 2020 to 2040.
    fn tbs(&self) -> Vec<u8> {
        let validity = tlv(0x30, &[&tlv(0x17, &[b"200101000000Z"]), &tlv(0x17, &[b"400101000000Z"])]);
        let mut fields = vec![
            tlv(0xa0, &[&[2, 1, 2]]),
            tlv(2, &[&[1], &self.serial.to_be_bytes()]),
            ECDSA_SHA256.to_vec(),
            name(self.issuer),
            validity,
            name(self.subject),
            self.key_info.clone(),
        ];
        if !self.extensions.is_empty() {
            fields.push(tlv(0xa3, &[&tlv(0x30, &[&self.extensions.concat()])]));
        }
        tlv(0x30, &[&fields.concat()])
    }

    /// The certificate with the signature that `sign` makes of its digest.
    pub(crate) fn signed_with(&self, sign: impl Fn(&[u8]) -> Vec<u8>) -> Certificate {
        let tbs = self.tbs();
        let signature = sign(&DigestAlgorithm::Sha256.digest(&tbs));
        let der = tlv(0x30, &[&tbs, ECDSA_SHA256, &tlv(3, &[&[0], &signature])]);
        Certificate::from_der(&der).unwrap()
    }

    /// The certificate, signed by a key.
    pub(crate) fn signed_by(&self, key: &SigningKey) -> Certificate {
        self.signed_with(|digest| sign(key, digest))
    }
}

/// The signature value of a key for a digest.
pub(crate) fn sign(key: &SigningKey, digest: &[u8]) -> Vec<u8> {
    let signature: p256::ecdsa::Signature = key.sign_prehash(digest).unwrap();
    signature.to_der().as_bytes().to_vec()
}

/// An authority's certificate on the named curve.
pub(crate) fn authority_certificate(
    subject: &str,
    subject_key: u16,
    issuer: &str,
    issuer_key: u16,
    serial: u16,
) -> Certificate {
    let key_info = named_curve(&point(&key(subject_key)));
    let extensions = vec![authority()];
    Template { serial, subject, key_info, issuer, extensions }.signed_by(&key(issuer_key))
}

/// A certificate that is no authority's.
pub(crate) fn leaf_certificate(subject: &str, issuer: &str, issuer_key: u16) -> Certificate {
    let key_info = named_curve(&point(&key(60_000)));
    Template { serial: 1, subject, key_info, issuer, extensions: Vec::new() }.signed_by(&key(issuer_key))
}
