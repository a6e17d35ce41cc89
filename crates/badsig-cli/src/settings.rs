//! What was typed becomes what it means: evidence, policy, inputs, outputs. Errors here are usage errors.

use std::num::NonZeroUsize;
use std::sync::Arc;

use badsig::report::{ReportHead, ShardReport};
use badsig::{Catalogs, Policy};

use crate::args::{CacheArguments, CheckArguments, JudgeArguments, When};
use crate::catalogs;
use crate::downloads::{Downloads, Keep};
use crate::facts_cache::{FactsCache, Shape};
use crate::failure::Failure;
use crate::inputs::{self, Entry};
use crate::shard;

mod inside;
mod judging;
mod output;
mod policy;

pub(crate) use inside::InsideSettings;
pub(crate) use judging::JudgingSettings;
pub(crate) use output::{Detail, OutputSettings};
pub(crate) use policy::lock as lock_file;

/// More threads than this only cost memory.
const MOST_JOBS: usize = 256;

/// What one run of `badsig check` works with.
pub(crate) struct CheckSettings {
    pub(crate) entries: Vec<Entry>,
    /// What brings those of them that are not here.
    pub(crate) downloads: Option<Downloads>,
    /// Which part of all files these are.
    pub(crate) shard: Option<ShardReport>,
    pub(crate) judging: JudgingSettings,
    pub(crate) inside: InsideSettings,
    /// Facts of earlier runs.
    pub(crate) cache: Option<FactsCache>,
    pub(crate) output: OutputSettings,
    pub(crate) sha1: bool,
    /// The security catalogs at hand.
    pub(crate) catalogs: Arc<Catalogs>,
    pub(crate) jobs: usize,
}

impl CheckSettings {
    /// Reads certificates and lists of inputs, and finds the files.
    pub(crate) fn new(arguments: &CheckArguments, colour: When) -> Result<CheckSettings, Failure> {
        let mut judging = JudgingSettings::new(&arguments.judging)?;
        let output = OutputSettings::new(&arguments.reading.answering.output, colour)?;
        let mut inputs = inputs::typed(&arguments.inputs);
        if let Some(list) = &arguments.files_from {
            inputs.extend(inputs::listed(list, arguments.null)?);
        }
        let mut entries = inputs::find(&inputs);
        entries.extend(inputs::winget::entries(&arguments.winget)?);
        let downloads = downloads(&entries, arguments)?;
        if let Some(downloads) = &downloads {
            entries = entries.into_iter().flat_map(|entry| entry.listed(downloads)).collect();
        }
        let inside = InsideSettings::new(&arguments.inside)?;
        // All machines of a sharded run see the same catalogs.
        let catalogs = catalogs::collect(&entries, &mut judging, &inside.limits());
        let (entries, shard) = match arguments.shard {
            Some(shard) => {
                let settings =
                    shard::settings_digest(&judging, &inside.limits(), arguments.sha1, output.facts);
                let (entries, report) = shard::take(shard, entries, settings)?;
                (entries, Some(report))
            }
            None => (entries, None),
        };
        for entry in &entries {
            if let (Entry::Remote(remote), Some(downloads)) = (entry, &downloads) {
                remote.begin(downloads);
            }
        }
        Ok(CheckSettings {
            entries,
            downloads,
            shard,
            judging,
            cache: facts_cache(&arguments.reading.cache, &inside, arguments.sha1, &catalogs)?,
            inside,
            output,
            sha1: arguments.sha1,
            catalogs,
            jobs: jobs(arguments.reading.answering.jobs),
        })
    }
}

/// What downloads those inputs that are not here; nothing is begun yet.
fn downloads(entries: &[Entry], arguments: &CheckArguments) -> Result<Option<Downloads>, Failure> {
    if !entries.iter().any(|entry| matches!(entry, Entry::Remote(_))) {
        return Ok(None);
    }
    let connection = &arguments.judging.network.connection;
    Downloads::new(&arguments.reading.downloading, connection, Keep::WhereAsked).map(Some)
}

/// What one run of `badsig judge` works with.
pub(crate) struct JudgeSettings {
    pub(crate) judging: JudgingSettings,
    pub(crate) output: OutputSettings,
    pub(crate) jobs: usize,
}

impl JudgeSettings {
    /// The targets are those of the report unless others are named: the question stays the same.
    pub(crate) fn new(
        arguments: &JudgeArguments,
        head: &ReportHead,
        colour: When,
    ) -> Result<JudgeSettings, Failure> {
        let mut judging = JudgingSettings::new(&arguments.judging)?;
        if arguments.judging.target.is_empty() {
            judging.policy.targets = Policy::for_targets(head.targets.clone()).targets;
        }
        let output = OutputSettings::new(&arguments.answering.output, colour)?;
        Ok(JudgeSettings { judging, output, jobs: jobs(arguments.answering.jobs) })
    }
}

/// Opens the cache of facts, where one is wanted.
pub(crate) fn facts_cache(
    arguments: &CacheArguments,
    inside: &InsideSettings,
    sha1: bool,
    catalogs: &Catalogs,
) -> Result<Option<FactsCache>, Failure> {
    let Some(directory) = &arguments.cache else { return Ok(None) };
    let limits = inside.limits();
    FactsCache::open(directory, Shape::new(&limits, sha1, catalogs), limits).map(Some)
}

/// How many threads judge.
pub(crate) fn jobs(asked: Option<NonZeroUsize>) -> usize {
    asked.map_or_else(cores, NonZeroUsize::get).min(MOST_JOBS)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
