//! SARIF 2.1.0 (OASIS), as GitHub's code scanning takes it: every result has a relative address, a region and
//! fingerprints of its own; rules carry help and severity; a code flow leads from the file to the root.

use std::io::{self, Write};

use badsig::check::Check;
use badsig::report::Tool;
use badsig::{FileReport, Report};
use serde_json::{Value, json};

use super::escape::escape;
use super::format::About;
use super::remark::{Remark, Severity, incomplete, worst_first};
use super::repository::Repository;
use super::updates::place;

mod address;
mod flow;
mod rule;

use address::{artifact_location, location};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;
/// The name of our fingerprints; the number changes when what they are made of does.
const FINGERPRINT: &str = "badsig/v1";

/// Writes the whole report.
pub(crate) fn write(report: &Report, about: &About, out: &mut dyn Write) -> io::Result<()> {
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run(report, &about.repository)] });
    super::json::write(out, &log)
}

fn run(report: &Report, repository: &Repository) -> Value {
    let remarks = worst_first(report);
    let rules = rule::all(&remarks);
    let mut seen = fingerprint::Seen::new(repository);
    let results: Vec<Value> = remarks
        .iter()
        .take(MOST_RESULTS)
        .map(|remark| result(remark, &rules, repository, &mut seen))
        .collect();
    let artifacts: Vec<Value> = report.files.iter().map(|file| artifact(file, repository)).collect();
    let targets: Vec<&str> = report.targets.iter().map(|target| target.name()).collect();
    json!({
        "tool": { "driver": driver(&report.tool, &rules) },
        "automationDetails": { "id": format!("badsig/{}/", targets.join("+")) },
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation(report, remarks.len())],
        "artifacts": artifacts,
        "results": results,
        "properties": {
            "verdict": report.verdict.name(),
            "summary": report.summary,
            "evidence": report.evidence,
            "targets": targets,
        },
    })
}

fn driver(tool: &Tool, rules: &[rule::Rule<'_>]) -> Value {
    json!({
        "name": "badsig",
        "version": escape(&tool.version),
        "semanticVersion": escape(&tool.version),
        "informationUri": super::HOME,
        "rules": rules.iter().map(rule::Rule::descriptor).collect::<Vec<Value>>(),
    })
}

/// What was not checked, and what did not fit.
fn invocation(report: &Report, results: usize) -> Value {
    let mut notifications: Vec<Value> = report
        .not_checked
        .iter()
        .map(|text| json!({ "level": "note", "message": { "text": text_of(&format!("Not checked: {text}")) } }))
        .collect();
    if report.files.is_empty() {
        notifications.push(
            json!({ "level": "error", "message": { "text": "Nothing was judged: no file was found." } }),
        );
    }
    if let Some(why) = incomplete(report) {
        notifications
            .push(json!({ "level": "error", "message": { "text": text_of(&format!("Undecided: {why}")) } }));
    }
    if let Some(more) = results.checked_sub(MOST_RESULTS).filter(|more| *more > 0) {
        let text = format!("{more} further findings were left out; the JSON report has them all.");
        notifications.push(json!({ "level": "warning", "message": { "text": text } }));
    }
    json!({ "executionSuccessful": true, "toolExecutionNotifications": notifications })
}

fn artifact(file: &FileReport, repository: &Repository) -> Value {
    let mut artifact = json!({ "location": artifact_location(repository, place(file)) });
    // Size and digest of an update are those of its content, not of the document that it stands in.
    if let Some(fields) = artifact.as_object_mut().filter(|_| file.line.is_none()) {
        fields.extend(file.size.map(|size| ("length".to_owned(), json!(size))));
        let hashes = file.sha256.as_ref().map(|digest| json!({ "sha-256": digest.to_string() }));
        fields.extend(hashes.map(|hashes| ("hashes".to_owned(), hashes)));
    }
    artifact
}

fn result(
    remark: &Remark<'_>,
    rules: &[rule::Rule<'_>],
    repository: &Repository,
    seen: &mut fingerprint::Seen<'_>,
) -> Value {
    let mut text = format!("{}: {}.", remark.subject.path, remark.message.trim_end_matches('.'));
    if !remark.help.is_empty() {
        text = format!("{text} {}", remark.help);
    }
    let trust = &remark.subject.trust;
    json!({
        "ruleId": rule::id(remark.check),
        "ruleIndex": rules.iter().position(|rule| rule.check == remark.check),
        "kind": "fail",
        "level": level(remark.severity),
        "message": { "text": text_of(&text) },
        "locations": [location(repository, remark.file, remark.subject, None)],
        "partialFingerprints": { FINGERPRINT: seen.fingerprint(remark) },
        "codeFlows": [flow::code_flow(repository, remark)],
        "properties": {
            "verdict": remark.file.verdict.name(),
            "hresult": escape(&trust.hresult),
            "symbol": escape(&trust.symbol),
        },
    })
}

/// A finding decides by its severity; a rule only says what it usually does.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Text of a message: braces are doubled (SARIF 3.11.5, placeholders) and brackets cannot begin a link (3.11.6).
fn text_of(text: &str) -> String {
    let text = escape(text).replace('{', "{{").replace('}', "}}");
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The check of an id, when this badsig knows it.
fn known(id: &str) -> Option<&'static Check> {
    badsig::check::check(id)
}

mod fingerprint {
    //! What makes a finding the same finding in the next run: the rule, the place and the signer, not the bytes of the
    //! file, so that a new version of an unsigned file is not a new alert.

    use std::collections::HashMap;

    use badsig::Hex;
    use badsig::digest::DigestAlgorithm;

    use super::super::remark::Remark;
    use super::super::repository::Repository;
    use super::address::relative;

    /// Findings with the same rule, place and signer are told apart by their order.
    pub(super) struct Seen<'r> {
        repository: &'r Repository,
        numbers: HashMap<Vec<u8>, usize>,
    }

    impl<'r> Seen<'r> {
        pub(super) fn new(repository: &'r Repository) -> Seen<'r> {
            Seen { repository, numbers: HashMap::new() }
        }

        pub(super) fn fingerprint(&mut self, remark: &Remark<'_>) -> String {
            let signer = remark.subject.signatures.first().and_then(|primary| primary.signer.as_ref());
            let signer = signer.map(|signer| signer.thumbprint_sha256.as_str()).unwrap_or_default();
            let text = [remark.check, &relative(self.repository, &remark.subject.path), signer].join("\0");
            let digest = DigestAlgorithm::Sha256.digest(text.as_bytes());
            let number = self.numbers.entry(digest.clone()).or_default();
            let fingerprint = format!("{}:{number}", Hex(digest));
            *number = number.saturating_add(1);
            fingerprint
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_no_placeholders_and_no_links() {
        assert_eq!(text_of("{0} [a](https://x)"), "{{0}} \\[a\\](https://x)");
        assert_eq!(text_of("a\nb"), "a\\\\u{{a}}b");
    }
}
