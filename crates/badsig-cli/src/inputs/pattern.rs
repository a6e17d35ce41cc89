//! Patterns that name files: `incoming/**/*.msi`.
//!
//! `*`, `?` and `[…]` stand for characters of one name, `**` for any number of directories. A directory that matches stands
//! for everything below it.

use std::collections::{BTreeSet, HashSet};
use std::path::{Component, Path, PathBuf};

use glob::MatchOptions;
use walkdir::{DirEntry, WalkDir};

use super::{Entry, cannot_list};

const NAMES: MatchOptions = MatchOptions {
    case_sensitive: !cfg!(windows),
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// What is searched, and which names count below it.
pub(super) struct Pattern {
    base: PathBuf,
    parts: Vec<Part>,
}

enum Part {
    /// `**`.
    AnyDepth,
    /// One name.
    Name(glob::Pattern),
}

/// How far a path follows the pattern: the parts that may come next. A path that follows it to its end is wanted, and
/// everything below it.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Way {
    Next(BTreeSet<usize>),
    Wanted,
}

impl Pattern {
    /// Reads a pattern: what stands before the first name with a wildcard is where the search begins.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn new(path: &Path) -> Result<Pattern, String> {
        let mut pattern = Pattern { base: PathBuf::new(), parts: Vec::new() };
        for component in path.components() {
            let text = component.as_os_str().to_string_lossy();
            if pattern.parts.is_empty() && !is_wild(&text) {
                pattern.base.push(component);
                continue;
            }
            pattern.parts.push(match component {
                Component::Normal(_) if text == "**" => Part::AnyDepth,
                Component::Normal(_) => Part::Name(glob::Pattern::new(&text).map_err(|why| why.to_string())?),
                _ => return Err("'..' cannot follow a wildcard".to_owned()),
            });
        }
        Ok(pattern)
    }

    /// Everything below a directory.
    pub(super) fn everything_below(directory: &Path) -> Pattern {
        Pattern { base: directory.to_owned(), parts: vec![Part::AnyDepth] }
    }

    /// The files that match, by name, and what keeps others from being known. Links are followed, so that nothing below is
    /// missed, unless they lead to a directory whose files the pattern named already.
    pub(super) fn find(&self, found: &mut Vec<Entry>) {
        let here = self.base.as_os_str().is_empty();
        let start = if here { Path::new(".") } else { &self.base };
        if !start.is_dir() {
            return;
        }
        let mut linked = HashSet::new();
        let mut walks = vec![start.to_owned()];
        while let Some(from) = walks.pop() {
            let walk = WalkDir::new(from).follow_links(true).sort_by_file_name().into_iter();
            for item in walk.filter_entry(|entry| self.is_entered(start, entry, &mut linked)) {
                match item {
                    Ok(item) if item.file_type().is_dir() => {}
                    Ok(item) => found.push(Entry::File(shown(item.path(), here))),
                    Err(error) => match (error.loop_ancestor(), error.path()) {
                        (Some(above), Some(link)) if !self.leads_on(start, above, link) => {}
                        (Some(_), Some(link)) => walks.push(link.to_owned()),
                        (_, at) => self.not_listed(start, at.unwrap_or(start), &error, here, found),
                    },
                }
            }
        }
    }

    /// Keeps what could not be listed, when that matters.
    fn not_listed(
        &self,
        start: &Path,
        at: &Path,
        error: &walkdir::Error,
        here: bool,
        found: &mut Vec<Entry>,
    ) {
        if self.concerns(start, at) {
            let why = error.io_error().map_or_else(|| error.to_string(), cannot_list);
            found.push(Entry::unreadable(shown(at, here), why));
        }
    }

    /// Whether a link to a directory above names files there that the pattern did not name on the way to the link:
    /// `in/*/x.exe` names `in/x.exe` only by a link `in/again` to `in`.
    fn leads_on(&self, start: &Path, above: &Path, link: &Path) -> bool {
        let everything = |parts: &BTreeSet<usize>| {
            let last = self.parts.len().saturating_sub(1);
            parts.contains(&last)
                && matches!(self.parts.get(last), Some(Part::Name(name)) if name.as_str() == "*")
        };
        match (self.way(start, above), self.way(start, link)) {
            (_, None) | (Some(Way::Wanted), _) => false,
            (Some(Way::Next(before)), Some(Way::Next(now))) => {
                !everything(&before) && !now.is_subset(&before)
            }
            (Some(Way::Next(before)), Some(Way::Wanted)) => !everything(&before),
            (None, Some(_)) => true,
        }
    }

    /// Whether a file is wanted, or a directory may hold what is.
    fn is_entered(&self, start: &Path, entry: &DirEntry, linked: &mut HashSet<(PathBuf, Way)>) -> bool {
        let Some(way) = self.way(start, entry.path()) else { return false };
        if !entry.file_type().is_dir() {
            return way == Way::Wanted;
        }
        // Where a link leads is not known when it leads nowhere; walking on says so.
        let target = if entry.path_is_symlink() { entry.path().canonicalize().ok() } else { None };
        target.is_none_or(|target| linked.insert((target, way)))
    }

    /// Whether what cannot be looked at matters: it may hold files that are wanted, unless it is a link that leads nowhere.
    fn concerns(&self, start: &Path, path: &Path) -> bool {
        match self.way(start, path) {
            Some(Way::Wanted) => true,
            Some(Way::Next(_)) => !path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()),
            None => false,
        }
    }

    /// How far a path follows the pattern; `None` when it has left it.
    fn way(&self, start: &Path, path: &Path) -> Option<Way> {
        let mut next = self.with_skipped(BTreeSet::from([0]));
        for name in path.strip_prefix(start).ok()?.components() {
            if next.contains(&self.parts.len()) {
                return Some(Way::Wanted);
            }
            let name = name.as_os_str().to_string_lossy();
            next = self.with_skipped(next.iter().filter_map(|part| self.after(*part, &name)).collect());
        }
        if next.contains(&self.parts.len()) {
            return Some(Way::Wanted);
        }
        (!next.is_empty()).then_some(Way::Next(next))
    }

    /// The part that comes after a name.
    fn after(&self, part: usize, name: &str) -> Option<usize> {
        match self.parts.get(part)? {
            Part::AnyDepth => Some(part),
            Part::Name(pattern) => pattern.matches_with(name, NAMES).then(|| part.saturating_add(1)),
        }
    }

    /// With those that come after a `**` that stands for no directory.
    fn with_skipped(&self, mut parts: BTreeSet<usize>) -> BTreeSet<usize> {
        for (place, part) in self.parts.iter().enumerate() {
            if matches!(part, Part::AnyDepth) && parts.contains(&place) {
                parts.insert(place.saturating_add(1));
            }
        }
        parts
    }
}

/// Whether a path or a name holds a wildcard.
pub(super) fn is_wild(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// A path as the pattern names it.
fn shown(path: &Path, here: bool) -> PathBuf {
    let below = if here { path.strip_prefix(".").ok() } else { None };
    below.unwrap_or(path).to_owned()
}
