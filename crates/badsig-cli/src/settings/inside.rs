//! How far a file is looked into.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use badsig::Limits;
use badsig::limits::Deadline;

use crate::args::{InsideArguments, LimitArguments};
use crate::failure::Failure;

/// The time that one file may take where no option says it.
const STANDARD_TIME: Duration = Duration::from_secs(600);

/// Bounds for every file of a run.
pub(crate) struct InsideSettings {
    limits: Limits,
    time: Duration,
}

impl InsideSettings {
    pub(crate) fn new(arguments: &InsideArguments) -> Result<InsideSettings, Failure> {
        InsideSettings::with_depth(arguments.depth, &arguments.limits)
    }

    pub(crate) fn with_depth(depth: usize, arguments: &LimitArguments) -> Result<InsideSettings, Failure> {
        let mut limits = Limits::default();
        limits.depth = depth;
        limits.members = arguments.max_members.unwrap_or(limits.members);
        limits.unpacked_bytes = arguments.max_unpacked.unwrap_or(limits.unpacked_bytes);
        limits.unpack_ratio = arguments.max_ratio.unwrap_or(limits.unpack_ratio);
        limits.temporary_directory = directory(arguments.temporary_directory.clone())?;
        Ok(InsideSettings { limits, time: Duration::from_secs(arguments.max_seconds) })
    }

    /// The bounds that suit every real installer that was measured.
    pub(crate) fn standard() -> InsideSettings {
        InsideSettings { limits: Limits::default(), time: STANDARD_TIME }
    }

    /// The bounds for a file that is opened now.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = self.limits.clone();
        let (start, time) = (Instant::now(), self.time);
        limits.deadline = Deadline::new(move || start.elapsed() > time);
        limits
    }
}

fn directory(directory: Option<PathBuf>) -> Result<Option<PathBuf>, Failure> {
    match directory {
        Some(path) if !path.is_dir() => {
            Err(Failure::usage(format!("--temporary-directory {}: not a directory", path.display())))
        }
        directory => Ok(directory),
    }
}
