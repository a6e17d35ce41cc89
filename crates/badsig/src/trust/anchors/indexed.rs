//! A root program with what is looked up in it again and again: its roots by name and by thumbprint, and the certificates
//! that were met, read once.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::authenticode::certificate::{Certificate, TbsFields};
use crate::authenticode::der::{DerError, Reader};
use crate::authenticode::name_matching::ComparableName;
use crate::trust::root_program::{RootEntry, RootProgram};

/// A root program and its tables. Cloning is cheap and shares them.
#[derive(Clone, Debug)]
pub(super) struct IndexedProgram {
    program: ProgramRef,
    index: Arc<Index>,
}

#[derive(Clone, Debug)]
enum ProgramRef {
    Static(&'static RootProgram),
    Shared(Arc<RootProgram>),
}

/// Places of roots in the program.
#[derive(Debug)]
struct Index {
    by_subject: HashMap<Box<[u8]>, Vec<usize>>,
    by_sha256: HashMap<Box<[u8]>, usize>,
    /// By the name as names are compared, made when it is first needed.
    by_name: OnceLock<HashMap<ComparableName, Vec<usize>>>,
    /// The certificates, each read when it is first needed; `None` for one that cannot be read.
    certificates: Vec<OnceLock<Option<Certificate>>>,
}

impl IndexedProgram {
    pub(super) fn embedded() -> IndexedProgram {
        static INDEX: OnceLock<Arc<Index>> = OnceLock::new();
        let program = RootProgram::embedded();
        let index = INDEX.get_or_init(|| Arc::new(Index::new(program)));
        IndexedProgram { program: ProgramRef::Static(program), index: Arc::clone(index) }
    }

    pub(super) fn shared(program: RootProgram) -> IndexedProgram {
        let index = Arc::new(Index::new(&program));
        IndexedProgram { program: ProgramRef::Shared(Arc::new(program)), index }
    }

    pub(super) fn program(&self) -> &RootProgram {
        match &self.program {
            ProgramRef::Static(program) => program,
            ProgramRef::Shared(program) => program,
        }
    }

    /// The roots whose subject has this encoding. As on Windows, names are the same when their encodings are; several
    /// roots may share a name.
    pub(super) fn named(&self, encoding: &[u8]) -> impl Iterator<Item = Certificate> {
        self.places(encoding).iter().filter_map(|place| self.certificate(*place))
    }

    pub(super) fn has_name(&self, encoding: &[u8]) -> bool {
        !self.places(encoding).is_empty()
    }

    /// The roots whose names match (RFC 5280 7.1).
    pub(super) fn named_alike(&self, name: &ComparableName) -> impl Iterator<Item = Certificate> {
        let names = self.index.by_name.get_or_init(|| names(self.program()));
        let places = names.get(name).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| self.certificate(*place))
    }

    /// The root with this SHA-256 thumbprint.
    pub(super) fn find(&self, thumbprint: &[u8]) -> Option<&RootEntry> {
        self.program().roots.get(*self.index.by_sha256.get(thumbprint)?)
    }

    fn places(&self, encoding: &[u8]) -> &[usize] {
        self.index.by_subject.get(encoding).map(Vec::as_slice).unwrap_or_default()
    }

    fn certificate(&self, place: usize) -> Option<Certificate> {
        let read = || Certificate::from_der(&self.program().roots.get(place)?.der).ok();
        self.index.certificates.get(place)?.get_or_init(read).clone()
    }
}

impl Index {
    fn new(program: &RootProgram) -> Index {
        let mut by_subject: HashMap<Box<[u8]>, Vec<usize>> = HashMap::new();
        let mut by_sha256 = HashMap::new();
        for (place, root) in program.roots.iter().enumerate() {
            if let Ok(subject) = subject(&root.der) {
                by_subject.entry(subject.into()).or_default().push(place);
            }
            by_sha256.entry(root.constraints.sha256.0.as_slice().into()).or_insert(place);
        }
        let certificates = program.roots.iter().map(|_| OnceLock::new()).collect();
        Index { by_subject, by_sha256, by_name: OnceLock::new(), certificates }
    }
}

fn names(program: &RootProgram) -> HashMap<ComparableName, Vec<usize>> {
    let mut names: HashMap<ComparableName, Vec<usize>> = HashMap::new();
    for (place, root) in program.roots.iter().enumerate() {
        if let Ok(subject) = subject(&root.der) {
            names.entry(ComparableName::read(subject)).or_default().push(place);
        }
    }
    names
}

/// The encoding of a certificate's subject, without reading anything else.
fn subject(der: &[u8]) -> Result<&[u8], DerError> {
    let fields = Reader::new(der).sequence("Certificate")?.sequence("TBSCertificate")?;
    Ok(TbsFields::read(fields)?.subject.raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_root_is_found_by_its_name_and_thumbprint() {
        let indexed = IndexedProgram::embedded();
        for root in &indexed.program().roots {
            let certificate = Certificate::from_der(&root.der).unwrap();
            assert!(indexed.has_name(certificate.subject()));
            assert!(indexed.named(certificate.subject()).any(|found| found == certificate));
            assert!(indexed.named_alike(certificate.subject_name()).any(|found| found == certificate));
            assert_eq!(indexed.find(certificate.sha256()), Some(root));
        }
        assert!(!indexed.has_name(b"nobody"));
        assert_eq!(indexed.find(&[0; 32]), None);
    }
}
