//! `small-key`: the signer's RSA key is short, though not too short for Windows.

use super::{Check, primary_contents, primary_reasons, warns, words};
use crate::authenticode::public_key::PublicKey;
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "small-key",
    title: "short key",
    meaning: "The signer's RSA key has fewer than 2048 bits. Windows accepts keys from 1024 bits on, but \
               public authorities no longer certify keys this short, and an administrator can raise the \
               limit on endpoints.",
    causes: &["The file is old.", "It was signed with a certificate made for a test."],
    fix: &["Ask the vendor for a newer build."],
    level: warns,
    find,
};

/// Below this public authorities certify no RSA keys any more.
const MODERN_RSA_BITS: u32 = 2048;

/// Whether `weak-key` blocks.
fn is_refused(judged: &Judged<'_>) -> bool {
    !primary_reasons(judged, &[Cause::WeakKey]).is_empty()
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    let Some(signer) = primary_contents(judged).and_then(|contents| contents.signer_certificate()) else {
        return Vec::new();
    };
    match (signer.key(), signer.key().bits()) {
        (PublicKey::Rsa { .. }, Some(bits)) if bits < MODERN_RSA_BITS && !is_refused(judged) => {
            vec![format!("the RSA key of {} has {bits} bits", words::quoted(&signer.common_name()))]
        }
        _ => Vec::new(),
    }
}
