//! Public keys and the arithmetic of signatures: RSA (PKCS#1 v1.5 and PSS) and ECDSA.
//!
//! This module answers one question: did the holder of this key sign this digest? Whose key it is and
//! whether it may be used is decided elsewhere.

use std::fmt;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};

use super::der::{DerError, DerProblem, Reader, Tlv, tag};
use super::oid::ObjectIdentifier;
use super::spc;
use crate::digest::DigestAlgorithm;

/// RSA moduli outside these bounds are refused: smaller ones can be factored, larger ones are only a way
/// to make the reader work. Windows refuses RSA below 1024 bits since KB2661254.
const RSA_BITS: std::ops::RangeInclusive<u32> = 512..=16384;

/// Octets of salt in a signature by RSASSA-PSS. Signers use the length of the digest, at most 64; a modulus of 16384 bits has no
/// room for more than 2048, and arithmetic on greater numbers overflows in the reader.
const SALT_OCTETS: u64 = 512;

/// A public key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// RSA: modulus and public exponent, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The public exponent.
        exponent: Vec<u8>,
    },
    /// A point on a named curve, SEC 1 encoded.
    Elliptic {
        /// The curve.
        curve: Curve,
        /// The point.
        point: Vec<u8>,
    },
    /// A key that cannot be used here: the certificate is skipped, nothing else is.
    Unsupported {
        /// The key's algorithm.
        algorithm: ObjectIdentifier,
        /// Why it cannot be used.
        why: &'static str,
    },
}

/// The named curves of Windows' code signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

/// How a signature value was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureScheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 8.2) with DigestInfo.
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017 8.1) with MGF1 over the same digest.
    RsaPss {
        /// The digest of the message and of MGF1.
        digest: DigestAlgorithm,
        /// Length of the salt in bytes.
        salt: usize,
    },
    /// ECDSA (FIPS 186-5) with a DER encoded signature value.
    Ecdsa(DigestAlgorithm),
}

/// Whether PKCS#1 v1.5 blocks without DigestInfo count. VeriSign's and Symantec's PKCS#9 time stamps are
/// made so; nothing else is allowed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BareDigest {
    /// Only in countersignatures.
    Allowed,
    /// Everywhere else.
    Refused,
}

/// Why a signature value is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The arithmetic does not hold: another key, another digest, or changed bytes.
    #[error("the signature value does not belong to this key and these bytes")]
    Invalid,
    /// The algorithm or key is not one that can be checked.
    #[error("{0}")]
    Unsupported(String),
}

impl SignatureScheme {
    /// The digest algorithm of the scheme.
    pub fn digest(self) -> DigestAlgorithm {
        match self {
            SignatureScheme::RsaPkcs1(digest) | SignatureScheme::Ecdsa(digest) => digest,
            SignatureScheme::RsaPss { digest, .. } => digest,
        }
    }

    /// Reads an AlgorithmIdentifier of a signature. `message_digest` is the digest named beside it
    /// (SignerInfo.digestAlgorithm), which `rsaEncryption` and `id-ecPublicKey` rely on.
    ///
    /// # Errors
    /// When the algorithm is unknown or contradicts the digest beside it.
    pub fn read(
        identifier: &Tlv<'_>,
        message_digest: Option<DigestAlgorithm>,
    ) -> Result<Self, SignatureError> {
        let unsupported = |why: String| Err(SignatureError::Unsupported(why));
        let (oid, parameters) = match algorithm(identifier) {
            Ok(parts) => parts,
            Err(error) => return unsupported(error.to_string()),
        };
        if oid != spc::RSASSA_PSS && oid != spc::EC_PUBLIC_KEY {
            no_parameters(parameters)?;
        }
        let scheme = match (scheme_of(&oid), message_digest) {
            (Some(scheme), _) => scheme,
            (None, _) if oid == spc::RSASSA_PSS => pss(parameters)?,
            (None, Some(digest)) if oid == spc::RSA_ENCRYPTION => SignatureScheme::RsaPkcs1(digest),
            (None, Some(digest)) if oid == spc::EC_PUBLIC_KEY => SignatureScheme::Ecdsa(digest),
            _ => return unsupported(format!("signature algorithm {oid} is not supported")),
        };
        match message_digest {
            Some(digest) if digest != scheme.digest() => unsupported(format!(
                "the signature algorithm uses {} but the signer's digest algorithm is {digest}",
                scheme.digest()
            )),
            _ => Ok(scheme),
        }
    }
}

