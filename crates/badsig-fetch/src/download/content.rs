//! What a file must be, what it is, and what the server says of it.

use reqwest::Response;
use reqwest::header::{self, HeaderName};

use crate::attempt::text;
use crate::error::Failure;
use crate::validators::Validators;

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

impl Expected {
    /// Whether a file can be told from every other one by it.
    pub(super) fn has_digest(&self) -> bool {
        self.sha1.is_some() || self.sha256.is_some()
    }
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
pub(crate) struct Said {
    pub(crate) length: Option<u64>,
    pub(crate) range: Option<Sent>,
    pub(crate) validators: Validators,
}

/// Which bytes are sent (`Content-Range`, RFC 9110 section 14.4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Sent {
    pub(crate) first: u64,
    pub(crate) last: u64,
    /// Size of the whole file, when it is known.
    pub(crate) total: Option<u64>,
}

impl Said {
    pub(crate) fn of(response: &Response) -> Result<Said, Failure> {
        let value = |name: HeaderName| text(response.headers(), name);
        if value(header::CONTENT_ENCODING).is_some_and(|own| !own.eq_ignore_ascii_case("identity")) {
            return Err(Failure::WrongContent { expected: "file as it is" });
        }
        Ok(Said {
            length: value(header::CONTENT_LENGTH).and_then(|length| length.trim().parse().ok()),
            range: value(header::CONTENT_RANGE).as_deref().and_then(Sent::parse),
            validators: Validators { etag: value(header::ETAG), last_modified: value(header::LAST_MODIFIED) },
        })
    }
}

impl Sent {
    /// `bytes 100-199/200`, `bytes 100-199/*`.
    fn parse(text: &str) -> Option<Sent> {
        let (positions, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = positions.split_once('-')?;
        let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        let total = if total.trim() == "*" { None } else { Some(total.trim().parse().ok()?) };
        let within = total.is_none_or(|total: u64| last < total);
        (first <= last && within).then_some(Sent { first, last, total })
    }

    /// Whether it reaches to the end of the file, as far as that is known.
    pub(super) fn is_the_rest(&self) -> bool {
        self.total.is_none_or(|total| self.last.checked_add(1) == Some(total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let sent = |first, last, total| Some(Sent { first, last, total });
        assert_eq!(Sent::parse("bytes 100-199/200"), sent(100, 199, Some(200)));
        assert_eq!(Sent::parse("bytes 0-9/*"), sent(0, 9, None));
        assert_eq!(Sent::parse("bytes 0-9/200"), sent(0, 9, Some(200)));
        for text in ["", "bytes */200", "bytes 5-4/200", "bytes 0-200/200", "items 0-9/10", "bytes 0-x/10"] {
            assert_eq!(Sent::parse(text), None, "{text}");
        }
        let rest = |text| Sent::parse(text).is_some_and(|sent| sent.is_the_rest());
        assert!(rest("bytes 100-199/200") && rest("bytes 100-199/*") && !rest("bytes 0-9/200"));
    }
}
