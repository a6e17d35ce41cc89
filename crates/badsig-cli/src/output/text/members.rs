//! What is inside a file: a tree in which equal cases are folded (`212 signed by Example Corp`).

use std::collections::{BTreeMap, HashMap, HashSet};

use anstyle::Style;
use badsig::facts::PayloadFacts;
use badsig::{FileReport, Format, Outcome};

use super::file::INDENT;
use crate::output::colour::{ERROR, FAINT, STRONG, WARNING};
use crate::output::line::{Line, Page};

/// Members of one case that are named before they are only counted.
const NAMED: usize = 3;
/// Cases and containers that are shown below one container.
const SHOWN: usize = 30;
const STEP: usize = 2;
const NO_ERROR: &str = "0x00000000";
const NO_SIGNATURE: &str = "0x800B0100";

/// The lines for what is inside one file.
pub(super) fn lines(report: &FileReport) -> Vec<Line> {
    let nouns = report.tree().map(|file| (file.path.as_str(), noun(file))).collect();
    Tree { signers: signers(report), nouns }.inside(report, INDENT, false)
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
    /// What members are, by path: content at its second place has no description.
    nouns: HashMap<&'r str, &'static str>,
}

/// How a member stands; members with the same case are folded. The worst come first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Case {
    Broken(String),
    Unread,
    Unsigned,
    Listed,
    Signed(String),
}

/// Containers that hold the same; they are folded too.
struct Group<'r> {
    names: Vec<&'r str>,
    head: Head,
    inner: Vec<Line>,
    /// Everything that is said of each of them.
    key: Vec<u8>,
}

/// What is said of a container in its own line.
struct Head {
    noun: String,
    /// ` with 3 members`, where nothing else is to be said of what it holds.
    holds: String,
    style: Style,
    /// How it stands; nothing for an archive, which cannot be signed.
    state: String,
}

impl<'r> Tree<'r> {
    /// What is inside; `told` says that the line above tells how much.
    fn inside(&self, report: &'r FileReport, indent: usize, told: bool) -> Vec<Line> {
        let mut lines: Vec<Line> =
            report.payload.iter().filter(|_| !told).map(|own| summary(own, indent)).collect();
        let below = if told { indent } else { indent.saturating_add(STEP) };
        let mut cases: BTreeMap<(Case, &str), Vec<&str>> = BTreeMap::new();
        let mut groups: Vec<Group<'r>> = Vec::new();
        for member in &report.members {
            let name = name(report, member);
            if member.payload.is_empty() {
                cases.entry((self.case(member), self.noun(member))).or_default().push(name);
                continue;
            }
            let group = self.group(name, member, below);
            match groups.iter_mut().find(|own| own.key == group.key) {
                Some(same) => same.names.push(name),
                None => groups.push(group),
            }
        }
        let hidden = cases.len().saturating_add(groups.len()).saturating_sub(SHOWN);
        lines.extend(cases.iter().take(SHOWN).map(|((case, noun), names)| folded(case, noun, names, below)));
        for group in groups.into_iter().take(SHOWN.saturating_sub(cases.len())) {
            lines.push(group.line(below));
            lines.extend(group.inner);
        }
        if hidden > 0 {
            lines.push(Line::new(below, STEP).text(FAINT, &format!("and {hidden} more lines")));
        }
        lines
    }

