//! From what was named to the files that are judged: directories, patterns, lists, addresses.
//!
//! Nothing is left out silently: whatever cannot be listed, and whatever names nothing, becomes an entry that
//! is reported as undecided.

use std::fs::symlink_metadata;
use std::path::{Path, PathBuf};

use badsig::problem::{Problem, ProblemKind};

use crate::downloads::{Downloads, Wanted};
use crate::failure::Failure;

mod list;
mod pattern;
pub(crate) mod remote;
pub(crate) mod winget;

pub(crate) use list::read as listed;
use pattern::Pattern;
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
            Input::Typed(path) if is_pattern(path) => matches(path, &mut found),
            Input::Typed(path) | Input::Exact(path) => below(path, &mut found),
            Input::Address(url) => found.push(Entry::Remote(Remote::new(Wanted::anything_at(url)))),
        }
    }
    found
}

/// A path is a pattern when it says so and no file has that very name.
fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(pattern::is_wild) && symlink_metadata(path).is_err()
}

fn matches(path: &Path, found: &mut Vec<Entry>) {
    let before = found.len();
    match Pattern::new(path) {
        Ok(pattern) => pattern.find(found),
        Err(why) => return found.push(Entry::unreadable(path, format!("not a pattern: {why}"))),
    }
    if found.len() == before {
        found.push(Entry::unreadable(path, "no file matches this pattern"));
    }
}

/// A file itself, or every file below a directory.
fn below(path: &Path, found: &mut Vec<Entry>) {
    if !path.is_dir() {
        return found.push(Entry::File(path.to_owned()));
    }
    let before = found.len();
    Pattern::everything_below(path).find(found);
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
        assert_eq!(names(&[&root.path().join("**/*.msi")]), ["1.msi", "2.msi"]);
        assert_eq!(names(&[&root.path().join("*")]).len(), 5);
    }

    #[cfg(unix)]
    #[test]
    fn links_upwards_name_what_their_place_in_the_pattern_names() {
        let root = tree();
        std::os::unix::fs::symlink(".", root.path().join("again")).unwrap();
        std::os::unix::fs::symlink("..", root.path().join("b/up")).unwrap();
        let of = |pattern: &str| names(&[&root.path().join(pattern)]);
        assert_eq!(of("*/a.exe"), ["a.exe"], "by again/a.exe");
        assert_eq!(of("*/*/a.exe"), ["a.exe"], "by again/again and by b/up, once");
        assert_eq!(of("b/*/a.*"), ["a.exe"]);
        let all = ["1.msi", "2.msi", "a.exe", "1.msi", "2.msi", "c[1].exe"];
        assert_eq!(of("b*"), all, "everything below b/up counts, b in it too");
        assert_eq!(of("**/b/1.msi"), ["1.msi"]);
        assert_eq!(of("**"), ["a.exe", "1.msi", "2.msi", "c[1].exe"]);
    }

    /// Thirty directories with two links each to the next one: a billion paths, and thirty-one files.
    #[cfg(unix)]
    #[test]
    fn links_do_not_multiply() {
        let root = tempfile::tempdir().unwrap();
        for number in 0..=30 {
            let directory = root.path().join(number.to_string());
            std::fs::create_dir(&directory).unwrap();
            std::fs::write(directory.join(format!("{number}.exe")), "").unwrap();
            for link in ["a", "b"].iter().filter(|_| number < 30) {
                let next = root.path().join((number + 1).to_string());
                std::os::unix::fs::symlink(next, directory.join(link)).unwrap();
            }
        }
        for input in [root.path().to_owned(), root.path().join("**"), root.path().join("0/**/*.exe")] {
            let found = names(&[&input]);
            let different: std::collections::BTreeSet<&String> = found.iter().collect();
            assert_eq!(different.len(), 31);
            assert!(found.len() < 100, "{}", found.len());
        }
        std::os::unix::fs::symlink(".", root.path().join("30/again")).unwrap();
        std::os::unix::fs::symlink(".", root.path().join("30/and-again")).unwrap();
        assert_eq!(names(&[&root.path().join("30/**/*.exe")]), ["30.exe"]);
    }

    #[test]
    fn wildcards_stay_within_a_name_and_two_do_not() {
        let root = tree();
        let of = |pattern: &str| names(&[&root.path().join(pattern)]);
        assert_eq!(of("*.msi"), ["(*.msi)"]);
        assert_eq!(of("?/[12].msi"), ["1.msi", "2.msi"]);
        assert_eq!(of("**"), ["a.exe", "1.msi", "2.msi", "c[1].exe"]);
        assert_eq!(of("b/**"), ["1.msi", "2.msi"]);
        assert_eq!(of("**/b/**/2.*"), ["2.msi"]);
        assert_eq!(of("b*"), ["1.msi", "2.msi"], "a directory stands for what is below it");
        assert_eq!(of("*/../a.exe"), ["(a.exe)"]);
        assert_eq!(of("[.exe"), ["([.exe)"]);
        assert_eq!(of("no-such/*"), ["(*)"]);
    }

    /// A name that is no text is a name all the same.
    #[cfg(target_os = "linux")]
    #[test]
    fn names_that_are_no_text_match_too() {
        use std::os::unix::ffi::OsStrExt;
        let root = tempfile::tempdir().unwrap();
        let name = std::ffi::OsStr::from_bytes(b"bad\xff.exe");
        std::fs::write(root.path().join(name), "").unwrap();
        for pattern in ["*.exe", "bad?.exe", "**/*.exe"] {
            assert_eq!(names(&[&root.path().join(pattern)]), ["bad\u{fffd}.exe"], "{pattern}");
        }
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
