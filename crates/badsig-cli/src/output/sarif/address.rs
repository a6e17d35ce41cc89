//! Where a result stands. GitHub takes relative addresses only, and wants a region.

use badsig::FileReport;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::super::escape::escape;
use super::super::repository::Repository;
use super::super::updates::place;

/// Everything but what RFC 3986 calls unreserved, and what separates the segments of a path.
const NOT_IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The base that GitHub and other readers take for the top of the repository.
const BASE: &str = "%SRCROOT%";

/// A location: the file that was named, and in it the subject.
pub(super) fn location(
    repository: &Repository,
    file: &FileReport,
    subject: &FileReport,
    message: Option<&str>,
) -> Value {
    let line = file.line.unwrap_or(1);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact_location(repository, place(file)),
            "region": { "startLine": line, "startColumn": 1, "endLine": line, "endColumn": 1 },
        },
        "logicalLocations": [{
            "fullyQualifiedName": escape(&subject.path),
            "kind": if std::ptr::eq(file, subject) { "file" } else { "member" },
        }],
    });
    if let (Some(text), Some(fields)) = (message, location.as_object_mut()) {
        fields.insert("message".to_owned(), json!({ "text": text }));
    }
    location
}

/// A file by its address below the top of the repository.
pub(super) fn artifact_location(repository: &Repository, path: &str) -> Value {
    json!({ "uri": relative(repository, path), "uriBaseId": BASE })
}

/// A relative address for any path. The message has the path as given.
pub(super) fn relative(repository: &Repository, path: &str) -> String {
    let address = utf8_percent_encode(&repository.relative(path), NOT_IN_PATH).to_string();
    if address.is_empty() { "unnamed".to_owned() } else { address }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_and_encoded() {
        let relative = |path| relative(&Repository::default(), path);
        assert_eq!(relative("incoming/a b#1%.exe"), "incoming/a%20b%231%25.exe");
        assert_eq!(relative("/tmp/x.exe"), "tmp/x.exe");
        assert_eq!(relative("C:\\in\\x.exe"), "C%3A/in/x.exe");
        assert_eq!(relative("é"), "%C3%A9");
        assert_eq!(relative(".."), "unnamed");
    }
}
