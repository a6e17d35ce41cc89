//! Members, and who visits them.

use std::io::Read;
use std::sync::Arc;

use crate::problem::Problem;
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

/// The bytes of a member.
pub enum Content<'a> {
    /// Stored as they are: readable at any offset, without a copy.
    Stored(Arc<dyn ByteSource>),
    /// Unpacked while they are read, once, from the start. The visitor need not read to the end. An error of
    /// the reader carries what is wrong with the container.
    Unpacked(&'a mut dyn Read),
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

    /// Pays for `bytes` bytes that were unpacked, also for those that nobody reads: a folder of a cabinet is
    /// unpacked as a whole. Readers in [`Content::Unpacked`] need not pay for what the visitor reads from
    /// them, if the kind pays when it unpacks.
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
