//! Disks that give no more bytes, or take no more, in the middle of a file.

use std::fs;
use std::path::Path;

use crate::common::{PUBLISHABLE, UNDECIDED, badsig, check, files, formats};
use crate::injector::with_faults;
use testkit::repository;

/// Exit code for an answer that could not be written.
const DEFECT: i32 = 1;

fn copy(fixture: &str, to: &Path) {
    fs::copy(repository().join("fixtures").join(fixture), to).unwrap();
}

/// Wherever reading fails, the file is undecided, with its name and the reason, and the other files are judged.
#[test]
fn reading_that_fails_in_the_middle_of_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let mut tried = 0;
    for fixture in [
        "exe/signed-stamped.exe",
        "msi/extended.msi",
        "msp/signed-stamped.msp",
        "cab/signed-stamped.cab",
        "cat/signed-stamped.cat",
    ] {
        let (bad, good) = (directory.path().join("FAULTY.bin"), directory.path().join("sound.exe"));
        copy(fixture, &bad);
        copy("exe/signed-stamped.exe", &good);
        let size = fs::metadata(&bad).unwrap().len();
        for from in [0, 1, 300, 512, size / 3, size / 2, size - 513, size - 8, size - 1] {
            let command = check().args(["--format", "json"]).arg(&bad).arg(&good);
            let Some(command) = with_faults(command, "FAULTY", &[("FAULT_READ", from)]) else { return };
            let ran = command.run();
            let report = ran.json();
            let about = format!("{fixture} from {from}: {}", ran.stderr());
            assert_eq!(ran.exit_code(), Some(UNDECIDED), "{about}");
            let entries = report["files"].as_array().unwrap();
            assert_eq!(entries[0]["verdict"], "undecided", "{about}");
            assert_eq!(entries[1]["verdict"], "publishable", "{about}");
            let problems = entries[0]["problems"].to_string();
            assert!(problems.contains("Input/output error"), "{about}: {problems}");
            tried += 1;
        }
    }
    println!("{tried} places");
}

/// Lists, bundles and policies that cannot be read end the run before anything is judged with less than was asked for.
#[test]
fn evidence_that_cannot_be_read() {
    let list = "tests/recipes/pki/test-code-signing-ca.crl";
    for (option, path, text) in [
        ("--crl", list, "test-code-signing-ca.crl"),
        ("--add-root", "tests/recipes/pki/test-publisher.pem", "test-publisher.pem"),
        ("--roots", "tests/trust/sync", "authroot.stl"),
        ("--baseline", "tests/updates/expected.json", "expected.json"),
    ] {
        let command = check()
            .args([option, path, "--list-root", "tests/recipes/pki/test-root.pem"])
            .arg("fixtures/exe/signed-stamped.exe");
        let Some(command) = with_faults(command, text, &[("FAULT_READ", 5)]) else { return };
        let ran = command.run();
        assert_eq!(ran.exit_code(), Some(2), "{option}: {}{}", ran.stdout(), ran.stderr());
        assert!(ran.stderr().contains("Input/output error"), "{option}: {}", ran.stderr());
    }
}

/// A disk that is full after any number of bytes: the old report stays as it was, and nothing else is left.
#[test]
fn a_disk_that_is_full_while_a_report_is_written() {
    let mut tried = 0;
    for format in formats() {
        for after in [0, 1, 1000] {
            let directory = tempfile::tempdir().unwrap();
            let out = directory.path().join("OUTPUT");
            fs::write(&out, "the old one").unwrap();
            let output = format!("{format}={}", out.display());
            let command = check().args(["-q", "--output", &output, "fixtures/exe/signed-stamped.exe"]);
            let place = directory.path().to_str().unwrap();
            let Some(command) = with_faults(command, place, &[("FAULT_WRITE", after)]) else { return };
            let ran = command.run();
            let about = format!("{format} after {after}: {}", ran.stderr());
            if ran.exit_code() == Some(PUBLISHABLE) {
                // Short enough to have been written before the disk was full.
                assert!(after == 1000 && fs::metadata(&out).unwrap().len() <= 1000, "{about}");
                continue;
            }
            assert_eq!(ran.exit_code(), Some(DEFECT), "{about}");
            assert!(ran.stderr().contains("No space left"), "{about}");
            assert!(
                ran.stderr().contains("OUTPUT") && !ran.stderr().contains(".badsig-"),
                "which file: {about}"
            );
            assert_eq!(fs::read(&out).unwrap(), b"the old one", "{about}");
            assert_eq!(files(directory.path()), ["OUTPUT"], "{about}");
            tried += 1;
        }
    }
    println!("{tried} full disks");
    assert!(tried >= 18, "{tried}");
}

