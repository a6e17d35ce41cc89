//! Reading TOML with errors that say where and what is near.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::files;

/// Reads a file into a shape; gives its text too, for telling places in it.
pub(crate) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<(String, T), Failure> {
    let text = String::from_utf8(files::read(path, files::SETTINGS)?)
        .map_err(|error| Failure::usage(format!("{}: is no UTF-8: {error}", path.display())))?;
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
