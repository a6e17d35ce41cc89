//! `wrong-usage`: a certificate of the chain is not for code signing.

use super::words::ANOTHER_WAY;
use super::{Check, blocks_where_signatures_count, primary_reasons};
use crate::judge::Judged;
use crate::trust::reason::Cause;

pub(super) static CHECK: Check = Check {
    id: "wrong-usage",
    title: "certificate not for code signing",
    meaning: "Certificates say what they may be used for. The signer's certificate, one of its authorities, \
               or the root by the rules of Microsoft's root program may not be used for signing programs, so \
               Windows refuses the signature.",
    causes: &[
        "It was signed with a certificate for web servers or e-mail.",
        "The issuing authority is limited to other uses.",
        "Microsoft took the use for code signing away from the root; a time stamp does not help then.",
    ],
    fix: &["Ask the vendor for a build that is signed with a code signing certificate.", ANOTHER_WAY],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    primary_reasons(judged, &[Cause::WrongUsage, Cause::RootUsage])
}
