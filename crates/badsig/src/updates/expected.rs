//! What a package says of the file that it needs.

use serde::{Deserialize, Serialize};

use super::package::OriginFile;
use super::values;
use crate::hex::Hex;
use crate::trust::ExpectedContent;

/// The file that an update promises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Expected {
    /// Its name; null when the package gives none.
    pub file_name: Option<String>,
    /// Its size in bytes; null when the package gives none that can be read.
    pub size: Option<u64>,
    /// Its SHA-1; null when the package gives none that can be read.
    pub sha1: Option<Hex>,
    /// Its SHA-256; null when the package gives none.
    pub sha256: Option<Hex>,
    /// Where it can be had.
    pub url: Option<String>,
}

impl From<&OriginFile> for Expected {
    fn from(file: &OriginFile) -> Expected {
        let sha256 = file
            .additional_digests
            .iter()
            .filter(|digest| digest.algorithm.as_deref() == Some("SHA256"))
            .find_map(|digest| of_length(&digest.value, 32));
        Expected {
            file_name: file.file_name.clone(),
            size: file.size.as_deref().and_then(values::size),
            sha1: file.digest.as_deref().and_then(|digest| of_length(digest, 20)),
            sha256,
            url: file.url.clone(),
        }
    }
}

impl From<&Expected> for ExpectedContent {
    fn from(expected: &Expected) -> ExpectedContent {
        ExpectedContent { size: expected.size, sha1: expected.sha1.clone(), sha256: expected.sha256.clone() }
    }
}

/// A digest in base64; something of another length is none.
fn of_length(text: &str, length: usize) -> Option<Hex> {
    values::base64(text).filter(|digest| digest.0.len() == length)
}

/// The last part of a name or address: what may be the name of a file in a directory. `None` when nothing is
/// left, or only dots.
pub fn plain_name(text: &str) -> Option<&str> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let path = if text.contains("://") { path } else { text };
    let name = path.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    (!name.is_empty() && name.chars().any(|character| character != '.')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        assert_eq!(plain_name("http://h/a/b.exe?x=/c"), Some("b.exe"));
        assert_eq!(plain_name("..\\..\\b.exe"), Some("b.exe"));
        assert_eq!(plain_name("C:b#1.exe"), Some("b#1.exe"));
        assert_eq!(plain_name("http://h/"), None);
        assert_eq!(plain_name("a/.."), None);
    }
}
