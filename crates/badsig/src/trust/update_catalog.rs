//! What is known from an update catalog of the content that it describes: which certificates its content may be
//! signed with (`ContentCertificates`), and which digests a file must have.
//!
//! ConfigMgr approves content certificates one by one and knows them by SHA-1 thumbprint: the name of each file in
//! `ContentCertificates` and the number in its log are the same 40 digits.

use std::collections::BTreeSet;

use super::distrust::digits;
use crate::authenticode::certificate::Certificate;
use crate::hex::Hex;

/// Certificates that are approved for content at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedCertificates {
    source: String,
    /// SHA-1, upper case.
    thumbprints: BTreeSet<String>,
}

/// What a file must be to be the content of an update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpectedContent {
    /// Its size in bytes.
    pub size: Option<u64>,
    /// SHA-1 of the whole file.
    pub sha1: Option<Hex>,
    /// SHA-256 of the whole file.
    pub sha256: Option<Hex>,
}

impl ApprovedCertificates {
    /// No certificate at all is approved.
    pub fn none(source: impl Into<String>) -> ApprovedCertificates {
        ApprovedCertificates { source: source.into(), thumbprints: BTreeSet::new() }
    }

    /// Approves certificates.
    #[must_use]
    pub fn with_certificates<'a>(mut self, certificates: impl IntoIterator<Item = &'a Certificate>) -> Self {
        let thumbprints =
            certificates.into_iter().map(|certificate| Hex::from(&certificate.sha1()[..]).upper());
        self.thumbprints.extend(thumbprints);
        self
    }

    /// Approves the SHA-1 thumbprints of a text: one a line, with spaces or colons between the digits or without;
    /// what follows `#` is a comment.
    ///
    /// # Errors
    /// The first line that holds something else.
    pub fn with_thumbprints(mut self, text: &str) -> Result<Self, String> {
        for (index, line) in text.lines().enumerate() {
            let digits = digits(line);
            match digits.as_str() {
                "" => {}
                digits if digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    self.thumbprints.insert(digits.to_ascii_uppercase());
                }
                _ => {
                    let number = index.saturating_add(1);
                    return Err(format!("line {number} is no SHA-1 thumbprint (40 hexadecimal digits)"));
                }
            }
        }
        Ok(self)
    }

    /// Whether a certificate is approved.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.thumbprints.contains(&Hex::from(&certificate.sha1()[..]).upper())
    }

    /// Where they come from: the name that the caller gave.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.thumbprints.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.thumbprints.is_empty()
    }
}

impl ExpectedContent {
    /// What a file has that it should not have, in words; nothing when it fits. What is not known of the file does
    /// not fit.
    pub fn differences(&self, size: Option<u64>, sha1: Option<&Hex>, sha256: Option<&Hex>) -> Vec<String> {
        let mut found = Vec::new();
        if self.size.is_some() && self.size != size {
            let is = |size: Option<u64>| size.map_or_else(|| "unknown".to_owned(), |size| size.to_string());
            found.push(format!("the size is {}, the update catalog says {}", is(size), is(self.size)));
        }
        let digests = [("SHA-256", &self.sha256, sha256), ("SHA-1", &self.sha1, sha1)];
        for (name, expected, actual) in digests {
            let Some(expected) = expected else { continue };
            match actual {
                Some(actual) if actual == expected => {}
                Some(actual) => {
                    found.push(format!("the {name} digest is {actual}, the update catalog says {expected}"));
                }
                None => {
                    found.push(format!("the {name} digest that the update catalog gives was not computed"))
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprints_in_any_spelling() {
        let text = "\u{feff}\u{200e}0563B8630D62D75ABBC8AB1E4BDFB5A899B24D43 # vendor\r\n\r\n\
                    d4:de:20:d0:5e:66:fc:53:fe:1a:50:88:2c:78:db:28:52:ca:e4:74\n";
        let list = ApprovedCertificates::none("x").with_thumbprints(text).unwrap();
        assert_eq!(list.len(), 2);
        let error = ApprovedCertificates::none("x").with_thumbprints("\n12").unwrap_err();
        assert!(error.starts_with("line 2"), "{error}");
    }

    #[test]
    fn what_is_not_known_does_not_fit() {
        let expected = ExpectedContent { size: Some(3), sha1: Some(Hex(vec![1])), sha256: None };
        assert!(expected.differences(Some(3), Some(&Hex(vec![1])), None).is_empty());
        assert_eq!(expected.differences(Some(4), None, None).len(), 2);
    }
}
