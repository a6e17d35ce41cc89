//! What is known about one signature after reading it: arithmetic, no opinion.
//!
//! Whether a chain leads to a trusted root, whether a date matters and what Windows would say is judged
//! elsewhere, from these facts and evidence.
//!
//! The types that hold certificates take the way of holding them as a parameter: themselves, or references into a
//! table in which each stands once (a report).

use serde::{Deserialize, Serialize};

use super::certificate::Certificate;
use super::oid::ObjectIdentifier;
use super::program::ProgramClaims;
use super::spc;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::time::UtcTime;

/// One signature of a subject.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignatureFacts<C = Certificate> {
    /// Number within the subject, from 0; the primary signature, which Windows judges, is 0.
    pub index: usize,
    /// The signature that this one is nested in.
    pub parent: Option<usize>,
    /// Where it stands, for people.
    pub place: String,
    /// Offset in the file, when it stands in one piece of its own.
    pub offset: Option<u64>,
    /// Size of its area in bytes.
    pub size: u64,
    /// Bytes behind the CMS inside its area.
    pub padding: Padding,
    /// What the CMS says, or why it cannot be read.
    pub contents: Result<Contents<C>, String>,
}

/// Bytes behind the CMS inside the area that holds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Padding {
    /// How many there are.
    pub length: u64,
    /// How many of them are not zero: data hidden there is not covered by the signature (CVE-2013-3900).
    pub not_zero: u64,
}

/// A signature whose CMS could be read.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contents<C = Certificate> {
    /// SignedData version: 1 in PKCS#7, 3 in CMS.
    pub version: u64,
    /// SpcIndirectDataContent for files, a certificate trust list for security catalogs.
    pub content_type: ObjectIdentifier,
    /// The subject's digest; `None` where no subject digest applies (security catalogs).
    pub digest: Option<SubjectDigest>,
    /// Page hashes, stored and computed.
    pub page_hashes: Option<PageHashes>,
    /// Number of SignerInfos; Authenticode asks for one, Windows looks at the first.
    pub signer_count: usize,
    /// The signer.
    pub signer: SignerFacts,
    /// Certificates in the bag that could be read, without repetition.
    pub certificates: Vec<C>,
    /// Number of certificates that stand in the bag more than once.
    pub duplicate_certificates: usize,
    /// Certificates in the bag that could not be read, and why.
    pub unreadable_certificates: Vec<String>,
    /// Bytes of revocation lists in the signature. Nothing that is known reads them there, and no signature covers them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revocation_bytes: usize,
    /// The signer's claims about the program.
    pub program: ProgramClaims,
    /// Time stamps in the order in which they stand.
    pub timestamps: Vec<TimestampFacts<C>>,
    /// Unsigned attributes of a type that is not known.
    pub unknown_attributes: Vec<UnknownAttribute>,
}

/// The digest of the subject that a signature vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubjectDigest {
    /// The algorithm, or why it is not supported.
    pub algorithm: Result<DigestAlgorithm, String>,
    /// The digest that the signature states.
    pub stored: Hex,
    /// The digest of the covered bytes as they are; `None` when it could not be computed.
    pub computed: Option<Hex>,
}

impl SubjectDigest {
    /// Whether both digests are known and the same.
    pub fn matches(&self) -> bool {
        self.computed.as_ref() == Some(&self.stored)
    }
}

/// Page hashes of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageHashes {
    /// SHA-1 (version 1) or SHA-256 (version 2).
    pub algorithm: DigestAlgorithm,
    /// Whether every page has the digest that is stored.
    pub matches: bool,
    /// Number of pages stored.
    pub pages: u64,
}

/// What holds of a SignerInfo.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignerFacts {
    /// Place of the signer's certificate in the list of certificates; `None` when it is not there.
    pub certificate: Option<usize>,
    /// How the signature names its signer, for people.
    pub identifier: String,
    /// Digest algorithm of the signer, or why it is not supported.
    pub digest_algorithm: Result<DigestAlgorithm, String>,
    /// Whether the signed attribute messageDigest covers the content, or what is wrong.
    pub message_digest: Check,
    /// Whether the signed attribute contentType names the content's type, or what is wrong.
    pub content_type: Check,
    /// Whether the signature value belongs to the signer's key and the signed attributes, or what is wrong.
    pub signature: Check,
    /// signingTime among the signer's own attributes: a claim, never a time stamp.
    pub claimed_time: Option<UtcTime>,
}

