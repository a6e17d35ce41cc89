//! `badsig check`: the gate.

use std::path::Path;
use std::sync::Arc;

use badsig::codes::exit_codes;
use badsig::problem::{Problem, ProblemKind};
use badsig::report::ShardReport;
use badsig::{Facts, FileReport};

use crate::args::{CheckArguments, When};
use crate::collect::Collector;
use crate::downloads::Downloads;
use crate::endpoints::Endpoints;
use crate::failure::Failure;
use crate::inputs::Entry;
use crate::output::{Outputs, message};
use crate::progress::Progress;
use crate::run::{Event, run as run_queue};
use crate::settings::{CheckSettings, Detail};

/// Judges everything that was named and gives the exit code.
pub(crate) fn run(arguments: &CheckArguments, colour: When) -> Result<u8, Failure> {
    let settings = CheckSettings::new(arguments, colour)?;
    let names = settings.entries.iter().map(|entry| shown(entry.path()));
    let mut outputs = Outputs::open(&settings.output, &settings.judging, names)?;
    outputs.shard(settings.shard.clone());
    match &settings.shard {
        _ if !settings.entries.is_empty() => {}
        Some(ShardReport { index, count, inputs, .. }) if *inputs > 0 => message::note(&format!(
            "shard {index} of {count} has none of the {inputs} files; the merged report decides"
        )),
        _ => message::error("no files were named, so nothing can be said; try 'badsig check FILE…'"),
    }
    let mut endpoints = Endpoints::new(&settings.judging);
    let defects = judge_all(&settings, &mut outputs, &mut endpoints)?;
    let verdict = outputs.finish(settings.entries.len())?;
    if let Some(cache) = settings.cache.as_ref().filter(|_| settings.output.detail == Detail::Verbose) {
        cache.summary().iter().for_each(|line| message::note(line));
    }
    endpoints.finish(&settings.output)?;
    Ok(if defects > 0 { exit_codes::DEFECT } else { verdict.exit_code() })
}

/// Judges all entries; gives the number of those on which badsig itself failed.
fn judge_all(
    settings: &CheckSettings,
    outputs: &mut Outputs,
    endpoints: &mut Endpoints,
) -> Result<usize, Failure> {
    let mut progress = if settings.output.progress {
        Progress::over(
            settings.entries.iter().map(Entry::path),
            settings.downloads.as_ref().map(Downloads::totals),
        )
    } else {
        Progress::none()
    };
    let mut defects = 0usize;
    let CheckSettings { inside, sha1, catalogs, cache, .. } = settings;
    let collector = Collector::new(inside, *sha1, Arc::clone(catalogs), cache.as_ref(), progress.counter());
    let judge = Judge { settings, collector };
    let result = run_queue(
        &settings.entries,
        settings.jobs,
        |entry| judge.entry(entry),
        |event| match event {
            Event::Answer(report) => {
                endpoints.add(&report);
                progress.file_done(|| outputs.file(report))
            }
            Event::Panic(index) => {
                defects = defects.saturating_add(1);
                let report = judge.defect(settings.entries.get(index));
                progress.file_done(|| outputs.file(report))
            }
            Event::Tick => {
                progress.tick();
                Ok(())
            }
        },
    );
    progress.finish();
    result?;
    Ok(defects)
}

/// What every file of a run is judged with.
struct Judge<'a> {
    settings: &'a CheckSettings,
    collector: Collector<'a>,
}

impl Judge<'_> {
    fn entry(&self, entry: &Entry) -> FileReport {
        self.report(&match entry {
            Entry::File(path) => self.collector.facts(path),
            Entry::Remote(remote) => match remote.take() {
                Ok(got) => self.collector.fetched(&shown(remote.shown()), &got),
                Err(problem) => Facts::unreadable(shown(remote.shown()), problem),
            },
            Entry::Unreadable(path, problem) => Facts::unreadable(shown(path), problem.clone()),
        })
    }

    /// The answer for a file on which badsig itself failed.
    fn defect(&self, entry: Option<&Entry>) -> FileReport {
        let path = entry.map(|entry| shown(entry.path())).unwrap_or_default();
        let why = "badsig failed on this file: a defect, see the message on standard error";
        self.report(&Facts::unreadable(path, Problem::new(ProblemKind::Unreadable, why)))
    }

    fn report(&self, facts: &Facts) -> FileReport {
        let CheckSettings { judging, output, .. } = self.settings;
        let report = judging.report(facts);
        if output.facts { report.with_facts(facts) } else { report }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
