//! What kept a subject from being read completely, with the place and the numbers.

use serde::{Deserialize, Serialize};

use crate::subject::ReadError;

/// Something that could not be read. A subject with one is *undecided* unless the problem concerns its
/// signature alone; it is never publishable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{message}")]
pub struct Problem {
    /// What sort of problem it is.
    pub kind: ProblemKind,
    /// What happened and where, for people.
    pub message: String,
    /// Offset in the file, in bytes, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// Sorts of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// The operating system did not give the bytes.
    Unreadable,
    /// The file changed while it was read.
    Changed,
    /// The bytes are of no format that badsig judges.
    UnknownFormat,
    /// The file ends before its own headers say it does.
    Truncated,
    /// The file contradicts its format.
    Malformed,
    /// A bound of [`crate::limits::Limits`] was reached.
    LimitReached,
    /// The bytes are in a form that badsig recognises and does not read.
    NotSupported,
    /// A file that is named is not there: an external cabinet, a payload of a bundle.
    NotThere,
}

impl Problem {
    /// A problem without a place.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Problem {
        Problem { kind, message: message.into(), offset: None }
    }

    /// A problem at an offset of the file.
    pub fn at(kind: ProblemKind, offset: u64, message: impl Into<String>) -> Problem {
        Problem { kind, message: message.into(), offset: Some(offset) }
    }

    /// The file contradicts its format at `offset`.
    pub fn malformed(offset: u64, message: impl Into<String>) -> Problem {
        Problem::at(ProblemKind::Malformed, offset, message)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Problem {
        let (kind, offset) = match &error {
            ReadError::Ends { offset, .. } => (ProblemKind::Truncated, Some(*offset)),
            ReadError::TooLarge { offset, .. } => (ProblemKind::LimitReached, Some(*offset)),
            ReadError::TooManyNames { .. } => (ProblemKind::LimitReached, None),
            ReadError::Changed { .. } => (ProblemKind::Changed, None),
            ReadError::Io { offset, .. } => (ProblemKind::Unreadable, Some(*offset)),
            ReadError::NotAFile { .. } | ReadError::Open(_) => (ProblemKind::Unreadable, None),
        };
        Problem { kind, message: error.to_string(), offset }
    }
}
