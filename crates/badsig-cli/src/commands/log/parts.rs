//! Which files are parts of one log. ConfigMgr renames `X.log` to `X.lo_` when it is full; clients keep dated parts,
//! `X-20200317-102030.log`.

use std::path::{Path, PathBuf};

/// Files grouped to logs, in the order in which each log was first named; the parts of one log the oldest first.
pub(super) fn families(files: &[PathBuf]) -> Vec<Vec<&Path>> {
    let mut families: Vec<(PathBuf, Vec<&Path>)> = Vec::new();
    for file in files {
        let name = part(file).0;
        match families.iter_mut().find(|(known, _)| *known == name) {
            Some((_, parts)) if parts.contains(&file.as_path()) => {}
            Some((_, parts)) => parts.push(file),
            None => families.push((name, vec![file])),
        }
    }
    families
        .into_iter()
        .map(|(_, mut parts)| {
            parts.sort_by_key(|path| part(path).1);
            parts
        })
        .collect()
}

/// Older parts that exist beside what was named and were not named.
pub(super) fn older_parts(files: &[PathBuf]) -> Vec<PathBuf> {
    let logs =
        files.iter().filter(|file| file.extension().is_some_and(|end| end.eq_ignore_ascii_case("log")));
    let older = logs.map(|file| file.with_extension("lo_"));
    older.filter(|older| older.is_file() && !files.contains(older)).collect()
}

/// Where a part stands among those of its log.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    Dated(String),
    Old,
    Current,
}

/// The log that a file is a part of, and which part.
fn part(file: &Path) -> (PathBuf, Age) {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match (extension.as_str(), dated(&stem)) {
        ("lo_", _) => (file.with_file_name(stem), Age::Old),
        ("log", Some((name, date))) => (file.with_file_name(name), Age::Dated(date.to_owned())),
        ("log", None) => (file.with_file_name(stem), Age::Current),
        _ => (file.to_owned(), Age::Current),
    }
}

/// `X-20200317-102030` as name and date.
fn dated(stem: &str) -> Option<(&str, &str)> {
    let (name, date) = stem.split_at_checked(stem.len().checked_sub(16)?)?;
    let digits = |text: Option<&str>| text.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let fits = date.starts_with('-') && date.get(9..10) == Some("-");
    (fits && digits(date.get(1..9)) && digits(date.get(10..))).then_some((name, date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_parts_come_first() {
        let files =
            ["a/X.log", "b.txt", "a/X-20200317-102030.log", "a/X.lo_", "a/X-20190317-102030.log", "X.log"];
        let files: Vec<PathBuf> = files.map(PathBuf::from).to_vec();
        let families: Vec<Vec<String>> = families(&files)
            .into_iter()
            .map(|parts| parts.iter().map(|part| part.display().to_string()).collect())
            .collect();
        assert_eq!(
            families,
            [
                vec!["a/X-20190317-102030.log", "a/X-20200317-102030.log", "a/X.lo_", "a/X.log"],
                vec!["b.txt"],
                vec!["X.log"]
            ]
        );
    }
}
