//! From what was named to the files that are judged: directories, patterns, lists, addresses.
//!
//! Nothing is left out silently: whatever cannot be listed, and whatever names nothing, becomes an entry that
//! is reported as undecided.

use std::fs::symlink_metadata;
use std::path::{Path, PathBuf};

use badsig::problem::{Problem, ProblemKind};
use glob::MatchOptions;
use walkdir::WalkDir;

use crate::downloads::{Downloads, Wanted};
use crate::failure::Failure;

mod list;
pub(crate) mod remote;
pub(crate) mod winget;

pub(crate) use list::read as listed;
pub(crate) use remote::{Located, Remote, address};

/// Something that gets a line in the report.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A path to open; it need not exist.
    File(PathBuf),
    /// A file to download first.
    Remote(Remote),
    /// A path that cannot be judged, and why.
    Unreadable(PathBuf, Problem),
}

impl Entry {
    /// The path as given.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Entry::File(path) | Entry::Unreadable(path, _) => path,
            Entry::Remote(remote) => remote.shown(),
        }
    }

    /// Everything that it stands for: itself, or all objects of a store below a name.
    pub(crate) fn listed(self, downloads: &Downloads) -> Vec<Entry> {
        let Some(url) = (if let Entry::Remote(remote) = &self { remote.below() } else { None }) else {
            return vec![self];
        };
        match downloads.list(url) {
            Ok(found) if found.is_empty() => {
                vec![Entry::unreadable(url, "there is no object below this name")]
            }
            Ok(found) => found.into_iter().map(|listed| Entry::Remote(Remote::listed(listed))).collect(),
            Err(why) => vec![Entry::unreadable(url, why)],
        }
    }

    /// Bytes of the file, where they are known before it is opened: what every machine knows that sees the same inputs.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Entry::Remote(remote) => remote.size(),
            Entry::File(path) => Some(std::fs::metadata(path).map_or(0, |metadata| metadata.len())),
            Entry::Unreadable(..) => Some(0),
        }
    }

    fn unreadable(path: impl Into<PathBuf>, why: impl Into<String>) -> Entry {
        Entry::Unreadable(path.into(), Problem::new(ProblemKind::Unreadable, why))
    }
}

/// Something that names files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Typed: a path or a pattern.
    Typed(PathBuf),
    /// From a list: a path as it stands.
    Exact(PathBuf),
    /// An address.
    Address(String),
}

/// What stands on the command line.
pub(crate) fn typed(paths: &[PathBuf]) -> Vec<Input> {
    paths.iter().map(|path| Input::of(path.clone(), Input::Typed)).collect()
}

/// What stands on the command line of a command that downloads nothing.
pub(crate) fn local(paths: &[PathBuf]) -> Result<Vec<Input>, Failure> {
    match paths.iter().find(|path| remote::address(path).is_some()) {
        Some(path) => {
            let shown = badsig_fetch::without_secrets(&path.to_string_lossy());
            Err(Failure::usage(format!("{shown}: this command downloads nothing; download the file first")))
        }
        None => Ok(typed(paths)),
    }
}

/// The one file of a command that downloads nothing.
pub(crate) fn one_local(path: &Path) -> Result<&Path, Failure> {
    local(&[path.to_owned()]).map(|_| path)
}

impl Input {
    fn of(path: PathBuf, otherwise: impl FnOnce(PathBuf) -> Input) -> Input {
        match remote::address(&path) {
            Some(url) => Input::Address(url.to_owned()),
            None => otherwise(path),
        }
    }
}

/// The files that the inputs name, in their order; directories by name.
pub(crate) fn find(inputs: &[Input]) -> Vec<Entry> {
    let mut found = Vec::new();
    for input in inputs {
        match input {
            Input::Typed(path) => match pattern(path) {
                Some(pattern) => matches(path, pattern, &mut found),
                None => below(path, &mut found),
            },
            Input::Exact(path) => below(path, &mut found),
            Input::Address(url) => found.push(Entry::Remote(Remote::new(Wanted::anything_at(url)))),
        }
    }
    found
}

/// A path is a pattern when it says so and no file has that very name.
fn pattern(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    (text.contains(['*', '?', '[']) && symlink_metadata(path).is_err()).then_some(text)
}

