//! Levels of checks, from the policy file and from what was typed.

use std::collections::BTreeMap;
use std::path::Path;

use badsig::check::{self, Level};
use badsig::policy::{ONLY_BY_DIGEST, nearest_check};

use super::toml_file::at;
use crate::args::PolicyArguments;
use crate::failure::Failure;

/// Checks that are told beside or behind the findings that levels are given to.
const ABOUT_EXCEPTIONS: [&str; 2] = ["exception-expired", "exception-unmatched"];

/// Refuses levels of the file that make no sense.
pub(super) fn check(path: &Path, text: &str, levels: &BTreeMap<String, Level>) -> Result<(), Failure> {
    for (id, level) in levels {
        allowed(id, *level).map_err(|message| {
            let start = text.lines().scan(0usize, |offset, line| {
                let start = *offset;
                *offset = offset.saturating_add(line.len()).saturating_add(1);
                Some((start, line))
            });
            let named =
                start.into_iter().find(|(_, line)| line.trim_start().trim_start_matches('"').starts_with(id));
            at(path, text, named.map(|(start, _)| start..start), &message)
        })?;
    }
    Ok(())
}

fn allowed(id: &str, level: Level) -> Result<(), String> {
    if check::check(id).is_none() {
        return Err(format!("{id:?} is no check{}", nearest_check(id)));
    }
    if ABOUT_EXCEPTIONS.contains(&id) {
        return Err(format!("{id} always warns: it says something of the policy, and nothing of a file"));
    }
    if ONLY_BY_DIGEST.contains(&id) && level != Level::Block {
        return Err(format!("{id} always blocks; for one file, make an exception that names its sha256"));
    }
    Ok(())
}

/// What was typed goes before what the file says.
pub(super) fn combined(
    file: &BTreeMap<String, Level>,
    arguments: &PolicyArguments,
) -> Result<BTreeMap<String, Level>, Failure> {
    let mut typed: BTreeMap<String, Level> = BTreeMap::new();
    let options = [
        ("--deny", Level::Block, &arguments.deny),
        ("--warn", Level::Warn, &arguments.warn),
        ("--allow", Level::Note, &arguments.allow),
    ];
    for (option, level, checks) in options {
        for id in checks {
            allowed(id, level).map_err(|message| Failure::usage(format!("{option} {id}: {message}")))?;
            if typed.insert(id.clone(), level).is_some_and(|other| other != level) {
                return Err(Failure::usage(format!("{option} {id}: another option gives it another level")));
            }
        }
    }
    let mut levels = file.clone();
    levels.extend(typed);
    Ok(levels)
}
