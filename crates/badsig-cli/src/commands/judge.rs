//! `badsig judge`: facts that were collected earlier, judged again. The files are not needed.

use badsig::codes::exit_codes;
use badsig::problem::{Problem, ProblemKind};
use badsig::{Facts, FileReport, Limits};

use crate::args::{JudgeArguments, When};
use crate::catalogs;
use crate::endpoints::Endpoints;
use crate::failure::Failure;
use crate::output::{Outputs, message};
use crate::run::{Event, run as run_queue};
use crate::settings::JudgeSettings;
use crate::shard;
use crate::stored::{self, Stop};

/// Facts that are held at a time.
const BATCH: usize = 1024;

/// Judges the facts of a report and gives the exit code.
pub(crate) fn run(arguments: &JudgeArguments, colour: When) -> Result<u8, Failure> {
    let path = &arguments.report;
    let mut report = stored::open(path)?;
    let mut settings = JudgeSettings::new(arguments, report.head(), colour)?;
    let fits_one_batch = report.head().paths.len() < BATCH;
    if !fits_one_batch {
        catalogs::of_report(&mut report, &mut settings.judging)
            .map_err(|error| stored::failure(path, &error))?;
    }
    let mut outputs =
        Outputs::open(&settings.output, &settings.judging, report.head().paths.iter().cloned())?;
    let head = report.head();
    outputs.shard(head.shard.clone().map(|part| shard::judged_again(part, &settings.judging)));
    outputs.missing(head.missing.clone());
    if report.head().paths.is_empty() {
        message::error("the report has no files, so nothing can be said");
    }
    let expected = report.head().paths.len();
    let endpoints = Endpoints::new(&settings.judging);
    let mut batch =
        Batch { settings: &mut settings, outputs: &mut outputs, endpoints, facts: Vec::new(), defects: 0 };
    let result = report.each(&Limits::default(), |facts| batch.take(facts));
    result.and_then(|()| batch.judge()).map_err(|stop| stop.failure(path))?;
    let Batch { defects, endpoints, .. } = batch;
    let verdict = outputs.finish(expected)?;
    endpoints.finish(&settings.output)?;
    Ok(if defects > 0 { exit_codes::DEFECT } else { verdict.exit_code() })
}

/// Facts that wait to be judged together, on all cores.
struct Batch<'a, 'o> {
    settings: &'a mut JudgeSettings,
    outputs: &'o mut Outputs,
    endpoints: Endpoints,
    facts: Vec<Facts>,
    /// Files on which badsig itself failed.
    defects: usize,
}

impl Batch<'_, '_> {
    fn take(&mut self, facts: Facts) -> Result<(), Stop> {
        self.facts.push(facts);
        if self.facts.len() < BATCH { Ok(()) } else { self.judge() }
    }

    fn judge(&mut self) -> Result<(), Stop> {
        let Batch { settings, outputs, endpoints, defects, .. } = self;
        let facts = std::mem::take(&mut self.facts);
        // Where one batch is everything, its catalogs are known only now; otherwise this finds nothing new.
        catalogs::of_facts(&facts, &mut settings.judging);
        let settings = &**settings;
        run_queue(
            &facts,
            settings.jobs,
            |facts| report(settings, facts),
            |event| match event {
                Event::Answer(report) => {
                    endpoints.add(&report);
                    outputs.file(report).map_err(Stop::from)
                }
                Event::Panic(index) => {
                    *defects = defects.saturating_add(1);
                    let path = facts.get(index).map(|facts| facts.path.clone()).unwrap_or_default();
                    let why = "badsig failed on these facts: a defect, see the message on standard error";
                    let problem = Problem::new(ProblemKind::Unreadable, why);
                    outputs.file(report(settings, &Facts::unreadable(path, problem))).map_err(Stop::from)
                }
                Event::Tick => Ok(()),
            },
        )
    }
}

fn report(settings: &JudgeSettings, facts: &Facts) -> FileReport {
    let report = settings.judging.report(facts);
    if settings.output.facts { report.with_facts(facts) } else { report }
}
