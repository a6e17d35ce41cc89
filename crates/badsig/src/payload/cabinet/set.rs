//! The volumes of a cabinet set, put together: a folder may go on from one volume into the next.

use std::collections::HashSet;
use std::sync::Arc;

use crate::limits::Limits;
use crate::payload::Siblings;
use crate::problem::{Problem, ProblemKind};
use crate::subject::ByteSource;

use super::header::{self, FolderOf, Header};

/// A cabinet with the volumes that follow it.
pub(super) struct Set {
    pub(super) volumes: Vec<Arc<dyn ByteSource>>,
    pub(super) folders: Vec<Folder>,
    pub(super) files: Vec<File>,
    /// Why volumes are missing, whose files are not known.
    pub(super) incomplete: Option<Problem>,
}

/// A folder over all the volumes that it lies in.
pub(super) struct Folder {
    pub(super) compression: u16,
    pub(super) segments: Vec<Segment>,
    /// Why there is no more behind the last segment, when the folder goes on in a volume that is not there.
    pub(super) missing: Option<Problem>,
}

/// The part of a folder in one volume.
pub(super) struct Segment {
    /// Number in [`Set::volumes`].
    pub(super) volume: usize,
    pub(super) start: u64,
    /// Where the next folder starts, or the volume ends: the blocks stay before it.
    pub(super) end: u64,
    pub(super) blocks: u16,
    pub(super) block_reserve: u8,
}

/// A file of the set.
pub(super) struct File {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) offset: u64,
    /// Number in [`Set::folders`], or why its folder is not there.
    pub(super) folder: Result<usize, Problem>,
}

/// Reads `first` and the volumes that follow it; also gives the name of the volume before it, where that one proves that
/// `first` is a later volume of its set. Then the set holds only the files that begin in `first`.
///
/// # Errors
/// A [`Problem`] when the header of `first` is damaged. What is wrong with later volumes concerns only the
/// files in them.
pub(super) fn open(
    first: &Arc<dyn ByteSource>,
    siblings: &dyn Siblings,
    limits: &Limits,
) -> Result<(Set, Option<String>), Problem> {
    let mut header = header::read(&**first, limits)?;
    let previous = header.previous.take().filter(|name| goes_on_here(name, &header, siblings, limits));
    let mut set = Set { volumes: Vec::new(), folders: Vec::new(), files: Vec::new(), incomplete: None };
    set.add(Arc::clone(first), &header, previous.is_some());
    while let Some(name) = header.next.clone() {
        match next_volume(&name, &header, &set, siblings, limits) {
            // The files that begin in it are told of the volume itself and of the first one.
            Ok((source, next)) if previous.is_some() => {
                let goes_on = next.continues();
                if goes_on {
                    set.add_rest(source, &next);
                }
                if !goes_on || next.folders.len() > 1 {
                    break;
                }
                header = next;
            }
            Ok((source, next)) => {
                set.add(source, &next, false);
                header = next;
            }
            Err(problem) => {
                if let Some(folder) = set.folders.last_mut() {
                    folder.missing = Some(problem.clone());
                }
                set.incomplete = Some(problem);
                break;
            }
        }
    }
    Ok((set, previous))
}

/// Whether the volume of this name says that its set goes on with the one that has this header. What a cabinet says of a
/// volume before it is not enough: readers that start with it find its files.
fn goes_on_here(name: &str, own: &Header, siblings: &dyn Siblings, limits: &Limits) -> bool {
    let Ok(Some(source)) = siblings.open(name) else { return false };
    header::read(&*source, limits).is_ok_and(|before| {
        before.next.is_some()
            && before.set_id == own.set_id
            && before.volume.checked_add(1) == Some(own.volume)
    })
}

