//! Collects all members of a file through the kinds of payload, nested ones too, each with its digest.

#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, dead_code, reason = "test code")]

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use badsig::payload::{Container, Content, KINDS, Member, NoSiblings, Stop, Visitor};
use badsig::subject::{ByteSource, FileSource};
use badsig::{Limits, format};
use sha2::{Digest, Sha256};

/// Members that one look takes.
pub(crate) const MEMBERS: usize = 20_000;
/// Bytes that one look unpacks.
const BYTES: u64 = 256 * 1024 * 1024;
const DEPTH: usize = 4;

/// A member that was found, or a container that could not be read.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: String,
    pub(crate) kind: &'static str,
    pub(crate) sha256: Option<String>,
    pub(crate) problem: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// All members of a file.
pub(crate) fn look_inside(path: &Path, keep: bool) -> Vec<Found> {
    let source: Arc<dyn ByteSource> = Arc::new(FileSource::open(path).unwrap());
    look_into(&source, keep)
}

/// All members of a source; `digests` says whether their digests are wanted.
pub(crate) fn look_into(source: &Arc<dyn ByteSource>, digests: bool) -> Vec<Found> {
    let mut look = Look { found: Vec::new(), left: BYTES, digests };
    look.open(source, "", 0);
    look.found
}

struct Look {
    found: Vec<Found>,
    left: u64,
    digests: bool,
}

impl Look {
    fn open(&mut self, source: &Arc<dyn ByteSource>, path: &str, depth: usize) {
        let limits = Limits::default();
        let format = format::recognise(&**source, &limits).format;
        let container = Container { source, format, limits: &limits, siblings: &NoSiblings };
        for kind in KINDS {
            let problem = match (kind.recognise)(&container) {
                None => continue,
                Some(badsig::payload::Found::Payload(payload)) => {
                    let mut visit = Visit { look: self, path, kind: kind.name, depth };
                    match payload.visit(&container, &mut visit) {
                        Ok(()) => continue,
                        Err(stop) => stop.to_string(),
                    }
                }
                Some(badsig::payload::Found::NotOpened(why)) => format!("not opened: {why}"),
                Some(badsig::payload::Found::Damaged(problem)) => format!("damaged: {problem}"),
            };
            let path = format!("{path} [{}]", kind.name);
            self.found.push(Found {
                path,
                kind: kind.name,
                sha256: None,
                problem: Some(problem),
                bytes: Vec::new(),
            });
        }
    }
}

struct Visit<'a> {
    look: &'a mut Look,
    path: &'a str,
    kind: &'static str,
    depth: usize,
}

impl Visitor for Visit<'_> {
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop> {
        if self.look.found.len() >= MEMBERS {
            return Err(Stop::Enough);
        }
        let path = format!("{}!/{}", self.path, member.name);
        let mut problem = None;
        let bytes = match member.content {
            Content::Stored(source) => {
                let mut bytes = vec![0; usize::try_from(source.size()).unwrap()];
                badsig::subject::read_exact(&*source, 0, &mut bytes).unwrap();
                bytes
            }
            Content::Unpacked(reader) => {
                let mut bytes = Vec::new();
                if let Err(error) = reader.take(self.look.left).read_to_end(&mut bytes) {
                    problem = Some(badsig::payload::problem_of(error).to_string());
                }
                bytes
            }
            Content::SameAs(name) => {
                let other = format!("{}!/{name}", self.path);
                let same = self.look.found.iter().find(|found| found.path == other);
                same.map(|same| same.bytes.clone()).unwrap_or_default()
            }
            Content::Unavailable(why) => {
                problem = Some(why.to_string());
                Vec::new()
            }
        };
        self.unpacked(bytes.size())?;
        let sha256 = (problem.is_none() && self.look.digests)
            .then(|| Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect());
        let nested = problem.is_none() && self.depth < DEPTH;
        let source: Arc<dyn ByteSource> = Arc::new(bytes.clone());
        self.look.found.push(Found { path: path.clone(), kind: self.kind, sha256, problem, bytes });
        if nested {
            self.look.open(&source, &path, self.depth + 1);
        }
        Ok(())
    }

    fn unpacked(&mut self, bytes: u64) -> Result<(), Stop> {
        self.look.left = self.look.left.checked_sub(bytes).filter(|left| *left > 0).ok_or(Stop::Enough)?;
        Ok(())
    }
}
