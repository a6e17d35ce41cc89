//! Revocation of what is inside a file: members, and members of members, ask the same servers, caches and kits.

use serde_json::Value;

use crate::bench::{Addresses, Bench, DAY, GOOD, REVOKED, not_checked, tools};
use crate::common::{BLOCKED, PUBLISHABLE, Ran, badsig};

/// `outer.cab`, signed and good, holds `revoked.exe` and `inner.cab`, which holds `lone.exe` without its issuer.
fn bench() -> (Bench, std::path::PathBuf) {
    let bench = Bench::new(-DAY);
    bench.answers_ocsp("ocsp", bench.authority());
    let ocsp = Some(bench.server.url("ocsp"));
    let issuer = Some(bench.server.url("ca.cer"));
    bench.signer("good", GOOD, &Addresses { ocsp: ocsp.clone(), ..Addresses::none() });
    bench.signer("revoked", REVOKED, &Addresses { ocsp: ocsp.clone(), ..Addresses::none() });
    bench.signer("lone", GOOD, &Addresses { ocsp, issuer, ..Addresses::none() });
    bench.sign_whole("revoked");
    bench.sign("lone", &[]);
    bench.cabinet("inner.cab", &["lone.exe"]);
    let unsigned = bench.cabinet("unsigned.cab", &["revoked.exe", "inner.cab"]);
    let outer = bench.sign_file("good", &["-ac", "ca.pem"], &unsigned, "outer.cab");
    (bench, outer)
}

/// What is known of the outer file, `revoked.exe`, and `lone.exe`: revocation and the code of the file.
fn known(ran: &Ran) -> [(String, String); 3] {
    let report = ran.json();
    let outer = &report["files"][0];
    let (revoked, inner) = (&outer["members"][0], &outer["members"][1]);
    assert!(revoked["path"].as_str().unwrap().ends_with("outer.cab!/revoked.exe"), "{revoked:#}");
    let text = |value: &Value| value.as_str().unwrap_or("null").to_owned();
    [outer, revoked, &inner["members"][0]]
        .map(|file| (text(&file["signatures"][0]["revocation"]), text(&file["trust"]["hresult"])))
}

fn are(states: [(&str, &str); 3]) -> [(String, String); 3] {
    states.map(|(word, code)| (word.to_owned(), code.to_owned()))
}

const ALL_KNOWN: [(&str, &str); 3] =
    [("good", "0x00000000"), ("revoked", "0x800B010C"), ("good", "0x00000000")];
const NOTHING_KNOWN: [(&str, &str); 3] =
    [("unknown", "0x00000000"), ("unknown", "0x00000000"), ("unknown", "0x800B010A")];

#[test]
fn members_are_asked_about_online_and_offline() {
    if !tools() {
        return;
    }
    let (bench, outer) = bench();
    let ran = bench.check("offline", &[], &outer);
    assert_eq!(known(&ran), are(NOTHING_KNOWN));
    assert!(not_checked(&ran).contains("revocation of 3 signatures"), "{}", not_checked(&ran));
    assert_eq!(bench.server.asked(), Vec::<String>::new());
    for mode in ["online", "offline"] {
        let ran = bench.check(mode, &[], &outer);
        assert_eq!(known(&ran), are(ALL_KNOWN), "{mode}: {}", not_checked(&ran));
        assert!(!not_checked(&ran).contains("revocation of"), "{}", not_checked(&ran));
        let lone = &ran.json()["files"][0]["members"][1]["members"][0];
        assert_eq!(lone["signatures"][0]["fetched_issuers"][0], bench.server.url("ca.cer").as_str());
    }
    let mut asked = bench.server.asked();
    asked.sort();
    // One question about each of both serial numbers.
    assert_eq!(asked, ["/ca.cer", "/ocsp", "/ocsp", "/root.crl"]);
}

/// A target that looks inside refuses the file for a member that was revoked.
#[test]
fn a_revoked_member_counts_where_members_count() {
    if !tools() {
        return;
    }
    let (bench, outer) = bench();
    let ran = bench.check("online", &["--target", "windows"], &outer).code(BLOCKED);
    let findings = ran.json()["files"][0]["findings"].to_string();
    assert!(findings.contains("broken-member") && findings.contains("0x800B010C"), "{findings}");
}

/// What does not answer is told of the member that it was asked for.
#[test]
fn a_server_that_fails_is_told_of_the_member() {
    if !tools() {
        return;
    }
    let (bench, outer) = bench();
    bench.server.stop();
    let ran = bench.check("online", &[], &outer);
    assert_eq!(known(&ran), are(NOTHING_KNOWN));
    let member = &ran.json()["files"][0]["members"][0]["signatures"][0]["revocation_unknown"];
    assert!(member.to_string().contains("/ocsp: no connection"), "{member}");
    assert!(not_checked(&ran).contains("/ca.cer: no connection"), "{}", not_checked(&ran));
}

#[test]
fn a_kit_is_for_members_too() {
    if !tools() {
        return;
    }
    let (bench, outer) = bench();
    let path = |name: &str| bench.path(name).to_str().unwrap().to_owned();
    let (kit, carry) = (path("kit.json"), path("carry"));
    badsig()
        .args(["trust", "export", "--add-root", "tests/recipes/pki/test-root.pem", "--revocation-kit", &kit])
        .arg(&outer)
        .run()
        .code(PUBLISHABLE)
        .says("for 3 chains of 1 files");
    badsig()
        .args(["trust", "update", "--allow-private-addresses", "--kit", &kit, "--dir", &carry])
        .run()
        .code(PUBLISHABLE);
    bench.server.stop();
    let ran = bench.check("offline", &["--kit", &carry], &outer);
    assert_eq!(known(&ran), are(ALL_KNOWN), "{}", not_checked(&ran));
}
