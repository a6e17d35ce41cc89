//! `appended-to-msi`: data stands behind the last sector of a signed Windows Installer file (CVE-2020-1464).

use super::{Check, blocks_where_signatures_count, words};
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "appended-to-msi",
    title: "data appended to a package",
    meaning: "Something was appended to a signed Windows Installer file, behind the last of its sectors. No signature covers \
              it. A Java archive behind a package, renamed to .jar, once ran under the package's good name (CVE-2020-1464, \
              \"GlueBall\"); since the update of August 2020 Windows refuses such files. Which code it gives is not \
              documented, so that is inferred.",
    causes: &[
        "Somebody hid a program in the file.",
        "A download or copying tool appended something.",
        "The vendor marks every download there.",
    ],
    fix: &[
        "Compare the file's SHA-256 with the one that the vendor publishes, and download it again.",
        "If the vendor's own file is like this, ask the vendor for one without it.",
    ],
    level: blocks_where_signatures_count,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let appended = judged.appended_to_package();
    let Some(data) = judged.facts.storage.unallocated.filter(|_| appended > 0) else { return Vec::new() };
    if judged.facts.signatures.is_empty() {
        return Vec::new();
    }
    let from = if data.appended == data.not_zero { data.first } else { None };
    let place = from.map(|offset| format!(", the first at {offset:#x}")).unwrap_or_default();
    vec![format!(
        "{} that are not zero stand behind the last sector of the package{place}; its signature does not cover them",
        words::count(appended, "byte")
    )]
}
