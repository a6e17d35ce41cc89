//! The GitHub Action: its steps are run with bash as a runner would run them, with a release server on loopback.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "test code"
)]
#![allow(clippy::panic, clippy::print_stdout, reason = "test code")]

mod common;
#[path = "action/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{
    BLOCKED, PUBLISHABLE, SIGNED, UNDECIDED, UNKNOWN, UNSIGNED, USAGE, possible_values, unsigned_copies, yaml,
};
use serde_json::Value;
use testkit::repository;

/// `action.yml` as JSON; `None` when there is no reader for it.
fn definition() -> Option<Value> {
    yaml("action.yml")
}

/// One run of the action.
struct Action {
    definition: Value,
    inputs: BTreeMap<String, String>,
    home: PathBuf,
    directory: PathBuf,
    /// Variables of another runner.
    variables: BTreeMap<String, String>,
    temporary: tempfile::TempDir,
}

/// What a run left behind.
struct Ran {
    log: String,
    code: i32,
    outputs: BTreeMap<String, String>,
    summary: String,
}

impl Action {
    /// The action of this repository, with the program under test and the root of the fixtures.
    fn new() -> Option<Action> {
        let action = Action {
            definition: definition()?,
            inputs: BTreeMap::new(),
            home: repository(),
            directory: repository(),
            variables: BTreeMap::new(),
            temporary: tempfile::tempdir().unwrap(),
        };
        let root = repository().join("tests/recipes/pki/test-root.pem");
        Some(
            action
                .with("badsig-path", env!("CARGO_BIN_EXE_badsig"))
                .with("at", "2026-11-21")
                .with("add-root", root.to_str().unwrap()),
        )
    }

    fn with(mut self, name: &str, value: &str) -> Action {
        assert!(self.definition["inputs"][name].is_object(), "{name} is no input");
        if name == "merge" {
            // Reports say themselves what they were judged with.
            self.inputs.retain(|own, _| !["at", "add-root"].contains(&own.as_str()));
        }
        self.inputs.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A variable as another runner has it.
    fn variable(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Action {
        self.variables.insert(name.to_owned(), value.as_ref().to_str().unwrap().to_owned());
        self
    }

    fn in_directory(mut self, directory: &Path) -> Action {
        self.directory = directory.to_owned();
        self
    }

    fn file(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    /// Runs the steps one after the other; the first that fails ends the run.
    fn run(&self) -> Ran {
        let mut outputs: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let (mut log, mut code) = (String::new(), 0);
        fs::write(self.file("summary"), "").unwrap();
        for step in self.definition["runs"]["steps"].as_array().unwrap() {
            fs::write(self.file("output"), "").unwrap();
            let output = self.step(step, &outputs);
            log.push_str(&String::from_utf8_lossy(&output.stdout));
            log.push_str(&String::from_utf8_lossy(&output.stderr));
            let written = fs::read_to_string(self.file("output")).unwrap();
            outputs.insert(step["id"].as_str().unwrap().to_owned(), parsed(&written));
            code = output.status.code().unwrap();
            if code != 0 {
                break;
            }
        }
        let declared = self.definition["outputs"].as_object().unwrap();
        let outputs = declared
            .iter()
            .map(|(name, output)| (name.clone(), self.value(output["value"].as_str().unwrap(), &outputs)))
            .collect();
        Ran { log, code, outputs, summary: fs::read_to_string(self.file("summary")).unwrap() }
    }

    fn step(
        &self,
        step: &Value,
        outputs: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> std::process::Output {
        assert_eq!(step["shell"], "bash");
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "nothing is interpolated into the shell: {script}");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]).env_clear();
        for (name, value) in step["env"].as_object().unwrap() {
            command.env(name, self.value(value.as_str().unwrap(), outputs));
        }
        command
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.temporary.path())
            .env("GITHUB_ACTIONS", "true")
            .env("CI", "true")
            .env("GITHUB_ACTION_PATH", &self.home)
            .env("GITHUB_OUTPUT", self.file("output"))
            .env("GITHUB_STEP_SUMMARY", self.file("summary"))
            .env("RUNNER_TEMP", self.temporary.path())
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .envs(&self.variables)
            .current_dir(&self.directory);
        command.output().unwrap()
    }

