//! Files on servers as bytes that can be read anywhere: little of them is fetched where little is wanted.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use badsig::problem::{Problem, ProblemKind};
use badsig::subject::ByteSource;
use badsig_fetch::ranges::{ByRanges, RangedFile, RangedFiles};
use tokio::runtime::{Builder, Runtime};

use crate::args::ConnectionArguments;

/// Bytes that are fetched together: headers and most signatures are smaller.
const BLOCK: u64 = 64 * 1024;
/// Blocks that one request fetches.
const MOST_TOGETHER: u64 = 64;
/// Blocks that are remembered.
const REMEMBERED: usize = 256;

/// One version of a file on a server.
pub(crate) struct Ranged {
    runtime: Runtime,
    file: Box<RangedFile>,
    blocks: Mutex<BTreeMap<u64, Vec<u8>>>,
    fetched: Arc<AtomicU64>,
}

/// How a file on a server can be read.
pub(crate) enum Opened {
    ByRanges(Ranged),
    /// Only whole; with the reason.
    Whole(&'static str),
}

impl Ranged {
    /// Asks the server for the size of a file and for its first bytes.
    pub(crate) fn open(url: &str, connection: &ConnectionArguments) -> Result<Opened, Problem> {
        let failed = |why: String| Problem::new(ProblemKind::Unreadable, why);
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(format!("no network on this system: {error}")))?;
        let files = RangedFiles::new(connection.options()).map_err(|error| failed(error.to_string()))?;
        let opened = runtime.block_on(files.open(url)).map_err(|error| failed(error.to_string()))?;
        Ok(match opened {
            ByRanges::Yes(file) => {
                let fetched = Arc::new(AtomicU64::new(file.fetched()));
                Opened::ByRanges(Ranged { runtime, file, blocks: Mutex::default(), fetched })
            }
            ByRanges::No(why) => Opened::Whole(why),
        })
    }

    /// Where the bytes that are fetched are counted.
    pub(crate) fn fetched(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.fetched)
    }

    /// Fetches the block with this number, and those behind it that are wanted as well and not known.
    fn fetch(&self, blocks: &mut BTreeMap<u64, Vec<u8>>, first: u64, last: u64) -> io::Result<()> {
        let known = (first..=last).find(|number| blocks.contains_key(number));
        let end = known.unwrap_or(last.saturating_add(1)).min(first.saturating_add(MOST_TOGETHER));
        let range = first.saturating_mul(BLOCK)..end.saturating_mul(BLOCK).min(self.size());
        let came_first = range.end <= self.file.fetched();
        let read = self.runtime.block_on(self.file.read(range));
        let bytes = read.map_err(|error| io::Error::other(error.to_string()))?;
        if !came_first {
            self.fetched.fetch_add(bytes.len().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
        }
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
        self.file.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let length = u64::try_from(buffer.len()).unwrap_or(u64::MAX);
        let end = offset.saturating_add(length).min(self.size());
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
            // Fewer bytes than the server promised are an end that nobody expects.
            (Some(into), Some(from)) if count > 0 => into.copy_from_slice(from),
            _ => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
        }
        Ok(count)
    }
}
