//! From signature blobs to facts: every signature of a subject, nested ones included.

use super::certificate::Certificate;
use super::der::{DerError, DerProblem};
use super::facts::{Contents, Padding, SignatureFacts, SubjectDigest, UnknownAttribute};
use super::indirect_data::{IndirectData, StoredPageHashes};
use super::oid::ObjectIdentifier;
use super::program;
use super::public_key::BareDigest;
use super::signed_data::{Attributes, SignedData};
use super::signer::{Covered, KeyWork, check};
use super::spc;
use super::timestamp;
use crate::hex::Hex;
use crate::limits::Limits;

/// A signature as a format stores it.
#[derive(Clone, Debug)]
pub struct SignatureBlob {
    /// Where it stands, for people: `certificate table entry 1`, `stream DigitalSignature`.
    pub place: String,
    /// Offset in the file, when it stands in one piece.
    pub offset: Option<u64>,
    /// The bytes: a CMS, perhaps with padding behind it.
    pub bytes: Vec<u8>,
}

/// Unsigned attributes that are understood, or known to be harmless.
const KNOWN_UNSIGNED: [ObjectIdentifier; 5] = [
    spc::COUNTER_SIGNATURE,
    spc::SPC_RFC3161_TIME_STAMP,
    spc::SPC_NESTED_SIGNATURE,
    spc::SPC_SEALING_SIGNATURE,
    spc::SPC_SEALING_TIME_STAMP,
];

/// A signature that was read, and the page hashes it stores (they are compared once the file was hashed).
pub struct ReadSignature<'a> {
    /// The CMS itself, without padding; everything there is when it cannot be read.
    pub raw: &'a [u8],
    /// The facts; the subject's digest is not computed yet.
    pub facts: SignatureFacts,
    /// Page hashes as stored.
    pub page_hashes: Option<StoredPageHashes>,
    /// A limit kept signatures nested in this one, or following it, from being read.
    pub cut_short: bool,
}

/// Reads all signatures: each blob, and after it those nested in it.
pub fn read_signatures<'a>(blobs: &'a [SignatureBlob], limits: &Limits) -> Vec<ReadSignature<'a>> {
    let mut reading = Reading { limits, found: Vec::new(), work: KeyWork::of_one_file() };
    for blob in blobs {
        let place = Place { text: blob.place.clone(), offset: blob.offset, parent: None };
        read_one(&blob.bytes, place, limits.nesting_depth, &mut reading);
    }
    reading.found
}

/// What was read of one file so far, and what may still be spent on it.
struct Reading<'a, 'l> {
    limits: &'l Limits,
    found: Vec<ReadSignature<'a>>,
    work: KeyWork,
}

struct Place {
    text: String,
    offset: Option<u64>,
    parent: Option<usize>,
}

fn read_one<'a>(bytes: &'a [u8], place: Place, depth: usize, reading: &mut Reading<'a, '_>) {
    let Reading { limits, found, work } = reading;
    if found.len() >= limits.signatures {
        found.last_mut().into_iter().for_each(|last| last.cut_short = true);
        return;
    }
    let index = found.len();
    let mut facts = SignatureFacts {
        index,
        parent: place.parent,
        place: place.text,
        offset: place.offset,
        size: bytes.len().try_into().unwrap_or(u64::MAX),
        padding: Padding::default(),
        contents: Err(String::new()),
    };
    let data = match SignedData::read(bytes) {
        Ok(data) => data,
        Err(error) => {
            facts.contents = Err(error.to_string());
            found.push(ReadSignature { raw: bytes, facts, page_hashes: None, cut_short: false });
            return;
        }
    };
    facts.padding = padding(bytes.get(data.length..).unwrap_or_default());
    let (contents, page_hashes) = match read_contents(&data, limits, work) {
        Ok((contents, page_hashes)) => (Ok(contents), page_hashes),
        Err(error) => (Err(error.to_string()), None),
    };
    facts.contents = contents;
    let raw = bytes.get(..data.length).unwrap_or(bytes);
    found.push(ReadSignature { raw, facts, page_hashes, cut_short: false });
    read_nested(&data, index, depth, reading);
}