fn next_volume(
    name: &str,
    last: &Header,
    set: &Set,
    siblings: &dyn Siblings,
    limits: &Limits,
) -> Result<(Arc<dyn ByteSource>, Header), Problem> {
    let missing = |what: &str| {
        Problem::new(ProblemKind::Truncated, format!("the cabinet goes on in the volume {name}, {what}"))
    };
    if set.volumes.len() >= limits.cabinet_volumes {
        let message =
            format!("the cabinet set has more volumes than the limit of {}", limits.cabinet_volumes);
        return Err(Problem::new(ProblemKind::LimitReached, message));
    }
    if set.files.len().saturating_add(set.folders.len()) > limits.members {
        let message = format!(
            "the cabinet set lists more than {} files and folders (raise it with --max-members)",
            limits.members
        );
        return Err(Problem::new(ProblemKind::LimitReached, message));
    }
    let source = match siblings.open(name) {
        Ok(Some(source)) => source,
        Ok(None) => return Err(missing("which is not beside it")),
        Err(error) => return Err(missing(&format!("which cannot be read: {error}"))),
    };
    let header = header::read(&*source, limits).map_err(|problem| Problem {
        kind: problem.kind,
        ..missing(&format!("which cannot be read: {problem}"))
    })?;
    // The number grows with every volume, so a set cannot run in a circle.
    if header.set_id != last.set_id || Some(header.volume) != last.volume.checked_add(1) {
        return Err(missing("which is there but belongs to another set or place"));
    }
    Ok((source, header))
}

impl Set {
    /// Adds the part of the last folder that lies in the next volume.
    fn add_rest(&mut self, source: Arc<dyn ByteSource>, header: &Header) {
        let size = source.size();
        if let (Some(begun), Some(folder)) = (self.folders.last_mut(), header.folders.first()) {
            begun.segments.push(header.segment(self.volumes.len(), size, folder));
        }
        self.volumes.push(source);
    }

    /// Adds a volume; `later` says that the files which begin in the volume before it are told there.
    fn add(&mut self, source: Arc<dyn ByteSource>, header: &Header, later: bool) {
        let first = self.volumes.is_empty();
        let volume = self.volumes.len();
        let size = source.size();
        self.volumes.push(source);
        // The first folder goes on with the last one of the volume before.
        let continues = !first && header.continues();
        let base = self.folders.len().saturating_sub(usize::from(continues));
        let mut taken = HashSet::new();
        for (number, folder) in header.folders.iter().enumerate() {
            let segment = header.segment(volume, size, folder);
            // Otherwise 65,535 folders could name the same blocks.
            if folder.blocks > 0 && !taken.insert(folder.start) {
                self.folders.push(Folder {
                    compression: folder.compression,
                    segments: Vec::new(),
                    missing: Some(shared(folder.start)),
                });
                continue;
            }
            match self.folders.get_mut(base.saturating_add(number)) {
                Some(begun) => begun.segments.push(segment),
                None => self.folders.push(Folder {
                    compression: folder.compression,
                    segments: vec![segment],
                    missing: None,
                }),
            }
        }
        let (count, last) = (header.folders.len(), self.folders.len().checked_sub(1));
        for file in &header.files {
            let none = || Problem::malformed(0, format!("the file {} lies in no folder", file.name));
            let folder = match file.folder {
                FolderOf::Number(number) if usize::from(number) < count => {
                    Ok(base.saturating_add(usize::from(number)))
                }
                FolderOf::Number(_) => Err(none()),
                FolderOf::ToNext => last.ok_or_else(none),
                // Listed by the volume before.
                FolderOf::FromPrevious if !first || later => continue,
                FolderOf::FromPrevious => Err(begins_before(header)),
            };
            self.files.push(File {
                name: file.name.clone(),
                size: u64::from(file.size),
                offset: u64::from(file.offset),
                folder,
            });
        }
    }
}

fn shared(start: u64) -> Problem {
    Problem::malformed(
        start,
        "another folder of the cabinet begins at the same place: folders may not share blocks",
    )
}

fn begins_before(header: &Header) -> Problem {
    let message = match &header.previous {
        Some(name) => format!("the file begins in the volume {name}, before this one"),
        None => {
            "the file should begin in a volume before this one, which the cabinet does not name".to_owned()
        }
    };
    Problem::new(ProblemKind::Truncated, message)
}
