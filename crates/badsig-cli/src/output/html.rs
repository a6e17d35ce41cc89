//! HTML: one page that can be mailed. It needs no network and no scripts to be read; a script that stands in the page
//! adds filters and sorting. A Content-Security-Policy forbids everything else, so that even text that was not escaped
//! could fetch or start nothing.

use std::borrow::Cow;
use std::io::{self, Write};

use badsig::digest::DigestAlgorithm;
use badsig::{FileReport, Outcome, Report};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use super::escape::visible;
use super::format::About;
use super::remark;
use chains::Chains;

mod chains;
mod drawing;
mod evidence;
mod file;
mod forecast;
mod help;
mod members;
mod prediction;
mod scale;
mod signature;
mod table;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Up to so many files that need attention, their sections are open from the start.
const OPEN_AT_MOST: usize = 12;

/// From so many files on, what is out of sight is not laid out.
const MANY: usize = 200;

/// Writes the whole report.
pub(crate) fn write(report: &Report, _: &About, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(report).into_string().as_bytes())
}

/// Every text that does not stand in this program goes through here: what is hidden becomes visible, markup becomes text,
/// and what a build service would take for a command is written with the references of HTML.
pub(crate) fn shown(text: &str) -> Shown<'_> {
    Shown(visible(text))
}

/// Text from outside on a page.
pub(crate) struct Shown<'t>(Cow<'t, str>);

impl Render for Shown<'_> {
    fn render_to(&self, page: &mut String) {
        let mut previous = None;
        for character in self.0.render().into_string().chars() {
            match character {
                '#' if previous == Some('#') => page.push_str("&#35;"),
                ':' if previous == Some(':') => page.push_str("&#58;"),
                other => page.push(other),
            }
            previous = Some(character);
        }
    }
}

/// Files, worst first, each with a number that links use.
type Numbered<'r> = Vec<(usize, &'r FileReport)>;

/// What the parts of the page draw on.
struct Page<'r> {
    report: &'r Report,
    chains: Chains<'r>,
}

fn page(report: &Report) -> Markup {
    let mut files: Numbered<'_> = report.files.iter().enumerate().collect();
    files.sort_by_key(|(_, file)| remark::rank(file.verdict));
    let bad = files.iter().filter(|(_, file)| file.verdict != Outcome::Publishable).count();
    let page = Page { report, chains: Chains::of(report) };
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(report))
            body.many[files.len() > MANY] {
                a.skip href="#files" { "Skip to the files" }
                (banner(report))
                main {
                    (evidence::of_the_run(report))
                    (evidence::not_checked(report))
                    (table::table(report, &files))
                    (forecast::forecast(report, &files))
                    section #details aria-labelledby="details-title" {
                        h2 #details-title { "Each file" }
                        @for (number, file) in &files {
                            (file::section(*number, file, &page, bad <= OPEN_AT_MOST))
                        }
                    }
                    (help::help(report))
                    (page.chains.section())
                    (evidence::evidence(report))
                }
                footer { p { "Made by badsig " (shown(&report.tool.version)) ". Nothing in this page is loaded from elsewhere." } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn head(report: &Report) -> Markup {
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            title { "badsig: " (report.verdict.name()) ", " (report.summary.files) " " (super::files(report.summary.files)) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

/// The source expression of Content Security Policy for an inline style or script.
pub(crate) fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(DigestAlgorithm::Sha256.digest(text.as_bytes())))
}

fn banner(report: &Report) -> Markup {
    let summary = report.summary;
    let titles: Vec<&str> = report.targets.iter().map(|target| target.title()).collect();
    let sentence = match report.verdict {
        Outcome::Publishable => format!("Every file is predicted to be taken by {}.", titles.join(", ")),
        Outcome::Blocked => format!("At least one file would be refused by {}.", titles.join(" or ")),
        Outcome::Undecided if summary.files == 0 => "No file was judged. That is not a pass.".to_owned(),
        Outcome::Undecided => {
            "Nothing is blocked, but not every file could be decided. That is not a pass.".to_owned()
        }
    };
    html! {
        header class=(report.verdict.name()) {
            div.verdict {
                (mark(report.verdict))
                div {
                    h1 { (word(report.verdict)) }
                    p { (sentence) }
                }
            }
            dl.counts {
                div { dt { "files" } dd { (summary.files) } }
                div.blocked { dt { "blocked" } dd { (summary.blocked) } }
                div.undecided { dt { "undecided" } dd { (summary.undecided) } }
                div.publishable { dt { "publishable" } dd { (summary.publishable) } }
            }
            p.judged {
                "Judged for " (titles.join(", ")) " at " (time(report.evidence.at)) "."
            }
        }
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Publishable => "Publishable",
        Outcome::Blocked => "Blocked",
        Outcome::Undecided => "Undecided",
    }
}

/// A shape for each verdict, so that colour alone says nothing.
fn mark(outcome: Outcome) -> Markup {
    let path = match outcome {
        Outcome::Publishable => "M7 12.5l3.5 3.5L17 9",
        Outcome::Blocked => "M8 8l8 8M16 8l-8 8",
        Outcome::Undecided => "M9.5 9.5a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4v.3M12 16.7v.1",
    };
    html! {
        svg.mark.(outcome.name()) viewBox="0 0 24 24" aria-hidden="true" {
            circle cx="12" cy="12" r="11" {}
            path d=(path) {}
        }
    }
}

/// Verdict as a label.
fn label(outcome: Outcome) -> Markup {
    html! { b.(outcome.name()) { (outcome.name()) } }
}

fn time(time: badsig::UtcTime) -> Markup {
    html! { time datetime=(time.to_string()) { (time.to_string()) } }
}
