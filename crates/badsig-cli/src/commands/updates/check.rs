//! `badsig updates check`: the gate for update catalogs.

use badsig::Catalogs;
use badsig::check::Finding;
use badsig::codes::exit_codes;
use badsig::problem::Problem;
use badsig::report::{Content, UpdateJudge, UpdateReport, UpdatesReport, UpdatesTally, UsedExceptions};
use badsig::trust::Evidence;
use badsig::updates::{Catalog, CatalogEntry, CatalogForm, Linter, ManifestCheck, Package, Supplement};

use super::content::{Contents, Directory, Looking};
use super::store::Store;
use super::{Opened, open_and_judge};
use crate::args::{ConnectionArguments, UpdatesCheckArguments, When};
use crate::collect::Collector;
use crate::downloads::Ticket;
use crate::failure::Failure;
use crate::inputs::Located;
use crate::output::format::Head;
use crate::output::updates::UpdatesOutputs;
use crate::output::{message, tool};
use crate::progress::Progress;
use crate::run::{Event, run as run_queue};
use crate::settings::{Detail, InsideSettings, JudgingSettings, OutputSettings, facts_cache, jobs};

/// Packages whose files are downloaded while those before them are judged.
const AHEAD: usize = 1024;
/// Packages that are judged together. Enough to keep all threads busy; few enough to fit into memory.
const BATCH: usize = 256;

pub(super) fn run(arguments: &UpdatesCheckArguments, colour: When) -> Result<u8, Failure> {
    let judging = JudgingSettings::new(&arguments.judging)?;
    let reading = &arguments.reading;
    let output = OutputSettings::new(&reading.answering.output, colour)?;
    let connection = &arguments.judging.network.connection;
    let content = contents(arguments, connection)?;
    let head = Head {
        tool: tool(),
        evidence: judging.evidence_report.clone(),
        targets: judging.policy.targets.clone(),
    };
    let located = Located::find(&arguments.catalog, &reading.downloading, connection, output.progress)?;
    let mut outputs = UpdatesOutputs::open(&output, &head, &located.shown)?;
    let opened = open_and_judge(&located, &judging);
    let supplement = opened
        .catalog
        .as_ref()
        .map_or_else(|_| Ok(Supplement::default()), |catalog| Supplement::read(catalog, &judging.policy));
    let (supplement, mut damage) = match supplement {
        Ok(supplement) => (supplement, None),
        Err(problem) => (Supplement::default(), Some(problem)),
    };
    let inside = InsideSettings::standard();
    // Update catalogs state SHA-1.
    let cache = facts_cache(&reading.cache, &inside, true, &Catalogs::default())?;
    let mut gate = Gate {
        judge: UpdateJudge { policy: &judging.policy, require_content: arguments.require_content },
        judging: &judging,
        evidence: approving(&judging.evidence, &supplement),
        progress: progress(&content, &output),
        content,
        collector: Collector::new(&inside, true, std::sync::Arc::default(), cache.as_ref(), None),
        jobs: jobs(reading.answering.jobs),
        linter: Linter::default(),
        manifest: ManifestCheck::new(&supplement),
        waiting: Vec::new(),
        outputs: &mut outputs,
        tally: UpdatesTally::default(),
        exceptions: UsedExceptions::default(),
        packages: 0,
        defects: 0,
        damage: None,
    };
    match &opened.catalog {
        Ok(catalog) if damage.is_none() => damage = gate.walk(catalog)?,
        Ok(_) => {}
        Err(problem) => damage = Some(problem.clone()),
    }
    gate.progress.finish();
    let code = gate.end(located.shown.clone(), &opened, supplement, damage)?;
    if let Some(cache) = cache.as_ref().filter(|_| output.detail == Detail::Verbose) {
        cache.summary().iter().for_each(|line| message::note(line));
    }
    Ok(code)
}

fn contents(
    arguments: &UpdatesCheckArguments,
    connection: &ConnectionArguments,
) -> Result<Contents, Failure> {
    match (&arguments.content, &arguments.download) {
        (Some(directory), _) => Ok(Contents::Directory(Directory::new(directory)?)),
        (None, Some(directory)) => {
            let store = Store::new(directory, &arguments.reading.downloading, connection)?;
            Ok(Contents::Downloads(Box::new(store)))
        }
        (None, None) => Ok(Contents::None),
    }
}

fn progress(content: &Contents, output: &OutputSettings) -> Progress {
    match content {
        Contents::Downloads(store) if output.progress => Progress::of_downloads(store.totals()),
        _ => Progress::none(),
    }
}

/// A package that waits for its content to be judged.
struct Waiting {
    package: Package,
    member: Option<String>,
    findings: Vec<Finding>,
    /// Its files that are downloaded.
    tickets: Vec<Ticket>,
}

/// Everything that an update goes through.
struct Gate<'a> {
    judge: UpdateJudge<'a>,
    judging: &'a JudgingSettings,
    /// That of the run, with the certificates of the catalog.
    evidence: Evidence,
    content: Contents,
    collector: Collector<'a>,
    progress: Progress,
    jobs: usize,
    linter: Linter,
    manifest: ManifestCheck,
    waiting: Vec<Waiting>,
    outputs: &'a mut UpdatesOutputs,
    tally: UpdatesTally,
    exceptions: UsedExceptions,
    packages: usize,
    defects: usize,
    /// What ended a document with all packages.
    damage: Option<Problem>,
}

