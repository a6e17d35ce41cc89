//! The named members of a catalog, wherever they lie: in a cabinet, or in a directory that it was extracted
//! into.

use std::io::Read;

use crate::problem::Problem;

mod cabinet;
mod directory;

pub use cabinet::CabinetMembers;
pub use directory::DirectoryMembers;

/// Files with names. Names have `/` between their parts and are hostile text: never used as paths by a reader of
/// this trait.
pub trait Members: Send + Sync {
    /// All names, in the order in which the members are stored.
    fn names(&self) -> Vec<String>;

    /// Gives the wanted members to `visit`, in the order in which they are stored, until it says `false`.
    ///
    /// # Errors
    /// A [`Problem`] when the container is damaged, or a member cannot be read.
    fn visit(
        &self,
        wanted: &mut dyn FnMut(&str) -> bool,
        visit: &mut dyn FnMut(&str, &mut dyn Read) -> bool,
    ) -> Result<(), Problem>;
}
