//! The formats of the report. Here stands the only list of them: options, help, completions and what `--output`
//! takes come from it.

use std::fmt;
use std::io::{self, Write};

use badsig::report::{EvidenceReport, Tool};
use badsig::{FileReport, Report, Target};

use super::line::Page;
use super::repository::Repository;
use super::text::Text;
use super::{csv, github, html, json, jsonl, junit, markdown, sarif};
use crate::settings::Detail;

/// A format of the report.
pub(crate) struct OutputFormat {
    /// Its name in options.
    pub(crate) name: &'static str,
    /// What it is for.
    pub(crate) about: &'static str,
    how: How,
}

/// All formats, in the order of the help.
pub(crate) static FORMATS: &[OutputFormat] = &[
    OutputFormat { name: "text", about: "for people, in a terminal", how: How::Streamed(Text::boxed) },
    OutputFormat {
        name: "json",
        about: "the whole report, for programs",
        how: How::Streamed(json::Json::boxed),
    },
    OutputFormat {
        name: "jsonl",
        about: "JSON Lines: one line for each file as soon as it is judged",
        how: How::Streamed(jsonl::JsonLines::boxed),
    },
    OutputFormat { name: "sarif", about: "SARIF 2.1.0, for code scanning", how: How::Whole(sarif::write) },
    OutputFormat { name: "junit", about: "JUnit XML, for test reports", how: How::Whole(junit::write) },
    OutputFormat {
        name: "markdown",
        about: "a summary of at most 1 MiB, worst first",
        how: How::Whole(markdown::write),
    },
    OutputFormat {
        name: "html",
        about: "one page to read and to mail, without network",
        how: How::Whole(html::write),
    },
    OutputFormat {
        name: "csv",
        about: "a table, one row for each file and member",
        how: How::Streamed(csv::Csv::boxed),
    },
    OutputFormat {
        name: "github",
        about: "annotations of GitHub Actions, at most 10",
        how: How::Whole(github::write),
    },
];

/// Whether answers are written as they come or at the end.
enum How {
    Streamed(fn(&About) -> Box<dyn Stream>),
    Whole(Whole),
}

/// Writes a report when all of it is there.
type Whole = fn(&Report, &About, &mut dyn Write) -> io::Result<()>;

/// What formats know before the first answer.
#[derive(Clone)]
pub(crate) struct About {
    /// How lines are written.
    pub(crate) page: Page,
    /// How much the text says.
    pub(crate) detail: Detail,
    /// The targets that decide.
    pub(crate) targets: Vec<Target>,
    /// Columns of the longest path that shares its line with others.
    pub(crate) path_columns: usize,
    /// Where formats for code hosts name files from.
    pub(crate) repository: Repository,
}

/// What stands at the head of a report.
#[derive(Clone, serde::Serialize)]
pub(crate) struct Head {
    pub(crate) tool: Tool,
    pub(crate) evidence: EvidenceReport,
    pub(crate) targets: Vec<Target>,
}

/// A format that writes answers as they come.
pub(crate) trait Stream {
    /// What stands before the answers.
    fn begin(&mut self, _head: &Head, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// The next answer.
    fn file(&mut self, file: &FileReport, out: &mut dyn Write) -> io::Result<()>;

    /// What stands after them; `report` need not hold the files.
    fn end(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()>;
}

/// A format at work.
pub(crate) enum Renderer {
    Streamed(Box<dyn Stream>),
    Whole(Whole, Box<About>),
}

impl OutputFormat {
    /// The format of this name.
    pub(crate) fn named(name: &str) -> Option<&'static OutputFormat> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Whether `badsig judge` can read it: only the whole report holds the facts.
    pub(crate) fn holds_facts(&self) -> bool {
        self.name == "json"
    }

    /// Gets ready to write.
    pub(crate) fn renderer(&self, about: &About) -> Renderer {
        match self.how {
            How::Streamed(new) => Renderer::Streamed(new(about)),
            How::Whole(write) => Renderer::Whole(write, Box::new(about.clone())),
        }
    }

    /// Writes a report that is complete already.
    #[cfg(test)]
    pub(crate) fn render(&self, report: &Report, about: &About, out: &mut dyn Write) -> io::Result<()> {
        let mut renderer = self.renderer(about);
        renderer.begin(&Head::of(report), out)?;
        report.files.iter().try_for_each(|file| renderer.file(file, out))?;
        renderer.end(report, out)
    }
}

impl PartialEq for OutputFormat {
    fn eq(&self, other: &OutputFormat) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Head {
    #[cfg(test)]
    fn of(report: &Report) -> Head {
        let Report { tool, evidence, targets, .. } = report;
        Head { tool: tool.clone(), evidence: evidence.clone(), targets: targets.clone() }
    }
}

impl Renderer {
    /// Whether the format needs all answers at the end.
    pub(crate) fn needs_all(&self) -> bool {
        matches!(self, Renderer::Whole(..))
    }

    /// Writes what stands before the answers.
    pub(crate) fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Renderer::Streamed(stream) => stream.begin(head, out),
            Renderer::Whole(..) => Ok(()),
        }
    }

    /// Takes the next answer.
    pub(crate) fn file(&mut self, file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Renderer::Streamed(stream) => stream.file(file, out),
            Renderer::Whole(..) => Ok(()),
        }
    }

    /// Writes what stands after the answers.
    pub(crate) fn end(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Renderer::Streamed(stream) => stream.end(report, out),
            Renderer::Whole(write, about) => write(report, about, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use badsig::trust::Evidence;
    use badsig::{Limits, Policy, Subject};

    use super::super::tool;
    use super::*;

    fn report() -> Report {
        let evidence = Evidence::embedded("2026-11-21".parse().unwrap());
        let subject = Subject::from_bytes("a\u{1b}[31m\n.txt", b"hello".to_vec());
        let facts = badsig::inspect(&subject, &Limits::default());
        let verdict = badsig::judge(&facts, &evidence, &Policy::default());
        let files = vec![FileReport::new(&facts, &verdict)];
        Report::new(tool(), EvidenceReport::new(&evidence, "embedded"), Policy::default().targets, files)
    }

    /// A report that is complete already can be written in every format, and no format lets a control character through.
    #[test]
    fn every_format_writes_a_complete_report() {
        let about = About {
            page: Page { width: 80, colour: false },
            detail: Detail::Verbose,
            targets: Vec::new(),
            path_columns: 0,
            repository: Repository::default(),
        };
        for format in FORMATS {
            let mut out = Vec::new();
            format.render(&report(), &about, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.contains(".txt"), "{format:?}: {text}");
            assert!(!text.contains('\u{1b}') && !text.contains("31m\n"), "{format:?}: {text}");
        }
    }

    #[test]
    fn names_are_different() {
        let names: std::collections::BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
        assert_eq!(names.len(), FORMATS.len());
    }
}
