//! `--cache`: the same answers, without reading files again that are still what they were.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "test code"
)]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use common::{BLOCKED, Badsig, PUBLISHABLE, USAGE, badsig, check};
use testkit::repository;

/// Longer than the time in which a change could go unseen.
const SETTLED: Duration = Duration::from_millis(2200);

/// A directory for inputs and a cache beside it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        fs::create_dir(place.inputs()).unwrap();
        place
    }

    fn inputs(&self) -> PathBuf {
        self.0.path().join("inputs")
    }

    fn cache(&self) -> PathBuf {
        self.0.path().join("cache")
    }

    fn put(&self, fixture: &str, name: &str) -> PathBuf {
        let path = self.inputs().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Written, not copied: a copy would have the old permissions and nothing else.
        fs::write(&path, fs::read(repository().join("fixtures").join(fixture)).unwrap()).unwrap();
        path
    }

    fn plain(&self) -> Badsig {
        check().arg(self.inputs()).args(["--format", "json", "--sha1"])
    }

    fn cached(&self) -> Badsig {
        self.plain().arg("-v").arg("--cache").arg(self.cache())
    }

    /// Runs with the cache: the answer is that without it. Gives what is said of the cache.
    #[track_caller]
    fn same(&self) -> String {
        let plain = self.plain().run();
        let cached = self.cached().run().code(plain.exit_code().unwrap());
        assert!(cached.stdout() == plain.stdout(), "the cache changes the report");
        cached.stderr()
    }

    fn entries(&self, kind: &str) -> Vec<PathBuf> {
        let mut all = fs::read_dir(self.cache()).unwrap().map(|entry| entry.unwrap().path());
        let version = all.find(|path| path.is_dir()).unwrap();
        files(&version.join(kind))
    }
}

fn files(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { found.extend(files(&entry)) } else { found.push(entry) }
    }
    found.sort();
    found
}

fn counts(unread: usize, hashed: usize, read: usize) -> String {
    format!("cache: {unread} files not read again, {hashed} read for their digest only, {read} read\n")
}

fn fixtures(cache: &Path) -> Badsig {
    check().args(["fixtures", "no-such-file.exe", "--format", "json", "-v", "--cache"]).arg(cache)
}

#[test]
fn every_fixture_has_the_same_answer() {
    let place = Place::new();
    let cache = place.cache();
    let plain =
        check().args(["fixtures", "no-such-file.exe", "--format", "json"]).run().code(BLOCKED).stdout();
    let cold = fixtures(&cache).run().code(BLOCKED);
    assert!(cold.stdout() == plain, "cold");
    let warm = fixtures(&cache).run().code(BLOCKED);
    assert!(warm.stdout() == plain, "warm");
    let all = files(&repository().join("fixtures")).len();
    let said = warm.stderr();
    let unread: usize = said.strip_prefix("cache: ").unwrap().split(' ').next().unwrap().parse().unwrap();
    // Those with a limit or an unreadable part are read again.
    assert!(unread + 5 >= all && unread <= all, "{said} of {all}");
    // Other questions, each with its own facts, all in one cache.
    for options in
        [&["--depth", "0"][..], &["--sha1"], &["--at", "2040-01-01"], &["--target", "windows-hardened"]]
    {
        let wanted = badsig().args([
            "check",
            "fixtures",
            "--add-root",
            "tests/recipes/pki/test-root.pem",
            "--format",
            "json",
        ]);
        let wanted = if options.contains(&"--at") { wanted } else { wanted.args(["--at", "2026-11-21"]) };
        let wanted = wanted.args(options).run().stdout();
        for _ in 0..2 {
            let start = badsig().args(["check", "fixtures", "--add-root", "tests/recipes/pki/test-root.pem"]);
            let start = if options.contains(&"--at") { start } else { start.args(["--at", "2026-11-21"]) };
            let ran = start.args(options).args(["--format", "json", "--cache"]).arg(&cache).run();
            assert!(ran.stdout() == wanted, "{options:?}");
        }
    }
}

/// No input is opened: what the operating system was asked for says so.
#[test]
fn unchanged_files_are_not_opened() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        testkit::skip_tool("strace is not installed");
        return;
    }
    let place = Place::new();
    for (number, fixture) in ["exe/signed.exe", "msi/signed.msi", "cab/signed.cab"].iter().enumerate() {
        place.put(fixture, &format!("input-{number}"));
    }
    sleep(SETTLED);
    let opened = || {
        let log = place.0.path().join("log");
        let trace = ["-f", "-qq", "-e", "trace=open,openat,openat2", "-o", log.to_str().unwrap()];
        let mut traced = place.cached().started_by("strace", trace);
        let output = traced.stdout(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(PUBLISHABLE), "{}", String::from_utf8_lossy(&output.stderr));
        let log = fs::read_to_string(log).unwrap();
        log.lines().filter(|line| line.contains("/inputs/input-")).count()
    };
    assert_eq!(opened(), 3);
    assert_eq!(opened(), 0);
}

