//! `weak-key`: an RSA key of the chain is shorter than Windows allows.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "weak-key",
    title: "key too short",
    meaning: "An RSA key of the chain has fewer than 1024 bits. Such keys can be broken, so that anybody \
               could have made the signature; Windows refuses them since update KB2661254, except in files that were \
               stamped before 2010-01-01.",
    causes: &["The file is very old.", "It was signed with a certificate made for a test."],
    fix: &["Ask the vendor for a newer build.", ANOTHER_WAY],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::WeakKey])
}
