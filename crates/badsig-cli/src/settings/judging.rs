//! What facts are judged with: evidence and policy, from options and the files that they name.

use std::path::Path;

use badsig::report::EvidenceReport;
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, FileReport, Policy, UtcTime, judge};

use super::policy;
use crate::args::JudgingArguments;
use crate::certificates;
use crate::config::Config;
use crate::failure::Failure;
use crate::{distrust, revocation};

/// The name of the embedded roots in `--roots`.
const EMBEDDED: &str = "embedded";

/// What facts are judged with, wherever they come from.
pub(crate) struct JudgingSettings {
    pub(crate) evidence: Evidence,
    pub(crate) evidence_report: EvidenceReport,
    pub(crate) policy: Policy,
}

impl JudgingSettings {
    /// Reads roots, certificates, lists and responses.
    pub(crate) fn new(arguments: &JudgingArguments) -> Result<JudgingSettings, Failure> {
        let config = Config::load(&arguments.policy)?;
        let arguments = &config.applied_to(arguments);
        let (mut evidence, source) = evidence(arguments)?;
        evidence.approved =
            arguments.policy.approved_certificates.as_deref().map(policy::approved).transpose()?;
        let mut policy = policy::policy(&config, &arguments.policy)?;
        policy.targets = Policy::for_targets(arguments.target.clone()).targets;
        Ok(JudgingSettings { evidence_report: EvidenceReport::new(&evidence, &source), evidence, policy })
    }

    /// The answer for one file.
    pub(crate) fn report(&self, facts: &Facts) -> FileReport {
        FileReport::new(facts, &judge(facts, &self.evidence, &self.policy))
    }
}

fn evidence(arguments: &JudgingArguments) -> Result<(Evidence, String), Failure> {
    let (anchors, source) = anchors(&arguments.roots)?;
    let mut added = Vec::new();
    for file in &arguments.add_root {
        added.extend(certificates::from_file(file)?);
    }
    let mut evidence = Evidence::new(arguments.at.unwrap_or_else(UtcTime::now), anchors.with(added));
    for path in &arguments.intermediates {
        evidence.intermediates.extend(certificates::from_path(path)?);
    }
    evidence.revocation = revocation::evidence(arguments.revocation, &arguments.crl, &arguments.ocsp)?;
    evidence.distrust = distrust::from_paths(&arguments.distrust)?;
    Ok((evidence, source))
}

fn anchors(roots: &Path) -> Result<(Anchors, String), Failure> {
    if roots.as_os_str() == EMBEDDED {
        return Ok((Anchors::embedded(), EMBEDDED.to_owned()));
    }
    if !roots.is_dir() {
        let shown = roots.display();
        return Err(Failure::usage(format!("--roots {shown}: neither '{EMBEDDED}' nor a directory")));
    }
    Ok((Anchors::only(certificates::from_directory(roots)?), roots.display().to_string()))
}
