//! The JSON of `badsig log`: additive changes only.

use badsig::codes::{self, Explanation};
use badsig::logs::{Group, LogLine};
use serde::Serialize;

use super::Told;

const SCHEMA_VERSION: u32 = 1;

/// All logs, and all failures in the order in which each was first seen.
#[derive(Serialize)]
pub(super) struct LogReport<'a> {
    schema_version: u32,
    summary: Summary,
    logs: Vec<ReadLog<'a>>,
    failures: Vec<FailureReport<'a>>,
}

#[derive(Serialize)]
struct Summary {
    /// Failures, repeated ones too.
    failures: u64,
    /// Failures that stand in no entry of the list.
    not_listed: u64,
    /// Contents whose signature the agent accepted.
    passed: u64,
    /// Lines marked as errors without a known code.
    other_errors: u64,
}

#[derive(Serialize)]
struct ReadLog<'a> {
    path: &'a str,
    lines: u64,
    /// Why it could not be read, or not to its end.
    problem: Option<&'a str>,
}

/// One failure of one update, with how often it was seen.
#[derive(Serialize)]
pub(super) struct FailureReport<'a> {
    update: Option<&'a str>,
    title: Option<&'a str>,
    file: Option<&'a str>,
    url: Option<&'a str>,
    certificate: Option<&'a str>,
    code: CodeReport,
    consequences: Vec<CodeReport>,
    cause: Option<codes::Text>,
    causes: Vec<codes::Text>,
    fix: Vec<codes::Text>,
    /// The command that would have told before.
    caught_by: Option<String>,
    log: &'a str,
    component: &'a str,
    count: u64,
    /// By the clock of the computer that wrote the log.
    first_time: Option<&'a str>,
    last_time: Option<&'a str>,
    lines: &'a [LogLine],
}

#[derive(Serialize)]
struct CodeReport {
    id: String,
    symbol: Option<codes::Text>,
    title: Option<codes::Text>,
    confidence: Option<codes::Confidence>,
}

impl<'a> LogReport<'a> {
    pub(super) fn new(told: &'a Told) -> LogReport<'a> {
        let logs = told.logs.iter();
        LogReport {
            schema_version: SCHEMA_VERSION,
            summary: Summary {
                failures: told.failures.count(),
                not_listed: told.failures.not_listed(),
                passed: told.passed,
                other_errors: told.other_errors,
            },
            logs: logs
                .map(|log| ReadLog { path: &log.path, lines: log.lines, problem: log.problem.as_deref() })
                .collect(),
            failures: told.failures.groups().iter().map(FailureReport::new).collect(),
        }
    }
}

impl<'a> FailureReport<'a> {
    pub(super) fn new(group: &'a Group) -> FailureReport<'a> {
        let failure = &group.failure;
        let explanation = failure.explanation();
        let consequences = failure.consequences.iter().map(|code| {
            let explanation = codes::explain(code).ok().and_then(|answers| answers.into_iter().next());
            CodeReport::new(code.clone(), explanation.as_ref())
        });
        FailureReport {
            update: failure.update.as_deref(),
            title: failure.title.as_deref(),
            file: failure.file.as_deref(),
            url: failure.url.as_deref(),
            certificate: failure.certificate.as_deref(),
            code: CodeReport::new(failure.code(), explanation.as_ref()),
            consequences: consequences.collect(),
            caught_by: failure.caught_by(),
            log: &failure.log,
            component: &failure.component,
            count: group.count,
            first_time: failure.time.as_deref(),
            last_time: group.last_time.as_deref(),
            lines: &failure.lines,
            cause: explanation.as_ref().map(|explanation| explanation.meaning.clone()),
            causes: explanation.as_ref().map(|explanation| explanation.causes.clone()).unwrap_or_default(),
            fix: explanation.map(|explanation| explanation.fix).unwrap_or_default(),
        }
    }
}

impl CodeReport {
    fn new(id: String, explanation: Option<&Explanation>) -> CodeReport {
        CodeReport {
            id,
            symbol: explanation.and_then(|explanation| explanation.symbol.clone()),
            title: explanation.map(|explanation| explanation.title.clone()),
            confidence: explanation.map(|explanation| explanation.confidence),
        }
    }
}