fn scheme_of(oid: &ObjectIdentifier) -> Option<SignatureScheme> {
    use DigestAlgorithm::{Md5, Sha1, Sha256, Sha384, Sha512};
    let table = [
        (spc::MD5_WITH_RSA, SignatureScheme::RsaPkcs1(Md5)),
        (spc::SHA1_WITH_RSA, SignatureScheme::RsaPkcs1(Sha1)),
        (spc::SHA1_WITH_RSA_OIW, SignatureScheme::RsaPkcs1(Sha1)),
        (spc::SHA256_WITH_RSA, SignatureScheme::RsaPkcs1(Sha256)),
        (spc::SHA384_WITH_RSA, SignatureScheme::RsaPkcs1(Sha384)),
        (spc::SHA512_WITH_RSA, SignatureScheme::RsaPkcs1(Sha512)),
        (spc::ECDSA_WITH_SHA1, SignatureScheme::Ecdsa(Sha1)),
        (spc::ECDSA_WITH_SHA256, SignatureScheme::Ecdsa(Sha256)),
        (spc::ECDSA_WITH_SHA384, SignatureScheme::Ecdsa(Sha384)),
        (spc::ECDSA_WITH_SHA512, SignatureScheme::Ecdsa(Sha512)),
    ];
    table.iter().find(|(known, _)| known == oid).map(|(_, scheme)| *scheme)
}

/// Reads `AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`.
///
/// # Errors
/// When it is no such sequence.
pub fn algorithm<'a>(identifier: &Tlv<'a>) -> Result<(ObjectIdentifier, Option<Tlv<'a>>), DerError> {
    if identifier.tag != tag::SEQUENCE {
        let problem = DerProblem::WrongTag { expected: tag::SEQUENCE, got: identifier.tag };
        return Err(identifier.error("AlgorithmIdentifier", problem));
    }
    let mut fields = identifier.inside();
    let oid = ObjectIdentifier::from_der(fields.oid("algorithm")?);
    let parameters = if fields.is_empty() { None } else { Some(fields.any("parameters")?) };
    fields.end("AlgorithmIdentifier")?;
    Ok((oid, parameters))
}

/// The digest algorithm of an AlgorithmIdentifier. Signature algorithms stand here too in old files
/// (`sha1WithRSAEncryption` as a digest algorithm), and mean their digest.
///
/// # Errors
/// When it is unknown.
pub fn digest_algorithm(identifier: &Tlv<'_>) -> Result<DigestAlgorithm, SignatureError> {
    let (oid, parameters) =
        algorithm(identifier).map_err(|error| SignatureError::Unsupported(error.to_string()))?;
    no_parameters(parameters)?;
    let table = [
        (spc::MD5, DigestAlgorithm::Md5),
        (spc::SHA1, DigestAlgorithm::Sha1),
        (spc::SHA256, DigestAlgorithm::Sha256),
        (spc::SHA384, DigestAlgorithm::Sha384),
        (spc::SHA512, DigestAlgorithm::Sha512),
    ];
    table
        .iter()
        .find(|(known, _)| *known == oid)
        .map(|(_, digest)| *digest)
        .or_else(|| scheme_of(&oid).map(SignatureScheme::digest))
        .ok_or_else(|| SignatureError::Unsupported(format!("digest algorithm {oid} is not supported")))
}

