//! The one function that hashes a subject: every algorithm that is needed, in one pass where the covered
//! bytes stand in file order, on a second thread when a core is free.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};

use super::{CoveredBytes, DigestAlgorithm, Hasher, Piece};
use crate::limits::{PARALLEL_HASH_FROM, READ_BUFFER};
use crate::subject::{ByteSource, ReadError, read_exact};

/// Digests of one subject.
#[derive(Clone, Debug, Default)]
pub struct SubjectDigests {
    /// Digests of the whole file.
    pub whole: Vec<(DigestAlgorithm, Vec<u8>)>,
    /// Digests of the covered bytes.
    pub covered: Vec<(DigestAlgorithm, Vec<u8>)>,
}

impl SubjectDigests {
    /// The digest of the whole file by one algorithm, if it was asked for.
    pub fn of_whole(&self, algorithm: DigestAlgorithm) -> Option<&[u8]> {
        find(&self.whole, algorithm)
    }

    /// The digest of the covered bytes by one algorithm, if it was asked for.
    pub fn of_covered(&self, algorithm: DigestAlgorithm) -> Option<&[u8]> {
        find(&self.covered, algorithm)
    }
}

fn find(digests: &[(DigestAlgorithm, Vec<u8>)], algorithm: DigestAlgorithm) -> Option<&[u8]> {
    digests.iter().find(|(name, _)| *name == algorithm).map(|(_, digest)| digest.as_slice())
}

/// Hashes the whole of `source` by the algorithms in `whole`, and its covered bytes by those in
/// `covered_by`.
///
/// # Errors
/// [`ReadError`] when bytes cannot be read or the source changed meanwhile.
pub fn hash_subject(
    source: &dyn ByteSource,
    whole: &[DigestAlgorithm],
    covered: &CoveredBytes,
    covered_by: &[DigestAlgorithm],
) -> Result<SubjectDigests, ReadError> {
    check_ranges(source, covered)?;
    let everything = CoveredBytes::whole(source.size());
    let mut streams: Vec<Stream<'_>> =
        whole.iter().map(|algorithm| Stream::new(*algorithm, &everything)).collect();
    let split = streams.len();
    let cores = Cores::enter(source.size());
    if covered.is_in_file_order() {
        streams.extend(covered_by.iter().map(|algorithm| Stream::new(*algorithm, covered)));
        one_pass(source, &mut streams, cores.spare)?;
        let rest = streams.split_off(split.min(streams.len()));
        return Ok(SubjectDigests { whole: finish(streams), covered: finish(rest) });
    }
    let (covered_digests, ()) = both(
        cores.spare,
        || hash_pieces(source, covered, covered_by),
        || one_pass(source, &mut streams, false),
    )?;
    Ok(SubjectDigests { whole: finish(streams), covered: covered_digests })
}

/// Hashes the pieces in their own order, wherever they lie in the file.
///
/// # Errors
/// [`ReadError`] when bytes cannot be read.
pub fn hash_pieces(
    source: &dyn ByteSource,
    covered: &CoveredBytes,
    algorithms: &[DigestAlgorithm],
) -> Result<Vec<(DigestAlgorithm, Vec<u8>)>, ReadError> {
    let mut hashers: Vec<_> = algorithms.iter().map(|name| (*name, Hasher::new(*name))).collect();
    let mut window = Window::default();
    for piece in covered.pieces() {
        match piece {
            Piece::Literal(bytes) => hashers.iter_mut().for_each(|(_, hasher)| hasher.update(bytes)),
            Piece::DigestOf(bytes) => {
                hashers.iter_mut().for_each(|(name, hasher)| hasher.update(&name.digest(bytes)));
            }
            Piece::Range { offset, length } => window.visit(source, *offset, *length, |bytes| {
                hashers.iter_mut().for_each(|(_, hasher)| hasher.update(bytes));
            })?,
        }
    }
    Ok(hashers.into_iter().map(|(name, hasher)| (name, hasher.finish())).collect())
}

