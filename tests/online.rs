//! Revocation and issuers from servers of the loopback that are made of real parts: see `online/bench.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "test code"
)]

#[path = "online/bench.rs"]
mod bench;
mod common;
#[path = "online/deltas.rs"]
mod deltas;
#[path = "online/inside.rs"]
mod inside;

use bench::{Addresses, Bench, DAY, GOOD, LONG, REVOKED, at, known, not_checked, tools};
use common::{BLOCKED, PUBLISHABLE, UNDECIDED, USAGE, badsig};
use testkit::server::Reply;

const REVOKED_CODE: &str = "0x800B010C";
const NO_CODE: &str = "0x00000000";

fn ocsp_only(url: String) -> Addresses {
    Addresses { ocsp: Some(url), ..Addresses::none() }
}

fn is(word: &str, code: &str) -> (String, String) {
    (word.to_owned(), code.to_owned())
}

/// Good and revoked by OpenSSL's own responder, and again from the cache when it is gone.
#[test]
fn a_responder_tells_and_the_cache_remembers() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    let responder = bench.responder();
    for (name, serial) in [("good", GOOD), ("revoked", REVOKED)] {
        bench.signer(name, serial, &ocsp_only(responder.url.clone()));
    }
    let (good, revoked) = (bench.sign_whole("good"), bench.sign_whole("revoked"));
    assert_eq!(known(&bench.check("offline", &[], &good)), is("unknown", NO_CODE));
    for mode in ["online", "offline"] {
        let ran = bench.check(mode, &[], &good).code(PUBLISHABLE);
        assert_eq!(known(&ran), is("good", NO_CODE), "{mode}");
        assert!(!not_checked(&ran).contains("revocation"), "{}", not_checked(&ran));
        assert_eq!(ran.json()["evidence"]["revocation"], mode);
        assert_eq!(
            known(&bench.check(mode, &[], &revoked).code(BLOCKED)),
            is("revoked", REVOKED_CODE),
            "{mode}"
        );
    }
    drop(responder);
    bench.server.stop();
    // Current in the cache: nobody is asked.
    assert_eq!(known(&bench.check("online", &[], &good).code(PUBLISHABLE)), is("good", NO_CODE));
}

/// Without a responder the lists tell.
#[test]
fn lists_tell_where_no_responder_does() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    let ocsp = bench.server.url("no-responder");
    for (name, serial) in [("good", GOOD), ("revoked", REVOKED)] {
        let crl = Some(bench.server.url("ca.crl"));
        bench.signer(name, serial, &Addresses { ocsp: Some(ocsp.clone()), crl, ..Addresses::none() });
    }
    let (good, revoked) = (bench.sign_whole("good"), bench.sign_whole("revoked"));
    for mode in ["online", "offline"] {
        assert_eq!(known(&bench.check(mode, &[], &good).code(PUBLISHABLE)), is("good", NO_CODE), "{mode}");
        assert_eq!(
            known(&bench.check(mode, &[], &revoked).code(BLOCKED)),
            is("revoked", REVOKED_CODE),
            "{mode}"
        );
    }
}

