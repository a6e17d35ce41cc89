//! `badsig report`: reports that were made elsewhere, joined or shown again. Nothing is judged.

use std::collections::HashSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use badsig::report::{SCHEMA_VERSION, ShardReport, gaps};
use badsig::{FileReport, Report};

use crate::args::{MergeArguments, OutputArguments, RenderArguments, ReportCommand, When};
use crate::failure::Failure;
use crate::output::{Outputs, tool};
use crate::settings::OutputSettings;

pub(crate) fn run(command: &ReportCommand, colour: When) -> Result<u8, Failure> {
    match command {
        ReportCommand::Merge(arguments) => merge(arguments, colour),
        ReportCommand::Render(arguments) => render(arguments, colour),
    }
}

fn render(arguments: &RenderArguments, colour: When) -> Result<u8, Failure> {
    let report = read(&arguments.report)?;
    let missing = report.shard.as_ref().map(|shard| {
        format!(
            "{} of {} files: this is shard {} of {}",
            report.files.len(),
            shard.inputs,
            shard.index,
            shard.count
        )
    });
    show(report, missing.into_iter().collect(), false, &arguments.output, colour)
}

/// Reads a whole report.
fn read(path: &Path) -> Result<Report, Failure> {
    let failed = |why: String| Failure::usage(format!("{}: {why}", path.display()));
    let file = File::open(path).map_err(|error| failed(format!("cannot be read: {error}")))?;
    let report: Report = serde_json::from_reader(BufReader::new(file))
        .map_err(|error| failed(format!("not a report of badsig check: {error}")))?;
    if report.schema_version != SCHEMA_VERSION {
        return Err(failed(format!("schema_version is {}, not {SCHEMA_VERSION}", report.schema_version)));
    }
    if report.tool != tool() {
        return Err(failed(format!(
            "made by {} {}, this is {}; use the same version everywhere",
            report.tool.name,
            report.tool.version,
            tool().version
        )));
    }
    Ok(report)
}

fn merge(arguments: &MergeArguments, colour: When) -> Result<u8, Failure> {
    let mut reports: Vec<(&Path, Report)> = Vec::new();
    for path in &arguments.reports {
        let report = read(path)?;
        if let Some((first, head)) = reports.first() {
            fits(first, head, path, &report)?;
        }
        reports.push((path.as_path(), report));
    }
    let shards: Vec<&ShardReport> = reports.iter().filter_map(|(_, report)| report.shard.as_ref()).collect();
    if !shards.is_empty() && shards.len() < reports.len() {
        let message = "some of the reports are shards and some are not; merge the shards alone first";
        return Err(Failure::usage(message));
    }
    let gaps = gaps(&shards);
    let incomplete = !gaps.is_empty();
    let joined = join(reports.into_iter().map(|(_, report)| report).collect())?;
    show(joined, gaps, incomplete, &arguments.output, colour)
}

/// Answers of different questions do not make one answer.
fn fits(first: &Path, head: &Report, path: &Path, report: &Report) -> Result<(), Failure> {
    let differs = |what: &str, how: &str| {
        Err(Failure::usage(format!("{} and {} were judged {what}; {how}", first.display(), path.display())))
    };
    if report.evidence.at != head.evidence.at {
        return differs("for different times", "give the same --at everywhere, or use 'badsig judge'");
    }
    if report.evidence != head.evidence {
        return differs("with different roots or revocation", "use the same everywhere");
    }
    if report.targets != head.targets {
        return differs("for different targets", "use the same everywhere");
    }
    Ok(())
}

/// Puts the files into the order that they have in the whole run. A file that comes twice counts once.
fn join(reports: Vec<Report>) -> Result<Report, Failure> {
    let mut files: Vec<(usize, FileReport)> = Vec::new();
    let mut joined: Option<Report> = None;
    let mut seen = HashSet::new();
    for report in reports {
        let Report { files: own, shard, certificates, .. } = &report;
        if let Some(shard) = shard
            && shard.positions.len() != own.len()
        {
            return Err(Failure::usage("a shard does not say the place of each of its files"));
        }
        let places = shard.as_ref().map(|shard| shard.positions.clone());
        match &mut joined {
            Some(joined) => {
                joined.certificates.extend(certificates);
                joined.findings.retain(|finding| report.findings.contains(finding));
            }
            None => joined = Some(Report { files: Vec::new(), shard: None, ..report.clone() }),
        }
        for (number, file) in report.files.into_iter().enumerate() {
            let place = places.as_ref().and_then(|places| places.get(number).copied());
            if place.is_none_or(|place| seen.insert(place)) {
                files.push((place.unwrap_or(files.len()), file));
            }
        }
    }
    files.sort_by_key(|(place, _)| *place);
    let joined = joined.ok_or_else(|| Failure::usage("no reports were named"))?;
    Ok(Report { files: files.into_iter().map(|(_, file)| file).collect(), ..joined })
}

/// Writes a report anew. What is missing makes it undecided.
fn show(
    report: Report,
    missing: Vec<String>,
    incomplete: bool,
    arguments: &OutputArguments,
    colour: When,
) -> Result<u8, Failure> {
    let settings = OutputSettings::new(arguments, colour)?;
    let names: Vec<String> = report.files.iter().map(|file| file.path.clone()).collect();
    let mut outputs = Outputs::again(&settings, &report, names.into_iter())?;
    outputs.missing(missing, incomplete);
    for file in report.files {
        outputs.file(file)?;
    }
    Ok(outputs.finish()?.verdict.exit_code())
}
