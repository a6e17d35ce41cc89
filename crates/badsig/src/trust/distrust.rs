//! Certificates that are distrusted by name, whatever their chain and their dates say.
//!
//! Windows takes them from Microsoft's list (`disallowedcert.stl`) and from the store "Untrusted Certificates".
//! One such certificate anywhere in a chain, the chain of a time stamp included, makes the signature fail with
//! TRUST_E_EXPLICIT_DISTRUST (0x800B0111).
//!
//! Microsoft's list identifies certificates by octets whose kind follows from nothing but their length
//! (`wincrypt.h`: CERT_SIGNATURE_HASH_PROP_ID, 15, and CERT_SUBJECT_PUBLIC_KEY_MD5_HASH_PROP_ID, 25, are used for
//! disallowed hashes):
//! - the digest of the signed part (TBSCertificate), by the digest algorithm of the certificate's own signature;
//! - 16 octets: MD5 of the contents of the subject's public key, so that every certificate with the key is hit.
//!   (For a certificate that is signed with MD5 the first kind has 16 octets too.)
//!
//! An administrator's own lists name certificates by thumbprint. Nothing is distrusted by its common name.
//!
//! Not here: roots that Microsoft merely disables ([`super::root_program`]), revocation.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::root_program::{ListEdition, ListUsage, SignedList};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::spc;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;

/// Lists of distrusted certificates. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct DistrustList {
    lists: Vec<Arc<OneList>>,
}

#[derive(Debug)]
struct OneList {
    source: String,
    edition: Option<(ListEdition, Hex)>,
    named: Named,
}

/// How a list names certificates.
#[derive(Debug)]
enum Named {
    /// As Microsoft's list does.
    ByContents(BTreeSet<Hex>),
    /// By SHA-1 or SHA-256 of the whole certificate.
    ByThumbprint(BTreeSet<Hex>),
}

/// One list, described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistrustSource<'a> {
    /// Where it came from: the name that the caller gave it.
    pub name: &'a str,
    /// Date and number of a signed list.
    pub edition: Option<&'a ListEdition>,
    /// SHA-256 of a signed list.
    pub sha256: Option<&'a Hex>,
    /// How many entries it has.
    pub entries: usize,
}

/// Why a certificate is distrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distrusted<'a> {
    /// The list that names it.
    pub source: &'a str,
    /// How the list names it.
    pub identifier: Hex,
    /// What the identifier is.
    pub kind: IdentifierKind,
}

/// What identifies a distrusted certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentifierKind {
    /// The digest of its signed part.
    SignedPart,
    /// MD5 of its public key.
    Key,
    /// SHA-1 of the whole certificate.
    Sha1,
    /// SHA-256 of the whole certificate.
    Sha256,
}

/// Why a list of distrusted certificates is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DistrustError {
    /// The signed list is another.
    #[error("this is {0}, not the list of distrusted certificates")]
    AnotherList(&'static str),
    /// The signed list identifies certificates in a way that is not known, and would be passed over in silence.
    #[error("the list identifies certificates by {0}, which is not supported")]
    UnknownIdentifiers(String),
    /// A line of a thumbprint list is none.
    #[error(
        "line {line} is no thumbprint: {text:?} (40 or 64 hexadecimal digits; colons, blanks and # comments are allowed)"
    )]
    Thumbprint {
        /// The line, counted from 1.
        line: usize,
        /// What stands there, shortened.
        text: String,
    },
}

impl DistrustList {
    /// Adds Microsoft's list, or one made and signed in the same way.
    ///
    /// # Errors
    /// When it is the root program, or identifies certificates in another way.
    pub fn with_list(self, name: impl Into<String>, list: &SignedList) -> Result<Self, DistrustError> {
        if list.usage() != ListUsage::Distrusted {
            return Err(DistrustError::AnotherList(list.usage().describe()));
        }
        let contents = list.list();
        if contents.subject_algorithm != spc::PROPERTY_SIGNATURE_HASH {
            return Err(DistrustError::UnknownIdentifiers(contents.subject_algorithm.to_string()));
        }
        if contents.extensions.iter().any(|extension| extension.critical) {
            return Err(DistrustError::UnknownIdentifiers("a critical extension".to_owned()));
        }
        let identifiers = contents.entries.iter().map(|entry| entry.subject_identifier.clone()).collect();
        Ok(self.and(name, Some((list.edition(), list.sha256().clone())), Named::ByContents(identifiers)))
    }

