//! Files that lie beside a package as they are, because its `File` table says that they are not compressed.
//!
//! Sources: Microsoft, "File Table" (`Attributes`: `msidbFileAttributesNoncompressed`, `msidbFileAttributesCompressed`), "Word
//! Count Summary" (for files with neither), "Directory Table" (`DefaultDir`: where they lie below the package).

use std::collections::HashMap;
use std::sync::Arc;

use super::{NAME, long_name};
use crate::describe::msi::Tables;
use crate::limits::Limits;
use crate::payload::beside::beside;
use crate::payload::{Container, Content, Member, Stop, Visitor};
use crate::problem::{Problem, ProblemKind};

/// `msidbFileAttributesNoncompressed` and `msidbFileAttributesCompressed`.
const NOT_COMPRESSED: i64 = 0x2000;
const COMPRESSED: i64 = 0x4000;
/// Bits of "Word Count Summary": short file names are used, source files are compressed.
const SHORT_NAMES: i64 = 1;
const SOURCE_COMPRESSED: i64 = 2;
/// Directories inside each other that are followed, and bytes of their names together: Windows has 260 characters for a path.
const DEPTH: usize = 64;
const PATH: usize = 1024;

/// A file beside a package.
pub(super) struct LooseFile {
    name: String,
    /// The directory below that of the package in which it lies, with `/` between parts; empty for the same one.
    directory: Arc<str>,
}

/// The files that lie beside a package.
///
/// # Errors
/// A [`Problem`] when a table that names one cannot be read.
pub(super) fn read(tables: &mut Tables<'_>, limits: &Limits) -> Result<Vec<LooseFile>, Problem> {
    let rows = limits.members;
    let words = tables.word_count(limits).unwrap_or(SOURCE_COMPRESSED);
    let attributes = tables.numbers("File", "Attributes", rows)?;
    let is_loose = |attributes: &Option<i64>| {
        let attributes = attributes.unwrap_or(0);
        attributes & NOT_COMPRESSED != 0 || (attributes & COMPRESSED == 0 && words & SOURCE_COMPRESSED == 0)
    };
    if !attributes.iter().any(is_loose) {
        return Ok(Vec::new());
    }
    let files = tables.texts("File", &["FileName", "Component_"], rows, NAME)?;
    let mut directories = Directories::read(tables, rows, words & SHORT_NAMES != 0)?;
    let loose = files.into_iter().zip(&attributes).filter(|(_, attributes)| is_loose(attributes));
    let mut file = |row: Vec<String>| match row.as_slice() {
        [name, component] => Some(LooseFile {
            name: directories.name(name).to_owned(),
            directory: directories.of_component(component),
        }),
        _ => None,
    };
    Ok(loose.filter_map(|(row, _)| file(row)).collect())
}

impl LooseFile {
    /// Gives the file to a visitor.
    pub(super) fn give(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let (name, found) = if self.directory.is_empty() {
            (self.name.clone(), beside(container, "the file", &self.name))
        } else {
            let message = format!(
                "the file lies in the directory {} beside it, where badsig does not look",
                self.directory
            );
            let problem = Problem::new(ProblemKind::NotThere, message);
            (format!("{}/{}", self.directory, self.name), Err(problem))
        };
        let content = found.map_or_else(Content::Unavailable, Content::Stored);
        visitor.member(Member { name, size: None, content })
    }
}

/// Where the directories of a package lie in its source.
struct Directories {
    /// Directories by component.
    components: HashMap<String, String>,
    /// Parent and name by directory.
    parents: HashMap<String, (String, String)>,
    short_names: bool,
    /// Those that were put together, by component: thousands of files lie in one.
    found: HashMap<String, Arc<str>>,
}

