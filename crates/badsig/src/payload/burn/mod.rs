//! WiX Burn bundles: an engine, a cabinet with the user interface and the manifest, and cabinets with packages,
//! attached behind the engine or lying beside the bundle.
//!
//! Layout: `burn/engine/section.cpp`, `burn/stub/StubSection.cpp` and `burn/engine/cache.cpp` of the WiX Toolset
//! (versions 3 to 6), where the header of the section `.wixburn` is written down.
//!
//! A bundle is signed twice when it is signed well: the engine alone first (containers detached), then the whole
//! file. When the second step is done without the first, Windows later runs an engine without a signature from the
//! package cache. So a signed bundle gives its engine as a member of its own, as the engine itself would write it into
//! the cache ([`engine_of`]).

mod engine;
mod manifest;
mod section;

use std::ops::Range as Span;
use std::sync::Arc;

use self::engine::Engine;
use self::manifest::{ContainerEntry, LARGEST, Manifest};
use self::section::BurnSection;
use super::archive;
use super::beside::beside;
use super::cabinet::Cabinet;
use super::executable::Executable;
use super::{Container, Content, Found, Kind, Member, Payload, Range, Stop, Visitor};
use crate::facts::BurnEngine;
use crate::format::pe::Headers;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

/// WiX Burn bundles.
pub(super) const BURN: Kind = Kind { name: "burn", title: "WiX Burn bundle", recognise };

/// The name of the engine as a member. It has none of its own: the cache names it as the bundle.
const ENGINE: &str = "burn-engine.exe";
/// The name of the manifest in the container of the user interface.
const MANIFEST: &str = "0";

/// A bundle.
struct Bundle {
    section: BurnSection,
    /// The engine by itself, when there is more than the engine and something is signed.
    engine: Option<Arc<dyn ByteSource>>,
}

fn recognise(container: &Container<'_>) -> Option<Found> {
    let program = Executable::open(container)?;
    let section = match BurnSection::read(&program, &**container.source)? {
        Ok(section) => section,
        Err(problem) => return Some(Found::Damaged(problem)),
    };
    let engine = engine_source(container, &program, &section);
    Some(Found::Payload(Box::new(Bundle { section, engine })))
}

/// Whether the container is a bundle whose section says where its containers lie; the name of a section alone says nothing.
pub(super) fn is_bundle(container: &Container<'_>) -> bool {
    let section =
        Executable::open(container).and_then(|program| BurnSection::read(&program, &**container.source));
    section.is_some_and(|section| section.is_ok())
}

/// What a bundle says of its engine; `None` when the file is no bundle, or ends with its engine.
pub fn engine_of(source: &dyn ByteSource, limits: &Limits) -> Option<BurnEngine> {
    let program = Executable::read(source, limits).ok()?;
    BurnSection::read(&program, source)?.ok()?.engine(source.size())
}

/// The engine as it is written into the package cache (`CopyEngineWithSignatureFixup`).
fn engine_source(
    container: &Container<'_>,
    program: &Executable<'_>,
    section: &BurnSection,
) -> Option<Arc<dyn ByteSource>> {
    let engine = section.engine(container.source.size())?;
    if (program.certificates().is_none() && !engine.signature_kept) || engine.size > container.source.size() {
        return None;
    }
    let headers = Headers::read(&**container.source, container.limits).ok()?;
    let replaced = section.original_bytes(headers.checksum, headers.security_directory?);
    Some(Arc::new(Engine { source: Arc::clone(container.source), size: engine.size, replaced }))
}

impl Payload for Bundle {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let ux = self.section.ux();
        let (manifest, problem) = match manifest(container, &ux) {
            Ok((manifest, problem)) => (manifest, problem),
            Err(problem) => (Manifest::default(), Some(problem)),
        };
        match &self.engine {
            Some(engine) => {
                let content = Content::Stored(Arc::clone(engine));
                // The user interface's container is a part of the engine and is found in it.
                visitor.member(Member { name: ENGINE.to_owned(), size: Some(engine.size()), content })?;
            }
            None => visit_span(container, &ux, &Names::of_ux(&manifest), visitor)?,
        }
        for (number, span) in (1..).zip(self.section.attached()) {
            if !span.is_empty() {
                visit_span(container, &span, &Names::of_attached(&manifest, number), visitor)?;
            }
        }
        visit_beside(container, &manifest, visitor)?;
        // What lies beside the bundle is not known then.
        problem.map_or(Ok(()), |problem| Err(problem.into()))
    }
}

