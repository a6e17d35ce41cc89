//! `badsig trust show`: the root program in use, and what is trusted for what, and why.

mod root;

use std::io::Write as _;

use badsig::UtcTime;
use badsig::authenticode::oid::ObjectIdentifier;
use badsig::authenticode::spc;
use badsig::codes::exit_codes;
use badsig::trust::root_program::{RootProgram, RootSource};
use badsig::trust::{Anchors, DistrustList};
use serde::Serialize;

use crate::args::{Format, TrustShowArguments, When};
use crate::failure::Failure;
use crate::output::json;
use crate::output::stdout::Stdout;
use crate::output::tree::Node;
use crate::roots::{Roots, list_root};
use root::Shown;

/// The two usages that a check asks about.
const USAGES: [(&str, ObjectIdentifier); 2] =
    [("code signing", spc::CODE_SIGNING), ("time stamping", spc::TIME_STAMPING)];

/// The answer.
#[derive(Serialize)]
struct Answer {
    source: String,
    ctl_date: UtcTime,
    ctl_sha256: String,
    /// Roots for code signing or time stamping.
    roots: usize,
    /// The time that is counted for.
    at: UtcTime,
    usages: Vec<Counts>,
    /// Null where there is no list.
    distrusted: Option<Distrusted>,
    /// Those that were asked for.
    shown: Vec<Shown>,
}

/// How many roots are trusted for a usage.
#[derive(Serialize)]
struct Counts {
    usage: &'static str,
    allowed: usize,
    without_limit: usize,
    closed_for_new_certificates: usize,
    disabled: usize,
}

#[derive(Serialize)]
struct Distrusted {
    date: String,
    sha256: String,
    entries: usize,
}

/// Shows the program and the roots that were asked for.
pub(super) fn run(arguments: &TrustShowArguments, colour: When) -> Result<u8, Failure> {
    let roots = Roots::read(&arguments.from, &list_root(arguments.list_root.as_ref())?)?;
    let distrust = roots.with_distrust(DistrustList::default())?;
    let Some(program) = roots.anchors.program() else {
        let why = "holds loose certificates and no root program; badsig cert show shows them";
        return Err(Failure::usage(format!("{}: {why}", roots.source)));
    };
    let answer = answer(arguments, program, &roots.anchors, &distrust)?;
    match arguments.shown.format {
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &answer)?;
            stdout.flush()?;
        }
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            let nodes = if arguments.roots.is_empty() {
                vec![answer.summary()]
            } else {
                answer.shown.iter().map(Shown::node).collect()
            };
            for node in nodes {
                node.write(&mut stdout, page)?;
            }
            stdout.flush()?;
        }
    }
    Ok(exit_codes::PUBLISHABLE)
}

fn answer(
    arguments: &TrustShowArguments,
    program: &RootProgram,
    anchors: &Anchors,
    distrust: &DistrustList,
) -> Result<Answer, Failure> {
    let mut shown = Vec::new();
    for wanted in &arguments.roots {
        let found = root::find(program, wanted);
        if found.is_empty() {
            return Err(Failure::usage(format!(
                "no root of the program has the thumbprint or name {wanted:?}; a root for other usages than code \
                 signing and time stamping is not kept"
            )));
        }
        shown.extend(found.into_iter().map(|entry| Shown::new(entry, anchors)));
    }
    let at = arguments.at.unwrap_or(program.ctl_date);
    let source = match &program.source {
        RootSource::Embedded { package } => format!("embedded ({package})"),
        RootSource::Directory(path) => path.display().to_string(),
        _ => "elsewhere".to_owned(),
    };
    let signed = distrust.sources().find_map(|list| {
        Some(Distrusted {
            date: list.edition?.this_update.to_string(),
            sha256: list.sha256?.to_string(),
            entries: list.entries,
        })
    });
    Ok(Answer {
        source,
        ctl_date: program.ctl_date,
        ctl_sha256: program.ctl_sha256.to_string(),
        roots: program.roots.len(),
        at,
        usages: USAGES.iter().map(|(name, usage)| Counts::new(program, name, usage, at)).collect(),
        distrusted: signed,
        shown,
    })
}

impl Counts {
    fn new(program: &RootProgram, name: &'static str, usage: &ObjectIdentifier, at: UtcTime) -> Counts {
        let limits = program.roots.iter().map(|root| &root.constraints);
        let allowed: Vec<_> = limits.filter(|limits| limits.permits(usage)).collect();
        let (disabled, open): (Vec<_>, Vec<_>) = allowed
            .iter()
            .copied()
            .partition(|limits| limits.disabled_for(usage).is_some_and(|from| from <= at));
        let closed = open.iter().filter(|limits| limits.cutoff_for(usage).is_some()).count();
        Counts {
            usage: name,
            allowed: allowed.len(),
            without_limit: open.len().saturating_sub(closed),
            closed_for_new_certificates: closed,
            disabled: disabled.len(),
        }
    }
}

impl Answer {
    fn summary(&self) -> Node {
        let distrusted = match &self.distrusted {
            Some(list) => {
                let text = format!("{} certificates by the list of {}", list.entries, list.date);
                Node::new("distrusted", text).with([Node::new("sha256", list.sha256.clone())])
            }
            None => {
                Node::new("distrusted", "no list of distrusted certificates is here (badsig trust update)")
            }
        };
        let usages = self.usages.iter().map(|counts| {
            let text = format!(
                "{} roots: {} without limit, {} closed for new certificates, {} disabled",
                counts.allowed, counts.without_limit, counts.closed_for_new_certificates, counts.disabled
            );
            Node::new(counts.usage, text)
        });
        Node::new("root program", self.source.clone())
            .with([
                Node::new("list of", self.ctl_date.to_string()),
                Node::new("sha256", self.ctl_sha256.clone()),
            ])
            .with(usages)
            .with([distrusted])
    }
}
