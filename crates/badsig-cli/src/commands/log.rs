//! `badsig log`: which updates failed in logs, why, and what to do.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use badsig::codes::exit_codes;
use badsig::logs::{Analyst, Failures, LogReader};

use crate::args::{Format, LogArguments, When};
use crate::failure::Failure;
use crate::output::stdout::Stdout;
use crate::output::{json, message};

mod follow;
mod json_shape;
mod parts;
mod text;

/// The name that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// What all logs of a run told.
#[derive(Default)]
struct Told {
    failures: Failures,
    logs: Vec<Read_>,
    passed: u64,
    other_errors: u64,
}

/// One log that was read.
struct Read_ {
    path: String,
    lines: u64,
    problem: Option<String>,
}

/// Reads all logs and tells what failed in them.
pub(crate) fn run(arguments: &LogArguments, colour: When) -> Result<u8, Failure> {
    if arguments.follow {
        return follow::run(arguments, colour);
    }
    let mut told = Told::default();
    for parts in parts::families(&arguments.files) {
        let mut analyst = Analyst::default();
        for path in parts {
            told.log(&path, &mut analyst);
        }
        analyst.settle();
        analyst.take().into_iter().for_each(|failure| told.failures.add(failure));
        told.passed = told.passed.saturating_add(analyst.passed());
        told.other_errors = told.other_errors.saturating_add(analyst.other_errors());
    }
    match arguments.format {
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &json_shape::LogReport::new(&told))?;
            stdout.flush()?;
        }
        _ => {
            let (mut stdout, page) = Stdout::page(colour);
            text::told(&told).iter().try_for_each(|line| line.write(&mut stdout, page))?;
            stdout.flush()?;
        }
    }
    for path in parts::older_parts(&arguments.files) {
        message::warning(&format!("an older part of the log lies beside it: {}; name it too", path.display()));
    }
    let unread = told.logs.iter().any(|log| log.problem.is_some());
    Ok(if unread { exit_codes::UNDECIDED } else { exit_codes::PUBLISHABLE })
}

impl Told {
    /// Reads one log; one that cannot be read is told of, and the others are read all the same.
    fn log(&mut self, path: &Path, analyst: &mut Analyst) {
        let name = path.display().to_string();
        let (lines, result) = match open(path) {
            Ok(input) => read(&name, input, |analyst| self.take(analyst), analyst),
            Err(error) => (0, Err(error)),
        };
        let problem = result.err().map(|error| error.to_string());
        if let Some(problem) = &problem {
            message::error(&format!("{name}: {problem}; what it told up to there is below"));
        }
        self.logs.push(Read_ { path: name, lines, problem });
    }

    fn take(&mut self, analyst: &mut Analyst) {
        analyst.take().into_iter().for_each(|failure| self.failures.add(failure));
    }
}

/// Bytes after which failures are moved on, so that those of a long log are grouped while it is read.
const PIECE: u64 = 16 * 1024 * 1024;

fn read(
    name: &str,
    input: Box<dyn Read>,
    mut take: impl FnMut(&mut Analyst),
    analyst: &mut Analyst,
) -> (u64, io::Result<()>) {
    let mut reader = match LogReader::new(name, Pieces::new(input)) {
        Ok(reader) => reader,
        Err(error) => return (0, Err(error)),
    };
    loop {
        let before = reader.input().total;
        let result = reader.read(analyst);
        take(analyst);
        let done = reader.input().total == before;
        if result.is_err() || done {
            reader.finish(analyst);
            take(analyst);
            return (reader.lines(), result);
        }
        reader.input().allow();
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path.as_os_str() == STANDARD_INPUT {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory; name the logs in it"));
    }
    Ok(Box::new(file))
}
