//! `broken-installer-member`: a package or patch that a program carries is signed, and Windows
//! refuses it.

use super::broken_member::broken;
use super::{Check, blocks_where_signatures_count};
use crate::judge::{Judged, Role};

pub(super) static CHECK: Check = Check {
    id: "broken-installer-member",
    title: "signature of the package inside not valid",
    meaning: "The program carries a Windows Installer package or patch (MSI, MSP) that is signed, and that signature does \
              not validate, or Windows refuses the package all the same (data was appended to it). The program hands it to \
              Windows Installer, which verifies it: the installation fails on every endpoint although the outer file is in \
              order.",
    causes: &[
        "The vendor changed the package after signing it, and signed the program around it afterwards.",
        "The package's certificate was revoked, or has expired without a time stamp.",
        "Somebody tampered with it before the program was signed.",
    ],
    fix: &[
        "Ask the vendor for a build whose package validates.",
        "Take the package out with an unpacker such as 7-Zip, and look at it by itself: `badsig inspect FILE`.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    broken(judged, Role::Installer)
}
