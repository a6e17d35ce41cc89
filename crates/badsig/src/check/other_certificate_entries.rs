//! `other-certificate-entries`: entries of the certificate table that are no Authenticode signatures.

use super::{Check, notes, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "other-certificate-entries",
    title: "other entries in the certificate table",
    meaning: "The certificate table of the program holds entries of other kinds than Authenticode \
               signatures. Windows is expected to pass over them, and the signature does not cover them.",
    causes: &[
        "The program carries a signature for another system.",
        "A faulty tool wrote the table.",
        "Somebody hid data in the file.",
    ],
    fix: &["Nothing, if the vendor can say what they are for."],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let entries = &judged.facts.storage.other_entries;
    if entries.is_empty() { Vec::new() } else { vec![format!("no signatures: {}", words::listed(entries))] }
}
