//! `badsig check`: exit codes, inputs, options.

mod common;

use common::{BLOCKED, PUBLISHABLE, SIGNED, UNDECIDED, UNKNOWN, UNSIGNED, USAGE, badsig, check};
use testkit::repository;

#[test]
fn exit_codes_follow_the_worst_file() {
    check().arg(SIGNED).run().code(PUBLISHABLE);
    check().args([SIGNED, UNSIGNED]).run().code(BLOCKED);
    check().args([SIGNED, UNKNOWN]).run().code(UNDECIDED);
    check().args([UNKNOWN, UNSIGNED, SIGNED]).run().code(BLOCKED);
}

#[test]
fn no_file_at_all_is_no_pass() {
    check().run().code(UNDECIDED).complains("no files were named").says("0 files");
    check().args(["--files-from", "-"]).run().code(UNDECIDED).complains("no files were named");
}

#[test]
fn every_fixture_is_judged_as_its_manifest_says() {
    let manifest = std::fs::read_to_string(repository().join("fixtures/MANIFEST.toml")).unwrap();
    let crl = ["--crl", "tests/recipes/pki/test-code-signing-ca.crl"];
    let ran = check().args(crl).args(["--format", "json", "fixtures"]).run().code(BLOCKED);
    let report = ran.json();
    let file = |path: &str| {
        let files = report["files"].as_array().unwrap();
        files.iter().find(|file| file["path"] == format!("fixtures/{path}")).unwrap()
    };
    let verdict_of = |path: &str| file(path)["verdict"].as_str().unwrap().to_owned();
    let (mut compared, mut revoked) = (0, 0);
    for entry in manifest.split("[[file]]").skip(1) {
        let value = |key: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")));
            line.map(|rest| rest.split('"').next().unwrap().to_owned())
        };
        let path = value("path").unwrap();
        if let Some(expected) = value("hresult_with_crl") {
            assert_eq!(file(&path)["trust"]["hresult"], expected, "{path}");
            revoked += 1;
            continue;
        }
        if let Some(expected) = value("verdict") {
            assert_eq!(verdict_of(&path), expected, "{path}");
            compared += 1;
        }
        if let Some(never) = value("never") {
            assert_ne!(verdict_of(&path), never, "{path}");
        }
    }
    assert!(compared > 100, "{compared}");
    assert!(revoked > 2, "{revoked}");
}

#[test]
fn answers_come_in_the_order_of_the_inputs_whatever_the_number_of_jobs() {
    let run =
        |jobs: &str| check().args(["--jobs", jobs, "fixtures/msi", "fixtures/exe", SIGNED]).run().stdout();
    assert_eq!(run("1"), run("7"));
    let report = check().args(["--format", "json", "fixtures/msi", "fixtures/exe"]).run().json();
    let paths: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    let mut sorted = paths.clone();
    sorted.sort_by_key(|path| (path.starts_with("fixtures/exe"), *path));
    assert_eq!(paths, sorted);
}

#[test]
fn patterns_are_expanded_by_badsig() {
    let ran = check().args(["--format", "json", "fixtures/*/signed.*"]).run();
    let count = ran.json()["files"].as_array().unwrap().len();
    assert!(count >= 3, "{count}");
    let ran = check().args([SIGNED, "fixtures/**/*.nothing"]).run().code(UNDECIDED);
    ran.says("no file matches this pattern").says("PUBLISHABLE");
}

#[test]
fn lists_of_files() {
    let list = format!("{SIGNED}\r\n\n{UNSIGNED}\n");
    let ran = check().args(["--files-from", "-"]).run_with_input(list.into_bytes()).code(BLOCKED);
    ran.says("2 files: 1 publishable, 1 blocked, 0 undecided.");
    let list = format!("{SIGNED}\0{UNSIGNED}\0");
    let ran = check().args(["--files-from", "-", "-0"]).run_with_input(list.into_bytes()).code(BLOCKED);
    ran.says("2 files");
    check().args(["--files-from", "missing.txt"]).run().code(USAGE).complains("missing.txt");
}

