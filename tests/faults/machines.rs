//! Clocks that are wrong, few file handles, little memory.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::process::Command;

use crate::common::{BLOCKED, PUBLISHABLE, UNDECIDED, badsig, check};
use testkit::repository;

/// A clock before all certificates, and one after all: the answer says so, and nothing else breaks.
#[test]
fn a_clock_that_is_wrong() {
    if !Command::new("faketime").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return testkit::skip_tool("faketime is not installed");
    }
    for (clock, code, says) in
        [("1970-01-02 00:00:00", BLOCKED, "not-yet-valid"), ("2100-01-01 00:00:00", BLOCKED, "expired")]
    {
        let command =
            badsig().args(["check", "--format", "json", "--add-root", "tests/recipes/pki/test-root.pem"]);
        let command = command.env("TZ", "UTC").arg("fixtures/exe/signed.exe");
        let output = command.started_by("faketime", ["-f", clock]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{clock}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(text.contains(says), "{clock}: {text}");
        // With a date of its own the clock does not matter.
        let dated = check().args(["-q", "fixtures/exe/signed.exe"]);
        let mut dated = dated.started_by("faketime", ["-f", clock]);
        assert_eq!(dated.output().unwrap().status.code(), Some(PUBLISHABLE), "{clock}");
    }
}

/// 10,000 files where a process may have 500 open.
#[test]
fn many_files_with_few_handles() {
    let directory = tempfile::tempdir().unwrap();
    let first = directory.path().join("00000.exe");
    fs::copy(repository().join("fixtures/exe/signed-stamped.exe"), &first).unwrap();
    for number in 1..10_000 {
        fs::hard_link(&first, directory.path().join(format!("{number:05}.exe"))).unwrap();
    }
    let command = check().args(["--format", "csv", "--no-progress"]).arg(directory.path());
    let output = command.started_after("ulimit -n 500;").output().unwrap();
    assert_eq!(output.status.code(), Some(PUBLISHABLE), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8_lossy(&output.stdout).lines().count();
    assert_eq!(lines, 10_001);
}

/// A file of 4 GiB, nearly all of it a hole, that begins like the fixture.
fn enlarged(fixture: &str, name: &str, directory: &std::path::Path) -> std::path::PathBuf {
    let path = directory.join(name);
    let mut file = File::create(&path).unwrap();
    file.write_all(&fs::read(repository().join("fixtures").join(fixture)).unwrap()).unwrap();
    file.seek(SeekFrom::Start((4 << 30) - 1)).unwrap();
    file.write_all(&[1]).unwrap();
    path
}

/// 128 MiB of address space are enough for files of 4 GiB; they get an answer like any other.
#[test]
fn large_files_with_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    for (fixture, code, check_id) in [
        ("exe/signed-stamped.exe", BLOCKED, "bad-digest"),
        ("msi/signed-stamped.msi", BLOCKED, "appended-to-msi"),
        // A cabinet ends where its header says; what stands behind it is a warning.
        ("cab/signed-stamped.cab", PUBLISHABLE, "bytes-after-signature"),
        // A catalog is a signature and nothing else, which is read into memory, so its size is bounded.
        ("cat/signed-stamped.cat", UNDECIDED, "limit-reached"),
    ] {
        let name = fixture.replace('/', "-");
        let path = enlarged(fixture, &name, directory.path());
        let command = check().args(["--format", "json", "--no-progress"]).arg(&path);
        let output = command.started_after("ulimit -v 131072;").output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{name}: {error}: {:?}: {stderr}", output.status));
        let file = &report["files"][0];
        assert_eq!(output.status.code(), Some(code), "{name}: {stderr}");
        assert!(file["findings"].to_string().contains(check_id), "{name}: {}", file["findings"]);
        assert_eq!(file["size"], 4u64 << 30, "{name}");
    }
}
