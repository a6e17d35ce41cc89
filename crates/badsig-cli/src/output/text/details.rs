//! What `--verbose` adds: digests, every signature with its chain and reasons, every target, every note.

use anstyle::Style;
use badsig::FileReport;
use badsig::check::Level;
use badsig::report::{
    ChainReport, EndpointReport, ReasonReport, RejectedReport, SignatureReport, TimestampReport,
};
use badsig::target::Step;

use super::file::INDENT;
use super::signature::kind;
use crate::output::colour::{FAINT, STRONG};
use crate::output::line::Line;

/// Space for the names of what is shown.
const LABEL: usize = 12;
/// Space for the names of targets.
const TARGET: usize = 18;
const INNER: usize = INDENT + 2;

/// The additional lines for one file.
pub(super) fn lines(report: &FileReport) -> Vec<Line> {
    let mut lines = vec![item(INDENT, "format", report.format.description())];
    lines.extend(report.size.map(|size| item(INDENT, "size", &format!("{size} bytes"))));
    lines.extend(report.sha256.iter().map(|digest| item(INDENT, "sha256", &digest.to_string())));
    lines.extend(report.sha1.iter().map(|digest| item(INDENT, "sha1", &digest.to_string())));
    lines.extend(report.signatures.iter().flat_map(signature));
    lines.extend(report.endpoints.iter().flat_map(endpoint));
    lines.extend(report.predictions.iter().map(|prediction| {
        let outcome = format!("{:?}", prediction.outcome).to_ascii_lowercase();
        let text = format!("{outcome}: {} ({})", prediction.reason, prediction.confidence);
        labelled(INDENT, TARGET, prediction.target.name(), &text)
    }));
    lines.extend(report.targets_differ.iter().map(|why| labelled(INDENT, TARGET, "they differ", why)));
    lines.extend(report.predictions.iter().flat_map(|prediction| prediction.steps.iter().flat_map(step)));
    let notes = report.findings.iter().filter(|finding| finding.level == Level::Note);
    lines.extend(notes.map(|note| item(INDENT, "note", &format!("{} ({})", note.message, note.check))));
    lines
}

/// A step of a target, with the lines of its log.
fn step(step: &Step) -> Vec<Line> {
    let text = format!(
        "{}: {}: {} ({})",
        step.step.title(),
        step.outcome.name(),
        step.reason,
        step.confidence.name()
    );
    let log = step.log_lines.iter().map(|line| labelled(INNER, LABEL, "log", line));
    [labelled(INDENT, TARGET, "step", &text)].into_iter().chain(log).collect()
}

fn item(indent: usize, label: &str, text: &str) -> Line {
    labelled(indent, LABEL, label, text)
}

fn labelled(indent: usize, width: usize, label: &str, text: &str) -> Line {
    let line = Line::new(indent, width).text(FAINT, label).up_to(indent.saturating_add(width));
    line.text(Style::new(), text)
}

fn signature(signature: &SignatureReport) -> Vec<Line> {
    let heading = format!("signature {}", signature.index);
    let place = format!(": {}", signature.place);
    let mut lines = vec![Line::new(INDENT, 2).text(STRONG, &heading).text(Style::new(), &place)];
    lines.extend(digest(signature));
    if let Some(signer) = &signature.signer {
        let dates = format!("valid {} to {}", signer.not_before.date(), signer.not_after.date());
        lines.push(item(INNER, "signer", &format!("{}; {}, {dates}", signer.subject, signer.key)));
        lines.push(item(INNER, "thumbprint", &signer.thumbprint_sha1));
    }
    lines.extend(chain(&signature.chain));
    lines.extend(signature.other_paths.iter().flat_map(other_path));
    lines.extend(signature.timestamps.iter().flat_map(timestamp));
    lines.push(item(INNER, "trust", &format!("{} {}", signature.trust.hresult, signature.trust.symbol)));
    if !signature.outlook.is_empty() {
        lines.push(item(INNER, "outlook", &signature.outlook));
    }
    lines.extend(signature.reasons.iter().map(|reason| reasons(INNER, reason)));
    lines
}

fn digest(signature: &SignatureReport) -> Option<Line> {
    let (algorithm, stored) = (signature.digest_algorithm?, signature.digest.as_ref()?);
    let state = match (&signature.computed_digest, signature.digest_matches) {
        (_, Some(true)) => "matches".to_owned(),
        (Some(computed), _) => format!("the file has {computed}"),
        (None, _) => "not computed".to_owned(),
    };
    Some(item(INNER, "digest", &format!("{} {stored} {state}", algorithm.name())))
}

/// A line for each certificate of the chain that was chosen.
fn chain(chain: &[ChainReport]) -> impl Iterator<Item = Line> {
    chain.iter().enumerate().map(|(position, link)| {
        let wrong: Vec<String> =
            link.wrong.iter().map(|wrong| format!("{} {}", wrong.hresult, wrong.symbol)).collect();
        let result = if wrong.is_empty() { "in order".to_owned() } else { wrong.join(", ") };
        let revocation = link.revocation.iter().map(|word| format!(", revocation {word}"));
        let root = link.root_program.iter().map(|limits| format!("; {limits}"));
        let text = format!(
            "{} ({}, {} to {}): {result}{}",
            link.common_name,
            link.role.name(),
            link.not_before.date(),
            link.not_after.date(),
            revocation.chain(root).collect::<String>()
        );
        item(INNER, if position == 0 { "chain" } else { "" }, &text)
    })
}

/// A chain that was not chosen, and why.
fn other_path(path: &RejectedReport) -> Vec<Line> {
    let names: Vec<&str> = path.chain.iter().map(|link| link.common_name.as_str()).collect();
    let mut lines = vec![item(INNER, "other path", &names.join(" ← "))];
    if path.reasons.is_empty() {
        lines.push(item(INNER, "not chosen", "as good, but longer or found later"));
    }
    let why = path.reasons.iter().map(|reason| format!("{} {}", reason.hresult, reason.message));
    lines.extend(why.map(|why| item(INNER, "not chosen", &why)));
    lines
}

fn endpoint(endpoint: &EndpointReport) -> Vec<Line> {
    let EndpointReport { name, accepted, trust, missing, .. } = endpoint;
    let answer = if *accepted { "accepts".to_owned() } else { format!("refuses, {}", trust.hresult) };
    let mut lines = vec![item(INDENT, "endpoint", &format!("{name}: {answer}"))];
    lines.extend(missing.iter().map(|missing| {
        let text = format!("{} ({})", missing.common_name, missing.thumbprint_sha1);
        item(INNER, "lacks", &text)
    }));
    lines
}

fn timestamp(stamp: &TimestampReport) -> Vec<Line> {
    let time = stamp.time.map_or_else(|| "without a time".to_owned(), |time| time.to_string());
    let valid = if stamp.valid { "valid" } else { "not valid" };
    let by = stamp.signer.as_ref().map(|signer| format!(" by {}", signer.common_name)).unwrap_or_default();
    let mut lines = vec![item(INNER, "stamp", &format!("{time} ({}), {valid}{by}", kind(stamp.kind)))];
    lines.extend(chain(&stamp.chain));
    lines.extend(stamp.reasons.iter().map(|reason| reasons(INNER, reason)));
    lines
}

fn reasons(indent: usize, reason: &ReasonReport) -> Line {
    let ReasonReport { hresult, symbol, part, message, confidence } = reason;
    let text = format!("{hresult} {symbol}, {}: {message} ({confidence})", part.name());
    item(indent, "reason", &text)
}
