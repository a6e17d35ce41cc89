//! What is inside a file: a tree in which equal cases are folded (`212 signed by Example Corp`).

use std::collections::{BTreeMap, HashMap};

use anstyle::Style;
use badsig::facts::PayloadFacts;
use badsig::{FileReport, Format, Outcome};

use super::file::INDENT;
use crate::output::colour::{ERROR, FAINT, STRONG, WARNING};
use crate::output::line::Line;

/// Members of one case that are named before they are only counted.
const NAMED: usize = 3;
/// Cases and containers that are shown below one container.
const SHOWN: usize = 30;
const STEP: usize = 2;
const NO_ERROR: &str = "0x00000000";
const NO_SIGNATURE: &str = "0x800B0100";

/// The lines for what is inside one file.
pub(super) fn lines(report: &FileReport) -> Vec<Line> {
    let mut tree = Tree { signers: signers(report), lines: Vec::new() };
    tree.container(report, INDENT);
    tree.lines
}

/// The common names of the signers of all members, by path: content at its second place has none of its own.
fn signers(report: &FileReport) -> HashMap<&str, &str> {
    let all = report.tree().filter_map(|file| {
        let signer = file.signatures.first()?.signer.as_ref()?;
        Some((file.path.as_str(), signer.common_name.as_str()))
    });
    all.collect()
}

struct Tree<'r> {
    signers: HashMap<&'r str, &'r str>,
    lines: Vec<Line>,
}

/// How a member stands; members with the same case are folded. The worst come first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Case {
    Broken(String),
    Unread,
    Unsigned,
    Signed(String),
}

impl Tree<'_> {
    fn container(&mut self, report: &FileReport, indent: usize) {
        self.lines.extend(report.payload.iter().filter_map(|payload| summary(payload, indent)));
        let below = indent.saturating_add(STEP);
        let mut cases: BTreeMap<(Case, &str), Vec<&str>> = BTreeMap::new();
        let mut containers = Vec::new();
        for member in &report.members {
            let name = name(report, member);
            if member.payload.is_empty() {
                cases.entry((self.case(member), noun(member))).or_default().push(name);
            } else {
                containers.push((name, member));
            }
        }
        let hidden = cases.len().saturating_add(containers.len()).saturating_sub(SHOWN);
        for ((case, noun), names) in cases.iter().take(SHOWN) {
            self.lines.push(folded(case, noun, names, below));
        }
        for (name, member) in containers.into_iter().take(SHOWN.saturating_sub(cases.len())) {
            let line = Line::new(below, STEP).text(STRONG, name).text(Style::new(), ": ");
            let (style, text) = described(&self.case(member));
            let noun = format!("{}, ", noun(member));
            self.lines.push(line.text(Style::new(), &noun).text(style, &text));
            self.container(member, below.saturating_add(STEP));
        }
        if hidden > 0 {
            self.lines.push(Line::new(below, STEP).text(FAINT, &format!("and {hidden} more lines")));
        }
    }

    fn case(&self, member: &FileReport) -> Case {
        if member.verdict == Outcome::Undecided && member.same_as.is_none() && !member.problems.is_empty() {
            return Case::Unread;
        }
        let first = member.same_as.as_ref().unwrap_or(&member.path);
        let signer = self.signers.get(first.as_str()).copied();
        match (member.trust.hresult.as_str(), signer) {
            (NO_SIGNATURE, _) => Case::Unsigned,
            (NO_ERROR, Some(signer)) => Case::Signed(signer.to_owned()),
            (NO_ERROR, None) => Case::Signed("an unknown signer".to_owned()),
            (code, _) => Case::Broken(format!("{code} {}", member.trust.symbol)),
        }
    }
}

/// What was found of one kind of payload.
fn summary(payload: &PayloadFacts, indent: usize) -> Option<Line> {
    let line = Line::new(indent, STEP).text(FAINT, "inside: ").text(Style::new(), &payload.title);
    if let Some(why) = &payload.not_opened {
        return Some(line.text(WARNING, ", not opened: ").text(Style::new(), why));
    }
    let mut text = format!(
        " with {}, {} of them of kinds that are signed",
        counted(payload.members, "member"),
        payload.judged
    );
    if payload.unread_members > 0 {
        text.push_str(&format!("; {} not read", payload.unread_members));
    }
    let line = line.text(Style::new(), &text);
    Some(match &payload.problem {
        Some(problem) => line.text(WARNING, "; not read to the end: ").text(Style::new(), &problem.message),
        None => line,
    })
}

fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The member's name without the path of its container.
fn name<'m>(container: &FileReport, member: &'m FileReport) -> &'m str {
    if let Some(installed) = &member.installed_as {
        return installed;
    }
    let inner = member.path.strip_prefix(container.path.as_str());
    inner.and_then(|inner| inner.strip_prefix("!/")).unwrap_or(&member.path)
}

fn noun(member: &FileReport) -> &'static str {
    match member.format {
        Format::Pe => match &member.description {
            Some(badsig::facts::Description::Pe(image))
                if image.kind == badsig::describe::pe::PeKind::Exe =>
            {
                "program"
            }
            _ => "library",
        },
        Format::Msi => "package",
        Format::Msp => "patch",
        Format::Mst => "transform",
        Format::Cab => "cabinet",
        Format::Msu => "update package",
        Format::Cat => "catalog",
        _ => "file",
    }
}

fn folded(case: &Case, noun: &str, names: &[&str], indent: usize) -> Line {
    let (style, text) = described(case);
    let line = Line::new(indent, STEP);
    if let [name] = names {
        return line.text(Style::new(), name).text(FAINT, &format!(" ({noun}): ")).text(style, &text);
    }
    let plural = match noun {
        "library" => "libraries".to_owned(),
        "patch" => "patches".to_owned(),
        _ => format!("{noun}s"),
    };
    let line = line.text(Style::new(), &format!("{} {plural} ", names.len())).text(style, &text);
    // Who signed is enough where everything is in order.
    if matches!(case, Case::Signed(_)) {
        return line;
    }
    let shown = names.get(..NAMED).unwrap_or(names).join(", ");
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    line.text(FAINT, &format!(": {shown}{more}"))
}

fn described(case: &Case) -> (Style, String) {
    match case {
        Case::Broken(code) => (ERROR, format!("signature not valid ({code})")),
        Case::Unread => (WARNING, "not read completely".to_owned()),
        Case::Unsigned => (Style::new(), "not signed".to_owned()),
        Case::Signed(signer) => (Style::new(), format!("signed by {signer}")),
    }
}
