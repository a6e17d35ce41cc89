//! Where a result stands. GitHub takes relative addresses only, and wants a region.

use badsig::FileReport;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::super::escape::escape;

/// Everything but what RFC 3986 calls unreserved, and what separates the segments of a path.
const NOT_IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The base that GitHub and other readers take for the top of the repository.
const BASE: &str = "%SRCROOT%";

/// A location: the file that was named, and in it the subject.
pub(super) fn location(file: &FileReport, subject: &FileReport, message: Option<&str>) -> Value {
    let line = file.line.unwrap_or(1);
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact_location(&file.path),
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
pub(super) fn artifact_location(path: &str) -> Value {
    json!({ "uri": relative(path), "uriBaseId": BASE })
}

/// A relative address for any path: of an absolute one, what follows the working directory, else what follows the
/// root; steps upwards are left out. The message has the path as given.
pub(super) fn relative(path: &str) -> String {
    let inside = std::env::current_dir().ok().and_then(|directory| {
        let directory = format!("{}/", directory.to_str()?.replace('\\', "/"));
        path.replace('\\', "/").strip_prefix(&directory).map(str::to_owned)
    });
    let path = inside.unwrap_or_else(|| path.replace('\\', "/"));
    let path = path.split_once("://").map_or(path.as_str(), |(_, rest)| rest);
    let steps: Vec<&str> = path.split('/').filter(|step| !matches!(*step, "" | "." | "..")).collect();
    let address = utf8_percent_encode(&steps.join("/"), NOT_IN_PATH).to_string();
    if address.is_empty() { "unnamed".to_owned() } else { address }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_and_encoded() {
        assert_eq!(relative("incoming/a b#1%.exe"), "incoming/a%20b%231%25.exe");
        assert_eq!(relative("/tmp/x.exe"), "tmp/x.exe");
        assert_eq!(relative("../x.exe"), "x.exe");
        assert_eq!(relative("C:\\in\\x.exe"), "C%3A/in/x.exe");
        assert_eq!(relative("https://example.com/x.exe"), "example.com/x.exe");
        assert_eq!(relative("é"), "%C3%A9");
        assert_eq!(relative(".."), "unnamed");
        let inside = std::env::current_dir().unwrap().join("in/x.exe");
        assert_eq!(relative(inside.to_str().unwrap()), "in/x.exe");
    }
}
