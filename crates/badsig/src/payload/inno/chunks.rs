//! Chunks of the data: some files packed together, unpacked once.

use std::io::{self, BufReader, Read};

use flate2::bufread::ZlibDecoder;
use innospect::records::dataentry::DataChecksum;
use lzma_rust2::Lzma2Reader;

use super::description::WHAT;
use super::filter::{Filter, Form};
use crate::digest::{DigestAlgorithm, Hasher};
use crate::limits::Limits;
use crate::payload::foreign::{SpanReader, Told, problem, skip, walled};
use crate::payload::lzma::{check_dictionary, lzma};
use crate::payload::{Container, Content, Member, Stop, Visitor};
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, read_vec};

/// How chunks are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Zlib,
    Bzip2,
    Lzma,
    Lzma2,
}

/// Files that are packed together.
pub(super) struct Chunk {
    /// Where it starts in the installer.
    pub(super) start: u64,
    /// Its size, packed, without the mark.
    pub(super) size: u64,
    /// `None`: one that is not known.
    pub(super) method: Option<Method>,
    /// Its files, in the order of their offsets.
    pub(super) parts: Vec<Part>,
}

/// A file in a chunk.
pub(super) struct Part {
    pub(super) name: String,
    /// Offset in the unpacked chunk.
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) filter: Option<Form>,
    pub(super) checksum: DataChecksum,
}

/// `ZLIBID`, before every chunk.
const MARK: &[u8; 4] = b"zlb\x1a";

impl Chunk {
    pub(super) fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let opened =
            walled(WHAT, || self.open(&**container.source, container.limits)).and_then(|opened| opened);
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(problem) => return self.unavailable(&self.parts, &problem, visitor),
        };
        let mut told = Told::new(&mut *reader, WHAT);
        let mut position = 0u64;
        let mut before: Option<&Part> = None;
        for (index, part) in self.parts.iter().enumerate() {
            if let Some(same) =
                before.filter(|before| (before.offset, before.size) == (part.offset, part.size))
            {
                let content = Content::SameAs(same.name.clone());
                visitor.member(Member { name: part.name.clone(), size: Some(part.size), content })?;
                continue;
            }
            before = Some(part);
            let Some(gap) = part.offset.checked_sub(position) else {
                let problem = Problem::new(ProblemKind::Malformed, "it shares bytes with another file");
                self.unavailable(std::slice::from_ref(part), &problem, visitor)?;
                continue;
            };
            let given =
                skip(&mut (&mut told).take(gap), visitor).and_then(|()| part.give(&mut told, visitor));
            match given {
                Ok(()) => position = part.offset.saturating_add(part.size),
                Err(Stop::Problem(problem)) => {
                    let rest = self.parts.get(index.saturating_add(1)..).unwrap_or_default();
                    return self.unavailable(rest, &problem, visitor);
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    fn open<'a>(
        &self,
        source: &'a dyn ByteSource,
        limits: &'a Limits,
    ) -> Result<Box<dyn Read + 'a>, Problem> {
        if read_vec(source, self.start, 4, 4)? != MARK {
            return Err(Problem::malformed(
                self.start,
                format!("a chunk of {WHAT} does not start with its mark"),
            ));
        }
        let start = self.start.saturating_add(4);
        let span = start..start.saturating_add(self.size).min(source.size());
        let packed = BufReader::new(SpanReader::new(source, span, limits));
        self.unpack(packed).map_err(|error| problem(WHAT, error))
    }

    fn unpack<'a>(&self, mut packed: BufReader<SpanReader<'a>>) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self.method {
            Some(Method::Stored) => Box::new(packed),
            Some(Method::Zlib) => Box::new(ZlibDecoder::new(packed)),
            Some(Method::Bzip2) => Box::new(bzip2::bufread::BzDecoder::new(packed)),
            Some(Method::Lzma) => Box::new(lzma(packed, WHAT)?),
            Some(Method::Lzma2) => {
                let mut property = [0u8; 1];
                packed.read_exact(&mut property)?;
                let dictionary = crate::payload::archive::lzma2_dictionary(property[0]);
                check_dictionary(dictionary, WHAT).map_err(io::Error::other)?;
                Box::new(Lzma2Reader::new(packed, u32::try_from(dictionary).unwrap_or(u32::MAX), None))
            }
            None => {
                let message = format!("{WHAT} is packed by a method that badsig does not know");
                return Err(io::Error::other(Problem::new(ProblemKind::NotSupported, message)));
            }
        })
    }

    fn unavailable(&self, parts: &[Part], problem: &Problem, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        for part in parts {
            let content = Content::Unavailable(problem.clone());
            visitor.member(Member { name: part.name.clone(), size: Some(part.size), content })?;
        }
        Ok(())
    }
}

impl Part {
    fn give(&self, chunk: &mut dyn Read, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let bytes = chunk.take(self.size);
        let mut reader: Box<dyn Read + '_> = match self.filter {
            Some(form) => Box::new(Filter::new(bytes, form)),
            None => Box::new(bytes),
        };
        let mut checked =
            Checked { inner: &mut *reader, left: self.size, checksum: Checksum::new(&self.checksum) };
        let content = Content::Unpacked(&mut checked);
        visitor.member(Member { name: self.name.clone(), size: Some(self.size), content })?;
        skip(&mut checked, visitor)
    }
}

/// A file whose size and checksum are compared at its end.
struct Checked<'a> {
    inner: &'a mut dyn Read,
    left: u64,
    checksum: Option<Checksum>,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
        if let Some(checksum) = &mut self.checksum {
            checksum.update(buffer.get(..count).unwrap_or_default());
        }
        if count == 0 && !buffer.is_empty() {
            let matches = self.checksum.take().is_none_or(Checksum::matches);
            if self.left > 0 || !matches {
                let what = if matches { "ends early" } else { "does not match its checksum" };
                let message = format!("a file in {WHAT} {what}");
                return Err(io::Error::other(Problem::new(ProblemKind::Malformed, message)));
            }
        }
        Ok(count)
    }
}

/// A checksum and what it should be.
enum Checksum {
    Crc(flate2::Crc, u32),
    Digest(Box<Hasher>, Vec<u8>),
}

impl Checksum {
    fn new(stored: &DataChecksum) -> Option<Checksum> {
        let digest = |algorithm, value: &[u8]| {
            Some(Checksum::Digest(Box::new(Hasher::new(algorithm)), value.to_vec()))
        };
        match stored {
            DataChecksum::Crc32(value) => Some(Checksum::Crc(flate2::Crc::new(), *value)),
            DataChecksum::Md5(value) => digest(DigestAlgorithm::Md5, value),
            DataChecksum::Sha1(value) => digest(DigestAlgorithm::Sha1, value),
            DataChecksum::Sha256(value) => digest(DigestAlgorithm::Sha256, value),
            _ => None,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Checksum::Crc(checksum, _) => checksum.update(bytes),
            Checksum::Digest(hasher, _) => hasher.update(bytes),
        }
    }

    fn matches(self) -> bool {
        match self {
            Checksum::Crc(checksum, stored) => checksum.sum() == stored,
            Checksum::Digest(hasher, stored) => hasher.finish() == stored,
        }
    }
}