fn check_ranges(source: &dyn ByteSource, covered: &CoveredBytes) -> Result<(), ReadError> {
    for piece in covered.pieces() {
        if let Piece::Range { offset, length } = piece {
            let end = offset.saturating_add(*length);
            if end > source.size() {
                let missing = end.saturating_sub(source.size().max(*offset));
                return Err(ReadError::Ends { offset: *offset, missing, size: source.size() });
            }
        }
    }
    Ok(())
}

/// Runs both, side by side when `parallel`.
fn both<A: Send, B: Send>(
    parallel: bool,
    first: impl FnOnce() -> Result<A, ReadError>,
    second: impl FnOnce() -> Result<B, ReadError> + Send,
) -> Result<(A, B), ReadError> {
    if !parallel {
        return Ok((first()?, second()?));
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(second);
        let first = first()?;
        let second = other.join().unwrap_or_else(|_| Err(thread_died()))?;
        Ok((first, second))
    })
}

fn thread_died() -> ReadError {
    ReadError::Changed { what: "the hashing thread ended early".to_owned() }
}

/// One digest fed from the whole file in order.
struct Stream<'a> {
    algorithm: DigestAlgorithm,
    hasher: Hasher,
    pieces: &'a [Piece],
    /// Bytes of the first piece that were already hashed.
    consumed: u64,
}

impl<'a> Stream<'a> {
    fn new(algorithm: DigestAlgorithm, covered: &'a CoveredBytes) -> Stream<'a> {
        Stream { algorithm, hasher: Hasher::new(algorithm), pieces: covered.pieces(), consumed: 0 }
    }

    /// Takes what it covers of `bytes`, which stand at `position` of the file.
    fn feed(&mut self, position: u64, bytes: &[u8]) {
        let end = position.saturating_add(bytes.len().try_into().unwrap_or(u64::MAX));
        while let Some((piece, later)) = self.pieces.split_first() {
            match piece {
                Piece::Literal(literal) => self.hasher.update(literal),
                Piece::DigestOf(bytes) => self.hasher.update(&self.algorithm.digest(bytes)),
                Piece::Range { offset, length } => {
                    let start = offset.saturating_add(self.consumed);
                    if start >= end {
                        return;
                    }
                    let stop = offset.saturating_add(*length).min(end);
                    self.hasher.update(part(bytes, position, start, stop));
                    self.consumed = stop.saturating_sub(*offset);
                    if self.consumed < *length {
                        return;
                    }
                }
            }
            self.consumed = 0;
            self.pieces = later;
        }
    }

    /// Relative cost per byte: SHA-1 and SHA-256 have processor instructions, the others do not.
    fn cost(&self) -> usize {
        match self.algorithm {
            DigestAlgorithm::Sha1 | DigestAlgorithm::Sha256 => 1,
            DigestAlgorithm::Md5 | DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512 => 3,
        }
    }
}

fn part(bytes: &[u8], position: u64, start: u64, stop: u64) -> &[u8] {
    let from = usize::try_from(start.saturating_sub(position)).unwrap_or(usize::MAX);
    let to = usize::try_from(stop.saturating_sub(position)).unwrap_or(usize::MAX);
    bytes.get(from..to).unwrap_or_default()
}

fn finish(streams: Vec<Stream<'_>>) -> Vec<(DigestAlgorithm, Vec<u8>)> {
    streams
        .into_iter()
        .map(|mut stream| {
            // Literals after the last range (padding) are still to come; ranges were checked beforehand.
            stream.feed(u64::MAX, &[]);
            (stream.algorithm, stream.hasher.finish())
        })
        .collect()
}

/// Reads the file once, from its first byte to its last, and feeds every stream.
fn one_pass(source: &dyn ByteSource, streams: &mut [Stream<'_>], parallel: bool) -> Result<(), ReadError> {
    if streams.is_empty() {
        return Ok(());
    }
    if !parallel || streams.len() < 2 {
        return read_through(source, |position, bytes| {
            streams.iter_mut().for_each(|stream| stream.feed(position, bytes));
        });
    }
    let (mine, theirs) = share_out(streams);
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(1);
        let worker = scope.spawn(move || feed_from(receiver, theirs));
        let result = read_shared(source, mine, sender);
        if worker.join().is_err() {
            return Err(thread_died());
        }
        result
    })
}

