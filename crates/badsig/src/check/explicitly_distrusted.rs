//! `explicitly-distrusted`: Microsoft's root program no longer trusts the root, or a list distrusts a certificate.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "explicitly-distrusted",
    title: "authority is distrusted",
    meaning: "Microsoft's root program has disabled the root of this signature, or trusts under it only \
               certificates that were issued before a certain date; or a certificate of the chain stands on a list \
               of distrusted certificates. Windows computers that keep their lists up to date refuse the file.",
    causes: &[
        "The authority broke the rules of the program or left it.",
        "The certificate was issued after the date, or the file was not stamped before it.",
        "The certificate was misused and put on a list of distrusted certificates, Microsoft's or your own.",
    ],
    fix: &["Ask the vendor for a build that is signed under another authority.", ANOTHER_WAY],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(
        judged,
        &[Cause::RootDisabled, Cause::IssuedAfterCutoff, Cause::Distrusted, Cause::UnknownPublisher],
    )
}
