//! `badsig cert`: chains judged by themselves, through the command; NIST's PKITS where it lies beside the
//! repository.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use common::{BLOCKED, Badsig, PUBLISHABLE, Ran, UNDECIDED, USAGE, badsig};
use serde_json::Value;
use testkit::repository;

const PKI: &str = "tests/recipes/pki";
/// The suite, from the top of the repository.
const SUITE: &str = "../shared/suites/pkits";
const CASES: usize = 247;

fn pki(name: &str) -> String {
    format!("{PKI}/{name}")
}

/// `badsig cert verify` for the date of the fixtures, with their root and their authority.
fn verify() -> Badsig {
    let files = ["--anchor", &pki("test-root.pem"), "--intermediate", &pki("test-code-signing-ca.der")];
    badsig().args(["cert", "verify", "--at", "2026-11-21", "--format", "json"]).args(files)
}

#[track_caller]
fn answers(ran: &Ran, hresult: &str) {
    let answer = ran.json();
    assert_eq!(answer["hresult"], hresult, "{answer}");
    assert_eq!(answer["valid"], hresult == "0x00000000", "{answer}");
    let faults = answer["reasons"].as_array().unwrap();
    assert_eq!(faults.is_empty(), hresult == "0x00000000", "{answer}");
}

#[test]
fn a_good_chain() {
    let ran = verify().arg(pki("test-publisher.pem")).run().code(PUBLISHABLE);
    answers(&ran, "0x00000000");
    let roles: Vec<Value> =
        ran.json()["chain"].as_array().unwrap().iter().map(|link| link["role"].clone()).collect();
    assert_eq!(roles, ["signer", "intermediate", "root"]);
}

#[test]
fn the_chain_may_stand_in_the_file_of_the_leaf() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("chain.pem");
    let read = |name: &str| std::fs::read_to_string(repository().join(pki(name))).unwrap();
    std::fs::write(&file, read("test-publisher.pem") + &read("test-code-signing-ca.pem")).unwrap();
    let command = || badsig().args(["cert", "verify", "--at", "2026-11-21"]);
    command().args(["--anchor", &pki("test-root.der")]).arg(&file).run().code(PUBLISHABLE).says("VALID");
    // Without an anchor the root program counts, and the test root is not in it.
    command().arg(&file).run().code(BLOCKED).says("NOT VALID");
}

#[test]
fn an_incomplete_chain() {
    let alone = badsig().args(["cert", "verify", "--at", "2026-11-21", "--format", "json"]);
    let ran = alone.args(["--anchor", &pki("test-root.der"), &pki("test-publisher.der")]).run();
    answers(&ran.code(BLOCKED), "0x800B010A");
}

#[test]
fn revocation_counts_where_lists_are_given() {
    let lists = ["--crl", &pki("test-code-signing-ca.crl"), "--crl", &pki("test-root.crl")];
    let ran = verify().args(lists).arg(pki("test-revoked.der")).run().code(BLOCKED);
    answers(&ran, "0x800B010C");
    let ran = verify().args(lists).arg(pki("test-publisher.der")).run().code(PUBLISHABLE);
    assert_eq!(ran.json()["chain"][0]["revocation"], "good");
    verify().args(lists).args(["--revocation", "off", &pki("test-revoked.der")]).run().code(PUBLISHABLE);
    verify()
        .args(["--crl", &pki("test-code-signing-ca.crl.pem"), &pki("test-revoked.der")])
        .run()
        .code(BLOCKED);
}

#[test]
fn what_lists_do_not_say_is_undecided() {
    let ran = verify().args(["--crl", &pki("test-root.crl"), &pki("test-publisher.der")]).run();
    answers(&ran.code(UNDECIDED), "0x800B010E");
    verify().args(["--revocation", "offline", &pki("test-publisher.der")]).run().code(PUBLISHABLE);
}