fn read_nested<'a>(data: &SignedData<'a>, parent: usize, depth: usize, reading: &mut Reading<'a, '_>) {
    let Some(attributes) = data.signers.first().and_then(|signer| signer.unsigned_attributes.as_ref()) else {
        return;
    };
    let nested = attributes.values(&spc::SPC_NESTED_SIGNATURE);
    let Some(deeper) = depth.checked_sub(1) else {
        let cut = !nested.is_empty();
        reading.found.last_mut().into_iter().for_each(|last| last.cut_short |= cut);
        return;
    };
    for (number, value) in nested.iter().enumerate() {
        // Signatures are counted from 0, as everywhere.
        let text = format!("nested signature {} of signature {parent}", number.saturating_add(1));
        read_one(value.raw, Place { text, offset: None, parent: Some(parent) }, deeper, reading);
    }
}

fn padding(rest: &[u8]) -> Padding {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Padding { length: count(rest.len()), not_zero: count(rest.iter().filter(|byte| **byte != 0).count()) }
}

fn read_contents(
    data: &SignedData<'_>,
    limits: &Limits,
    work: &mut KeyWork,
) -> Result<(Contents, Option<StoredPageHashes>), DerError> {
    let Some(signer) = data.signers.first() else {
        return Err(DerError { field: "signerInfos", offset: 0, problem: DerProblem::Missing });
    };
    let bag = read_bag(&data.certificates, limits);
    let octets = data.signed_octets()?;
    let covered =
        Covered { octets: &octets, content_type: Some(&data.content_type), bare: BareDigest::Refused };
    let (digest, page_hashes) = subject_digest(data)?;
    let contents = Contents {
        version: data.version,
        content_type: data.content_type.clone(),
        digest,
        page_hashes: None,
        signer_count: data.signers.len(),
        signer: check(signer, &covered, &bag.certificates, work),
        program: signer.signed_attributes.as_ref().map(program::claims).unwrap_or_default(),
        timestamps: timestamp::read_all(signer, &bag.certificates, limits, work),
        unknown_attributes: signer.unsigned_attributes.as_ref().map(unknown).unwrap_or_default(),
        certificates: bag.certificates,
        duplicate_certificates: bag.duplicates,
        unreadable_certificates: bag.unreadable,
        revocation_bytes: data.revocation_bytes,
    };
    Ok((contents, page_hashes))
}

fn subject_digest(
    data: &SignedData<'_>,
) -> Result<(Option<SubjectDigest>, Option<StoredPageHashes>), DerError> {
    if data.content_type != spc::SPC_INDIRECT_DATA {
        return Ok((None, None));
    }
    let indirect = IndirectData::read(&data.content_bytes()?)?;
    let digest = SubjectDigest {
        algorithm: indirect.algorithm.map_err(|error| error.to_string()),
        stored: Hex(indirect.digest),
        computed: None,
    };
    Ok((Some(digest), indirect.page_hashes))
}

fn unknown(attributes: &Attributes<'_>) -> Vec<UnknownAttribute> {
    attributes
        .iter()
        .filter(|(kind, _)| !KNOWN_UNSIGNED.contains(kind))
        .map(|(kind, set)| UnknownAttribute {
            kind: kind.clone(),
            size: set.value.len().try_into().unwrap_or(u64::MAX),
        })
        .collect()
}

/// The certificates of a signature.
pub struct Bag {
    /// Those that could be read, without repetition.
    pub certificates: Vec<Certificate>,
    /// How many were repetitions.
    pub duplicates: usize,
    /// Why the others could not be read.
    pub unreadable: Vec<String>,
}

/// Reads a certificate bag; one unreadable certificate does not lose the others.
pub fn read_bag(encodings: &[&[u8]], limits: &Limits) -> Bag {
    let mut bag = Bag { certificates: Vec::new(), duplicates: 0, unreadable: Vec::new() };
    for (number, encoding) in encodings.iter().enumerate() {
        if number >= limits.certificates {
            let rest = encodings.len().saturating_sub(limits.certificates);
            bag.unreadable.push(format!("{rest} certificates beyond the limit of {}", limits.certificates));
            break;
        }
        match Certificate::from_der(encoding) {
            Ok(certificate) if bag.certificates.contains(&certificate) => {
                bag.duplicates = bag.duplicates.saturating_add(1);
            }
            Ok(certificate) => bag.certificates.push(certificate),
            Err(error) => bag.unreadable.push(format!("certificate {}: {error}", number.saturating_add(1))),
        }
    }
    bag
}