/// These algorithms have no parameters: absent, or NULL (RFC 4055 2.1, RFC 5754).
fn no_parameters(parameters: Option<Tlv<'_>>) -> Result<(), SignatureError> {
    match parameters {
        None => Ok(()),
        Some(null) if null.tag == tag::NULL && null.value.is_empty() => Ok(()),
        Some(_) => {
            Err(SignatureError::Unsupported("an algorithm with parameters that it does not have".to_owned()))
        }
    }
}

/// `RSASSA-PSS-params` (RFC 4055 3.1): digest and MGF1 digest must be the same, as every signer makes it.
fn pss(parameters: Option<Tlv<'_>>) -> Result<SignatureScheme, SignatureError> {
    let broken = |error: DerError| SignatureError::Unsupported(format!("RSASSA-PSS-params: {error}"));
    let mut scheme = (DigestAlgorithm::Sha1, DigestAlgorithm::Sha1, 20usize);
    let Some(parameters) = parameters else {
        return Err(SignatureError::Unsupported("RSASSA-PSS without parameters".to_owned()));
    };
    if parameters.tag != tag::SEQUENCE {
        let problem = DerProblem::WrongTag { expected: tag::SEQUENCE, got: parameters.tag };
        return Err(broken(parameters.error("parameters", problem)));
    }
    let mut fields = parameters.inside();
    if let Some(hash) = fields.optional(tag::context_constructed(0), "hashAlgorithm").map_err(broken)? {
        scheme.0 = digest_algorithm(&hash.inside().any("hashAlgorithm").map_err(broken)?)?;
    }
    if let Some(mask) = fields.optional(tag::context_constructed(1), "maskGenAlgorithm").map_err(broken)? {
        let mask = mask.inside().any("maskGenAlgorithm").map_err(broken)?;
        let (oid, inner) = algorithm(&mask).map_err(broken)?;
        match inner {
            Some(inner) if oid == spc::MGF1 => scheme.1 = digest_algorithm(&inner)?,
            _ => return Err(SignatureError::Unsupported(format!("mask generation function {oid}"))),
        }
    }
    if let Some(salt) = fields.optional(tag::context_constructed(2), "saltLength").map_err(broken)? {
        let salt = salt.inside().expect(tag::INTEGER, "saltLength").map_err(broken)?;
        scheme.2 = salt_length(salt.small_integer("saltLength").map_err(broken)?)?;
    }
    if let Some(trailer) = fields.optional(tag::context_constructed(3), "trailerField").map_err(broken)? {
        let trailer = trailer.inside().expect(tag::INTEGER, "trailerField").map_err(broken)?;
        if trailer.small_integer("trailerField").map_err(broken)? != 1 {
            return Err(SignatureError::Unsupported(
                "RSASSA-PSS with another trailer field than 1".to_owned(),
            ));
        }
    }
    fields.end("RSASSA-PSS-params").map_err(broken)?;
    if scheme.0 != scheme.1 {
        return Err(SignatureError::Unsupported("RSASSA-PSS with two different digests".to_owned()));
    }
    Ok(SignatureScheme::RsaPss { digest: scheme.0, salt: scheme.2 })
}

