//! `digest-not-covered`: the digest in the signature was exchanged.

use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "digest-not-covered",
    title: "signature does not cover its own digest",
    meaning: "The signature states a digest of the file, but the part that the signer's key protects does \
               not vouch for that digest. The file may seem unchanged and still be anything: nobody vouches \
               for it.",
    causes: &[
        "Somebody changed the file and wrote the new digest into the old signature.",
        "The signature was damaged, or made by a faulty tool.",
    ],
    fix: &[
        "Do not run or publish the file; download it again from the vendor.",
        "If a fresh download shows the same, tell the vendor.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::DigestNotCovered])
}
