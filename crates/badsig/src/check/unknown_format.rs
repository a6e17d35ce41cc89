//! `unknown-format`: the bytes are of no format that badsig judges.

use super::{Check, problems, warns};
use crate::judge::Judged;
use crate::problem::ProblemKind;

pub(super) static CHECK: Check = Check {
    id: "unknown-format",
    title: "unknown format",
    meaning: "The bytes are no EXE, MSI, MSP, CAB, MSU or security catalog, whatever the name of the file \
               says. badsig cannot tell who vouches for such a file, so the verdict is undecided, which is \
               not a pass.",
    causes: &[
        "An error page or a login page was saved instead of the download.",
        "The vendor delivers an archive (ZIP, ISO) or a script.",
        "The file is an old DOS program, or an MSU in the newer WIM form, which carries no signature of its \
         own.",
    ],
    fix: &["Look at what was downloaded; if it is an archive, check the installer inside it."],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    problems(judged, &[ProblemKind::UnknownFormat])
}
