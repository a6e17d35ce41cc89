//! Signed certificate trust lists: is this `authroot.stl` or `disallowedcert.stl` really Microsoft's?
//!
//! Microsoft serves both over plain HTTP: the signature is all the trust there is. A list counts when
//! - it is one CMS message with one signer, whose messageDigest covers the contents octets of the list (PKCS#7
//!   style: without its tag and length) and whose certificate stands in the message;
//! - the signer's certificate is for signing such lists, and its chain ends in Microsoft Root Certificate
//!   Authority 2010, which is pinned and never taken from a list;
//! - everything was valid when the list was made (`thisUpdate`). Signers live one year and lists are used for
//!   longer: the signer of the list of distrusted certificates of 2025-09-05 had expired half a year later while
//!   that list was still served;
//! - it is for the use that was asked for, and not older than the one that is held ([`SignedList::not_older_than`]).
//!
//! Both kinds are signed for the usage of the root program, 1.3.6.1.4.1.311.10.3.9: so says who examined the
//! list of distrusted certificates of 2025 (CaddyGlow/wintrust-rs, `tests/fixtures/microsoft-windows-update-ctl`),
//! and the authority that issued its signer is not allowed 1.3.6.1.4.1.311.10.3.30, which only the list itself
//! states. A signer that states the latter is accepted for that list too.
//!
//! Not accepted: digests that can be forged. Until 2017 lists were signed with SHA-1 and other roots; for those
//! there is [`CertificateTrustList`] without a signature. Not checked: revocation of the signer, and whether
//! `thisUpdate` lies in the future, because there is no clock here.

use std::sync::OnceLock;

use super::derive::DeriveError;
use super::path::path_to_root;
use super::program::{RootProgram, RootSource};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::ctl::{self, CertificateTrustList};
use crate::authenticode::der::{DerError, DerProblem};
use crate::authenticode::facts::Check;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::public_key::BareDigest;
use crate::authenticode::read::read_bag;
use crate::authenticode::signed_data::SignedData;
use crate::authenticode::signer::{Covered, KeyWork, check};
use crate::authenticode::spc;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::limits::Limits;
use crate::time::UtcTime;

/// SHA-256 of Microsoft Root Certificate Authority 2010; its SHA-1, 3B1EFD3A66EA28B16697394703A72CA340A05BD5, is
/// published on Microsoft's page "PKI Repository".
const PINNED_ROOT: [u8; 32] = [
    0xdf, 0x54, 0x5b, 0xf9, 0x19, 0xa2, 0x43, 0x9c, 0x36, 0x98, 0x3b, 0x54, 0xcd, 0xfc, 0x90, 0x3d, 0xfa,
    0x4f, 0x37, 0xd3, 0x99, 0x6d, 0x8d, 0x84, 0xb4, 0xc3, 0x1e, 0xec, 0x6f, 0x3c, 0x16, 0x3e,
];

/// What a signed list is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListUsage {
    /// The root program: `authroot.stl`.
    Roots,
    /// Distrusted certificates: `disallowedcert.stl`.
    Distrusted,
}

impl ListUsage {
    /// What the list must say of itself (`subjectUsage`).
    pub fn subject_usage(self) -> ObjectIdentifier {
        match self {
            ListUsage::Roots => spc::ROOT_LIST_SIGNER,
            ListUsage::Distrusted => spc::DISALLOWED_LIST_SIGNER,
        }
    }

    /// In words, for messages.
    pub fn describe(self) -> &'static str {
        match self {
            ListUsage::Roots => "the root program",
            ListUsage::Distrusted => "the list of distrusted certificates",
        }
    }

    /// The usage that the signer's chain is asked for.
    fn signer_usage(self, signer: &Certificate) -> ObjectIdentifier {
        let other = spc::DISALLOWED_LIST_SIGNER;
        match self {
            ListUsage::Distrusted if signer.allows_usage(&other) => other,
            _ => spc::ROOT_LIST_SIGNER,
        }
    }
}

/// A list whose signature was verified; there is no other way to get one.
#[derive(Clone, Debug)]
pub struct SignedList {
    list: CertificateTrustList,
    usage: ListUsage,
    sha256: Hex,
    chain: Vec<Certificate>,
}