fn matches(path: &Path, pattern: &str, found: &mut Vec<Entry>) {
    let options = MatchOptions { case_sensitive: !cfg!(windows), ..MatchOptions::default() };
    let paths = match glob::glob_with(pattern, options) {
        Ok(paths) => paths,
        Err(error) => return found.push(Entry::unreadable(path, format!("not a pattern: {error}"))),
    };
    let before = found.len();
    for item in paths {
        match item {
            Ok(path) => below(&path, found),
            Err(error) => found.push(Entry::unreadable(error.path(), cannot_list(error.error()))),
        }
    }
    if found.len() == before {
        found.push(Entry::unreadable(path, "no file matches this pattern"));
    }
}

/// A file itself, or every file below a directory. Links are followed, so that nothing below is missed; a
/// link back to a directory above would only list the same files again.
fn below(path: &Path, found: &mut Vec<Entry>) {
    if !path.is_dir() {
        return found.push(Entry::File(path.to_owned()));
    }
    let before = found.len();
    for item in WalkDir::new(path).follow_links(true).sort_by_file_name() {
        match item {
            Ok(item) if item.file_type().is_dir() => {}
            Ok(item) => found.push(Entry::File(item.into_path())),
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let at = error.path().unwrap_or(path);
                let why = error.io_error().map_or_else(|| error.to_string(), cannot_list);
                found.push(Entry::unreadable(at, why));
            }
        }
    }
    if found.len() == before {
        found.push(Entry::unreadable(path, "the directory holds no files"));
    }
}

fn cannot_list(error: &std::io::Error) -> String {
    format!("cannot be listed: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &[&Path]) -> Vec<String> {
        let inputs: Vec<Input> = inputs.iter().map(|path| Input::Typed(path.to_path_buf())).collect();
        find(&inputs)
            .iter()
            .map(|entry| {
                let name = entry.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
                if matches!(entry, Entry::File(_)) { name } else { format!("({name})") }
            })
            .collect()
    }

    fn tree() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("b/empty")).unwrap();
        for name in ["b/2.msi", "b/1.msi", "a.exe", "c[1].exe"] {
            std::fs::write(root.path().join(name), name).unwrap();
        }
        root
    }

    #[test]
    fn directories_are_listed_by_name_and_below() {
        assert_eq!(names(&[tree().path()]), ["a.exe", "1.msi", "2.msi", "c[1].exe"]);
    }

    #[test]
    fn patterns_are_expanded_unless_a_file_has_that_name() {
        let root = tree();
        assert_eq!(names(&[&root.path().join("**/*.msi")]), ["1.msi", "2.msi"]);
        assert_eq!(names(&[&root.path().join("c[1].exe")]), ["c[1].exe"]);
    }

    #[test]
    fn what_names_nothing_is_an_entry() {
        let root = tree();
        assert_eq!(names(&[&root.path().join("*.cab")]), ["(*.cab)"]);
        assert_eq!(names(&[&root.path().join("b/empty")]), ["(empty)"]);
        assert_eq!(names(&[&root.path().join("missing")]), ["missing"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        let root = tree();
        std::os::unix::fs::symlink(root.path(), root.path().join("b/up")).unwrap();
        std::os::unix::fs::symlink("nowhere", root.path().join("dangling")).unwrap();
        assert_eq!(names(&[root.path()]), ["a.exe", "1.msi", "2.msi", "c[1].exe", "(dangling)"]);
    }

    #[test]
    fn addresses_are_downloaded_by_commands_that_do() {
        let paths = [PathBuf::from("HTTPS://me:secret@example.com/a.msi"), PathBuf::from("http.msi")];
        assert_eq!(
            typed(&paths),
            [
                Input::Address("HTTPS://me:secret@example.com/a.msi".to_owned()),
                Input::Typed(PathBuf::from("http.msi"))
            ]
        );
        let refused = local(&paths).unwrap_err().to_string();
        assert!(
            refused.starts_with("https://example.com/a.msi: this command downloads nothing"),
            "{refused}"
        );
        assert!(local(&paths[1..]).is_ok());
    }
}
