//! Giving the files of a set to a visitor.

use super::folder::{FileReader, FolderReader};
use super::set::{File, Folder, Set};
use crate::payload::{Content, Member, Stop, Visitor};
use crate::problem::Problem;

/// Visits every file, folder by folder.
pub(super) fn visit(set: &Set, visitor: &mut dyn Visitor) -> Result<(), Stop> {
    let mut by_folder: Vec<Vec<&File>> = set.folders.iter().map(|_| Vec::new()).collect();
    for file in &set.files {
        match &file.folder {
            Ok(number) => {
                if let Some(files) = by_folder.get_mut(*number) {
                    files.push(file);
                }
            }
            Err(problem) => give(file, Content::Unavailable(problem.clone()), visitor)?,
        }
    }
    // A folder without files needs no memory for unpacking.
    let filled = set.folders.iter().zip(by_folder).filter(|(_, files)| !files.is_empty());
    for (folder, mut files) in filled {
        files.sort_by_key(|file| (file.offset, file.size));
        visit_folder(set, folder, &files, visitor)?;
    }
    // What the missing volumes list is not known.
    set.incomplete.clone().map_or(Ok(()), |problem| Err(problem.into()))
}

fn visit_folder(set: &Set, folder: &Folder, files: &[&File], visitor: &mut dyn Visitor) -> Result<(), Stop> {
    let mut reader = match FolderReader::new(set, folder) {
        Ok(reader) => reader,
        Err(problem) => {
            return files
                .iter()
                .try_for_each(|file| give(file, Content::Unavailable(problem.clone()), visitor));
        }
    };
    let mut before: Option<&File> = None;
    for file in files {
        if file.size == 0 {
            give(file, Content::Unpacked(&mut std::io::empty()), visitor)?;
            continue;
        }
        if let Some(same) = before.filter(|before| (before.offset, before.size) == (file.offset, file.size)) {
            give(file, Content::SameAs(same.name.clone()), visitor)?;
            continue;
        }
        if let Some(other) = before.filter(|before| before.offset.saturating_add(before.size) > file.offset) {
            let message = format!("it shares bytes of its folder with the file {}", other.name);
            give(file, Content::Unavailable(Problem::malformed(0, message)), visitor)?;
            continue;
        }
        before = Some(file);
        match reader.skip_to(file.offset, visitor) {
            Ok(()) => {
                let mut content = FileReader { folder: &mut reader, left: file.size };
                give(file, Content::Unpacked(&mut content), visitor)?;
            }
            Err(Stop::Problem(problem)) => give(file, Content::Unavailable(problem), visitor)?,
            Err(Stop::Enough) => return Err(Stop::Enough),
        }
    }
    Ok(())
}

fn give(file: &File, content: Content<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
    visitor.member(Member { name: file.name.clone(), size: Some(file.size), content })
}
