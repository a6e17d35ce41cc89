//! What a file says about itself: names, versions, dates, codes.
//!
//! Descriptive facts never take part in a verdict. They help a reader to recognise the subject and help to
//! find its product in a catalog. Anything that goes wrong here means "no such information", nothing more:
//! every failure is a value of [`DescribeError`] or an entry of an `unread` list.
//!
//! Text is kept as it was read (what cannot be decoded becomes U+FFFD) and cut at
//! [`Limits::text_bytes`](crate::limits::Limits::text_bytes). It comes from strangers and may hold control
//! characters; making it harmless is the business of whoever prints it.

mod bytes;
pub mod msi;
pub mod pe;
#[cfg(test)]
mod robustness;

pub use msi::{
    InstallerDescription, InstallerKind, PatchDescription, PatchMetadata, ProductProperties,
    SummaryInformation, describe_installer,
};
pub use pe::{PeDescription, PeKind, VersionInformation, describe_pe};

use crate::problem::{Problem, ProblemKind};
use crate::subject::ReadError;

/// Why a description, or a part of one, could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DescribeError {
    /// The compound file is damaged.
    #[error("the compound file cannot be read: {0}")]
    Compound(Problem),
    /// A structure breaks its own rules.
    #[error("{structure}: {problem}")]
    Damaged {
        /// The structure, by the name its specification gives it.
        structure: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The bytes are of another kind.
    #[error("not {0}")]
    NotA(&'static str),
    /// The bytes could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// More would have to be read than the bound allows.
    #[error("{structure} has {size} bytes or entries, more than the limit of {limit}")]
    TooLarge {
        /// The structure, by the name its specification gives it.
        structure: &'static str,
        /// Its size.
        size: u64,
        /// The bound.
        limit: u64,
    },
}

impl From<DescribeError> for Problem {
    /// Where members are looked for, what "no more information" is elsewhere is a problem.
    fn from(error: DescribeError) -> Problem {
        let kind = match error {
            DescribeError::Compound(problem) => return problem,
            DescribeError::Read(error) => return error.into(),
            DescribeError::TooLarge { .. } => ProblemKind::LimitReached,
            DescribeError::Damaged { .. } | DescribeError::NotA(_) => ProblemKind::Malformed,
        };
        Problem::new(kind, error.to_string())
    }
}

fn damaged(structure: &'static str, problem: impl Into<String>) -> DescribeError {
    DescribeError::Damaged { structure, problem: problem.into() }
}

/// Keeps a part that was read, or notes why it was not. A part that is merely absent is not noted.
fn keep<T>(part: Result<Option<T>, DescribeError>, unread: &mut Vec<String>) -> Option<T> {
    part.unwrap_or_else(|error| {
        unread.push(error.to_string());
        None
    })
}

/// Cuts text at a character boundary.
fn clip(mut text: String, limit: usize) -> String {
    text.truncate(text.floor_char_boundary(limit));
    text
}