impl Gate<'_> {
    /// Judges all packages; gives what ended the walk early.
    fn walk(&mut self, catalog: &Catalog) -> Result<Option<Problem>, Failure> {
        let mut failure = None;
        let whole = catalog.form() == CatalogForm::V1;
        let walked = catalog.packages(&mut |entry| {
            let taken = match entry {
                CatalogEntry::Package(package, member) => self.package(*package, member),
                CatalogEntry::Broken(Some(member), error) if !whole => {
                    let report = self.judge.broken(&member, &error);
                    report.id.iter().for_each(|id| self.manifest.seen_broken(id));
                    self.drain().and_then(|()| self.give(report))
                }
                CatalogEntry::Broken(member, error) => {
                    let place = member.map(|member| format!("{member}: ")).unwrap_or_default();
                    self.damage = Some(Problem::new(error.kind, format!("{place}{error}")));
                    Ok(())
                }
            };
            match taken {
                Ok(()) => true,
                Err(error) => {
                    failure = Some(error);
                    false
                }
            }
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        self.drain()?;
        Ok(walked.err().or_else(|| self.damage.take()))
    }

    fn package(&mut self, package: Package, member: Option<String>) -> Result<(), Failure> {
        self.packages = self.packages.saturating_add(1);
        if let Some(id) = package.canonical_id() {
            self.manifest.seen(&id, package.creation_date.as_deref());
        }
        let findings = self.linter.look(&package, member.as_deref(), self.judge.policy);
        if matches!(self.content, Contents::None) {
            let unasked = package.origin_files().map(|_| Content::NotRequested).collect();
            let report = self.judge.report(&package, member, findings, unasked);
            return self.give(report);
        }
        let tickets = self.content.prepare(&package);
        self.waiting.push(Waiting { package, member, findings, tickets });
        let most = if matches!(self.content, Contents::Downloads(_)) { AHEAD } else { BATCH };
        if self.waiting.len() >= most { self.judge_first(BATCH) } else { Ok(()) }
    }

    /// Judges the content of all packages that wait.
    fn drain(&mut self) -> Result<(), Failure> {
        while !self.waiting.is_empty() {
            self.judge_first(BATCH)?;
        }
        Ok(())
    }

    /// Judges the content of the first packages that wait, several at a time, and gives the answers in their order.
    fn judge_first(&mut self, count: usize) -> Result<(), Failure> {
        let later = self.waiting.split_off(count.min(self.waiting.len()));
        let waiting = std::mem::replace(&mut self.waiting, later);
        let judge = &self.judge;
        let looking = Looking { collector: &self.collector, judging: self.judging, evidence: &self.evidence };
        let (content, progress) = (&self.content, &mut self.progress);
        let mut answers = Vec::new();
        let mut defects = 0usize;
        let queue: Result<(), Failure> = run_queue(
            &waiting,
            self.jobs,
            |item| answer(judge, item, content.judge(&item.package, &item.tickets, &looking)),
            |event| {
                match event {
                    Event::Answer(report) => answers.push(report),
                    Event::Panic(index) => {
                        defects = defects.saturating_add(1);
                        answers.extend(waiting.get(index).map(|item| {
                            let why =
                                "badsig failed on this file: a defect, see the message on standard error";
                            let lost =
                                item.package.origin_files().map(|_| Content::Unavailable(why.to_owned()));
                            answer(judge, item, lost.collect())
                        }));
                    }
                    Event::Tick => progress.tick(),
                }
                Ok(())
            },
        );
        self.defects = self.defects.saturating_add(defects);
        queue?;
        answers.into_iter().try_for_each(|report| self.give(report))
    }

    fn give(&mut self, report: UpdateReport) -> Result<(), Failure> {
        self.tally.add(&report);
        let files =
            report.file.iter().chain(report.further.iter().filter_map(|content| content.file.as_ref()));
        files.for_each(|file| self.exceptions.add(file));
        let outputs = &mut *self.outputs;
        self.progress.file_done(|| outputs.update(&report))
    }

    /// Puts the answer for the catalog together and writes the end.
    fn end(
        self,
        shown: String,
        opened: &Opened,
        mut supplement: Supplement,
        damage: Option<Problem>,
    ) -> Result<u8, Failure> {
        // What was not read to its end cannot be compared.
        if damage.is_none() {
            supplement.findings.append(&mut self.manifest.findings(self.judge.policy));
        }
        let mut catalog = self.judge.catalog(
            shown,
            opened.catalog.as_ref().ok().map(Catalog::form),
            opened.file.as_ref(),
            &supplement,
            damage.as_ref(),
            self.packages,
        );
        catalog.size = opened.size;
        if !matches!(self.content, Contents::None) {
            let (policy, at) = (&self.judging.policy, self.judging.evidence.at);
            catalog.findings.extend(self.exceptions.unmatched(policy, at));
            catalog.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        }
        if self.packages == 0 && damage.is_none() {
            message::error("there is no update in the catalog, so nothing can be said");
        }
        let report = UpdatesReport::of_tally(
            tool(),
            self.judging.evidence_report.clone(),
            self.judging.policy.targets.clone(),
            catalog,
            &self.tally,
        );
        let verdict = report.verdict;
        self.outputs.finish(&report)?;
        Ok(if self.defects > 0 { exit_codes::DEFECT } else { verdict.exit_code() })
    }
}

/// What is approved by options stays approved; else what the catalog brings.
fn approving(evidence: &Evidence, supplement: &Supplement) -> Evidence {
    let mut evidence = evidence.clone();
    evidence.approved = evidence.approved.or_else(|| supplement.approved());
    evidence
}

fn answer(judge: &UpdateJudge<'_>, item: &Waiting, contents: Vec<Content>) -> UpdateReport {
    judge.report(&item.package, item.member.clone(), item.findings.clone(), contents)
}
