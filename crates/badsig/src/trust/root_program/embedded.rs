//! The edition of the root program that is part of the library, and the two files that hold one.
//!
//! `roots.json` has the facts, one root per line, so that a new edition can be reviewed as a difference;
//! `roots.der` has the certificates, one after the other in the same order. Both are made by
//! `cargo run -p xtask -- roots`; see `docs/root-program.md`.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::constraints::RootConstraints;
use super::program::{RootEntry, RootProgram, RootSource};
use crate::authenticode::oid::ObjectIdentifier;
use crate::hex::Hex;
use crate::time::UtcTime;

static FACTS: &str = include_str!("../../../data/roots.json");
static CERTIFICATES: &[u8] = include_bytes!("../../../data/roots.der");

/// The first line of the facts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edition {
    ctl_date: UtcTime,
    sequence_number: Hex,
    ctl_sha256: Hex,
    package: String,
}

/// A further line of the facts. Usages are positions in [`Facts::usages`]: a dozen usages make up 2,600
/// mentions, and reading each of them anew would take a third of the time.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    sha1: Hex,
    sha256: Hex,
    name: String,
    subject_sha256: Hex,
    key_identifier: Hex,
    offset: usize,
    length: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allowed_usages: Option<Vec<usize>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disabled_from: Option<UtcTime>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    disabled_usages: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before_cutoff: Option<UtcTime>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    not_before_usages: Vec<usize>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unknown_properties: Vec<ObjectIdentifier>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    edition: Edition,
    usages: Vec<ObjectIdentifier>,
    roots: Vec<Record>,
}

impl RootProgram {
    /// The edition that is part of the library, read when it is first asked for.
    ///
    /// Should the embedded files not fit each other, the program has no roots and trusts nothing; a test
    /// demands that they do.
    pub fn embedded() -> &'static RootProgram {
        static PROGRAM: OnceLock<RootProgram> = OnceLock::new();
        PROGRAM.get_or_init(|| read(FACTS, CERTIFICATES).unwrap_or_else(nothing))
    }

    /// The two files `roots.json` and `roots.der` that hold this program.
    ///
    /// # Errors
    /// When serde_json fails, which it has no reason to.
    pub fn data_files(&self) -> Result<(String, Vec<u8>), serde_json::Error> {
        let package = match &self.source {
            RootSource::Embedded { package } => package.clone(),
            RootSource::Directory(path) => path.display().to_string(),
        };
        let edition = Edition {
            ctl_date: self.ctl_date,
            sequence_number: self.sequence_number.clone(),
            ctl_sha256: self.ctl_sha256.clone(),
            package,
        };
        let mut usages = Vec::new();
        let mut certificates = Vec::new();
        let mut lines = Vec::new();
        for root in &self.roots {
            lines.push(serde_json::to_string(&record(root, certificates.len(), &mut usages))?);
            certificates.extend_from_slice(&root.der);
        }
        let (edition, usages) = (serde_json::to_string(&edition)?, serde_json::to_string(&usages)?);
        let roots = lines.join(",\n");
        let facts = format!("{{\"edition\":{edition},\n\"usages\":{usages},\n\"roots\":[\n{roots}\n]}}\n");
        Ok((facts, certificates))
    }
}

fn record(root: &RootEntry, offset: usize, table: &mut Vec<ObjectIdentifier>) -> Record {
    let constraints = &root.constraints;
    let mut positions =
        |usages: &[ObjectIdentifier]| usages.iter().map(|usage| position(usage, table)).collect();
    Record {
        sha1: constraints.sha1.clone(),
        sha256: constraints.sha256.clone(),
        name: constraints.name.clone(),
        subject_sha256: root.subject_sha256.clone(),
        key_identifier: root.key_identifier.clone(),
        offset,
        length: root.der.len(),
        allowed_usages: constraints.allowed_usages.as_deref().map(&mut positions),
        disabled_from: constraints.disabled_from,
        disabled_usages: positions(&constraints.disabled_usages),
        not_before_cutoff: constraints.not_before_cutoff,
        not_before_usages: positions(&constraints.not_before_usages),
        unknown_properties: constraints.unknown_properties.clone(),
    }
}

fn position(usage: &ObjectIdentifier, table: &mut Vec<ObjectIdentifier>) -> usize {
    table.iter().position(|known| known == usage).unwrap_or_else(|| {
        table.push(usage.clone());
        table.len().saturating_sub(1)
    })
}

fn read(facts: &str, certificates: &'static [u8]) -> Option<RootProgram> {
    let Facts { edition, usages, roots } = serde_json::from_str(facts).ok()?;
    let roots: Option<Vec<RootEntry>> =
        roots.into_iter().map(|record| entry(record, &usages, certificates)).collect();
    Some(RootProgram {
        ctl_date: edition.ctl_date,
        sequence_number: edition.sequence_number,
        ctl_sha256: edition.ctl_sha256,
        source: RootSource::Embedded { package: edition.package },
        roots: roots?,
    })
}

fn entry(record: Record, table: &[ObjectIdentifier], certificates: &'static [u8]) -> Option<RootEntry> {
    let usages = |positions: Vec<usize>| -> Option<Vec<ObjectIdentifier>> {
        positions.into_iter().map(|position| table.get(position).cloned()).collect()
    };
    let end = record.offset.checked_add(record.length)?;
    let allowed_usages = match record.allowed_usages {
        Some(positions) => Some(usages(positions)?),
        None => None,
    };
    Some(RootEntry {
        constraints: RootConstraints {
            sha1: record.sha1,
            sha256: record.sha256,
            name: record.name,
            allowed_usages,
            disabled_from: record.disabled_from,
            disabled_usages: usages(record.disabled_usages)?,
            not_before_cutoff: record.not_before_cutoff,
            not_before_usages: usages(record.not_before_usages)?,
            unknown_properties: record.unknown_properties,
        },
        der: Cow::Borrowed(certificates.get(record.offset..end)?),
        subject_sha256: record.subject_sha256,
        key_identifier: record.key_identifier,
    })
}

fn nothing() -> RootProgram {
    RootProgram {
        ctl_date: UtcTime::UNIX_EPOCH,
        sequence_number: Hex::default(),
        ctl_sha256: Hex::default(),
        source: RootSource::Embedded { package: String::new() },
        roots: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_files_fit_each_other() {
        assert!(read(FACTS, CERTIFICATES).is_some());
    }

    #[test]
    fn what_does_not_fit_trusts_nothing() {
        let shortened = CERTIFICATES.get(..CERTIFICATES.len() - 1).unwrap();
        assert_eq!(read(FACTS, shortened), None);
        assert_eq!(
            read(&FACTS.replacen("\"allowed_usages\":[0]", "\"allowed_usages\":[99]", 1), CERTIFICATES),
            None
        );
        assert_eq!(read("{}", CERTIFICATES), None);
        assert!(nothing().roots.is_empty());
    }
}