/// Whatever goes wrong, the report says so and never says good; a good answer of before is not lost.
#[test]
fn what_goes_wrong_is_told_and_is_never_good() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    bench.signer("good", GOOD, &ocsp_only(bench.server.url("ocsp")));
    bench.signer("revoked", REVOKED, &ocsp_only(bench.server.url("ocsp")));
    let (good, revoked) = (bench.sign_whole("good"), bench.sign_whole("revoked"));
    let answer = bench.answer_about("good");
    let unknown = |what: &str, says: &str, file, more: &[&str]| {
        let _ = std::fs::remove_dir_all(bench.path("cache"));
        let ran = bench.check("online", more, file).code(PUBLISHABLE);
        assert_eq!(known(&ran), is("unknown", NO_CODE), "{what}");
        assert!(not_checked(&ran).contains(says), "{what}: {}", not_checked(&ran));
        assert_eq!(
            known(&bench.check("offline", more, file).code(PUBLISHABLE)),
            is("unknown", NO_CODE),
            "{what}"
        );
    };

    let whole = answer.clone();
    bench.server.at("ocsp", move |_| Reply::Late(LONG, whole.clone()));
    unknown("slow", "no complete answer within", &good, &["--fetch-timeout", "0.5"]);

    let whole = answer.clone();
    bench.server.at("ocsp", move |_| Reply::Truncated(whole.clone()));
    unknown("truncated", "ended in mid-answer", &good, &[]);

    bench.server.serves("ocsp", answer[..answer.len() / 2].to_vec());
    unknown("cut", "the OCSP response is not used", &good, &[]);

    bench.answers_ocsp("ocsp", bench.stranger());
    unknown("wrong signer", "does not count", &good, &[]);

    bench.server.serves("ocsp", answer.clone());
    let ran = bench.check("online", &[], &good);
    assert_eq!(known(&ran), is("good", NO_CODE), "the answer itself: {}", not_checked(&ran));
    unknown("expired", "is not current", &good, &["--at", &at(2 * DAY)]);
    // A good answer about another certificate, in the place of a revocation.
    unknown("replayed", "revocation of 1 signature", &revoked, &[]);

    bench.server.serves("ocsp", b"<html>log in</html>".to_vec());
    unknown("log-in page", "not a OCSP response", &good, &[]);

    bench.server.serves("ocsp", answer.clone());
    assert_eq!(known(&bench.check("online", &[], &good)), is("good", NO_CODE));
    let whole = answer.clone();
    bench.server.at("ocsp", move |_| Reply::LastWords(whole.clone()));
    // The time is a little later than the list's end, so that the server is asked, and dies.
    let late = at(2 * DAY);
    let ran = bench.check("online", &["--at", &late], &good).code(PUBLISHABLE);
    assert_eq!(known(&ran), is("unknown", NO_CODE));
    assert!(not_checked(&ran).contains("/ocsp: "), "{}", not_checked(&ran));
    assert_eq!(
        known(&bench.check("offline", &[], &good)),
        is("good", NO_CODE),
        "what was cached before the kill"
    );
    unknown("unreachable", "no connection", &good, &[]);
}

/// A cached answer that looks current but does not count is not believed for its own dates: the server is asked.
#[test]
fn a_cached_answer_that_does_not_help_is_fetched_again() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    bench.signer("revoked", REVOKED, &ocsp_only(bench.server.url("ocsp")));
    let revoked = bench.sign_whole("revoked");
    bench.answers_ocsp("ocsp", bench.stranger());
    assert_eq!(known(&bench.check("online", &[], &revoked)), is("unknown", NO_CODE));
    bench.answers_ocsp("ocsp", bench.authority());
    assert_eq!(known(&bench.check("online", &[], &revoked).code(BLOCKED)), is("revoked", REVOKED_CODE));
}

#[test]
fn private_addresses_are_refused_unless_allowed() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    bench.signer("good", GOOD, &ocsp_only(bench.server.url("ocsp")));
    let good = bench.sign_whole("good");
    let ran = common::badsig()
        .args(["check", "--add-root", "tests/recipes/pki/test-root.pem", "--format", "json"])
        .args(["--revocation", "online", "--cache-dir"])
        .arg(bench.path("cache"))
        .arg(&good)
        .run()
        .code(PUBLISHABLE);
    assert!(not_checked(&ran).contains("not a public address"), "{}", not_checked(&ran));
    assert_eq!(bench.server.asked(), Vec::<String>::new());
}

/// The issuer that the file lacks is fetched, said to be, and found in the cache afterwards.
#[test]
fn a_missing_issuer_is_fetched() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    let issuer = Some(bench.server.url("ca.cer"));
    bench.signer(
        "good",
        GOOD,
        &Addresses { crl: Some(bench.server.url("ca.crl")), issuer, ..Addresses::none() },
    );
    let good = bench.sign("good", &[]);
    assert_eq!(known(&bench.check("offline", &[], &good).code(BLOCKED)), is("unknown", "0x800B010A"));
    for mode in ["online", "offline"] {
        let ran = bench.check(mode, &[], &good).code(PUBLISHABLE);
        assert_eq!(known(&ran), is("good", NO_CODE), "{mode}");
        let url = bench.server.url("ca.cer");
        assert_eq!(ran.json()["files"][0]["signatures"][0]["fetched_issuers"][0], url.as_str());
        assert!(not_checked(&ran).contains("issuers that files lack"), "{}", not_checked(&ran));
    }
    let ran = bench.check("off", &[], &good).code(BLOCKED);
    assert_eq!(known(&ran), is("off", "0x800B010A"));
}

