//! `unknown-unsigned-attribute`: unsigned attributes of a kind that is not known.

use super::{Check, notes, words};
use crate::authenticode::facts::UnknownAttribute;
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "unknown-unsigned-attribute",
    title: "unknown unsigned attributes",
    meaning: "A signature may carry attributes that it does not cover; time stamps and nested signatures \
               are kept there. These are of a kind that Windows does not look at, or that badsig does not know. They \
               can be changed without breaking the signature, and so can the digest of the file with them.",
    causes: &[
        "The vendor marks every download there: each one then has another digest.",
        "A signing service left a note.",
        "The signature was stamped as CAdES has it (1.2.840.113549.1.9.16.2.14). Windows knows the \
         countersignature of PKCS#9 and 1.3.6.1.4.1.311.3.3.1 only: for it, the signature is not stamped.",
    ],
    fix: &[
        "If the digest of every download differs, ask the vendor for a build that is the same for everyone.",
    ],
    level: notes,
    find,
};

fn described(attribute: &UnknownAttribute) -> String {
    let size = words::count(attribute.size, "byte");
    match attribute.known_as() {
        Some(what) => format!("{} ({what}, {size})", attribute.kind),
        None => format!("{} ({size})", attribute.kind),
    }
}

fn find(judged: &Judged<'_>) -> Vec<String> {
    let signatures = judged.facts.signatures.iter();
    signatures
        .filter_map(|signature| {
            let attributes = &signature.contents.as_ref().ok()?.unknown_attributes;
            let shown: Vec<String> = attributes.iter().map(described).collect();
            let message = || format!("{}: unsigned attributes {}", signature.place, words::listed(&shown));
            (!shown.is_empty()).then(message)
        })
        .collect()
}
