//! `badsig log`: logs rebuilt from published excerpts.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use common::{PUBLISHABLE, UNDECIDED, USAGE, badsig};
use serde_json::Value;

const AGENT: &str = "tests/logs/SMS_ISVUPDATES_SYNCAGENT.log";
const OLDER: &str = "tests/logs/SMS_ISVUPDATES_SYNCAGENT.lo_";

fn failures(logs: &[&str]) -> Vec<Value> {
    let report = badsig().args(["log", "--format", "json"]).args(logs).run().code(PUBLISHABLE).json();
    assert_eq!(report["schema_version"], 1);
    report["failures"].as_array().unwrap().clone()
}

/// File, code, consequences and command of every failure.
fn brief(logs: &[&str]) -> Vec<[String; 4]> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let brief = |failure: &Value| {
        let then: Vec<String> =
            failure["consequences"].as_array().unwrap().iter().map(|code| text(&code["id"])).collect();
        [text(&failure["file"]), text(&failure["code"]["id"]), then.join(" "), text(&failure["caught_by"])]
    };
    failures(logs).iter().map(brief).collect()
}

const SERVER: &str = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT";

#[test]
fn every_kind_of_refusal_of_the_agent() {
    let found = brief(&[AGENT, OLDER]);
    let expected = [
        ["7z1604-x64.msi", "11516", "", "badsig check 7z1604-x64.msi"],
        [
            "player.exe",
            &format!("{SERVER}_TRUST_FAIL"),
            "",
            "badsig check --approved-certificates ContentCertificates player.exe",
        ],
        [
            "editor setup.exe",
            &format!("{SERVER}_HASH_FAIL"),
            "",
            "badsig updates check CATALOG.cab --content DIR",
        ],
        ["-", "11508", "", "badsig updates check CATALOG.cab"],
        ["tool.msi", "0x80131509", "", "-"],
    ];
    assert_eq!(found, expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn parts_of_a_rotated_log_are_one() {
    let first = &failures(&[AGENT, OLDER])[0];
    assert_eq!(first["update"], "3f2504e0-4f89-11d3-9a0c-0305e82c3301");
    assert_eq!(first["url"], "https://www.7-zip.org/a/7z1604-x64.msi");
    assert_eq!(first["lines"][0]["log"], OLDER);
    assert_eq!(first["lines"][1]["line"], 1);
    assert_eq!(first["lines"][1]["meaning"], "no signer's certificate was found in the file");
    assert_eq!(first["first_time"], "2020-03-17 10:20:03");
    assert_eq!(failures(&[AGENT])[0]["url"], Value::Null);
    badsig()
        .args(["log", AGENT])
        .run()
        .code(PUBLISHABLE)
        .complains("SMS_ISVUPDATES_SYNCAGENT.lo_; name it too");
}

#[test]
fn certificates_and_updates_are_named() {
    let all = failures(&[OLDER, AGENT]);
    assert_eq!(all[1]["certificate"], "0563B8630D62D75ABBC8AB1E4BDFB5A899B24D43");
    assert_eq!(all[1]["update"], "6ba7b811-9dad-11d1-80b4-00c04fd430c8");
    assert_eq!(all[3]["certificate"], "D4DE20D05E66FC53FE1A50882C78DB2852CAE474");
}

#[test]
fn the_other_logs_of_configmgr() {
    let row = |file: &str, code: &str, then: &str| [file, code, then, "-"].map(str::to_owned);
    assert_eq!(
        brief(&["tests/logs/PatchDownloader.log"]),
        [row("CAB1A2B.tmp.CAB", "0x800B0004", "0x80073633")]
    );
    assert_eq!(brief(&["tests/logs/WUAHandler.log"]), [row("-", "0x800B0109", "0x8024B303")]);
    assert_eq!(brief(&["tests/logs/UpdatesDeployment.log"]), [row("-", "0x87D00668", "")]);
    let sync = brief(&["tests/logs/wsyncmgr.log"]);
    assert_eq!(sync[0], row("-", "0x80072F0D", ""));
    assert_eq!(sync[1][1], "11508");
    let title = &failures(&["tests/logs/WUAHandler.log"])[0]["title"];
    assert_eq!(title, "Example Tool 3.1 (x64)");
}

/// The same log as UTF-16 text and as HTML in the Western code page, with messages in German.
#[test]
fn the_setup_of_dotnet() {
    for log in ["tests/logs/KB2656368.txt", "tests/logs/KB2656368.html"] {
        let expected = ["NDP40-KB2656368.msp", "0x800B010E", "0x800B010B"];
        let found = brief(&[log]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0][..3], expected.map(str::to_owned), "{log}");
        assert_eq!(failures(&[log])[0]["first_time"], "2012-04-24 08:54:49", "{log}");
    }
    assert_eq!(
        brief(&["tests/logs/dotnet-core.txt"])[0],
        [
            "netfx_Core_x86.msi",
            "0x800B0100",
            "0x800B010B",
            "badsig check --target windows netfx_Core_x86.msi"
        ]
    );
}

#[test]
fn the_patch_agent() {
    let check = |file: &str| format!("badsig check --target patch-management {file}");
    let found = brief(&["tests/logs/AeXPatchUtil.log"]);
    assert_eq!(found[0], ["example-reader.exe", "0x800B010A", "", &check("example-reader.exe")]);
    assert_eq!(found[1], ["other-tool.exe", "aexpatch:192", "", &check("other-tool.exe")]);
}

/// An excerpt as a web page shows it: no times, no threads, lost backslashes, escaped underscores.
#[test]
fn a_pasted_excerpt() {
    let excerpt = std::fs::read(testkit::repository().join("tests/logs/pasted.txt")).unwrap();
    let ran = badsig().args(["log", "-"]).run_with_input(excerpt).code(PUBLISHABLE);
    ran.says("FAILED  7z1604-x64.msi  content not signed  11516").says("badsig check 7z1604-x64.msi");
}

#[test]
fn repeated_failures_are_told_once() {
    let log = std::fs::read(testkit::repository().join(AGENT)).unwrap().repeat(50);
    let ran = badsig().args(["log", "--format", "json", "-"]).run_with_input(log).code(PUBLISHABLE);
    let report = ran.json();
    assert_eq!(report["failures"].as_array().unwrap().len(), 5);
    assert_eq!(report["failures"][1]["count"], 50);
    assert_eq!(report["summary"]["failures"], 250);
}

#[test]
fn hostile_text_is_escaped() {
    let log = "SyncUpdate: File 'C:\\a\\\u{1b}[31m::error::x.msi' does not appear to be signed\0\r\n";
    let ran = badsig().args(["log", "-"]).run_with_input(log.into()).code(PUBLISHABLE);
    ran.says("\\u{1b}[31m:\\u{3a}error:\\u{3a}x.msi");
    let long = [b"SyncUpdate: File 'C:\\x.msi".as_slice(), &vec![b'A'; 5_000_000], b"\n"].concat();
    badsig().args(["log", "-"]).run_with_input(long).code(PUBLISHABLE).says("1 log, 1 line");
    badsig().args(["log", "-"]).run_with_input(vec![0; 100_000]).code(PUBLISHABLE).says("0 failures");
}

#[test]
fn what_cannot_be_read_is_said() {
    badsig()
        .args(["log", "no-such.log", AGENT])
        .run()
        .code(UNDECIDED)
        .complains("no-such.log")
        .says("player.exe");
    badsig().args(["log", "tests"]).run().code(UNDECIDED).complains("is a directory");
    badsig().arg("log").run().code(USAGE);
    badsig().args(["log", "--follow", "-"]).run().code(USAGE).complains("--follow reads files");
}

/// A program that is ended when the test ends, with the lines that it writes.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

#[test]
fn a_log_is_followed_through_its_rotation() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("SMS_ISVUPDATES_SYNCAGENT.log");
    let all = std::fs::read_to_string(testkit::repository().join(AGENT)).unwrap();
    let (first, second) = all.split_at(all.find("SyncUpdate: 6ba7b810").unwrap());
    std::fs::write(&path, "").unwrap();
    let mut command = badsig().args(["log", "--follow", "--format", "json"]).arg(&path).into_command();
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let told = lines(child.stdout.take().unwrap());
    let _running = Running(child);
    let next = || {
        let line = told.recv_timeout(Duration::from_secs(60)).unwrap();
        serde_json::from_str::<Value>(&line).unwrap()["file"].clone()
    };
    let mut log = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    // Half a line first: nothing is told before it is whole.
    let (half, rest) = first.split_at(50);
    log.write_all(half.as_bytes()).unwrap();
    log.flush().unwrap();
    std::thread::sleep(Duration::from_millis(400));
    log.write_all(rest.as_bytes()).unwrap();
    assert_eq!(next(), "7z1604-x64.msi");
    std::fs::rename(&path, path.with_extension("lo_")).unwrap();
    std::fs::write(&path, second).unwrap();
    assert_eq!(next(), "player.exe");
    assert_eq!(next(), "editor setup.exe");
}

/// A log that was replaced by what cannot be opened is waited for, and that is said once.
#[test]
fn a_log_that_cannot_be_opened_is_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("SMS_ISVUPDATES_SYNCAGENT.log");
    std::fs::write(&path, "").unwrap();
    let mut command = badsig().args(["log", "--follow"]).arg(&path).into_command();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = child.stderr.take().unwrap();
    let running = Running(child);
    std::thread::sleep(Duration::from_millis(500));
    std::fs::rename(&path, path.with_extension("lo_")).unwrap();
    std::fs::create_dir(&path).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    drop(running);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut told, &mut text).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("; waiting"), "{text}");
}
