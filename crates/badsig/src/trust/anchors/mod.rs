//! Trust anchors: the roots that a chain may end in.

mod indexed;

use std::sync::Arc;

use crate::authenticode::certificate::Certificate;
use crate::authenticode::name_matching::ComparableName;
use crate::authenticode::oid::ObjectIdentifier;
use crate::time::UtcTime;

use super::evidence_digest::thumbprints;
use super::root_program::{RootConstraints, RootProgram, RootStanding, RootVerdict, StampedOrNow};
use super::store::CertificateStore;
use indexed::IndexedProgram;

/// The roots of one run: a root program with its limits, roots that the caller trusts without limits, and roots
/// of a store with the limits that the store gives them.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    program: Option<IndexedProgram>,
    added: Vec<Certificate>,
    limited: Arc<Vec<(Certificate, RootConstraints)>>,
}

/// SHA-1 thumbprints of the Microsoft roots that Windows cannot do without although they have expired
/// (Microsoft, "Required trusted root certificates"): Microsoft Root Authority and Microsoft Root Certificate
/// Authority. The page says that what was signed before their end must go on to validate.
const REQUIRED: [[u8; 20]; 2] = [
    [
        0xa4, 0x34, 0x89, 0x15, 0x9a, 0x52, 0x0f, 0x0d, 0x93, 0xd0, 0x32, 0xcc, 0xaf, 0x37, 0xe7, 0xfe, 0x20,
        0xa8, 0xb4, 0x19,
    ],
    [
        0xcd, 0xd4, 0xee, 0xae, 0x60, 0x00, 0xac, 0x7f, 0x40, 0xc3, 0x80, 0x2c, 0x17, 0x1e, 0x30, 0x14, 0x80,
        0x30, 0xc0, 0x72,
    ],
];

/// The list gives Microsoft Root Certificate Authority a cut-off of 2017-04-30, yet Microsoft went on signing
/// with certificates issued under it until 2020, and both independent verifiers accept such files. For the
/// required roots a stamped signature is therefore not held to the cut-off (inferred; unproven without
/// Windows). Their disabling dates still count.
fn without_cutoff_for_required(
    root: &Certificate,
    verdict: RootVerdict,
    effective: StampedOrNow,
) -> RootVerdict {
    let stamped = matches!(effective, StampedOrNow::Stamped(_));
    match verdict {
        RootVerdict::IssuedAfterCutoff { .. } if stamped && REQUIRED.contains(root.sha1()) => {
            RootVerdict::Trusted
        }
        other => other,
    }
}

impl Anchors {
    /// The embedded Microsoft root program.
    pub fn embedded() -> Anchors {
        Anchors { program: Some(IndexedProgram::embedded()), ..Anchors::default() }
    }

    /// A root program that was read from elsewhere.
    pub fn program_from(program: RootProgram) -> Anchors {
        Anchors { program: Some(IndexedProgram::shared(program)), ..Anchors::default() }
    }

    /// Only these roots, without limits.
    pub fn only(roots: Vec<Certificate>) -> Anchors {
        Anchors { added: roots, ..Anchors::default() }
    }

    /// The roots of a computer's store: all its certificates, with the limits that their properties state. A
    /// certificate in the store of roots is trusted whether it signed itself or not.
    pub fn of_store(store: &CertificateStore) -> Anchors {
        let limited = store.certificates().iter();
        let limited =
            limited.map(|stored| (stored.certificate.clone(), stored.constraints.clone())).collect();
        Anchors { limited: Arc::new(limited), ..Anchors::default() }
    }

    /// The roots among everything that was exported from a computer: the certificates that name themselves as
    /// issuer, with the limits that their properties state.
    pub fn self_issued_of(store: &CertificateStore) -> Anchors {
        let own = store.certificates().iter().filter(|stored| stored.certificate.is_self_issued());
        let limited = own.map(|stored| (stored.certificate.clone(), stored.constraints.clone())).collect();
        Anchors { limited: Arc::new(limited), ..Anchors::default() }
    }

    /// These roots too, without limits: what an administrator has put into the store.
    #[must_use]
    pub fn with(mut self, roots: impl IntoIterator<Item = Certificate>) -> Anchors {
        self.added.extend(roots);
        self
    }

    /// The root program in use.
    pub fn program(&self) -> Option<&RootProgram> {
        self.program.as_ref().map(IndexedProgram::program)
    }

