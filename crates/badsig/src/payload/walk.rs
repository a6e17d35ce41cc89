//! Opening a file and its members, members of members included, within the bounds of one run.
//!
//! Every PE, Windows Installer, cabinet, update package and catalog member becomes [`Facts`] of its own; other
//! members are only counted. Content that was met before is not read again.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use super::budget::Budget;
use super::spool::spool;
use super::{Container, Content, Found, KINDS, Member, Payload, Stop, Visitor, problem_of};
use crate::catalogs::Catalogs;
use crate::facts::{Facts, OtherMember, PayloadFacts, UnreadMember};
use crate::format::{Format, may_be_judged};
use crate::hex::Hex;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::{ByteSource, NoSiblings, Siblings, Subject, read_vec};

/// Bytes at the start of a member that tell whether it is worth keeping.
const HEAD: usize = 64;

/// What is known of a member before it is read.
pub(crate) struct ReadAhead {
    /// The digest of the whole, when it was made already.
    pub(crate) sha256: Option<Hex>,
    /// Whether there are security catalogs that may list it.
    pub(crate) catalogs: bool,
}

/// Reads one subject, without its members.
pub(crate) type ReadFlat<'a> = &'a dyn Fn(&Subject, &ReadAhead) -> Facts;

/// Looks into `subject` and adds what is found to its facts; with `others`, the names of members that cannot be signed
/// too.
pub(crate) fn look_inside(
    subject: &Subject,
    limits: &Limits,
    others: bool,
    facts: &mut Facts,
    read: ReadFlat<'_>,
) {
    let source = subject.shared_source();
    let budget = Budget::new(limits, source.size());
    let (seen, catalogs) = (HashMap::new(), Catalogs::default());
    let mut walk = Walk { limits, read, others, budget, seen, catalogs };
    if let Some(sha256) = &facts.sha256 {
        walk.seen.insert(sha256.clone(), Seen { path: facts.path.clone(), is_kept: true });
    }
    walk.container(source, subject.siblings(), limits.depth, facts);
    if !walk.catalogs.is_empty() {
        facts.members.iter_mut().for_each(|member| member.look_up(&walk.catalogs));
    }
}

/// Where content was met first.
#[derive(Clone)]
struct Seen {
    path: String,
    /// Whether it is among the facts; otherwise it is no subject, or was told as unread.
    is_kept: bool,
}

struct Walk<'a> {
    limits: &'a Limits,
    read: ReadFlat<'a>,
    others: bool,
    budget: Budget<'a>,
    /// Where each content was met first.
    seen: HashMap<Hex, Seen>,
    /// The security catalogs that were met.
    catalogs: Catalogs,
}

impl Walk<'_> {
    fn seen_as(&self, sha256: Option<&Hex>) -> Option<Seen> {
        self.seen.get(sha256?).cloned()
    }

    /// Tries every kind of payload on one file.
    fn container(
        &mut self,
        source: &Arc<dyn ByteSource>,
        siblings: &dyn Siblings,
        depth: usize,
        facts: &mut Facts,
    ) {
        facts.looked_inside = depth > 0;
        let container = Container { source, format: facts.format, limits: self.limits, siblings };
        for kind in KINDS {
            let Some(found) = (kind.recognise)(&container) else { continue };
            let mut payload = PayloadFacts::new(kind.name, kind.title);
            match found {
                Found::NotOpened(why) => payload.not_opened = Some(why),
                Found::Damaged(problem) => payload.problem = Some(problem),
                Found::Payload(_) if depth == 0 => payload.problem = Some(self.too_deep()),
                Found::Payload(opened) => {
                    self.members(&*opened, &container, depth.saturating_sub(1), facts, &mut payload);
                }
            }
            facts.payload.push(payload);
            if self.budget.reached().is_some() {
                return;
            }
        }
        if facts.payload.is_empty() {
            facts.payload.extend(super::appended::unknown(&container));
        }
    }

    fn too_deep(&self) -> Problem {
        let depth = self.limits.depth;
        let message =
            format!("it lies {depth} deep, and its members were not opened (raise it with --depth)");
        Problem::new(ProblemKind::LimitReached, message)
    }

    fn members(
        &mut self,
        opened: &dyn Payload,
        container: &Container<'_>,
        depth: usize,
        facts: &mut Facts,
        payload: &mut PayloadFacts,
    ) {
        payload.not_opened = opened.elsewhere();
        let siblings = opened.siblings(container);
        let mut visitor = Members {
            walk: self,
            siblings: siblings.as_deref().unwrap_or(&NoSiblings),
            parent: &facts.path,
            catalogs: opened.names_a_catalog(),
            format: facts.format,
            depth,
            payload,
            found: Vec::new(),
            names: HashMap::new(),
        };
        let end = opened.visit(container, &mut visitor);
        let mut found = visitor.found;
        for file in found.iter_mut().filter(|member| member.format == Format::Cab) {
            let prefix = format!("{}!/", file.path);
            for inner in &mut file.members {
                let name = inner.path.strip_prefix(&prefix).and_then(|name| opened.installed_name(name));
                inner.installed_as = name.map(str::to_owned);
            }
        }
        payload.problem = match end {
            Ok(()) => None,
            Err(Stop::Problem(problem)) => Some(problem),
            Err(Stop::Enough) => self.budget.reached().cloned(),
        };
        facts.members.extend(found);
    }
}

