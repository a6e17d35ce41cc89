//! A small builder around the command: no variables of the machine it runs on, a fixed date, the test root.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a failing helper fails the test")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use testkit::repository;

pub(crate) const PUBLISHABLE: i32 = 0;
pub(crate) const USAGE: i32 = 2;
pub(crate) const BLOCKED: i32 = 10;
pub(crate) const UNDECIDED: i32 = 20;

/// A file that every target takes, one that is not signed, and one that is no installer at all.
pub(crate) const SIGNED: &str = "fixtures/exe/signed-stamped.exe";
pub(crate) const UNSIGNED: &str = "fixtures/exe/unsigned.exe";
pub(crate) const UNKNOWN: &str = "tests/common/mod.rs";

/// A directory with copies of the unsigned file under these names.
pub(crate) fn unsigned_copies(names: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for name in names {
        std::fs::copy(repository().join(UNSIGNED), directory.path().join(name)).unwrap();
    }
    directory
}

/// Every format of the report, as the help names them.
pub(crate) fn formats() -> Vec<String> {
    let formats = possible_values(&badsig().args(["check", "-h"]).run().code(0).stdout(), "format");
    assert!(formats.len() >= 9, "{formats:?}");
    formats
}

/// `[possible values: …]` of an option in a help.
pub(crate) fn possible_values(help: &str, option: &str) -> Vec<String> {
    let flat = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let about = flat.split_once(&format!(" --{option} <")).unwrap().1;
    let values = about.split_once("[possible values: ").unwrap().1.split(']').next().unwrap();
    values.split(", ").map(str::to_owned).collect()
}

/// How many vendors the catalog has.
pub(crate) fn vendors() -> usize {
    let entries = std::fs::read_dir(repository().join("catalog")).unwrap();
    entries.filter(|entry| entry.as_ref().unwrap().path().extension() == Some(OsStr::new("toml"))).count()
}

/// A YAML file of the repository as JSON; `None` when there is no reader for it.
pub(crate) fn yaml(name: &str) -> Option<Value> {
    let script = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let path = repository().join(name);
    // The first one of the path may be another than that of the system, which has the package.
    let read = ["python3", "/usr/bin/python3"].iter().find_map(|python| {
        let output = Command::new(python).args(["-c", script]).arg(&path).output().ok()?;
        serde_json::from_slice(&output.stdout).ok()
    });
    if read.is_none() {
        testkit::skip_tool("python3 with yaml is not installed");
    }
    read
}

