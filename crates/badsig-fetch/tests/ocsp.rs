//! A question made by OpenSSL, answered by OpenSSL's responder, read by OpenSSL; carried by us.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use badsig_fetch::{Request, Wanted};
use common::{fetcher, options};
use testkit::pki;

struct Responder(Child);

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ocsp(arguments: &[&str]) -> Command {
    let mut command = Command::new("openssl");
    command.arg("ocsp").args(arguments).args(["-issuer", pki("test-code-signing-ca.pem").to_str().unwrap()]);
    command
}

/// Starts the responder on a port that the system chooses.
fn responder(directory: &Path) -> (Responder, u16) {
    let index = directory.join("index.txt");
    fs::write(
        &index,
        "R\t390101000000Z\t200901000000Z,keyCompromise\t03F7\tunknown\t/O=badsig TEST/CN=TEST Revoked\n",
    )
    .unwrap();
    let mut child = Command::new("openssl")
        .args(["ocsp", "-port", "0", "-ndays", "7", "-index"])
        .arg(index)
        .arg("-CA")
        .arg(pki("test-code-signing-ca.pem"))
        .arg("-rsigner")
        .arg(pki("test-code-signing-ca.pem"))
        .arg("-rkey")
        .arg(pki("TEST-code-signing-ca.key"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // "ACCEPT 0.0.0.0:41111 PID=7"
    let port = lines.map_while(Result::ok).find_map(|line| {
        let address = line.strip_prefix("ACCEPT ")?.split(' ').next()?.to_owned();
        address.rsplit(':').next()?.parse().ok()
    });
    (Responder(child), port.unwrap())
}

fn question(directory: &Path, certificate: &str) -> Vec<u8> {
    let path = directory.join("question.der");
    let certificate = pki(certificate);
    let made = ocsp(&["-no_nonce", "-reqout", path.to_str().unwrap()])
        .arg("-cert")
        .arg(certificate)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::read(path).unwrap()
}

/// What OpenSSL reads in an answer, its signature verified.
fn read(directory: &Path, answer: &[u8], certificate: &str) -> String {
    let path = directory.join("answer.der");
    fs::write(&path, answer).unwrap();
    let root = pki("test-root.pem");
    let arguments = ["-no_nonce", "-respin", path.to_str().unwrap(), "-CAfile", root.to_str().unwrap()];
    let output = ocsp(&arguments).arg("-cert").arg(pki(certificate)).output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn a_question_and_its_answer() {
    if Command::new("openssl").arg("version").output().is_err() {
        return testkit::skip_tool("openssl is not installed");
    }
    let directory = tempfile::tempdir().unwrap();
    let (_responder, port) = responder(directory.path());
    let url = format!("http://127.0.0.1:{port}/");
    let mut options = options();
    options.cache = Some(directory.path().join("cache"));
    options.is_fresh = Arc::new(|_, _, _| true);
    let fetcher = fetcher(options);

    for (certificate, status) in [("test-revoked.pem", "revoked"), ("test-publisher.pem", "unknown")] {
        let request = question(directory.path(), certificate);
        let wanted = Wanted::Ocsp { url: url.clone(), request: request.clone() };
        let fetched = fetcher.gather([wanted.clone()]).remove(&wanted).unwrap().unwrap();
        let text = read(directory.path(), &fetched.bytes, certificate);
        assert!(text.contains("Response verify OK"), "{text}");
        assert!(text.contains(&format!("{certificate}: {status}")), "{text}");

        let again = fetcher.fetch(&Request::Ocsp { url: url.clone(), der: request }).unwrap();
        assert_eq!((again.bytes, again.from_cache), (fetched.bytes, true));
    }
}
