//! `publisher-renewed`: the same publisher with a new certificate.

use super::{Check, notes};
use crate::judge::Judged;
use crate::policy::{Continuity, observed};

pub(super) static CHECK: Check = Check {
    id: "publisher-renewed",
    title: "publisher has a new certificate",
    meaning: "The file is signed with another key than the signer lock (badsig.lock) knows, by the same organisation under \
              the same family of certificate authorities: what a renewal looks like.",
    causes: &[
        "Certificates for code signing are renewed every one to three years, and their keys with them.",
    ],
    fix: &["Write it down: badsig lock update, and have the change of badsig.lock reviewed."],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let renewed = judged.policy.lock.as_ref().and_then(|lock| {
        match lock.compare(&observed(judged.facts, judged.signatures)?) {
            Continuity::Renewed(message) => Some(message),
            Continuity::Same | Continuity::Changed(_) => None,
        }
    });
    renewed.into_iter().collect()
}
