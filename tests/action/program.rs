//! Where the action gets its program from, in which order, on which runner.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::Digest as _;

use crate::common::{BLOCKED, UNSIGNED, USAGE};
use crate::{Action, Ran};
use testkit::repository;
use testkit::server::Site;

const LINUX: &str = "x86_64-unknown-linux-musl";
const VERSION: &str = "9.10.1";

/// Whether what the scripts and these tests need is there.
fn ready() -> bool {
    let tar = Command::new("tar").arg("--version").output().is_ok();
    if !tar {
        testkit::skip_tool("tar is not installed");
    }
    tar && Action::new().is_some()
}

/// A script that hands over to the program under test, instead of a hundred megabytes of debug information.
fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn hand_over() -> String {
    format!("exec '{}' \"$@\"", env!("CARGO_BIN_EXE_badsig"))
}

/// A release server of the loopback with one archive, made by tar, and its line for the list of the action.
struct Release {
    place: tempfile::TempDir,
    server: Site,
    /// Version of the action and of the archive.
    version: String,
    /// `SHA-256  name`.
    line: String,
}

impl Release {
    fn new(triple: &str, program: &str) -> Release {
        let place = tempfile::tempdir().unwrap();
        let name = format!("badsig-{VERSION}-{triple}");
        script(&place.path().join(&name).join(program), &hand_over());
        let tar =
            Command::new("tar").args(["-czf", "archive.tar.gz", &name]).current_dir(place.path()).status();
        assert!(tar.unwrap().success());
        let archive = place.path().join("archive.tar.gz");
        Release::of(place, VERSION, &name, &archive)
    }

    /// A server with this archive.
    fn of(place: tempfile::TempDir, version: &str, name: &str, archive: &Path) -> Release {
        let sum = sha2::Sha256::digest(fs::read(archive).unwrap());
        let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        let server = Site::new();
        server.serves(&format!("v{version}/{name}.tar.gz"), fs::read(archive).unwrap());
        Release { place, server, version: version.to_owned(), line: format!("{sum}  {name}.tar.gz\n") }
    }

    /// The action with another list of checksums, and without a program of its own.
    fn action(&self, checksums: &str, version: &str) -> Action {
        let home = self.place.path().join("home");
        fs::create_dir_all(home.join("action")).unwrap();
        for name in ["common.sh", "get.sh", "run.sh"] {
            fs::copy(repository().join("action").join(name), home.join("action").join(name)).unwrap();
        }
        fs::write(home.join("action/checksums.txt"), checksums).unwrap();
        fs::write(home.join("Cargo.toml"), format!("[package]\nversion = \"{}\"\n", self.version)).unwrap();
        let action = Action { home, ..Action::new().unwrap() };
        let address = self.server.url("");
        let action = action.with("badsig-path", "").with("version", version);
        action.with("download-url", address.trim_end_matches('/')).with("paths", UNSIGNED)
    }

    fn run(&self, checksums: &str, version: &str) -> Ran {
        self.action(checksums, version).run()
    }
}

#[test]
fn a_release_is_run_only_when_its_checksum_is_right() {
    if !ready() {
        return;
    }
    let release = Release::new(LINUX, "badsig");
    let older = format!("{}  badsig-9.9.0-{LINUX}.tar.gz\n", "0".repeat(64));
    let right = format!("# a remark\n{older}{}", release.line);
    assert_eq!(release.run(&right, VERSION).code(BLOCKED).outputs["verdict"], "blocked");
    // That of the action's own version.
    assert_eq!(release.run(&right, "").code(BLOCKED).outputs["verdict"], "blocked");
    let wrong = format!("{}  badsig-{VERSION}-{LINUX}.tar.gz\n", "ab".repeat(32));
    let ran = release.run(&wrong, VERSION).code(USAGE).says("it is not run");
    assert_eq!(ran.outputs["verdict"], "");
    release.run(&right, "1.0.0").code(USAGE).says("has no SHA-256");
    release.run(&right, "9.9.0").code(USAGE).says("could not be downloaded");
    // An action whose own release is not listed yet runs no other one in its place.
    release.run(&older, "").code(USAGE).says("has no SHA-256");
    release.run("", "").code(USAGE).says("has no SHA-256");
}