fn salt_length(octets: u64) -> Result<usize, SignatureError> {
    usize::try_from(octets).ok().filter(|_| octets <= SALT_OCTETS).ok_or_else(|| {
        SignatureError::Unsupported(format!(
            "RSASSA-PSS with a salt of {octets} octets, at most {SALT_OCTETS} are read"
        ))
    })
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280 4.1.2.7). Keys that cannot be used become
    /// [`PublicKey::Unsupported`]; curves with explicit parameters are among them (CVE-2020-0601).
    ///
    /// # Errors
    /// When the encoding is broken.
    pub fn read(info: &[u8]) -> Result<PublicKey, DerError> {
        let mut fields = Reader::new(info).sequence("SubjectPublicKeyInfo")?;
        let (oid, parameters) = algorithm(&fields.any("algorithm")?)?;
        let key = fields.expect(tag::BIT_STRING, "subjectPublicKey")?;
        let unsupported = |why| Ok(PublicKey::Unsupported { algorithm: oid.clone(), why });
        if oid == spc::RSA_ENCRYPTION || oid == spc::RSASSA_PSS {
            let mut numbers = Reader::new(key.bit_string("subjectPublicKey")?).sequence("RSAPublicKey")?;
            let modulus = unsigned(numbers.expect(tag::INTEGER, "modulus")?.value);
            let exponent = unsigned(numbers.expect(tag::INTEGER, "publicExponent")?.value);
            return Ok(PublicKey::Rsa { modulus, exponent });
        }
        if oid != spc::EC_PUBLIC_KEY {
            return unsupported("a key type that is not supported");
        }
        let curve = match parameters {
            Some(named) if named.tag == tag::OID => match ObjectIdentifier::from_der(named.value) {
                name if name == spc::P256 => Curve::P256,
                name if name == spc::P384 => Curve::P384,
                name if name == spc::P521 => Curve::P521,
                _ => return unsupported("a curve that is not supported"),
            },
            Some(_) => return unsupported("a curve with explicit parameters, never trusted (CVE-2020-0601)"),
            None => return unsupported("a key without its curve"),
        };
        Ok(PublicKey::Elliptic { curve, point: key.bit_string("subjectPublicKey")?.to_vec() })
    }

    /// Key size in bits; `None` when the key is not supported.
    pub fn bits(&self) -> Option<u32> {
        match self {
            PublicKey::Rsa { modulus, .. } => {
                let whole = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
                Some(whole.saturating_sub(modulus.first().map_or(0, |byte| byte.leading_zeros())))
            }
            PublicKey::Elliptic { curve: Curve::P256, .. } => Some(256),
            PublicKey::Elliptic { curve: Curve::P384, .. } => Some(384),
            PublicKey::Elliptic { curve: Curve::P521, .. } => Some(521),
            PublicKey::Unsupported { .. } => None,
        }
    }

    /// What checking one signature costs, as measured, in units of one check by an RSA key of 2048 bits (some 0.1 ms): RSA grows with
    /// the square of the modulus and the length of the exponent.
    pub(crate) fn cost(&self) -> usize {
        match self {
            PublicKey::Rsa { modulus, exponent } => {
                let size = modulus.len().div_ceil(256);
                size.saturating_mul(size).saturating_mul(exponent.len().div_ceil(3).max(1))
            }
            PublicKey::Elliptic { curve: Curve::P256, .. } => 4,
            PublicKey::Elliptic { curve: Curve::P384 | Curve::P521, .. } => 12,
            PublicKey::Unsupported { .. } => 1,
        }
    }

    /// Checks a signature value over a message digest.
    ///
    /// # Errors
    /// [`SignatureError::Invalid`] when it does not belong to this key and digest,
    /// [`SignatureError::Unsupported`] when it cannot be checked.
    pub fn verify(
        &self,
        scheme: SignatureScheme,
        digest: &[u8],
        signature: &[u8],
        bare: BareDigest,
    ) -> Result<(), SignatureError> {
        match (self, scheme) {
            (PublicKey::Rsa { modulus, exponent }, SignatureScheme::RsaPkcs1(algorithm)) => {
                let key = rsa_key(self.bits(), modulus, exponent)?;
                rsa_pkcs1(&key, algorithm, digest, signature, bare)
            }
            (PublicKey::Rsa { modulus, exponent }, SignatureScheme::RsaPss { digest: algorithm, salt }) => {
                rsa_pss(&rsa_key(self.bits(), modulus, exponent)?, algorithm, salt, digest, signature)
            }
            (PublicKey::Elliptic { curve, point }, SignatureScheme::Ecdsa(_)) => {
                ecdsa(*curve, point, digest, signature)
            }
            (PublicKey::Unsupported { algorithm, why }, _) => {
                Err(SignatureError::Unsupported(format!("{why} ({algorithm})")))
            }
            _ => Err(SignatureError::Unsupported("the key is of another type than the signature".to_owned())),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PublicKey::Rsa { .. } => write!(f, "rsa{}", self.bits().unwrap_or(0)),
            PublicKey::Elliptic { .. } => write!(f, "ecdsa-p{}", self.bits().unwrap_or(0)),
            PublicKey::Unsupported { algorithm, .. } => write!(f, "unsupported ({algorithm})"),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn unsigned(digits: &[u8]) -> Vec<u8> {
    digits.iter().copied().skip_while(|digit| *digit == 0).collect()
}

fn rsa_key(bits: Option<u32>, modulus: &[u8], exponent: &[u8]) -> Result<RsaPublicKey, SignatureError> {
    let bits = bits.unwrap_or(0);
    if !RSA_BITS.contains(&bits) || exponent.len() > 8 {
        let why = format!("an RSA key of {bits} bits with an exponent of {} bytes", exponent.len());
        return Err(SignatureError::Unsupported(why));
    }
    let number = BoxedUint::from_be_slice_vartime;
    let range =
        usize::try_from(*RSA_BITS.start()).unwrap_or(0)..=usize::try_from(*RSA_BITS.end()).unwrap_or(0);
    RsaPublicKey::new_with_size_limits(number(modulus), number(exponent), range)
        .map_err(|error| SignatureError::Unsupported(format!("the RSA key is not usable: {error}")))
}

/// `DigestInfo ::= SEQUENCE { digestAlgorithm, digest }` up to the digest itself, with NULL parameters
/// (RFC 8017 9.2 note 1). The form without NULL is refused, as OpenSSL and Windows' CNG do.
fn digest_info(algorithm: DigestAlgorithm) -> &'static [u8] {
    match algorithm {
        DigestAlgorithm::Md5 => {
            &[0x30, 0x20, 0x30, 0x0c, 0x06, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5, 5, 0, 4, 0x10]
        }
        DigestAlgorithm::Sha1 => &[0x30, 0x21, 0x30, 9, 0x06, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14],
        DigestAlgorithm::Sha256 => {
            &[0x30, 0x31, 0x30, 0x0d, 0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20]
        }
        DigestAlgorithm::Sha384 => {
            &[0x30, 0x41, 0x30, 0x0d, 0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2, 5, 0, 4, 0x30]
        }
        DigestAlgorithm::Sha512 => {
            &[0x30, 0x51, 0x30, 0x0d, 0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 0x40]
        }
    }
}

fn rsa_pkcs1(
    key: &RsaPublicKey,
    algorithm: DigestAlgorithm,
    digest: &[u8],
    signature: &[u8],
    bare: BareDigest,
) -> Result<(), SignatureError> {
    let full = [digest_info(algorithm), digest].concat();
    if key.verify(Pkcs1v15Sign::new_unprefixed(), &full, signature).is_ok() {
        return Ok(());
    }
    if bare == BareDigest::Allowed && key.verify(Pkcs1v15Sign::new_unprefixed(), digest, signature).is_ok() {
        return Ok(());
    }
    Err(SignatureError::Invalid)
}

fn rsa_pss(
    key: &RsaPublicKey,
    algorithm: DigestAlgorithm,
    salt: usize,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    // A public scheme may come from a caller: the library behind adds to the salt's length unchecked.
    if salt > key.size() {
        return Err(SignatureError::Invalid);
    }
    let result = match algorithm {
        DigestAlgorithm::Md5 => {
            return Err(SignatureError::Unsupported("RSASSA-PSS with MD5".to_owned()));
        }
        DigestAlgorithm::Sha1 => key.verify(Pss::<sha1::Sha1>::new_with_salt(salt), digest, signature),
        DigestAlgorithm::Sha256 => key.verify(Pss::<sha2::Sha256>::new_with_salt(salt), digest, signature),
        DigestAlgorithm::Sha384 => key.verify(Pss::<sha2::Sha384>::new_with_salt(salt), digest, signature),
        DigestAlgorithm::Sha512 => key.verify(Pss::<sha2::Sha512>::new_with_salt(salt), digest, signature),
    };
    result.map_err(|_| SignatureError::Invalid)
}

fn ecdsa(curve: Curve, point: &[u8], digest: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let key = |_| SignatureError::Unsupported("the point is not on its curve".to_owned());
    let invalid = |_| SignatureError::Invalid;
    match curve {
        Curve::P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
            .map_err(key)?
            .verify_prehash(
                &padded(digest, 32),
                &p256::ecdsa::Signature::from_der(signature).map_err(invalid)?,
            )
            .map_err(invalid),
        Curve::P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point)
            .map_err(key)?
            .verify_prehash(
                &padded(digest, 48),
                &p384::ecdsa::Signature::from_der(signature).map_err(invalid)?,
            )
            .map_err(invalid),
        Curve::P521 => p521::ecdsa::VerifyingKey::from_sec1_bytes(point)
            .map_err(key)?
            .verify_prehash(
                &padded(digest, 66),
                &p521::ecdsa::Signature::from_der(signature).map_err(invalid)?,
            )
            .map_err(invalid),
    }
}