/// The manifest, from the container of the user interface, and what kept it from being read to its end.
fn manifest(container: &Container<'_>, ux: &Span<u64>) -> Result<(Manifest, Option<Problem>), Problem> {
    let cabinet = Cabinet::open(&range(container, ux)?, container.limits)?;
    let files = cabinet.read(|entry| entry.name == MANIFEST, LARGEST).map_err(|problem| Problem {
        message: format!("the manifest of the bundle cannot be read: {problem}"),
        ..problem
    })?;
    match files.first() {
        Some((_, bytes)) => Ok(Manifest::parse(bytes)),
        None => Err(Problem::new(ProblemKind::Malformed, "the bundle has no manifest")),
    }
}

fn range(container: &Container<'_>, span: &Span<u64>) -> Result<Arc<dyn ByteSource>, Problem> {
    let length = span.end.saturating_sub(span.start);
    match Range::new(container.source, span.start, length) {
        Some(range) => Ok(Arc::new(range)),
        None => Err(super::cut_off(span.start, length, container.source.size())),
    }
}

fn visit_span(
    container: &Container<'_>,
    span: &Span<u64>,
    names: &Names<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Stop> {
    match range(container, span) {
        Ok(source) => visit_cabinet(container, &source, names, visitor),
        Err(problem) => names.unavailable(problem, visitor),
    }
}

fn visit_cabinet(
    container: &Container<'_>,
    source: &Arc<dyn ByteSource>,
    names: &Names<'_>,
    visitor: &mut dyn Visitor,
) -> Result<(), Stop> {
    match Cabinet::open(source, container.limits) {
        Ok(cabinet) => cabinet.visit(&mut Renaming { names, visitor }),
        Err(problem) => names.unavailable(problem, visitor),
    }
}

/// Containers and files that lie beside the bundle. What the engine would download is not followed.
fn visit_beside(
    container: &Container<'_>,
    manifest: &Manifest,
    visitor: &mut dyn Visitor,
) -> Result<(), Stop> {
    for detached in manifest.containers.iter().filter(|container| container.is_detached()) {
        let names = Names { manifest, container: Some(detached), folder: detached.file.clone() };
        match beside(container, "the container", &detached.file) {
            Ok(source) => visit_cabinet(container, &source, &names, visitor)?,
            Err(problem) => names.unavailable(problem, visitor)?,
        }
    }
    for file in &manifest.external {
        let content = beside(container, "the payload", file);
        let content = content.map_or_else(Content::Unavailable, Content::Stored);
        visitor.member(Member { name: archive::name(file), size: None, content })?;
    }
    Ok(())
}

/// How members of one container are called.
struct Names<'a> {
    manifest: &'a Manifest,
    container: Option<&'a ContainerEntry>,
    folder: String,
}

impl<'a> Names<'a> {
    fn of_ux(manifest: &'a Manifest) -> Names<'a> {
        Names { manifest, container: None, folder: "ux".to_owned() }
    }

    fn of_attached(manifest: &'a Manifest, number: usize) -> Names<'a> {
        let container = manifest.attached(number);
        let folder = container.map_or_else(|| format!("attached-{number}"), |container| container.id.clone());
        Names { manifest, container, folder }
    }

    fn name(&self, member: &str) -> String {
        let known = match (self.container, self.folder.as_str()) {
            (None, "ux") if member == MANIFEST => Some("manifest.xml"),
            (None, "ux") | (Some(_), _) => self.manifest.name(self.container, member),
            (None, _) => None,
        };
        format!("{}/{}", self.folder, archive::name(known.unwrap_or(member)))
    }

    fn unavailable(&self, problem: Problem, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let content = Content::Unavailable(problem);
        visitor.member(Member { name: self.folder.clone(), size: None, content })
    }
}

/// Gives members of a container under their own names.
struct Renaming<'a> {
    names: &'a Names<'a>,
    visitor: &'a mut dyn Visitor,
}

impl Visitor for Renaming<'_> {
    fn member(&mut self, member: Member<'_>) -> Result<(), Stop> {
        let content = match member.content {
            Content::SameAs(other) => Content::SameAs(self.names.name(&other)),
            content => content,
        };
        self.visitor.member(Member { name: self.names.name(&member.name), size: member.size, content })
    }

    fn unpacked(&mut self, bytes: u64) -> Result<(), Stop> {
        self.visitor.unpacked(bytes)
    }
}
