//! Reading a report again, file by file: memory holds one file's entry at a time, and the paths of all.
//!
//! The input is read twice: first for the head and the certificates, which stand behind the files, then for the
//! files. For judging again only the facts are taken, never the verdicts; for showing again, the answers as they are. A
//! report is as trustworthy as the place where it was kept: whoever can change it can change what is judged.

use std::io::{Read, Seek};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::certificates::CertificateTable;
use super::facts::StoredFile;
use super::{EvidenceReport, FileReport, FindingReport, SCHEMA_VERSION, ShardReport, Tool};
use crate::facts::Facts;
use crate::limits::Limits;
use crate::target::Target;
use crate::verdict::Outcome;

mod each;
mod error;
mod head;
mod input;
mod updates;

use each::{Each, Stop};
pub use error::ReportError;
use head::HeadVisitor;
use input::Input;
pub use updates::StoredUpdates;

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
    /// The outcome that it states; `None` when it states none.
    pub verdict: Option<Outcome>,
    /// What it says was not checked.
    pub not_checked: Vec<String>,
    /// What it says is missing of the run.
    pub missing: Vec<String>,
    /// What it says of the run as a whole.
    pub findings: Vec<FindingReport>,
    /// Which part of a run it is.
    pub shard: Option<ShardReport>,
}

/// The fields of a report that are read again.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    SchemaVersion,
    Tool,
    Evidence,
    Targets,
    Verdict,
    NotChecked,
    Missing,
    Findings,
    Shard,
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

    /// The certificates that the facts of its files refer to.
    pub fn certificates(&self) -> &CertificateTable {
        &self.certificates
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
        let certificates = &self.certificates;
        each(&mut self.input, "files", |file: StoredFile| {
            let path = file.path().to_owned();
            let facts = file
                .into_facts(certificates, limits)
                .map_err(|why| Stop::Damaged(format!("files: {path}: {why}")))?;
            hear(facts).map_err(Stop::Heard)
        })
    }

    /// Tells `hear` the answer for every file as it stands in the report, in their order.
    ///
    /// # Errors
    /// [`ReportError`] when an entry is damaged; or the first error of `hear`.
    pub fn each_answer<E: From<ReportError>>(
        &mut self,
        mut hear: impl FnMut(FileReport) -> Result<(), E>,
    ) -> Result<(), E> {
        each(&mut self.input, "files", |file| hear(file).map_err(Stop::Heard))
    }
}

/// Tells `hear` every entry of the list of this name.
fn each<T: DeserializeOwned, E: From<ReportError>>(
    input: &mut Input,
    list: &'static str,
    mut hear: impl FnMut(T) -> Result<(), Stop<E>>,
) -> Result<(), E> {
    let mut stopped = None;
    let read = input.pass(|budget| Each::new(list, budget, &mut hear, &mut stopped));
    match (stopped, read) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(error.into()),
        (None, Ok(())) => Ok(()),
    }
}
