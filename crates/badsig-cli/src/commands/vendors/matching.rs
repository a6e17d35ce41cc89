//! `badsig vendors match`: which entries files belong to, why or why not.

use std::io::Write as _;
use std::path::Path;

use anstyle::Style;
use badsig::UtcTime;
use badsig::codes::exit_codes;
use badsig::vendors::matching::{Contradiction, MatchedRule};
use badsig::vendors::{Identity, Match, Standing, Strength, VendorCatalog};
use serde::Serialize;

use super::catalog;
use super::summary::Summary;
use crate::args::{Format, MatchArguments, When};
use crate::collect::facts_of;
use crate::failure::Failure;
use crate::inputs;
use crate::output::colour::{FAINT, STRONG, WARNING};
use crate::output::json;
use crate::output::line::{Line, Page};
use crate::output::stdout::Stdout;

/// The answer for one file.
#[derive(Serialize)]
struct Matched {
    path: String,
    matches: Vec<Candidate>,
    problems: Vec<String>,
}

/// An entry of which a rule fits.
#[derive(Serialize)]
struct Candidate {
    id: String,
    product: String,
    /// Whether the file counts as this product.
    holds: bool,
    /// Null when too little fits.
    strength: Option<Strength>,
    status: Standing,
    #[serde(skip)]
    standing: String,
    rules: Vec<MatchedRule>,
    contradictions: Vec<Contradiction>,
}

pub(super) fn run(arguments: &MatchArguments, colour: When) -> Result<u8, Failure> {
    let catalog = catalog(&arguments.catalog)?;
    let at = arguments.catalog.time();
    inputs::local(&arguments.files)?;
    let answers: Vec<Matched> = arguments.files.iter().map(|path| answer(&catalog, path, at)).collect();
    match arguments.shown.format {
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &answers)?;
            stdout.flush()?;
        }
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            for answer in &answers {
                write(answer, &mut stdout, page)?;
            }
            stdout.flush()?;
        }
    }
    let unread = answers.iter().any(|answer| !answer.problems.is_empty());
    Ok(if unread { exit_codes::UNDECIDED } else { exit_codes::PUBLISHABLE })
}

fn answer(catalog: &VendorCatalog, path: &Path, at: UtcTime) -> Matched {
    let facts = facts_of(path);
    let matches = catalog.matches(&Identity::of_facts(&facts));
    Matched {
        matches: matches.iter().map(|found| candidate(found, at)).collect(),
        problems: facts.problems.iter().map(|problem| problem.message.clone()).collect(),
        path: facts.path,
    }
}

fn candidate(found: &Match<'_>, at: UtcTime) -> Candidate {
    let summary = Summary::of(found.entry, at);
    Candidate {
        id: found.entry.id.clone(),
        product: found.entry.product.clone(),
        holds: found.holds(),
        strength: found.strength,
        status: summary.status,
        standing: format!("{}, {}", summary.words(), summary.dated()),
        rules: found.rules.clone(),
        contradictions: found.contradictions.clone(),
    }
}

fn write(answer: &Matched, out: &mut Stdout, page: Page) -> Result<(), Failure> {
    Line::new(0, 2).unbroken(STRONG, &answer.path).write(out, page)?;
    for problem in &answer.problems {
        Line::new(2, 2).text(WARNING, "not read: ").text(Style::new(), problem).write(out, page)?;
    }
    if answer.matches.is_empty() {
        Line::plain(2, "no rule of any entry fits").write(out, page)?;
    }
    for found in &answer.matches {
        let (words, style) = outcome(found);
        Line::new(2, 2)
            .text(STRONG, &found.id)
            .gap(2)
            .text(style, &words)
            .gap(2)
            .text(FAINT, &format!("({})", found.standing))
            .write(out, page)?;
        for rule in &found.rules {
            let text = format!("fits: {} {:?} by {:?}", rule.field.words(), rule.value, rule.pattern);
            Line::plain(4, &text).write(out, page)?;
        }
        for other in &found.contradictions {
            let expected = other.expected.join(", ");
            let text =
                format!("does not fit: {} {:?}, expected {expected}", other.field.words(), other.value);
            Line::new(4, 2).text(WARNING, &text).write(out, page)?;
        }
    }
    Ok(())
}

fn outcome(found: &Candidate) -> (String, Style) {
    match (found.holds, found.strength) {
        (true, Some(strength)) => (format!("is {} by its {}", found.product, by(strength)), Style::new()),
        (false, Some(_)) => (format!("merely claims to be {}", found.product), WARNING),
        (_, None) => (format!("too little fits to call it {}", found.product), FAINT),
    }
}

fn by(strength: Strength) -> &'static str {
    match strength {
        Strength::FileName => "file name alone, which anybody can give",
        Strength::Names => "names",
        Strength::Codes => "codes",
        Strength::Digest => "SHA-256",
    }
}