/// Under which root a list must have been signed.
#[derive(Clone, Debug, Default)]
pub enum ListRoot {
    /// Microsoft's, which is pinned.
    #[default]
    Microsoft,
    /// A root of an organisation that makes lists of its own.
    Own(Certificate),
}

impl ListRoot {
    /// Verifies a list.
    ///
    /// # Errors
    /// As [`SignedList::verify`].
    pub fn verify(&self, file: &[u8], usage: ListUsage) -> Result<SignedList, SignedListError> {
        match self {
            ListRoot::Microsoft => SignedList::verify(file, usage),
            ListRoot::Own(root) => SignedList::verify_under(file, usage, root),
        }
    }
}

/// Which of two lists is newer: their dates and sequence numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEdition {
    /// When the list was made.
    pub this_update: UtcTime,
    /// Its sequence number, contents octets; a later list has a greater one.
    pub sequence_number: Hex,
}

/// Why a list is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedListError {
    /// It cannot be read.
    #[error("the list cannot be read: {0}")]
    Unreadable(#[from] DerError),
    /// It is a list for something else.
    #[error("this is not {0}: the list says that it is for {1}")]
    AnotherUsage(&'static str, String),
    /// It has no signer, or several.
    #[error("the list has {0} signers instead of one")]
    Signers(usize),
    /// The signer's certificate is not in the message.
    #[error("the certificate of the list's signer is missing: {0}")]
    NoSignerCertificate(String),
    /// The signature does not hold.
    #[error("the signature of the list does not hold: {0}")]
    Signature(String),
    /// The signer may not sign such lists, or its chain does not end in the pinned root.
    #[error("the signer of the list is not trusted: {0}")]
    Signer(String),
    /// A newer list is held already.
    #[error("the list is of {given}, older than the one of {held} that is held")]
    Older {
        /// The date of the list.
        given: UtcTime,
        /// The date of the list that is held.
        held: UtcTime,
    },
    /// The list is Microsoft's, but no root program can be made of it.
    #[error(transparent)]
    Derive(#[from] DeriveError),
}

impl SignedList {
    /// Verifies a file as Microsoft signs it.
    ///
    /// # Errors
    /// [`SignedListError`]; a list with any fault is not given.
    pub fn verify(file: &[u8], usage: ListUsage) -> Result<SignedList, SignedListError> {
        let missing = || SignedListError::Signer("the pinned root is not part of this build".to_owned());
        SignedList::verify_under(file, usage, pinned_root().ok_or_else(missing)?)
    }

    /// Verifies a file that was signed under another root: lists of an organisation's own.
    ///
    /// # Errors
    /// As [`SignedList::verify`].
    pub fn verify_under(
        file: &[u8],
        usage: ListUsage,
        root: &Certificate,
    ) -> Result<SignedList, SignedListError> {
        let message = SignedData::read(file)?;
        let list = list_of(&message, file.len())?;
        if list.subject_usage != [usage.subject_usage()] {
            let says: Vec<String> = list.subject_usage.iter().map(ToString::to_string).collect();
            return Err(SignedListError::AnotherUsage(usage.describe(), says.join(", ")));
        }
        let bag = read_bag(&message.certificates, &Limits::default()).certificates;
        let signer = verified_signer(&message, &bag)?;
        let purpose = usage.signer_usage(signer);
        let chain =
            path_to_root(signer, &bag, root, &purpose, list.this_update).map_err(SignedListError::Signer)?;
        Ok(SignedList { list, usage, sha256: Hex(DigestAlgorithm::Sha256.digest(file)), chain })
    }

    /// The list.
    pub fn list(&self) -> &CertificateTrustList {
        &self.list
    }

    /// What it is for.
    pub fn usage(&self) -> ListUsage {
        self.usage
    }

    /// SHA-256 of the file.
    pub fn sha256(&self) -> &Hex {
        &self.sha256
    }

    /// From the signer to the root.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// Its date and number.
    pub fn edition(&self) -> ListEdition {
        ListEdition {
            this_update: self.list.this_update,
            sequence_number: self.list.sequence_number.clone().unwrap_or_default(),
        }
    }

    /// Refuses to go back: an old list, however well signed, undoes what was distrusted since.
    ///
    /// # Errors
    /// [`SignedListError::Older`] when its date lies before that of `held`, or its number is smaller.
    pub fn not_older_than(self, held: &ListEdition) -> Result<SignedList, SignedListError> {
        let given = self.edition();
        if given.is_older_than(held) {
            return Err(SignedListError::Older { given: given.this_update, held: held.this_update });
        }
        Ok(self)
    }
}

impl ListEdition {
    fn is_older_than(&self, held: &ListEdition) -> bool {
        let (given, other) = (magnitude(&self.sequence_number), magnitude(&held.sequence_number));
        self.this_update < held.this_update || (given.len(), given) < (other.len(), other)
    }
}

/// A number's octets without leading zeros; the sequence numbers of the lists are never negative.
fn magnitude(number: &Hex) -> &[u8] {
    let first = number.0.iter().position(|octet| *octet != 0).unwrap_or(number.0.len());
    number.0.get(first..).unwrap_or_default()
}

impl RootProgram {
    /// The date and number of the list that the program was made of.
    pub fn edition(&self) -> ListEdition {
        ListEdition { this_update: self.ctl_date, sequence_number: self.sequence_number.clone() }
    }

    /// Makes the root program from `authroot.stl` after verifying its signature; see
    /// [`RootProgram::from_list`] for the rest. `held` is the edition in use; pass that of
    /// [`RootProgram::embedded`] when there is no other.
    ///
    /// # Errors
    /// [`SignedListError`].
    pub fn from_signed_list(
        file: &[u8],
        held: Option<&ListEdition>,
        source: RootSource,
        certificate: impl FnMut(&Hex) -> Option<Vec<u8>>,
    ) -> Result<RootProgram, SignedListError> {
        let mut list = SignedList::verify(file, ListUsage::Roots)?;
        if let Some(held) = held {
            list = list.not_older_than(held)?;
        }
        Ok(RootProgram::from_list(&list, source, certificate)?)
    }
}

/// Microsoft Root Certificate Authority 2010, from the embedded program: by its thumbprint.
fn pinned_root() -> Option<&'static Certificate> {
    static ROOT: OnceLock<Option<Certificate>> = OnceLock::new();
    let find = || {
        let entry = RootProgram::embedded().find_by_sha256(&PINNED_ROOT)?;
        Certificate::from_der(&entry.der).ok().filter(|root| *root.sha256() == PINNED_ROOT)
    };
    ROOT.get_or_init(find).as_ref()
}

/// The list that the signature covers: a SEQUENCE in place of the OCTET STRING of CMS. Nothing may follow the message.
fn list_of(message: &SignedData<'_>, length: usize) -> Result<CertificateTrustList, DerError> {
    if message.length != length {
        let problem = DerProblem::Value("bytes follow the message");
        return Err(DerError { field: "ContentInfo", offset: message.length, problem });
    }
    CertificateTrustList::from_der(ctl::list_of(message)?)
}

/// The certificate of the one signer, after its arithmetic was found to hold.
fn verified_signer<'c>(
    message: &SignedData<'_>,
    bag: &'c [Certificate],
) -> Result<&'c Certificate, SignedListError> {
    let [signer] = message.signers.as_slice() else {
        return Err(SignedListError::Signers(message.signers.len()));
    };
    let octets = message.signed_octets()?;
    let content_type = Some(&message.content_type);
    let covered = Covered { octets: &octets, content_type, bare: BareDigest::Refused };
    let facts = check(signer, &covered, bag, &mut KeyWork::of_one_file());
    let certificate = facts
        .certificate
        .and_then(|index| bag.get(index))
        .ok_or(SignedListError::NoSignerCertificate(facts.identifier))?;
    if let Ok(weak) = &facts.digest_algorithm
        && weak.is_weak()
    {
        return Err(SignedListError::Signature(format!("it uses {weak}, which can be forged")));
    }
    let checks: [&Check; 3] = [&facts.message_digest, &facts.content_type, &facts.signature];
    match checks.iter().find_map(|check| check.problem()) {
        Some(problem) => Err(SignedListError::Signature(problem.to_owned())),
        None => Ok(certificate),
    }
}
