//! `untrusted-root`: the chain ends in a root that is not trusted.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "untrusted-root",
    title: "root is not trusted",
    meaning: "The signer's chain ends in a root certificate that is neither in Microsoft's root program nor \
               among the roots that were added. Only computers on which an administrator has installed that \
               root trust the file.",
    causes: &[
        "The file is signed with a self-signed certificate or by a company's own authority.",
        "The root came into the program after the edition that was used, or was removed before.",
        "The root program limits the root in a way that badsig does not understand.",
    ],
    fix: &[
        "If the root is your own, install it on the site server and the endpoints, and add it here \
         (`--add-root`).",
        "Otherwise ask the vendor for a build that is signed under a publicly trusted root.",
        "Do not install a stranger's root everywhere for the sake of one file: everything under it would be \
         trusted.",
        ANOTHER_WAY,
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::UntrustedRoot, Cause::RootLimitsUnknown])
}
