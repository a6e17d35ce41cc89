//! Headers of requests and answers: which bytes of which version of a file (RFC 9110 sections 8, 13 and 14).

use std::ops::Range;

use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{RequestBuilder, Response};

use crate::error::Failure;
use crate::validators::Validators;

/// Asks for the bytes of a file as they are: digests and ranges are not of compressed ones.
pub(crate) fn as_it_is(request: RequestBuilder) -> RequestBuilder {
    request.header(header::ACCEPT_ENCODING, "identity")
}

/// Asks for a body only when it is another one than the caller holds.
pub(crate) fn unless(mut request: RequestBuilder, held: &Validators) -> RequestBuilder {
    if let Some(etag) = &held.etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    if let Some(date) = &held.last_modified {
        request = request.header(header::IF_MODIFIED_SINCE, date);
    }
    request
}

/// Asks for the bytes from `first` on, up to the one before `end`, when the file is still of the version that `if_range` names;
/// else for all of it.
pub(crate) fn range(
    request: RequestBuilder,
    first: u64,
    end: Option<u64>,
    if_range: Option<&str>,
) -> RequestBuilder {
    let last = end.map(|end| end.saturating_sub(1).to_string()).unwrap_or_default();
    let request = request.header(header::RANGE, format!("bytes={first}-{last}"));
    match if_range {
        Some(validator) => request.header(header::IF_RANGE, validator),
        None => request,
    }
}

/// A header that is text.
pub(crate) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
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
    pub(crate) fn is_the_rest(&self) -> bool {
        self.total.is_none_or(|total| self.last.checked_add(1) == Some(total))
    }

    /// Size of the whole file and number of bytes sent, when this is what was asked for.
    pub(crate) fn answers(&self, asked: &Range<u64>) -> Option<(u64, u64)> {
        let total = self.total?;
        let end = self.last.checked_add(1)?;
        (self.first == asked.start && end == asked.end.min(total))
            .then(|| (total, end.saturating_sub(self.first)))
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
