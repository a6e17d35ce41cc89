//! Reading TOML with errors that say where and what is near.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Largest file that is read: policies and locks of thousands of products stay below.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Reads a file into a shape; gives its text too, for telling places in it.
pub(crate) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<(String, T), Failure> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| Failure::usage(format!("{shown} cannot be read: {error}"));
    if std::fs::metadata(path).map_err(unreadable)?.len() > LARGEST {
        return Err(Failure::usage(format!("{shown} has more than {} MB", LARGEST / 1024 / 1024)));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    match toml::from_str(&text) {
        Ok(value) => Ok((text, value)),
        Err(error) => Err(at(path, &text, error.span(), &explained(error.message()))),
    }
}

/// An error at a place of a file.
pub(super) fn at(path: &Path, text: &str, span: Option<Range<usize>>, message: &str) -> Failure {
    let place = span.map(|span| format!(" line {}", line(text, span.start))).unwrap_or_default();
    Failure::usage(format!("{}{place}: {message}", path.display()))
}

/// The number of the line that a byte stands in, from 1.
pub(super) fn line(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count().saturating_add(1)
}

/// Serde names every key that it knows; the nearest one is what helps.
fn explained(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (message.starts_with("unknown field"), names.split_first()) {
        (true, Some((unknown, known))) => {
            let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(unknown, known));
            let near = near.map(|near| format!("; nearest known: {near}")).unwrap_or_default();
            format!("unknown key \"{unknown}\"{near}")
        }
        _ => message.lines().next().unwrap_or(message).to_owned(),
    }
}
