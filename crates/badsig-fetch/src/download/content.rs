//! What a file must be, what it is, and what the server says of it.

use reqwest::Response;
use reqwest::header::{self, HeaderName};

use crate::attempt::text;
use crate::cache::Validators;
use crate::error::Failure;

/// What a file must be. What is absent is not compared.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Expected {
    /// Size in bytes.
    pub size: Option<u64>,
    /// SHA-1, as update catalogs have it.
    pub sha1: Option<[u8; 20]>,
    /// SHA-256.
    pub sha256: Option<[u8; 32]>,
}

/// What has arrived.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Arrived {
    /// Size in bytes.
    pub size: u64,
    /// SHA-1.
    pub sha1: [u8; 20],
    /// SHA-256.
    pub sha256: [u8; 32],
    /// What the server said, to ask later whether it is still the same.
    pub validators: Validators,
}

/// The headers that matter.
pub(super) struct Said {
    pub(super) length: Option<u64>,
    /// First byte, and the size of the whole file when it is known (RFC 9110 section 14.4).
    pub(super) range: Option<(u64, Option<u64>)>,
    pub(super) validators: Validators,
}

impl Said {
    pub(super) fn of(response: &Response) -> Result<Said, Failure> {
        let value = |name: HeaderName| text(response.headers(), name);
        if value(header::CONTENT_ENCODING).is_some_and(|own| !own.eq_ignore_ascii_case("identity")) {
            return Err(Failure::WrongContent { expected: "file as it is" });
        }
        Ok(Said {
            length: value(header::CONTENT_LENGTH).and_then(|length| length.trim().parse().ok()),
            range: value(header::CONTENT_RANGE).as_deref().and_then(range),
            validators: Validators { etag: value(header::ETAG), last_modified: value(header::LAST_MODIFIED) },
        })
    }
}

/// `bytes 100-199/200`, `bytes 100-199/*`.
fn range(text: &str) -> Option<(u64, Option<u64>)> {
    let (positions, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, end) = positions.split_once('-')?;
    let (start, end): (u64, u64) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
    let total = if total.trim() == "*" { None } else { Some(total.trim().parse().ok()?) };
    // What is sent must reach to the end of the file.
    let whole = total.is_none_or(|total: u64| end.checked_add(1) == Some(total));
    (start <= end && whole).then_some((start, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(range("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(range("bytes 0-9/*"), Some((0, None)));
        for text in ["", "bytes */200", "bytes 5-4/200", "bytes 0-9/200", "items 0-9/10", "bytes 0-x/10"] {
            assert_eq!(range(text), None, "{text}");
        }
    }
}
