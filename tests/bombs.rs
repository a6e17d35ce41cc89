//! Files that want to be endless when they are opened (made by `tests/recipes/make_bombs.py`): each is answered soon, and
//! the answer names the limit and the option that raises it.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "test code")]

#[path = "common/mod.rs"]
mod common;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{PUBLISHABLE, badsig, check};
use testkit::repository;

/// A file takes at most this long. Without optimisation, and while other tests run, it is many times slower.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 2 });

/// Files, and what is said about them.
const BOMBS: &[(&str, &str)] = &[
    ("7z-ratio-bzip2.7z", "raise it with --max-ratio"),
    ("7z-ratio-lzma.7z", "raise it with --max-ratio"),
    ("7z-ratio-lzma2.7z", "raise it with --max-ratio"),
    ("cab-members.cab", "more than 50000 members (raise it with --max-members)"),
    ("cab-overlapping.cab", "raise it with --max-ratio"),
    ("cab-ratio.cab", "raise it with --max-ratio"),
    ("cab-same.cab", "more than 50000 members (raise it with --max-members)"),
    ("cab-shared-empty-blocks.cab", "folders may not share blocks"),
    ("cab-shared-folders.cab", "folders may not share blocks"),
    ("cab-sizes.cab", "the folder ends before"),
    ("exe-nested.exe", "it lies 3 deep, and its members were not opened (raise it with --depth)"),
    ("msi-circle.msi", "stands in the tree twice"),
    ("msi-circular-chain.msi", "runs in a circle"),
    ("msi-large-streams.msi", "more than the file has"),
    ("nsis-ratio-bzip2.exe", "raise it with --max-ratio"),
    ("nsis-ratio-lzma.exe", "raise it with --max-ratio"),
    ("nsis-ratio-zlib.exe", "raise it with --max-ratio"),
    ("zip-deep.zip", "it lies 3 deep, and its members were not opened (raise it with --depth)"),
    ("zip-members.zip", "more than 50000 members (raise it with --max-members)"),
    ("zip-nested.zip", "it lies 3 deep, and its members were not opened (raise it with --depth)"),
    ("zip-overlapping.zip", "raise it with --max-ratio"),
    ("zip-ratio.zip", "raise it with --max-ratio"),
];

/// The files, or only these.
fn made(only: &[&str]) -> Option<tempfile::TempDir> {
    let directory = tempfile::tempdir().unwrap();
    let recipe = repository().join("tests/recipes/make_bombs.py");
    match Command::new("python3").arg(recipe).arg(directory.path()).args(only).output() {
        Err(_) => {
            testkit::skip_tool("making the files needs python3");
            None
        }
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(directory)
        }
    }
}

/// What is said about a file, with these options.
fn said(path: &Path, options: &[&str]) -> String {
    let mut command = check().args(["--format", "json"]).args(options).arg(path).into_command();
    let output = command.output().unwrap();
    assert_ne!(output.status.code(), Some(PUBLISHABLE), "{}", path.display());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn endless_files_end_soon() {
    let Some(directory) = made(&[]) else { return };
    let mut slow = Vec::new();
    for (name, expected) in BOMBS {
        let path = directory.path().join(name);
        if !path.exists() {
            testkit::skip_tool(&format!("{name}: its maker is missing"));
            continue;
        }
        let size = path.metadata().unwrap().len();
        let start = Instant::now();
        let said = said(&path, &[]);
        let time = start.elapsed();
        println!("{name:32} {size:>9} bytes {:>6.2} s", time.as_secs_f64());
        assert!(said.contains(expected), "{name} should say {expected}:\n{said:.3000}");
        if time > SOON {
            slow.push((name, time));
        }
    }
    assert!(slow.is_empty(), "too slow: {slow:?}");
    every_option_works(directory.path());
}

/// Every option moves its limit, and the message tells the new one.
fn every_option_works(directory: &Path) {
    let members = directory.join("cab-members.cab");
    assert!(said(&members, &["--max-members", "10"]).contains("more than 10 members"));
    assert!(!said(&members, &["--max-members", "65535"]).contains("--max-members"));
    let ratio = directory.join("zip-ratio.zip");
    let unpacked = said(&ratio, &["--max-unpacked", "1000000"]);
    assert!(unpacked.contains("more than 1000000 bytes (raise it with --max-unpacked)"), "{unpacked:.3000}");
    assert!(said(&ratio, &["--max-ratio", "300"]).contains("300 times its size"));
    let deep = directory.join("zip-deep.zip");
    assert!(said(&deep, &["--depth", "7"]).contains("it lies 7 deep"));
    assert!(!said(&deep, &["--depth", "0"]).contains("199.zip!/"));
    let time = said(&ratio, &["--max-seconds", "0"]);
    assert!(time.contains("takes too long (raise it with --max-seconds)"), "{time:.3000}");
}

/// A large member lies in a file without a name: nothing is left when the process is killed while it unpacks.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_a_killed_process() {
    let Some(directory) = made(&["cab-ratio.cab"]) else { return };
    let temporary = directory.path().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let mut child = badsig()
        .args(["check", "--no-progress", "--max-ratio", "100000", "--temporary-directory"])
        .arg(&temporary)
        .arg(directory.path().join("cab-ratio.cab"))
        .into_command()
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let links = format!("/proc/{}/fd", child.id());
    let inside = |temporary: &Path| {
        let open = std::fs::read_dir(&links).into_iter().flatten().flatten();
        let sizes = open.filter_map(|entry| {
            let target = std::fs::read_link(entry.path()).ok()?;
            let size = std::fs::metadata(entry.path()).ok()?.len();
            target.starts_with(temporary).then_some(size)
        });
        sizes.max().unwrap_or(0)
    };
    let start = Instant::now();
    // Well above what is kept in memory.
    while inside(&temporary) < 20 << 20 {
        assert!(start.elapsed() < Duration::from_secs(120), "no temporary file was seen");
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0, "it has no name while it is used");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0, "nothing is left");
}

/// A ZIP archive of programs that differ in four bytes.
const MANY_PROGRAMS: &str = "
import sys, zipfile
program = open(sys.argv[1], 'rb').read()
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as archive:
    for number in range(5000):
        archive.writestr(zipfile.ZipInfo('%d.exe' % number), program + number.to_bytes(4, 'little'), zipfile.ZIP_DEFLATED)
";

/// What is kept of a member is a few kilobytes; the decompressor of each, had it stayed, would be 48.
#[cfg(target_os = "linux")]
#[test]
fn many_small_members_take_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("many.zip");
    let program = repository().join("fixtures/exe/unsigned.exe");
    let made = Command::new("python3").args(["-c", MANY_PROGRAMS]).arg(program).arg(&path).output();
    if made.is_err() {
        testkit::skip_tool("making the archive needs python3");
        return;
    }
    let mut command = badsig().args(["check", "--no-progress", "--no-facts"]).arg(&path).into_command();
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let most = most.and_then(|most| most.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(most.unwrap_or(0u64));
        std::thread::sleep(Duration::from_millis(2));
    }
    println!("5,000 programs of 3 kB: {} MB at most", peak / 1024);
    assert!((1..150 * 1024).contains(&peak), "{peak} kB");
}
