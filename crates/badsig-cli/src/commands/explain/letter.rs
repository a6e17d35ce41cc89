//! A short, factual text to send to a vendor about one file.

use std::io::Write as _;
use std::path::Path;

use badsig::check::Level;
use badsig::codes::exit_codes;
use badsig::report::{FindingReport, SignatureReport};
use badsig::target::PredictedOutcome;
use badsig::{FileReport, Outcome};

use crate::args::JudgingArguments;
use crate::collect::facts_of;
use crate::failure::Failure;
use crate::inputs;
use crate::output::escape::escape;
use crate::output::message;
use crate::output::stdout::Stdout;
use crate::settings::JudgingSettings;

/// What concerns the one who publishes, not the vendor.
const NOT_THE_VENDORS: [&str; 5] = [
    "certificate-not-approved",
    "exception-expired",
    "publisher-changed",
    "unsupported-content",
    "wrong-extension",
];

/// Judges the file and prints the letter.
pub(super) fn run(path: &Path, arguments: &JudgingArguments) -> Result<u8, Failure> {
    let shown = path.display().to_string();
    let file = inputs::one_local(path)?;
    let facts = facts_of(file);
    if facts.size.is_none()
        && let Some(problem) = facts.problems.first()
    {
        return Err(Failure::usage(format!("{shown}: {problem}")));
    }
    if let Some(problem) = facts.problems.first() {
        message::error(&format!("{shown}: {}; nothing can be said to its vendor", problem.message));
        return Ok(exit_codes::UNDECIDED);
    }
    let settings = JudgingSettings::new(arguments)?;
    let date = settings.evidence.at.date().to_string();
    let mut stdout = Stdout::plain();
    for (index, paragraph) in paragraphs(&settings.report(&facts), &date).iter().enumerate() {
        if index > 0 {
            writeln!(stdout)?;
        }
        paragraph.lines().try_for_each(|line| writeln!(stdout, "{}", escape(line)))?;
    }
    stdout.flush()?;
    Ok(exit_codes::PUBLISHABLE)
}

/// The letter, in paragraphs. It says what was read and what follows from it, and asks for one thing.
fn paragraphs(file: &FileReport, date: &str) -> Vec<String> {
    let mut paragraphs = vec![subject(file)];
    paragraphs.push(format!("On {date} we looked at this file of yours:"));
    paragraphs.push(facts(file));
    paragraphs.push(found(file));
    paragraphs.extend(consequences(file));
    paragraphs.push(request(file));
    paragraphs
}

fn name(file: &FileReport) -> &str {
    file.path.rsplit(['/', '\\']).next().unwrap_or(&file.path)
}

fn subject(file: &FileReport) -> String {
    let what = match (file.verdict, file.signatures.is_empty()) {
        (Outcome::Publishable, _) => "signature of",
        (_, true) => "missing signature of",
        (_, false) => "problem with the signature of",
    };
    format!("Subject: {what} {}", name(file))
}

fn facts(file: &FileReport) -> String {
    let mut lines = vec![format!("  File:    {}", name(file))];
    lines.extend(file.size.map(|size| format!("  Size:    {size} bytes")));
    lines.extend(file.sha256.as_ref().map(|digest| format!("  SHA-256: {digest}")));
    if let Some(signature) = file.signatures.first() {
        lines.extend(signer(signature));
    }
    lines.join("\n")
}

fn signer(signature: &SignatureReport) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(signer) = &signature.signer {
        lines.push(format!("  Signer:  {}", signer.subject));
        lines.push(format!(
            "           valid {} to {}, SHA-1 {}",
            signer.not_before.date(),
            signer.not_after.date(),
            signer.thumbprint_sha1
        ));
    }
    lines.push(match &signature.timestamp {
        Some(stamp) => match stamp.time {
            Some(time) => format!("  Stamped: {time}{}", if stamp.valid { "" } else { " (not valid)" }),
            None => "  Stamped: not valid".to_owned(),
        },
        None => "  Stamped: no".to_owned(),
    });
    lines
}

fn found(file: &FileReport) -> String {
    let worth = |finding: &&FindingReport| {
        finding.level != Level::Note && !NOT_THE_VENDORS.contains(&finding.check.as_str())
    };
    let found: Vec<String> = file
        .findings
        .iter()
        .filter(worth)
        .map(|finding| format!("  - {} ({})", finding.message, finding.check))
        .collect();
    if found.is_empty() {
        return "We found nothing wrong with its signature.".to_owned();
    }
    format!(
        "What we found (Windows gives {} {}):\n{}",
        file.trust.hresult,
        file.trust.symbol,
        found.join("\n")
    )
}

/// What refuses the file, each with the reason; only what is documented or inferred, and which of both.
fn consequences(file: &FileReport) -> Option<String> {
    let refused: Vec<String> = file
        .predictions
        .iter()
        .filter(|prediction| prediction.outcome == PredictedOutcome::Rejected)
        .map(|prediction| {
            format!("  - {}: {} ({})", prediction.target.title(), prediction.reason, prediction.confidence)
        })
        .collect();
    (!refused.is_empty()).then(|| format!("Because of this, these refuse the file:\n{}", refused.join("\n")))
}

fn request(file: &FileReport) -> String {
    match (file.verdict, file.signatures.is_empty()) {
        (Outcome::Publishable, _) => "No change is needed.".to_owned(),
        (_, true) => "Please sign the installer with Authenticode (SHA-256, a publicly trusted code signing certificate, \
                      an RFC 3161 time stamp), and tell us in which version it will be signed."
            .to_owned(),
        (_, false) => "Please publish a build whose signature is valid (SHA-256, a publicly trusted code signing \
                       certificate, its intermediate certificates in the signature, an RFC 3161 time stamp), and tell us \
                       in which version."
            .to_owned(),
    }
}