/// A digest shorter than the field is a smaller number: zeros in front change nothing (FIPS 186-5 6.4.1),
/// and the curve crates refuse digests shorter than half of the field.
fn padded(digest: &[u8], field: usize) -> Vec<u8> {
    let mut bytes = vec![0; field.saturating_sub(digest.len())];
    bytes.extend_from_slice(digest);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `RSASSA-PSS-params` with SHA-256 and these further fields, in an AlgorithmIdentifier.
    fn pss_identifier(further: &[u8]) -> Vec<u8> {
        let sha256 = [0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
        let mgf1 = [&[0x30, 24, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8][..], &sha256].concat();
        let fields = [&[0xa0, 13][..], &sha256, &[0xa1, 26], &mgf1, further].concat();
        let oid = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
        let parameters = [&[0x30, length(&fields)][..], &fields].concat();
        [&[0x30, length(&oid) + length(&parameters)][..], &oid, &parameters].concat()
    }

    fn read(further: &[u8]) -> Result<SignatureScheme, SignatureError> {
        let bytes = pss_identifier(further);
        SignatureScheme::read(&Reader::new(&bytes).any("algorithm").unwrap(), None)
    }

    #[test]
    fn only_sound_parameters_of_pss_are_read() {
        let salt = |salt| Ok(SignatureScheme::RsaPss { digest: DigestAlgorithm::Sha256, salt });
        assert_eq!(read(&[0xa2, 3, 2, 1, 32]), salt(32));
        assert_eq!(read(&[0xa2, 3, 2, 1, 32, 0xa3, 3, 2, 1, 1]), salt(32));
        assert!(read(&[0xa2, 11, 2, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255]).is_err());
        assert!(read(&[0xa3, 3, 2, 1, 2]).is_err(), "another trailer");
        assert!(read(&[5, 0]).is_err(), "something behind");
    }

    /// A modulus without factors that matter: only the arithmetic of lengths is looked at. Every value from zero up is given, so
    /// that the block decodes to each last octet.
    #[test]
    fn an_enormous_salt_does_not_panic() {
        let modulus = [&[0xff; 127][..], &[0x01]].concat();
        let key = PublicKey::Rsa { modulus, exponent: vec![3] };
        for salt in [usize::MAX, usize::MAX - 33, usize::MAX - 34, 129] {
            let scheme = SignatureScheme::RsaPss { digest: DigestAlgorithm::Sha256, salt };
            for value in 0..=255 {
                let mut signature = vec![0; 128];
                signature[127] = value;
                let result = key.verify(scheme, &[0; 32], &signature, BareDigest::Refused);
                assert_eq!(result, Err(SignatureError::Invalid));
            }
        }
    }
}