/// Splits the streams into two groups of about the same cost.
fn share_out<'s, 'a>(streams: &'s mut [Stream<'a>]) -> (Vec<&'s mut Stream<'a>>, Vec<&'s mut Stream<'a>>) {
    let mut groups = (Vec::new(), Vec::new());
    let mut costs = (0usize, 0usize);
    for stream in streams {
        if costs.0 <= costs.1 {
            costs.0 = costs.0.saturating_add(stream.cost());
            groups.0.push(stream);
        } else {
            costs.1 = costs.1.saturating_add(stream.cost());
            groups.1.push(stream);
        }
    }
    groups
}

type Chunk = (u64, Arc<Vec<u8>>, usize);

fn feed_from(receiver: Receiver<Chunk>, mut streams: Vec<&mut Stream<'_>>) {
    for (position, buffer, length) in receiver {
        let bytes = buffer.get(..length).unwrap_or_default();
        streams.iter_mut().for_each(|stream| stream.feed(position, bytes));
    }
}

/// Reads the file and hashes one group while the other thread hashes the same buffers for its own.
fn read_shared(
    source: &dyn ByteSource,
    mut streams: Vec<&mut Stream<'_>>,
    sender: SyncSender<Chunk>,
) -> Result<(), ReadError> {
    // The other thread holds at most two buffers (one in work, one waiting), so that one of four is free.
    let mut ring: Vec<Arc<Vec<u8>>> = (0..4).map(|_| Arc::new(vec![0; READ_BUFFER])).collect();
    let mut position = 0u64;
    while position < source.size() {
        let mut buffer = take_free(&mut ring);
        let length = next_length(source, position);
        if let Some(target) = Arc::get_mut(&mut buffer).and_then(|bytes| bytes.get_mut(..length)) {
            read_exact(source, position, target)?;
        }
        if sender.send((position, Arc::clone(&buffer), length)).is_err() {
            return Err(thread_died());
        }
        let bytes = buffer.get(..length).unwrap_or_default();
        streams.iter_mut().for_each(|stream| stream.feed(position, bytes));
        ring.push(buffer);
        position = position.saturating_add(length.try_into().unwrap_or(u64::MAX));
    }
    Ok(())
}

fn take_free(ring: &mut Vec<Arc<Vec<u8>>>) -> Arc<Vec<u8>> {
    match ring.iter_mut().position(|buffer| Arc::get_mut(buffer).is_some()) {
        Some(index) => ring.swap_remove(index),
        None => Arc::new(vec![0; READ_BUFFER]),
    }
}

fn next_length(source: &dyn ByteSource, position: u64) -> usize {
    usize::try_from(source.size().saturating_sub(position)).unwrap_or(usize::MAX).min(READ_BUFFER)
}

/// Reads the file from its first byte to its last.
fn read_through(source: &dyn ByteSource, mut take: impl FnMut(u64, &[u8])) -> Result<(), ReadError> {
    let mut buffer = vec![0; next_length(source, 0)];
    let mut position = 0u64;
    while position < source.size() {
        let length = next_length(source, position);
        let Some(target) = buffer.get_mut(..length) else { break };
        read_exact(source, position, target)?;
        take(position, target);
        position = position.saturating_add(length.try_into().unwrap_or(u64::MAX));
    }
    Ok(())
}

/// Reads runs at any offset; short ones that are neighbours come from one read.
#[derive(Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
    large: Vec<u8>,
}

/// Bytes read around a short run: one page, so that a file of scattered runs cannot multiply the work.
const WINDOW: u64 = 4096;

impl Window {
    fn visit(
        &mut self,
        source: &dyn ByteSource,
        offset: u64,
        length: u64,
        mut take: impl FnMut(&[u8]),
    ) -> Result<(), ReadError> {
        if length <= WINDOW {
            take(self.short(source, offset, length)?);
            return Ok(());
        }
        let mut position = offset;
        let end = offset.saturating_add(length);
        while position < end {
            let count = usize::try_from(end.saturating_sub(position)).unwrap_or(usize::MAX).min(READ_BUFFER);
            self.large.resize(READ_BUFFER, 0);
            let Some(target) = self.large.get_mut(..count) else { break };
            read_exact(source, position, target)?;
            take(target);
            position = position.saturating_add(count.try_into().unwrap_or(u64::MAX));
        }
        Ok(())
    }

