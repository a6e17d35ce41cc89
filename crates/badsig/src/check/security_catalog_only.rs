//! `security-catalog-only`: a file without a signature of its own is listed in a security catalog.

use std::collections::HashMap;

use super::words::listed;
use super::{Check, notes};
use crate::facts::Facts;
use crate::format::Format;
use crate::judge::{Judged, Role, State};

pub(super) static CHECK: Check = Check {
    id: "security-catalog-only",
    title: "signed through a security catalog only",
    meaning: "The file carries no signature of its own, and its digest is listed in a security catalog (.cat) that was given \
              too, lies beside it or came in the same container. Windows knows such a file once the catalog is installed, as \
              it is with drivers and Windows updates. That publishing does not look at catalogs is inferred from the words of \
              the agent's log, which asks for the certificate in the file: for Configuration Manager the file counts as \
              not signed.",
    causes: &["The file belongs to a driver or a Windows update, whose files are signed through a catalog."],
    fix: &[
        "Publish what the files came in, if that is signed; a driver is deployed as a driver package or an application.",
    ],
    level: notes,
    find,
};

fn find(judged: &Judged<'_>) -> Vec<String> {
    let own = through(judged).map(|(catalog, valid)| {
        format!("not signed itself; the security catalog {catalog} lists it, {}", said(valid))
    });
    let mut found: Vec<String> = own.into_iter().collect();
    if judged.role == Role::Outer {
        found.extend(inside(judged));
    }
    found
}

/// The first catalog that lists an unsigned subject, and whether its signature is valid; `None` when that was not judged.
pub(super) fn through<'j>(judged: &'j Judged<'_>) -> Option<(&'j str, Option<bool>)> {
    let unsigned = judged.state() == State::Unsigned;
    let catalogs = judged.facts.listed_in.iter().filter(|_| unsigned);
    let known = catalogs.map(|path| (path.as_str(), judged.evidence.catalogs.get(path).copied()));
    // A valid one says the most.
    known.min_by_key(|(_, valid)| *valid != Some(true))
}

/// What is known of a catalog.
pub(super) fn said(valid: Option<bool>) -> &'static str {
    match valid {
        Some(true) => "whose signature is valid",
        Some(false) => "whose signature is not valid",
        None => "whose signature was not judged with it",
    }
}

fn inside(judged: &Judged<'_>) -> Option<String> {
    let vouched = vouched_for(judged);
    let mut by_catalog: Vec<(&str, usize)> = Vec::new();
    for (_, catalog) in &vouched {
        match by_catalog.iter_mut().find(|(known, _)| known == catalog) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => by_catalog.push((catalog, 1)),
        }
    }
    let described: Vec<String> = by_catalog
        .iter()
        .map(|(catalog, count)| match vouched.first() {
            Some((only, _)) if *count == 1 && by_catalog.len() == 1 => format!("{} by {catalog}", only.path),
            _ => format!("{count} by {catalog}"),
        })
        .collect();
    (!described.is_empty()).then(|| {
        format!("not signed themselves, but listed in a valid security catalog: {}", listed(&described))
    })
}

/// The unsigned members that a valid catalog inside the same file lists, each with that catalog.
pub(super) fn vouched_for<'j>(judged: &'j Judged<'_>) -> Vec<(&'j Facts, &'j str)> {
    let members = judged.members();
    if members.iter().all(|(facts, _)| facts.listed_in.is_empty()) {
        return Vec::new();
    }
    // Hostile names: of two members with one path, the catalog is not known from the other, so both must be valid catalogs.
    let mut valid: HashMap<&str, bool> = HashMap::new();
    for (facts, verdict) in &members {
        let counts = facts.format == Format::Cat && verdict.state == State::Valid;
        valid.entry(facts.path.as_str()).and_modify(|all| *all &= counts).or_insert(counts);
    }
    let valid = |path: &&String| valid.get(path.as_str()) == Some(&true);
    let unsigned = members.iter().filter(|(_, verdict)| verdict.state == State::Unsigned);
    unsigned
        .filter_map(|(facts, _)| facts.listed_in.iter().find(valid).map(|catalog| (*facts, catalog.as_str())))
        .collect()
}