/// A trust bundle is replaced as a whole or not at all.
#[test]
fn a_disk_that_is_full_while_a_bundle_is_updated() {
    let directory = tempfile::tempdir().unwrap();
    let bundle = directory.path().join("bundle");
    let update = || {
        let command = badsig().args(["trust", "update", "--from", "tests/trust/sync", "--dir"]).arg(&bundle);
        command.args(["--list-root", "tests/recipes/pki/test-root.pem"])
    };
    update().run().code(0);
    let before = contents(&bundle);
    fs::remove_file(bundle.join("authroot.stl")).unwrap();
    update().run().code(0);
    assert_eq!(contents(&bundle), before);
    let place = directory.path().to_str().unwrap().to_owned();
    for after in [0, 1, 500, 2000] {
        // Something must be missing, or there is nothing to write.
        fs::remove_dir_all(&bundle).unwrap();
        let Some(command) = with_faults(update(), &place, &[("FAULT_WRITE", after)]) else { return };
        let ran = command.run();
        assert_ne!(ran.exit_code(), Some(0), "after {after}: {}", ran.stdout());
        assert!(ran.stderr().contains("No space left"), "after {after}: {}", ran.stderr());
        let verify = badsig().args(["trust", "verify"]).arg(&bundle);
        let verified = verify.args(["--list-root", "tests/recipes/pki/test-root.pem"]).run();
        assert_ne!(verified.exit_code(), Some(0), "half a bundle verifies: {}", verified.stdout());
        update().run().code(0);
        assert_eq!(contents(&bundle), before, "after {after}");
    }
}

/// The files of a directory with their bytes.
pub(crate) fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap()) {
        if entry.path().is_dir() {
            found.extend(contents(&entry.path()));
        } else {
            found.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()));
        }
    }
    found.sort();
    found
}

/// A file that is written to, shortened and replaced while it is read is publishable only with the whole, unchanged content:
/// never by a mixture.
#[test]
fn a_file_that_changes_while_it_is_read() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let directory = tempfile::tempdir().unwrap();
    let Some((_, signed)) = crate::common::large_image(directory.path()) else {
        return testkit::skip_tool("osslsigncode is not installed");
    };
    let whole = fs::read(&signed).unwrap();
    let sha256 = sha256_of(&whole);
    let verdict = || {
        let report = check().args(["--format", "json"]).arg(&signed).run().json();
        let file = &report["files"][0];
        let verdict = file["verdict"].as_str().unwrap().to_owned();
        assert!(verdict != "publishable" || file["sha256"] == *sha256, "a mixture was publishable: {file}");
        verdict
    };
    assert_eq!(verdict(), "publishable", "untouched");
    let stop = AtomicBool::new(false);
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0u64;
            while !stop.load(Ordering::Relaxed) {
                let file = fs::OpenOptions::new().write(true).open(&signed).unwrap();
                round += 1;
                match round % 3 {
                    0 => file.set_len(1_000_000 + round % 7).unwrap(),
                    1 => std::os::unix::fs::FileExt::write_all_at(&file, b"changed", 4_000_000).unwrap(),
                    _ => fs::write(&signed, &whole).unwrap(),
                }
                // Whole for long enough to be read now and then.
                let pause = if round % 3 == 2 { round * 61 % 400 } else { round % 5 };
                std::thread::sleep(std::time::Duration::from_millis(pause));
            }
        });
        let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for round in 0..600 {
                *seen.entry(verdict()).or_default() += 1;
                if round >= 60 && seen.len() > 1 && seen.contains_key("publishable") {
                    break;
                }
            }
        }));
        stop.store(true, Ordering::Relaxed);
        judged.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    println!("{seen:?}");
    assert!(
        seen.contains_key("publishable") && seen.len() > 1,
        "nothing changed while it was read: {seen:?}"
    );
    fs::write(&signed, &whole).unwrap();
    assert_eq!(verdict(), "publishable", "whole again");
}

fn sha256_of(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
