//! Inputs that cannot be judged: a clear message, undecided, exit code 20, and the other files are judged all
//! the same.

mod common;

use std::fs;
use std::path::Path;

use common::{Ran, SIGNED, UNDECIDED, check};

/// Checks `path` beside a good file.
fn beside_a_good_file(path: &Path) -> Ran {
    let ran = check().arg(path).arg(SIGNED).run().code(UNDECIDED);
    ran.says("UNDECIDED").says("PUBLISHABLE").says("2 files: 1 publishable, 0 blocked, 1 undecided.")
}

#[test]
fn an_empty_directory() {
    let directory = tempfile::tempdir().unwrap();
    beside_a_good_file(directory.path()).says("the directory holds no files");
}

#[test]
fn an_empty_file_and_a_tiny_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("empty.msi");
    fs::write(&path, "").unwrap();
    beside_a_good_file(&path).says("the file is empty");
    let path = directory.path().join("tiny.exe");
    fs::write(&path, "MZ\0").unwrap();
    beside_a_good_file(&path).says("shorter than a DOS header");
    fs::write(&path, "abc").unwrap();
    beside_a_good_file(&path).says("61 62 63");
}

#[test]
fn a_truncated_installer() {
    beside_a_good_file(Path::new("fixtures/msi/truncated.msi"));
}

#[test]
fn a_missing_file() {
    beside_a_good_file(Path::new("no/such/file.msi")).says("cannot be opened");
}

#[cfg(unix)]
#[test]
fn a_pipe_does_not_hang() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe.msi");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    beside_a_good_file(&pipe).says("is a pipe, socket or device");
    // Also when it is found in a directory.
    check().arg(directory.path()).run().code(UNDECIDED).says("is a pipe, socket or device");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("secret.msi");
    fs::write(&path, "x").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        return testkit::skip("root may read everything");
    }
    beside_a_good_file(&path).says("cannot be opened");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_in_circles() {
    let directory = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("nowhere", directory.path().join("dangling.msi")).unwrap();
    std::os::unix::fs::symlink(".", directory.path().join("circle")).unwrap();
    beside_a_good_file(directory.path()).says("dangling.msi");
}

/// A file that is cut and filled again while it is read, with bytes behind its signature that no digest allows: an answer each
/// time, and the file beside it is judged. What passes of a file that changes is tested in `faults/disks.rs`.
#[test]
fn a_file_that_shrinks() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shrinking.exe");
    let whole = fs::read(testkit::repository().join(SIGNED)).unwrap();
    let mut filled = whole.clone();
    filled.resize(whole.len() + 8 * 1024 * 1024, 0);
    fs::write(&path, &filled).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
            let full = u64::try_from(filled.len()).unwrap();
            while !stop.load(Ordering::Relaxed) {
                file.set_len(full / 2).unwrap();
                std::thread::sleep(std::time::Duration::from_micros(300));
                file.set_len(full).unwrap();
                std::thread::sleep(std::time::Duration::from_micros(300));
            }
        });
        for _ in 0..8 {
            let ran = check().arg(&path).arg(SIGNED).run();
            assert!(matches!(ran.exit_code(), Some(10 | 20)), "{}\n{}", ran.stdout(), ran.stderr());
            assert_eq!(ran.stdout().matches("PUBLISHABLE").count(), 1, "{}", ran.stdout());
            assert_eq!(ran.stderr(), "");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[cfg(unix)]
#[test]
fn hostile_names_cannot_forge_anything() {
    let directory = tempfile::tempdir().unwrap();
    let names = [
        "a\nPUBLISHABLE  b.msi",
        "c\u{1b}[32mPUBLISHABLE\u{1b}[0m.msi",
        "d\n::error file=x::y",
        "e ##vso[task.complete result=Succeeded]",
        "f\u{202e}ism.exe",
        "g\r\u{9b}2Khidden",
        " ::set-output name=x",
    ];
    for name in names {
        fs::write(directory.path().join(name), "x").unwrap();
    }
    for colour in ["never", "always"] {
        let ran = check().args(["--color", colour]).arg(directory.path()).run().code(UNDECIDED);
        let text = ran.stdout();
        assert_eq!(text.lines().filter(|line| line.contains("PUBLISHABLE  b.msi")).count(), 1, "{text}");
        assert!(text.contains("a\\u{a}PUBLISHABLE"), "{text}");
        assert!(!text.contains("::") && !text.contains("##"), "{text}");
        assert!(!text.contains(['\r', '\u{202e}', '\u{9b}']), "{text}");
        assert!(!text.contains("\u{1b}[32mPUBLISHABLE"), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("PUBLISHABLE")), "{text}");
        assert!(text.contains("7 undecided"), "{text}");
    }
    // In no format does anything stand that a terminal or a build service would obey.
    for format in ["text", "json", "jsonl", "sarif", "junit", "markdown", "html", "csv", "github"] {
        let text = check().args(["--format", format]).arg(directory.path()).run().code(UNDECIDED).stdout();
        assert!(text.contains("task.complete result=Succeeded"), "{format}: {text}");
        for raw in ["##vso", "##[", "::error file", "::set-output", "\u{9b}", "\u{202e}", "\u{1b}["] {
            let own = format == "github" && raw.starts_with("::error");
            assert!(own || !text.contains(raw), "{format}: {raw:?} in {text}");
        }
    }
    // In JSON names stay what they are, by its own escapes.
    let report = check().args(["--format", "json"]).arg(directory.path()).run().json();
    let paths: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert!(paths.iter().any(|path| path.ends_with(names[0])));
}

#[cfg(unix)]
#[test]
fn names_that_are_not_unicode() {
    use std::os::unix::ffi::OsStrExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe.msi"));
    fs::write(&path, "x").unwrap();
    beside_a_good_file(&path).says("\u{fffd}\u{fffd}.msi");
}
