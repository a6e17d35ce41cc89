//! Delta lists: named by a base list or a certificate (freshestCRL), fetched and believed like any list. Both are made
//! by `openssl ca -gencrl`.

use crate::bench::{Addresses, Bench, DAY, GOOD, REVOKED, known, not_checked, tools};
use crate::common::{BLOCKED, PUBLISHABLE, badsig};
use crate::{NO_CODE, REVOKED_CODE, is};
use testkit::server::Reply;

/// deltaCRLIndicator (2.5.29.27): continues the list with the number 1.
const OF_FIRST: &str = "2.5.29.27=critical,ASN1:INTEGER:1";

/// The authority's list 1, of before the revocation, and the delta list 2 with it.
fn bench(list_says: bool, certificate_says: bool) -> Bench {
    let bench = Bench::new(-DAY);
    let delta = bench.server.url("delta.crl");
    bench.index("base", &[(GOOD, Some((-2 * DAY, "certificateHold"))), (REVOKED, None)]);
    let announced = format!("freshestCRL=URI:{delta}");
    bench.list("base", bench.authority(), "01", if list_says { &announced } else { "" });
    bench.index(
        "delta",
        &[(GOOD, Some((-2 * DAY, "removeFromCRL"))), (REVOKED, Some((-DAY, "keyCompromise")))],
    );
    bench.list("delta", bench.authority(), "02", OF_FIRST);
    bench.server.serves("base.crl", bench.read("base.crl"));
    bench.server.serves("delta.crl", bench.read("delta.crl"));
    for (name, serial) in [("good", GOOD), ("revoked", REVOKED)] {
        let freshest = certificate_says.then(|| delta.clone());
        let crl = Some(bench.server.url("base.crl"));
        bench.signer(name, serial, &Addresses { crl, freshest, ..Addresses::none() });
    }
    bench
}

/// A hold that the delta list lifts, and a revocation that only the delta list knows.
#[test]
fn delta_lists_are_followed_whoever_names_them() {
    if !tools() {
        return;
    }
    for (list_says, certificate_says) in [(true, false), (false, true), (true, true)] {
        let bench = bench(list_says, certificate_says);
        let (good, revoked) = (bench.sign_whole("good"), bench.sign_whole("revoked"));
        for mode in ["online", "offline"] {
            let ran = bench.check(mode, &[], &good).code(PUBLISHABLE);
            assert_eq!(known(&ran), is("good", NO_CODE), "{mode}: {}", not_checked(&ran));
            assert_eq!(
                known(&bench.check(mode, &[], &revoked).code(BLOCKED)),
                is("revoked", REVOKED_CODE),
                "{mode}"
            );
        }
        let mut asked = bench.server.asked();
        asked.sort();
        assert_eq!(asked, ["/base.crl", "/delta.crl", "/root.crl"], "each once, and then the cache");
    }
}