#[test]
fn changes_are_seen() {
    let place = Place::new();
    let signed = place.put("exe/signed.exe", "a.exe");
    place.put("msi/signed.msi", "b.msi");
    // Too young: a change within the step of the clock would go unseen.
    assert_eq!(place.same(), counts(0, 0, 2));
    assert_eq!(place.same(), counts(0, 2, 0));
    sleep(SETTLED);
    assert_eq!(place.same(), counts(0, 2, 0));
    assert_eq!(place.same(), counts(2, 0, 0));
    // The same size and the same time, as somebody would make it who wants to slip a file in.
    let modified = fs::metadata(&signed).unwrap().modified().unwrap();
    let mut bytes = fs::read(&signed).unwrap();
    bytes[0x400] ^= 1;
    fs::write(&signed, &bytes).unwrap();
    fs::File::options().append(true).open(&signed).unwrap().set_modified(modified).unwrap();
    if cfg!(unix) {
        assert_eq!(place.same(), counts(1, 0, 1));
        place.cached().run().code(BLOCKED);
    }
    // Another file under the name, and a new name for a file that is known.
    fs::rename(place.inputs().join("b.msi"), &signed).unwrap();
    place.same();
    place.put("msi/signed.msi", "new/name.msi");
    place.same();
    fs::remove_file(&signed).unwrap();
    place.same();
}

/// Members and files with the same bytes are named after the file as it is called now.
#[test]
fn moved_files_are_known_by_their_content() {
    let place = Place::new();
    for fixture in ["exe", "msi", "cab"] {
        for file in files(&repository().join("fixtures").join(fixture)) {
            let name = file.file_name().and_then(OsStr::to_str).unwrap();
            place.put(&format!("{fixture}/{name}"), &format!("old/{fixture}/{name}"));
        }
    }
    place.same();
    fs::rename(place.inputs().join("old"), place.inputs().join("new name")).unwrap();
    let said = place.same();
    let hashed: usize = said.split(", ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(hashed > 80, "{said}");
}

/// External cabinets and volumes lie beside the file: what it holds depends on them.
#[test]
fn files_beside_a_file_count() {
    let place = Place::new();
    for file in files(&repository().join("fixtures/cab")) {
        let name = file.file_name().and_then(OsStr::to_str).unwrap();
        if name.starts_with("set-") {
            place.put(&format!("cab/{name}"), name);
        }
    }
    let external = place.put("msi/signed-external-cabinet.msi", "setup.msi");
    let beside = files(&place.inputs()).len() - 1;
    assert!(beside >= 3, "{:?}", files(&place.inputs()));
    place.same();
    sleep(SETTLED);
    place.same();
    let said = place.same();
    assert_eq!(said, counts(beside + 1, 0, 0), "settled");
    for name in ["set-middle.cab", "set-last.cab"] {
        let path = place.inputs().join(name);
        if path.exists() {
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
            assert_ne!(place.same(), said, "{name} was changed");
            fs::remove_file(&path).unwrap();
            assert_ne!(place.same(), said, "{name} was removed");
        }
    }
    fs::write(external.with_file_name("PRODUCT.CAB"), "not there before").unwrap();
    fs::write(external.with_file_name("external.cab"), "not there before").unwrap();
    place.same();
}

#[test]
fn damaged_entries_are_collected_again() {
    let place = Place::new();
    place.put("exe/signed-stamped.exe", "a.exe");
    place.put("msi/signed.msi", "b.msi");
    sleep(SETTLED);
    place.same();
    assert_eq!(place.same(), counts(2, 0, 0));
    let mut damages = 0;
    for kind in ["paths", "facts", "certificates"] {
        for entry in place.entries(kind) {
            let whole = fs::read(&entry).unwrap();
            let half = whole.len() / 2;
            let mut flipped = whole.clone();
            flipped[half] ^= 0x20;
            for damaged in [&b""[..], &whole[..half], &flipped, b"{}", &[0; 200]] {
                fs::write(&entry, damaged).unwrap();
                let said = place.same();
                assert!(said.contains("cache: collected again: "), "{}: {said}", entry.display());
                assert_eq!(place.same(), counts(2, 0, 0), "{} was not replaced", entry.display());
                damages += 1;
            }
            fs::remove_file(&entry).unwrap();
            place.same();
            assert_eq!(place.same(), counts(2, 0, 0));
        }
    }
    assert!(damages >= 25, "{damages}");
}

#[test]
fn several_runs_at_once_and_runs_that_are_killed() {
    let place = Place::new();
    for (number, file) in files(&repository().join("fixtures/exe")).iter().enumerate() {
        fs::write(place.inputs().join(format!("{number}.exe")), fs::read(file).unwrap()).unwrap();
    }
    sleep(SETTLED);
    let plain = place.plain().run().stdout();
    let start = || {
        let mut command = place.cached().into_command();
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    };
    for round in 0u64..12 {
        let mut killed = start();
        let others = [start(), start()];
        sleep(Duration::from_millis(round * 7));
        killed.kill().unwrap();
        killed.wait().unwrap();
        for other in others {
            let output = other.wait_with_output().unwrap();
            assert!(output.stdout == plain.as_bytes(), "round {round}");
        }
        if round % 3 == 0 {
            fs::remove_dir_all(place.cache()).unwrap();
        }
    }
    let said = place.same();
    assert!(!said.contains("collected again"), "nothing is ever half-written: {said}");
}

#[cfg(unix)]
#[test]
fn a_cache_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.put("exe/signed.exe", "a.exe");
    place.same();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.cache()), 0o700);
    fs::set_permissions(place.cache(), fs::Permissions::from_mode(0o777)).unwrap();
    place.cached().run().code(USAGE).complains("everybody can write there");
    let file = place.inputs().join("a.exe");
    place.plain().arg("--cache").arg(&file).run().code(USAGE).complains("is not a directory");
    place.plain().arg("--cache").arg(file.join("below")).run().code(USAGE).complains("cannot be made");
}

