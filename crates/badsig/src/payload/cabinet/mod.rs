//! Cabinets (MS-CAB): stored, MSZIP and LZX folders, sets of several volumes.
//!
//! Every folder is unpacked once, from its start, in one pass; files are given in the order in which they lie
//! in their folders. Checksums of blocks are verified. Folders that packed with Quantum are recognised and not
//! opened. Folders may not share blocks, and files may not share a part of their bytes (two entries for
//! exactly the same bytes are common and fine), so that the work grows with the size of the file and what it
//! unpacks to, whatever the lists claim.
//!
//! A set is read from its first volume on, the others being files beside it; a later volume by itself gives
//! the files that begin in it. Those that begin in a volume before are left to that one where it is beside it and says that it
//! goes on here; otherwise they cannot be read.

mod blocks;
mod cursor;
mod folder;
mod header;
mod lzx;
mod set;
mod unpack;
mod visit;

use std::io::Read;
use std::sync::Arc;

use self::set::Set;
use super::{Container, Found, Kind, Member, NoSiblings, Payload, Siblings, Stop, Visitor};
use crate::format::Format;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// Cabinets as a kind of payload.
pub const KIND: Kind = Kind { name: "cabinet", title: "cabinet", recognise };

fn recognise(container: &Container<'_>) -> Option<Found> {
    if !matches!(container.format, Format::Cab | Format::Msu) {
        return None;
    }
    Some(match Cabinet::open_with(container.source, container.siblings, container.limits) {
        Err(problem) => Found::Damaged(problem),
        Ok(cabinet) => Found::Payload(Box::new(cabinet)),
    })
}

/// An opened cabinet, with the volumes that follow it.
pub struct Cabinet {
    set: Set,
    /// The volume before, by its file name, where that one goes on in this one.
    previous: Option<String>,
}

/// A file that a cabinet lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name, with `/` between parts. Hostile text: never to be used as a path.
    pub name: &'a str,
    /// Its size in bytes.
    pub size: u64,
}

impl Cabinet {
    /// Reads the lists of a cabinet that stands alone.
    ///
    /// # Errors
    /// A [`Problem`] with field and offset when they are damaged or too long.
    pub fn open(source: &Arc<dyn ByteSource>, limits: &Limits) -> Result<Cabinet, Problem> {
        Cabinet::open_with(source, &NoSiblings, limits)
    }

    /// Reads the lists of a cabinet and of the volumes that follow it.
    ///
    /// # Errors
    /// As [`Cabinet::open`].
    pub fn open_with(
        source: &Arc<dyn ByteSource>,
        siblings: &dyn Siblings,
        limits: &Limits,
    ) -> Result<Cabinet, Problem> {
        let (set, previous) = set::open(source, siblings, limits)?;
        Ok(Cabinet { set, previous })
    }

    /// The files, in the order of the list.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.set.files.iter().map(|file| Entry { name: &file.name, size: file.size })
    }

    /// Gives every file to the visitor, in the order in which they are stored.
    ///
    /// # Errors
    /// [`Stop`] when the visitor ends it. Damage is told with the files that it concerns.
    pub fn visit(&self, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        visit::visit(&self.set, visitor)
    }

    /// Reads the files that `wanted` names into memory, in the order in which they are stored: for small files
    /// of a known kind, such as the lists of a root program or the descriptions in an update catalog.
    ///
    /// # Errors
    /// A [`Problem`] when one of them is damaged, or when they and what is unpacked on the way to them have more
    /// than `at_most` bytes together.
    ///
    /// ```no_run
    /// use std::sync::Arc;
    ///
    /// use badsig::payload::cabinet::Cabinet;
    /// use badsig::subject::{ByteSource, FileSource};
    /// use badsig::Limits;
    ///
    /// let file: Arc<dyn ByteSource> = Arc::new(FileSource::open("authrootstl.cab".as_ref())?);
    /// let cabinet = Cabinet::open(&file, &Limits::default())?;
    /// let lists = cabinet.read(|entry| entry.name == "authroot.stl", 16 * 1024 * 1024)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(
        &self,
        mut wanted: impl FnMut(&Entry<'_>) -> bool,
        at_most: u64,
    ) -> Result<Vec<(String, Vec<u8>)>, Problem> {
        let mut collector = Collector {
            wanted: &mut wanted,
            left: at_most,
            limit: at_most,
            found: Vec::new(),
            problem: None,
        };
        match self.visit(&mut collector) {
            Ok(()) => Ok(collector.found),
            Err(Stop::Problem(problem)) => Err(problem),
            Err(Stop::Enough) => Err(collector.problem.unwrap_or_else(|| too_much(at_most))),
        }
    }
}

fn too_much(limit: u64) -> Problem {
    let message = format!("the cabinet unpacks to more than the limit of {limit} bytes");
    Problem::new(ProblemKind::LimitReached, message)
}

impl Payload for Cabinet {
    fn visit(&self, _: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        Cabinet::visit(self, visitor)
    }

    fn elsewhere(&self) -> Option<String> {
        let previous = self.previous.as_ref()?;
        Some(format!(
            "a later volume of a cabinet set: files that begin in the volume before, {previous}, are read with it"
        ))
    }

    fn names_a_catalog(&self) -> bool {
        self.entries().any(|entry| entry.name.to_ascii_lowercase().ends_with(".cat"))
    }
}

/// Puts files into memory.
struct Collector<'a> {
    wanted: &'a mut dyn FnMut(&Entry<'_>) -> bool,
    left: u64,
    limit: u64,
    found: Vec<(String, Vec<u8>)>,
    problem: Option<Problem>,
}

impl Collector<'_> {
    fn fail(&mut self, problem: Problem) -> Result<(), Stop> {
        self.problem = Some(problem);
        Err(Stop::Enough)
    }
}

impl Visitor for Collector<'_> {
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop> {
        let size = member.size.unwrap_or(0);
        if !(self.wanted)(&Entry { name: &member.name, size }) {
            return Ok(());
        }
        if size > self.left {
            return self.fail(too_much(self.limit));
        }
        self.left = self.left.saturating_sub(size);
        let bytes = match member.content {
            super::Content::Unpacked(reader) => {
                let mut bytes = Vec::new();
                match reader.take(size).read_to_end(&mut bytes) {
                    Ok(_) => bytes,
                    Err(error) => return self.fail(super::problem_of(error)),
                }
            }
            super::Content::SameAs(name) => {
                let same = self.found.iter().find(|(found, _)| *found == name);
                match same {
                    Some((_, bytes)) => bytes.clone(),
                    None => {
                        return self.fail(Problem::new(
                            ProblemKind::NotSupported,
                            format!("{} has the bytes of {name}, which was not asked for", member.name),
                        ));
                    }
                }
            }
            super::Content::Stored(source) => {
                match crate::subject::read_vec(&*source, 0, source.size(), size) {
                    Ok(bytes) => bytes,
                    Err(error) => return self.fail(error.into()),
                }
            }
            super::Content::Unavailable(problem) => return self.fail(problem),
        };
        self.found.push((member.name, bytes));
        Ok(())
    }

    fn unpacked(&mut self, bytes: u64) -> Result<(), Stop> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => self.fail(too_much(self.limit)),
        }
    }
}
