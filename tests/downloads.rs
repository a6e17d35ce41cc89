//! `badsig check --winget` and `badsig vendors verify` with a real server on the loopback.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

mod common;

use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{BLOCKED, Badsig, UNDECIDED, USAGE, badsig, files};
use sha2::{Digest as _, Sha256};
use testkit::repository;
use testkit::server::{Server, TAG, answer, serve_slowly};

fn installer() -> Vec<u8> {
    std::fs::read(repository().join("fixtures/msi/listed-7-zip.msi")).unwrap()
}

/// Serves the installer, and nothing to who has it.
fn serving() -> Server {
    let body = installer();
    Server::new(move |_, asked, to| match asked.head.contains("if-none-match: \"one\"") {
        true => answer(to, 304, TAG, b""),
        false if asked.head.starts_with("get /absent") => answer(to, 404, "", b""),
        false => answer(to, 200, TAG, &body),
    })
}

fn manifest(directory: &Path, url: &str, sha256: &str) -> PathBuf {
    let path = directory.join("7zip.7zip.installer.yaml");
    let text = format!(
        "# made for a test\nPackageIdentifier: 7zip.7zip\nPackageVersion: 26.02\nInstallerType: wix\nInstallers:\n- Architecture: \
         x64\n  InstallerUrl: {url}\n  InstallerSha256: {}\nManifestType: installer\nManifestVersion: 1.10.0\n",
        sha256.to_uppercase()
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The command with what a server on the loopback needs.
fn online(command: &[&str], directory: &Path) -> Badsig {
    let own =
        badsig().env("NO_PROXY", "127.0.0.1").args(command).args(["--at", "2026-11-21", "--no-progress"]);
    own.arg("--download-from-private").arg("--download-dir").arg(directory.join("downloads"))
}

#[test]
fn the_installers_of_a_manifest_are_judged() {
    let (server, directory) = (serving(), tempfile::tempdir().unwrap());
    let yaml = manifest(directory.path(), &server.url("a/7z2602-x64.msi"), &digest(&installer()));
    let report =
        badsig_with(&["check", "--format", "json"], &yaml, directory.path()).run().code(BLOCKED).json();
    let file = &report["files"][0];
    assert!(file["path"].as_str().unwrap().ends_with("7z2602-x64.msi"));
    assert_eq!(file["vendor"]["relation"], "known-unsigned");
    let findings = file["findings"].as_array().unwrap();
    let known = findings.iter().find(|own| own["check"] == "known-unsigned-vendor").unwrap();
    let message = known["message"].as_str().unwrap();
    assert!(message.contains("not the one recorded for \"7z2602-x64.msi\""), "{message}");

    // What is there is asked about, and not sent again.
    badsig_with(&["check"], &yaml, directory.path()).run().code(BLOCKED);
    assert!(server.asked()[1].head.contains("if-none-match: \"one\""), "{}", server.asked()[1].head);
}

fn badsig_with(command: &[&str], yaml: &Path, directory: &Path) -> Badsig {
    online(command, directory).arg("--winget").arg(yaml)
}

#[test]
fn another_file_than_the_manifest_describes_is_undecided() {
    let (server, directory) = (serving(), tempfile::tempdir().unwrap());
    let yaml = manifest(directory.path(), &server.url("7z2602-x64.msi"), &"0".repeat(64));
    let wrong = badsig_with(&["check"], &yaml, directory.path()).run().code(UNDECIDED);
    let text = wrong.stdout().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("its SHA-256 is f3fd90b9"), "{text}");
    let yaml = manifest(directory.path(), &server.url("absent.msi"), &"0".repeat(64));
    let absent = badsig_with(&["check"], &yaml, directory.path()).run().code(UNDECIDED);
    assert!(absent.stdout().contains("status 404"), "{}", absent.stdout());
    std::fs::write(directory.path().join("x.yaml"), "a: [").unwrap();
    let refused = badsig_with(&["check"], &directory.path().join("x.yaml"), directory.path()).run();
    refused.code(USAGE).complains("no winget manifest");
}

fn own_catalog(directory: &Path) -> PathBuf {
    let own = directory.join("catalog");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::copy(repository().join("catalog/7-zip.toml"), own.join("7-zip.toml")).unwrap();
    own
}

#[test]
fn verify_proposes_what_was_seen() {
    let (server, directory) = (serving(), tempfile::tempdir().unwrap());
    manifest(directory.path(), &server.url("7z2602-x64.msi"), &digest(&installer()));
    let catalog = own_catalog(directory.path());
    let before = std::fs::read_to_string(catalog.join("7-zip.toml")).unwrap();
    let verify = |extra: &[&str]| {
        let own = online(&["vendors", "verify", "7-zip"], directory.path()).args(extra);
        own.arg("--winget").arg(directory.path()).arg("--vendors").arg(&catalog).run()
    };
    verify(&["--dry-run"]).code(0).says("1 installer would be downloaded");
    assert_eq!(server.asked().len(), 0);
    let shown = verify(&[]).code(0);
    for line in [
        "--- a/7-zip.toml",
        "+++ b/7-zip.toml",
        "+state = \"unsigned\"",
        "+known = \"checked\"",
        "+version = \"26.02\"",
    ] {
        assert!(shown.stdout().contains(line), "{line} is not in {}", shown.stdout());
    }
    assert_eq!(std::fs::read_to_string(catalog.join("7-zip.toml")).unwrap(), before);
    verify(&["--write"]).code(0);
    let written = std::fs::read_to_string(catalog.join("7-zip.toml")).unwrap();
    assert_ne!(written, before);
    badsig().args(["vendors", "lint", "--at", "2026-11-21"]).arg(&catalog).run().code(0);
    // Nothing new, nothing to propose.
    let again = verify(&["--write"]).code(0);
    assert!(!again.stdout().contains("+++"), "{}", again.stdout());
    assert_eq!(std::fs::read_to_string(catalog.join("7-zip.toml")).unwrap(), written);
}

#[test]
fn without_installers_nothing_is_said_to_be_true() {
    let directory = tempfile::tempdir().unwrap();
    online(&["vendors", "verify", "pkzip"], directory.path())
        .run()
        .code(UNDECIDED)
        .says("no installer is known");
}

/// Whenever it is killed, the catalog is the old one or the new one, and the next run ends the work.
#[test]
fn verify_killed_at_any_moment() {
    let body = installer();
    let pace = (256, Duration::from_millis(8));
    let server = Server::new(move |_, asked, to| serve_slowly(to, asked, &body, pace, |_| {}));
    let directory = tempfile::tempdir().unwrap();
    manifest(directory.path(), &server.url("7z2602-x64.msi"), &digest(&installer()));
    let catalog = own_catalog(directory.path());
    let before = std::fs::read_to_string(catalog.join("7-zip.toml")).unwrap();
    let command = || {
        let own = online(&["vendors", "verify", "7-zip", "--write"], directory.path());
        own.arg("--winget").arg(directory.path()).arg("--vendors").arg(&catalog)
    };
    let mut kills = 0;
    for round in 0..60u64 {
        let mut child = command().into_command().stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(60 + (round * 53) % 190));
        let ended = child.try_wait().unwrap().is_some();
        if !ended {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        let now = std::fs::read_to_string(catalog.join("7-zip.toml")).unwrap();
        assert!(now == before || now.contains("known = \"checked\""), "{now}");
        if ended {
            break;
        }
    }
    command().run().code(0);
    assert!(std::fs::read_to_string(catalog.join("7-zip.toml")).unwrap().contains("known = \"checked\""));
    assert!(kills > 0);
    let left = files(&directory.path().join("downloads"));
    assert!(left.iter().all(|name| !name.ends_with(".part")), "{left:?}");
}
