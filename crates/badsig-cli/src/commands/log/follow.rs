//! `badsig log --follow`: logs that are being written. A log that was renamed (`X.log` to `X.lo_`) is read to its end, then
//! the new one from its beginning.

use std::fs::{File, Metadata};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use badsig::logs::{Analyst, Failures, LogReader};

use super::{STANDARD_INPUT, json_shape, open_file, parts, text};
use crate::args::{Format, LogArguments, When};
use crate::failure::Failure;
use crate::output::line::{Line, Page};
use crate::output::stdout::Stdout;
use crate::output::{json, message};

/// How often logs are looked at.
const PAUSE: Duration = Duration::from_millis(250);

/// Looks without anything new after which a failure counts as complete: two seconds.
const QUIET: u32 = 8;

/// Tells of failures until the reader of the output leaves or the program is ended.
pub(super) fn run(arguments: &LogArguments, colour: When) -> Result<u8, Failure> {
    if arguments.files.iter().any(|file| file.as_os_str() == STANDARD_INPUT) {
        return Err(Failure::usage("--follow reads files; standard input is read as it comes without it"));
    }
    let mut logs = Vec::new();
    for parts in parts::families(&arguments.files) {
        logs.push(Followed::new(&parts)?);
    }
    let mut teller = Teller::new(arguments.shown.format, colour);
    let mut quiet = 0u32;
    while !teller.out.is_gone() {
        let mut grown = false;
        for log in &mut logs {
            grown |= log.read(&mut teller)?;
        }
        quiet = if grown { 0 } else { quiet.saturating_add(1) };
        if quiet == QUIET {
            for log in &mut logs {
                log.analyst.settle();
                teller.tell(&mut log.analyst)?;
            }
        }
        if !grown {
            std::thread::sleep(PAUSE);
        }
    }
    Ok(badsig::codes::exit_codes::PUBLISHABLE)
}

/// One log that is being written.
struct Followed {
    path: PathBuf,
    analyst: Analyst,
    file: File,
    reader: LogReader<File>,
    /// What has its name now cannot be opened, which was told.
    lost: bool,
}

impl Followed {
    /// Reads the older parts, and opens the current one.
    fn new(parts: &[&Path]) -> Result<Followed, Failure> {
        let cannot = |path: &Path, error: io::Error| Failure::usage(format!("{}: {error}", path.display()));
        let mut analyst = Analyst::default();
        let (current, older) = parts.split_last().ok_or_else(|| Failure::usage("no log was named"))?;
        for path in older {
            let (_, mut reader) = open(path).map_err(|error| cannot(path, error))?;
            while reader.read(&mut analyst).map_err(|error| cannot(path, error))? {}
            reader.finish(&mut analyst);
        }
        let (file, reader) = open(current).map_err(|error| cannot(current, error))?;
        Ok(Followed { path: current.to_path_buf(), analyst, file, reader, lost: false })
    }

    /// Reads what is new and tells of it; gives whether anything was.
    fn read(&mut self, teller: &mut Teller) -> Result<bool, Failure> {
        let before = self.position();
        let replaced = self.replaced();
        loop {
            let more = self.reader.read(&mut self.analyst);
            teller.tell(&mut self.analyst)?;
            match more {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(Failure::usage(format!("{}: {error}", self.path.display()))),
            }
        }
        if replaced && !self.lost {
            self.reader.finish(&mut self.analyst);
            teller.tell(&mut self.analyst)?;
        }
        Ok((replaced && self.reopen()) || self.position() != before)
    }

    /// Opens the log that has this one's name now; says once when it cannot be.
    fn reopen(&mut self) -> bool {
        match open(&self.path) {
            Ok((file, reader)) => {
                (self.file, self.reader, self.lost) = (file, reader, false);
                true
            }
            Err(error) => {
                if !self.lost {
                    message::warning(&format!("{}: {error}; waiting", self.path.display()));
                }
                self.lost = true;
                false
            }
        }
    }

    /// Up to where the log was read; handles that were cloned share it.
    fn position(&mut self) -> u64 {
        self.file.stream_position().unwrap_or(0)
    }

    /// Whether another file has this log's name now, or the log was cut.
    fn replaced(&mut self) -> bool {
        let Ok(now) = std::fs::metadata(&self.path) else { return false };
        let other = self.file.metadata().is_ok_and(|open| born(&open) != born(&now));
        other || now.len() < self.position()
    }
}

fn born(metadata: &Metadata) -> Option<std::time::SystemTime> {
    metadata.created().ok()
}

fn open(path: &Path) -> io::Result<(File, LogReader<File>)> {
    let file = open_file(path)?;
    let reader = LogReader::new(path.display().to_string(), file.try_clone()?)?;
    Ok((file, reader))
}

/// Writes failures as they come.
struct Teller {
    out: Stdout,
    page: Page,
    format: Format,
}

impl Teller {
    fn new(format: Format, colour: When) -> Teller {
        let (out, page) = Stdout::page(colour);
        Teller { out, page, format }
    }

    fn tell(&mut self, analyst: &mut Analyst) -> io::Result<()> {
        for failure in analyst.take() {
            // A group of one: nothing is waited for to count repetitions.
            let mut failures = Failures::default();
            failures.add(failure);
            for group in failures.groups() {
                match self.format {
                    Format::Json => {
                        json::line(&mut self.out, &json_shape::FailureReport::new(group))?;
                    }
                    Format::Text => {
                        text::group(group)
                            .iter()
                            .try_for_each(|line| line.write(&mut self.out, self.page))?;
                        Line::new(0, 0).write(&mut self.out, self.page)?;
                    }
                }
            }
            self.out.flush()?;
        }
        Ok(())
    }
}
