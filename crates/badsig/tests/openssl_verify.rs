//! The chains of the TEST certificates as badsig and as `openssl verify` judge them.
//!
//! Where there is no openssl the test says that it was skipped.

#![allow(clippy::arithmetic_side_effects, clippy::print_stdout, clippy::unwrap_used, reason = "test code")]

use std::path::{Path, PathBuf};
use std::process::Command;

use badsig::UtcTime;
use badsig::authenticode::certificate::Certificate;
use badsig::trust::Anchors;
use badsig::trust::chain::{PolicyInputs, Purpose};
use badsig::trust::path::{PathQuestion, PathVerdict, verify};
use badsig::trust::revocation::{RevocationEvidence, RevocationList};
use testkit::pki;

/// Times at which certificates are valid, not yet valid and expired.
const TIMES: [&str; 3] = ["2020-06-01", "2026-11-21", "2038-06-01"];
/// OpenSSL's names of the purposes; it has none for code signing before 3.2.
const PURPOSES: [(Purpose, &str); 3] =
    [(Purpose::Any, "any"), (Purpose::ServerAuth, "sslserver"), (Purpose::TimeStamping, "timestampsign")];

fn certificate(name: &str) -> Certificate {
    Certificate::from_der(&std::fs::read(pki(&format!("test-{name}.der"))).unwrap()).unwrap()
}

fn names() -> Vec<String> {
    let files = std::fs::read_dir(pki("")).unwrap().map(|entry| entry.unwrap().file_name());
    let stems =
        files.filter_map(|file| Some(file.to_str()?.strip_prefix("test-")?.strip_suffix(".der")?.to_owned()));
    let mut names: Vec<String> = stems.filter(|name| !name.ends_with("crl")).collect();
    names.sort();
    names
}

/// OpenSSL reads lists as PEM only.
fn root_list() -> PathBuf {
    let pem = Path::new(env!("CARGO_TARGET_TMPDIR")).join("test-root.crl.pem");
    let arguments = ["crl", "-inform", "DER", "-in"];
    let mut command = Command::new("openssl");
    assert!(
        command.args(arguments).arg(pki("test-root.crl")).arg("-out").arg(&pem).status().unwrap().success()
    );
    pem
}

/// What lies between: all authorities but the one that is missing on purpose.
const BETWEEN: [&str; 5] = ["code-signing-ca", "not-a-ca", "sub-ca", "tls-ca", "tsa"];

struct Case<'a> {
    name: &'a str,
    at: UtcTime,
    purpose: (Purpose, &'a str),
    lists: bool,
}

impl Case<'_> {
    fn badsig(&self) -> PathVerdict {
        let list = |file: &str| RevocationList::from_der(&std::fs::read(pki(file)).unwrap()).unwrap();
        let evidence = RevocationEvidence {
            lists: vec![list("test-code-signing-ca.crl"), list("test-root.crl")],
            required: true,
            ..RevocationEvidence::default()
        };
        verify(&PathQuestion {
            leaf: &certificate(self.name),
            intermediates: &BETWEEN.map(certificate),
            anchors: &Anchors::only(vec![certificate("root")]),
            at: self.at,
            purpose: self.purpose.0,
            policies: PolicyInputs::default(),
            revocation: self.lists.then_some(&evidence),
        })
    }

    fn openssl(&self) -> bool {
        let mut command = Command::new("openssl");
        command.args(["verify", "-attime", &self.at.unix().to_string()]);
        if self.lists {
            command.args(["-crl_check_all", "-CRLfile"]).arg(pki("test-code-signing-ca.crl.pem"));
            command.arg("-CRLfile").arg(root_list());
        }
        command.args(["-purpose", self.purpose.1, "-CAfile"]).arg(pki("test-root.pem"));
        for name in BETWEEN {
            command.arg("-untrusted").arg(pki(&format!("test-{name}.pem")));
        }
        command.arg(pki(&format!("test-{}.pem", self.name)));
        command.output().unwrap().status.success()
    }
}

#[test]
fn openssl_agrees() {
    if Command::new("openssl").arg("version").output().is_err() {
        testkit::skip_tool("openssl is not installed");
        return;
    }
    let (mut compared, mut valid, mut differences) = (0, 0, Vec::new());
    let names = names();
    let plain = names.iter().flat_map(|name| {
        let times = TIMES.iter().flat_map(move |at| PURPOSES.map(|purpose| (*at, purpose)));
        times.map(move |(at, purpose)| Case { name, at: at.parse().unwrap(), purpose, lists: false })
    });
    let listed = names.iter().map(|name| Case {
        name,
        at: "2026-11-21".parse().unwrap(),
        purpose: (Purpose::Any, "any"),
        lists: true,
    });
    for case in plain.chain(listed) {
        let (own, openssl) = (case.badsig(), case.openssl());
        compared += 1;
        valid += usize::from(openssl);
        if own.valid != openssl {
            let Case { name, at, purpose: (_, purpose), lists } = case;
            let reasons = own.reasons;
            differences
                .push(format!("{name} {at} {purpose} lists {lists}: openssl says {openssl}, {reasons:?}"));
        }
    }
    println!("openssl verify: {compared} answers compared, {valid} of them valid");
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}
