//! `stuffed-certificates`: certificates that the signature has no use for.

use super::{Check, notes, words};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::{Contents, SignatureFacts, TimestampFacts};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "stuffed-certificates",
    title: "certificates without a use",
    meaning: "The signature carries certificates that lead from no signer or time stamp to a root, that \
               stand there twice, or that cannot be read, or revocation lists. These lists are not covered by the \
               signature, so data can be put there without breaking the signature. Windows is expected to \
               pass over them.",
    causes: &[
        "The vendor marks every download there: each one then has another digest.",
        "The signing tool put its whole collection of certificates in.",
    ],
    fix: &[
        "If the digest of every download differs, ask the vendor for a build that is the same for everyone.",
    ],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signatures = &judged.facts.signatures;
    // Certificates of one signature may serve another of the same file.
    let ends: Vec<&Certificate> = signatures.iter().filter_map(readable).flat_map(ends).collect();
    let about = |signature: &SignatureFacts| {
        let parts = superfluous(readable(signature)?, &ends);
        (!parts.is_empty()).then(|| format!("{}: {}", signature.place, parts.join("; ")))
    };
    signatures.iter().filter_map(about).collect()
}

fn readable(signature: &SignatureFacts) -> Option<&Contents> {
    signature.contents.as_ref().ok()
}

/// The certificates that chains start from: those of the signer and of the time stamps.
fn ends(contents: &Contents) -> impl Iterator<Item = &Certificate> {
    let stamps = contents.timestamps.iter().filter_map(TimestampFacts::signer_certificate);
    contents.signer_certificate().into_iter().chain(stamps)
}

/// Without them it cannot be said which certificates are of use.
fn all_ends_known(contents: &Contents) -> bool {
    let mut stamps = contents.timestamps.iter();
    contents.signer_certificate().is_some() && stamps.all(|stamp| stamp.signer_certificate().is_some())
}

fn superfluous(contents: &Contents, ends: &[&Certificate]) -> Vec<String> {
    let mut parts = Vec::new();
    let strangers = strangers(&contents.certificates, ends);
    if !strangers.is_empty() && all_ends_known(contents) {
        parts.push(format!("no chain needs {}", words::listed(&strangers)));
    }
    match contents.duplicate_certificates {
        0 => {}
        1 => parts.push("1 certificate stands there again".to_owned()),
        more => parts.push(format!("{more} certificates stand there again")),
    }
    if !contents.unreadable_certificates.is_empty() {
        parts.push(format!("cannot be read: {}", words::listed(&contents.unreadable_certificates)));
    }
    if contents.revocation_bytes > 0 {
        let size = words::count(contents.revocation_bytes, "byte");
        parts.push(format!("{size} of revocation lists, which nobody reads there"));
    }
    parts
}

/// The certificates that cannot be reached from the ends by following the names of issuers. Names are
/// enough here: a note need not prove who signed what.
fn strangers(bag: &[Certificate], ends: &[&Certificate]) -> Vec<String> {
    let (mut reached, mut rest): (Vec<&Certificate>, Vec<&Certificate>) =
        bag.iter().partition(|certificate| ends.contains(certificate));
    let mut issuers: Vec<&[u8]> =
        ends.iter().chain(&reached).map(|certificate| certificate.issuer()).collect();
    loop {
        (reached, rest) = rest.into_iter().partition(|certificate| issuers.contains(&certificate.subject()));
        if reached.is_empty() {
            break;
        }
        issuers = reached.iter().map(|certificate| certificate.issuer()).collect();
    }
    let shown = |certificate: &Certificate| {
        format!(
            "{} ({})",
            words::quoted(&certificate.common_name()),
            words::count(certificate.der().len(), "byte")
        )
    };
    rest.into_iter().map(shown).collect()
}