    /// The two sorts of expressions that the action uses; any other is a mistake.
    fn value(&self, text: &str, outputs: &BTreeMap<String, BTreeMap<String, String>>) -> String {
        let inner = text.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")).unwrap();
        if let Some(name) = inner.strip_prefix("inputs.") {
            let input = &self.definition["inputs"][name];
            assert!(input.is_object(), "{name}");
            let default = input["default"].as_str().unwrap_or_default().to_owned();
            return self.inputs.get(name).cloned().unwrap_or(default);
        }
        let mut parts = inner.strip_prefix("steps.").unwrap().split('.');
        let (step, name) = (parts.next().unwrap(), parts.nth(1).unwrap());
        outputs.get(step).and_then(|outputs| outputs.get(name)).cloned().unwrap_or_default()
    }
}

/// `name<<end`, lines, `end`.
fn parsed(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, end) = line.split_once("<<").unwrap();
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}

impl Ran {
    #[track_caller]
    fn code(self, expected: i32) -> Ran {
        assert_eq!(self.code, expected, "{}", self.log);
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Ran {
        assert!(self.log.contains(text), "{text:?} is not in:\n{}", self.log);
        self
    }

    /// The workflow commands that a runner would obey.
    fn commands(&self) -> Vec<String> {
        let mut commands = Vec::new();
        let mut stopped: Option<String> = None;
        for line in self.log.lines().map(str::trim_start) {
            match &stopped {
                Some(token) if line == format!("::{token}::") => stopped = None,
                Some(_) => {}
                None if line.starts_with("::stop-commands::") => {
                    stopped = line.strip_prefix("::stop-commands::").map(str::to_owned);
                }
                None if line.starts_with("::") || line.contains("##[") => commands.push(line.to_owned()),
                None => {}
            }
        }
        commands
    }
}

#[test]
fn verdicts_become_outputs_and_exit_codes() {
    let Some(action) = Action::new() else { return };
    let ran = action.with("paths", SIGNED).run().code(PUBLISHABLE);
    assert_eq!(ran.outputs["verdict"], "publishable");
    assert_eq!(ran.outputs["exit-code"], "0");
    assert_eq!(ran.outputs["blocked-count"], "0");
    assert!(ran.summary.contains("badsig: publishable"));
    assert!(ran.commands().iter().all(|line| !line.starts_with("::error")), "{}", ran.log);

    let paths = format!("\n  {SIGNED}  \r\n{UNSIGNED}\n\n{UNKNOWN}\n");
    let action = Action::new().unwrap().with("paths", &paths);
    let ran = action.run().code(BLOCKED);
    assert_eq!(ran.outputs["verdict"], "blocked");
    assert_eq!(ran.outputs["exit-code"], "10");
    assert_eq!((&*ran.outputs["blocked-count"], &*ran.outputs["undecided-count"]), ("1", "1"));
    let report: Value = serde_json::from_slice(&fs::read(&ran.outputs["report-json"]).unwrap()).unwrap();
    assert_eq!(report["summary"]["files"], 3);
    assert!(ran.summary.contains(UNSIGNED));
    assert!(ran.commands().iter().any(|line| line.starts_with(&format!("::error file={UNSIGNED},"))));

    let ran = Action::new().unwrap().with("paths", UNKNOWN).run().code(UNDECIDED);
    assert_eq!(ran.outputs["verdict"], "undecided");
    let ran = Action::new().unwrap().with("paths", " \n ").run().code(UNDECIDED);
    assert_eq!(ran.outputs["verdict"], "undecided");
}

#[test]
fn fail_on_decides_what_fails_but_not_what_is_said() {
    let Some(action) = Action::new() else { return };
    let ran = action.with("paths", UNKNOWN).with("fail-on", "blocked").run().code(0);
    assert_eq!(ran.outputs["exit-code"], "20");
    let ran = Action::new().unwrap().with("paths", UNSIGNED).with("fail-on", "blocked").run().code(BLOCKED);
    assert_eq!(ran.outputs["verdict"], "blocked");
    let ran = Action::new().unwrap().with("paths", UNSIGNED).with("fail-on", "never").run().code(0);
    assert_eq!((&*ran.outputs["verdict"], &*ran.outputs["exit-code"]), ("blocked", "10"));
    // What is not a verdict fails whatever is asked for.
    let never = Action::new().unwrap().with("paths", SIGNED).with("fail-on", "never");
    never.with("at", "yesterday").run().code(USAGE);
}

#[test]
fn values_that_are_not_known_are_refused() {
    let wrong = [
        ("fail-on", "none"),
        ("format", "yaml"),
        ("offline", "yes"),
        ("summary", ""),
        ("annotations", "maybe"),
        ("target", "configmgr\nlinux"),
        ("sarif-file", "a\nb"),
        ("working-directory", "missing"),
        ("badsig-path", "missing"),
    ];
    for (name, value) in wrong {
        let Some(action) = Action::new() else { return };
        let ran =
            action.with("paths", SIGNED).with(name, value).run().code(USAGE).says("::error title=badsig::");
        assert_eq!(ran.outputs["verdict"], "");
    }
    for version in ["1.2", "v1.2.3", "1.2.3; id", "../../x", "latest"] {
        let Some(action) = Action::new() else { return };
        action.with("badsig-path", "").with("version", version).run().code(USAGE).says("input version");
    }
}

#[test]
fn files_are_written_beside_the_log() {
    let Some(action) = Action::new() else { return };
    let place = tempfile::tempdir().unwrap();
    fs::copy(repository().join(UNSIGNED), place.path().join("a.exe")).unwrap();
    let action = action.in_directory(place.path()).with("paths", "a.exe").with("sarif-file", "out.sarif");
    let ran = action
        .with("junit-file", "out.xml")
        .with("html-file", "out.html")
        .with("format", "json")
        .run()
        .code(BLOCKED);
    assert_eq!(Path::new(&ran.outputs["sarif-file"]), place.path().canonicalize().unwrap().join("out.sarif"));
    for name in ["out.sarif", "out.xml", "out.html"] {
        assert!(place.path().join(name).exists(), "{name}");
    }
}

/// GitHub finds the file that an annotation is about from the top of the repository, not from where paths start.
#[test]
fn a_working_directory_does_not_mislead_annotations() {
    let Some(action) = Action::new() else { return };
    let top = tempfile::tempdir().unwrap();
    fs::create_dir_all(top.path().join("updates/incoming")).unwrap();
    fs::copy(repository().join(UNSIGNED), top.path().join("updates/incoming/a.exe")).unwrap();
    let run = |action: Action| {
        let action = action.in_directory(top.path()).variable("GITHUB_WORKSPACE", top.path());
        action.with("sarif-file", "out.sarif").run().code(BLOCKED)
    };
    let ran = run(action.with("working-directory", "updates").with("paths", "incoming"));
    let commands = ran.commands();
    assert!(
        commands.iter().any(|line| line.starts_with("::error file=updates/incoming/a.exe,")),
        "{commands:?}"
    );
    let log: Value =
        serde_json::from_slice(&fs::read(top.path().join("updates/out.sarif")).unwrap()).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(place, "updates/incoming/a.exe");
    // Outside of it there is no such path.
    let elsewhere = tempfile::tempdir().unwrap();
    fs::copy(repository().join(UNSIGNED), elsewhere.path().join("a.exe")).unwrap();
    let outside = elsewhere.path().to_str().unwrap();
    run(Action::new().unwrap().with("working-directory", outside).with("paths", "a.exe"));
}

#[test]
fn summary_and_annotations_can_be_left_out() {
    let Some(action) = Action::new() else { return };
    let ran = action.with("paths", UNSIGNED).with("summary", "false").with("annotations", "false").run();
    let ran = ran.code(BLOCKED);
    assert_eq!(ran.summary, "");
    assert_eq!(ran.commands(), Vec::<String>::new());
}

/// Names that try to be commands of the runner, of the shell, outputs or markup.
#[test]
fn hostile_names_and_values_do_nothing() {
    let Some(action) = Action::new() else { return };
    let names = [
        "a\n::error::forged.exe",
        "::set-output name=verdict::publishable.exe",
        "100%0A::warning::x.exe",
        "$(touch pwned).exe",
        "`touch pwned`.exe",
        "\"; touch pwned; \".exe",
        "'; touch pwned; '.exe",
        "verdict<<E\npublishable\nE.exe",
        "##[add-path]x.exe",
        "-v",
        "--format",
    ];
    let place = unsigned_copies(&names);
    let paths = format!(".\n-v\n--format\n$(touch pwned)\n;touch pwned\n{}", names[3]);
    for format in ["text", "json", "jsonl", "markdown", "csv", "junit", "github"] {
        let action = Action::new().unwrap().in_directory(place.path()).with("paths", &paths);
        let ran = action.with("format", format).run().code(BLOCKED);
        assert_eq!(ran.outputs["verdict"], "blocked");
        for command in ran.commands() {
            let (head, data) = command.strip_prefix("::").unwrap().split_once("::").unwrap();
            assert!(head.starts_with("error "), "{command}");
            assert!(!data.contains("::") && !data.contains("##["), "{command}");
        }
        assert!(!place.path().join("pwned").exists());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), names.len());
    }
    // Values of inputs: shown where they are refused, and never run.
    for value in ["$(touch pwned)", "x\n::error::forged", "::add-mask::x", "`touch pwned`"] {
        for name in ["format", "target", "working-directory", "badsig-path"] {
            let action = Action::new().unwrap().in_directory(place.path()).with("paths", "a");
            let ran = action.with(name, value).run().code(USAGE);
            let commands = ran.commands();
            assert!(commands.iter().all(|line| line.starts_with("::error title=badsig::")), "{commands:?}");
            assert_eq!(commands.len(), 1, "{commands:?}");
            assert!(!place.path().join("pwned").exists());
        }
    }
    drop(action);
}