/// A base list that announces delta lists does not vouch alone: what came later is not known.
#[test]
fn a_base_list_without_its_delta_list_is_not_good() {
    if !tools() {
        return;
    }
    let bench = bench(true, false);
    let revoked = bench.sign_whole("revoked");
    let delta = bench.server.url("delta.crl");
    let unknown = |what: &str, says: &str| {
        let _ = std::fs::remove_dir_all(bench.path("cache"));
        let ran = bench.check("online", &[], &revoked).code(PUBLISHABLE);
        assert_eq!(known(&ran), is("unknown", NO_CODE), "{what}");
        let told = not_checked(&ran);
        assert!(told.contains("is continued by a delta list"), "{what}: {told}");
        assert!(told.contains(says), "{what}: {told}");
    };
    let whole = bench.read("delta.crl");
    let half = whole.clone();
    bench.server.at("delta.crl", move |_| Reply::Truncated(half.clone()));
    unknown("cut off", &delta);
    // The same delta list by somebody else.
    bench.list("delta", bench.stranger(), "02", OF_FIRST);
    bench.server.serves("delta.crl", bench.read("delta.crl"));
    unknown("wrong signer", "none that is current is there");
    // A delta list of a newer base list than the one that is served: what it says was revoked was, and it vouches for nothing.
    let of_eighth = "2.5.29.27=critical,ASN1:INTEGER:8";
    bench.list("delta", bench.authority(), "09", of_eighth);
    bench.server.serves("delta.crl", bench.read("delta.crl"));
    let ran = bench.check("online", &[], &revoked).code(BLOCKED);
    assert_eq!(known(&ran), is("revoked", REVOKED_CODE), "of another base");
    bench.index("delta", &[(GOOD, None), (REVOKED, None)]);
    bench.list("delta", bench.authority(), "09", of_eighth);
    bench.server.serves("delta.crl", bench.read("delta.crl"));
    unknown("of another base", "none that is current is there");
    // Given as files, offline.
    bench.server.stop();
    let _ = std::fs::remove_dir_all(bench.path("cache"));
    std::fs::write(bench.path("delta-2.crl"), whole).unwrap();
    let lists = |names: &[&str]| {
        let options = names.iter().flat_map(|name| ["--crl".to_owned(), path(&bench, name)]);
        options.collect::<Vec<String>>()
    };
    let check = |names: &[&str]| {
        let options = lists(names);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        known(&bench.check("offline", &options, &revoked)).0
    };
    assert_eq!(check(&["base.crl", "root.crl"]), "unknown");
    // A hold counts until a delta list lifts it.
    let good = bench.sign_whole("good");
    let hold = |names: &[&str]| {
        let options = lists(names);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        known(&bench.check("offline", &options, &good)).0
    };
    assert_eq!(hold(&["base.crl", "root.crl"]), "revoked");
    assert_eq!(hold(&["base.crl", "root.crl", "delta-2.crl"]), "good");
    assert_eq!(check(&["base.crl", "root.crl", "delta-2.crl"]), "revoked");
}

fn path(bench: &Bench, name: &str) -> String {
    bench.path(name).to_str().unwrap().to_owned()
}

/// A complete list and a delta list of the same number say the same: the complete one is not outdated.
#[test]
fn a_delta_list_of_the_same_number_adds_nothing() {
    if !tools() {
        return;
    }
    let bench = bench(true, false);
    bench.index("base", &[(GOOD, None), (REVOKED, Some((-DAY, "keyCompromise")))]);
    let announced = format!("freshestCRL=URI:{}", bench.server.url("delta.crl"));
    bench.list("base", bench.authority(), "02", &announced);
    bench.server.serves("base.crl", bench.read("base.crl"));
    let good = bench.sign_whole("good");
    assert_eq!(known(&bench.check("online", &[], &good).code(PUBLISHABLE)), is("good", NO_CODE));
}

/// The address of the delta list is known only when the base list has come: both come in one run.
#[test]
fn a_kit_brings_the_delta_list() {
    if !tools() {
        return;
    }
    let bench = bench(true, false);
    let revoked = bench.sign_whole("revoked");
    let (kit, carry) = (path(&bench, "kit.json"), path(&bench, "carry"));
    badsig()
        .args(["trust", "export", "--add-root", "tests/recipes/pki/test-root.pem", "--revocation-kit", &kit])
        .arg(&revoked)
        .run()
        .code(PUBLISHABLE)
        .says("2 addresses for 1 chains of 1 files");
    badsig()
        .args(["trust", "update", "--allow-private-addresses", "--kit", &kit, "--dir", &carry])
        .run()
        .code(PUBLISHABLE)
        .says("3 of 3 addresses answered");
    bench.server.stop();
    let ran = bench.check("offline", &["--kit", &carry], &revoked).code(BLOCKED);
    assert_eq!(known(&ran), is("revoked", REVOKED_CODE));
}
