//! The section `.wixburn`: where the engine of a bundle ends and where its containers lie.

use std::ops::Range as Span;

use crate::facts::BurnEngine;
use crate::format::bytes::u32_at;
use crate::payload::executable::Executable;
use crate::problem::Problem;
use crate::subject::{ByteSource, read_vec};

/// The name of the section.
const SECTION: &str = ".wixburn";
const MAGIC: u32 = 0x00f1_4300;
/// Versions 2 (WiX 3 and 4) and 3 (from WiX 5 on); the fields read here are the same.
const VERSIONS: std::ops::RangeInclusive<u32> = 2..=3;
/// The fields before the sizes of the containers.
const FIELDS: u64 = 48;
/// Containers for which the section has room: (512 - 48) / 4.
const CONTAINERS: u32 = 116;
/// Offset of `dwOriginalChecksum`, `dwOriginalSignatureOffset` and `dwOriginalSignatureSize` in the section.
const ORIGINALS: u64 = 28;

/// What the section says.
#[derive(Clone, Debug)]
pub(super) struct BurnSection {
    /// Where the section starts in the file.
    start: u64,
    stub_size: u32,
    original_checksum: u32,
    original_signature: (u32, u32),
    /// Sizes of the containers; the first is the one of the user interface.
    containers: Vec<u32>,
    /// The file is a detached engine: it ends with the user interface's container, or its own signature stands where
    /// the attached containers would.
    alone: bool,
}

impl BurnSection {
    /// Reads the section; `None` when the program has none.
    ///
    /// # Errors
    /// A [`Problem`] when its fields make no sense.
    pub(super) fn read(
        program: &Executable<'_>,
        source: &dyn ByteSource,
    ) -> Option<Result<BurnSection, Problem>> {
        let span = program.section(SECTION)?;
        Some(parse(source, &span).map(|mut section| {
            let end = section.engine_end();
            let near = end..=end.next_multiple_of(8);
            let table = program.certificates().is_some_and(|table| near.contains(&table.start));
            section.alone = table || near.contains(&source.size());
            section
        }))
    }

    /// Where the engine ends: behind the user interface's container and, when it was kept, its signature.
    pub(super) fn engine_end(&self) -> u64 {
        let (offset, size) = self.original_signature;
        if offset == 0 { self.ux().end } else { u64::from(offset).saturating_add(u64::from(size)) }
    }

    /// The container of the user interface, which holds the bundle's manifest.
    pub(super) fn ux(&self) -> Span<u64> {
        let start = u64::from(self.stub_size);
        start..start.saturating_add(self.containers.first().map_or(0, |size| u64::from(*size)))
    }

    /// The attached containers, in the order of their numbers (from 1 on); none in a detached engine, though it still
    /// states those that it was made with.
    pub(super) fn attached(&self) -> Vec<Span<u64>> {
        let mut end = self.engine_end();
        let sizes = self.containers.iter().skip(1).filter(|_| !self.alone);
        sizes
            .map(|size| {
                let start = end;
                end = end.saturating_add(u64::from(*size));
                start..end
            })
            .collect()
    }

    /// The engine as a fact; `None` when the file ends with the engine (it has nothing attached, or is a
    /// detached engine).
    pub(super) fn engine(&self, file_size: u64) -> Option<BurnEngine> {
        let attached =
            self.attached().iter().filter(|span| span.end <= file_size && !span.is_empty()).count();
        let signature_kept = self.original_signature.0 != 0;
        (attached > 0 || signature_kept).then(|| BurnEngine {
            size: self.engine_end(),
            signature_kept,
            attached_containers: attached,
        })
    }

    /// What the engine's own header said before the containers were attached: offsets and the bytes there.
    pub(super) fn original_bytes(&self, checksum: u64, directory: u64) -> Vec<(u64, Vec<u8>)> {
        let (offset, size) = self.original_signature;
        if offset == 0 {
            return Vec::new();
        }
        let entry = [offset.to_le_bytes(), size.to_le_bytes()].concat();
        vec![
            (checksum, self.original_checksum.to_le_bytes().to_vec()),
            (directory, entry),
            (self.start.saturating_add(ORIGINALS), vec![0; 12]),
        ]
    }
}

fn parse(source: &dyn ByteSource, span: &Span<u64>) -> Result<BurnSection, Problem> {
    let start = span.start;
    let wrong = |what: String| Problem::malformed(start, format!("the section {SECTION}: {what}"));
    let length =
        span.end.saturating_sub(start).min(FIELDS.saturating_add(u64::from(CONTAINERS).saturating_mul(4)));
    let bytes = read_vec(source, start, length, 1024)?;
    let field = |offset: usize| u32_at(&bytes, offset).ok_or_else(|| wrong("it is cut off".to_owned()));
    if field(0)? != MAGIC {
        return Err(wrong("it does not start with the magic of a bundle".to_owned()));
    }
    let version = field(4)?;
    if !VERSIONS.contains(&version) {
        return Err(wrong(format!("its version is {version}; 2 and 3 are known")));
    }
    let count = field(44)?;
    if count > CONTAINERS {
        return Err(wrong(format!("it states {count} containers, and has room for {CONTAINERS}")));
    }
    let sizes = (0..count)
        .map(|index| field(usize::try_from(index).unwrap_or(0).saturating_mul(4).saturating_add(48)));
    Ok(BurnSection {
        start,
        stub_size: field(24)?,
        original_checksum: field(28)?,
        original_signature: (field(32)?, field(36)?),
        containers: sizes.collect::<Result<_, _>>()?,
        alone: false,
    })
}
