//! From the signer of a list to the one root that counts: the short, strict relative of [`crate::trust::chain`].
//!
//! Lists carry exactly the certificates that their chain needs, so the first issuer that fits is taken at each
//! step. Nothing is tolerated here that no list needs: no unreadable extension, no digest that can be forged.

use crate::authenticode::certificate::Certificate;
use crate::authenticode::oid::ObjectIdentifier;
use crate::time::UtcTime;

/// Certificates from signer to root. Those of Microsoft have three.
const MAX_LENGTH: usize = 6;

/// The chain of a signer whose certificates are all for `purpose` and were all valid at `at`; or why there is
/// none. The root is trusted as it is.
pub(super) fn path_to_root(
    signer: &Certificate,
    bag: &[Certificate],
    root: &Certificate,
    purpose: &ObjectIdentifier,
    at: UtcTime,
) -> Result<Vec<Certificate>, String> {
    if signer.extensions().usages().is_none() {
        return Err(format!("{} does not say that it is for {purpose}", quoted(signer)));
    }
    let mut path = vec![signer.clone()];
    while let Some(last) = path.last().cloned() {
        fitness(&last, purpose, at)?;
        if path.len() >= MAX_LENGTH {
            return Err(format!("its chain has more than {MAX_LENGTH} certificates"));
        }
        if last.issuer() == root.subject() && last.verify_signed_by(root.key()).is_ok() {
            path.push(root.clone());
            return Ok(path);
        }
        path.push(issuer(&last, bag, &path, root)?);
    }
    Err("it has no certificate".to_owned())
}

fn quoted(certificate: &Certificate) -> String {
    format!("\"{}\"", certificate.common_name())
}

/// What holds for every certificate below the root.
fn fitness(certificate: &Certificate, purpose: &ObjectIdentifier, at: UtcTime) -> Result<(), String> {
    let name = quoted(certificate);
    if at < certificate.not_before() || at > certificate.not_after() {
        let (from, to) = (certificate.not_before().date(), certificate.not_after().date());
        return Err(format!("{name} is valid from {from} to {to}, not on {}", at.date()));
    }
    if !certificate.allows_usage(purpose) {
        return Err(format!("{name} is not for {purpose}"));
    }
    let extensions = certificate.extensions();
    if let Some(extension) = extensions.unknown_critical.iter().chain(&extensions.unreadable).next() {
        return Err(format!("{name} has an extension that is not understood: {extension}"));
    }
    match certificate.signature_scheme() {
        Ok(scheme) if scheme.digest().is_weak() => {
            Err(format!("{name} is signed with {}, which can be forged", scheme.digest()))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// The authority in the bag that issued the certificate.
fn issuer(
    certificate: &Certificate,
    bag: &[Certificate],
    path: &[Certificate],
    root: &Certificate,
) -> Result<Certificate, String> {
    let below = path.len().saturating_sub(1);
    let named = |other: &&Certificate| other.subject() == certificate.issuer() && !path.contains(other);
    let found = bag
        .iter()
        .filter(named)
        .find(|other| is_authority(other, below) && certificate.verify_signed_by(other.key()).is_ok());
    let missing = || format!("the chain of {} does not lead to {}", quoted(certificate), quoted(root));
    found.cloned().ok_or_else(missing)
}

/// Whether the certificate may issue others, with `below` authorities between it and the signer.
fn is_authority(certificate: &Certificate, below: usize) -> bool {
    let extensions = certificate.extensions();
    let Some(constraints) = extensions.basic_constraints else { return false };
    let deep_enough =
        constraints.path_length.is_none_or(|limit| u32::try_from(below).is_ok_and(|below| below <= limit));
    constraints.authority && deep_enough && extensions.key_usage.is_none_or(|usage| usage.certificate_signing)
}
