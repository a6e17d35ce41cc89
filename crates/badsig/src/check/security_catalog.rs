//! `security-catalog`: the file is a security catalog.

use super::{Check, warns};
use crate::format::Format;
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "security-catalog",
    title: "security catalog, not an update",
    meaning: "A security catalog is a signed list of digests of other files, mostly drivers. Its own \
               signature can be judged, but there is nothing in it to install: publishers take EXE, MSI and \
               MSP files. Nor does it make the files it lists publishable, because they must carry \
               signatures of their own.",
    causes: &["The wrong file was picked from a driver package."],
    fix: &["Check the installer that the catalog came with."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    if judged.facts.format != Format::Cat {
        return Vec::new();
    }
    vec!["this is a security catalog: a signed list of other files, nothing to install".to_owned()]
}
