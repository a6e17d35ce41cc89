//! Taking one member out, by its virtual path (`a.cab!/b.msi`).
//!
//! Only containers on the way are opened, and only what is asked for is kept. Where the bytes go is the business of
//! the caller; no name is used as a path here.

use std::io::{self, Read, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::budget::Budget;
use super::spool::spool;
use super::{Container, Content, Found, KINDS, Member, Payload, Stop, Visitor, problem_of};
use crate::format::recognise;
use crate::hex::Hex;
use crate::limits::{Limits, READ_BUFFER};
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, NoSiblings, Siblings, SourceReader, Subject};

/// Between a container and its member.
const INSIDE: &str = "!/";
/// Members that hold the same bytes as others, one after the other, that are followed.
const SAME: usize = 4;

/// Which member is meant.
#[derive(Clone, Debug)]
pub struct MemberPath {
    /// Paths below the outer file, any of which is meant: whoever types a path may begin it with the outer file's name,
    /// which a member may have too.
    pub spellings: Vec<String>,
    /// How paths are shown to people, who may type what they saw.
    pub shown: fn(&str) -> String,
}

impl MemberPath {
    fn is(&self, path: &str) -> bool {
        let shown = (self.shown)(path);
        self.spellings.iter().any(|spelling| spelling == path || *spelling == shown)
    }

    fn leads_through(&self, path: &str) -> bool {
        let shown = (self.shown)(path);
        let through = |spelling: &String, path: &str| {
            spelling.strip_prefix(path).is_some_and(|rest| rest.starts_with(INSIDE))
        };
        self.spellings.iter().any(|spelling| through(spelling, path) || through(spelling, &shown))
    }

    /// The same with `old`, which leads there, replaced.
    fn moved(&self, old: &str, new: &str) -> MemberPath {
        let shown = (self.shown)(old);
        let moved = |spelling: &String| {
            let rest = spelling.strip_prefix(old).or_else(|| spelling.strip_prefix(&shown))?;
            (rest.is_empty() || rest.starts_with(INSIDE)).then(|| format!("{new}{rest}"))
        };
        MemberPath { spellings: self.spellings.iter().filter_map(moved).collect(), shown: self.shown }
    }
}

/// A member that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extracted {
    /// Its path below the outer file.
    pub path: String,
    /// Its name: the one under which it is installed where the container names it otherwise. Hostile text.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Hex,
}

/// Why a member could not be taken out.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// No member has this path.
    #[error("no member has this path")]
    NotFound {
        /// What could not be read, where it may be.
        unread: Vec<Problem>,
    },
    /// Several members with different bytes have this path.
    #[error("several members with different contents have this path")]
    Ambiguous,
    /// The member cannot be read.
    #[error(transparent)]
    Unreadable(Problem),
    /// The bytes could not be written.
    #[error(transparent)]
    Write(io::Error),
}

/// Takes one member out of `subject` and writes its bytes to `out`.
///
/// Where several members have the path, all must hold the same bytes; only those of the first are written. What was
/// written before an error is of no use.
///
/// # Errors
/// See [`ExtractError`].
pub fn extract(
    subject: &Subject,
    path: &MemberPath,
    limits: &Limits,
    out: &mut dyn Write,
) -> Result<Extracted, ExtractError> {
    let source = subject.shared_source();
    let mut path = path.clone();
    let mut unread = Vec::new();
    for _ in 0..SAME {
        let budget = Budget::new(limits, source.size());
        let mut search = Search {
            path: &path,
            limits,
            budget,
            out,
            found: None,
            differs: false,
            same: None,
            unread: Vec::new(),
            failed: None,
        };
        let level = Level { path: String::new(), names: None };
        search.container(source, subject.siblings(), &level);
        let Search { found, differs, same, failed, budget, .. } = search;
        unread = search.unread;
        match (failed, found, same) {
            (Some(error), _, _) => return Err(error),
            (None, _, _) if differs => return Err(ExtractError::Ambiguous),
            (None, Some(found), None) => match budget.reached() {
                // There may be another one with this path.
                Some(limit) => return Err(ExtractError::Unreadable(limit.clone())),
                None => return Ok(found),
            },
            (None, Some(found), Some((old, new))) => {
                return if path.moved(&old, &new).is(&found.path) {
                    Ok(found)
                } else {
                    Err(ExtractError::Ambiguous)
                };
            }
            (None, None, Some((old, new))) => path = path.moved(&old, &new),
            (None, None, None) => {
                unread.extend(budget.reached().cloned());
                break;
            }
        }
    }
    Err(ExtractError::NotFound { unread })
}

struct Search<'s> {
    path: &'s MemberPath,
    limits: &'s Limits,
    budget: Budget<'s>,
    out: &'s mut dyn Write,
    found: Option<Extracted>,
    /// Another member has the path and holds other bytes.
    differs: bool,
    /// A member on the way that holds the same bytes as another: both paths.
    same: Option<(String, String)>,
    unread: Vec<Problem>,
    failed: Option<ExtractError>,
}

/// Where in the tree of members the search is.
struct Level<'p> {
    /// The path of the container, empty for the outer file.
    path: String,
    /// What knows the installed names of the container's members.
    names: Option<&'p dyn Payload>,
}