    /// Whether stamped signatures under this root are not held to the root program's cut-off for new certificates
    /// (inferred): so are the two expired roots that Windows cannot do without.
    pub fn is_exempt_from_cutoff(&self, root: &Certificate) -> bool {
        REQUIRED.contains(root.sha1())
    }

    /// Number of roots that were added.
    pub fn added(&self) -> usize {
        self.added.len()
    }

    /// The roots that were added.
    pub fn added_roots(&self) -> &[Certificate] {
        &self.added
    }

    /// All roots with their limits, for comparing.
    pub(super) fn contents(&self) -> String {
        let Anchors { program, added, limited } = self;
        let program = program.as_ref().map(IndexedProgram::program);
        let program = program.map(|program| {
            let roots: Vec<_> = program.roots.iter().map(|root| &root.constraints).collect();
            (&program.ctl_sha256, roots)
        });
        let limited: Vec<_> = limited.iter().map(|(root, limits)| (thumbprints([root]), limits)).collect();
        format!("{:?}", (program, thumbprints(added), limited))
    }

    /// The roots with this name: added ones whose names match (RFC 5280 7.1), those of the root program whose
    /// encoding is the same.
    pub fn named(&self, encoding: &[u8], name: &ComparableName) -> Vec<Certificate> {
        let limited = self.limited.iter().map(|(root, _)| root);
        let own = self.added.iter().chain(limited);
        let mut found: Vec<Certificate> = own.filter(|root| root.subject_name() == name).cloned().collect();
        if let Some(program) = &self.program {
            let listed: Vec<_> = program.named(encoding).filter(|root| !found.contains(root)).collect();
            found.extend(listed);
        }
        found
    }

    /// Whether there is a root with this name, as [`Anchors::named`] finds them.
    pub fn has_name(&self, encoding: &[u8], name: &ComparableName) -> bool {
        let limited = self.limited.iter().map(|(root, _)| root);
        self.added.iter().chain(limited).any(|root| root.subject_name() == name)
            || self.program.as_ref().is_some_and(|program| program.has_name(encoding))
    }

    /// The roots of the root program whose names match (RFC 5280 7.1), however they are encoded. Real issuers
    /// copy the encoding, so this is for where nothing else is found.
    pub fn named_alike(&self, name: &ComparableName) -> Vec<Certificate> {
        self.program.iter().flat_map(|program| program.named_alike(name)).collect()
    }

    /// Whether this very certificate is a root here; identity is the whole certificate, never name or key.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.added.contains(certificate)
            || self.limits(certificate).is_some()
            || self.program.as_ref().is_some_and(|program| program.find(certificate.sha256()).is_some())
    }

    /// What the root program says of a chain that ends in `root`; `None` when it is no root here.
    pub fn verdict(
        &self,
        root: &Certificate,
        usage: &ObjectIdentifier,
        effective: StampedOrNow,
        leaf_not_before: UtcTime,
    ) -> Option<RootVerdict> {
        if self.added.contains(root) {
            return Some(RootVerdict::Trusted);
        }
        let verdict = self.constraints(root)?.verdict(usage, effective, leaf_not_before);
        Some(without_cutoff_for_required(root, verdict, effective))
    }

    /// What a root here is trusted for, for one use; `None` when it is no root here.
    pub fn standing(&self, root: &Certificate, usage: &ObjectIdentifier) -> Option<RootStanding> {
        if self.added.contains(root) {
            return Some(RootStanding::Added);
        }
        self.constraints(root).map(|limits| limits.standing(usage))
    }

    /// The limits of a root here: those of its store, else those of the root program. `None` for roots without
    /// limits and for what is no root here.
    pub fn constraints(&self, root: &Certificate) -> Option<&RootConstraints> {
        if self.added.contains(root) {
            return None;
        }
        let listed = || Some(&self.program.as_ref()?.find(root.sha256())?.constraints);
        self.limits(root).or_else(listed)
    }

    /// Whether a root is one of Microsoft's root program, and not one that an administrator added. Of a computer's store the
    /// embedded program tells.
    pub fn is_of_program(&self, root: &Certificate) -> bool {
        if self.added.contains(root) {
            return false;
        }
        let listed = |program: &IndexedProgram| program.find(root.sha256()).is_some();
        match &self.program {
            Some(program) => listed(program),
            None => listed(&IndexedProgram::embedded()),
        }
    }

    fn limits(&self, root: &Certificate) -> Option<&RootConstraints> {
        self.limited.iter().find(|(other, _)| other == root).map(|(_, constraints)| constraints)
    }
}
