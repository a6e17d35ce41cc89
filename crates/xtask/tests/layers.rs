//! The layers in ARCHITECTURE.md are those of the code: nothing in the library names what stands above it.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use testkit::repository;

/// The layer of each module of the library, from the top.
fn layers() -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
    let picture = text.split("```").nth(1).unwrap();
    let library = picture.split("\nbadsig\n").nth(1).unwrap();
    let mut layers = BTreeMap::new();
    // Names stand two columns in; lines that go on with a description stand further in.
    let lines =
        library.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    for (number, line) in lines.enumerate() {
        let names = line.split("  ").next().unwrap();
        layers.extend(names.split(", ").map(|name| (name.trim().to_owned(), number)));
    }
    layers
}

/// All files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The text of a file without its tests and comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The modules that a text names by `crate::name` or `crate::{name, …}`.
fn named(code: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect()
    };
    let mut found = Vec::new();
    for part in code.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            Some(list) => {
                found.extend(list.split('}').next().unwrap().split(',').map(|name| word(name.trim())))
            }
            None => found.push(word(part)),
        }
    }
    found.into_iter().filter(|name: &String| !name.is_empty()).collect()
}

#[test]
fn nothing_names_what_stands_above_it() {
    let layers = layers();
    let source = repository().join("crates/badsig/src");
    let mut wrong = Vec::new();
    for path in files(&source) {
        let name = path.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/");
        // Tests may look at anything.
        let is_test = ["tests.rs", "oracle.rs", "robustness.rs"].iter().any(|end| name.ends_with(end));
        let module = name.split('/').next().unwrap().trim_end_matches(".rs");
        if is_test || module == "lib" {
            continue;
        }
        let Some(own) = layers.get(module) else {
            wrong.push(format!("{module} is not in ARCHITECTURE.md"));
            continue;
        };
        for other in named(&code(&path)) {
            if layers.get(&other).is_some_and(|layer| layer < own) {
                wrong.push(format!("{name} names {other}, which stands above {module}"));
            }
        }
    }
    assert!(layers.len() > 20, "{layers:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
