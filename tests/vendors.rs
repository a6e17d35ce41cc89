//! `badsig vendors`, and what `badsig check` says by the vendor catalog.
//!
//! The fixtures have the public names and codes of listed products; what is expected of them stands in the recipe.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod common;

use common::{BLOCKED, PUBLISHABLE, UNDECIDED, USAGE, badsig, check, vendors};
use serde_json::Value;
use testkit::repository;

const AT: [&str; 2] = ["--at", "2026-11-21"];

fn judged(name: &str, code: i32) -> Value {
    let report =
        check().args(["--format", "json"]).arg(format!("fixtures/msi/{name}.msi")).run().code(code).json();
    report["files"][0].clone()
}

fn checks(file: &Value) -> Vec<&str> {
    file["findings"].as_array().unwrap().iter().map(|finding| finding["check"].as_str().unwrap()).collect()
}

#[test]
fn an_unsigned_file_of_a_listed_vendor_is_explained_and_blocked() {
    let file = judged("listed-7-zip", BLOCKED);
    let vendor = &file["vendor"];
    assert_eq!((&vendor["id"], &vendor["relation"]), (&"7-zip".into(), &"known-unsigned".into()));
    assert_eq!(vendor["strength"], "codes");
    assert_eq!(vendor["evidence"]["date"], "2026-06-02");
    assert!(vendor["evidence"]["sources"][0].as_str().unwrap().starts_with("https://github.com/ip7z/7zip/"));
    assert!(!vendor["instead"].as_str().unwrap().is_empty());
    assert_eq!(file["verdict"], "blocked");
    assert!(checks(&file).contains(&"known-unsigned-vendor"));
    check()
        .arg("fixtures/msi/listed-7-zip.msi")
        .run()
        .code(BLOCKED)
        .says("7-Zip is known to ship unsigned installers (last seen unsigned 2026-06-02)")
        .says("https://github.com/ip7z/7zip/issues/222")
        .says("badsig vendors show 7-zip");
}

/// The evidence is of 2026: two years later it is stale.
#[test]
fn old_evidence_is_stale() {
    let stale = badsig().env("COLUMNS", "200").args(["check", "--at", "2028-06-03"]);
    let text = stale.arg("fixtures/msi/listed-7-zip.msi").run().stdout();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("(last seen unsigned 2026-06-02, entry is stale)"), "{text}");
}

#[test]
fn the_same_file_signed_is_publishable_and_news() {
    let file = judged("listed-7-zip-signed", PUBLISHABLE);
    assert_eq!(file["vendor"]["relation"], "now-signs");
    assert!(checks(&file).contains(&"vendor-now-signs"));
}

#[test]
fn a_tampered_file_of_a_listed_vendor_is_tampered() {
    let file = judged("listed-7-zip-tampered", BLOCKED);
    assert_eq!(file["trust"]["symbol"], "TRUST_E_BAD_DIGEST");
    assert_eq!(file["vendor"], Value::Null);
    let checks = checks(&file);
    assert!(checks.contains(&"bad-digest") && !checks.iter().any(|id| id.contains("vendor")), "{checks:?}");
}

#[test]
fn a_name_is_told_apart_from_codes() {
    let file = judged("listed-7-zip-other-code", BLOCKED);
    assert_eq!(file["vendor"], Value::Null);
    assert!(checks(&file).contains(&"vendor-claimed"));
    let matched = badsig().args(["vendors", "match", "--format", "json"]).args(AT);
    let matched =
        matched.args(["fixtures/msi/listed-7-zip.msi", "fixtures/msi/listed-7-zip-other-code.msi"]).run();
    let found = matched.code(0).json();
    assert_eq!(
        (&found[0]["matches"][0]["id"], &found[0]["matches"][0]["holds"]),
        (&"7-zip".into(), &true.into())
    );
    assert_eq!(found[1]["matches"][0]["holds"], false);
    assert_eq!(found[1]["matches"][0]["contradictions"][0]["field"], "upgrade_code");
}

#[test]
fn an_unsigned_file_of_a_vendor_that_signs_is_alarming() {
    let file = judged("listed-notepad-plus-plus", BLOCKED);
    assert_eq!(file["vendor"]["relation"], "unexpectedly-unsigned");
    let finding =
        file["findings"].as_array().unwrap().iter().find(|own| own["check"] == "unexpectedly-unsigned");
    assert_eq!(finding.unwrap()["level"], "warn");
}

#[test]
fn entries_of_ones_own_replace_and_add() {
    let directory = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(repository().join("catalog/7-zip.toml")).unwrap();
    let own = text.replace("state = \"unsigned\"", "state = \"signed\"");
    std::fs::write(directory.path().join("7-zip.toml"), own).unwrap();
    let report = check().args(["--format", "json", "fixtures/msi/listed-7-zip.msi", "--vendors"]);
    let report = report.arg(directory.path()).run().code(BLOCKED).json();
    assert_eq!(report["files"][0]["vendor"]["relation"], "unexpectedly-unsigned");
    assert_eq!(report["evidence"]["vendors"]["entries"], vendors());
    let embedded = check().args(["--format", "json", "fixtures/msi/listed-7-zip.msi"]).run().json();
    assert_ne!(report["evidence"]["vendors"]["sha256"], embedded["evidence"]["vendors"]["sha256"]);
    assert_eq!(embedded["evidence"]["vendors"]["date"], "2026-11-21");

    std::fs::write(directory.path().join("other.toml"), "id = \"x\"").unwrap();
    check().arg("--vendors").arg(directory.path()).run().code(USAGE).complains("other.toml");
}

