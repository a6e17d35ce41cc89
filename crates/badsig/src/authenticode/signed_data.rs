//! SignedData (PKCS#7 v1.5, RFC 2315; CMS, RFC 5652): the envelope of signatures, time-stamp tokens and
//! certificate trust lists.
//!
//! Only the structure is read here; nothing is verified.

use std::borrow::Cow;

use super::der::{DerError, DerProblem, Reader, Tlv, tag};
use super::oid::ObjectIdentifier;
use super::spc;
use crate::limits::{ATTRIBUTE_VALUES, BAG_ENTRIES, CERTIFICATE_BYTES, SIGNER_ATTRIBUTES, SIGNERS};

/// ```text
/// SignedData ::= SEQUENCE {
///   version INTEGER, digestAlgorithms SET OF AlgorithmIdentifier,
///   encapContentInfo SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY OPTIONAL },
///   certificates [0] IMPLICIT CertificateSet OPTIONAL, crls [1] IMPLICIT OPTIONAL,
///   signerInfos SET OF SignerInfo }
/// ```
#[derive(Debug)]
pub struct SignedData<'a> {
    /// The version: 1 in PKCS#7 and Authenticode, 3 in CMS.
    pub version: u64,
    /// What the content is.
    pub content_type: ObjectIdentifier,
    /// The content value inside `[0]`.
    pub content: Option<Tlv<'a>>,
    /// The encodings in the certificate bag, readable or not.
    pub certificates: Vec<&'a [u8]>,
    /// How many bytes of revocation lists there are.
    pub revocation_bytes: usize,
    /// The signers. Authenticode asks for exactly one.
    pub signers: Vec<SignerInfo<'a>>,
    /// Length of the whole encoding in bytes; padding may follow.
    pub length: usize,
}

/// ```text
/// SignerInfo ::= SEQUENCE {
///   version INTEGER, sid SignerIdentifier, digestAlgorithm AlgorithmIdentifier,
///   signedAttrs [0] IMPLICIT OPTIONAL, signatureAlgorithm AlgorithmIdentifier,
///   signature OCTET STRING, unsignedAttrs [1] IMPLICIT OPTIONAL }
/// ```
#[derive(Debug)]
pub struct SignerInfo<'a> {
    /// Who signed.
    pub identifier: SignerIdentifier<'a>,
    /// The digest algorithm.
    pub digest_algorithm: Tlv<'a>,
    /// The signed attributes, as they stand.
    pub signed_attributes: Option<Attributes<'a>>,
    /// The signature algorithm.
    pub signature_algorithm: Tlv<'a>,
    /// The signature value (encryptedDigest).
    pub signature: &'a [u8],
    /// The unsigned attributes.
    pub unsigned_attributes: Option<Attributes<'a>>,
}

/// How a signer names its certificate.
#[derive(Debug, Clone, Copy)]
pub enum SignerIdentifier<'a> {
    /// issuerAndSerialNumber.
    IssuerAndSerial {
        /// The issuer's name, as encoded.
        issuer: &'a [u8],
        /// The serial number's contents octets.
        serial: &'a [u8],
    },
    /// subjectKeyIdentifier.
    KeyIdentifier(&'a [u8]),
}