    fn group(&self, name: &'r str, member: &'r FileReport, below: usize) -> Group<'r> {
        let (style, mut state) = described(&self.case(member));
        let (mut noun, mut holds, mut told) = (noun(member).to_owned(), String::new(), false);
        // A cabinet or archive has nothing else to it: one line is enough.
        if let ([own], Format::Cab | Format::Unknown) = (member.payload.as_slice(), member.format)
            && own.not_opened.is_none()
            && own.problem.is_none()
            && own.unread_members == 0
        {
            (holds, told) = (format!(" with {}", counted(own.members, "member")), true);
            if member.format == Format::Unknown {
                noun.clone_from(&own.title);
            }
        }
        if member.format == Format::Unknown {
            state.clear();
        }
        let inner = self.inside(member, below.saturating_add(STEP), told);
        let mut key = format!("{noun}{holds}{state}").into_bytes();
        let page = Page { width: usize::MAX, colour: false };
        // Infallible in memory.
        inner.iter().for_each(|line| drop(line.write(&mut key, page)));
        Group { names: vec![name], head: Head { noun, holds, style, state }, inner, key }
    }

    fn noun(&self, member: &FileReport) -> &'static str {
        let first = member.same_as.as_ref().unwrap_or(&member.path);
        self.nouns.get(first.as_str()).copied().unwrap_or_else(|| noun(member))
    }

    fn case(&self, member: &FileReport) -> Case {
        if member.verdict == Outcome::Undecided && member.same_as.is_none() && !member.problems.is_empty() {
            return Case::Unread;
        }
        let first = member.same_as.as_ref().unwrap_or(&member.path);
        let signer = self.signers.get(first.as_str()).copied();
        match (member.trust.hresult.as_str(), signer) {
            (NO_SIGNATURE, _) if !member.listed_in.is_empty() => Case::Listed,
            (NO_SIGNATURE, _) => Case::Unsigned,
            (NO_ERROR, Some(signer)) => Case::Signed(signer.to_owned()),
            (NO_ERROR, None) => Case::Signed("an unknown signer".to_owned()),
            (code, _) => Case::Broken(format!("{code} {}", member.trust.symbol)),
        }
    }
}

impl Group<'_> {
    fn line(&self, indent: usize) -> Line {
        let Head { noun, holds, style, state } = &self.head;
        let line = Line::new(indent, STEP);
        let comma = if state.is_empty() { "" } else { ", " };
        if let [name] = self.names.as_slice() {
            let line = line.text(STRONG, name).text(Style::new(), &format!(": {noun}{holds}{comma}"));
            return line.text(*style, state);
        }
        let each = if holds.is_empty() { "" } else { " each" };
        let all = format!("{} {}{holds}{each}{comma}", self.names.len(), plural(noun));
        line.text(STRONG, &all).text(*style, state).text(FAINT, &format!(": {}", some(&self.names)))
    }
}

/// What was found of one kind of payload.
fn summary(payload: &PayloadFacts, indent: usize) -> Line {
    let line = Line::new(indent, STEP).text(FAINT, "inside: ").text(Style::new(), &payload.title);
    if let Some(why) = &payload.not_opened {
        return line.text(WARNING, ", not opened: ").text(Style::new(), why);
    }
    let mut text =
        format!(" with {}, {} that can be signed", counted(payload.members, "member"), payload.judged);
    if payload.unread_members > 0 {
        text.push_str(&format!("; {} not read", payload.unread_members));
    }
    let line = line.text(Style::new(), &text);
    match &payload.problem {
        Some(problem) => line.text(WARNING, "; not read to the end: ").text(Style::new(), &problem.message),
        None => line,
    }
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
        _ => "archive",
    }
}

fn folded(case: &Case, noun: &str, names: &[&str], indent: usize) -> Line {
    let (style, text) = described(case);
    let line = Line::new(indent, STEP);
    if let [name] = names {
        return line.text(Style::new(), name).text(FAINT, &format!(" ({noun}): ")).text(style, &text);
    }
    let line = line.text(Style::new(), &format!("{} {} ", names.len(), plural(noun))).text(style, &text);
    // Who signed is enough where everything is in order.
    if matches!(case, Case::Signed(_)) {
        return line;
    }
    line.text(FAINT, &format!(": {}", some(names)))
}

/// The first few names, each once.
fn some(names: &[&str]) -> String {
    let mut seen = HashSet::new();
    let names: Vec<&str> = names.iter().copied().filter(|name| seen.insert(*name)).collect();
    let shown = names.get(..NAMED).unwrap_or(&names).join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn plural(noun: &str) -> String {
    match noun {
        "library" => "libraries".to_owned(),
        "patch" => "patches".to_owned(),
        _ => format!("{noun}s"),
    }
}

fn described(case: &Case) -> (Style, String) {
    match case {
        Case::Broken(code) => (ERROR, format!("signature not valid ({code})")),
        Case::Unread => (WARNING, "not read completely".to_owned()),
        Case::Unsigned => (Style::new(), "not signed".to_owned()),
        Case::Listed => (Style::new(), "not signed, listed in a security catalog".to_owned()),
        Case::Signed(signer) => (Style::new(), format!("signed by {signer}")),
    }
}
