//! Records become failures: what one thread says of one file belongs together.

use std::collections::HashMap;

use super::event::Event;
use super::failure::{Code, Failure, LogLine, Stage, kept};
use super::message::file_name;
use super::record::{Record, Stamp};
use super::{SHOWN_LINES, THREADS, TOGETHER_SECONDS};
use crate::codes::status_messages::{self, BADSIG, FAIL, TRUST_FAIL};

/// The number of the status message for a catalog whose signature was not accepted.
const CATALOG_SIGNATURE: u32 = 11508;
/// .NET's InvalidOperationException, which WSUS throws when it does not take content.
const INVALID_OPERATION: u32 = 0x8013_1509;

/// Reads the records of one log, or of the parts of one rotated log, the oldest first.
#[derive(Default)]
pub struct Analyst {
    threads: HashMap<String, Thread>,
    /// The thread of the record before, which lines without one belong to.
    latest: String,
    finished: Vec<Failure>,
    passed: u64,
    other_errors: u64,
}

/// What one thread is about.
#[derive(Default)]
struct Thread {
    update: Option<String>,
    title: Option<String>,
    url: Option<String>,
    path: Option<String>,
    /// Lines about the subject before anything failed.
    before: Vec<LogLine>,
    open: Option<Failure>,
}

/// A record with where it stands.
pub(super) struct Place<'a> {
    pub(super) log: &'a str,
    pub(super) line: u64,
}

impl Analyst {
    /// Failures that are complete, in the order in which they were completed.
    pub fn take(&mut self) -> Vec<Failure> {
        std::mem::take(&mut self.finished)
    }

    /// Completes every failure: the log has ended, or nothing was added to it for a while.
    pub fn settle(&mut self) {
        let mut threads: Vec<&mut Thread> = self.threads.values_mut().collect();
        threads.sort_by_key(|thread| {
            thread.open.as_ref().and_then(|open| open.lines.first()).map(|line| line.line)
        });
        for thread in threads {
            self.finished.extend(thread.open.take());
        }
    }

    /// Files whose signature the agent accepted.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    /// Lines that a log marks as errors and that belong to no failure told here.
    pub fn other_errors(&self) -> u64 {
        self.other_errors
    }

    #[allow(clippy::map_entry, reason = "a key is only copied where it is new")]
    pub(super) fn record(&mut self, record: &Record<'_>, place: &Place<'_>) {
        let Some(event) = Event::of(record) else { return };
        if event == Event::OtherError {
            self.other_errors = self.other_errors.saturating_add(1);
            return;
        }
        if let Event::CheckPassed { .. } = event {
            self.passed = self.passed.saturating_add(1);
        }
        if !record.thread.is_empty() {
            self.latest.clear();
            self.latest.push_str(record.component);
            self.latest.push('\n');
            self.latest.push_str(record.thread);
        }
        if self.threads.len() >= THREADS && !self.threads.contains_key(&self.latest) {
            self.settle();
            self.threads.clear();
        }
        if !self.threads.contains_key(&self.latest) {
            self.threads.insert(self.latest.clone(), Thread::default());
        }
        let Some(thread) = self.threads.get_mut(&self.latest) else { return };
        let mut said = Said { record, place, event: &event, thread, finished: &mut self.finished };
        said.apply();
    }
}

/// One event on its thread.
struct Said<'a> {
    record: &'a Record<'a>,
    place: &'a Place<'a>,
    event: &'a Event<'a>,
    thread: &'a mut Thread,
    finished: &'a mut Vec<Failure>,
}

