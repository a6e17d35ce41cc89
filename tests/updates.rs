//! `badsig updates`: catalogs made by other tools, with what is right for each update beside them
//! (`tests/recipes/make_updates.py`).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failing helper fails the test"
)]

mod common;

use std::path::Path;

use common::{BLOCKED, Badsig, PUBLISHABLE, UNDECIDED, USAGE, badsig};
use serde_json::Value;
use testkit::repository;
use testkit::server::{Server, answer};

fn updates(command: &str) -> Badsig {
    badsig().args(["updates", command])
}

fn check(catalog: &str) -> Badsig {
    updates("check")
        .args(["--at", "2026-11-21", "--add-root", "tests/recipes/pki/test-root.pem"])
        .args(["--content", "fixtures"])
        .arg(format!("tests/updates/{catalog}"))
}

fn expected() -> serde_json::Map<String, Value> {
    let text = std::fs::read_to_string(repository().join("tests/updates/expected.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap().as_object().unwrap().clone()
}

/// The ids of findings that are more than notes.
fn serious(findings: &Value) -> Vec<String> {
    let loud = findings.as_array().unwrap().iter().filter(|finding| finding["level"] != "note");
    let mut ids: Vec<String> = loud.map(|finding| finding["check"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn every_update_becomes_what_was_made_of_it() {
    let mut compared = 0;
    for (name, expected) in expected() {
        let exit = i32::try_from(expected["exit"].as_i64().unwrap()).unwrap();
        let report = check(&name).args(["--format", "json"]).run().code(exit).json();
        assert_eq!(report["catalog"]["verdict"], expected["catalog"], "{name}: {}", report["catalog"]);
        let Some(updates) = expected.get("updates") else { continue };
        assert_eq!(report["catalog"]["format"], expected["format"], "{name}");
        assert_eq!(report["catalog"]["packages"], expected["packages"], "{name}");
        let findings: Vec<String> = serde_json::from_value(expected["findings"].clone()).unwrap();
        assert_eq!(serious(&report["catalog"]["findings"]), findings, "{name}");
        let answers = report["updates"].as_array().unwrap();
        let updates = updates.as_array().unwrap();
        assert_eq!(answers.len(), updates.len(), "{name}");
        for (answer, wanted) in answers.iter().zip(updates) {
            compare(&name, answer, wanted);
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared}");
}

fn compare(name: &str, answer: &Value, wanted: &Value) {
    let about = format!("{name}: {wanted}\n{answer:#}");
    for field in ["id", "title", "verdict", "content"] {
        assert_eq!(answer[field], wanted[field], "{field}: {about}");
    }
    let all: Vec<&Value> = answer["findings"].as_array().unwrap().iter().map(|own| &own["check"]).collect();
    if wanted["finding"].is_string() {
        assert!(all.contains(&&wanted["finding"]), "{about}");
    } else {
        assert_eq!(serious(&answer["findings"]), [""; 0], "{about}");
    }
    let configmgr = &answer["predictions"][0];
    assert_eq!(configmgr["target"], "configmgr");
    if wanted["message"].is_string() {
        assert_eq!(configmgr["status_message"]["symbol"], wanted["message"], "{about}");
    }
    if wanted["verdict"] == "publishable" {
        assert_eq!(configmgr["outcome"], "accepted", "{about}");
    }
    if wanted["content"] == "ok" && !answer["expected"]["sha1"].is_null() {
        assert_eq!(answer["expected"]["sha1"], answer["file"]["sha1"], "{about}");
    }
}

#[test]
fn reports_follow_their_schema() {
    let schema = badsig().args(["schema", "updates"]).run().code(0).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for catalog in ["v1.cab", "v2.cab", "v3.cab", "no-catalog.cab", "right.sdp"] {
        let report = check(catalog).args(["--format", "json"]).run().json();
        assert!(validator.is_valid(&report), "{catalog}: {:?}", validator.validate(&report));
        assert_eq!(report["schema_version"], 1);
    }
}

#[test]
fn lines_and_members_lead_to_the_package() {
    let report = check("v1.xml").args(["--format", "json"]).run().json();
    let text = std::fs::read(repository().join("tests/updates/v1.xml")).unwrap();
    let units: Vec<u16> =
        text[2..].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).unwrap();
    for update in report["updates"].as_array().unwrap() {
        let line = usize::try_from(update["line"].as_u64().unwrap()).unwrap();
        let rest: String = text.lines().skip(line - 1).take(2).collect();
        assert!(rest.contains("<smc:SoftwareDistributionPackage"), "{line}: {rest}");
        assert!(rest.contains(update["id"].as_str().unwrap()), "{line}: {rest}");
        assert!(update["member"].is_null());
    }
    let report = check("v2.cab").args(["--format", "json"]).run().json();
    assert_eq!(report["updates"][0]["member"], "V2/00000000-0000-4000-8000-000000000001.sdp");
    assert_eq!(report["updates"][0]["line"], 2);
    let broken = report["updates"].as_array().unwrap().last().unwrap();
    assert_eq!(broken["line"], 3, "{broken}");
}

#[test]
fn without_content_packages_are_linted() {
    let lint =
        || updates("check").args(["--at", "2026-11-21", "--add-root", "tests/recipes/pki/test-root.pem"]);
    let report =
        lint().args(["--format", "json", "tests/updates/v2-clean.cab"]).run().code(PUBLISHABLE).json();
    assert_eq!(report["updates"][0]["content"], "not-requested");
    assert!(report["not_checked"][0].as_str().unwrap().contains("2 updates"), "{report}");
    lint().args(["--require-content", "tests/updates/v2-clean.cab"]).run().code(UNDECIDED);
    lint().arg("tests/updates/v2.cab").run().code(BLOCKED).says("package-duplicate");
    lint().args(["--content", "no-such-directory", "tests/updates/v2.cab"]).run().code(USAGE);
    lint().arg("no-such-catalog.cab").run().code(UNDECIDED).says("no-such-catalog.cab");
    lint().arg("fixtures/exe/signed.exe").run().code(BLOCKED).says("not an update catalog");
}

/// A catalog extracted by another program is the same catalog without its signature.
#[test]
fn an_extracted_catalog() {
    let directory = tempfile::tempdir().unwrap();
    let cabinet = repository().join("tests/updates/v3.cab");
    let made = std::process::Command::new("cabextract")
        .arg("-q")
        .arg("-d")
        .arg(directory.path())
        .arg(cabinet)
        .output();
    let Ok(made) = made else { return testkit::skip_tool("cabextract is not there") };
    assert!(made.status.success(), "{made:?}");
    let run = |catalog: &Path| {
        let options = ["--at", "2026-11-21", "--add-root", "tests/recipes/pki/test-root.pem"];
        let ran = updates("check").args(options).args(["--content", "fixtures", "--format", "json"]);
        ran.arg(catalog).run().code(BLOCKED).json()
    };
    let (extracted, cabinet) = (run(directory.path()), run(Path::new("tests/updates/v3.cab")));
    assert_eq!(extracted["summary"], cabinet["summary"]);
    assert_eq!(extracted["catalog"]["content_certificates"], cabinet["catalog"]["content_certificates"]);
    assert_eq!(extracted["catalog"]["categories"], serde_json::json!(["TEST Category"]));
    assert!(extracted["catalog"]["trust"].is_null());
}

#[test]
fn answers_do_not_depend_on_the_number_of_jobs() {
    let run = |jobs: &str| check("v2.cab").args(["--jobs", jobs, "--format", "json"]).run().stdout();
    assert_eq!(run("1"), run("7"));
}

#[test]
fn targets_decide() {
    let wsus = check("v2.cab").args(["--target", "wsus", "--format", "json"]).run().code(BLOCKED).json();
    let by_title = |title: &str| {
        let updates = wsus["updates"].as_array().unwrap();
        updates.iter().find(|update| update["title"] == title).unwrap()["verdict"].clone()
    };
    assert_eq!(by_title("Unsigned content"), "publishable");
    assert_eq!(by_title("Certificate missing"), "publishable");
    assert_eq!(by_title("Wrong SHA-1"), "blocked");
}

#[test]
fn text_and_json_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report.json");
    let output = format!("json={}", file.display());
    let ran = check("v2.cab").args(["--output", &output]).run().code(BLOCKED);
    ran.says("Wrong SHA-1")
        .says("hash-mismatch")
        .says("HASH_FAIL")
        .says("16 updates: 3 publishable, 12 blocked");
    let report: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(report, check("v2.cab").args(["--format", "json"]).run().json());
    let quiet = check("v2.cab").arg("-q").run().stdout();
    assert!(!quiet.contains("Right MSI\n") && !quiet.contains("PUBLISHABLE  Right"), "{quiet}");
}

/// Every format has an entry for each update, and SARIF points to its line.
#[test]
fn other_formats_have_one_entry_for_each_update() {
    let format = |name: &str| {
        check("v1.xml").args(["--target", "configmgr", "--format", name]).run().code(PUBLISHABLE)
    };
    assert_eq!(format("jsonl").stdout().lines().filter(|line| line.contains("\"line\":")).count(), 3);
    assert!(format("junit").stdout().matches("<testcase").count() >= 3);
    let sarif = check("v2.cab").args(["--format", "sarif"]).run().code(BLOCKED).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let broken = results.iter().find(|result| result["ruleId"] == "badsig/package-malformed").unwrap();
    assert_eq!(broken["locations"][0]["physicalLocation"]["region"]["startLine"], 3, "{broken:#}");
    assert!(results.iter().any(|result| result["ruleId"] == "badsig/hash-mismatch"));
}

/// Whatever the format, an update is told by its id, and its place is the line at which it stands in the document.
#[test]
fn updates_of_one_document_are_told_apart() {
    let document = std::fs::read(repository().join("tests/updates/v1.xml")).unwrap();
    let units: Vec<u16> =
        document.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let document = String::from_utf16(&units).unwrap();
    let lines: Vec<&str> = document.lines().collect();
    let format = |name: &str| check("v1.xml").args(["--format", name]).run().code(PUBLISHABLE).stdout();
    let jsonl = format("jsonl");
    let records = jsonl.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let updates: Vec<Value> = records.filter(|record| record["line"].is_u64()).collect();
    assert_eq!(updates.len(), 3);
    let csv = format("csv");
    for update in &updates {
        let path = update["path"].as_str().unwrap();
        let (place, id) = path.split_once('#').unwrap();
        assert_eq!(place, "tests/updates/v1.xml");
        let at = usize::try_from(update["line"].as_u64().unwrap()).unwrap();
        assert!(lines[at - 1].contains("<smc:SoftwareDistributionPackage"), "{at}");
        assert!(
            lines[at - 1..at + 2].iter().any(|line| line.contains(&format!("PackageID=\"{id}\""))),
            "{at}"
        );
        assert_eq!(csv.lines().filter(|row| row.starts_with(path)).count(), 1, "{csv}");
    }
    let github = check("v1.cab").args(["--format", "github"]).run().code(BLOCKED).stdout();
    let first = github.lines().next().unwrap();
    assert!(first.starts_with("::error file=tests/updates/v1.cab!/catalog.xml,line=55,"), "{first}");
    assert!(first.contains("catalog.xml#00000000-0000-4000-8000-000000000004: "), "{first}");
    let sarif = check("v1.cab").args(["--format", "sarif"]).run().code(BLOCKED).json();
    let result = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(result["artifactLocation"]["uri"], "tests/updates/v1.cab%21/catalog.xml");
    assert_eq!(result["region"]["startLine"], 55);
}

#[test]
fn an_empty_catalog_says_why_it_is_no_pass() {
    let ran = check("v2-empty.cab").run().code(UNDECIDED);
    ran.complains("there is no update in the catalog");
}

#[test]
fn list_show_and_addresses() {
    let listed = updates("list").arg("tests/updates/v2.cab").run().code(UNDECIDED);
    listed.says("Right <EXE>").says("15 updates.").complains("line 3");
    let listed = updates("list").args(["--format", "json", "tests/updates/v1.cab"]).run().code(0).json();
    assert_eq!(listed.as_array().unwrap().len(), 15);
    assert_eq!(listed[0]["expected"][0]["file_name"], "signed-stamped.msi");
    let id = "00000000-0000-4000-8000-000000000002";
    let shown = updates("show").args(["tests/updates/v1.cab", id]).run().code(0);
    shown.says("Right <EXE>").says("signed-stamped.exe").says("TEST Vendor");
    updates("show").args(["tests/updates/v1.cab", "ffff"]).run().code(USAGE).complains("ffff");
    updates("show").args(["tests/updates/v1.cab", "0000"]).run().code(USAGE).complains("several");
    let shown = updates("show").args(["--format", "json", "tests/updates/v1.cab", id]).run().code(0).json();
    assert_eq!(shown["items"][0]["installer"]["return_codes"][0]["result"], "Succeeded");
    let addresses = updates("export-urls").arg("tests/updates/v1-clean.cab").run().code(0).stdout();
    assert_eq!(
        addresses,
        "https://example.invalid/signed-stamped.msi\nhttps://example.invalid/signed-stamped.exe\n"
    );
}

#[test]
fn checks_of_catalogs_are_explained() {
    badsig().args(["explain", "catalog-unsigned"]).run().code(0).says("11508");
}

/// The family with every file downloaded from a server of the loopback: the same outcome for each update. The cabinets
/// are extracted by another program, because their addresses must lead to the server.
#[test]
fn every_update_becomes_the_same_when_it_is_downloaded() {
    let server = Server::new(|_, asked, to| {
        let name = asked.head.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
        let found = ["exe", "msi"].iter().find_map(|directory| {
            std::fs::read(repository().join("fixtures").join(directory).join(&name)).ok()
        });
        match found {
            Some(body) => answer(to, 200, "", &body),
            None => answer(to, 404, "", b""),
        }
    });
    let mut compared = 0;
    for name in ["v1.cab", "v2.cab", "v3.cab"] {
        let directory = tempfile::tempdir().unwrap();
        let catalog = directory.path().join("catalog");
        let made = std::process::Command::new("cabextract")
            .args(["-q", "-d"])
            .arg(&catalog)
            .arg(repository().join("tests/updates").join(name))
            .output();
        let Ok(made) = made else { return testkit::skip_tool("cabextract is not there") };
        assert!(made.status.success(), "{made:?}");
        redirect(&catalog, &server.url(""));
        let ran = updates("check")
            .args(["--at", "2026-11-21", "--add-root", "tests/recipes/pki/test-root.pem", "--format", "json"])
            .args(["--allow-private-addresses", "--connections-per-host", "8", "--download"])
            .arg(directory.path().join("content"))
            .env("NO_PROXY", "127.0.0.1")
            .env("XDG_CACHE_HOME", directory.path().to_str().unwrap())
            .arg(&catalog);
        let report = ran.run().code(BLOCKED).json();
        let expected = expected();
        let wanted = expected[name]["updates"].as_array().unwrap();
        let answers = report["updates"].as_array().unwrap();
        assert_eq!(answers.len(), wanted.len(), "{name}");
        // A directory lists them in another order than the cabinet.
        for wanted in wanted {
            let same = |own: &&Value| own["id"] == wanted["id"] && own["title"] == wanted["title"];
            compare(name, answers.iter().find(same).unwrap(), wanted);
            compared += 1;
        }
        // Only what is right was kept, under names of digests.
        for entry in std::fs::read_dir(directory.path().join("content")).unwrap().map(|entry| entry.unwrap())
        {
            assert_eq!(entry.file_name().len(), 64, "{entry:?}");
            assert_eq!(std::fs::read_dir(entry.path()).unwrap().count(), 1, "{entry:?}");
        }
    }
    assert!(compared > 40, "{compared}");
}

/// Puts the address of the server in the place of the one that leads nowhere.
fn redirect(directory: &Path, url: &str) {
    for entry in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            redirect(&entry, url);
        } else if entry.extension().is_some_and(|own| own == "sdp" || own == "xml") {
            let text = String::from_utf8(std::fs::read(&entry).unwrap()).unwrap();
            assert!(text.contains("https://example.invalid/") || !text.contains("OriginFile"), "{text}");
            std::fs::write(&entry, text.replace("https://example.invalid/", url)).unwrap();
        }
    }
}
