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
mod section;

use std::sync::Arc;

pub use self::section::BurnEngine;
pub(in crate::payload) use self::section::SECTION;

use self::engine::Engine;
use self::section::BurnSection;
use super::executable::Executable;
use super::stored::StoredMember;
use super::{Container, Content, Found, Kind, Member, Payload, Stop, Visitor};
use crate::format::pe::Headers;
use crate::limits::Limits;
use crate::subject::ByteSource;

/// WiX Burn bundles.
pub(super) const BURN: Kind = Kind { name: "burn", title: "WiX Burn bundle", recognise };

/// The name of the engine as a member. It has none of its own: the cache names it as the bundle.
const ENGINE: &str = "burn-engine.exe";

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

/// What a bundle says of its engine; `None` when the file is no bundle, or ends with its engine.
pub fn engine_of(source: &dyn ByteSource, limits: &Limits) -> Option<BurnEngine> {
    let program = Executable::read(source, limits)?;
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
        if let Some(engine) = &self.engine {
            let content = Content::Stored(Arc::clone(engine));
            // The user interface's container is a part of the engine and found in it.
            visitor.member(Member { name: ENGINE.to_owned(), size: Some(engine.size()), content })?;
        } else {
            visitor.member(stored("ux.cab".to_owned(), &self.section.ux()).of(container))?;
        }
        for (index, span) in self.section.attached().iter().enumerate() {
            let behind = span.start >= container.source.size();
            if span.is_empty() || (behind && self.engine.is_none()) {
                continue;
            }
            let name = format!("attached-{}.cab", index.saturating_add(1));
            visitor.member(stored(name, span).of(container))?;
        }
        Ok(())
    }
}

fn stored(name: String, span: &std::ops::Range<u64>) -> StoredMember {
    StoredMember { name, offset: span.start, length: span.end.saturating_sub(span.start) }
}