impl Said<'_> {
    fn apply(&mut self) {
        match *self.event {
            Event::Downloaded { update, url, path } => self.downloaded(update, url, path),
            Event::Address(url) => {
                self.new_subject();
                self.thread.url = Some(kept(url));
                self.context();
            }
            Event::Examining(path) | Event::LooksSigned(path) => {
                self.about(path);
                self.context();
            }
            Event::Title { title, update } => self.titled(title, update),
            Event::CheckPassed { .. } | Event::Publishing => {
                self.close();
                self.context();
            }
            Event::NotSigned(path) => {
                self.about(path);
                self.failure(Code::Message(BADSIG.to_owned()));
            }
            Event::CheckFailed { update, .. } => {
                self.of_update(update);
                match &self.thread.open {
                    Some(_) => self.line(),
                    None => self.failure(Code::Message(FAIL.to_owned())),
                }
            }
            Event::CertificateBlocked(thumbprint) => {
                self.failure(Code::Message(TRUST_FAIL.to_owned()));
                self.certificate(thumbprint);
            }
            Event::CertificateNotApproved(thumbprint) => {
                self.new_subject();
                self.failure(Code::Number(CATALOG_SIGNATURE));
                self.certificate(thumbprint);
                self.stage(Stage::Catalog);
            }
            Event::Status(name) => self.status(&name.replace('\\', "")),
            Event::StatusNumber(id) => self.numbered(id),
            Event::WsusException => {
                self.failure(Code::HResult(INVALID_OPERATION));
                self.stage(Stage::Wsus);
            }
            Event::ExceptionMessage(_) => {
                if self.thread.open.is_some() {
                    self.line();
                }
            }
            Event::Failed { code, path, update } => {
                if let Some(path) = path {
                    self.about(path);
                }
                self.of_update(update);
                self.coded(Code::HResult(code));
            }
            Event::PatchExit { code, path } => {
                if let Some(path) = path {
                    self.about(path);
                }
                self.coded(Code::PatchExit(code));
            }
            Event::Final { code } => {
                self.coded(Code::HResult(code));
                self.close();
            }
            Event::OtherError => {}
        }
    }

    fn downloaded(&mut self, update: Option<&str>, url: &str, path: &str) {
        self.new_subject();
        self.thread.update = update.map(kept);
        self.thread.url = Some(kept(url));
        self.about(path);
        self.context();
    }

    fn titled(&mut self, title: &str, update: Option<&str>) {
        if update.is_some() {
            self.new_subject();
            self.thread.update = update.map(kept);
        }
        self.thread.title = Some(kept(title)).filter(|title| !title.is_empty());
    }

    /// A file other than the one before begins something new.
    fn about(&mut self, path: &str) {
        let same = self.thread.path.as_deref().is_some_and(|known| file_name(known) == file_name(path));
        if self.thread.path.is_some() && !same && !path.is_empty() {
            let title = self.thread.title.take();
            self.new_subject();
            self.thread.title = title;
        }
        if !path.is_empty() {
            self.thread.path = Some(kept(path));
            if let Some(open) = &mut self.thread.open {
                open.file.get_or_insert_with(|| kept(file_name(path)));
            }
        }
    }

    /// An update other than the one before begins something new.
    fn of_update(&mut self, update: Option<&str>) {
        let Some(update) = update else { return };
        if self.thread.update.as_deref().is_some_and(|known| !known.eq_ignore_ascii_case(update)) {
            self.new_subject();
        }
        self.thread.update = Some(kept(update));
        if let Some(open) = &mut self.thread.open {
            open.update.get_or_insert_with(|| kept(update));
        }
    }

    fn new_subject(&mut self) {
        self.close();
        *self.thread = Thread::default();
    }

    fn close(&mut self) {
        if let Some(open) = self.thread.open.take() {
            self.finished.push(open);
            self.thread.before.clear();
        }
    }

    /// A status message by name. The general one ends what a particular one began.
    fn status(&mut self, name: &str) {
        if status_messages::status_message(name).is_none() && !name.contains("FAIL") {
            return;
        }
        if name == FAIL {
            match &self.thread.open {
                Some(_) => self.line(),
                None => self.failure(Code::Message(FAIL.to_owned())),
            }
            self.close();
            return;
        }
        self.named(Code::Message(kept(name)));
    }

    fn numbered(&mut self, id: u32) {
        let code = match status_messages::with_number(id).and_then(|message| message.symbol) {
            Some(symbol) => Code::Message(symbol.to_owned()),
            None => Code::Number(id),
        };
        self.named(code);
        if matches!(id, CATALOG_SIGNATURE | 11523) {
            self.stage(Stage::Catalog);
        }
    }

    /// A status message says better than the lines before it which failure it is.
    fn named(&mut self, code: Code) {
        match &mut self.thread.open {
            Some(open) if matches!(open.code, Code::Message(_)) || open.code == code => {
                open.code = code;
                self.line();
            }
            _ => self.failure(code),
        }
    }

    /// A code by itself: the cause when nothing failed before, else a consequence.
    fn coded(&mut self, code: Code) {
        let now = self.record.stamp().map(|stamp| stamp.seconds);
        let apart = |open: &Failure| match (open.seconds, now) {
            (Some(then), Some(now)) => now.saturating_sub(then).abs() > TOGETHER_SECONDS,
            _ => false,
        };
        if self.thread.open.as_ref().is_some_and(apart) {
            self.close();
        }
        match &mut self.thread.open {
            Some(open) => {
                open.follows(&code);
                self.line();
            }
            None => self.failure(code),
        }
    }

    fn failure(&mut self, code: Code) {
        self.close();
        let thread = &mut *self.thread;
        let mut failure = Failure::new(code, self.place.log);
        failure.update.clone_from(&thread.update);
        failure.title.clone_from(&thread.title);
        failure.url.clone_from(&thread.url);
        failure.file = thread.path.as_deref().or(thread.url.as_deref()).map(|path| kept(file_name(path)));
        failure.component = kept(self.record.component);
        failure.lines = std::mem::take(&mut thread.before);
        failure.stamp(self.record.stamp());
        // What these check is the cabinet that WSUS made, not the vendor's file.
        if [
            "PatchDownloader",
            "WUAHandler",
            "UpdatesDeployment",
            "UpdatesHandler",
            "Software Updates Patch Downloader",
        ]
        .iter()
        .any(|name| self.record.component.eq_ignore_ascii_case(name))
        {
            failure.stage = Stage::Wsus;
        }
        thread.open = Some(failure);
        self.line();
    }

    fn certificate(&mut self, thumbprint: &str) {
        if let Some(open) = &mut self.thread.open {
            open.certificate = Some(kept(thumbprint));
        }
    }

    fn stage(&mut self, stage: Stage) {
        if let Some(open) = &mut self.thread.open {
            open.stage = stage;
        }
    }

    fn context(&mut self) {
        let line = self.log_line();
        if self.thread.before.len() < SHOWN_LINES {
            self.thread.before.push(line);
        }
    }

    fn line(&mut self) {
        let line = self.log_line();
        let stamp: Option<Stamp> = self.record.stamp();
        if let Some(open) = &mut self.thread.open {
            open.stamp(stamp);
            if open.lines.len() < SHOWN_LINES {
                open.lines.push(line);
            }
        }
    }

    fn log_line(&self) -> LogLine {
        LogLine {
            log: self.place.log.to_owned(),
            line: self.place.line,
            text: kept(&self.record.message),
            meaning: self.event.meaning(),
        }
    }
}