/// The outcome of one arithmetic check: `ok`, or what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// It holds.
    Ok,
    /// It does not hold.
    Failed(String),
    /// It cannot be checked, which is not the same as failed and never counts as success.
    Unsupported(String),
}

impl Check {
    /// Whether the check was made and holds.
    pub fn is_ok(&self) -> bool {
        *self == Check::Ok
    }

    /// What is wrong; `None` when nothing is.
    pub fn problem(&self) -> Option<&str> {
        match self {
            Check::Ok => None,
            Check::Failed(why) | Check::Unsupported(why) => Some(why),
        }
    }
}

/// The two kinds of time stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TimestampKind {
    /// An RFC 3161 token.
    Rfc3161,
    /// A PKCS#9 countersignature.
    Pkcs9,
}

/// What holds of a time stamp.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimestampFacts<C = Certificate> {
    /// Which kind.
    pub kind: TimestampKind,
    /// The time it states; `None` when it could not be read.
    pub time: Option<UtcTime>,
    /// Digest algorithm of the imprint (RFC 3161) or of the countersigner.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// What is wrong with its arithmetic; empty when everything holds.
    pub problems: Vec<String>,
    /// Place of its signer's certificate in `certificates`.
    pub signer: Option<usize>,
    /// The certificates that its chain may be made of.
    pub certificates: Vec<C>,
}

impl TimestampFacts {
    /// Whether its arithmetic holds: it covers this signature, and its own signature is right.
    pub fn holds(&self) -> bool {
        self.problems.is_empty() && self.time.is_some() && self.signer.is_some()
    }

    /// The certificate that signed it.
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.signer.and_then(|index| self.certificates.get(index))
    }
}

/// An unsigned attribute of a type that Windows does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnknownAttribute {
    /// Its type.
    pub kind: ObjectIdentifier,
    /// Size of its values in bytes.
    pub size: u64,
}

impl UnknownAttribute {
    /// What it is, where that is known although Windows takes no notice of it.
    pub fn known_as(&self) -> Option<&'static str> {
        (self.kind == spc::TIME_STAMP_TOKEN).then_some("a CAdES time stamp, which is none for Windows")
    }
}

impl Contents {
    /// The signer's certificate.
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.signer.certificate.and_then(|index| self.certificates.get(index))
    }
}

impl<C> SignatureFacts<C> {
    /// The same facts with every certificate held in another way.
    ///
    /// # Errors
    /// The first error of `hold`.
    pub fn try_map<D, E>(&self, hold: &mut impl FnMut(&C) -> Result<D, E>) -> Result<SignatureFacts<D>, E> {
        let contents = match &self.contents {
            Ok(contents) => Ok(contents.try_map(hold)?),
            Err(why) => Err(why.clone()),
        };
        Ok(SignatureFacts {
            index: self.index,
            parent: self.parent,
            place: self.place.clone(),
            offset: self.offset,
            size: self.size,
            padding: self.padding,
            contents,
        })
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl<C> Contents<C> {
    fn try_map<D, E>(&self, hold: &mut impl FnMut(&C) -> Result<D, E>) -> Result<Contents<D>, E> {
        Ok(Contents {
            version: self.version,
            content_type: self.content_type.clone(),
            digest: self.digest.clone(),
            page_hashes: self.page_hashes.clone(),
            signer_count: self.signer_count,
            signer: self.signer.clone(),
            certificates: all(&self.certificates, hold)?,
            duplicate_certificates: self.duplicate_certificates,
            unreadable_certificates: self.unreadable_certificates.clone(),
            revocation_bytes: self.revocation_bytes,
            program: self.program.clone(),
            timestamps: self.timestamps.iter().map(|stamp| stamp.try_map(hold)).collect::<Result<_, E>>()?,
            unknown_attributes: self.unknown_attributes.clone(),
        })
    }
}

impl<C> TimestampFacts<C> {
    fn try_map<D, E>(&self, hold: &mut impl FnMut(&C) -> Result<D, E>) -> Result<TimestampFacts<D>, E> {
        Ok(TimestampFacts {
            kind: self.kind,
            time: self.time,
            digest_algorithm: self.digest_algorithm,
            problems: self.problems.clone(),
            signer: self.signer,
            certificates: all(&self.certificates, hold)?,
        })
    }
}

fn all<C, D, E>(held: &[C], hold: &mut impl FnMut(&C) -> Result<D, E>) -> Result<Vec<D>, E> {
    held.iter().map(hold).collect()
}