impl Level<'_> {
    fn below(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}{INSIDE}{name}", self.path) }
    }
}

impl Search<'_> {
    fn container(&mut self, source: &Arc<dyn ByteSource>, siblings: &dyn Siblings, level: &Level<'_>) {
        let format = recognise(&**source, self.limits).format;
        let container = Container { source, format, limits: self.limits, siblings };
        for kind in KINDS {
            let end = match (kind.recognise)(&container) {
                None => continue,
                Some(Found::NotOpened(why)) => Err(Stop::Problem(Problem::new(
                    ProblemKind::NotSupported,
                    format!("{}: {why}", kind.title),
                ))),
                Some(Found::Damaged(problem)) => Err(Stop::Problem(problem)),
                Some(Found::Payload(payload)) => {
                    let own = payload.siblings(&container);
                    let siblings = own.as_deref().unwrap_or(&NoSiblings);
                    let mut look = Look { search: self, payload: &*payload, siblings, level };
                    payload.visit(&container, &mut look)
                }
            };
            match end {
                Ok(()) => {}
                Err(Stop::Enough) => return,
                Err(Stop::Problem(problem)) => self.unread.push(problem),
            }
        }
    }

    /// Takes the bytes of a member that is meant.
    fn take(&mut self, path: &str, name: &str, reader: &mut dyn Read) -> Result<(), Stop> {
        let mut hasher = Sha256::new();
        let mut size = 0u64;
        let mut buffer = vec![0; READ_BUFFER];
        loop {
            let count = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return self.fail(ExtractError::Unreadable(problem_of(error))),
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            size = size.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            if self.budget.bytes(u64::try_from(count).unwrap_or(u64::MAX)).is_err() {
                let limit = self.budget.reached().cloned();
                let limit =
                    limit.unwrap_or_else(|| Problem::new(ProblemKind::LimitReached, "a limit was reached"));
                return self.fail(ExtractError::Unreadable(limit));
            }
            hasher.update(bytes);
            if self.found.is_none()
                && let Err(error) = self.out.write_all(bytes)
            {
                return self.fail(ExtractError::Write(error));
            }
        }
        let sha256 = Hex(hasher.finalize().to_vec());
        match &self.found {
            Some(first) => self.differs |= first.sha256 != sha256,
            None => {
                self.found = Some(Extracted { path: path.to_owned(), name: name.to_owned(), size, sha256 });
            }
        }
        Ok(())
    }

    fn fail(&mut self, error: ExtractError) -> Result<(), Stop> {
        self.failed = Some(error);
        Err(Stop::Enough)
    }
}

/// The members of one container as they come.
struct Look<'l, 's> {
    search: &'l mut Search<'s>,
    payload: &'l dyn Payload,
    siblings: &'l dyn Siblings,
    level: &'l Level<'l>,
}

impl Visitor for Look<'_, '_> {
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop> {
        self.search.budget.member()?;
        let path = self.level.below(&member.name);
        let installed = self.level.names.and_then(|names| names.installed_name(&member.name));
        let alias = installed.map(|name| self.level.below(name));
        let wanted = self.search.path;
        let asked = |test: &dyn Fn(&str) -> bool| test(&path) || alias.as_deref().is_some_and(test);
        let (meant, through) = (asked(&|path| wanted.is(path)), asked(&|path| wanted.leads_through(path)));
        if !meant && !through {
            return Ok(());
        }
        let name = installed.unwrap_or(&member.name).to_owned();
        match member.content {
            Content::Stored(source) => self.stored(&path, &name, &source, meant, through),
            Content::Unpacked(reader) if through => {
                let limits = self.search.limits;
                let spooled = spool(Vec::new(), reader, member.size, limits, &mut self.search.budget)?;
                self.stored(&path, &name, &spooled.source, meant, through)
            }
            Content::Unpacked(reader) => self.search.take(&path, &name, reader),
            Content::SameAs(other) => {
                let typed = if wanted.is(&path) || wanted.leads_through(&path) {
                    path
                } else {
                    alias.unwrap_or(path)
                };
                let other = self.level.below(&other);
                if typed != other {
                    self.search.same = Some((typed, other));
                }
                Ok(())
            }
            Content::Unavailable(problem) if meant => self.search.fail(ExtractError::Unreadable(problem)),
            Content::Unavailable(problem) => {
                self.search.unread.push(problem);
                Ok(())
            }
        }
    }

    fn unpacked(&mut self, bytes: u64) -> Result<(), Stop> {
        self.search.budget.bytes(bytes)
    }
}

impl Look<'_, '_> {
    fn stored(
        &mut self,
        path: &str,
        name: &str,
        source: &Arc<dyn ByteSource>,
        meant: bool,
        through: bool,
    ) -> Result<(), Stop> {
        if meant {
            self.search.take(path, name, &mut SourceReader::new(&**source))?;
        }
        if through {
            let level = Level { path: path.to_owned(), names: Some(self.payload) };
            self.search.container(source, self.siblings, &level);
        }
        // A failure or a spent budget below ends everything.
        let over = self.search.failed.is_some() || self.search.budget.reached().is_some();
        if over { Err(Stop::Enough) } else { Ok(()) }
    }
}
