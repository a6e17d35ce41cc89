//! Whose a file is: what other users can write is not believed.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;

/// May write: everybody.
const OTHERS_WRITE: u32 = 0o002;

/// The user that badsig runs as: whose a new file is or, where none can be made (a container without a place for them), its
/// entry among the processes of Linux.
pub(crate) fn own_user() -> io::Result<u32> {
    let made = tempfile::tempfile().and_then(|file| file.metadata());
    Ok(made.or_else(|error| std::fs::metadata("/proc/self").map_err(|_| error))?.uid())
}

/// The user that something belongs to.
pub(crate) fn of(metadata: &Metadata) -> u32 {
    metadata.uid()
}

/// Whether everybody may write.
pub(crate) fn others_may_write(metadata: &Metadata) -> bool {
    metadata.mode() & OTHERS_WRITE != 0
}
