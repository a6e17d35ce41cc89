//! `lifetime-signing`: the signer's certificate limits the signature to its own validity.

use super::{Check, notes, primary, primary_contents, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "lifetime-signing",
    title: "lifetime signing",
    meaning: "The signer's certificate carries the lifetime-signing usage: the signature is valid no longer \
               than the certificate, whatever a time stamp says.",
    causes: &["The authority issued the vendor a certificate with that usage."],
    fix: &["Plan to replace the file before the date, and ask the vendor for a build without that limit."],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signer = primary_contents(judged).and_then(|contents| contents.signer_certificate());
    let lifetime = primary(judged).filter(|verdict| verdict.lifetime_signing);
    let Some((signer, _)) = signer.zip(lifetime) else { return Vec::new() };
    vec![format!(
        "{} is for lifetime signing: the signature counts only until {}, whatever a time stamp says",
        words::quoted(&signer.common_name()),
        signer.not_after().date()
    )]
}
