//! SpcIndirectDataContent: the digest that a signature vouches for.

use serde::{Deserialize, Serialize};

use super::der::{DerError, DerProblem, Reader, Tlv, tag};
use super::oid::ObjectIdentifier;
use super::public_key::{SignatureError, digest_algorithm};
use super::spc;
use crate::digest::DigestAlgorithm;

/// SHA-512, in bytes.
const LONGEST_DIGEST: usize = 64;
/// Class identifier of the serialized object that holds page hashes.
const PAGE_HASHES_CLASS: [u8; 16] =
    [0xa6, 0xb5, 0x86, 0xd5, 0xb4, 0xa1, 0x24, 0x66, 0xae, 0x05, 0xa2, 0x17, 0xda, 0x8e, 0x60, 0xd6];

/// ```text
/// SpcIndirectDataContent ::= SEQUENCE {
///   data SEQUENCE { type OBJECT IDENTIFIER, value ANY OPTIONAL },
///   messageDigest SEQUENCE { digestAlgorithm AlgorithmIdentifier, digest OCTET STRING } }
/// ```
#[derive(Clone, Debug)]
pub struct IndirectData {
    /// What kind of subject was signed.
    pub kind: ObjectIdentifier,
    /// Algorithm of the digest, or why it is not one that can be computed.
    pub algorithm: Result<DigestAlgorithm, SignatureError>,
    /// The digest of the subject.
    pub digest: Vec<u8>,
    /// The list of page hashes, when there is one.
    pub page_hashes: Option<StoredPageHashes>,
}

/// Page hashes as a signature stores them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPageHashes {
    /// SHA-1 (version 1) or SHA-256 (version 2).
    pub algorithm: DigestAlgorithm,
    /// Offsets and digests, as stored.
    pub list: Vec<u8>,
}

impl IndirectData {
    /// Reads the content of a signature.
    ///
    /// # Errors
    /// [`DerError`] naming the field.
    pub fn read(bytes: &[u8]) -> Result<IndirectData, DerError> {
        let mut fields = Reader::new(bytes).sequence("SpcIndirectDataContent")?;
        let mut data = fields.sequence("SpcIndirectDataContent.data")?;
        let kind = ObjectIdentifier::from_der(data.oid("SpcAttributeTypeAndOptionalValue.type")?);
        let value = if data.is_empty() { None } else { Some(data.any("value")?) };
        data.end("SpcIndirectDataContent.data")?;
        let mut digest_info = fields.sequence("messageDigest")?;
        let algorithm = digest_algorithm(&digest_info.any("digestAlgorithm")?);
        let digest = digest_info.expect(tag::OCTET_STRING, "digest")?;
        digest_info.end("messageDigest")?;
        fields.end("SpcIndirectDataContent")?;
        let digest = short(&digest)?.to_vec();
        let page_hashes = match value {
            Some(value) if kind == spc::SPC_PE_IMAGE_DATA => page_hashes(&value).unwrap_or_default(),
            _ => None,
        };
        Ok(IndirectData { kind, algorithm, digest, page_hashes })
    }
}

/// A value that is no longer than any digest: it is told in full, again and again.
fn short<'a>(digest: &Tlv<'a>) -> Result<&'a [u8], DerError> {
    let length = digest.value.len();
    if length > LONGEST_DIGEST {
        let problem = DerProblem::TooLong { length, most: LONGEST_DIGEST };
        return Err(DerError { field: "digest", offset: digest.offset, problem });
    }
    Ok(digest.value)
}

/// ```text
/// SpcPeImageData ::= SEQUENCE { flags BIT STRING, file [0] EXPLICIT SpcLink OPTIONAL }
/// SpcLink ::= CHOICE { url [0], moniker [1] IMPLICIT SpcSerializedObject, file [2] EXPLICIT SpcString }
/// SpcSerializedObject ::= SEQUENCE { classId OCTET STRING, serializedData OCTET STRING }
/// ```
fn page_hashes(value: &Tlv<'_>) -> Result<Option<StoredPageHashes>, DerError> {
    let mut fields = value.inside();
    fields.optional(tag::BIT_STRING, "flags")?;
    let Some(file) = fields.optional(tag::context_constructed(0), "file")? else { return Ok(None) };
    let Some(moniker) = file.inside().optional(tag::context_constructed(1), "moniker")? else {
        return Ok(None);
    };
    let mut object = moniker.inside();
    if object.expect(tag::OCTET_STRING, "classId")?.value != PAGE_HASHES_CLASS {
        return Ok(None);
    }
    let serialized = object.expect(tag::OCTET_STRING, "serializedData")?.value;
    let mut set = Reader::new(serialized).expect(tag::SET, "serializedData")?.inside();
    let mut attribute = set.sequence("SpcAttributeTypeAndOptionalValue")?;
    let kind = ObjectIdentifier::from_der(attribute.oid("type")?);
    let algorithm = if kind == spc::SPC_PAGE_HASHES_V1 {
        DigestAlgorithm::Sha1
    } else if kind == spc::SPC_PAGE_HASHES_V2 {
        DigestAlgorithm::Sha256
    } else {
        return Ok(None);
    };
    let list = attribute.expect(tag::SET, "value")?.inside().expect(tag::OCTET_STRING, "pageHashes")?;
    Ok(Some(StoredPageHashes { algorithm, list: list.value.to_vec() }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;
    use crate::authenticode::der_writer::write;

    const PE_IMAGE_DATA: [u8; 10] = [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 15];
    const SHA256: [u8; 9] = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];

    /// The content of a signature whose digest has so many bytes; `behind` stands behind the digest, the DigestInfo, the data.
    fn content(digest: usize, behind: [&[u8]; 3]) -> Vec<u8> {
        let value = write(tag::SEQUENCE, &[&write(tag::BIT_STRING, &[&[0]])]);
        let data = write(tag::SEQUENCE, &[&write(tag::OID, &[&PE_IMAGE_DATA]), &value, behind[2]]);
        let algorithm = write(tag::SEQUENCE, &[&write(tag::OID, &[&SHA256]), &write(tag::NULL, &[])]);
        let digest = write(tag::OCTET_STRING, &[&vec![7; digest]]);
        let digest_info = write(tag::SEQUENCE, &[&algorithm, &digest, behind[0]]);
        write(tag::SEQUENCE, &[&data, &digest_info, behind[1]])
    }

    #[test]
    fn nothing_stands_behind_its_fields() {
        let more: &[u8] = &[tag::OCTET_STRING, 1, 0];
        assert!(IndirectData::read(&content(32, [&[]; 3])).is_ok());
        for place in 0..3 {
            let mut behind: [&[u8]; 3] = [&[]; 3];
            behind[place] = more;
            assert!(IndirectData::read(&content(32, behind)).is_err(), "{place}");
        }
    }

    #[test]
    fn no_digest_is_longer_than_the_longest() {
        assert_eq!(IndirectData::read(&content(64, [&[]; 3])).unwrap().digest.len(), 64);
        let error = IndirectData::read(&content(65, [&[]; 3])).unwrap_err();
        assert!(error.to_string().contains("the limit is 64"), "{error}");
    }
}
