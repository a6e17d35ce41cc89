//! `wrong-extension`: the name says another format than the bytes.

use super::{Check, warns};
use crate::format::Format;
use crate::judge::Judged;

pub(super) static CHECK: Check = Check {
    id: "wrong-extension",
    title: "the name says another format",
    meaning: "The file's extension belongs to another format than its bytes. Windows is expected to \
              choose by the extension who runs a file, and publishers whether they take it (inferred), so what is verified \
              here may not be what happens there.",
    causes: &[
        "The file was renamed, or a download was stored under a wrong name.",
        "Somebody hides what the file is.",
    ],
    fix: &["Download the file again under its own name; do not publish it under this one."],
    level: warns,
    find,
};

/// Extensions that installers have, with their formats. Others, as of libraries and drivers, are not looked at.
const EXTENSIONS: &[(&str, Format)] = &[
    ("exe", Format::Pe),
    ("dll", Format::Pe),
    ("sys", Format::Pe),
    ("msi", Format::Msi),
    ("msp", Format::Msp),
    ("mst", Format::Mst),
    ("cab", Format::Cab),
    ("msu", Format::Msu),
    ("cat", Format::Cat),
];

fn find(judged: &Judged<'_>) -> Vec<String> {
    let facts = judged.facts;
    let name = facts.file_name();
    let Some((_, extension)) = name.rsplit_once('.') else { return Vec::new() };
    let extension = extension.to_ascii_lowercase();
    let Some((_, says)) = EXTENSIONS.iter().find(|(known, _)| *known == extension) else { return Vec::new() };
    // What could not be recognised is said by `unknown-format`; an MSU is a cabinet.
    let fits = facts.format == *says || facts.format == Format::Unknown;
    let cabinets = [Format::Cab, Format::Msu];
    if fits || (cabinets.contains(says) && cabinets.contains(&facts.format)) {
        return Vec::new();
    }
    vec![format!("the name ends in .{extension}, the bytes are {}", facts.format)]
}
