//! Reading a baseline from a report as it was written.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::SCHEMA_VERSION;
use crate::check::Level;
use crate::hex::Hex;
use crate::policy::{Baseline, Excuse, Found};

/// What counts of a report.
#[derive(Deserialize)]
struct Pinned {
    schema_version: u32,
    files: Vec<PinnedFile>,
}

#[derive(Deserialize)]
struct PinnedFile {
    sha256: Option<Hex>,
    findings: Vec<PinnedFinding>,
    #[serde(default)]
    members: Vec<PinnedFile>,
}

#[derive(Deserialize)]
struct PinnedFinding {
    check: String,
    level: Level,
    exception: Option<Excuse>,
}

impl Baseline {
    /// The blocking findings of a report in JSON, of members too, whatever else newer versions put into it. Files without a
    /// digest are not pinned.
    ///
    /// # Errors
    /// What is wrong with the JSON.
    pub fn from_json(source: impl Into<String>, json: &[u8]) -> Result<Baseline, String> {
        let report: Pinned = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if report.schema_version != SCHEMA_VERSION {
            return Err(format!("schema_version is {}, expected {SCHEMA_VERSION}", report.schema_version));
        }
        let (mut known, mut inside) = (BTreeSet::new(), BTreeSet::new());
        report.files.iter().for_each(|file| pin(file, &mut known));
        report.files.iter().flat_map(|file| &file.members).for_each(|member| pin_inside(member, &mut inside));
        Ok(Baseline::of(source.into(), known, inside))
    }
}

fn pin(file: &PinnedFile, known: &mut BTreeSet<Found>) {
    if let Some(digest) = &file.sha256 {
        let blocking = file.findings.iter().filter(|finding| {
            finding.level == Level::Block
                || finding.exception.as_ref().is_some_and(|excuse| excuse.scope == "baseline")
        });
        known.extend(blocking.map(|finding| (digest.clone(), finding.check.clone())));
    }
    file.members.iter().for_each(|member| pin(member, known));
}

/// What was said of a member stands at every level: what its place lowers speaks against it all the same.
fn pin_inside(member: &PinnedFile, inside: &mut BTreeSet<Found>) {
    if let Some(digest) = &member.sha256 {
        inside.extend(member.findings.iter().map(|finding| (digest.clone(), finding.check.clone())));
    }
    member.members.iter().for_each(|member| pin_inside(member, inside));
}
