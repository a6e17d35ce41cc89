//! Rules: one for each check, and one for each verdict that no check explains.

use badsig::check::{Check, Level, all_checks};
use badsig::target::TARGETS;
use serde_json::{Value, json};

use super::super::escape::escape;
use super::super::remark::Remark;
use super::known;
use crate::output::page_of;

/// A rule.
pub(super) struct Rule<'r> {
    /// The id of the check.
    pub(super) check: &'r str,
}

/// All checks, and whatever else the remarks name (a report may come from another version).
pub(super) fn all<'r>(remarks: &[Remark<'r>]) -> Vec<Rule<'r>> {
    let mut ids: Vec<&'r str> = all_checks().map(|check| check.id).collect();
    for remark in remarks {
        if !ids.contains(&remark.check) {
            ids.push(remark.check);
        }
    }
    ids.into_iter().map(|check| Rule { check }).collect()
}

/// The id in the log: with a name space, since logs of several tools are shown together.
pub(super) fn id(check: &str) -> String {
    format!("badsig/{}", escape(check))
}

impl Rule<'_> {
    /// The `reportingDescriptor`.
    pub(super) fn descriptor(&self) -> Value {
        match known(self.check) {
            Some(check) => descriptor(check),
            None => unknown(self.check),
        }
    }
}

fn descriptor(check: &Check) -> Value {
    let worst = TARGETS.map(|target| (check.level)(target)).into_iter().max().unwrap_or(Level::Block);
    let (level, severity) = match worst {
        Level::Block => ("error", "8.0"),
        Level::Warn => ("warning", "5.0"),
        Level::Note => ("note", "1.0"),
    };
    json!({
        "id": id(check.id),
        "name": pascal_case(check.id),
        "shortDescription": { "text": sentence(check.title) },
        "fullDescription": { "text": check.meaning },
        "help": { "text": text(check), "markdown": markdown(check) },
        "helpUri": page_of(check),
        "defaultConfiguration": { "level": level },
        "properties": {
            "tags": ["security", "authenticode"],
            "precision": "very-high",
            "problem.severity": if level == "note" { "recommendation" } else { level },
            "security-severity": severity,
        },
    })
}

fn unknown(check: &str) -> Value {
    let text = format!("The file is {}.", escape(check));
    json!({
        "id": id(check),
        "shortDescription": { "text": text },
        "fullDescription": { "text": text },
        "help": { "text": "See the message, and what every target is predicted to do, in the report." },
        "defaultConfiguration": { "level": "error" },
        "properties": { "tags": ["security", "authenticode"], "security-severity": "8.0" },
    })
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

fn text(check: &Check) -> String {
    let list = |title: &str, items: &[&str]| match items {
        [] => String::new(),
        _ => format!("\n{title}\n{}", items.iter().map(|item| format!("- {item}\n")).collect::<String>()),
    };
    format!("{}\n{}{}", check.meaning, list("Usual causes:", check.causes), list("What to do:", check.fix))
}

fn markdown(check: &Check) -> String {
    let list = |title: &str, items: &[&str]| match items {
        [] => String::new(),
        _ => format!(
            "\n\n## {title}\n\n{}",
            items.iter().map(|item| format!("- {item}\n")).collect::<String>()
        ),
    };
    format!(
        "{}{}{}\n\nMore: `badsig explain {}`\n",
        check.meaning,
        list("Usual causes", check.causes),
        list("What to do", check.fix),
        check.id
    )
}

/// `bad-digest` is `BadDigest`: a name as SARIF recommends it.
fn pascal_case(id: &str) -> String {
    id.split('-').map(|word| sentence(word).trim_end_matches('.').to_owned()).collect()
}
