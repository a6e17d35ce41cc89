//! What facts are judged with: evidence and policy, from options and the files that they name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use badsig::report::EvidenceReport;
use badsig::trust::Evidence;
use badsig::{Facts, FileReport, Policy, UtcTime, Verdict, judge};

use super::policy;
use crate::args::{JudgingArguments, Revocation};
use crate::certificates;
use crate::config::Config;
use crate::failure::Failure;
use crate::online::{Supply, SupplyOptions, places};
use crate::roots::{EMBEDDED, Roots, list_root};
use crate::{distrust, endpoints, revocation, vendors};

/// What facts are judged with, wherever they come from.
pub(crate) struct JudgingSettings {
    pub(crate) evidence: Evidence,
    pub(crate) evidence_report: EvidenceReport,
    pub(crate) policy: Policy,
    /// Where to save what endpoints lack.
    pub(crate) write_missing: Option<PathBuf>,
    /// What is got besides; `None` where revocation is off.
    supply: Option<Supply>,
}

impl JudgingSettings {
    /// Reads roots, certificates, lists and responses.
    pub(crate) fn new(typed: &JudgingArguments) -> Result<JudgingSettings, Failure> {
        let config = Config::load(&typed.policy.file)?;
        JudgingSettings::of(&config, &config.applied_to(typed))
    }

    /// The same for who writes the signer lock, which need not be there yet and judges nothing then; with its place.
    pub(crate) fn before_lock(typed: &JudgingArguments) -> Result<(JudgingSettings, PathBuf), Failure> {
        let config = Config::load(&typed.policy.file)?;
        let place = config.lock(typed.policy.lock.as_ref());
        let mut arguments = config.applied_to(typed);
        arguments.policy.lock = None;
        Ok((JudgingSettings::of(&config, &arguments)?, place))
    }

    /// `arguments` are those that were typed and those of the policy file.
    fn of(config: &Config, arguments: &JudgingArguments) -> Result<JudgingSettings, Failure> {
        let place = arguments.roots.as_deref().unwrap_or(Path::new(EMBEDDED));
        let roots = Roots::read(place, &list_root(arguments.list_root.as_ref())?)?;
        let mut evidence = evidence(arguments, &roots)?;
        evidence.approved =
            arguments.policy.approved_certificates.as_deref().map(policy::approved).transpose()?;
        let mut policy = policy::policy(config, &arguments.policy)?;
        policy.targets = Policy::for_targets(arguments.target.clone()).targets;
        let (catalog, catalog_source) = vendors::catalog(arguments.vendors.as_deref())?;
        let mut evidence_report =
            EvidenceReport::new(&evidence, &roots.source).with_vendors(&catalog, &catalog_source);
        evidence_report.policy = config.file();
        policy.vendors = catalog;
        Ok(JudgingSettings {
            evidence_report,
            supply: supply(arguments, &evidence, &roots)?,
            evidence,
            write_missing: arguments.endpoint.write_missing.clone(),
            policy,
        })
    }

    /// The answer for one file.
    pub(crate) fn report(&self, facts: &Facts) -> FileReport {
        self.report_with(facts, &self.evidence)
    }

    /// The answer for one file of which more is known than of others: what an update catalog says of it.
    pub(crate) fn report_with(&self, facts: &Facts, evidence: &Evidence) -> FileReport {
        match &self.supply {
            Some(supply) => supply.report(facts, evidence, &self.policy),
            None => FileReport::new(facts, &judge(facts, evidence, &self.policy)),
        }
    }

    /// What [`JudgingSettings::report`] reports.
    pub(crate) fn verdict(&self, facts: &Facts) -> Verdict {
        match &self.supply {
            Some(supply) => supply.verdict(facts, &self.evidence, &self.policy),
            None => judge(facts, &self.evidence, &self.policy),
        }
    }
}

fn evidence(arguments: &JudgingArguments, roots: &Roots) -> Result<Evidence, Failure> {
    let mut added = Vec::new();
    for file in &arguments.add_root {
        added.extend(certificates::from_file(file)?);
    }
    let anchors = roots.anchors.clone().with(added);
    let mut evidence = Evidence::new(arguments.at.unwrap_or_else(UtcTime::now), anchors);
    for path in &arguments.intermediates {
        evidence.intermediates.extend(certificates::from_path(path)?);
    }
    evidence.revocation =
        revocation::evidence(arguments.revocation.unwrap_or_default(), &arguments.crl, &arguments.ocsp)?;
    evidence.distrust = roots.with_distrust(distrust::from_paths(&arguments.distrust)?)?;
    evidence.endpoints = Arc::new(endpoints::read(&arguments.endpoint.endpoint_store)?);
    evidence.state = arguments.endpoint.wintrust_state;
    for path in &arguments.endpoint.trusted_publishers {
        evidence.publishers.extend(certificates::from_path(path)?);
    }
    Ok(evidence)
}

fn supply(
    arguments: &JudgingArguments,
    evidence: &Evidence,
    roots: &Roots,
) -> Result<Option<Supply>, Failure> {
    let mode = arguments.revocation.unwrap_or_default();
    if mode == Revocation::Off {
        return Ok(None);
    }
    let network = &arguments.network;
    if let Some(directory) = network.kit.iter().find(|directory| !directory.is_dir()) {
        return Err(Failure::usage(format!("--kit {}: not a directory", directory.display())));
    }
    let kits = network.kit.iter().map(|directory| places::kit(directory));
    let options = SupplyOptions {
        at: evidence.at,
        online: mode == Revocation::Online,
        cache: network.cache_dir.clone().or_else(places::cache),
        kits: kits.chain(roots.kit.clone()).collect(),
        connection: network.connection.clone(),
    };
    Supply::new(&options).map(Some)
}
