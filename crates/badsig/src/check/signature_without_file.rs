//! `signature-without-file`: the file is a signature that belongs to another file.

use super::{Check, blocks};
use crate::judge::{Judged, State};

pub(super) static CHECK: Check = Check {
    id: "signature-without-file",
    title: "signature without its file",
    meaning: "The file holds nothing but a signature (PKCS#7), made for some other file. There is nothing \
               in it to install, so no target takes it. A signature that is kept apart from its file does \
               not count as the signature of that file either.",
    causes: &[
        "The wrong file was picked: some vendors put a `.p7` file beside the file that it signs.",
        "The signature was extracted from a file to look at it.",
    ],
    fix: &[
        "Check the file that the signature belongs to.",
        "If the vendor keeps file and signature apart, ask for a file with the signature inside.",
    ],
    level: blocks,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    if judged.state() != State::Detached {
        return Vec::new();
    }
    vec!["this is a signature without the file that it signs".to_owned()]
}
