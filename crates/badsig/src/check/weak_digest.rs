//! `weak-digest`: the primary signature rests on MD5 or SHA-1.

use super::{Check, primary_contents, warns};
use crate::authenticode::facts::Contents;
use crate::digest::DigestAlgorithm;
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "weak-digest",
    title: "weak digest algorithm",
    meaning: "The signature rests on MD5 or SHA-1, for which two files with the same digest can be made. \
               Windows enforces its rule against SHA-1 for files that carry the Mark of the Web, as browsers \
               set it; content that Configuration Manager downloads probably carries none, so this only \
               warns. What Windows says of MD5 depends on its settings.",
    causes: &[
        "The file is old, or was signed for Windows versions that know nothing else.",
        "The file is signed twice, SHA-1 first: only the first signature is sure to be looked at.",
    ],
    fix: &[
        "Ask the vendor for a build whose first signature uses SHA-256.",
        "Before you publish it, compare the SHA-256 of the file with one that the vendor publishes.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let used: Vec<DigestAlgorithm> = primary_contents(judged).map(used).unwrap_or_default();
    let weakest = used.into_iter().find(|algorithm| algorithm.is_weak());
    weakest.map(|algorithm| format!("the signature uses {}", title(algorithm))).into_iter().collect()
}

/// The algorithms for the file's digest and for the signer's.
fn used(contents: &Contents) -> Vec<DigestAlgorithm> {
    let file = contents.digest.as_ref().and_then(|digest| digest.algorithm.clone().ok());
    file.into_iter().chain(contents.signer.digest_algorithm.clone().ok()).collect()
}

fn title(algorithm: DigestAlgorithm) -> &'static str {
    match algorithm {
        DigestAlgorithm::Md5 => "MD5",
        DigestAlgorithm::Sha1 => "SHA-1",
        other => other.name(),
    }
}
