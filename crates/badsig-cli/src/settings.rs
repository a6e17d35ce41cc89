//! What was typed becomes what it means: evidence, policy, inputs, outputs. Errors here are usage errors.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::path::Path;

use badsig::report::EvidenceReport;
use badsig::trust::{Anchors, Evidence};
use badsig::{Policy, UtcTime};

use crate::args::{CheckArguments, Format, OutputFile, When};
use crate::certificates;
use crate::failure::Failure;
use crate::inputs::{self, Entry};
use crate::{distrust, revocation};

/// The name of the embedded roots in `--roots`.
const EMBEDDED: &str = "embedded";

/// More threads than this only cost memory.
const MOST_JOBS: usize = 256;

/// How much the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Only what is not publishable.
    Quiet,
    /// What an administrator needs.
    Normal,
    /// Everything.
    Verbose,
}

/// What one run of `badsig check` works with.
pub(crate) struct CheckSettings {
    pub(crate) entries: Vec<Entry>,
    pub(crate) evidence: Evidence,
    pub(crate) evidence_report: EvidenceReport,
    pub(crate) policy: Policy,
    pub(crate) sha1: bool,
    pub(crate) jobs: usize,
    pub(crate) format: Format,
    pub(crate) outputs: Vec<OutputFile>,
    pub(crate) detail: Detail,
    pub(crate) progress: bool,
    pub(crate) colour: When,
}

impl CheckSettings {
    /// Reads certificates and lists of inputs, and finds the files.
    pub(crate) fn new(arguments: &CheckArguments, colour: When) -> Result<CheckSettings, Failure> {
        let (evidence, source) = evidence(arguments)?;
        let outputs = outputs(&arguments.output)?;
        let mut inputs = inputs::typed(&arguments.inputs)?;
        if let Some(list) = &arguments.files_from {
            inputs.extend(inputs::listed(list, arguments.null)?);
        }
        Ok(CheckSettings {
            entries: inputs::find(&inputs),
            evidence_report: EvidenceReport::new(&evidence, &source),
            evidence,
            policy: Policy::for_targets(arguments.target.clone()),
            sha1: arguments.sha1,
            jobs: arguments.jobs.map_or_else(cores, NonZeroUsize::get).min(MOST_JOBS),
            format: arguments.format,
            outputs,
            detail: detail(arguments),
            progress: progress(arguments),
            colour,
        })
    }
}

fn evidence(arguments: &CheckArguments) -> Result<(Evidence, String), Failure> {
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

/// Two outputs into one file would overwrite each other.
fn outputs(files: &[OutputFile]) -> Result<Vec<OutputFile>, Failure> {
    for (index, file) in files.iter().enumerate() {
        if files.iter().skip(index.saturating_add(1)).any(|other| other.path == file.path) {
            return Err(Failure::usage(format!("--output names {} twice", file.path.display())));
        }
    }
    Ok(files.to_vec())
}

fn detail(arguments: &CheckArguments) -> Detail {
    match (arguments.quiet, arguments.verbose) {
        (true, _) => Detail::Quiet,
        (false, true) => Detail::Verbose,
        (false, false) => Detail::Normal,
    }
}

fn progress(arguments: &CheckArguments) -> bool {
    let continuous_integration = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    !arguments.no_progress && !continuous_integration && std::io::stderr().is_terminal()
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
