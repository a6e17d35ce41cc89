//! Which bytes of a compound file its signature covers (Microsoft's SIP for Windows Installer files).

use super::directory::{Directory, Entry, EntryKind};
use super::sectors::Sectors;
use super::{DIGITAL_SIGNATURE, DIGITAL_SIGNATURE_EX};
use crate::digest::CoveredBytes;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind};

/// Storages inside storages; patches nest twice.
const DEPTH: usize = 64;

/// The covered bytes: with `extended`, first the digest of all names, classes, sizes, states and times.
pub(super) fn covered(
    sectors: &mut Sectors<'_>,
    directory: &Directory,
    extended: bool,
    limits: &Limits,
) -> Result<CoveredBytes, Problem> {
    let mut covered = CoveredBytes::new();
    if extended {
        let mut metadata = Vec::new();
        describe(directory, 0, &mut metadata, DEPTH)?;
        covered.push_digest_of(&metadata);
    }
    let mut walk = Walk { sectors, directory, limits, covered };
    walk.storage(0, DEPTH)?;
    Ok(walk.covered)
}

fn is_signature(entry: &Entry) -> bool {
    entry.is_named(DIGITAL_SIGNATURE) || entry.is_named(DIGITAL_SIGNATURE_EX)
}

fn too_deep() -> Problem {
    Problem::new(ProblemKind::LimitReached, format!("more than {DEPTH} storages inside each other"))
}

struct Walk<'s, 'a> {
    sectors: &'s mut Sectors<'a>,
    directory: &'s Directory,
    limits: &'s Limits,
    covered: CoveredBytes,
}

impl Walk<'_, '_> {
    /// Contents of the streams and storages in order, then the class identifier of this storage.
    fn storage(&mut self, id: u32, depth: usize) -> Result<(), Problem> {
        let deeper = depth.checked_sub(1).ok_or_else(too_deep)?;
        for child in self.directory.children(id) {
            let Some(entry) = self.directory.entry(*child) else { continue };
            match entry.kind {
                EntryKind::Storage => self.storage(*child, deeper)?,
                EntryKind::Stream if id == 0 && is_signature(entry) => {}
                EntryKind::Stream => {
                    let most = self.limits.covered_pieces;
                    self.sectors.cover_stream(self.directory, entry, &mut self.covered, most)?;
                    self.check_work()?;
                }
                EntryKind::Free | EntryKind::Root => {}
            }
        }
        let class = self.directory.entry(id).map(|entry| entry.class).unwrap_or_default();
        self.covered.push_literal(&class);
        Ok(())
    }

    /// Streams of a sound file do not overlap, so together they are smaller than the file.
    fn check_work(&self) -> Result<(), Problem> {
        if self.covered.total() > self.sectors.file_size().saturating_mul(2) {
            return Err(Problem::malformed(0, "the streams overlap: together they are larger than the file"));
        }
        Ok(())
    }
}

/// What `MsiDigitalSignatureEx` adds: for every entry its name (not the root's), the class of storages or
/// the low half of a stream's size, the state bits, and both times (not the root's).
fn describe(directory: &Directory, id: u32, bytes: &mut Vec<u8>, depth: usize) -> Result<(), Problem> {
    let deeper = depth.checked_sub(1).ok_or_else(too_deep)?;
    if let Some(entry) = directory.entry(id) {
        describe_entry(entry, bytes);
    }
    for child in directory.children(id) {
        let Some(entry) = directory.entry(*child) else { continue };
        match entry.kind {
            EntryKind::Storage => describe(directory, *child, bytes, deeper)?,
            EntryKind::Stream if id == 0 && is_signature(entry) => {}
            EntryKind::Stream => describe_entry(entry, bytes),
            EntryKind::Free | EntryKind::Root => {}
        }
    }
    Ok(())
}

fn describe_entry(entry: &Entry, bytes: &mut Vec<u8>) {
    if entry.kind != EntryKind::Root {
        bytes.extend(entry.name.iter().flat_map(|unit| unit.to_le_bytes()));
    }
    match entry.kind {
        EntryKind::Stream => bytes.extend(entry.size.to_le_bytes().get(..4).unwrap_or_default()),
        _ => bytes.extend(entry.class),
    }
    bytes.extend(entry.state);
    if entry.kind != EntryKind::Root {
        bytes.extend(entry.times);
    }
}