#[test]
fn dates_and_purposes() {
    let ran = verify().args(["--at", "2039-01-02", &pki("test-publisher.der")]).run();
    // clap takes an option once only.
    ran.code(USAGE);
    let at = |time: &str| {
        badsig().args(["cert", "verify", "--format", "json", "--at", time]).args([
            "--anchor",
            &pki("test-root.pem"),
            "--intermediate",
            &pki("test-code-signing-ca.der"),
            &pki("test-publisher.der"),
        ])
    };
    answers(&at("2039-01-02").run().code(BLOCKED), "0x800B0101");
    answers(&at("2038-12-31T00:00:00Z").run().code(PUBLISHABLE), "0x00000000");
    for purpose in ["server-auth", "time-stamping"] {
        let ran = verify().args(["--purpose", purpose, &pki("test-publisher.der")]).run().code(BLOCKED);
        answers(&ran, "0x800B0110");
    }
    verify().args(["--purpose", "any", &pki("test-publisher.der")]).run().code(PUBLISHABLE);
    verify().args(["--purpose", "baking", &pki("test-publisher.der")]).run().code(USAGE);
}

#[test]
fn what_cannot_be_read_is_a_usage_error() {
    let good = pki("test-publisher.der");
    verify().arg("README.md").run().code(USAGE).complains("README.md");
    verify().arg("no-such-file").run().code(USAGE).complains("cannot be read");
    verify().args(["--intermediate", "README.md", &good]).run().code(USAGE).complains("README.md");
    for option in ["--crl", "--ocsp"] {
        verify().args([option, "no-such-file", &good]).run().code(USAGE).complains("no-such-file");
        verify().args([option, "README.md", &good]).run().code(USAGE).complains("README.md");
    }
    verify().args(["--revocation", "online", &good]).run().code(USAGE).complains("fetches nothing");
    verify().args(["--policy", "hello", &good]).run().code(USAGE).complains("object identifier");
}

#[test]
fn other_chains_are_shown_when_asked_for() {
    let ran = verify().args(["-v", "--anchor", &pki("test-code-signing-ca.der"), &pki("test-publisher.der")]);
    let answer = ran.run().code(PUBLISHABLE).json();
    assert!(answer["rejected"].is_array(), "{answer}");
}

