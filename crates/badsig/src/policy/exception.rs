//! Exceptions: findings that somebody has decided to live with, for one thing, for a reason, for a while.

use std::fmt;

use glob::{MatchOptions, Pattern};
use serde::{Deserialize, Serialize};

use super::product::Product;
use crate::check::Finding;
use crate::facts::Facts;
use crate::hex::Hex;
use crate::time::UtcTime;

/// Checks that an exception can cover only for one file by its SHA-256: a wider one would let through whatever
/// somebody else puts in its place.
pub const ONLY_BY_DIGEST: [&str; 2] = ["bad-digest", "explicitly-distrusted"];

/// What an exception for the file around a member never covers.
const ONLY_BY_ITSELF: [&str; 2] = ["explicitly-distrusted", "revoked"];

/// Checks whose findings may rest on files that lie beside the one that is judged.
const MAY_REST_BESIDE: [&str; 5] = [
    "broken-installer-member",
    "broken-member",
    "member-not-read",
    "msi-cabinet-mismatch",
    "unsigned-member",
];

/// Whether what this check found is found again wherever the file's bytes are the same: not where files beside it were
/// read too, for others may lie there tomorrow.
pub(super) fn follows_from_digest(check: &str, facts: &Facts) -> bool {
    facts.beside.is_empty() || !MAY_REST_BESIDE.contains(&check)
}

/// A finding that does not block, for a while.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The id of the check.
    pub check: String,
    /// What it is about.
    pub scope: Scope,
    /// Why.
    pub reason: String,
    /// From when on it does not count any more.
    pub expires: UtcTime,
}

/// What an exception is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One file, by the SHA-256 of its bytes.
    Sha256(Hex),
    /// Files by path; members by virtual path: `incoming/setup.exe!/a.cab!/*.msi`. `*` stays within one directory,
    /// `**` does not.
    Path(Pattern),
    /// Files that name this vendor and product. The description is not covered by trust, so this is the weakest.
    Product(Product),
}

impl Scope {
    /// Whether a subject is meant. `outer` is the path of the file that is to be published: the subject's own, or that of the
    /// file which it is a member of. A directory can be named like the start of a virtual path, so where one is, patterns
    /// for members mean nothing.
    pub fn covers(&self, facts: &Facts, outer: &str) -> bool {
        match self {
            Scope::Sha256(digest) => facts.sha256.as_ref() == Some(digest),
            Scope::Path(pattern) => {
                let confusing = is_virtual(pattern.as_str()) && is_virtual(&slashed(outer));
                !confusing && pattern.matches_with(&slashed(&facts.path), PATHS)
            }
            Scope::Product(product) => Product::of(facts).is_some_and(|own| own.is(product)),
        }
    }
}

fn slashed(path: &str) -> String {
    path.replace('\\', "/")
}

/// Whether a path is, or looks like, that of a member.
fn is_virtual(path: &str) -> bool {
    path.contains("!/")
}

const PATHS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Sha256(digest) => write!(f, "sha256 {digest}"),
            Scope::Path(pattern) => write!(f, "path {pattern}"),
            Scope::Product(product) => write!(f, "product {product}"),
        }
    }
}

/// Why an exception cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExceptionError {
    /// No check has this id.
    #[error("{0:?} is no check{1}")]
    UnknownCheck(String, String),
    /// The scope is wider than the check allows.
    #[error(
        "an exception for {0} must name one file by sha256: anything wider would let other files through"
    )]
    TooWide(String),
    /// The scope is about members, and the check about the file that is published.
    #[error("{0} is about the file itself, never about a member; a path with !/ covers nothing")]
    NotOfMembers(String),
    /// The check is about an update catalog.
    #[error("{0} is about update catalogs, which have no exceptions; set its level ([levels], --allow)")]
    OfCatalogs(String),
    /// There is no reason.
    #[error("an exception needs a reason")]
    NoReason,
}

impl Exception {
    /// Refuses exceptions that are too wide, unexplained or about nothing.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn checked(self) -> Result<Exception, ExceptionError> {
        if crate::check::check(&self.check).is_none() {
            let near = nearest_check(&self.check);
            return Err(ExceptionError::UnknownCheck(self.check, near));
        }
        if ONLY_BY_DIGEST.contains(&self.check.as_str()) && !matches!(self.scope, Scope::Sha256(_)) {
            return Err(ExceptionError::TooWide(self.check));
        }
        if crate::check::is_of_catalogs(&self.check) {
            return Err(ExceptionError::OfCatalogs(self.check));
        }
        let of_members = matches!(&self.scope, Scope::Path(pattern) if is_virtual(pattern.as_str()));
        if of_members && crate::check::is_of_outer_files(&self.check) {
            return Err(ExceptionError::NotOfMembers(self.check));
        }
        if self.reason.trim().is_empty() {
            return Err(ExceptionError::NoReason);
        }
        Ok(self)
    }

    /// Whether it is about what this check found of a subject; `outer` as for [`Scope::covers`].
    pub fn covers(&self, check: &str, facts: &Facts, outer: &str) -> bool {
        let same = !matches!(self.scope, Scope::Sha256(_)) || follows_from_digest(check, facts);
        self.check == check && same && self.scope.covers(facts, outer)
    }

    /// Whether an exception for a file with a member that is refused may stand though this speaks against the member. What
    /// may come later, and what anybody could put there, needs an exception of its own; the digest of the file fixes what
    /// its members are.
    pub(super) fn lives_with_inside(&self, against: &Finding) -> bool {
        let by_digest = matches!(self.scope, Scope::Sha256(_));
        let alone = match against.check {
            "bad-digest" => !by_digest,
            check => ONLY_BY_ITSELF.contains(&check),
        };
        !alone || against.exception.is_some()
    }

    /// What a report says of it.
    pub fn excuse(&self) -> Excuse {
        Excuse {
            check: self.check.clone(),
            scope: self.scope.to_string(),
            reason: self.reason.clone(),
            expires: Some(self.expires),
        }
    }

    /// Whether it counts at a time.
    pub fn is_active(&self, at: UtcTime) -> bool {
        at < self.expires
    }
}

/// `; nearest known: unsigned`, or nothing when nothing is near.
pub fn nearest_check(id: &str) -> String {
    let near = crate::check::all_checks().map(|check| (strsim::damerau_levenshtein(id, check.id), check.id));
    match near.min() {
        Some((distance, known)) if distance.saturating_mul(2) <= known.len() => {
            format!("; nearest known: {known}")
        }
        _ => String::new(),
    }
}

/// An exception, as a report names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Excuse {
    /// The check that it is for.
    pub check: String,
    /// What the exception is about: `sha256 …`, `path …`, `product …`, or `baseline`.
    pub scope: String,
    /// Why it was made.
    pub reason: String,
    /// Until when it counts; null for a baseline.
    pub expires: Option<UtcTime>,
}
