//! `badsig cert verify`: one chain, judged by itself.

use std::io::{self, Write};
use std::path::Path;

use anstyle::Style;
use badsig::authenticode::certificate::Certificate;
use badsig::codes::exit_codes;
use badsig::report::{ChainReport, PathReport, ReasonReport, RejectedReport};
use badsig::trust::chain::{PolicyInputs, Purpose};
use badsig::trust::path::{PathQuestion, PathVerdict, verify_with};
use badsig::trust::revocation::RevocationEvidence;
use badsig::trust::{Anchors, DistrustList};
use badsig::{Outcome, UtcTime};

use crate::args::{Format, Revocation, VerifyArguments, When};
use crate::certificates;
use crate::failure::Failure;
use crate::output::colour::{FAINT, STRONG, of_outcome};
use crate::output::json;
use crate::output::line::{Line, Page};
use crate::output::stdout::Stdout;
use crate::output::tree::Node;
use crate::revocation;
use crate::roots::{Roots, list_root};

/// Everything that the question is made of.
struct Asked {
    leaf: Certificate,
    intermediates: Vec<Certificate>,
    anchors: Anchors,
    distrust: DistrustList,
    at: UtcTime,
    purpose: Purpose,
    policies: PolicyInputs,
    revocation: Option<RevocationEvidence>,
}

/// Judges the chain, shows the answer and gives the exit code.
pub(super) fn run(arguments: &VerifyArguments, colour: When) -> Result<u8, Failure> {
    let asked = Asked::new(arguments)?;
    let verdict = verify_with(&asked.question(), Some(&asked.distrust));
    let outcome = outcome(&verdict);
    let report = PathReport::from(&verdict);
    match arguments.shown.format {
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            let text = Text { asked: &asked, outcome, report: &report, verbose: arguments.verbose };
            text.write(&mut stdout, page)?;
            stdout.flush()?;
        }
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &report)?;
            stdout.flush()?;
        }
    }
    Ok(match outcome {
        Outcome::Publishable => exit_codes::PUBLISHABLE,
        Outcome::Blocked => exit_codes::BLOCKED,
        Outcome::Undecided => exit_codes::UNDECIDED,
    })
}

fn outcome(verdict: &PathVerdict) -> Outcome {
    match (verdict.valid, verdict.is_undecided()) {
        (true, _) => Outcome::Publishable,
        (false, true) => Outcome::Undecided,
        (false, false) => Outcome::Blocked,
    }
}

impl Asked {
    fn new(arguments: &VerifyArguments) -> Result<Asked, Failure> {
        let mut own = certificates::from_file(&arguments.leaf)?.into_iter();
        let Some(leaf) = own.next() else {
            return Err(Failure::usage(format!("{}: holds no certificate", arguments.leaf.display())));
        };
        let mut intermediates: Vec<Certificate> = own.collect();
        intermediates.extend(all(&arguments.intermediate)?);
        let (anchors, distrust) = match arguments.anchor.as_slice() {
            [] => {
                let roots = Roots::read(&arguments.roots, &list_root(arguments.list_root.as_ref())?)?;
                (roots.anchors.clone(), roots.with_distrust(DistrustList::default())?)
            }
            files => (Anchors::only(all(files)?), DistrustList::default()),
        };
        Ok(Asked {
            leaf,
            intermediates,
            anchors,
            distrust,
            at: arguments.at.unwrap_or_else(UtcTime::now),
            purpose: arguments.purpose,
            policies: PolicyInputs {
                acceptable: arguments.policy.clone(),
                require_explicit: arguments.require_explicit_policy,
                inhibit_mapping: arguments.inhibit_policy_mapping,
                inhibit_any: arguments.inhibit_any_policy,
            },
            revocation: revocation_of(arguments)?,
        })
    }

    fn question(&self) -> PathQuestion<'_> {
        PathQuestion {
            leaf: &self.leaf,
            intermediates: &self.intermediates,
            anchors: &self.anchors,
            at: self.at,
            purpose: self.purpose,
            policies: self.policies.clone(),
            revocation: self.revocation.as_ref(),
        }
    }
}

