//! `unsigned-member`: a program or package inside carries no signature.

use std::collections::HashSet;

use super::security_catalog_only::vouched_for;
use super::words::{listed, member};
use super::{Check, warns};
use crate::describe::pe::PeKind;
use crate::facts::{Description, Facts};
use crate::format::Format;
use crate::judge::{Judged, Role, State};

pub(super) static CHECK: Check = Check {
    id: "unsigned-member",
    title: "unsigned program or package inside",
    meaning: "A program (EXE) or a package (MSI, MSP) inside the file carries no signature of its own. Publishing looks at \
              the outer file only. On the endpoint, application control (AppLocker, WDAC) and patch management \
              agents may refuse to start it, and nobody can tell who made it. Libraries without a signature are \
              only counted, and programs that a valid security catalog beside them lists are left out.",
    causes: &[
        "The vendor signs the outer file only.",
        "The program is a third party's that never was signed.",
    ],
    fix: &[
        "Ask the vendor to sign everything that is started.",
        "Where application control is in use, allow it by its digest before you deploy.",
    ],
    level: warns,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    if judged.role != Role::Outer {
        let listed = !judged.facts.listed_in.is_empty();
        let unsigned = judged.state() == State::Unsigned && is_started(judged.facts) && !listed;
        return if unsigned { vec!["not signed".to_owned()] } else { Vec::new() };
    }
    let members = judged.members();
    let unsigned =
        members.iter().filter(|(facts, verdict)| verdict.state == State::Unsigned && is_started(facts));
    let vouched: HashSet<&str> = vouched_for(judged).iter().map(|(facts, _)| facts.path.as_str()).collect();
    let unsigned = unsigned.filter(|(facts, _)| !vouched.contains(facts.path.as_str()));
    let paths: Vec<String> = unsigned.map(|(facts, _)| member(facts)).collect();
    match paths.as_slice() {
        [] => Vec::new(),
        [path] => vec![format!("{path} is not signed")],
        _ => vec![format!("{} programs or packages inside are not signed: {}", paths.len(), listed(&paths))],
    }
}

/// Programs and packages; content that was met before has no description, and its first place was counted.
fn is_started(facts: &Facts) -> bool {
    match (&facts.format, &facts.description) {
        (Format::Msi | Format::Msp, _) => true,
        (Format::Pe, Some(Description::Pe(image))) => image.kind == PeKind::Exe,
        _ => false,
    }
}
