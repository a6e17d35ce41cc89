//! `badsig trust verify`: is a bundle what it says it is, and all of it there?

use std::io::Write as _;

use badsig::codes::exit_codes;

use crate::args::{Format, TrustVerifyArguments, When};
use crate::bundle::{self, BundleReport, ListReport, StoreReport};
use crate::failure::Failure;
use crate::output::json;
use crate::output::stdout::Stdout;
use crate::output::tree::Node;
use crate::roots::{list_root, recover};

/// How many names are shown.
const MOST_NAMES: usize = 10;

/// Verifies the bundle and shows what was found.
pub(super) fn run(arguments: &TrustVerifyArguments, colour: When) -> Result<u8, Failure> {
    let directory = bundle::directory(arguments.dir.as_ref())?;
    recover(&directory)?;
    if !directory.is_dir() {
        return Err(Failure::usage(format!("{}: no such directory", directory.display())));
    }
    let report = bundle::verify(&directory, &list_root(arguments.list_root.as_ref())?);
    match arguments.shown.format {
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &report)?;
            stdout.flush()?;
        }
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            page_of(&report).write(&mut stdout, page)?;
            stdout.flush()?;
        }
    }
    Ok(match (report.valid, report.complete) {
        (false, _) => exit_codes::BLOCKED,
        (true, false) => exit_codes::UNDECIDED,
        (true, true) => exit_codes::PUBLISHABLE,
    })
}

fn page_of(report: &BundleReport) -> Node {
    let word = match (report.valid, report.complete) {
        (false, _) => "WRONG",
        (true, false) => "INCOMPLETE",
        (true, true) => "VALID",
    };
    let certificates = &report.certificates;
    let counts = match certificates.wanted {
        0 => "not compared: there is no list that names them".to_owned(),
        wanted => format!(
            "{} of {wanted} for code signing or time stamping, each with the thumbprints of the list",
            certificates.present
        ),
    };
    let mut below =
        vec![list("root program", report.roots.as_ref()), list("distrusted", report.distrusted.as_ref())];
    below.extend(report.untrusted.as_ref().map(store));
    below.push(
        Node::new("certificates", counts)
            .with(names("missing", &certificates.missing))
            .with(names("wrong", &certificates.wrong)),
    );
    if certificates.unused > 0 {
        let text = format!(
            "{} certificates that the list does not call for: nothing trusts them",
            certificates.unused
        );
        below.push(Node::new("besides", text));
    }
    if report.revocation_entries > 0 {
        let text = format!("{} revocation lists, OCSP responses and issuers", report.revocation_entries);
        below.push(Node::new("revocation", text));
    }
    Node::new(word, report.directory.clone()).with(below)
}

fn list(label: &str, list: Option<&ListReport>) -> Node {
    let Some(list) = list else { return Node::new(label, "the list is missing") };
    if let Some(problem) = &list.problem {
        return Node::new(label, format!("{}: {problem}", list.file));
    }
    let date = list.date.as_deref().unwrap_or_default();
    let text = format!("{} of {date}, {} entries", list.file, list.entries);
    Node::new(label, text)
        .with(Node::maybe("sha256", list.sha256.as_ref()))
        .with([Node::new("signed by", list.signers.join(", under "))])
}

fn store(store: &StoreReport) -> Node {
    let text = match &store.problem {
        Some(problem) => format!("{}: {problem}", bundle::UNTRUSTED),
        None => format!("{} with {} certificates, not signed", bundle::UNTRUSTED, store.certificates),
    };
    Node::new("untrusted", text)
}

fn names(label: &str, names: &[String]) -> Option<Node> {
    if names.is_empty() {
        return None;
    }
    let mut shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
    if names.len() > MOST_NAMES {
        shown.push("…");
    }
    Some(Node::new(label, format!("{}: {}", names.len(), shown.join(", "))))
}
