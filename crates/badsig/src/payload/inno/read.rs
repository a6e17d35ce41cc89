//! An installer as a payload.

use innospect::header::CompressMethod;
use innospect::records::dataentry::DataEntry;
use innospect::{InnoInstaller, Version};

use super::Offsets;
use super::chunks::{Chunk, Method, Part};
use super::description::{copy, parse};
use super::filter::Form;
use crate::payload::{Container, Content, Found, Member, Payload, Stop, Visitor};
use crate::problem::{Problem, ProblemKind};

/// What is kept of an installer: chunks with their files.
struct Installer {
    chunks: Vec<Chunk>,
    /// Files that are not in the installer, and why.
    absent: Vec<(String, Problem)>,
}

/// The installer whose parts start here.
pub(super) fn open(container: &Container<'_>, offsets: &Offsets) -> Found {
    match read(container, offsets) {
        Ok(installer) => Found::Payload(Box::new(installer)),
        Err(problem) => Found::Damaged(problem),
    }
}

fn read(container: &Container<'_>, offsets: &Offsets) -> Result<Installer, Problem> {
    let copy = copy(&**container.source, offsets.description)?;
    let setup = parse(&copy)?;
    let method = setup.header().and_then(|header| header.tail().compress_method).and_then(method);
    let names = names(&setup);
    let mut installer = Installer { chunks: Vec::new(), absent: Vec::new() };
    let mut places: Vec<(usize, &DataEntry)> = setup.file_locations().iter().enumerate().collect();
    places.sort_by_key(|(_, entry)| (entry.first_slice, entry.start_offset, entry.chunk_sub_offset));
    for (index, entry) in places {
        let name = names.get(index).cloned().flatten().unwrap_or_else(|| format!("file-{index}"));
        if let Some(problem) = absent(entry, offsets) {
            installer.absent.push((name, problem));
            continue;
        }
        installer.add(name, entry, method, offsets, setup.version());
    }
    Ok(installer)
}

/// The name of each location, as the first file that is installed from it.
fn names(setup: &InnoInstaller<'_>) -> Vec<Option<String>> {
    let mut names = vec![None; setup.file_locations().len()];
    for file in setup.files() {
        let index = usize::try_from(file.location_index).unwrap_or(usize::MAX);
        if let Some(name) = names.get_mut(index).filter(|name| name.is_none()) {
            let path = if file.destination.is_empty() { &file.source } else { &file.destination };
            *name = Some(path.replace('\\', "/").replace(['{', '}'], "")).filter(|path| !path.is_empty());
        }
    }
    names
}

fn absent(entry: &DataEntry, offsets: &Offsets) -> Option<Problem> {
    let not_supported = |message: &str| Some(Problem::new(ProblemKind::NotSupported, message));
    if entry.flags.contains(&innospect::records::dataentry::DataFlag::ChunkEncrypted) {
        return not_supported("it is encrypted");
    }
    if entry.first_slice != 0 || entry.last_slice != 0 || offsets.data == 0 {
        return not_supported("it lies in a slice beside the installer, which badsig does not read");
    }
    None
}

fn method(method: CompressMethod) -> Option<Method> {
    match method {
        CompressMethod::Stored => Some(Method::Stored),
        CompressMethod::Zlib => Some(Method::Zlib),
        CompressMethod::Bzip2 => Some(Method::Bzip2),
        CompressMethod::Lzma1 => Some(Method::Lzma),
        CompressMethod::Lzma2 => Some(Method::Lzma2),
        _ => None,
    }
}

impl Installer {
    fn add(
        &mut self,
        name: String,
        entry: &DataEntry,
        method: Option<Method>,
        offsets: &Offsets,
        version: &Version,
    ) {
        use innospect::records::dataentry::DataFlag;
        let packed = entry.flags.contains(&DataFlag::ChunkCompressed);
        let start = offsets.data.saturating_add(u64::from(entry.start_offset));
        let filtered = entry.flags.contains(&DataFlag::CallInstructionOptimized);
        let part = Part {
            name,
            offset: entry.chunk_sub_offset,
            size: entry.original_size,
            filter: filtered.then(|| form(version)),
            checksum: entry.checksum.clone(),
        };
        match self.chunks.last_mut().filter(|chunk| chunk.start == start) {
            Some(chunk) => chunk.parts.push(part),
            None => self.chunks.push(Chunk {
                start,
                size: entry.chunk_compressed_size,
                method: if packed { method } else { Some(Method::Stored) },
                parts: vec![part],
            }),
        }
    }
}

fn form(version: &Version) -> Form {
    if version.at_least(5, 3, 9) {
        Form::BlocksWithSign
    } else if version.at_least(5, 2, 0) {
        Form::Blocks
    } else {
        Form::Bytes
    }
}

impl Payload for Installer {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        for chunk in &self.chunks {
            chunk.visit(container, visitor)?;
        }
        for (name, problem) in &self.absent {
            let content = Content::Unavailable(problem.clone());
            visitor.member(Member { name: name.clone(), size: None, content })?;
        }
        Ok(())
    }
}
