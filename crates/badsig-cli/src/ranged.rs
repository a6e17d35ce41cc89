//! An object of a store as bytes that can be read anywhere: little of it is fetched where little is wanted.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use badsig::problem::{Problem, ProblemKind};
use badsig::subject::ByteSource;
use badsig_fetch::objects::{Object, ObjectStores, ObjectVersion};
use tokio::runtime::{Builder, Runtime};

use crate::args::ConnectionArguments;

/// Bytes that are fetched together: headers and most signatures are smaller.
const BLOCK: u64 = 64 * 1024;
/// Blocks that one request fetches.
const MOST_TOGETHER: u64 = 64;
/// Blocks that are remembered.
const REMEMBERED: usize = 256;

/// One version of an object.
pub(crate) struct Ranged {
    runtime: Runtime,
    object: Object,
    version: ObjectVersion,
    blocks: Mutex<BTreeMap<u64, Vec<u8>>>,
}

impl Ranged {
    /// Asks the store for its size.
    pub(crate) fn open(url: &str, connection: &ConnectionArguments) -> Result<Ranged, Problem> {
        let failed = |why: String| Problem::new(ProblemKind::Unreadable, why);
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(format!("no network on this system: {error}")))?;
        let opened = runtime.block_on(async {
            let object = ObjectStores::new(connection.options()).object(url).await?;
            let version = object.version().await?;
            Ok((object, version))
        });
        let (object, version) =
            opened.map_err(|error: badsig_fetch::FetchError| failed(error.to_string()))?;
        Ok(Ranged { runtime, object, version, blocks: Mutex::default() })
    }

    /// Fetches the block with this number, and those behind it that are wanted as well and not known.
    fn fetch(&self, blocks: &mut BTreeMap<u64, Vec<u8>>, first: u64, last: u64) -> io::Result<()> {
        let known = (first..=last).find(|number| blocks.contains_key(number));
        let end = known.unwrap_or(last.saturating_add(1)).min(first.saturating_add(MOST_TOGETHER));
        let range = first.saturating_mul(BLOCK)..end.saturating_mul(BLOCK).min(self.version.size);
        let read = self.runtime.block_on(self.object.read(&self.version, range));
        let bytes = read.map_err(|error| io::Error::other(error.to_string()))?;
        if blocks.len() > REMEMBERED {
            blocks.clear();
        }
        let size = usize::try_from(BLOCK).unwrap_or(usize::MAX);
        for (number, block) in (first..end).zip(bytes.chunks(size)) {
            blocks.insert(number, block.to_vec());
        }
        Ok(())
    }
}

impl ByteSource for Ranged {
    fn size(&self) -> u64 {
        self.version.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let length = u64::try_from(buffer.len()).unwrap_or(u64::MAX);
        let end = offset.saturating_add(length).min(self.version.size);
        if offset >= end {
            return Ok(0);
        }
        let (first, last) = (offset / BLOCK, end.saturating_sub(1) / BLOCK);
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if !blocks.contains_key(&first) {
            self.fetch(&mut blocks, first, last)?;
        }
        let block = blocks.get(&first).map(Vec::as_slice).unwrap_or_default();
        let within = usize::try_from(offset % BLOCK).unwrap_or(usize::MAX);
        let there = block.get(within..).unwrap_or_default();
        let count = there.len().min(buffer.len());
        match (buffer.get_mut(..count), there.get(..count)) {
            // Fewer bytes than the store promised are an end that nobody expects.
            (Some(into), Some(from)) if count > 0 => into.copy_from_slice(from),
            _ => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
        }
        Ok(count)
    }
}
