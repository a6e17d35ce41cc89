//! What every target is predicted to do with every fixture: one table a target.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

mod common;

use common::{BLOCKED, check};
use serde_json::Value;

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("-")
}

/// Path, outcome, confidence, status message and reason, a line a file.
fn table(report: &Value, target: &str) -> String {
    let row = |file: &Value| {
        let predictions = file["predictions"].as_array().unwrap();
        let prediction = predictions.iter().find(|one| one["target"] == target).unwrap();
        let symbol =
            text(&prediction["status_message"], "symbol").rsplit("UPDATECONTENT_").next().unwrap_or("-");
        format!(
            "{:<52} {:<8} {:<10} {:<17} {}\n",
            text(file, "path").trim_start_matches("fixtures/"),
            text(prediction, "outcome"),
            text(prediction, "confidence"),
            symbol,
            text(prediction, "reason")
        )
    };
    report["files"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn every_fixture_for_every_target() {
    let crl = ["--crl", "tests/recipes/pki/test-code-signing-ca.crl"];
    let report = check().args(crl).args(["--format", "json", "fixtures"]).run().code(BLOCKED).json();
    for target in ["configmgr", "windows", "windows-hardened", "wsus", "patch-management"] {
        insta::assert_snapshot!(target, table(&report, target));
    }
}
