//! Certificate stores as administrators bring them: what `certutil`, PowerShell and the certificate console export.
//!
//! - `.sst`, a serialized store (`Export-Certificate -Type SST`, `certutil -generateSSTFromWU`): certificates with
//!   their properties, so with the limits of Microsoft's root program;
//! - `.p7b`, DER and PEM files with one or several certificates;
//! - `.stl`, signed lists, which are kept as they are and verified when they are used;
//! - a directory with any mix of these, such as `certutil -syncWithWU` writes it: `<SHA-1>.crt`, `authroot.stl`,
//!   `disallowedcert.stl`, the cabinets of both lists, `disallowedcert.sst`.
//!
//! Recognised by content. What cannot be read is named in [`CertificateStore::skipped`], never lost in silence.
//! Nothing here decides what a certificate is trusted for: that is the use the caller makes of the store.

mod directory;
mod sst;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::root_program::{
    ListEdition, ListRoot, ListUsage, RootConstraints, RootProgram, RootSource, SignedList, SignedListError,
};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::certificate_file::{CertificateFileError, read_certificates};
use crate::authenticode::ctl::{CertificateTrustList, list_in_signed_data};
use crate::hex::Hex;

pub use sst::SstError;

/// Certificates and lists from one place.
#[derive(Clone, Debug, Default)]
pub struct CertificateStore {
    certificates: Vec<StoredCertificate>,
    places: BTreeMap<[u8; 32], usize>,
    lists: Vec<ListFile>,
    skipped: Vec<Skipped>,
    untrusted: Vec<Certificate>,
}

/// A certificate of a store.
#[derive(Clone, Debug)]
pub struct StoredCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// The file it came from.
    pub source: String,
    /// Its limits by its properties in a serialized store; no limits for one from any other file. They count for
    /// roots; those that Windows may draw from the properties of other certificates are not judged.
    pub constraints: RootConstraints,
}

/// A signed list that stands in a store, not verified yet.
#[derive(Clone, Debug)]
pub struct ListFile {
    /// The file it came from.
    pub source: String,
    /// What it says it is for; `None` for lists of another kind.
    pub usage: Option<ListUsage>,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Something in a store that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The file, or the place in it.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// Why a store could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The operating system did not give the bytes.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file or directory.
        path: String,
        /// The reason that the operating system gives.
        reason: String,
    },
    /// A serialized store is damaged.
    #[error("{0}: {1}")]
    Serialized(String, SstError),
    /// A file holds no certificates, or damaged ones.
    #[error("{0}: {1}")]
    File(String, CertificateFileError),
    /// A bound was reached.
    #[error("{0}: {1}")]
    Limit(String, String),
}

impl CertificateStore {
    /// Reads one file; `name` is how it is called in messages.
    ///
    /// # Errors
    /// [`StoreError`] when it is no store, a damaged one, or has no certificates at all. A serialized store may
    /// be empty.
    pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<CertificateStore, StoreError> {
        let mut store = CertificateStore::default();
        store.add_bytes(name, bytes)?;
        Ok(store)
    }

    /// The certificates, each once, in the order in which they were found.
    pub fn certificates(&self) -> &[StoredCertificate] {
        &self.certificates
    }

    /// The signed lists.
    pub fn lists(&self) -> &[ListFile] {
        &self.lists
    }

    /// What was passed over.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What stood in a directory's store of distrusted certificates: in no way part of this store.
    pub fn untrusted(&self) -> &[Certificate] {
        &self.untrusted
    }