/// What becomes of a member that may be judged.
enum Taken {
    /// It is a subject, or an archive of some.
    Subject(Box<Facts>),
    /// It cannot be said whether it is one.
    Unread(Problem),
    /// It is none, or was told where its content was met first.
    Nothing,
}

/// A member whose content was met before.
fn again(facts: Facts, first: Seen) -> Taken {
    if !first.is_kept {
        return Taken::Nothing;
    }
    let Facts { path, format, size, sha256, .. } = facts;
    let facts = Facts { format, size, sha256, same_as: Some(first.path), ..Facts::empty(path) };
    Taken::Subject(Box::new(facts))
}

/// The members of one container as they come.
struct Members<'w, 'a> {
    walk: &'w mut Walk<'a>,
    /// What lies beside the members.
    siblings: &'w dyn Siblings,
    parent: &'w str,
    /// Whether one of the members may be a security catalog that lists others.
    catalogs: bool,
    /// The format of the container.
    format: Format,
    /// How much deeper members may be opened.
    depth: usize,
    payload: &'w mut PayloadFacts,
    found: Vec<Facts>,
    /// Numbers in `found`, by name.
    names: HashMap<String, usize>,
}

impl Visitor for Members<'_, '_> {
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop> {
        self.walk.budget.member()?;
        self.payload.members = self.payload.members.saturating_add(1);
        let judged = self.payload.judged;
        let size = member.stated_size();
        if !matches!(member.content, Content::SameAs(_)) {
            // Of several members with one name, the last is meant: it is the one before the same bytes come again.
            self.names.remove(&member.name);
        }
        let read = match member.content {
            Content::Stored(source) => self.stored(&member.name, &source),
            Content::Unpacked(reader) => self.unpacked(&member.name, member.size, reader),
            Content::SameAs(other) => self.same(&member.name, &other),
            Content::Unavailable(problem) => Err(problem.into()),
        };
        match read {
            Err(Stop::Problem(problem)) => {
                self.payload.unread(UnreadMember { name: member.name, problem });
                Ok(())
            }
            Err(Stop::Enough) => Err(Stop::Enough),
            // A limit that was reached inside the member ends everything.
            Ok(()) if self.walk.budget.reached().is_some() => Err(Stop::Enough),
            Ok(()) if self.walk.others && self.payload.judged == judged => {
                self.payload.others.push(OtherMember { name: member.name, size });
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn unpacked(&mut self, bytes: u64) -> Result<(), Stop> {
        self.walk.budget.bytes(bytes)
    }
}

impl Members<'_, '_> {
    fn stored(&mut self, name: &str, source: &Arc<dyn ByteSource>) -> Result<(), Stop> {
        let length = source.size().min(u64::try_from(HEAD).unwrap_or(0));
        let head = read_vec(&**source, 0, length, length).map_err(Problem::from)?;
        if !may_be_judged(&head) {
            return Ok(());
        }
        self.walk.budget.bytes(source.size())?;
        self.take(name, source, None);
        Ok(())
    }

    fn unpacked(&mut self, name: &str, size: Option<u64>, reader: &mut dyn Read) -> Result<(), Stop> {
        let mut head = Vec::with_capacity(HEAD);
        let length = u64::try_from(HEAD).unwrap_or(0);
        reader.take(length).read_to_end(&mut head).map_err(problem_of)?;
        self.walk.budget.bytes(u64::try_from(head.len()).unwrap_or(0))?;
        if !may_be_judged(&head) {
            return Ok(());
        }
        let spooled = spool(head, reader, size, self.walk.limits, &mut self.walk.budget)?;
        self.take(name, &spooled.source, Some(spooled.sha256));
        Ok(())
    }

    /// Judges one member: reads it, unless its bytes are known, and opens it.
    fn take(&mut self, name: &str, source: &Arc<dyn ByteSource>, sha256: Option<Hex>) {
        let path = format!("{}!/{name}", self.parent);
        let taken = match self.walk.seen_as(sha256.as_ref()) {
            Some(first) => {
                let format = crate::format::recognise(&**source, self.walk.limits).format;
                again(Facts { format, size: Some(source.size()), sha256, ..Facts::empty(path) }, first)
            }
            None => {
                let subject = Subject::shared(path, Arc::clone(source));
                let facts = (self.walk.read)(&subject, &ReadAhead { sha256, catalogs: self.catalogs });
                match self.walk.seen_as(facts.sha256.as_ref()) {
                    Some(first) => again(facts, first),
                    None => self.open(source, facts),
                }
            }
        };
        match taken {
            Taken::Subject(facts) => self.keep(name, *facts),
            Taken::Unread(problem) => self.payload.unread(UnreadMember { name: name.to_owned(), problem }),
            Taken::Nothing => {}
        }
    }

    /// Opens what was not met before.
    fn open(&mut self, source: &Arc<dyn ByteSource>, mut facts: Facts) -> Taken {
        let first = facts.sha256.clone().map(|sha256| (sha256, facts.path.clone()));
        if let Some((sha256, path)) = first.clone() {
            self.walk.seen.insert(sha256, Seen { path, is_kept: false });
        }
        if facts.format == Format::P7 {
            return Taken::Nothing;
        }
        if facts.format == Format::Cat {
            self.catalog(source, &facts.path);
        }
        let depth = self.depth_for(facts.format);
        self.walk.container(source, self.siblings, depth, &mut facts);
        if facts.format == Format::Unknown {
            let unknown = |problem: &Problem| problem.kind == ProblemKind::UnknownFormat;
            if facts.payload.is_empty() {
                // Of no format that can be signed, or of one that could not be recognised for damage or a limit.
                let why = facts.problems.into_iter().find(|problem| !unknown(problem));
                return why.map_or(Taken::Nothing, Taken::Unread);
            }
            // An archive: nothing to judge by itself, only its members.
            facts.problems.retain(|problem| !unknown(problem));
        }
        if let Some((sha256, path)) = first {
            self.walk.seen.insert(sha256, Seen { path, is_kept: true });
        }
        Taken::Subject(Box::new(facts))
    }

    /// Keeps what a security catalog lists; one that cannot be read lists nothing, and is judged all the same.
    fn catalog(&mut self, source: &Arc<dyn ByteSource>, path: &str) {
        let bytes = read_vec(&**source, 0, source.size(), self.walk.limits.signature_bytes);
        if let Ok(bytes) = bytes {
            let _ = self.walk.catalogs.add(path, &bytes);
        }
    }

    /// How deep a member may be opened. A cabinet or archive that a program or package is wrapped around is no level of
    /// its own.
    fn depth_for(&self, member: Format) -> usize {
        let wrapped = matches!(member, Format::Cab | Format::Unknown);
        let wraps = matches!(self.format, Format::Pe | Format::Msi | Format::Msp);
        self.depth.saturating_add(usize::from(wrapped && wraps))
    }

    fn keep(&mut self, name: &str, facts: Facts) {
        self.payload.judged = self.payload.judged.saturating_add(1);
        self.names.insert(name.to_owned(), self.found.len());
        self.found.push(facts);
    }

    fn same(&mut self, name: &str, other: &str) -> Result<(), Stop> {
        if let Some(first) = self.names.get(other).and_then(|number| self.found.get(*number)) {
            let facts = Facts {
                format: first.format,
                size: first.size,
                sha256: first.sha256.clone(),
                same_as: Some(first.same_as.clone().unwrap_or_else(|| first.path.clone())),
                ..Facts::empty(format!("{}!/{name}", self.parent))
            };
            self.keep(name, facts);
        }
        Ok(())
    }
}
