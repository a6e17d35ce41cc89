//! `--wintrust-state`: what the registry value State changes about a verdict (Microsoft, WintrustSetRegPolicyFlags;
//! the story of a computer whose State was 0xC9 and which refused a signed patch with 0x800B010E).

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use common::{BLOCKED, Badsig, PUBLISHABLE, USAGE, badsig, check};

const SIGNED: &str = "fixtures/msp/signed-stamped.msp";
/// What says that the certificates of the fixtures were not revoked.
const LISTS: [&str; 4] =
    ["--crl", "tests/recipes/pki/test-code-signing-ca.crl", "--crl", "tests/recipes/pki/test-root.crl"];

fn under(state: &str) -> Badsig {
    check().args(["--wintrust-state", state])
}

fn code_of(ran: Badsig) -> String {
    let report = ran.args(["--format", "json"]).run().json();
    report["files"][0]["trust"]["hresult"].as_str().unwrap().to_owned()
}

#[test]
fn a_revocation_server_that_cannot_be_reached() {
    under("0xC9").arg(SIGNED).run().code(BLOCKED).says("0x800B010E CERT_E_REVOCATION_FAILURE");
    // 0x800: an offline server is accepted for commercial publishers, which nearly all are.
    for state in ["0x8C9", "0x23C00", "0x23E00", "0x22849", "dword:000008c9"] {
        under(state).arg(SIGNED).run().code(PUBLISHABLE);
    }
    check().arg(SIGNED).run().code(PUBLISHABLE);
}

#[test]
fn the_default_is_what_is_judged_without_it() {
    let without = check().args(["--format", "json", "fixtures"]).run().json();
    let mut with = under("0x23C00").args(["--format", "json", "fixtures"]).run().json();
    assert_eq!(with["evidence"]["wintrust_state"], "0x23C00");
    with["evidence"].as_object_mut().unwrap().remove("wintrust_state");
    assert_eq!(with, without);
}

#[test]
fn the_other_bits() {
    let expired = "fixtures/exe/expired.exe";
    assert_eq!(code_of(under("0x23C00").arg(expired)), "0x800B0101");
    under("0x23D00").arg(expired).run().code(PUBLISHABLE).says("waived by the WinTrust State:");
    let revoked = "fixtures/exe/revoked.exe";
    assert_eq!(code_of(under("0x23C00").args(LISTS).arg(revoked)), "0x800B010C");
    assert_eq!(code_of(under("0x23E00").args(LISTS).arg(revoked)), "0x00000000");
    // Nothing waives a file that was changed.
    assert_eq!(code_of(under("0xFFFFFFFF").arg("fixtures/exe/tampered.exe")), "0x80096010");
}

#[test]
fn only_trusted_publishers() {
    let only = || under("0x63C00").arg("fixtures/exe/signed.exe");
    only().run().code(BLOCKED).says("0x800B0004 TRUST_E_SUBJECT_NOT_TRUSTED");
    only().args(["--trusted-publishers", "tests/recipes/pki/test-publisher.pem"]).run().code(PUBLISHABLE);
}

#[test]
fn the_state_is_evidence_and_judged_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("report.json");
    std::fs::write(&path, check().args(["--format", "json", SIGNED]).run().stdout()).unwrap();
    let judge = |state: &str| {
        let root = ["--add-root", "tests/recipes/pki/test-root.pem"];
        let judge = badsig().arg("judge").arg(&path).args(["--at", "2026-11-21"]).args(root);
        judge.args(["--wintrust-state", state]).run()
    };
    judge("0x8C9").code(PUBLISHABLE).says("0x8C9");
    judge("0xC9").code(BLOCKED).says("0x800B010E");
}

#[test]
fn what_is_no_state_is_a_usage_error() {
    under("23c00").arg(SIGNED).run().code(USAGE).complains("such as 0x23C00");
}

/// The listing of SetReg for 0xC9, line by line, as a real computer showed it.
#[test]
fn a_state_is_explained_as_setreg_lists_it() {
    let values = ["true", "true", "true", "false", "false", "false", "false", "false", "true", "false"];
    let text = badsig().args(["explain", "state:0xc9"]).run().code(0).says("Bits 0x49 have no definition");
    let text = text.stdout();
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.contains("As setreg shows it")).collect();
    for (index, value) in values.iter().enumerate() {
        let words: Vec<&str> = lines.get(index + 1).unwrap().split_whitespace().collect();
        assert_eq!(words.get(..2).unwrap(), [*value, &(index + 1).to_string()]);
    }
}