#[test]
fn pkits() {
    let Some(cases) = testkit::bytes_beside("suites/pkits/pkits.json") else { return };
    let cases: Vec<Value> = serde_json::from_slice(&cases).unwrap();
    assert_eq!(cases.len(), CASES);
    let text = std::fs::read_to_string(repository().join("tests/exceptions.toml")).unwrap();
    let exceptions: toml::Table = text.parse().unwrap();
    let exceptions = exceptions["pkits"].as_table().unwrap();
    let half = cases.len() / 2;
    let different: Vec<String> = std::thread::scope(|threads| {
        let parts = [&cases[..half], &cases[half..]];
        let parts =
            parts.map(|part| threads.spawn(|| part.iter().filter_map(difference).collect::<Vec<_>>()));
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let mut expected: Vec<&String> = exceptions.keys().collect();
    expected.sort_unstable();
    let mut names: Vec<&String> = different.iter().collect();
    names.sort_unstable();
    assert_eq!(names, expected);
}

/// The name of a case that is answered otherwise than expected. A wrongly accepted one fails at once.
fn difference(case: &Value) -> Option<String> {
    let name = case["name"].as_str().unwrap();
    let wanted = case["should_validate"].as_bool().unwrap();
    let ran = command(case).run();
    let valid = match ran.exit_code() {
        Some(PUBLISHABLE) => true,
        Some(BLOCKED | UNDECIDED) => false,
        // A certificate that cannot be read.
        Some(USAGE) if ran.stdout().is_empty() => return wanted.then(|| name.to_owned()),
        other => panic!("{name}: {other:?} {}", ran.stderr()),
    };
    assert_eq!(ran.json()["valid"], valid, "{name}");
    assert!(wanted || !valid, "{name}: accepted");
    (valid != wanted).then(|| name.to_owned())
}

fn command(case: &Value) -> Badsig {
    let names = |key: &str| -> Vec<String> {
        case[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let certificate = |name: &str| repository().join(SUITE).join("certs").join(format!("{name}.crt"));
    let certificates = names("certs");
    let [root, between @ .., leaf] = certificates.as_slice() else { panic!("{certificates:?}") };
    let mut command = badsig()
        .args(["cert", "verify", "--format", "json", "--purpose", "any", "--at", "2012-06-01T00:00:00Z"])
        .arg("--anchor")
        .arg(certificate(root));
    for name in between {
        command = command.arg("--intermediate").arg(certificate(name));
    }
    for name in names("crls") {
        command = command.arg("--crl").arg(repository().join(SUITE).join("crls").join(format!("{name}.crl")));
    }
    command.args(policies(case)).arg(certificate(leaf))
}

/// The options for the calls that set up a case in BoringSSL's rendering of the suite.
fn policies(case: &Value) -> Vec<String> {
    let mut options = Vec::new();
    for call in case["policy_calls"].as_array().unwrap() {
        let (call, value) = (call[0].as_str().unwrap(), call[1].as_str().unwrap());
        let switch = match call {
            "SetInitialExplicitPolicy" => "--require-explicit-policy",
            "SetInitialPolicyMappingInhibit" => "--inhibit-policy-mapping",
            "SetInitialInhibitAnyPolicy" => "--inhibit-any-policy",
            "SetInitialPolicySet" => {
                options.extend(value.split(',').filter(|name| !name.is_empty()).map(policy));
                continue;
            }
            _ => continue,
        };
        options.extend((value == "true").then(|| switch.to_owned()));
    }
    options
}

fn policy(name: &str) -> String {
    match name.strip_prefix("NIST-test-policy-") {
        Some(number) => format!("--policy=2.16.840.1.101.3.2.1.48.{number}"),
        None => "--policy=2.5.29.32.0".to_owned(),
    }
}

#[test]
fn show_tells_everything_in_a_certificate() {
    let ran = badsig().args(["cert", "show", &pki("test-publisher.pem"), &pki("test-code-signing-ca.der")]);
    ran.run().code(0).says("code signing").says("CN=TEST Publisher").says("yes").says("not a root of it");
    let ran = badsig().args([
        "cert",
        "show",
        "--format",
        "json",
        &pki("test-publisher.pem"),
        &pki("test-root.der"),
    ]);
    let answer = ran.run().code(0).json();
    let certificates = answer["certificates"].as_array().unwrap();
    assert_eq!(certificates.len(), 2);
    assert_eq!(certificates[0]["extended_key_usage"][0]["name"], "code signing");
    assert_eq!(certificates[1]["basic_constraints"]["authority"], true);
    assert!(certificates[1]["root_program"].is_null());
    badsig().args(["cert", "show", "README.md"]).run().code(USAGE).complains("README.md");
    badsig().args(["cert", "show"]).run().code(USAGE);
}

/// A certificate of AD CS may have both kinds of usages; Application Policies count.
#[test]
fn application_policies_are_shown() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    // 1.3.6.1.5.5.7.3.2, clientAuth, encoded as certificatePolicies.
    let policies = "1.3.6.1.4.1.311.21.10=DER:300C300A06082B06010505070302";
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-keyout", &path("key"), "-out", &path("cert.pem"), "-subj", "/CN=TEST Both"])
        .args(["-addext", "extendedKeyUsage=codeSigning", "-addext", policies])
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        return testkit::skip_tool("openssl is not there");
    }
    let show = || badsig().args(["cert", "show", &path("cert.pem")]);
    let ran = show().run().code(0).says("TLS client (Application Policies)");
    ran.says("code signing (ignored beside Application Policies)");
    let answer = show().args(["--format", "json"]).run().code(0).json();
    let own = &answer["certificates"][0];
    assert_eq!(own["application_policies"][0]["oid"], "1.3.6.1.5.5.7.3.2");
    assert_eq!(own["extended_key_usage"][0]["name"], "code signing");
}

#[test]
fn help_and_manual_name_the_commands() {
    badsig().args(["cert", "verify", "--help"]).run().code(0).says("Exit codes");
    badsig().arg("man").run().code(0).says("BADSIG CERT VERIFY").says("BADSIG CERT SHOW");
}