/// The archive that the release workflow makes is one that the action takes, and holds what belongs to it.
#[test]
fn what_is_released_is_what_the_action_runs() {
    if !ready() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let program = place.path().join("program");
    script(&program, &hand_over());
    let dist = Command::new("bash")
        .arg(repository().join("scripts/dist.sh"))
        .args([LINUX.as_ref(), program.as_os_str(), place.path().join("dist").as_os_str()])
        .output()
        .unwrap();
    assert!(dist.status.success(), "{}", String::from_utf8_lossy(&dist.stderr));
    let archive = PathBuf::from(String::from_utf8(dist.stdout).unwrap().trim());
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("badsig-{version}-{LINUX}");
    let listed = Command::new("tar").arg("-tzf").arg(&archive).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let shells =
        ["bash", "zsh", "fish", "ps1", "elvish"].map(|ending| format!("completions/badsig.{ending}"));
    let others = ["badsig", "badsig.1", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];
    for file in shells.iter().map(String::as_str).chain(others) {
        let path = format!("{name}/{file}");
        assert!(listed.lines().any(|line| line == path), "{path} is missing in:\n{listed}");
        let written = fs::metadata(place.path().join("dist").join(&path)).unwrap();
        assert!(written.len() > 0, "{path} is empty");
    }
    let release = Release::of(place, version, &name, &archive);
    assert_eq!(release.run(&release.line, "").code(BLOCKED).outputs["verdict"], "blocked");
}

/// The hook of pre-commit builds the program of its own clone and judges the files that it is given.
#[test]
fn the_hook_of_pre_commit_builds_what_it_runs() {
    let place = tempfile::tempdir().unwrap();
    let hook = place.path().join("action/pre-commit.sh");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::copy(repository().join("action/pre-commit.sh"), &hook).unwrap();
    let program = place.path().join("target/release/badsig");
    let cargo = format!("printf '%s\\n' \"$@\" >'{}'", place.path().join("asked").display());
    let tools = tools_without(&[], &[("cargo", &cargo)]);
    script(&program, &hand_over());
    let run = |tools: &Path, file: &str| {
        let mut command = Command::new("bash");
        command
            .arg(&hook)
            .arg(file)
            .env("PATH", tools)
            .current_dir(repository())
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(run(tools.path(), UNSIGNED), Some(BLOCKED));
    // A name is a name, whatever it looks like.
    assert_eq!(run(tools.path(), "--help"), Some(20));
    let asked = fs::read_to_string(place.path().join("asked")).unwrap();
    assert!(asked.starts_with("build\n--release\n--locked\n"), "{asked}");
    assert_eq!(run(tools_without(&[], &[]).path(), UNSIGNED), Some(USAGE));
    let hooks = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).unwrap();
    assert!(hooks.contains("entry: action/pre-commit.sh\n  language: script\n"));
    // Names follow the entry: `--allow=unsigned.exe` may be one.
    let others =
        hooks.lines().filter_map(|line| line.strip_prefix("  entry: ")).filter(|entry| entry.contains(' '));
    assert_eq!(others.map(|entry| assert!(entry.ends_with(" --"), "{entry}")).count(), 2);
}

/// An archive that lies about what it holds is refused although its checksum is right.
#[test]
fn an_archive_without_the_program_is_refused() {
    if !ready() {
        return;
    }
    let release = Release::new(LINUX, "something-else");
    release.run(&release.line, VERSION).code(USAGE).says("holds no");
}

/// A program that is named is run whatever else is said; nobody is asked for a release.
#[test]
fn a_program_that_is_there_comes_first() {
    if !ready() {
        return;
    }
    let release = Release::new(LINUX, "badsig");
    let action = release.action(&release.line, VERSION).with("badsig-path", env!("CARGO_BIN_EXE_badsig"));
    action.run().code(BLOCKED);
    assert_eq!(release.server.asked(), Vec::<String>::new());
}

/// Directories with the tools that the scripts need, but for some, and with others before them.
fn tools_without(missing: &[&str], own: &[(&str, &str)]) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let needed = [
        "basename",
        "bash",
        "cat",
        "curl",
        "cut",
        "dirname",
        "gzip",
        "head",
        "mktemp",
        "perl",
        "sed",
        "sh",
        "sha256sum",
        "shasum",
        "sort",
        "tail",
        "tar",
    ];
    for name in needed.iter().filter(|name| !missing.contains(name)) {
        let path = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|directory| directory.join(name))
            .find(|path| path.exists());
        if let Some(path) = path {
            symlink(path, place.path().join(name)).unwrap();
        }
    }
    for (name, text) in own {
        script(&place.path().join(name), text);
    }
    place
}

