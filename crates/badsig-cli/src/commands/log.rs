//! `badsig log`: which updates failed in logs, why, and what to do.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

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
    logs: Vec<Log>,
    passed: u64,
    other_errors: u64,
}

/// One log that was read.
struct Log {
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
        told.family(&parts);
    }
    match arguments.shown.format {
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &json_shape::LogReport::new(&told))?;
            stdout.flush()?;
        }
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            text::told(&told).iter().try_for_each(|line| line.write(&mut stdout, page))?;
            stdout.flush()?;
        }
    }
    for path in parts::older_parts(&arguments.files) {
        message::warning(&format!("an older part of a log lies beside it: {}; name it too", path.display()));
    }
    let unread = told.logs.iter().any(|log| log.problem.is_some());
    Ok(if unread { exit_codes::UNDECIDED } else { exit_codes::PUBLISHABLE })
}

impl Told {
    /// Reads the parts of one log, the oldest first.
    fn family(&mut self, parts: &[&Path]) {
        let mut analyst = Analyst::default();
        for path in parts {
            let name = path.display().to_string();
            let (lines, result) = self.log(&name, path, &mut analyst);
            let problem = result.err().map(|error| error.to_string());
            if let Some(problem) = &problem {
                message::error(&format!("{name}: {problem}"));
            }
            self.logs.push(Log { path: name, lines, problem });
        }
        analyst.settle();
        self.take(&mut analyst);
        self.passed = self.passed.saturating_add(analyst.passed());
        self.other_errors = self.other_errors.saturating_add(analyst.other_errors());
    }

    /// Reads one log to its end, or to where it cannot be read.
    fn log(&mut self, name: &str, path: &Path, analyst: &mut Analyst) -> (u64, io::Result<()>) {
        let mut reader = match open(path).and_then(|input| LogReader::new(name, input)) {
            Ok(reader) => reader,
            Err(error) => return (0, Err(error)),
        };
        let result = loop {
            let more = reader.read(analyst);
            self.take(analyst);
            match more {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        reader.finish(analyst);
        (reader.lines(), result)
    }

    fn take(&mut self, analyst: &mut Analyst) {
        analyst.take().into_iter().for_each(|failure| self.failures.add(failure));
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path.as_os_str() == STANDARD_INPUT {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(open_file(path)?))
}

fn open_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory; name the logs in it"));
    }
    Ok(file)
}
