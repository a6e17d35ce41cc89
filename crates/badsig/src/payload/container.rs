//! The file that is opened.

use std::sync::Arc;

use crate::format::Format;
use crate::limits::Limits;
use crate::subject::{ByteSource, Siblings};

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