/// The example workflow with shards: every part by the action as the workflow asks for it, then the merge.
#[test]
fn the_matrix_of_the_documentation_gives_one_verdict() {
    let Some(workflow) = yaml("docs/examples/github/.github/workflows/matrix.yml") else { return };
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("incoming")).unwrap();
    for name in [SIGNED, UNSIGNED, "fixtures/msi/signed.msi", "fixtures/exe/tampered.exe"] {
        let target = place.path().join("incoming").join(Path::new(name).file_name().unwrap());
        fs::copy(repository().join(name), target).unwrap();
    }
    let step = |job: &str| {
        let steps = workflow["jobs"][job]["steps"].as_array().unwrap();
        let own =
            |step: &&Value| step["uses"].as_str().is_some_and(|uses| uses.starts_with("badsig/badsig@"));
        steps.iter().find(own).unwrap()["with"].as_object().unwrap().clone()
    };
    let run = |job: &str, values: &[(&str, &str)]| {
        let mut action = Action::new().unwrap().in_directory(place.path());
        for (name, value) in step(job) {
            let filled = |text: String, (name, value): &(&str, &str)| {
                text.replace(&format!("${{{{ {name} }}}}"), value)
            };
            let value = values.iter().fold(value.as_str().unwrap().to_owned(), filled);
            assert!(!value.contains("${{"), "{value}");
            action = action.with(&name, &value);
        }
        let ran = action.run();
        (action, ran)
    };
    let parts = workflow["jobs"]["part"]["strategy"]["matrix"]["part"].as_array().unwrap().clone();
    assert_eq!(parts.len(), 8);
    for part in parts {
        let values = [("matrix.part", &*part.to_string()), ("needs.date.outputs.at", "2026-11-21T00:00:00Z")];
        let (_kept, ran) = run("part", &values);
        let ran = ran.code(0);
        let directory = place.path().join(format!("parts/badsig-part-{part}"));
        fs::create_dir_all(&directory).unwrap();
        fs::copy(&ran.outputs["report-json"], directory.join("report.json")).unwrap();
    }
    let (_kept, ran) = run("verdict", &[]);
    let ran = ran.code(BLOCKED).says("4 files: 2 publishable, 2 blocked");
    assert_eq!((&*ran.outputs["verdict"], &*ran.outputs["blocked-count"]), ("blocked", "2"));
    assert!(ran.summary.contains("badsig: blocked"), "{}", ran.summary);
    assert!(place.path().join("badsig.html").exists());
    fs::remove_file(place.path().join("incoming/unsigned.exe")).unwrap();
    fs::remove_dir_all(place.path().join("parts/badsig-part-8")).unwrap();
    let (_kept, ran) = run("verdict", &[]);
    ran.code(BLOCKED).says("shard 8 of 8 is missing");
}