/// What Chromium sees of a page, by a script of `tests/browser`; `None` where there is none. `quick` leaves out the examination by
/// axe-core; `BADSIG_SCREENSHOTS` says where pictures go.
pub(crate) fn seen_by_a_browser(script: &str, page: &Path, quick: bool) -> Option<Value> {
    let directory = repository().join("tests/browser");
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !directory.join("node_modules/playwright-core").exists() || !Path::new(&chromium).exists() {
        testkit::skip_tool("chromium, or npm ci --prefix tests/browser, is missing");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(directory.join(script)).arg(page);
    if quick {
        command.env("QUICK", "1");
    }
    command.args(std::env::var_os("BADSIG_SCREENSHOTS").filter(|_| !quick));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The command without anything, in the directory of the repository.
pub(crate) fn badsig() -> Badsig {
    let mut command = Command::new(env!("CARGO_BIN_EXE_badsig"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let scrubbed = ["BADSIG_", "GITHUB_", "CLICOLOR"].iter().any(|prefix| text.starts_with(prefix));
        if scrubbed || ["CI", "NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"].contains(&&*text) {
            command.env_remove(name);
        }
    }
    // Neither what earlier runs of this user fetched, nor the bundle of this user.
    command.env("BADSIG_CACHE_DIR", "no-cache").env("BADSIG_TRUST_DIR", "no-trust");
    command.current_dir(repository());
    Badsig(command)
}

/// `badsig check` for the date of the fixtures, with their root.
pub(crate) fn check() -> Badsig {
    badsig().args(["check", "--at", "2026-11-21", "--add-root", "tests/recipes/pki/test-root.pem"])
}

/// A command that may ask the loopback, and keeps what it keeps in a directory of its own.
pub(crate) fn loopback(command: Badsig, home: &Path) -> Badsig {
    let command = command.env("NO_PROXY", "127.0.0.1").env("XDG_CACHE_HOME", home.to_str().unwrap());
    command.args(["--allow-private-addresses"])
}

/// The names of all files below a directory, in their order; none where there is no directory.
pub(crate) fn files(directory: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap()) {
        if entry.path().is_dir() {
            names.extend(files(&entry.path()));
        } else {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}

/// Signs a file with the test publisher's key, its issuer's certificate beside its own, by osslsigncode; `None` where there is
/// none.
pub(crate) fn sign(plain: &Path, signed: &Path) -> Option<()> {
    let pki = |name: &str| repository().join("tests/recipes/pki").join(name);
    let mut command = Command::new("osslsigncode");
    command.args(["sign", "-h", "sha256", "-certs"]).arg(pki("test-publisher.pem"));
    command.arg("-ac").arg(pki("test-code-signing-ca.pem"));
    command.arg("-key").arg(pki("TEST-publisher.key")).arg("-in").arg(plain).arg("-out").arg(signed);
    let made = command.output().ok()?;
    assert!(made.status.success(), "{made:?}");
    Some(())
}

/// 8,000,000 bytes of an image, and the same signed: the signature stands at the end.
pub(crate) fn large_image(directory: &Path) -> Option<(PathBuf, PathBuf)> {
    let mut body = std::fs::read(repository().join(UNSIGNED)).unwrap();
    body.resize(8_000_000, 7);
    let (plain, signed) = (directory.join("plain.exe"), directory.join("signed.exe"));
    std::fs::write(&plain, body).unwrap();
    sign(&plain, &signed)?;
    Some((plain, signed))
}

pub(crate) struct Badsig(Command);

impl Badsig {
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Badsig {
        self.0.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Badsig {
        self.0.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Badsig {
        self.0.env(name, value);
        self
    }

    pub(crate) fn in_directory(mut self, directory: &Path) -> Badsig {
        self.0.current_dir(directory);
        self
    }

    /// The command itself, for what needs more than running it.
    pub(crate) fn into_command(self) -> Command {
        self.0
    }

    /// The same command, started by another program: its arguments, directory and variables are those of this one.
    pub(crate) fn started_by<A: AsRef<OsStr>>(
        self,
        program: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let mut starter = Command::new(program);
        starter.args(arguments).arg(self.0.get_program()).args(self.0.get_args());
        starter.current_dir(self.0.get_current_dir().unwrap());
        for (name, value) in self.0.get_envs() {
            match value {
                Some(value) => starter.env(name, value),
                None => starter.env_remove(name),
            };
        }
        starter
    }

    /// The same command, started by a shell after other words: `ulimit -n 500;`.
    pub(crate) fn started_after(self, words: &str) -> Command {
        self.started_by("sh", ["-c", &format!("{words} exec \"$@\""), "sh"])
    }

    /// Runs it; it must end by itself and soon.
    pub(crate) fn run(self) -> Ran {
        self.run_with_input(Vec::new())
    }

    pub(crate) fn run_with_input(self, input: Vec<u8>) -> Ran {
        let mut command = assert_cmd::Command::from_std(self.0);
        let output = command.write_stdin(input).timeout(Duration::from_secs(20)).output().unwrap();
        Ran(output)
    }
}

pub(crate) struct Ran(Output);

impl Ran {
    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn code(self, expected: i32) -> Ran {
        let code = self.0.status.code();
        assert_eq!(code, Some(expected), "{}\n{}", self.stdout(), self.stderr());
        self
    }

    pub(crate) fn exit_code(&self) -> Option<i32> {
        self.0.status.code()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.0.stdout).unwrap()
    }

    /// Checks that standard output contains something.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Ran {
        assert!(self.stdout().contains(text), "{text:?} is not in:\n{}", self.stdout());
        self
    }

    /// Checks that standard output contains something, wherever lines are broken.
    #[track_caller]
    pub(crate) fn tells(self, text: &str) -> Ran {
        let flat = self.stdout().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(text), "{text:?} is not in:\n{}", self.stdout());
        self
    }

    /// Checks that standard error contains something.
    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Ran {
        assert!(self.stderr().contains(text), "{text:?} is not in:\n{}", self.stderr());
        self
    }
}