/// A set of attributes with its original bytes.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    raw: &'a [u8],
    list: Vec<(ObjectIdentifier, Tlv<'a>)>,
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo that holds SignedData.
    ///
    /// # Errors
    /// [`DerError`] naming the field.
    pub fn read(bytes: &'a [u8]) -> Result<SignedData<'a>, DerError> {
        let outer = Reader::new(bytes).expect(tag::SEQUENCE, "ContentInfo")?;
        let mut info = outer.inside();
        let kind = info.expect(tag::OID, "contentType")?;
        if ObjectIdentifier::from_der(kind.value) != spc::SIGNED_DATA {
            return Err(kind.error("contentType", DerProblem::Value("not id-signedData")));
        }
        let wrapped = info.expect(tag::context_constructed(0), "content")?;
        info.end("ContentInfo")?;
        let mut wrapped = wrapped.inside();
        let mut fields = wrapped.sequence("SignedData")?;
        wrapped.end("content")?;
        let version = version(&mut fields)?;
        let algorithms = digest_algorithms(&fields.expect(tag::SET, "digestAlgorithms")?)?;
        let mut encapsulated = fields.sequence("encapContentInfo")?;
        let content_type = ObjectIdentifier::from_der(encapsulated.oid("eContentType")?);
        let content = match encapsulated.optional(tag::context_constructed(0), "eContent")? {
            Some(explicit) => Some(content(&content_type, explicit.inside())?),
            None => None,
        };
        let certificates = match fields.optional(tag::context_constructed(0), "certificates")? {
            Some(set) => values(set)?,
            None => Vec::new(),
        };
        let crls = fields.optional(tag::context_constructed(1), "crls")?;
        let revocation_bytes = crls.map(|set| revocation_bytes(&set)).transpose()?.unwrap_or_default();
        let mut signers = Vec::new();
        let infos = fields.expect(tag::SET, "signerInfos")?;
        let mut set = infos.inside();
        while !set.is_empty() {
            below(signers.len(), SIGNERS, &infos, "signerInfos")?;
            let signer = SignerInfo::read(&set.expect(tag::SEQUENCE, "SignerInfo")?)?;
            among(&algorithms, &signer.digest_algorithm)?;
            signers.push(signer);
        }
        fields.end("SignedData")?;
        let length = outer.raw.len();
        Ok(SignedData { version, content_type, content, certificates, revocation_bytes, signers, length })
    }

    /// The octets that messageDigest is made over: the contents of the content value without its own tag
    /// and length. For PKCS#7 that is the inside of a SEQUENCE, for CMS the inside of an OCTET STRING.
    ///
    /// # Errors
    /// When there is no content, or it is a broken OCTET STRING.
    pub fn signed_octets(&self) -> Result<Cow<'a, [u8]>, DerError> {
        match &self.content {
            Some(content) if content.tag == tag::OCTET_STRING_CONSTRUCTED => content.octet_string("eContent"),
            Some(content) => Ok(Cow::Borrowed(content.value)),
            None => Err(DerError { field: "eContent", offset: 0, problem: DerProblem::Missing }),
        }
    }

    /// The encoding of the content itself: the value for PKCS#7, what the OCTET STRING holds for CMS.
    ///
    /// # Errors
    /// As [`SignedData::signed_octets`].
    pub fn content_bytes(&self) -> Result<Cow<'a, [u8]>, DerError> {
        match &self.content {
            Some(content) if matches!(content.tag, tag::OCTET_STRING | tag::OCTET_STRING_CONSTRUCTED) => {
                content.octet_string("eContent")
            }
            Some(content) => Ok(Cow::Borrowed(content.raw)),
            None => Err(DerError { field: "eContent", offset: 0, problem: DerProblem::Missing }),
        }
    }
}

/// `DigestAlgorithmIdentifiers ::= SET OF AlgorithmIdentifier`: the object identifiers. No digest covers them.
fn digest_algorithms<'a>(set: &Tlv<'a>) -> Result<Vec<&'a [u8]>, DerError> {
    let mut reader = set.inside();
    let mut found = Vec::new();
    while !reader.is_empty() {
        let mut algorithm = reader.sequence("digestAlgorithms")?;
        below(found.len(), SIGNERS, set, "digestAlgorithms")?;
        found.push(algorithm.oid("digestAlgorithms")?);
        if !algorithm.is_empty() {
            algorithm.any("digestAlgorithms")?;
        }
        algorithm.end("digestAlgorithms")?;
    }
    Ok(found)
}

/// RFC 5652 5.1 lets a reader refuse a signature whose digest algorithm is not in the set; OpenSSL does, and what
/// Windows does is not known.
fn among(algorithms: &[&[u8]], wanted: &Tlv<'_>) -> Result<(), DerError> {
    if algorithms.contains(&wanted.inside().oid("digestAlgorithm")?) {
        return Ok(());
    }
    Err(wanted.error("digestAlgorithm", DerProblem::Value("not among digestAlgorithms of the SignedData")))
}

/// The one value of `eContent`. Its tag and what stands behind it are not in messageDigest, so they are looked at here.
fn content<'a>(content_type: &ObjectIdentifier, mut explicit: Reader<'a>) -> Result<Tlv<'a>, DerError> {
    let content = explicit.any("eContent")?;
    // A list stands there as it is (PKCS#7); of another tag it is none, whatever its contents.
    if *content_type == spc::CERTIFICATE_TRUST_LIST && content.tag != tag::SEQUENCE {
        let problem = DerProblem::WrongTag { expected: tag::SEQUENCE, got: content.tag };
        return Err(content.error("CertificateTrustList", problem));
    }
    explicit.end("eContent")?;
    Ok(content)
}

/// RFC 5652 5.1: 1, 3, 4 or 5 by what the message holds; PKCS#7 v1.5 knows 1 only.
const SIGNED_DATA_VERSIONS: &[u64] = &[1, 3, 4, 5];

fn version(fields: &mut Reader<'_>) -> Result<u64, DerError> {
    let value = fields.expect(tag::INTEGER, "version")?;
    let version = value.small_integer("version")?;
    if SIGNED_DATA_VERSIONS.contains(&version) {
        return Ok(version);
    }
    Err(value.error("version", DerProblem::Value("not a version of CMS or PKCS#7")))
}