#[test]
fn paths_and_merge_exclude_each_other() {
    let Some(action) = Action::new() else { return };
    action.with("paths", SIGNED).with("merge", "parts/").run().code(USAGE).says("give one of them");
    Action::new().unwrap().with("merge", "no-such-parts/").run().code(USAGE);
    Action::new().unwrap().with("paths", SIGNED).with("shard", "3/2").run().code(USAGE).says("K/N");
}

/// What says how files are judged would be passed over beside reports.
#[test]
fn nothing_is_judged_beside_merge() {
    for (input, value) in [
        ("target", "windows"),
        ("config", "badsig.toml"),
        ("at", "2026-11-21"),
        ("shard", "1/2"),
        ("offline", "false"),
        ("roots", "bundle"),
        ("add-root", "\nroot.pem\n"),
        ("baseline", "report.json"),
    ] {
        let Some(action) = Action::new() else { return };
        let ran = action.with("merge", "parts/").with(input, value).run().code(USAGE);
        ran.says(&format!("inputs merge and {input}"));
    }
}

/// The formats and targets that the action takes are those of the program, and it gives options that exist.
#[test]
fn the_script_knows_the_options_of_the_program() {
    let script = fs::read_to_string(repository().join("action/run.sh")).unwrap();
    let taken = |input: &str| -> BTreeSet<String> {
        let mut lines = script.lines().map(str::trim);
        let line = lines.find(|line| line.starts_with(&format!("one_of {input} "))).unwrap();
        line.split_whitespace().skip(3).map(str::to_owned).collect()
    };
    let help = common::badsig().args(["check", "-h"]).run().code(0).stdout();
    let merge = common::badsig().args(["report", "merge", "-h"]).run().code(0).stdout();
    let listed = |help: &str, option: &str| BTreeSet::from_iter(possible_values(help, option));
    for option in ["format", "target"] {
        assert_eq!(taken(option), listed(&help, option), "{option}");
    }
    assert_eq!(taken("format"), listed(&merge, "format"));
    let known: BTreeSet<&str> = help.split_whitespace().filter(|word| word.starts_with("--")).collect();
    let mut options: BTreeSet<String> = BTreeSet::new();
    for line in script.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("option ") {
            options.insert(format!("--{}", name.split(' ').next().unwrap()));
        } else if line.contains("arguments+=(") || line.starts_with("arguments=(") {
            let words =
                line.split(['(', ')', ' ', '"']).filter(|word| word.len() > 2 && word.starts_with("--"));
            options.extend(words.filter(|word| !word.contains('$')).map(str::to_owned));
        }
    }
    assert!(options.len() > 10, "{options:?}");
    for option in options {
        assert!(known.contains(&*option), "badsig check has no {option}");
    }
}