#[test]
fn the_date_decides_for_what_is_not_stamped() {
    let with_root = || badsig().args(["check", "--add-root", "tests/recipes/pki/test-root.pem"]);
    with_root().args(["--at", "2038-12-31", "fixtures/exe/signed.exe"]).run().code(PUBLISHABLE);
    with_root().args(["--at", "2039-01-02", "fixtures/exe/signed.exe"]).run().code(BLOCKED);
    with_root().args(["--at", "2039-01-02T00:00:00+01:00", SIGNED]).run().code(PUBLISHABLE);
    with_root().args(["--at", "tomorrow", SIGNED]).run().code(USAGE).complains("RFC 3339");
}

#[test]
fn targets_decide() {
    check().args(["--target", "wsus", UNSIGNED]).run().code(PUBLISHABLE);
    check().args(["--target", "wsus", "--target", "windows", UNSIGNED]).run().code(BLOCKED);
    check().args(["--target", "nowhere", UNSIGNED]).run().code(USAGE).complains("patch-management");
}

#[test]
fn roots_come_from_where_they_were_named() {
    let at = ["check", "--at", "2026-11-21"];
    badsig().args(at).arg(SIGNED).run().code(BLOCKED);
    let directory = tempfile::tempdir().unwrap();
    let roots = directory.path();
    badsig()
        .args(at)
        .arg("--roots")
        .arg(roots)
        .arg(SIGNED)
        .run()
        .code(USAGE)
        .complains("no certificate files");
    std::fs::copy(repository().join("tests/recipes/pki/test-root.der"), roots.join("root.CER")).unwrap();
    let ran = badsig().args(at).arg("--roots").arg(roots).args(["--format", "json", SIGNED]).run();
    assert_eq!(ran.code(PUBLISHABLE).json()["evidence"]["roots"]["source"], roots.to_str().unwrap());
    std::fs::write(roots.join("authroot.stl"), "").unwrap();
    badsig().args(at).arg("--roots").arg(roots).arg(SIGNED).run().code(USAGE).complains("authroot.stl: ");
    badsig().args(at).args(["--roots", "nowhere", SIGNED]).run().code(USAGE).complains("nowhere");
    badsig().args(at).args(["--add-root", UNSIGNED, SIGNED]).run().code(USAGE).complains("unsigned.exe");
}

#[test]
fn intermediates_complete_chains() {
    let incomplete = "fixtures/exe/incomplete-chain.exe";
    check().arg(incomplete).run().code(BLOCKED).says("CERT_E_CHAINING");
    let authority = "tests/recipes/pki/test-missing-ca.der";
    check().args(["--intermediates", authority, incomplete]).run().code(PUBLISHABLE);
}

#[test]
fn revocation_counts_as_asked_for() {
    const REVOKED: &str = "fixtures/exe/revoked.exe";
    let run = |options: &[&str], code: i32| {
        check().args(["--format", "json", REVOKED]).args(options).run().code(code).json()
    };
    let (ca, root) = ("tests/recipes/pki/test-code-signing-ca.crl", "tests/recipes/pki/test-root.crl");
    let report = run(&[], PUBLISHABLE);
    assert_eq!(report["evidence"]["revocation"], "offline");
    assert_eq!(report["files"][0]["signatures"][0]["revocation"], "unknown");
    assert!(report["not_checked"][0].as_str().unwrap().contains("--crl, --ocsp"), "{report}");
    let report = run(&["--crl", ca, "--crl", root], BLOCKED);
    assert_eq!(report["files"][0]["trust"]["hresult"], "0x800B010C");
    assert_eq!(report["files"][0]["signatures"][0]["revocation"], "revoked");
    let report = run(&["--crl", ca, "--revocation", "off"], PUBLISHABLE);
    assert_eq!(report["evidence"]["revocation"], "off");
    assert_eq!(report["files"][0]["signatures"][0]["revocation"], "off");
    assert_eq!(report["not_checked"][0], "revocation: switched off");
    let good =
        check().args(["--format", "json", "--crl", ca, "--crl", root, "fixtures/exe/signed.exe"]).run();
    let report = good.code(PUBLISHABLE).json();
    assert_eq!(report["files"][0]["signatures"][0]["revocation"], "good");
    assert!(!report["not_checked"].to_string().contains("revocation"), "{report}");
    for option in ["--crl", "--ocsp", "--distrust"] {
        check().args([option, "no-such-file", SIGNED]).run().code(USAGE).complains("no-such-file");
    }
}