/// Stamped by an RFC 3161 server of `openssl ts`: a revocation after the stamp does not count, one before does.
#[test]
fn a_stamp_decides_about_a_later_revocation() {
    if !tools() {
        return;
    }
    for (revoked, code, outcome) in [(DAY, NO_CODE, PUBLISHABLE), (-DAY, REVOKED_CODE, BLOCKED)] {
        let bench = Bench::new(revoked);
        bench.stamps("tsa");
        bench.answers_ocsp("ocsp", bench.authority());
        bench.signer("revoked", REVOKED, &ocsp_only(bench.server.url("ocsp")));
        let file = bench.sign("revoked", &["-ac", "ca.pem", "-ts", &bench.server.url("tsa")]);
        let ran = bench.check("online", &[], &file).code(outcome);
        assert_eq!(ran.json()["files"][0]["signatures"][0]["timestamp"]["kind"], "rfc3161");
        assert_eq!(known(&ran), is("revoked", code), "revoked {revoked} seconds from now");
    }
}

/// Many files of one signer ask each address once.
#[test]
fn addresses_are_asked_once_in_a_run() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    bench.answers_ocsp("ocsp", bench.authority());
    bench.signer("good", GOOD, &ocsp_only(bench.server.url("ocsp")));
    let good = bench.sign_whole("good");
    for number in 0..8 {
        std::fs::copy(&good, bench.path(&format!("copy-{number}.exe"))).unwrap();
    }
    let pattern = bench.path("copy-*.exe");
    let ran = bench.command("online", &["--jobs", "4"]).arg(pattern).run().code(PUBLISHABLE);
    let report = ran.json();
    assert_eq!(report["summary"]["publishable"], 8);
    let words: Vec<_> =
        report["files"].as_array().unwrap().iter().map(|file| &file["signatures"][0]["revocation"]).collect();
    assert!(words.iter().all(|word| *word == "good"), "{words:?}");
    let mut asked = bench.server.asked();
    asked.sort();
    assert_eq!(asked, ["/ocsp", "/root.crl"]);
}

/// Two runs at once share a cache, and a run that is killed leaves it usable.
#[test]
fn runs_share_a_cache_and_may_be_killed() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    bench.answers_ocsp("ocsp", bench.authority());
    bench.signer("good", GOOD, &ocsp_only(bench.server.url("ocsp")));
    let good = bench.sign_whole("good");
    for round in 0..6_u64 {
        let mut killed = bench.command("online", &[]).arg(&good).into_command();
        let mut killed = killed.stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20 * round));
        killed.kill().unwrap();
        killed.wait().unwrap();
    }
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                assert_eq!(known(&bench.check("online", &[], &good).code(PUBLISHABLE)), is("good", NO_CODE))
            });
        }
    });
    bench.server.stop();
    assert_eq!(known(&bench.check("offline", &[], &good).code(PUBLISHABLE)), is("good", NO_CODE));
    // A damaged entry counts as absent.
    for entry in std::fs::read_dir(bench.path("cache")).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|extension| extension == "entry") {
            let bytes = std::fs::read(&entry).unwrap();
            std::fs::write(&entry, &bytes[..bytes.len() - 1]).unwrap();
        }
    }
    assert_eq!(known(&bench.check("offline", &[], &good).code(PUBLISHABLE)), is("unknown", NO_CODE));
}

