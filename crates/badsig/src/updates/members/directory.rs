//! A catalog that was extracted into a directory.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Members;
use crate::limits::CATALOG_MEMBERS;
use crate::problem::{Problem, ProblemKind};

/// Levels of directories below the top: `V2/`, `ContentCertificates/`.
const DEPTH: usize = 4;

/// The files below a directory. Links are not followed.
pub struct DirectoryMembers {
    files: Vec<(String, PathBuf)>,
}

impl DirectoryMembers {
    /// Lists a directory, by name.
    ///
    /// # Errors
    /// A [`Problem`] when it cannot be listed, or holds too many files.
    pub fn new(path: &Path) -> Result<DirectoryMembers, Problem> {
        let mut members = DirectoryMembers { files: Vec::new() };
        members.list(path, "", DEPTH)?;
        Ok(members)
    }

    fn list(&mut self, path: &Path, prefix: &str, depth: usize) -> Result<(), Problem> {
        let failed = |error: std::io::Error| unreadable(path, &error);
        let mut entries =
            std::fs::read_dir(path).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() && depth > 0 {
                self.list(&entry.path(), &format!("{name}/"), depth.saturating_sub(1))?;
            } else if kind.is_file() {
                self.files.push((name, entry.path()));
            }
            if self.files.len() > CATALOG_MEMBERS {
                let message = format!("the directory holds more than {CATALOG_MEMBERS} files");
                return Err(Problem::new(ProblemKind::LimitReached, message));
            }
        }
        Ok(())
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(ProblemKind::Unreadable, format!("{}: {error}", path.display()))
}

impl Members for DirectoryMembers {
    fn names(&self) -> Vec<String> {
        self.files.iter().map(|(name, _)| name.clone()).collect()
    }

    fn visit(
        &self,
        wanted: &mut dyn FnMut(&str) -> bool,
        visit: &mut dyn FnMut(&str, &mut dyn Read) -> bool,
    ) -> Result<(), Problem> {
        for (name, path) in &self.files {
            if wanted(name) {
                let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
                if !visit(name, &mut file) {
                    break;
                }
            }
        }
        Ok(())
    }
}