#[test]
fn the_catalog_has_nothing_to_mend() {
    badsig()
        .args(["vendors", "lint", "catalog"])
        .args(AT)
        .run()
        .code(0)
        .says(&format!("{} entries: 0 to mend", vendors()));
    let directory = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(repository().join("catalog/7-zip.toml")).unwrap();
    std::fs::write(directory.path().join("7-zip.toml"), &text).unwrap();
    std::fs::write(
        directory.path().join("eight-zip.toml"),
        text.replace("id = \"7-zip\"", "id = \"eight-zip\""),
    )
    .unwrap();
    let lint = badsig().args(["vendors", "lint"]).args(AT).arg(directory.path()).run();
    lint.code(BLOCKED).says("overlaps with 7-zip");
}

/// The published schema describes every entry.
#[test]
fn entries_fit_their_schema() {
    let schema = badsig().args(["vendors", "schema"]).run().code(0).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for path in std::fs::read_dir(repository().join("catalog")).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|own| own == "toml") {
            let value: Value = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        }
    }
}

#[test]
fn show_and_list() {
    badsig().args(["vendors", "show", "notepad-plus-plus"]).args(AT).run().code(0).says("signed since 8.8.7");
    badsig().args(["vendors", "show", "7zip"]).args(AT).run().code(USAGE).complains("did you mean 7-zip?");
    let list = badsig().args(["vendors", "list", "--format", "json"]).args(AT).run().code(0).json();
    let status =
        |id: &str| list.as_array().unwrap().iter().find(|own| own["id"] == id).unwrap()["status"].clone();
    assert_eq!(list.as_array().unwrap().len(), vendors());
    assert_eq!((status("7-zip"), status("apache-tomcat")), ("unsigned".into(), "signed-since".into()));
    assert_eq!((status("winmerge"), status("betterbird")), ("signed-since".into(), "mixed".into()));
}

#[test]
fn a_draft_never_overwrites() {
    let directory = tempfile::tempdir().unwrap();
    let add = |file: &str| {
        let add = badsig().args(["vendors", "add", "--source", "https://vendor.example/x.msi", "--into"]);
        add.arg(directory.path()).args(AT).arg(file).run()
    };
    add("fixtures/msi/unsigned.msi").code(0);
    let path = directory.path().join("test-product.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    for expected in
        ["product = \"TEST Product\"", "state = \"unsigned\"", "version = \"1.2.3\"", "known = \"checked\""]
    {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    badsig().args(["vendors", "lint"]).args(AT).arg(directory.path()).run().code(0);
    add("fixtures/msi/unsigned.msi").code(USAGE).complains("is not overwritten");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    add("fixtures/cab/truncated.cab").code(UNDECIDED).complains("nothing is drafted");
    let seen = badsig().args(["vendors", "add", "--add-root", "tests/recipes/pki/test-root.pem"]).args(AT);
    seen.arg("fixtures/msi/listed-7-zip-signed.msi").run().code(0).says("signer = \"TEST Publisher\"");
}

#[test]
fn exports_have_every_product() {
    let export = |format: &str| {
        badsig().args(["vendors", "export", "--format", format]).args(AT).run().code(0).stdout()
    };
    let json: Value = serde_json::from_str(&export("json")).unwrap();
    assert_eq!(json["entries"].as_array().unwrap().len(), vendors());
    let csv = export("csv");
    assert_eq!(csv.lines().count(), vendors() + 1);
    assert!(csv.starts_with("id,product,vendor,status,"));
    assert_eq!(export("markdown").lines().count(), vendors() + 2);
    let html = export("html");
    assert_eq!(html.matches("<tr id=").count(), vendors());
    assert!(!html.contains("src=") && html.contains("Content-Security-Policy"));
}

/// Entries are drafts from files of strangers, and of others in a team: nothing in them reaches a terminal, a spreadsheet or
/// a page as more than text.
#[test]
fn hostile_names_stay_text() {
    let directory = tempfile::tempdir().unwrap();
    let hostile = directory.path().join("A\u{9b}2J\u{202e}B ##vso[x].exe");
    std::fs::copy(repository().join(common::UNSIGNED), &hostile).unwrap();
    let add = || badsig().args(["vendors", "add", "--id", "x"]).args(AT).arg(&hostile);
    let text = add().run().code(PUBLISHABLE).stdout();
    assert!(!text.contains(['\u{9b}', '\u{202e}']) && !text.contains("##"), "{text}");
    assert!(text.contains("A\\u009B2J\\u202EB #\\u0023vso[x]"), "{text}");
    add().arg("--into").arg(directory.path()).run().code(PUBLISHABLE);
    let entry = directory.path().join("x.toml");
    let draft = std::fs::read_to_string(&entry).unwrap();
    let product = "product = \"https://x.example/ [Update](https://evil.example) @team \\u009B ##vso[x]\"";
    let lines = draft.lines().map(|line| if line.starts_with("product = ") { product } else { line });
    std::fs::write(&entry, lines.collect::<Vec<_>>().join("\n")).unwrap();
    for format in ["json", "csv", "markdown", "html"] {
        let export =
            badsig().args(["vendors", "export", "--format", format, "--vendors"]).arg(directory.path());
        let text = export.args(AT).run().code(PUBLISHABLE).stdout();
        assert!(text.contains("evil.example"), "{format}");
        for raw in ["\u{9b}", "\u{202e}", "##vso", "](https://evil"] {
            let plain = raw.starts_with(']') && format != "markdown";
            assert!(plain || !text.contains(raw), "{format}: {raw:?}");
        }
        assert!(format != "markdown" || !text.contains("@team"), "{format}");
    }
}

#[test]
fn addresses_are_called_addresses() {
    for command in [&["vendors", "match"][..], &["vendors", "add"], &["explain", "--vendor-letter"]] {
        let ran = badsig().args(command).arg("https://x.example/setup.exe").run().code(USAGE);
        ran.complains("this command downloads nothing");
    }
}