/// A cache that cannot be written to helps no less with what it has.
#[cfg(target_os = "linux")]
#[test]
fn a_cache_that_cannot_be_written_to() {
    let place = Place::new();
    place.put("exe/signed.exe", "a.exe");
    let ran = place.plain().args(["--cache", "/proc/self"]).run().code(PUBLISHABLE);
    assert_eq!(ran.stdout(), place.plain().run().stdout());
    assert!(ran.stderr().contains("nothing new is kept"), "{}", ran.stderr());
}

#[test]
fn content_of_updates() {
    let place = Place::new();
    let run = || {
        badsig()
            .args(["updates", "check", "tests/updates/v2.cab", "--content", "fixtures", "--at", "2026-11-21"])
            .args(["--add-root", "tests/recipes/pki/test-root.pem", "--format", "json"])
    };
    let plain = run().run();
    for _ in 0..2 {
        let ran = run().arg("--cache").arg(place.cache()).run().code(plain.exit_code().unwrap());
        assert!(ran.stdout() == plain.stdout());
    }
    let warm = run().arg("-v").arg("--cache").arg(place.cache()).run().stderr();
    assert!(warm.ends_with(" 0 read for their digest only, 0 read\n"), "{warm}");
}

/// What nobody used for a month is thrown away; what is in use is not.
#[test]
fn old_entries_go() {
    let place = Place::new();
    place.put("exe/signed.exe", "a.exe");
    place.put("msi/signed.msi", "gone.msi");
    sleep(SETTLED);
    place.same();
    let long_ago = SystemTime::now() - Duration::from_secs(40 * 24 * 60 * 60);
    let age =
        |path: &Path| fs::File::options().append(true).open(path).unwrap().set_modified(long_ago).unwrap();
    fs::remove_file(place.inputs().join("gone.msi")).unwrap();
    for entry in place.entries("facts") {
        age(&entry);
    }
    for entry in place.entries("paths") {
        age(&entry);
    }
    // Used before it is looked for old ones: marked as used.
    assert_eq!(place.same(), counts(1, 0, 0));
    age(&place.cache().join("pruned"));
    assert_eq!(place.same(), counts(1, 0, 0));
    assert_eq!((place.entries("facts").len(), place.entries("paths").len()), (1, 1));
}

/// A cache of somebody else decides what is believed, whether it can be written to or not. Only root can give it away.
#[cfg(unix)]
#[test]
fn a_cache_of_another_user_is_refused_where_it_cannot_be_written() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;
    let place = tempfile::tempdir().unwrap();
    if place.path().metadata().unwrap().uid() != 0 {
        return;
    }
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let cache = place.path().join("cache");
    std::fs::create_dir(&cache).unwrap();
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::copy(repository().join(common::UNSIGNED), place.path().join("unsigned.exe")).unwrap();
    let run = |owner| {
        chown(&cache, Some(owner), None).unwrap();
        let check =
            badsig().args(["check", "unsigned.exe", "--cache"]).arg(&cache).in_directory(place.path());
        let mut command = check.into_command();
        let output = command.uid(12_346).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, told) = run(12_345);
    assert!(code == Some(common::USAGE) && told.contains("belongs to another user"), "{code:?} {told}");
    let (code, told) = run(0);
    assert!(code == Some(common::BLOCKED) && told.contains("cannot be written to"), "{code:?} {told}");
}
