//! Facts to be kept for another run: what a report holds of them, without the name that the file had.
//!
//! Certificates are kept beside them, each once: facts name them by their SHA-256.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::certificates::CertificateTable;
use super::facts::StoredFile;
use crate::facts::Facts;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};

/// Version of what reading finds in a file. It goes up whenever the same bytes give other facts than before, so that facts
/// that were kept by an older badsig are not taken for today's.
pub const FACTS_VERSION: u32 = 9;

/// The facts of a file, whatever its name is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeptFacts(StoredFile);

impl KeptFacts {
    /// The facts without the file's name, and the certificates that they refer to; `None` for facts that another
    /// reading may not find again: the file could not be read, changed meanwhile, or a limit was reached (of time, for one).
    pub fn of(facts: &Facts) -> Option<(KeptFacts, CertificateTable)> {
        if facts.sha256.is_none() || !facts.tree().all(is_lasting) {
            return None;
        }
        let mut kept = StoredFile::from(facts);
        rename(&mut kept, &facts.path, "")?;
        let mut table = CertificateTable::default();
        facts.tree().flat_map(|part| &part.signatures).for_each(|signature| table.add_all_of(signature));
        Some((KeptFacts(kept), table))
    }

    /// SHA-256 of the certificates that are needed.
    pub fn certificates(&self) -> BTreeSet<[u8; 32]> {
        let mut found = BTreeSet::new();
        let mut open = vec![&self.0];
        while let Some(file) = open.pop() {
            open.extend(&file.members);
            let signatures = file.facts.iter().flat_map(|facts| &facts.signatures);
            for contents in signatures.filter_map(|signature| signature.contents.as_ref().ok()) {
                let stamps = contents.timestamps.iter().flat_map(|stamp| &stamp.certificates);
                found
                    .extend(contents.certificates.iter().chain(stamps).map(|reference| reference.thumbprint));
            }
        }
        found
    }

    /// The facts of the file of this name.
    ///
    /// # Errors
    /// What is damaged, missing, or more than [`Limits`] allows, for people.
    pub fn into_facts(
        mut self,
        name: &str,
        certificates: &CertificateTable,
        limits: &Limits,
    ) -> Result<Facts, String> {
        rename(&mut self.0, "", name).ok_or("has members under other names")?;
        self.0.into_facts(certificates, limits)
    }
}

fn is_lasting(facts: &Facts) -> bool {
    let passing = |problem: &Problem| {
        matches!(problem.kind, ProblemKind::Unreadable | ProblemKind::Changed | ProblemKind::LimitReached)
    };
    let inside = facts.payload.iter().flat_map(|payload| payload.problems());
    !facts.problems.iter().chain(inside).any(passing)
}

/// Virtual paths start with the name of the outer file; `None` when one does not.
fn rename(file: &mut StoredFile, from: &str, to: &str) -> Option<()> {
    let renamed = |path: &str| path.strip_prefix(from).map(|rest| format!("{to}{rest}"));
    file.path = renamed(&file.path)?;
    if let Some(same_as) = &mut file.same_as {
        *same_as = renamed(same_as)?;
    }
    // Catalogs inside the file; others have names of their own.
    for catalog in &mut file.listed_in {
        if let Some(rest) = catalog.strip_prefix(from).filter(|rest| rest.starts_with("!/")) {
            *catalog = format!("{to}{rest}");
        }
    }
    file.members.iter_mut().try_for_each(|member| rename(member, from, to))
}