fn all(files: &[impl AsRef<Path>]) -> Result<Vec<Certificate>, Failure> {
    let mut found = Vec::new();
    for file in files {
        found.extend(certificates::from_file(file.as_ref())?);
    }
    Ok(found)
}

/// Whoever brings lists or responses wants them to decide: where they do not, the chain is not valid.
fn revocation_of(arguments: &VerifyArguments) -> Result<Option<RevocationEvidence>, Failure> {
    let given = !arguments.crl.is_empty() || !arguments.ocsp.is_empty();
    let mode = arguments.revocation.unwrap_or(if given { Revocation::Offline } else { Revocation::Off });
    let evidence = revocation::evidence(mode, &arguments.crl, &arguments.ocsp)?;
    let asked = mode == Revocation::Offline;
    Ok(asked.then_some(RevocationEvidence { required: given, ..evidence }))
}

/// The answer for people.
struct Text<'a> {
    asked: &'a Asked,
    outcome: Outcome,
    report: &'a PathReport,
    verbose: bool,
}

impl Text<'_> {
    fn write(&self, out: &mut dyn Write, page: Page) -> io::Result<()> {
        self.heading().write(out, page)?;
        for reason in &self.report.reasons {
            Line::new(2, 2).text(Style::new(), &reason.message).write(out, page)?;
        }
        chain("chain", &self.report.chain).write(out, page)?;
        if !self.report.policies.is_empty() {
            let policies = self.report.policies.join(", ");
            Node::new("policies", policies).write(out, page)?;
        }
        if self.verbose {
            self.rejected().into_iter().try_for_each(|node| node.write(out, page))?;
        }
        self.not_checked().into_iter().try_for_each(|line| line.write(out, page))
    }

    fn heading(&self) -> Line {
        let word = match self.outcome {
            Outcome::Publishable => "VALID",
            Outcome::Blocked => "NOT VALID",
            Outcome::Undecided => "UNDECIDED",
        };
        let Asked { leaf, purpose, at, .. } = self.asked;
        let question = format!(" for {} at {at}", purpose.describe());
        let line = Line::new(0, 2).text(of_outcome(self.outcome), word).gap(2);
        let line = line.text(STRONG, &leaf.common_name()).text(Style::new(), &question);
        if self.report.valid {
            return line;
        }
        line.gap(2).text(Style::new(), &format!("{} {}", self.report.hresult, self.report.symbol))
    }

    fn rejected(&self) -> Vec<Node> {
        let number = |(index, rejected): (usize, &RejectedReport)| {
            let label = format!("other chain {}", index.saturating_add(1));
            chain(&label, &rejected.chain).with(why_not(&rejected.reasons))
        };
        self.report.rejected.iter().enumerate().map(number).collect()
    }

    fn not_checked(&self) -> Vec<Line> {
        let mut missing = Vec::new();
        if self.asked.revocation.is_none() {
            missing.push("revocation (--crl FILE, --ocsp FILE)");
        } else if self.report.chain.iter().any(|link| link.revocation.as_deref() == Some("unknown")) {
            missing.push("revocation where it is unknown");
        }
        if self.asked.purpose == Purpose::ServerAuth {
            missing.push("the host name");
        }
        let text = format!("Not checked: {}", missing.join("; "));
        if missing.is_empty() { Vec::new() } else { vec![Line::new(0, 2).text(FAINT, &text)] }
    }
}

fn chain(label: &str, chain: &[ChainReport]) -> Node {
    Node::new(label, "").with(chain.iter().map(|link| {
        let revocation = link.revocation.as_ref().map(|word| format!(", revocation: {word}"));
        let limits = link.root_program.as_ref().map(|limits| format!(", {limits}"));
        let text = format!(
            "{}, {} to {}{}{}",
            link.role.name(),
            link.not_before.date(),
            link.not_after.date(),
            revocation.unwrap_or_default(),
            limits.unwrap_or_default()
        );
        Node::new(link.common_name.clone(), text)
    }))
}

fn why_not(reasons: &[ReasonReport]) -> Vec<Node> {
    if reasons.is_empty() {
        return vec![Node::new("why not", "it is as good, but longer or found later")];
    }
    reasons.iter().map(|reason| Node::new("why not", reason.message.clone())).collect()
}
