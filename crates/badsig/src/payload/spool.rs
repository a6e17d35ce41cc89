//! Keeping the bytes of a member while it is judged: in memory when it is small, in a file without a name when
//! it is large. Such a file is gone when badsig ends, however it ends.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::budget::Budget;
use super::member::problem_of;
use crate::hex::Hex;
use crate::limits::{Limits, READ_BUFFER};
use crate::payload::Stop;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, FileSource};

/// A member's bytes and their SHA-256.
pub(super) struct Spooled {
    pub(super) source: Arc<dyn ByteSource>,
    pub(super) sha256: Hex,
}

/// Reads a member to its end; `head` is what was read of it already.
///
/// # Errors
/// What is wrong with the container, or [`Stop::Enough`] when the budget is spent.
pub(super) fn spool(
    head: Vec<u8>,
    reader: &mut dyn Read,
    size: Option<u64>,
    limits: &Limits,
    budget: &mut Budget<'_>,
) -> Result<Spooled, Stop> {
    let mut hasher = Sha256::new();
    hasher.update(&head);
    let expected = size.unwrap_or(0).min(limits.spool_memory);
    let mut store = Store::Memory(head);
    store.reserve(expected);
    let mut buffer = vec![0; READ_BUFFER];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(problem_of(error).into()),
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        budget.bytes(u64::try_from(count).unwrap_or(u64::MAX))?;
        hasher.update(bytes);
        store = store.with(bytes, limits).map_err(|error| not_put_aside(&error))?;
    }
    let source = store.finish().map_err(|error| not_put_aside(&error))?;
    Ok(Spooled { source, sha256: Hex(hasher.finalize().to_vec()) })
}

fn not_put_aside(error: &std::io::Error) -> Problem {
    let message = format!(
        "it cannot be put aside in a temporary file: {error} (--temporary-directory names another place)"
    );
    Problem::new(ProblemKind::Unreadable, message)
}

enum Store {
    Memory(Vec<u8>),
    File(File),
}

impl Store {
    fn reserve(&mut self, bytes: u64) {
        if let Store::Memory(memory) = self {
            memory.reserve_exact(usize::try_from(bytes).unwrap_or(0).saturating_sub(memory.len()));
        }
    }

    fn with(self, bytes: &[u8], limits: &Limits) -> std::io::Result<Store> {
        match self {
            Store::Memory(mut memory) => {
                let length = memory.len().saturating_add(bytes.len());
                if u64::try_from(length).unwrap_or(u64::MAX) <= limits.spool_memory {
                    memory.extend_from_slice(bytes);
                    return Ok(Store::Memory(memory));
                }
                let mut file = match &limits.temporary_directory {
                    Some(directory) => tempfile::tempfile_in(directory)?,
                    None => tempfile::tempfile()?,
                };
                file.write_all(&memory)?;
                file.write_all(bytes)?;
                Ok(Store::File(file))
            }
            Store::File(mut file) => {
                file.write_all(bytes)?;
                Ok(Store::File(file))
            }
        }
    }

    fn finish(self) -> std::io::Result<Arc<dyn ByteSource>> {
        Ok(match self {
            Store::Memory(memory) => Arc::new(memory),
            Store::File(mut file) => {
                file.seek(SeekFrom::Start(0))?;
                Arc::new(FileSource::of(file)?)
            }
        })
    }
}
