//! `hash-mismatch`: the file is not the one that the update catalog describes.

use super::{Check, Level};
use crate::judge::Judged;
use crate::target::Target;

pub(crate) static CHECK: Check = Check {
    id: "hash-mismatch",
    title: "not the file of the update catalog",
    meaning: "The update catalog says which size and digest the content has, and this file has another. Configuration \
              Manager compares the digest before it publishes (…_UPDATECONTENT_HASH_FAIL), whatever the signature \
              says; a validly signed file may well be another version.",
    causes: &[
        "The vendor replaced the file under the same address; the update catalog is out of date.",
        "A proxy or a virus scanner changed the download, or delivered an error page.",
        "Somebody signed or edited the file after the update catalog was made.",
        "The vendor puts something of its own into each download (data in the signature): the digest differs, the \
         signature stays valid.",
    ],
    fix: &[
        "Synchronise the update catalog again, download the file again, and compare.",
        "Tell the vendor when the update catalog is wrong.",
        "Put the file that you have into an update catalog of your own.",
    ],
    level: |target| match target {
        Target::Configmgr | Target::Wsus => Level::Block,
        _ => Level::Warn,
    },
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let facts = judged.facts;
    let expected = judged.evidence.expected.iter();
    expected
        .flat_map(|expected| expected.differences(facts.size, facts.sha1.as_ref(), facts.sha256.as_ref()))
        .collect()
}
