//! `malformed-signature`: there is a signature, but it cannot be read or contradicts itself.

use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "malformed-signature",
    title: "signature cannot be read",
    meaning: "Something stands where the signature belongs, but it is no Authenticode signature, \
               contradicts itself, or signs something else than this file. Windows does not trust the file, \
               and Configuration Manager is expected to fail at retrieving the signer's certificate.",
    causes: &[
        "A download or copy was damaged.",
        "A tool that does not know signatures rewrote the file.",
        "The file was signed by a faulty tool, or a signature of another kind was put in.",
    ],
    fix: &[
        "Download the file again from the vendor and compare its digest with the published one.",
        "If a fresh download shows the same, ask the vendor for a correctly signed build.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::Malformed, Cause::ContentType])
}
