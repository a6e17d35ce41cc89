//! `badsig report merge`: parts of one run become the report of that run.

use std::path::PathBuf;

use badsig::report::{
    CertificateTable, EvidenceReport, FindingReport, Joined, ReportHead, ShardReport, StoredReport, Tally,
    join_shards,
};
use badsig::{Outcome, Report};

use super::spool::Spool;
use crate::args::{MergeArguments, When};
use crate::endpoints::Endpoints;
use crate::failure::Failure;
use crate::inputs::{self, Entry};
use crate::output::format::Head;
use crate::output::{Writers, message, tool};
use crate::settings::OutputSettings;
use crate::stored::{self, Stop, Stored};

pub(super) fn run(arguments: &MergeArguments, colour: When) -> Result<u8, Failure> {
    let settings = OutputSettings::new(&arguments.output, colour)?;
    let mut parts = read(&arguments.reports)?;
    let Joined { taken, gaps } = choose(&parts)?;
    let mut merge = Merge { missing: gaps, ..Merge::new()? };
    for (place, part) in parts.iter_mut().enumerate() {
        if taken.contains(&place) {
            merge.take(part, arguments.output.no_facts)?;
        }
    }
    merge.missing.iter().for_each(|gap| message::error(gap));
    let first = taken.first().and_then(|place| parts.get(*place));
    let head = first.map(Part::head).ok_or_else(|| Failure::usage("no reports were named"))?;
    Ok(merge.show(head, &settings)?.exit_code())
}

/// One of the reports.
struct Part {
    path: PathBuf,
    report: StoredReport,
}

impl Part {
    fn head(&self) -> &ReportHead {
        self.report.head()
    }

    fn shard(&self) -> Option<&ShardReport> {
        self.head().shard.as_ref()
    }
}

/// Opens all reports; directories and patterns name every file that they hold.
fn read(paths: &[PathBuf]) -> Result<Vec<Part>, Failure> {
    let inputs = inputs::local(paths)?;
    let mut parts: Vec<Part> = Vec::new();
    for entry in inputs::find(&inputs) {
        let path = match entry {
            Entry::File(path) => path,
            Entry::Remote(remote) => {
                return Err(Failure::usage(format!(
                    "{}: download the report first",
                    remote.shown().display()
                )));
            }
            Entry::Unreadable(path, problem) => {
                return Err(Failure::usage(format!("{}: {problem}", path.display())));
            }
        };
        let report = match stored::open_any(&path)? {
            Stored::Files(report) => *report,
            Stored::Updates(_) => {
                return Err(Failure::usage(format!(
                    "{}: is a report of 'badsig updates check', which is not divided among machines; show it with \
                     'badsig report render'",
                    path.display()
                )));
            }
        };
        let part = Part { path, report };
        fits(parts.first().unwrap_or(&part), &part)?;
        parts.push(part);
    }
    Ok(parts)
}

/// Answers to different questions do not make one answer.
fn fits(first: &Part, part: &Part) -> Result<(), Failure> {
    let (head, own) = (first.head(), part.head());
    let made_by = &own.tool;
    if *made_by != tool() {
        return Err(Failure::usage(format!(
            "{}: made by {} {}, this is {}; use the same version everywhere",
            part.path.display(),
            made_by.name,
            made_by.version,
            tool().version
        )));
    }
    let differs = |what: &str, how: &str| {
        let (first, path) = (first.path.display(), part.path.display());
        Err(Failure::usage(format!("{first} and {path} were judged {what}; {how}")))
    };
    if own.evidence.at != head.evidence.at {
        return differs("for different times", "give the same --at everywhere, or use 'badsig judge'");
    }
    let policy = |head: &ReportHead| head.evidence.policy.as_ref().map(|policy| policy.sha256.clone());
    if policy(own) != policy(head) {
        return differs("with different policies", "use the same badsig.toml everywhere");
    }
    // Where the same policy lies is another matter on each machine.
    let evidence = |head: &ReportHead| EvidenceReport { policy: None, ..head.evidence.clone() };
    if evidence(own) != evidence(head) {
        return differs("with different roots, vendor entries or revocation", "use the same everywhere");
    }
    if own.targets != head.targets {
        return differs("for different targets", "give the same --target everywhere");
    }
    Ok(())
}

