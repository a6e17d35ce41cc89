//! `badsig explain`: any spelling, several at once.

mod common;

use common::{USAGE, badsig};

#[test]
fn one_code_in_all_spellings() {
    let text = |query: &str| badsig().args(["explain", query]).run().code(0).stdout();
    let expected = text("0x800B0100");
    assert!(expected.starts_with("0x800B0100  TRUST_E_NOSIGNATURE  not signed\n"), "{expected}");
    for query in ["800b0100", "-2146762496", "2148204800", "TRUST_E_NOSIGNATURE", "trust_e_nosignature"] {
        assert_eq!(text(query), expected, "{query}");
    }
}

#[test]
fn options_may_follow_a_negative_number() {
    let ran = badsig().args(["explain", "-2146762496", "--format", "json", "-2146762487"]).run().code(0);
    let answers = ran.json()["answers"].clone();
    assert_eq!(answers[0]["codes"][0]["symbol"], "TRUST_E_NOSIGNATURE");
    assert_eq!(answers[1]["codes"][0]["symbol"], "CERT_E_UNTRUSTEDROOT");
}

#[test]
fn checks_come_first() {
    let ran = badsig().args(["explain", "unsigned", "Bad_Digest"]).run().code(0);
    ran.says("unsigned  not signed")
        .says("bad-digest  changed after signing")
        .says("What to do")
        .says("blocks");
    let answers = badsig().args(["explain", "unsigned", "--format", "json"]).run().code(0).json();
    assert_eq!(answers["answers"][0]["check"]["id"], "unsigned");
    assert_eq!(answers["answers"][0]["check"]["levels"][0]["level"], "block");
}

#[test]
fn several_kinds_at_once() {
    let ran = badsig().args(["explain", "301/6", "11516", "state:0x23C00", "exit:20"]).run().code(0);
    ran.says("Failed to install updates").says("TRUST_FAIL_BADSIG").says("WinTrust State").says("exit:20");
}

#[test]
fn unknown_codes_come_with_the_nearest() {
    let ran = badsig().args(["explain", "unsinged", "0x800B0100"]).run().code(USAGE);
    ran.complains("nearest known: unsigned").says("TRUST_E_NOSIGNATURE");
    let ran = badsig().args(["explain", "TRUST_E_NOSIGNATUR"]).run().code(USAGE);
    ran.complains("TRUST_E_NOSIGNATURE");
    badsig().args(["explain", "x\u{1b}[31my"]).run().code(USAGE).complains("\\u{1b}");
    badsig().arg("explain").run().code(USAGE);
}

#[test]
fn a_letter_to_the_vendor() {
    let letter = |file: &str| {
        let judged = ["--at", "2026-11-21", "--add-root", "tests/recipes/pki/test-root.pem"];
        badsig().args(["explain", "--vendor-letter", file]).args(judged).run()
    };
    let ran = letter("fixtures/msi/unsigned.msi").code(0);
    ran.says("Subject: missing signature of unsigned.msi")
        .says("SHA-256: 3045ce6b3a792c9a4db1578852c6659a0edbeb34009753acb2554bd4f3890aa8")
        .says("Windows gives 0x800B0100 TRUST_E_NOSIGNATURE")
        .says("- ConfigMgr: content must be signed")
        .says("Please sign the installer with Authenticode");
    let ran = letter("fixtures/exe/expired.exe").code(0);
    ran.says("problem with the signature of expired.exe")
        .says("Stamped: no")
        .says("0x800B0101 CERT_E_EXPIRED");
    letter("fixtures/exe/signed-stamped.exe").code(0).says("No change is needed.");
    letter("fixtures/unknown/text.txt").code(20).complains("nothing can be said to its vendor");
    letter("missing.exe").code(USAGE).complains("missing.exe");
    badsig().args(["explain", "unsigned", "--vendor-letter", "x.exe"]).run().code(USAGE);
}