#[test]
fn distrusted_certificates_are_refused() {
    let refused = |list: &std::path::Path| {
        let ran = check().args(["--format", "json", SIGNED]).arg("--distrust").arg(list).run();
        assert_eq!(ran.code(BLOCKED).json()["files"][0]["trust"]["hresult"], "0x800B0111");
    };
    let certificate = repository().join("tests/recipes/pki/test-publisher.der");
    refused(&certificate);
    let directory = tempfile::tempdir().unwrap();
    std::fs::copy(&certificate, directory.path().join("publisher.cer")).unwrap();
    refused(directory.path());
    let shown = badsig().args(["cert", "show", "--format", "json"]).arg(&certificate).run().code(0).json();
    let list = directory.path().join("thumbprints.txt");
    let thumbprint = shown["certificates"][0]["thumbprint_sha1"].as_str().unwrap();
    std::fs::write(&list, format!("# distrusted\n{thumbprint}\n")).unwrap();
    refused(&list);
    std::fs::write(&list, "hello\n").unwrap();
    check().arg("--distrust").arg(&list).arg(SIGNED).run().code(USAGE).complains("line 1");
}

/// As a directory of `certutil -syncWithWU` names it: by itself, and beside another certificate.
#[test]
fn a_store_of_distrusted_certificates_in_a_directory_counts() {
    let directory = tempfile::tempdir().unwrap();
    let distrusted = || check().arg("--distrust").arg(directory.path()).arg(SIGNED).run();
    let sst = directory.path().join("disallowedcert.sst");
    std::fs::copy(repository().join("tests/trust/authorities.sst"), &sst).unwrap();
    distrusted().code(BLOCKED).says("0x800B0111");
    let other = repository().join("tests/recipes/pki/test-other-publisher.der");
    std::fs::copy(other, directory.path().join("other.cer")).unwrap();
    distrusted().code(BLOCKED).says("0x800B0111");
    std::fs::remove_file(&sst).unwrap();
    distrusted().code(PUBLISHABLE);
    std::fs::create_dir(&sst).unwrap();
    distrusted().code(USAGE).complains("disallowedcert.sst is no file that can be read");
}

#[test]
fn formats_that_do_not_exist_are_not_accepted() {
    check().args(["--format=yaml", SIGNED]).run().code(USAGE);
}

#[test]
fn options_have_variables() {
    let ran =
        badsig().arg("check").arg(UNSIGNED).env("BADSIG_FORMAT", "json").env("BADSIG_TARGET", "windows,wsus");
    let report = ran.env("BADSIG_AT", "2026-11-21").env("BADSIG_SHA1", "1").run().code(BLOCKED).json();
    assert_eq!(report["targets"], serde_json::json!(["windows", "wsus"]));
    assert_eq!(report["evidence"]["at"], "2026-11-21T00:00:00Z");
    assert!(report["files"][0]["sha1"].is_string());
    let report = check().arg(UNSIGNED).env("BADSIG_FORMAT", "json").env("BADSIG_SHA1", "no").run().json();
    assert!(report["files"][0]["sha1"].is_null());
}

#[test]
fn help_names_the_exit_codes() {
    badsig().arg("--help").run().code(0).says("Exit codes").says("badsig check incoming/");
    badsig().arg("--version").run().code(0).says(env!("CARGO_PKG_VERSION"));
    badsig().run().code(USAGE);
}