/// Refuses one more than `most` in a set.
fn below(count: usize, most: usize, set: &Tlv<'_>, field: &'static str) -> Result<(), DerError> {
    if count < most { Ok(()) } else { Err(set.error(field, DerProblem::TooMany { most })) }
}

/// The encodings in a set, whatever they hold; one that passes the end makes the whole unreadable.
fn values<'a>(set: Tlv<'a>) -> Result<Vec<&'a [u8]>, DerError> {
    let mut reader = set.inside();
    let mut found = Vec::new();
    while !reader.is_empty() {
        below(found.len(), BAG_ENTRIES, &set, "certificates")?;
        found.push(reader.any("Certificate")?.raw);
    }
    Ok(found)
}

/// The size of the lists in `crls`. RFC 5652, 10.2.1: each is a CertificateList, or `[1]` with information in another format.
fn revocation_bytes(set: &Tlv<'_>) -> Result<usize, DerError> {
    let mut reader = set.inside();
    while !reader.is_empty() {
        if reader.optional(tag::context_constructed(1), "crls")?.is_none() {
            reader.expect(tag::SEQUENCE, "crls")?;
        }
    }
    Ok(set.value.len())
}

impl<'a> SignerInfo<'a> {
    /// Reads a SignerInfo; also the value of a countersignature attribute.
    ///
    /// # Errors
    /// [`DerError`] naming the field.
    pub fn read(value: &Tlv<'a>) -> Result<SignerInfo<'a>, DerError> {
        let mut fields = value.inside();
        // Countersignatures of version 0 exist; the number says nothing that the identifier does not.
        fields.expect(tag::INTEGER, "SignerInfo.version")?;
        let identifier = SignerIdentifier::read(&mut fields)?;
        let digest_algorithm = fields.expect(tag::SEQUENCE, "digestAlgorithm")?;
        let signed_attributes = Attributes::optional(&mut fields, 0, "signedAttrs")?;
        let signature_algorithm = fields.expect(tag::SEQUENCE, "signatureAlgorithm")?;
        let signature = fields.expect(tag::OCTET_STRING, "signature")?.value;
        let unsigned_attributes = Attributes::optional(&mut fields, 1, "unsignedAttrs")?;
        fields.end("SignerInfo")?;
        Ok(SignerInfo {
            identifier,
            digest_algorithm,
            signed_attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
        })
    }
}

/// Refuses a name or number that no certificate could have: it would go whole into every message about the signer.
fn short(value: &Tlv<'_>, field: &'static str) -> Result<(), DerError> {
    match value.raw.len() {
        length if length > CERTIFICATE_BYTES => {
            Err(value.error(field, DerProblem::TooLong { length, most: CERTIFICATE_BYTES }))
        }
        _ => Ok(()),
    }
}

impl<'a> SignerIdentifier<'a> {
    fn read(fields: &mut Reader<'a>) -> Result<SignerIdentifier<'a>, DerError> {
        if let Some(identifier) = fields.optional(tag::context(0), "subjectKeyIdentifier")? {
            short(&identifier, "subjectKeyIdentifier")?;
            return Ok(SignerIdentifier::KeyIdentifier(identifier.value));
        }
        let pair = fields.expect(tag::SEQUENCE, "issuerAndSerialNumber")?;
        short(&pair, "issuerAndSerialNumber")?;
        let mut pair = pair.inside();
        Ok(SignerIdentifier::IssuerAndSerial {
            issuer: pair.expect(tag::SEQUENCE, "issuer")?.raw,
            serial: pair.expect(tag::INTEGER, "serialNumber")?.value,
        })
    }
}

impl<'a> Attributes<'a> {
    fn optional(
        fields: &mut Reader<'a>,
        number: u8,
        field: &'static str,
    ) -> Result<Option<Attributes<'a>>, DerError> {
        let Some(set) = fields.optional(tag::context_constructed(number), field)? else { return Ok(None) };
        let mut list = Vec::new();
        let mut reader = set.inside();
        while !reader.is_empty() {
            below(list.len(), SIGNER_ATTRIBUTES, &set, field)?;
            let mut attribute = reader.sequence("Attribute")?;
            let kind = ObjectIdentifier::from_der(attribute.oid("attrType")?);
            list.push((kind, attribute.expect(tag::SET, "attrValues")?));
        }
        Ok(Some(Attributes { raw: set.raw, list }))
    }

    /// The bytes that are hashed for the signature: the attributes as they stand, under the tag of a SET
    /// instead of `[0]` (RFC 5652 5.4). Nothing is sorted or encoded again.
    pub fn hashed_bytes(&self) -> Vec<u8> {
        let mut bytes = self.raw.to_vec();
        if let Some(first) = bytes.first_mut() {
            *first = tag::SET;
        }
        bytes
    }

