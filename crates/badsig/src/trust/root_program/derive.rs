//! From the list and the certificates to the root program.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::constraints::{RootConstraints, octets};
use super::program::{RootEntry, RootProgram, RootSource};
use super::signed::SignedList;
use crate::authenticode::ctl::{CertificateTrustList, CtlEntry};
use crate::authenticode::der::DerError;
use crate::authenticode::spc;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;

/// Why no root program can be made from a list and certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeriveError {
    /// The list cannot be read.
    #[error("the list cannot be read: {0}")]
    List(#[from] DerError),
    /// The list is for something else than the root program.
    #[error("this list is not the root program: {0}")]
    AnotherList(&'static str),
    /// A certificate that the list names was not given.
    #[error("the certificate of {name} (SHA-1 {sha1}) is missing")]
    MissingCertificate {
        /// SHA-1 of the certificate.
        sha1: Hex,
        /// Its friendly name.
        name: String,
    },
    /// What was given is not the certificate that the list names.
    #[error("the certificate given for {name} (SHA-1 {sha1}) is another one")]
    AnotherCertificate {
        /// SHA-1 of the certificate that the list names.
        sha1: Hex,
        /// Its friendly name.
        name: String,
    },
    /// The certificate cannot be read as far as its subject.
    #[error("the certificate of {name} (SHA-1 {sha1}) cannot be read")]
    UnreadableCertificate {
        /// SHA-1 of the certificate.
        sha1: Hex,
        /// Its friendly name.
        name: String,
    },
    /// The list has the same root twice.
    #[error("the list has the root with SHA-1 {0} twice")]
    ListedTwice(Hex),
}

impl RootProgram {
    /// Makes the root program from a verified list (`authroot.stl`) and the certificates; `certificate` gives the one with a
    /// SHA-1 thumbprint.
    ///
    /// Kept are the roots that the list allows for code signing or time stamping, those disabled since
    /// included: signatures stamped in their time still need them. Each certificate is compared with both
    /// thumbprints of its entry.
    ///
    /// # Errors
    /// [`DeriveError`]: all or nothing, a program with gaps is not given.
    pub fn from_list(
        list: &SignedList,
        source: RootSource,
        mut certificate: impl FnMut(&Hex) -> Option<Vec<u8>>,
    ) -> Result<RootProgram, DeriveError> {
        RootProgram::derived(list, source, |constraints| {
            let missing = || DeriveError::MissingCertificate {
                sha1: constraints.sha1.clone(),
                name: constraints.name.clone(),
            };
            certificate(&constraints.sha1).ok_or_else(missing).map(Some)
        })
    }

    /// The same, without the roots whose certificates are not there: what a computer has that holds only some.
    ///
    /// # Errors
    /// [`DeriveError`], but for certificates that are missing.
    pub fn from_list_as_held(
        list: &SignedList,
        source: RootSource,
        mut certificate: impl FnMut(&Hex) -> Option<Vec<u8>>,
    ) -> Result<RootProgram, DeriveError> {
        RootProgram::derived(list, source, |constraints| Ok(certificate(&constraints.sha1)))
    }

    fn derived(
        signed: &SignedList,
        source: RootSource,
        mut certificate: impl FnMut(&RootConstraints) -> Result<Option<Vec<u8>>, DeriveError>,
    ) -> Result<RootProgram, DeriveError> {
        let (sha256, list) = (signed.sha256().clone(), signed.list());
        let sequence_number = root_list(list)?;
        let mut seen = BTreeSet::new();
        let mut roots = Vec::new();
        for entry in &list.entries {
            if !seen.insert(&entry.subject_identifier) {
                return Err(DeriveError::ListedTwice(entry.subject_identifier.clone()));
            }
            let constraints = RootConstraints::from_entry(entry)?;
            let wanted = constraints.lists(&spc::CODE_SIGNING) || constraints.lists(&spc::TIME_STAMPING);
            if wanted && let Some(der) = certificate(&constraints)? {
                roots.push(root(entry, constraints, der)?);
            }
        }
        Ok(RootProgram { ctl_date: list.this_update, sequence_number, ctl_sha256: sha256, source, roots })
    }
}

/// The sequence number of a list that is the root program.
fn root_list(list: &CertificateTrustList) -> Result<Hex, DeriveError> {
    if list.subject_usage != [spc::ROOT_LIST_SIGNER] {
        return Err(DeriveError::AnotherList("its usage is another"));
    }
    if list.subject_algorithm != spc::SHA1 {
        return Err(DeriveError::AnotherList("it does not name roots by SHA-1"));
    }
    if list.extensions.iter().any(|extension| extension.critical) {
        return Err(DeriveError::AnotherList("it has a critical extension"));
    }
    list.sequence_number.clone().ok_or(DeriveError::AnotherList("it has no sequence number"))
}

fn root(entry: &CtlEntry, constraints: RootConstraints, der: Vec<u8>) -> Result<RootEntry, DeriveError> {
    let (sha1, name) = (constraints.sha1.clone(), constraints.name.clone());
    let is_listed = DigestAlgorithm::Sha1.digest(&der) == constraints.sha1.0
        && DigestAlgorithm::Sha256.digest(&der) == constraints.sha256.0;
    if !is_listed {
        return Err(DeriveError::AnotherCertificate { sha1, name });
    }
    let Some(subject_sha256) = subject_sha256(&der) else {
        return Err(DeriveError::UnreadableCertificate { sha1, name });
    };
    let key_identifier = Hex(octets(entry, &spc::PROPERTY_KEY_IDENTIFIER, "key identifier")?);
    Ok(RootEntry { constraints, der: Cow::Owned(der), subject_sha256, key_identifier })
}

fn subject_sha256(der: &[u8]) -> Option<Hex> {
    let (rest, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    let subject = certificate.subject().as_raw();
    if rest.is_empty() { Some(Hex(DigestAlgorithm::Sha256.digest(subject))) } else { None }
}