/// Which of the reports count. Reports that are no shards all do.
fn choose(parts: &[Part]) -> Result<Joined, Failure> {
    let shards: Vec<&ShardReport> = parts.iter().filter_map(Part::shard).collect();
    if shards.is_empty() {
        return Ok(Joined { taken: (0..parts.len()).collect(), gaps: Vec::new() });
    }
    if let Some(whole) = parts.iter().find(|part| part.shard().is_none()) {
        return Err(Failure::usage(format!(
            "{} is no shard and others are; merge the shards alone first",
            whole.path.display()
        )));
    }
    for part in parts {
        let (files, places) =
            (part.head().paths.len(), part.shard().map_or(0, |shard| shard.positions.len()));
        if files != places {
            return Err(Failure::usage(format!(
                "{}: has {files} files, but says the places of {places}",
                part.path.display()
            )));
        }
    }
    Ok(join_shards(&shards))
}

/// What the reports have together.
struct Merge {
    spool: Spool,
    certificates: CertificateTable,
    /// Paths, with their places.
    paths: Vec<(usize, String)>,
    /// What all of them say of the run.
    findings: Option<Vec<FindingReport>>,
    /// What is missing, of the run or of one that a report was merged of.
    missing: Vec<String>,
    /// What the reports say of themselves.
    stated: Vec<Outcome>,
}

impl Merge {
    fn new() -> Result<Merge, Failure> {
        Ok(Merge {
            spool: Spool::new()?,
            certificates: CertificateTable::default(),
            paths: Vec::new(),
            findings: None,
            missing: Vec::new(),
            stated: Vec::new(),
        })
    }

    fn take(&mut self, part: &mut Part, no_facts: bool) -> Result<(), Failure> {
        let Part { path, report } = part;
        let head = report.head();
        let start = self.spool.len();
        let shard = head.shard.clone();
        let place = |number: usize| {
            let own = shard.as_ref().and_then(|shard| shard.positions.get(number).copied());
            own.unwrap_or_else(|| start.saturating_add(number))
        };
        self.paths.extend(head.paths.iter().enumerate().map(|(number, path)| (place(number), path.clone())));
        for gap in &head.missing {
            if !self.missing.contains(gap) {
                self.missing.push(gap.clone());
            }
        }
        // A part without files is undecided by itself, and says nothing of the others.
        if shard.is_none() || !head.paths.is_empty() {
            self.stated.push(head.verdict.unwrap_or(Outcome::Undecided));
        }
        // What nothing needed in one part may have been needed in another.
        let findings = self.findings.get_or_insert_with(|| head.findings.clone());
        findings.retain(|finding| head.findings.contains(finding));
        if !no_facts {
            self.certificates.extend(report.certificates());
        }
        let mut number = 0usize;
        let read = report.each_answer(|file| {
            let file = if no_facts { file.without_facts() } else { file };
            self.spool.push(place(number), &file)?;
            number = number.saturating_add(1);
            Ok::<(), Stop>(())
        });
        read.map_err(|stop| stop.failure(path))
    }

    /// Writes the report of the whole run. What is missing makes it undecided.
    fn show(mut self, head: &ReportHead, settings: &OutputSettings) -> Result<Outcome, Failure> {
        self.paths.sort();
        let paths = self.paths.into_iter().map(|(_, path)| path);
        let mut writers = Writers::open(settings, &head.targets, paths)?;
        let ReportHead { tool, evidence, targets, .. } = head.clone();
        let about = Head { tool, evidence, targets };
        writers.begin(&about)?;
        let mut endpoints = Endpoints::of_report(&about.evidence);
        let mut tally = Tally::default();
        self.spool.in_order(|file| {
            tally.add(&file);
            endpoints.add(&file);
            writers.file(file).map_err(Failure::from)
        })?;
        let counted = Report::of_tally(about.tool, about.evidence, about.targets, &tally);
        let mut report = counted.lacking(self.missing);
        report.verdict = Outcome::of_all(self.stated.into_iter().chain([report.verdict]));
        report.findings = self.findings.unwrap_or_default();
        report.certificates = self.certificates;
        let verdict = report.verdict;
        writers.finish(report)?;
        endpoints.finish(settings)?;
        Ok(verdict)
    }
}
