//! The file that is opened, and the files beside it.

use std::sync::Arc;

use crate::format::Format;
use crate::limits::Limits;
use crate::subject::ByteSource;

/// A file that may carry members.
pub struct Container<'a> {
    /// Its bytes. Shared, so that members stored as they are can be read in place.
    pub source: &'a Arc<dyn ByteSource>,
    /// What the bytes are.
    pub format: Format,
    /// The bounds of this run.
    pub limits: &'a Limits,
    /// The files beside it: other volumes of a cabinet set, external cabinets of a Windows Installer package.
    pub siblings: &'a dyn Siblings,
}

/// Files that lie beside a container, found by the name that the container states.
pub trait Siblings {
    /// Opens the file of this name; `None` when there is none. Names are compared as Windows does (upper and
    /// lower case are the same), and a name with path parts never leaves the directory of the container: it
    /// is not found.
    fn open(&self, name: &str) -> Option<Arc<dyn ByteSource>>;
}

/// Nothing lies beside the container, as for members of another container.
pub struct NoSiblings;

impl Siblings for NoSiblings {
    fn open(&self, _: &str) -> Option<Arc<dyn ByteSource>> {
        None
    }
}
