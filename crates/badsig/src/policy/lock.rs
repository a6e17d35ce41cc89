//! The signer lock: which publisher each product was signed by when somebody last looked.
//!
//! A valid signature says that *somebody* with a certificate vouches for a file. The lock says who it was before, so that a
//! product that is suddenly signed by another organisation, not signed any more, or not stamped any more, stands out.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::product::Product;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::TimestampKind;
use crate::authenticode::name;
use crate::facts::Facts;
use crate::hex::Hex;
use crate::trust::reason::{Cause, Part, Reason};
use crate::trust::signature::SignatureVerdict;

/// Version of the lock's shape.
pub const LOCK_VERSION: u32 = 1;

/// Who signed what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerLock {
    /// Version of this shape.
    pub version: u32,
    /// The products, by vendor and name.
    #[serde(default, rename = "product", skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<LockedProduct>,
}

/// What was seen of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedProduct {
    /// The vendor.
    pub vendor: String,
    /// The product's name, without its version.
    pub name: String,
    /// The kinds of signatures that every file of it has: `authenticode`, `rfc3161`, `pkcs9`, `nested`; none for a
    /// product that is not signed.
    pub kinds: BTreeSet<SignatureKind>,
    /// Who signed it.
    #[serde(default, rename = "signer", skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<LockedSigner>,
}

/// A kind of signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignatureKind {
    /// A signature in the file.
    Authenticode,
    /// A second signature nested in the first.
    Nested,
    /// A time stamp of the old kind.
    Pkcs9,
    /// A time stamp by RFC 3161.
    Rfc3161,
}

impl fmt::Display for SignatureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SignatureKind::Authenticode => "authenticode",
            SignatureKind::Nested => "nested",
            SignatureKind::Pkcs9 => "pkcs9",
            SignatureKind::Rfc3161 => "rfc3161",
        })
    }
}

/// A publisher.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedSigner {
    /// The common name.
    pub name: String,
    /// The organisation; the common name where there is none.
    pub organization: String,
    /// The common name of the issuer.
    pub issuer: String,
    /// The organisation of the issuer: the family of authorities.
    pub issuer_organization: String,
    /// SHA-256 of the public key (SubjectPublicKeyInfo).
    pub key: Hex,
}

/// How a file stands to the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// As before, or nothing to compare with.
    Same,
    /// A new certificate of the same organisation under the same family of authorities.
    Renewed(String),
    /// Something else than before.
    Changed(String),
}

impl LockedSigner {
    /// What the lock keeps of a certificate.
    pub fn of(certificate: &Certificate) -> LockedSigner {
        let common = certificate.common_name();
        let attribute = |name: &[u8], label: &str| name::attribute(name, label);
        let issuer = attribute(certificate.issuer(), "CN");
        let issuer_organization = attribute(certificate.issuer(), "O");
        LockedSigner {
            organization: attribute(certificate.subject(), "O").unwrap_or_else(|| common.clone()),
            name: common,
            issuer: issuer.clone().or_else(|| issuer_organization.clone()).unwrap_or_default(),
            issuer_organization: issuer_organization.or(issuer).unwrap_or_default(),
            key: Hex::from(&certificate.key_sha256()[..]),
        }
    }

    fn words(&self) -> String {
        let short: String = self.key.to_string().chars().take(16).collect();
        format!("\"{}\" ({}), issued by \"{}\", key {short}…", self.name, self.organization, self.issuer)
    }

    fn same_people(&self, other: &LockedSigner) -> bool {
        self.organization.eq_ignore_ascii_case(&other.organization)
            && self.issuer_organization.eq_ignore_ascii_case(&other.issuer_organization)
    }
}

/// What a file shows of its signers: only what was found valid.
pub fn observed(facts: &Facts, signatures: &[SignatureVerdict]) -> Option<LockedProduct> {
    seen(facts, signatures, SignatureVerdict::is_valid)
}

/// The same where the signature need not be valid, as long as it is [proven](is_proven) whose it is.
pub(crate) fn shown(facts: &Facts, signatures: &[SignatureVerdict]) -> Option<LockedProduct> {
    seen(facts, signatures, is_proven)
}

/// Whether it is known who signed the file as it is, though it may be too late, or too early, for the signature to count. A
/// changed file, a chain that ends nowhere and a certificate that was revoked prove nothing.
pub(crate) fn is_proven(verdict: &SignatureVerdict) -> bool {
    let about_time = |reason: &Reason| {
        reason.part == Part::Timestamp
            || matches!(
                reason.cause,
                Cause::Expired | Cause::NotYetValid | Cause::RevocationUnknown | Cause::UnknownPublisher
            )
    };
    verdict.is_valid() || verdict.reasons.iter().all(about_time)
}

fn seen(
    facts: &Facts,
    signatures: &[SignatureVerdict],
    counts: impl Fn(&SignatureVerdict) -> bool,
) -> Option<LockedProduct> {
    let product = Product::of(facts)?;
    let mut locked = LockedProduct {
        vendor: product.vendor,
        name: product.name,
        kinds: BTreeSet::new(),
        signers: Vec::new(),
    };
    let Some((primary, verdict)) = facts.signatures.first().zip(signatures.first()) else {
        return Some(locked);
    };
    if !counts(verdict) {
        return None;
    }
    let contents = primary.contents.as_ref().ok()?;
    locked.kinds.insert(SignatureKind::Authenticode);
    locked.signers.push(LockedSigner::of(contents.signer_certificate()?));
    for (stamp, judged) in contents.timestamps.iter().zip(&verdict.timestamps) {
        if judged.valid {
            locked.kinds.insert(match stamp.kind {
                TimestampKind::Rfc3161 => SignatureKind::Rfc3161,
                TimestampKind::Pkcs9 => SignatureKind::Pkcs9,
            });
        }
    }
    if facts.signatures.iter().any(|signature| signature.parent.is_some()) {
        locked.kinds.insert(SignatureKind::Nested);
    }
    Some(locked)
}