    fn short(&mut self, source: &dyn ByteSource, offset: u64, length: u64) -> Result<&[u8], ReadError> {
        let end = offset.saturating_add(length);
        let have = self.start.saturating_add(self.bytes.len().try_into().unwrap_or(u64::MAX));
        if offset < self.start || end > have {
            let count = source.size().saturating_sub(offset).min(WINDOW).max(length);
            self.bytes.resize(usize::try_from(count).unwrap_or(0), 0);
            self.start = offset;
            read_exact(source, offset, &mut self.bytes)?;
        }
        Ok(part(&self.bytes, self.start, offset, end))
    }
}

/// Hashing threads of this process, so that a second thread is started only when a core is free for it.
static HASHING: AtomicUsize = AtomicUsize::new(0);

struct Cores {
    spare: bool,
    taken: usize,
}

impl Cores {
    fn enter(size: u64) -> Cores {
        static CORES: OnceLock<usize> = OnceLock::new();
        let cores = *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, |n| n.get()));
        let busy = HASHING.fetch_add(1, Ordering::Relaxed);
        let spare = size >= PARALLEL_HASH_FROM && busy.saturating_add(2) <= cores;
        if spare {
            HASHING.fetch_add(1, Ordering::Relaxed);
        }
        Cores { spare, taken: if spare { 2 } else { 1 } }
    }
}

impl Drop for Cores {
    fn drop(&mut self) {
        HASHING.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(length: usize) -> Vec<u8> {
        (0..length).map(|index| u8::try_from(index.wrapping_mul(31) % 251).unwrap()).collect()
    }

    fn plain(bytes: &[u8], covered: &CoveredBytes) -> Vec<u8> {
        let mut all = Vec::new();
        for piece in covered.pieces() {
            match piece {
                Piece::Range { offset, length } => {
                    let start = usize::try_from(*offset).unwrap();
                    all.extend(&bytes[start..start + usize::try_from(*length).unwrap()]);
                }
                Piece::Literal(literal) => all.extend(literal.iter()),
                Piece::DigestOf(bytes) => all.extend(DigestAlgorithm::Sha256.digest(bytes)),
            }
        }
        DigestAlgorithm::Sha256.digest(&all)
    }

    /// Small and large sources, one thread and two, in order and out of order: always the digest of the
    /// same bytes put one after the other.
    #[test]
    fn every_way_gives_the_digest_of_the_concatenation() {
        for length in [100, 4096, READ_BUFFER + 7, 2_000_003] {
            let bytes = sample(length);
            let end = u64::try_from(length).unwrap();
            let mut ordered = CoveredBytes::new();
            ordered.push_range(0, 60);
            ordered.push_range(64, end - 10);
            ordered.push_literal(&[0; 5]);
            let mut shuffled = CoveredBytes::new();
            shuffled.push_range(64, end);
            shuffled.push_literal(b"class");
            shuffled.push_range(0, 60);
            for covered in [ordered, shuffled] {
                let digests =
                    hash_subject(&bytes, &[DigestAlgorithm::Sha256], &covered, &[DigestAlgorithm::Sha256])
                        .unwrap();
                let whole = DigestAlgorithm::Sha256.digest(&bytes);
                assert_eq!(digests.of_whole(DigestAlgorithm::Sha256).unwrap(), whole);
                assert_eq!(digests.of_covered(DigestAlgorithm::Sha256).unwrap(), plain(&bytes, &covered));
            }
        }
    }

    #[test]
    fn a_range_past_the_end_is_an_error() {
        let mut covered = CoveredBytes::new();
        covered.push_range(0, 101);
        let error = hash_subject(&sample(100), &[], &covered, &[DigestAlgorithm::Sha1]).unwrap_err();
        assert!(matches!(error, ReadError::Ends { missing: 1, .. }), "{error}");
    }
}