    /// Whether this very certificate is in the store.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.places.contains_key(certificate.sha256())
    }

    /// The certificate with this SHA-1 thumbprint.
    pub fn find_by_sha1(&self, thumbprint: &[u8]) -> Option<&StoredCertificate> {
        self.certificates.iter().find(|stored| stored.certificate.sha1() == thumbprint)
    }

    /// Puts the contents of another store behind those of this one.
    pub fn extend(&mut self, other: CertificateStore) {
        other.certificates.into_iter().for_each(|stored| self.add(stored));
        self.lists.extend(other.lists);
        self.skipped.extend(other.skipped);
        self.untrusted.extend(other.untrusted);
    }

    /// The root program that the store holds: its `authroot.stl`, verified, with the certificates it names.
    /// `None` without such a list; with several, the newest. `held` as in [`RootProgram::from_signed_list`];
    /// `signer` says who must have signed.
    ///
    /// # Errors
    /// [`SignedListError`] when a list does not hold, is older than `held`, or misses a certificate.
    pub fn root_program(
        &self,
        source: RootSource,
        held: Option<&ListEdition>,
        signer: &ListRoot,
    ) -> Result<Option<RootProgram>, SignedListError> {
        let Some(mut list) = self.newest(ListUsage::Roots, signer)? else { return Ok(None) };
        if let Some(held) = held {
            list = list.not_older_than(held)?;
        }
        Ok(Some(RootProgram::from_list(&list, source, |sha1| self.der(sha1))?))
    }

    /// The same, without the roots whose certificates the store does not hold.
    ///
    /// # Errors
    /// [`SignedListError`] when a list does not hold.
    pub fn root_program_as_held(
        &self,
        source: RootSource,
        signer: &ListRoot,
    ) -> Result<Option<RootProgram>, SignedListError> {
        let Some(list) = self.newest(ListUsage::Roots, signer)? else { return Ok(None) };
        Ok(Some(RootProgram::from_list_as_held(&list, source, |sha1| self.der(sha1))?))
    }

    fn der(&self, sha1: &Hex) -> Option<Vec<u8>> {
        self.find_by_sha1(&sha1.0).map(|stored| stored.certificate.der().to_vec())
    }

    /// The list of distrusted certificates that the store holds, verified; with several, the newest.
    ///
    /// # Errors
    /// [`SignedListError`] when a list does not hold.
    pub fn distrusted(&self, signer: &ListRoot) -> Result<Option<SignedList>, SignedListError> {
        self.newest(ListUsage::Distrusted, signer)
    }

    fn newest(&self, usage: ListUsage, signer: &ListRoot) -> Result<Option<SignedList>, SignedListError> {
        let mut newest: Option<SignedList> = None;
        for file in self.lists.iter().filter(|file| file.usage == Some(usage)) {
            let list = signer.verify(&file.bytes, usage)?;
            if newest.as_ref().is_none_or(|best| list.list().this_update > best.list().this_update) {
                newest = Some(list);
            }
        }
        Ok(newest)
    }

    fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if let Some(usage) = list_usage(bytes) {
            self.lists.push(ListFile { source: name.to_owned(), usage, bytes: bytes.to_vec() });
            return Ok(());
        }
        if sst::is_serialized_store(bytes) {
            return sst::read(name, bytes, self)
                .map_err(|error| StoreError::Serialized(name.to_owned(), error));
        }
        let found = read_certificates(bytes).map_err(|error| StoreError::File(name.to_owned(), error))?;
        for certificate in found {
            let constraints = unlimited(&certificate);
            self.add(StoredCertificate { certificate, source: name.to_owned(), constraints });
        }
        Ok(())
    }

    /// A certificate that is there already is not added again; its limits, if only the new one has any, are.
    fn add(&mut self, stored: StoredCertificate) {
        match self.places.entry(*stored.certificate.sha256()) {
            Entry::Vacant(place) => {
                place.insert(self.certificates.len());
                self.certificates.push(stored);
            }
            Entry::Occupied(place) => {
                if let Some(known) = self.certificates.get_mut(*place.get())
                    && !is_limited(&known.constraints)
                {
                    known.constraints = stored.constraints;
                }
            }
        }
    }
}

/// Of which kind a signed list is; `None` for what is no list at all.
fn list_usage(bytes: &[u8]) -> Option<Option<ListUsage>> {
    let list = CertificateTrustList::from_der(list_in_signed_data(bytes).ok()?);
    let usages = [ListUsage::Roots, ListUsage::Distrusted];
    Some(
        list.ok()
            .and_then(|list| usages.into_iter().find(|usage| list.subject_usage == [usage.subject_usage()])),
    )
}

/// A certificate that nothing limits.
fn unlimited(certificate: &Certificate) -> RootConstraints {
    RootConstraints {
        sha1: Hex::from(&certificate.sha1()[..]),
        sha256: Hex::from(&certificate.sha256()[..]),
        name: certificate.common_name(),
        allowed_usages: None,
        disabled_from: None,
        disabled_usages: Vec::new(),
        not_before_cutoff: None,
        not_before_usages: Vec::new(),
        unknown_properties: Vec::new(),
    }
}

fn is_limited(constraints: &RootConstraints) -> bool {
    constraints.allowed_usages.is_some()
        || constraints.disabled_from.is_some()
        || !constraints.disabled_usages.is_empty()
        || constraints.not_before_cutoff.is_some()
        || !constraints.unknown_properties.is_empty()
}
