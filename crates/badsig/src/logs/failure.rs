//! One failure that a log tells of.

use serde::Serialize;

use super::TEXT_CHARACTERS;
use super::record::Stamp;
use crate::codes::{self, Explanation, HResult, Kind, status_messages};

/// What failed with what code.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The code that tells the cause.
    pub(super) code: Code,
    /// Codes that followed from it, in the spelling that [`codes::explain`] finds.
    pub consequences: Vec<String>,
    /// The update's id, where the log names one.
    pub update: Option<String>,
    /// The update's title or the package's name.
    pub title: Option<String>,
    /// The name of the file.
    pub file: Option<String>,
    /// The address it came from.
    pub url: Option<String>,
    /// The thumbprint (SHA-1) of the certificate that is meant.
    pub certificate: Option<String>,
    /// What wrote the lines; empty when the log does not say.
    pub component: String,
    /// The log, as it was named.
    pub log: String,
    /// When, by the clock of the computer that wrote the log.
    pub time: Option<String>,
    /// The lines that tell of it.
    pub lines: Vec<LogLine>,
    pub(super) stage: Stage,
    pub(super) seconds: Option<i64>,
}

/// A line of a log with what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// The log, as it was named.
    pub log: String,
    /// Its number in the log, from 1.
    pub line: u64,
    /// The message without component, time and thread; long ones are cut.
    pub text: String,
    /// What it means.
    pub meaning: String,
}

/// What a failure's code is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// A status message by name.
    Message(String),
    /// A status message by number.
    Number(u32),
    /// An HRESULT.
    HResult(u32),
    /// An exit code of the patch agent.
    PatchExit(u32),
}

/// Whose file failed, which decides what badsig could have said beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The vendor's content.
    Content,
    /// The update catalog.
    Catalog,
    /// The cabinet that WSUS made and signed.
    Wsus,
}

impl Code {
    /// The spelling that [`codes::explain`] finds; the number where a message has one.
    pub(super) fn query(&self) -> String {
        match self {
            Code::Message(name) => status_messages::status_message(name)
                .and_then(|message| message.id)
                .map_or_else(|| name.clone(), |id| id.to_string()),
            Code::Number(id) => id.to_string(),
            Code::HResult(code) => HResult(*code).to_string(),
            Code::PatchExit(code) => format!("aexpatch:{code}"),
        }
    }
}

impl Failure {
    /// The code of the cause, in the spelling that [`codes::explain`] finds.
    pub fn code(&self) -> String {
        self.code.query()
    }

    /// What the code means; nothing when badsig does not know it.
    pub fn explanation(&self) -> Option<Explanation> {
        let answers = codes::explain(&self.code()).ok()?;
        let message = |answer: &Explanation| answer.kind == Kind::StatusMessage;
        let wanted = answers.iter().position(|answer| match self.code {
            Code::Message(_) | Code::Number(_) => message(answer),
            Code::HResult(_) => answer.kind.is_hresult(),
            Code::PatchExit(_) => answer.kind == Kind::AexpatchExit,
        });
        answers.into_iter().nth(wanted?)
    }

    pub(super) fn new(code: Code, log: &str) -> Failure {
        Failure {
            code,
            consequences: Vec::new(),
            update: None,
            title: None,
            file: None,
            url: None,
            certificate: None,
            component: String::new(),
            log: log.to_owned(),
            time: None,
            lines: Vec::new(),
            stage: Stage::Content,
            seconds: None,
        }
    }

    pub(super) fn stamp(&mut self, stamp: Option<Stamp>) {
        if self.time.is_none()
            && let Some(stamp) = stamp
        {
            self.time = Some(stamp.text);
            self.seconds = Some(stamp.seconds);
        }
    }

    /// Notes a code that came after; the cause stays the first.
    pub(super) fn follows(&mut self, code: &Code) {
        let query = code.query();
        if *code != self.code && !self.consequences.contains(&query) && self.consequences.len() < 8 {
            self.consequences.push(query);
        }
    }

    /// The bytes of text that it keeps.
    pub(super) fn text_bytes(&self) -> usize {
        let names = [&self.update, &self.title, &self.file, &self.url, &self.certificate];
        let names = names.into_iter().flatten().map(String::len);
        let lines = self.lines.iter().map(|line| line.text.len());
        let code = self.code().len().saturating_mul(2);
        names.chain(lines).chain([code]).fold(self.component.len(), usize::saturating_add)
    }
}

/// Text that is kept, cut to the bound.
pub(super) fn kept(text: &str) -> String {
    match text.char_indices().nth(TEXT_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
