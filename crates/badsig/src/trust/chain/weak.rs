//! Keys and digests that Windows no longer takes, and what it goes on taking because it was stamped in time.

use super::judge::quoted;
use super::{Link, Purpose, Question, Role};
use crate::authenticode::public_key::PublicKey;
use crate::digest::DigestAlgorithm;
use crate::trust::reason::{Cause, Reason};
use crate::trust::root_program::StampedOrNow;

/// RSA keys below this are refused by Windows since KB2661254.
const MIN_RSA_BITS: u32 = 1024;
/// 2010-01-01: files that were stamped before are taken with shorter keys (KB2661254, the default of `WeakRsaPubKeyTime`).
const SHORT_KEYS_UNTIL: Seconds = 1_262_304_000;
/// 2009-03-01: files that were stamped before are taken with MD5 (Microsoft Security Advisory 2862973).
const MD5_UNTIL: Seconds = 1_235_865_600;

/// Since 1970-01-01T00:00:00Z.
type Seconds = i64;

/// RSA keys that are too short. For code signing, a stamp from before 2010 excuses them; the present never does.
pub(super) fn key(question: &Question<'_>, link: &Link, reasons: &mut Vec<Reason>) {
    if let (PublicKey::Rsa { .. }, Some(bits)) = (link.certificate.key(), link.certificate.key().bits())
        && bits < MIN_RSA_BITS
        && link.role != Role::Root
        && !is_stamped_before(question, SHORT_KEYS_UNTIL)
    {
        let message = format!(
            "the key of {} has {bits} bits; Windows refuses RSA below {MIN_RSA_BITS}",
            quoted(&link.certificate)
        );
        reasons.push(Reason::new(Cause::WeakKey, link.role.part(), message));
    }
}

/// Certificates that are signed with MD5, under a root of the root program; those of an administrator's own roots go on
/// (Microsoft Security Advisory 2862973: code signing, time stamping, TLS servers).
///
/// The chains of time stamp authorities are not held to it: the advisory excepts some of them by name, old stamps of real files
/// rest on MD5, and no list of the exceptions is at hand.
pub(super) fn digest(question: &Question<'_>, link: &Link, links: &[Link], reasons: &mut Vec<Reason>) {
    let concerned = matches!(question.purpose, Purpose::CodeSigning | Purpose::ServerAuth);
    if !concerned || link.role == Role::Root || is_stamped_before(question, MD5_UNTIL) {
        return;
    }
    let is_md5 =
        link.certificate.signature_scheme().is_ok_and(|scheme| scheme.digest() == DigestAlgorithm::Md5);
    let under_program = || {
        let root = links.last().filter(|last| last.role == Role::Root);
        root.is_some_and(|root| question.anchors.is_of_program(&root.certificate))
    };
    if is_md5 && under_program() {
        let message = format!(
            "the certificate {} is signed with MD5, which Windows refuses under roots of Microsoft's root program except in \
             signatures stamped before 2009-03-01",
            quoted(&link.certificate)
        );
        reasons.push(Reason::new(Cause::WeakCertificateDigest, link.role.part(), message));
    }
}

/// Whether a file was signed before a time, as a verified stamp says.
fn is_stamped_before(question: &Question<'_>, end: Seconds) -> bool {
    question.purpose == Purpose::CodeSigning
        && matches!(question.effective, StampedOrNow::Stamped(time) if time.unix() < end)
}
