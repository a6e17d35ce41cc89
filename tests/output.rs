//! Outputs: JSON against its schema, files beside standard output, readers that leave, completions, manual.

mod common;

use std::fs;
use std::process::Stdio;

use common::{BLOCKED, PUBLISHABLE, SIGNED, UNSIGNED, USAGE, badsig, check};

#[test]
fn the_report_has_the_shape_of_the_contract() {
    let report = check().args(["--format", "json", UNSIGNED]).run().code(BLOCKED).json();
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["tool"]["name"], "badsig");
    assert_eq!(report["evidence"]["at"], "2026-11-21T00:00:00Z");
    assert_eq!(report["evidence"]["roots"]["source"], "embedded");
    assert_eq!(report["targets"], serde_json::json!(["configmgr"]));
    assert_eq!(
        report["summary"],
        serde_json::json!({"files": 1, "publishable": 0, "blocked": 1, "undecided": 0})
    );
    let file = &report["files"][0];
    assert_eq!(file["path"], UNSIGNED);
    assert_eq!(file["trust"], serde_json::json!({"hresult": "0x800B0100", "symbol": "TRUST_E_NOSIGNATURE"}));
    let message = &file["predictions"][0]["status_message"];
    assert_eq!(message["id"], 11516);
    assert_eq!(file["findings"][0]["check"], "unsigned");
}

#[test]
fn files_beside_standard_output() {
    let directory = tempfile::tempdir().unwrap();
    let (json, text) = (directory.path().join("r.json"), directory.path().join("r.txt"));
    let output = |format: &str, path: &std::path::Path| format!("--output={format}={}", path.display());
    let ran = check().args([output("json", &json), output("text", &text)]).args([SIGNED, UNSIGNED]).run();
    let ran = ran.code(BLOCKED);
    assert_eq!(ran.stdout(), fs::read_to_string(&text).unwrap());
    let report: badsig::Report = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(report.files.len(), 2);
    // Nothing else was left behind.
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2);
}

#[test]
fn a_place_that_cannot_be_written_is_a_usage_error_before_any_work() {
    let directory = tempfile::tempdir().unwrap();
    let place = format!("json={}", directory.path().join("missing/r.json").display());
    let ran = check().args(["--output", &place, SIGNED]).run().code(USAGE).complains("cannot be written");
    assert_eq!(ran.stdout(), "");
    let twice = format!("json={}", directory.path().join("r").display());
    check().args(["--output", &twice, "--output", &twice, SIGNED]).run().code(USAGE).complains("twice");
    check().args(["--output", "report.json", SIGNED]).run().code(USAGE).complains("FORMAT=FILE");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

/// A report in the directory that is checked: neither it nor its unfinished form becomes an input.
#[test]
fn an_output_is_no_input() {
    let directory = tempfile::tempdir().unwrap();
    fs::copy(testkit::repository().join(SIGNED), directory.path().join("a.exe")).unwrap();
    let root = testkit::repository().join("tests/recipes/pki/test-root.pem");
    let command = badsig().args(["check", "--at", "2026-11-21", "--add-root"]).arg(root);
    let ran = command.args([".", "--output", "json=report.json"]).in_directory(directory.path()).run();
    ran.code(PUBLISHABLE).says("1 file:");
}

#[test]
fn a_reader_that_leaves_does_not_change_the_exit_code() {
    let mut command = check().args(["-v", "fixtures"]).into_command();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(BLOCKED));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let coloured = |ran: common::Ran| ran.stdout().contains('\u{1b}');
    assert!(!coloured(check().arg(SIGNED).run()));
    assert!(coloured(check().args(["--color", "always", SIGNED]).run()));
    assert!(coloured(check().arg(SIGNED).env("FORCE_COLOR", "1").run()));
    assert!(coloured(check().arg(SIGNED).env("CLICOLOR_FORCE", "1").run()));
    assert!(!coloured(check().arg(SIGNED).env("FORCE_COLOR", "1").env("NO_COLOR", "1").run()));
    assert!(!coloured(check().args(["--color", "never", SIGNED]).env("FORCE_COLOR", "1").run()));
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        badsig().args(["completions", shell]).run().code(0).says("files-from");
    }
    badsig().args(["completions", "cmd"]).run().code(USAGE);
}

#[test]
fn the_manual_page_holds_every_command() {
    let text = badsig().arg("man").run().code(0).stdout();
    for heading in ["CHECK", "INSPECT", "EXPLAIN", "SCHEMA", "COMPLETIONS", "MAN"] {
        assert!(text.contains(&format!(".SH \"BADSIG {heading}\"")), "{heading}");
    }
    assert!(text.contains("Exit codes"));
}

/// One file under two spellings would hold one format, and nobody would be told which.
#[test]
fn two_outputs_into_one_file_are_refused_however_they_are_spelled() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(testkit::repository().join(SIGNED), directory.path().join("a.exe")).unwrap();
    let run = |first: &str, second: &str| {
        check_here(directory.path()).args(["--output", first, "--output", second, "a.exe"]).run()
    };
    run("json=o.json", "html=./o.json").code(USAGE).complains("twice");
    std::fs::write(directory.path().join("o.json"), "").unwrap();
    run("json=o.json", "html=./o.json").code(USAGE).complains("twice");
    run("json=o.json", "html=o.html").code(PUBLISHABLE);
}

fn check_here(directory: &std::path::Path) -> common::Badsig {
    let root = testkit::repository().join("tests/recipes/pki/test-root.pem");
    badsig().args(["check", "--at", "2026-11-21", "--add-root"]).arg(root).in_directory(directory)
}

#[test]
fn colours_of_messages_are_as_asked_for() {
    let run = |colour: &str| {
        let ran =
            badsig().env("CLICOLOR_FORCE", "1").args(["--color", colour, "check", "--roots", "nowhere", "x"]);
        ran.run().code(USAGE).stderr()
    };
    assert!(!run("never").contains('\u{1b}'));
    assert!(run("always").contains('\u{1b}'));
}
