//! What a server says to tell versions of a file apart (RFC 9110 section 8.8).

use serde::{Deserialize, Serialize};

/// What a server said to ask later whether the body is still current.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Validators {
    /// One that `If-Range` may have: a strong entity tag, or else a date.
    pub(crate) fn for_ranges(&self) -> Option<&str> {
        self.strong().or(self.last_modified.as_deref())
    }

    /// The entity tag, when the same one means the same bytes.
    pub(crate) fn strong(&self) -> Option<&str> {
        self.etag.as_deref().filter(|etag| is_strong(etag))
    }

    /// Whether an answer that says this of itself may belong to the same version. One that says nothing may.
    pub(crate) fn may_be_of(&self, said: &Validators) -> bool {
        if let (Some(own), Some(other)) = (&self.etag, &said.etag) {
            if own != other {
                return false;
            }
            if is_strong(own) {
                return true;
            }
        }
        match (&self.last_modified, &said.last_modified) {
            (Some(own), Some(other)) => own == other,
            // What cannot be compared is no reason to put two files together.
            _ => said.for_ranges().is_none(),
        }
    }
}

/// Weak ones mean files that are as good as the same (RFC 9110 section 8.8.3).
pub(crate) fn is_strong(etag: &str) -> bool {
    !etag.starts_with("W/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(etag: &str, date: &str) -> Validators {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Validators { etag: some(etag), last_modified: some(date) }
    }

    #[test]
    fn versions_are_told_apart() {
        for (own, other, may) in [
            (said("\"1\"", ""), said("\"1\"", ""), true),
            (said("\"1\"", ""), said("\"2\"", ""), false),
            (said("\"1\"", "a"), said("\"1\"", "b"), true),
            (said("\"1\"", "a"), said("\"2\"", "a"), false),
            (said("\"1\"", "a"), said("", "a"), true),
            (said("\"1\"", "a"), said("", "b"), false),
            (said("\"1\"", ""), said("", "a"), false),
            (said("\"1\"", ""), said("W/\"1\"", ""), false),
            (said("\"1\"", "a"), said("", ""), true),
            (said("W/\"1\"", "a"), said("W/\"1\"", "a"), true),
            (said("W/\"1\"", "a"), said("W/\"1\"", "b"), false),
            (said("W/\"1\"", "a"), said("W/\"1\"", ""), true),
            (said("", "a"), said("\"1\"", ""), false),
        ] {
            assert_eq!(own.may_be_of(&other), may, "{own:?} {other:?}");
        }
        assert_eq!(said("W/\"1\"", "a").for_ranges(), Some("a"));
        assert_eq!(said("W/\"1\"", "a").strong(), None);
    }
}