/// The source is that of the action itself, with the versions of its lock file; without Rust that is said.
#[test]
fn the_source_of_the_action_is_built_when_asked() {
    if !ready() {
        return;
    }
    let release = Release::new(LINUX, "badsig");
    // What cargo would leave behind, in the place that it is told.
    let cargo = format!(
        "printf '%s\\n' \"$@\" >\"$HOME/asked\"\nwhile [ \"$1\" != --target-dir ]; do shift; done\n\
         mkdir -p \"$2/release\"\nprintf '#!/bin/sh\\n%s\\n' \"{}\" >\"$2/release/badsig\"\nchmod +x \"$2/release/badsig\"",
        hand_over().replace('"', "\\\"").replace('$', "\\$")
    );
    let tools = tools_without(&[], &[("cargo", &cargo)]);
    for name in ["chmod", "mkdir"] {
        symlink(Path::new("/bin").join(name), tools.path().join(name)).unwrap();
    }
    let action = release.action(&release.line, "source").variable("PATH", tools.path());
    let ran = action.run().code(BLOCKED);
    assert_eq!(ran.outputs["verdict"], "blocked");
    let asked = fs::read_to_string(action.file("asked")).unwrap();
    let asked: Vec<&str> = asked.lines().collect();
    assert!(asked.starts_with(&["build", "--release", "--locked"]), "{asked:?}");
    let manifest = asked.iter().find(|word| word.ends_with("Cargo.toml")).unwrap();
    assert_eq!(
        PathBuf::from(manifest).parent().unwrap().canonicalize().unwrap(),
        action.home.canonicalize().unwrap()
    );
    assert_eq!(release.server.asked(), Vec::<String>::new());

    let tools = tools_without(&[], &[]);
    release.action("", "source").variable("PATH", tools.path()).run().code(USAGE).says("needs Rust");
    let tools = tools_without(&[], &[("cargo", "exit 101")]);
    assert_ne!(release.action("", "source").variable("PATH", tools.path()).run().code, 0);
}

/// Each runner gets the archive of its own system; what is not made is said.
#[test]
fn every_runner_gets_its_own_archive() {
    if !ready() {
        return;
    }
    let runners = [
        ("Linux", "X64", LINUX, "badsig"),
        ("Linux", "ARM64", "aarch64-unknown-linux-musl", "badsig"),
        ("Windows", "X64", "x86_64-pc-windows-msvc", "badsig.exe"),
        ("macOS", "ARM64", "aarch64-apple-darwin", "badsig"),
        ("macOS", "X64", "x86_64-apple-darwin", "badsig"),
    ];
    let released = fs::read_to_string(repository().join(".github/workflows/release.yml")).unwrap();
    for (system, processor, triple, program) in runners {
        assert!(released.contains(&format!("target: {triple} ")), "no release is made for {triple}");
        let release = Release::new(triple, program);
        let action = release.action(&release.line, "");
        let ran = action.variable("RUNNER_OS", system).variable("RUNNER_ARCH", processor).run().code(BLOCKED);
        assert_eq!(ran.outputs["verdict"], "blocked", "{system} {processor}");
    }
    let release = Release::new(LINUX, "badsig");
    let action = release.action(&release.line, "").variable("RUNNER_ARCH", "X86");
    action.run().code(USAGE).says("no release is made for Linux on X86");
}

/// macOS has no sha256sum.
#[test]
fn checksums_are_compared_with_what_the_system_has() {
    if !ready() {
        return;
    }
    let tools = tools_without(&["sha256sum"], &[]);
    if !tools.path().join("shasum").exists() {
        testkit::skip_tool("shasum is not installed");
        return;
    }
    let release = Release::new("aarch64-apple-darwin", "badsig");
    let run = |checksums: &str| {
        let action =
            release.action(checksums, "").variable("RUNNER_OS", "macOS").variable("RUNNER_ARCH", "ARM64");
        action.variable("PATH", tools.path()).run()
    };
    run(&release.line).code(BLOCKED);
    let wrong = format!("{}{}", "ab".repeat(32), &release.line[64..]);
    run(&wrong).code(USAGE).says("it is not run");
}

/// The bash of Windows has names of its own for files; outputs are read by programs that do not know them.
#[test]
fn windows_runners_get_paths_that_windows_knows() {
    if !ready() {
        return;
    }
    let release = Release::new("x86_64-pc-windows-msvc", "badsig.exe");
    let action = release.action(&release.line, "");
    // Stands in for cygpath: `D:\a` and the directory of this run are two names of one place.
    let temporary = action.file("");
    let temporary = temporary.to_str().unwrap().trim_end_matches('/').to_owned();
    let cygpath = format!(
        "[ \"$1\" = -m ] && shift 2\ncase $1 in 'D:\\a') echo '{temporary}' ;; *) printf '%s\\n' \"$1\" ;; esac"
    );
    let tools = tools_without(&[], &[("cygpath", &cygpath)]);
    let action = action
        .variable("RUNNER_OS", "Windows")
        .variable("RUNNER_TEMP", "D:\\a")
        .variable("PATH", tools.path());
    let ran =
        action.with("html-file", "out.html").in_directory(release.place.path()).with("paths", "home").run();
    let ran = ran.code(20);
    assert!(ran.outputs["report-json"].starts_with(&temporary), "{}", ran.outputs["report-json"]);
    assert!(Path::new(&ran.outputs["html-file"]).exists());
}