    /// Adds certificates: the contents of a store "Untrusted Certificates" (`disallowedcert.sst`), or files.
    #[must_use]
    pub fn with_certificates<'c>(
        self,
        name: impl Into<String>,
        certificates: impl IntoIterator<Item = &'c Certificate>,
    ) -> Self {
        let thumbprints = certificates.into_iter().map(|certificate| Hex::from(&certificate.sha256()[..]));
        self.and(name, None, Named::ByThumbprint(thumbprints.collect()))
    }

    /// Adds a text with one SHA-1 or SHA-256 thumbprint a line, as certificate dialogs and `certutil` show them.
    ///
    /// # Errors
    /// When a line is neither empty, nor a comment, nor a thumbprint.
    pub fn with_thumbprints(self, name: impl Into<String>, text: &str) -> Result<Self, DistrustError> {
        let mut thumbprints = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            let digits = digits(line);
            if digits.is_empty() {
                continue;
            }
            let thumbprint = Hex::parse(&digits).filter(|hex| matches!(hex.0.len(), 20 | 32));
            thumbprints.insert(thumbprint.ok_or_else(|| DistrustError::Thumbprint {
                line: index.saturating_add(1),
                text: line.chars().take(80).collect(),
            })?);
        }
        Ok(self.and(name, None, Named::ByThumbprint(thumbprints)))
    }

    /// The lists.
    pub fn sources(&self) -> impl Iterator<Item = DistrustSource<'_>> {
        self.lists.iter().map(|list| DistrustSource {
            name: &list.source,
            edition: list.edition.as_ref().map(|(edition, _)| edition),
            sha256: list.edition.as_ref().map(|(_, sha256)| sha256),
            entries: list.named.identifiers().len(),
        })
    }

    /// Everything that is distrusted, for comparing; wherever it came from.
    pub(super) fn contents(&self) -> String {
        let named: Vec<&Named> = self.lists.iter().map(|list| &list.named).collect();
        format!("{named:?}")
    }

    /// Whether nothing is distrusted.
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(|list| list.named.identifiers().is_empty())
    }

    /// Why this certificate is distrusted; `None` when no list names it.
    pub fn find(&self, certificate: &Certificate) -> Option<Distrusted<'_>> {
        if self.is_empty() {
            return None;
        }
        let (contents, thumbprints) = (contents_identifiers(certificate), thumbprints(certificate));
        self.lists.iter().find_map(|list| {
            let own = if matches!(list.named, Named::ByContents(_)) { &contents } else { &thumbprints };
            let (kind, identifier) =
                own.iter().find(|(_, identifier)| list.named.identifiers().contains(identifier))?;
            Some(Distrusted { source: &list.source, identifier: identifier.clone(), kind: *kind })
        })
    }

    fn and(mut self, name: impl Into<String>, edition: Option<(ListEdition, Hex)>, named: Named) -> Self {
        self.lists.push(Arc::new(OneList { source: name.into(), edition, named }));
        self
    }
}

impl Named {
    fn identifiers(&self) -> &BTreeSet<Hex> {
        match self {
            Named::ByContents(identifiers) | Named::ByThumbprint(identifiers) => identifiers,
        }
    }
}

impl IdentifierKind {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            IdentifierKind::SignedPart => "the digest of its signed part",
            IdentifierKind::Key => "its key",
            IdentifierKind::Sha1 => "its SHA-1 thumbprint",
            IdentifierKind::Sha256 => "its SHA-256 thumbprint",
        }
    }
}

/// A line without comment, blanks, colons and the invisible mark (U+200E) that certificate dialogs put first.
pub(super) fn digits(line: &str) -> String {
    let before_comment = line.split('#').next().unwrap_or_default();
    let ignored = |sign: &char| sign.is_whitespace() || matches!(sign, ':' | '\u{200e}' | '\u{feff}');
    before_comment.chars().filter(|sign| !ignored(sign)).collect()
}

type Identifiers = Vec<(IdentifierKind, Hex)>;

fn thumbprints(certificate: &Certificate) -> Identifiers {
    vec![
        (IdentifierKind::Sha256, Hex::from(&certificate.sha256()[..])),
        (IdentifierKind::Sha1, Hex::from(&certificate.sha1()[..])),
    ]
}

fn contents_identifiers(certificate: &Certificate) -> Identifiers {
    let key = certificate
        .public_key_bits()
        .ok()
        .map(|contents| (IdentifierKind::Key, Hex(DigestAlgorithm::Md5.digest(contents))));
    // A signature algorithm that is not known here has no digest to compare; the key is compared all the same.
    let signed_part = certificate
        .signature_scheme()
        .ok()
        .map(|scheme| (IdentifierKind::SignedPart, Hex(scheme.digest().digest(certificate.tbs()))));
    signed_part.into_iter().chain(key).collect()
}
