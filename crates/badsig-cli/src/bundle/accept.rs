//! Which lists are taken, and which certificates they call for.

use std::collections::BTreeMap;
use std::path::Path;

use badsig::authenticode::spc;
use badsig::digest::DigestAlgorithm;
use badsig::trust::DistrustList;
use badsig::trust::root_program::{
    ListEdition, ListRoot, ListUsage, RootConstraints, RootProgram, SignedList,
};

use super::{DISTRUSTED, ROOTS, read};

/// The editions that are held: older ones are not taken in their place.
#[derive(Default)]
pub(super) struct Held {
    roots: Option<ListEdition>,
    distrusted: Option<ListEdition>,
}

impl Held {
    /// Those of a directory, where its lists hold; the root program that is part of badsig is held always.
    pub(super) fn of(directory: &Path, signer: &ListRoot) -> Result<Held, String> {
        let edition = |name: &str, usage: ListUsage| {
            let list = read(directory, name)?.and_then(|bytes| signer.verify(&bytes, usage).ok());
            Ok::<_, String>(list.map(|list| list.edition()))
        };
        let own = edition(ROOTS, ListUsage::Roots)?;
        let embedded = match signer {
            ListRoot::Microsoft => Some(RootProgram::embedded().edition()),
            ListRoot::Own(_) => None,
        };
        let newer = |own: ListEdition, other: ListEdition| {
            if own.this_update >= other.this_update { own } else { other }
        };
        let roots = match (own, embedded) {
            (Some(own), Some(embedded)) => Some(newer(own, embedded)),
            (own, embedded) => own.or(embedded),
        };
        Ok(Held { roots, distrusted: edition(DISTRUSTED, ListUsage::Distrusted)? })
    }
}

/// What verified lists call for.
pub(super) struct Accepted {
    /// SHA-1 of the roots for code signing and time stamping, lower case, with their limits.
    pub(super) wanted: BTreeMap<String, RootConstraints>,
}

/// Verifies both lists, and refuses to go back.
pub(super) fn accept(
    signer: &ListRoot,
    held: &Held,
    roots: &[u8],
    distrusted: Option<&[u8]>,
) -> Result<Accepted, String> {
    let list = |file: &[u8], usage: ListUsage, held: &Option<ListEdition>| {
        let list = signer.verify(file, usage)?;
        match held {
            Some(held) => list.not_older_than(held),
            None => Ok(list),
        }
    };
    let named = |name: &'static str| move |error| format!("{name}: {error}");
    let roots = list(roots, ListUsage::Roots, &held.roots).map_err(named(ROOTS))?;
    if let Some(file) = distrusted {
        let list = list(file, ListUsage::Distrusted, &held.distrusted).map_err(named(DISTRUSTED))?;
        // Refuses lists that name certificates in a way that is not understood.
        DistrustList::default()
            .with_list(DISTRUSTED, &list)
            .map_err(|error| format!("{DISTRUSTED}: {error}"))?;
    }
    Ok(Accepted { wanted: wanted(&roots)? })
}

/// The roots that the library keeps of a list.
pub(super) fn wanted(list: &SignedList) -> Result<BTreeMap<String, RootConstraints>, String> {
    let mut wanted = BTreeMap::new();
    for entry in &list.list().entries {
        let constraints = RootConstraints::from_entry(entry).map_err(|error| format!("{ROOTS}: {error}"))?;
        if constraints.lists(&spc::CODE_SIGNING) || constraints.lists(&spc::TIME_STAMPING) {
            wanted.insert(constraints.sha1.to_string(), constraints);
        }
    }
    Ok(wanted)
}

/// Whether these bytes are the certificate that the list means: by both of its thumbprints.
pub(super) fn is_listed(constraints: &RootConstraints, der: &[u8]) -> bool {
    DigestAlgorithm::Sha1.digest(der) == constraints.sha1.0
        && DigestAlgorithm::Sha256.digest(der) == constraints.sha256.0
}

/// The certificates that are part of badsig, by SHA-1.
pub(super) fn embedded(sha1: &str) -> Option<&'static [u8]> {
    let roots = &RootProgram::embedded().roots;
    roots.iter().find(|root| root.constraints.sha1.to_string() == sha1).map(|root| &*root.der)
}
