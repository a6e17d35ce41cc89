//! Members, and who visits them.

use std::io::{self, Read};
use std::sync::Arc;

use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// One member of a container.
pub struct Member<'a> {
    /// Its name as the container states it, with `/` between parts. Hostile text: to be shown escaped, never
    /// to be used as a path.
    pub name: String,
    /// Its size in bytes as the container states it, when it does.
    pub size: Option<u64>,
    /// Its bytes.
    pub content: Content<'a>,
}

impl Member<'_> {
    /// Its size: as the container states it, or as it is stored.
    pub(super) fn stated_size(&self) -> Option<u64> {
        match &self.content {
            Content::Stored(source) => Some(source.size()),
            _ => self.size,
        }
    }
}

/// The bytes of a member.
pub enum Content<'a> {
    /// Stored as they are: readable at any offset, without a copy.
    Stored(Arc<dyn ByteSource>),
    /// Unpacked while they are read, once, from the start. The visitor need not read to the end. An error of
    /// the reader carries what is wrong with the container.
    Unpacked(&'a mut dyn Read),
    /// The same bytes as those of the member with this name, which was given before in the same visit.
    SameAs(String),
    /// Not to be had: why.
    Unavailable(Problem),
}

/// Who visits the members of a container.
pub trait Visitor {
    /// Takes one member.
    ///
    /// # Errors
    /// [`Stop`] when the visit is to end here.
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop>;

    /// Pays for `bytes` bytes that were unpacked and that the visitor did not read itself: the rest of a
    /// member that it left, gaps between members. What it reads from [`Content::Unpacked`] it counts itself.
    ///
    /// # Errors
    /// [`Stop`] when the budget is spent; the kind ends the visit.
    fn unpacked(&mut self, bytes: u64) -> Result<(), Stop>;
}

/// Why a visit ended early.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The container is damaged, or cannot be read on.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The visitor has seen enough; it knows why.
    #[error("the visit was ended by the visitor")]
    Enough,
}

/// What is wrong, from an error of a reader in [`Content::Unpacked`]. Kinds put a [`Problem`] into
/// [`io::Error::other`].
pub fn problem_of(error: io::Error) -> Problem {
    error
        .downcast::<Problem>()
        .unwrap_or_else(|error| Problem::new(ProblemKind::Unreadable, error.to_string()))
}
