//! `badsig report render`: a report in another format.

use std::path::Path;

use badsig::report::{StoredReport, StoredUpdates, Tally, Tool, UpdatesReport, UpdatesTally};
use badsig::{Outcome, Report};

use crate::args::{RenderArguments, When};
use crate::endpoints::Endpoints;
use crate::failure::Failure;
use crate::output::format::Head;
use crate::output::updates::UpdatesOutputs;
use crate::output::{Writers, message, tool};
use crate::settings::OutputSettings;
use crate::stored::{self, Stop, Stored};

pub(super) fn run(arguments: &RenderArguments, colour: When) -> Result<u8, Failure> {
    let settings = OutputSettings::new(&arguments.output, colour)?;
    let path = arguments.report.as_path();
    let verdict = match stored::open_any(path)? {
        Stored::Files(report) => files(path, *report, arguments.output.no_facts, &settings),
        Stored::Updates(report) => updates(path, *report, &settings),
    };
    Ok(verdict?.exit_code())
}

/// Another version may have said more than this one shows.
fn compare(path: &Path, made_by: &Tool) {
    if *made_by != tool() {
        let Tool { name, version } = made_by;
        message::warning(&format!(
            "{}: made by {name} {version}; this is {}, which may not show all of it",
            path.display(),
            tool().version
        ));
    }
}

/// The verdict is that of the report, never better than that of its files.
fn files(
    path: &Path,
    mut report: StoredReport,
    no_facts: bool,
    settings: &OutputSettings,
) -> Result<Outcome, Failure> {
    let head = report.head().clone();
    compare(path, &head.tool);
    let mut writers = Writers::open(settings, &head.targets, head.paths.into_iter())?;
    let about = Head { tool: head.tool, evidence: head.evidence, targets: head.targets };
    writers.begin(&about)?;
    let certificates = if no_facts { Default::default() } else { report.certificates().clone() };
    let mut endpoints = Endpoints::of_report(&about.evidence);
    let mut tally = Tally::default();
    let read = report.each_answer(|file| {
        tally.add(&file);
        endpoints.add(&file);
        writers.file(if no_facts { file.without_facts() } else { file }).map_err(Stop::from)
    });
    read.map_err(|stop| stop.failure(path))?;
    let counted = Report::of_tally(about.tool, about.evidence, about.targets, &tally);
    let stated = head.verdict.unwrap_or(Outcome::Undecided);
    let verdict = Outcome::of_all([stated, counted.verdict]);
    let (not_checked, missing) = (head.not_checked, head.missing);
    let (findings, shard) = (head.findings, head.shard);
    writers.finish(Report { verdict, not_checked, missing, findings, shard, certificates, ..counted })?;
    endpoints.finish(settings)?;
    Ok(verdict)
}

fn updates(path: &Path, mut report: StoredUpdates, settings: &OutputSettings) -> Result<Outcome, Failure> {
    let head = report.head().clone();
    compare(path, &head.tool);
    let about =
        Head { tool: head.tool.clone(), evidence: head.evidence.clone(), targets: head.targets.clone() };
    let mut outputs = UpdatesOutputs::open(settings, &about, &head.catalog.path)?;
    let mut tally = UpdatesTally::default();
    let read = report.each(|update| {
        tally.add(&update);
        outputs.update(&update).map_err(Stop::from)
    });
    read.map_err(|stop| stop.failure(path))?;
    let counted = UpdatesReport::of_tally(head.tool, head.evidence, head.targets, head.catalog, &tally);
    let verdict = Outcome::of_all([head.verdict, counted.verdict]);
    outputs.finish(&UpdatesReport { verdict, not_checked: head.not_checked, ..counted })?;
    Ok(verdict)
}