    /// Each attribute's type and set of values.
    pub fn iter(&self) -> impl Iterator<Item = &(ObjectIdentifier, Tlv<'a>)> {
        self.list.iter()
    }

    /// The values of the attributes of one type, at most [`ATTRIBUTE_VALUES`].
    pub fn values(&self, kind: &ObjectIdentifier) -> Vec<Tlv<'a>> {
        let mut found = Vec::new();
        for (_, set) in self.list.iter().filter(|(other, _)| other == kind) {
            let mut reader = set.inside();
            while found.len() < ATTRIBUTE_VALUES
                && let Ok(value) = reader.any("attrValues")
            {
                found.push(value);
            }
        }
        found
    }

    /// The value of an attribute that must stand there once, with one value.
    ///
    /// # Errors
    /// When it is missing, or there are several.
    pub fn single(&self, kind: &ObjectIdentifier, field: &'static str) -> Result<Tlv<'a>, DerError> {
        match self.values(kind).as_slice() {
            [value] => Ok(*value),
            [] => Err(DerError { field, offset: 0, problem: DerProblem::Missing }),
            [_, second, ..] => Err(second.error(field, DerProblem::Value("it stands there more than once"))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    /// An encoding with a length of three octets.
    fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
        let contents = contents.concat();
        let [_, length @ ..] = u32::try_from(contents.len()).unwrap().to_be_bytes();
        [&[tag, 0x83][..], &length, &contents].concat()
    }

    const SHA256: &[u8] = &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    const DATA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];

    /// A SignerInfo with these signed attributes.
    fn signer(issuer: usize, attributes: &[u8]) -> Vec<u8> {
        let issuer = tlv(0x30, &[&vec![0; issuer]]);
        let identifier = tlv(0x30, &[&issuer, &[2, 1, 1]]);
        tlv(0x30, &[&[2, 1, 1], &identifier, SHA256, &tlv(0xa0, &[attributes]), SHA256, &[4, 1, 0]])
    }

    fn message(algorithms: &[u8], bag: &[u8], signers: &[u8]) -> Vec<u8> {
        let content = tlv(0x30, &[DATA]);
        let fields: &[&[u8]] =
            &[&[2, 1, 1], &tlv(0x31, &[algorithms]), &content, &tlv(0xa0, &[bag]), &tlv(0x31, &[signers])];
        let signed = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
        tlv(0x30, &[&signed, &tlv(0xa0, &[&tlv(0x30, fields)])])
    }

    fn problem(message: &[u8]) -> Option<DerProblem> {
        SignedData::read(message).err().map(|error| error.problem)
    }

    #[test]
    fn sets_are_bounded() {
        let attribute = tlv(0x30, &[DATA, &tlv(0x31, &[])]);
        let one = signer(0, &[]);
        let too_many = |most| Some(DerProblem::TooMany { most });
        assert_eq!(
            problem(&message(&SHA256.repeat(SIGNERS), &[5, 0].repeat(600), &one.repeat(SIGNERS))),
            None
        );
        assert_eq!(problem(&message(&SHA256.repeat(SIGNERS + 1), &[], &one)), too_many(SIGNERS));
        assert_eq!(problem(&message(SHA256, &[], &one.repeat(SIGNERS + 1))), too_many(SIGNERS));
        assert_eq!(problem(&message(SHA256, &[5, 0].repeat(BAG_ENTRIES + 1), &one)), too_many(BAG_ENTRIES));
        let attributes = signer(0, &attribute.repeat(SIGNER_ATTRIBUTES + 1));
        assert_eq!(problem(&message(SHA256, &[], &attributes)), too_many(SIGNER_ATTRIBUTES));
        assert_eq!(problem(&message(SHA256, &[], &signer(0, &attribute.repeat(SIGNER_ATTRIBUTES)))), None);
    }

    #[test]
    fn an_enormous_name_of_a_signer_is_refused() {
        let named = message(SHA256, &[], &signer(CERTIFICATE_BYTES, &[]));
        assert!(matches!(problem(&named), Some(DerProblem::TooLong { most: CERTIFICATE_BYTES, .. })));
    }

    /// RFC 5652, 10.2.1: certificate lists, and other information under `[1]`; no octets as they come.
    #[test]
    fn revocation_lists_are_lists() {
        let of = |elements: &[&[u8]]| {
            let set = tlv(0xa1, elements);
            revocation_bytes(&Reader::new(&set).any("crls").unwrap())
        };
        let (list, other) = (tlv(0x30, &[&[5, 0]]), tlv(0xa1, &[&[5, 0]]));
        assert_eq!(of(&[]), Ok(0));
        assert_eq!(of(&[&list, &other, &list]), Ok(21));
        assert!(of(&[&list, &[4, 1, 0]]).is_err());
        assert!(of(&[&[0x30, 9]]).is_err());
    }
}
