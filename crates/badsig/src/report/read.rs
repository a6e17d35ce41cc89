//! Reading a report again, for its facts: file by file, in memory that does not grow with the number of files.
//!
//! The input is read twice: first for the head and the certificates, which stand behind the files, then for the
//! files. Only the facts are taken; verdicts are never read back. A report is as trustworthy as the place where
//! it was kept: whoever can change it can change what is judged.

use std::io::{Read, Seek};

use serde::Deserialize;

use super::certificates::CertificateTable;
use super::{EvidenceReport, SCHEMA_VERSION, Tool};
use crate::facts::Facts;
use crate::limits::Limits;
use crate::target::Target;

mod error;
mod files;
mod head;
mod input;

pub use error::ReportError;
use files::Files;
use head::HeadVisitor;
use input::Input;

/// A report that was made earlier.
pub struct StoredReport {
    input: Input,
    head: ReportHead,
    certificates: CertificateTable,
}

/// What a report says before its files.
#[derive(Clone, Debug)]
pub struct ReportHead {
    /// What made the report.
    pub tool: Tool,
    /// What it was judged with.
    pub evidence: EvidenceReport,
    /// The targets that decided.
    pub targets: Vec<Target>,
    /// The paths of the files, in their order.
    pub paths: Vec<String>,
}

/// The fields of a report that are read again.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    SchemaVersion,
    Tool,
    Evidence,
    Targets,
    Certificates,
    Files,
    #[serde(other)]
    Other,
}

impl StoredReport {
    /// A report in memory.
    ///
    /// # Errors
    /// [`ReportError`] with the place, when the bytes are no report or one of a later shape.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<StoredReport, ReportError> {
        StoredReport::open(Input::Memory(bytes))
    }

    /// A report in a file. It is read from its start, twice.
    ///
    /// # Errors
    /// As [`StoredReport::from_bytes`], and when it cannot be read.
    pub fn from_reader(reader: impl Read + Seek + 'static) -> Result<StoredReport, ReportError> {
        StoredReport::open(Input::File(Box::new(reader)))
    }

    fn open(mut input: Input) -> Result<StoredReport, ReportError> {
        let (head, certificates) = input.pass(|budget| HeadVisitor { budget })?;
        Ok(StoredReport { input, head, certificates })
    }

    /// What it says before its files.
    pub fn head(&self) -> &ReportHead {
        &self.head
    }

    /// Tells `hear` the facts of every file, in their order.
    ///
    /// # Errors
    /// [`ReportError`] when an entry is damaged, has no facts, or has more than `limits` allow; or the first error
    /// of `hear`.
    pub fn each<E: From<ReportError>>(
        &mut self,
        limits: &Limits,
        mut hear: impl FnMut(Facts) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut stopped = None;
        let certificates = &self.certificates;
        let read = self.input.pass(|budget| Files {
            budget,
            certificates,
            limits,
            hear: &mut hear,
            stopped: &mut stopped,
        });
        match (stopped, read) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(error.into()),
            (None, Ok(())) => Ok(()),
        }
    }
}