impl LockedProduct {
    fn product(&self) -> Product {
        Product { vendor: self.vendor.clone(), name: self.name.clone() }
    }

    fn is_stamped(&self) -> bool {
        self.kinds.contains(&SignatureKind::Rfc3161) || self.kinds.contains(&SignatureKind::Pkcs9)
    }

    fn words(&self) -> String {
        let signers: Vec<String> = self.signers.iter().map(LockedSigner::words).collect();
        match (signers.is_empty(), self.is_stamped()) {
            (true, _) => "not signed".to_owned(),
            (false, true) => format!("{}, stamped", signers.join(" or ")),
            (false, false) => format!("{}, not stamped", signers.join(" or ")),
        }
    }
}

impl SignerLock {
    /// What the lock says of a file.
    pub fn compare(&self, now: &LockedProduct) -> Continuity {
        let product = now.product();
        let Some(before) = self.products.iter().find(|locked| locked.product().is(&product)) else {
            return Continuity::Same;
        };
        let changed = |what: &str| {
            Continuity::Changed(format!(
                "{product}: {what}. Before: {}. Now: {}",
                before.words(),
                now.words()
            ))
        };
        let Some(signer) = now.signers.first() else {
            return if before.signers.is_empty() {
                Continuity::Same
            } else {
                changed("the signature is lost")
            };
        };
        if before.signers.is_empty() {
            return Continuity::Same;
        }
        let known = before.signers.iter().any(|known| known.key == signer.key);
        if !known && !before.signers.iter().any(|known| known.same_people(signer)) {
            let same = |known: &LockedSigner| known.organization.eq_ignore_ascii_case(&signer.organization);
            return changed(if before.signers.iter().any(same) {
                "the same organisation, but another family of authorities"
            } else {
                "signed by another organisation"
            });
        }
        if before.is_stamped() && !now.is_stamped() {
            return changed("the time stamp is lost");
        }
        if known {
            return Continuity::Same;
        }
        Continuity::Renewed(format!(
            "{product}: a new certificate of the same organisation. Before: {}. Now: {}",
            before.words(),
            now.words()
        ))
    }

    /// What the lock says of a file with a signature that does not prove who made it.
    pub(crate) fn unproven(&self, product: &Product) -> Option<String> {
        let before = self.products.iter().find(|locked| locked.product().is(product))?;
        (!before.signers.is_empty()).then(|| {
            format!("{product}: the signature does not prove who signed the file. Before: {}", before.words())
        })
    }

    /// Takes a file in: what is new is added, products stay sorted. A product that loses its signature or its time stamp
    /// is written so; that is for the reviewer of the change to see.
    pub fn take(&mut self, now: LockedProduct) {
        self.version = LOCK_VERSION;
        let product = now.product();
        match self.products.iter_mut().find(|locked| locked.product().is(&product)) {
            Some(locked) => {
                locked.kinds.clone_from(&now.kinds);
                locked.signers.retain(|known| now.signers.iter().any(|signer| signer.same_people(known)));
                for signer in now.signers {
                    if !locked.signers.iter().any(|known| known.key == signer.key) {
                        locked.signers.push(signer);
                    }
                }
                locked.signers.sort();
            }
            None => self.products.push(now),
        }
        self.products.sort_by_cached_key(|locked| (locked.vendor.to_lowercase(), locked.name.to_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(name: &str, issuer: &str, key: u8) -> LockedSigner {
        LockedSigner {
            name: name.to_owned(),
            organization: name.to_owned(),
            issuer: format!("{issuer} G1"),
            issuer_organization: issuer.to_owned(),
            key: Hex(vec![key; 32]),
        }
    }

    fn product(signers: &[LockedSigner], kinds: &[SignatureKind]) -> LockedProduct {
        LockedProduct {
            vendor: "Example".to_owned(),
            name: "Reader".to_owned(),
            kinds: kinds.iter().copied().collect(),
            signers: signers.to_vec(),
        }
    }

    use SignatureKind::{Authenticode, Rfc3161};

    fn compare(now: &LockedProduct) -> Continuity {
        let mut lock = SignerLock::default();
        lock.take(product(&[signer("Example Corp", "Authority", 1)], &[Authenticode, Rfc3161]));
        lock.compare(now)
    }

    fn change(now: &LockedProduct) -> String {
        match compare(now) {
            Continuity::Changed(message) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_renewal_is_told_apart() {
        let both = [Authenticode, Rfc3161];
        assert_eq!(compare(&product(&[signer("Example Corp", "Authority", 1)], &both)), Continuity::Same);
        let renewed = compare(&product(&[signer("Example Corp", "Authority", 2)], &both));
        assert!(matches!(renewed, Continuity::Renewed(_)), "{renewed:?}");
        let message = change(&product(&[signer("Example Corp", "Other Authority", 2)], &both));
        assert!(message.contains("another family of authorities"), "{message}");
        let message = change(&product(&[signer("Somebody", "Authority", 2)], &both));
        assert!(
            message.contains("another organisation") && message.contains("Before: \"Example Corp\""),
            "{message}"
        );
    }

    #[test]
    fn what_is_lost_is_said() {
        let message = change(&product(&[], &[]));
        assert!(message.contains("the signature is lost"), "{message}");
        let message = change(&product(&[signer("Example Corp", "Authority", 1)], &[Authenticode]));
        assert!(message.contains("the time stamp is lost"), "{message}");
        let other = LockedProduct { name: "Writer".to_owned(), ..product(&[], &[]) };
        assert_eq!(compare(&other), Continuity::Same);
    }
}
