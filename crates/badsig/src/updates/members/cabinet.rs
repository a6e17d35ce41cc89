//! A catalog in its cabinet, unpacked while it is read and never written to disk.

use std::io::Read;
use std::sync::Arc;

use super::Members;
use crate::limits::{CATALOG_MEMBER_BYTES, Limits};
use crate::payload::cabinet::Cabinet;
use crate::payload::{Content, Member, Stop, Visitor};
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, SourceReader};

/// The files of a cabinet.
pub struct CabinetMembers {
    cabinet: Cabinet,
    /// Bytes that it may unpack to.
    most: u64,
}

impl CabinetMembers {
    /// Reads the lists of a cabinet.
    ///
    /// # Errors
    /// A [`Problem`] when they are damaged.
    pub fn new(source: &Arc<dyn ByteSource>, limits: &Limits) -> Result<CabinetMembers, Problem> {
        let most = limits.unpacked_from(source.size());
        Ok(CabinetMembers { cabinet: Cabinet::open(source, limits)?, most })
    }
}

impl Members for CabinetMembers {
    fn names(&self) -> Vec<String> {
        self.cabinet.entries().map(|entry| entry.name.to_owned()).collect()
    }

    fn visit(
        &self,
        wanted: &mut dyn FnMut(&str) -> bool,
        visit: &mut dyn FnMut(&str, &mut dyn Read) -> bool,
    ) -> Result<(), Problem> {
        let mut pass = Pass { wanted, visit, problem: None, last: None, most: self.most, unpacked: 0 };
        match (self.cabinet.visit(&mut pass), pass.problem) {
            (_, Some(problem)) => Err(problem),
            (Err(Stop::Problem(problem)), None) => Err(problem),
            (Ok(()) | Err(Stop::Enough), None) => Ok(()),
        }
    }
}

/// One visit.
struct Pass<'a> {
    wanted: &'a mut dyn FnMut(&str) -> bool,
    visit: &'a mut dyn FnMut(&str, &mut dyn Read) -> bool,
    problem: Option<Problem>,
    /// The last small member, for one that has the same bytes.
    last: Option<(String, Vec<u8>)>,
    /// Bytes that may be unpacked, and those that were.
    most: u64,
    unpacked: u64,
}

impl Pass<'_> {
    fn fail(&mut self, name: &str, problem: &Problem) -> Stop {
        self.problem = Some(Problem { message: format!("{name}: {problem}"), ..problem.clone() });
        Stop::Enough
    }

    fn give(&mut self, name: &str, content: &mut dyn Read) -> Result<(), Stop> {
        if (self.visit)(name, content) { Ok(()) } else { Err(Stop::Enough) }
    }
}

impl Visitor for Pass<'_> {
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop> {
        if !(self.wanted)(&member.name) {
            return Ok(());
        }
        let small = member.size.is_some_and(|size| size <= CATALOG_MEMBER_BYTES);
        match member.content {
            Content::Unpacked(reader) if small => {
                let mut bytes = Vec::new();
                if let Err(error) = reader.take(CATALOG_MEMBER_BYTES).read_to_end(&mut bytes) {
                    return Err(self.fail(&member.name, &crate::payload::problem_of(error)));
                }
                let (_, bytes) = self.last.insert((member.name.clone(), bytes));
                if (self.visit)(&member.name, &mut bytes.as_slice()) { Ok(()) } else { Err(Stop::Enough) }
            }
            Content::Unpacked(mut reader) => self.give(&member.name, &mut reader),
            Content::Stored(source) => self.give(&member.name, &mut SourceReader::new(&*source)),
            Content::SameAs(other) => match self.last.take() {
                Some((name, bytes)) if name == other => {
                    self.give(&member.name, &mut bytes.as_slice())?;
                    self.last = Some((name, bytes));
                    Ok(())
                }
                _ => {
                    let message = format!("has the bytes of {other}, which are not kept");
                    Err(self.fail(&member.name, &Problem::new(ProblemKind::LimitReached, message)))
                }
            },
            Content::Unavailable(problem) => Err(self.fail(&member.name, &problem)),
        }
    }

    fn unpacked(&mut self, count: u64) -> Result<(), Stop> {
        self.unpacked = self.unpacked.saturating_add(count);
        if self.unpacked <= self.most {
            return Ok(());
        }
        let message =
            format!("the catalog unpacks to more than {} bytes, which none of its size does", self.most);
        self.problem = Some(Problem::new(ProblemKind::LimitReached, message));
        Err(Stop::Enough)
    }
}