impl Directories {
    fn read(tables: &mut Tables<'_>, rows: usize, short_names: bool) -> Result<Directories, Problem> {
        let components = tables.texts("Component", &["Component", "Directory_"], rows, NAME)?;
        let parents =
            tables.texts("Directory", &["Directory", "Directory_Parent", "DefaultDir"], rows, NAME)?;
        let components = components.into_iter().filter_map(|row| <[String; 2]>::try_from(row).ok());
        let parents = parents.into_iter().filter_map(|row| <[String; 3]>::try_from(row).ok());
        Ok(Directories {
            components: components.map(|[component, directory]| (component, directory)).collect(),
            parents: parents.map(|[key, parent, name]| (key, (parent, name))).collect(),
            short_names,
            found: HashMap::new(),
        })
    }

    /// Of `SHORT|long`, the one that the source uses.
    fn name<'n>(&self, name: &'n str) -> &'n str {
        if self.short_names { name.split_once('|').map_or(name, |(short, _)| short) } else { long_name(name) }
    }

    fn of_component(&mut self, component: &str) -> Arc<str> {
        if let Some(found) = self.found.get(component) {
            return found.clone();
        }
        let directory: Arc<str> = self.put_together(component).into();
        self.found.insert(component.to_owned(), directory.clone());
        directory
    }

    /// The path of a component's directory in the source; what is too long, as where directories lie in each other, begins with `…`.
    fn put_together(&self, component: &str) -> String {
        let mut left = PATH;
        let mut key = self.components.get(component).map(String::as_str).unwrap_or_default();
        let mut parts = Vec::new();
        for _ in 0..DEPTH {
            // The row without a parent, or with itself as one, is the root of the source.
            let Some((parent, name)) =
                self.parents.get(key).filter(|(parent, _)| !parent.is_empty() && parent != key)
            else {
                break;
            };
            // `target:source`, or one name for both; a dot for the parent's own place.
            let source = self.name(name.split_once(':').map_or(name, |(_, source)| source));
            if source != "." {
                match left.checked_sub(source.len()) {
                    Some(rest) => left = rest,
                    None => {
                        parts.push("…");
                        break;
                    }
                }
                parts.push(source);
            }
            key = parent;
        }
        parts.reverse();
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of "Directory Table": `TARGETDIR` is the root, `.` adds nothing, a colon parts target and source.
    #[test]
    fn directories_of_the_source_are_put_together() {
        let row =
            |key: &str, parent: &str, name: &str| (key.to_owned(), (parent.to_owned(), name.to_owned()));
        let parents = [
            row("TARGETDIR", "", "SourceDir"),
            row("ProgramFilesFolder", "TARGETDIR", "."),
            row("APP", "ProgramFilesFolder", "Target:APP~1|Application"),
            row("BIN", "APP", "bin"),
            row("LOOP", "LOOP2", "a"),
            row("LOOP2", "LOOP", "b"),
        ];
        let components = ["TARGETDIR", "ProgramFilesFolder", "BIN", "LOOP", "nowhere"];
        let mut directories = Directories {
            components: components.iter().map(|key| ((*key).to_owned(), (*key).to_owned())).collect(),
            parents: parents.into_iter().collect(),
            short_names: false,
            found: HashMap::new(),
        };
        assert_eq!(&*directories.of_component("TARGETDIR"), "");
        assert_eq!(&*directories.of_component("ProgramFilesFolder"), "");
        assert_eq!(&*directories.of_component("BIN"), "Application/bin");
        assert!(Arc::ptr_eq(&directories.of_component("BIN"), &directories.of_component("BIN")));
        assert_eq!(directories.put_together("LOOP").split('/').count(), DEPTH);
        assert_eq!(&*directories.of_component("nowhere"), "");
        directories.short_names = true;
        assert_eq!(directories.put_together("BIN"), "APP~1/bin");
    }

    #[test]
    fn paths_end_somewhere() {
        let long = "x".repeat(250);
        let row = |key: &str, parent: &str| (key.to_owned(), (parent.to_owned(), long.clone()));
        let directories = Directories {
            components: [("C".to_owned(), "A".to_owned())].into(),
            parents: [row("A", "B"), row("B", "A")].into(),
            short_names: false,
            found: HashMap::new(),
        };
        let path = directories.put_together("C");
        assert!(path.starts_with("…/xxx") && path.len() < PATH + 10, "{}", path.len());
    }
}