/// What a computer without network needs is written there, fetched elsewhere, and carried back in one file. An
/// issuer that comes names further addresses, which are fetched in the same run.
#[test]
fn a_kit_is_made_fetched_and_carried_back() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    bench.answers_ocsp("ocsp", bench.authority());
    let addresses = || Addresses {
        ocsp: Some(bench.server.url("ocsp")),
        issuer: Some(bench.server.url("ca.cer")),
        ..Addresses::none()
    };
    bench.signer("good", GOOD, &addresses());
    bench.signer("revoked", REVOKED, &addresses());
    // Only one of the files carries the issuer.
    let (good, revoked) = (bench.sign("good", &[]), bench.sign_whole("revoked"));
    let kit = bench.path("kit.json");
    let export = || {
        badsig()
            .args(["trust", "export", "--add-root", "tests/recipes/pki/test-root.pem", "--revocation-kit"])
            .arg(&kit)
    };
    export().arg(&good).arg(&revoked).run().code(PUBLISHABLE).says("for 2 chains of 2 files");
    assert_eq!(bench.server.asked(), Vec::<String>::new(), "nothing is asked where the kit is made");
    let written: serde_json::Value = serde_json::from_slice(&bench.read("kit.json")).unwrap();
    let wanted = |kind: &str| {
        let wanted = written["wanted"].as_array().unwrap().iter();
        wanted.filter(|wanted| wanted["kind"] == kind).count()
    };
    assert_eq!((wanted("issuer"), wanted("ocsp"), wanted("crl")), (1, 1, 1), "{written:#}");

    let fetch = || {
        badsig()
            .args(["trust", "update", "--allow-private-addresses", "--kit"])
            .arg(&kit)
            .arg("--dir")
            .arg(bench.path("carry"))
    };
    fetch().run().code(PUBLISHABLE).says("2 of 2 certificates are told of");
    assert_eq!(
        bench.server.asked().iter().filter(|path| *path == "/ocsp").count(),
        2,
        "one was not in the kit"
    );
    let tar = bench.path("carry.tar");
    badsig()
        .args(["trust", "export", "--dir"])
        .arg(bench.path("carry"))
        .arg("--to")
        .arg(&tar)
        .run()
        .code(PUBLISHABLE);
    bench.server.stop();

    let there = bench.path("there");
    badsig()
        .args(["trust", "update", "--from"])
        .arg(&tar)
        .arg("--dir")
        .arg(&there)
        .run()
        .code(PUBLISHABLE)
        .says("--kit");
    let offline = |file| bench.check("offline", &["--kit", there.to_str().unwrap()], file);
    assert_eq!(known(&offline(&good).code(PUBLISHABLE)), is("good", NO_CODE));
    assert_eq!(known(&offline(&revoked).code(BLOCKED)), is("revoked", REVOKED_CODE));
    // The servers are gone: a new kit directory stays without answers, and says so.
    badsig()
        .args(["trust", "update", "--allow-private-addresses", "--kit"])
        .arg(&kit)
        .arg("--dir")
        .arg(bench.path("late"))
        .run()
        .code(UNDECIDED)
        .complains("no connection");
    badsig()
        .args(["trust", "update", "--kit"])
        .arg(&good)
        .run()
        .code(USAGE)
        .complains("is no revocation kit");
    bench.check("offline", &["--kit", "nowhere"], &good).code(USAGE).complains("not a directory");
}

/// The same authority was issued twice: distrusting one certificate leaves the chain through the other.
#[test]
fn a_chain_without_distrusted_certificates_is_preferred() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    bench.issue_again();
    bench.signer("good", GOOD, &Addresses::none());
    let good = bench.sign("good", &["-ac", "ca.pem"]);
    let path = |name: &str| bench.path(name).to_str().unwrap().to_owned();
    let (first, again) = (path("ca.der"), path("again.der"));
    let code = |options: &[&str]| known(&bench.check("off", options, &good)).1;
    assert_eq!(code(&[]), NO_CODE);
    assert_eq!(code(&["--distrust", &first]), "0x800B0111");
    assert_eq!(code(&["--distrust", &first, "--intermediates", &again]), NO_CODE);
    assert_eq!(code(&["--distrust", &again, "--intermediates", &again]), NO_CODE);
    assert_eq!(code(&["--distrust", &first, "--distrust", &again, "--intermediates", &again]), "0x800B0111");
}

/// `updates check` asks for the content of updates as `check` does for files.
#[test]
fn the_content_of_updates_is_asked_about() {
    if !tools() {
        return;
    }
    let bench = Bench::new(-DAY);
    for (name, serial) in [("good", GOOD), ("revoked", REVOKED)] {
        let crl = Some(bench.server.url("ca.crl"));
        bench.signer(name, serial, &Addresses { crl, ..Addresses::none() });
        bench.sign_whole(name);
    }
    let content = bench.path("content");
    std::fs::create_dir(&content).unwrap();
    let template = std::fs::read_to_string(testkit::repository().join("tests/updates/right.sdp")).unwrap();
    let run = |name: &str, mode: &str| {
        std::fs::copy(bench.path(&format!("{name}.exe")), content.join("signed-stamped.msi")).unwrap();
        // Another file than is described: what is told of its signature is all that counts here.
        std::fs::write(bench.path("package.sdp"), &template).unwrap();
        let command = badsig().args([
            "updates",
            "check",
            "--add-root",
            "tests/recipes/pki/test-root.pem",
            "--format",
            "json",
        ]);
        let command = command
            .args(["--allow-private-addresses", "--revocation", mode, "--cache-dir"])
            .arg(bench.path("cache"));
        let ran = command
            .arg("--content")
            .arg(&content)
            .arg(bench.path("package.sdp"))
            .env("NO_PROXY", "127.0.0.1")
            .run();
        let report = ran.json();
        let signature = report["updates"][0]["file"]["signatures"][0].clone();
        (
            signature["revocation"].as_str().unwrap().to_owned(),
            signature["trust"]["hresult"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(run("good", "offline"), is("unknown", NO_CODE));
    assert_eq!(run("good", "online"), is("good", NO_CODE));
    assert_eq!(run("revoked", "online"), is("revoked", REVOKED_CODE));
}
