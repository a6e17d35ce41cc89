//! `badsig trust` and trust bundles in `badsig check`: with lists signed by TEST keys, and with Microsoft's own where
//! they are at hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "test code")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{BLOCKED, Badsig, PUBLISHABLE, UNDECIDED, USAGE, badsig};
use testkit::server::Site;
use testkit::{beside, repository};

const LIST_ROOT: [&str; 2] = ["--list-root", "tests/recipes/pki/test-root.pem"];
const SYNC: &str = "tests/trust/sync";
/// By the TEST publisher, whom the TEST list distrusts; by another one, whom it does not.
const DISTRUSTED: &str = "fixtures/exe/signed.exe";

fn trust(command: &str) -> Badsig {
    badsig().args(["trust", command])
}

fn listing(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// What `certutil -syncWithWU` would write, with the certificates that are part of badsig left out.
fn microsoft() -> Option<PathBuf> {
    beside("trust/authroot.stl")
}

#[test]
fn a_directory_becomes_a_bundle_that_check_uses() {
    let parent = tempfile::tempdir().unwrap();
    let bundle = parent.path().join("bundle");
    let update = || trust("update").args(["--from", SYNC, "--dir"]).arg(&bundle).args(LIST_ROOT);
    update()
        .run()
        .code(PUBLISHABLE)
        .says("Root program of 2025-06-01")
        .says("1 certificates new, 0 known before");
    assert_eq!(
        listing(&bundle),
        ["4f5c578f813a0504ef2f5ea76715b1b41cc2aba6.crt", "authroot.stl", "disallowedcert.stl"]
    );
    update().run().code(PUBLISHABLE).says("0 certificates new, 1 known before");
    let verify = || trust("verify").arg(&bundle).args(LIST_ROOT);
    verify().run().code(PUBLISHABLE).says("VALID").says("1 of 1");
    // Under Microsoft's root these lists do not hold.
    trust("verify").arg(&bundle).run().code(BLOCKED).says("WRONG").says("is not trusted");

    let check = |file: &str| {
        badsig()
            .args(["check", "--at", "2026-11-21", "--format", "json", "--roots"])
            .arg(&bundle)
            .args(LIST_ROOT)
            .arg(file)
    };
    let ran = check(DISTRUSTED).run().code(BLOCKED);
    let report = ran.json();
    assert_eq!(report["files"][0]["trust"]["symbol"], "TRUST_E_EXPLICIT_DISTRUST");
    let roots = &report["evidence"]["roots"];
    assert_eq!(roots["source"], bundle.to_str().unwrap());
    assert_eq!(roots["ctl_date"], "2025-06-01");
    assert_eq!(roots["distrust"]["date"], "2025-06-01");
    assert_eq!(roots["distrust"]["entries"], 5);
    let sha256 = |file: &Path| {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(fs::read(file).unwrap());
        digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert_eq!(roots["ctl_sha256"], sha256(&bundle.join("authroot.stl")));
    assert_eq!(roots["distrust"]["sha256"], sha256(&bundle.join("disallowedcert.stl")));
    // More than 90 days before the time that is judged for.
    let old = report["not_checked"].as_array().unwrap();
    assert!(
        old.iter().any(|line| line.as_str().unwrap().contains("root program after 2025-06-01, 538 days")),
        "{old:?}"
    );
    check("fixtures/exe/rsa-pss.exe").run().code(PUBLISHABLE);
    let cert = |leaf: &str| {
        badsig()
            .args(["cert", "verify", "--at", "2026-11-21", "--roots"])
            .arg(&bundle)
            .args(LIST_ROOT)
            .args(["--intermediate", "tests/recipes/pki/test-code-signing-ca.pem", leaf])
    };
    cert("tests/recipes/pki/test-other-publisher.pem").run().code(PUBLISHABLE);
    cert("tests/recipes/pki/test-publisher.pem").run().code(BLOCKED).says("TRUST_E_EXPLICIT_DISTRUST");
    badsig()
        .args(["check", "--roots"])
        .arg(&bundle)
        .arg(DISTRUSTED)
        .run()
        .code(USAGE)
        .complains("not trusted");
}

#[test]
fn what_is_wrong_or_missing_is_told() {
    let parent = tempfile::tempdir().unwrap();
    let bundle = parent.path().join("bundle");
    trust("update").args(["--from", SYNC, "--dir"]).arg(&bundle).args(LIST_ROOT).run().code(PUBLISHABLE);
    let certificate = bundle.join("4f5c578f813a0504ef2f5ea76715b1b41cc2aba6.crt");
    let verify = || trust("verify").arg(&bundle).args(LIST_ROOT);
    let good = fs::read(&certificate).unwrap();
    fs::write(&certificate, &good[..good.len() - 1]).unwrap();
    verify().run().code(BLOCKED).says("wrong");
    trust("export")
        .arg("--dir")
        .arg(&bundle)
        .args(["--to", "x.tar"])
        .args(LIST_ROOT)
        .run()
        .code(USAGE)
        .complains("not exported");
    fs::remove_file(&certificate).unwrap();
    let ran = verify().args(["--format", "json"]).run().code(UNDECIDED);
    assert_eq!(ran.json()["certificates"]["missing"][0], "4f5c578f813a0504ef2f5ea76715b1b41cc2aba6.crt");
    fs::write(&certificate, &good).unwrap();
    fs::remove_file(bundle.join("disallowedcert.stl")).unwrap();
    verify().run().code(UNDECIDED).says("the list is missing");
    trust("verify").arg(parent.path().join("nowhere")).run().code(USAGE).complains("no such directory");
}

/// A list that does not hold, or certificates that are not there: the bundle stays as it was.
#[test]
fn a_refused_update_changes_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let (bundle, other) = (parent.path().join("bundle"), parent.path().join("other"));
    trust("update").args(["--from", SYNC, "--dir"]).arg(&bundle).args(LIST_ROOT).run().code(PUBLISHABLE);
    let before: Vec<Vec<u8>> =
        listing(&bundle).iter().map(|name| fs::read(bundle.join(name)).unwrap()).collect();
    let refused = |from: &Path, says: &str| {
        trust("update")
            .arg("--from")
            .arg(from)
            .arg("--dir")
            .arg(&bundle)
            .args(LIST_ROOT)
            .run()
            .code(USAGE)
            .complains(says);
        let after: Vec<Vec<u8>> =
            listing(&bundle).iter().map(|name| fs::read(bundle.join(name)).unwrap()).collect();
        assert_eq!(after, before, "{says}");
    };
    fs::create_dir(&other).unwrap();
    let with = |name: &str| {
        fs::copy(repository().join("tests/trust").join(name), other.join("authroot.stl")).unwrap()
    };
    with("disallowedcert.stl");
    refused(&other, "this is not the root program");
    with("authroot.stl");
    for (name, says) in [
        ("sha1.stl", "can be forged"),
        ("signed-for-code.stl", "not trusted"),
        ("other-identifiers.stl", "not supported"),
    ] {
        fs::copy(repository().join("tests/trust").join(name), other.join("disallowedcert.stl")).unwrap();
        refused(&other, says);
    }
    fs::remove_file(other.join("disallowedcert.stl")).unwrap();
    let mut damaged = fs::read(repository().join(SYNC).join("authroot.stl")).unwrap();
    damaged[200] ^= 1;
    fs::write(other.join("authroot.stl"), damaged).unwrap();
    refused(&other, "bundle stays as it was");
    fs::remove_file(other.join("authroot.stl")).unwrap();
    refused(&other, "nothing of a bundle");
    refused(&repository().join("fixtures/exe/signed.exe"), "neither a cabinet nor an exported bundle");

    let empty = parent.path().join("empty");
    fs::copy(repository().join(SYNC).join("authroot.stl"), other.join("authroot.stl")).unwrap();
    trust("update")
        .arg("--from")
        .arg(&other)
        .arg("--dir")
        .arg(&empty)
        .args(LIST_ROOT)
        .run()
        .code(USAGE)
        .complains("1 of 1 root certificates are missing");
    assert!(!empty.exists());
}

/// One file carries the bundle to another place, and is the same each time.
#[test]
fn an_export_is_carried_and_imported() {
    let parent = tempfile::tempdir().unwrap();
    let path = |name: &str| parent.path().join(name);
    trust("update").args(["--from", SYNC, "--dir"]).arg(path("a")).args(LIST_ROOT).run().code(PUBLISHABLE);
    for name in ["one.tar", "two.tar"] {
        trust("export")
            .arg("--dir")
            .arg(path("a"))
            .arg("--to")
            .arg(path(name))
            .args(LIST_ROOT)
            .run()
            .code(PUBLISHABLE);
    }
    assert_eq!(fs::read(path("one.tar")).unwrap(), fs::read(path("two.tar")).unwrap());
    let Ok(tar) = Command::new("tar").arg("-tf").arg(path("one.tar")).output() else {
        return testkit::skip_tool("tar is not installed");
    };
    assert_eq!(
        String::from_utf8(tar.stdout).unwrap(),
        "authroot.stl\ndisallowedcert.stl\n4f5c578f813a0504ef2f5ea76715b1b41cc2aba6.crt\n"
    );
    trust("update")
        .arg("--from")
        .arg(path("one.tar"))
        .arg("--dir")
        .arg(path("b"))
        .args(LIST_ROOT)
        .run()
        .code(PUBLISHABLE);
    for name in listing(&path("a")) {
        assert_eq!(
            fs::read(path("a").join(&name)).unwrap(),
            fs::read(path("b").join(&name)).unwrap(),
            "{name}"
        );
    }
    // An archive by somebody else, with a name that leads elsewhere.
    fs::write(path("x"), b"x").unwrap();
    let made = Command::new("tar")
        .arg("-cPf")
        .arg(path("evil.tar"))
        .arg("../x")
        .current_dir(path("a"))
        .status()
        .unwrap();
    assert!(made.success());
    trust("update")
        .arg("--from")
        .arg(path("evil.tar"))
        .arg("--dir")
        .arg(path("b"))
        .args(LIST_ROOT)
        .run()
        .code(USAGE)
        .complains("no part of a bundle");
}

/// Microsoft's own list of 2026-10-23: from a directory, and from a cabinet made by gcab.
#[test]
fn microsofts_list_from_a_directory_and_a_cabinet() {
    let Some(list) = microsoft() else { return };
    let parent = tempfile::tempdir().unwrap();
    let path = |name: &str| parent.path().join(name);
    fs::create_dir(path("sync")).unwrap();
    fs::copy(&list, path("sync/authroot.stl")).unwrap();
    trust("update")
        .arg("--from")
        .arg(path("sync"))
        .arg("--dir")
        .arg(path("bundle"))
        .run()
        .code(PUBLISHABLE)
        .says("Root program of 2026-10-23T23:18:35Z: 0 certificates new, 381 known before.");
    let ran = trust("verify").arg(path("bundle")).args(["--format", "json"]).run().code(UNDECIDED);
    let report = ran.json();
    assert_eq!((report["valid"].as_bool(), report["complete"].as_bool()), (Some(true), Some(false)));
    assert_eq!(report["roots"]["entries"], 555);
    assert_eq!(report["certificates"]["present"], 381);
    assert_eq!(report["roots"]["sha256"], "2f402c0556aaa1dc3afa2750a88bfd1670a72619ad4a34de2d340db677742f40");
    // The same as the embedded one, so the same answers.
    let of = |roots: &str| {
        trust("show").args(["--roots", roots, "--format", "json"]).run().code(PUBLISHABLE).json()["usages"]
            .clone()
    };
    assert_eq!(of("embedded"), of(path("bundle").to_str().unwrap()));

    let made = Command::new("gcab")
        .arg("-c")
        .arg("-z")
        .arg(path("list.cab"))
        .arg("authroot.stl")
        .current_dir(path("sync"))
        .status();
    if !made.is_ok_and(|status| status.success()) {
        testkit::skip_tool("gcab is missing");
        return;
    }
    trust("update")
        .arg("--from")
        .arg(path("list.cab"))
        .arg("--dir")
        .arg(path("second"))
        .run()
        .code(PUBLISHABLE)
        .says("381 known before");
    assert_eq!(listing(&path("second")), listing(&path("bundle")));
}

/// Microsoft's cabinet of June 2025, as it was served: read, verified, and refused because a newer list is held.
#[test]
fn an_older_list_of_microsoft_is_refused() {
    let Some(cabinet) = beside("suites/authroot-history/authrootstl-20250616.cab") else { return };
    let parent = tempfile::tempdir().unwrap();
    trust("update")
        .arg("--from")
        .arg(&cabinet)
        .arg("--dir")
        .arg(parent.path().join("bundle"))
        .run()
        .code(USAGE)
        .complains("older than the one of 2026-10-23T23:18:35Z that is held");
    assert!(!parent.path().join("bundle").exists());
}

/// The figures of the documentation, which were counted by an independent reader of the list.
#[test]
fn show_counts_and_explains() {
    let ran = trust("show").args(["--format", "json"]).run().code(PUBLISHABLE);
    let report = ran.json();
    assert_eq!(report["roots"], 381);
    let counts = |index: usize| {
        let usage = &report["usages"][index];
        ["allowed", "without_limit", "closed_for_new_certificates", "disabled"]
            .map(|key| usage[key].as_u64().unwrap())
    };
    assert_eq!(counts(0), [310, 70, 84, 156]);
    assert_eq!(counts(1), [332, 143, 30, 159]);
    trust("show")
        .arg("DigiCert Trusted Root G4")
        .run()
        .code(PUBLISHABLE)
        .says("trusted without limit (documented)");
    // Microsoft Root Certificate Authority 2010, by the start of its thumbprint.
    trust("show").arg("3b1efd3a").run().code(PUBLISHABLE).says("Microsoft Root Certificate Authority 2010");
    trust("show").arg("nobody's root").run().code(USAGE).complains("no root of the program");
    // VeriSign's G5: the empty date of August 2023 disables nothing, the cut-off counts.
    trust("show")
        .arg("4EB6D578499B1CCF5F581EAD56BE3D9B6744A5E5")
        .run()
        .code(PUBLISHABLE)
        .says("certificates issued from 2021-02-01 on are not trusted");
}

/// As from Microsoft's server: cabinets and certificates by HTTP, only what is not there yet, all or nothing.
#[test]
fn an_update_over_http_fetches_what_is_missing() {
    let parent = tempfile::tempdir().unwrap();
    let path = |name: &str| parent.path().join(name);
    let sync = repository().join(SYNC);
    let cabinet = |name: &str, list: &str| {
        let status =
            Command::new("gcab").arg("-c").arg("-z").arg(path(name)).arg(list).current_dir(&sync).status();
        status.is_ok_and(|status| status.success())
    };
    if !cabinet("authrootstl.cab", "authroot.stl") || !cabinet("disallowedcertstl.cab", "disallowedcert.stl")
    {
        testkit::skip_tool("gcab is missing");
        return;
    }
    let server = Site::new();
    let certificate = "4f5c578f813a0504ef2f5ea76715b1b41cc2aba6.crt";
    for name in ["authrootstl.cab", "disallowedcertstl.cab"] {
        server.serves(&format!("en/{name}"), fs::read(path(name)).unwrap());
    }
    let update = || {
        trust("update")
            .arg("--dir")
            .arg(path("bundle"))
            .arg("--url")
            .arg(server.url("en/"))
            .args(LIST_ROOT)
            .arg("--allow-private-addresses")
    };
    update().run().code(USAGE).complains("1 of 1 certificates did not arrive");
    assert!(!path("bundle").exists());
    server.serves(
        &format!("en/{certificate}"),
        fs::read(repository().join("tests/recipes/pki/test-publisher.der")).unwrap(),
    );
    update().run().code(USAGE).complains("not those in the list");
    server.serves(&format!("en/{certificate}"), fs::read(sync.join(certificate)).unwrap());
    update().run().code(PUBLISHABLE).says("1 certificates new");
    trust("verify").arg(path("bundle")).args(LIST_ROOT).run().code(PUBLISHABLE);
    let asked = server.asked().len();
    fs::copy(repository().join("tests/trust/roots.sst"), path("bundle").join("disallowedcert.sst")).unwrap();
    update().run().code(PUBLISHABLE).says("0 certificates new, 1 known before");
    assert!(path("bundle").join("disallowedcert.sst").exists(), "what is distrusted stays so");
    assert_eq!(server.asked().len(), asked + 2, "the two cabinets");
    server.stop();
    update().run().code(USAGE).complains("bundle stays as it was");
    trust("verify").arg(path("bundle")).args(LIST_ROOT).run().code(PUBLISHABLE);
}

/// A list of distrusted certificates that is damaged, emptied, another, or cannot be read is not the same as none: what it
/// distrusts would pass.
#[test]
fn a_damaged_list_in_a_bundle_ends_the_run() {
    let parent = tempfile::tempdir().unwrap();
    let bundle = parent.path().join("bundle");
    trust("update").args(["--from", SYNC, "--dir"]).arg(&bundle).args(LIST_ROOT).run().code(PUBLISHABLE);
    let check = || {
        let ran = badsig().args(["check", "--at", "2025-07-01", "--roots"]).arg(&bundle).args(LIST_ROOT);
        ran.arg(DISTRUSTED).run()
    };
    check().code(BLOCKED).says("distrusted");
    fs::write(bundle.join("readme.txt"), "not a list").unwrap();
    check().code(BLOCKED);
    let list = bundle.join("disallowedcert.stl");
    let good = fs::read(&list).unwrap();
    let root = fs::read(bundle.join("authroot.stl")).unwrap();
    let certificate = fs::read(bundle.join("4f5c578f813a0504ef2f5ea76715b1b41cc2aba6.crt")).unwrap();
    for bad in [&good[..300], &[], b"hello", &root[..], &certificate[..]] {
        fs::write(&list, bad).unwrap();
        check().code(USAGE).complains("disallowedcert.stl");
    }
    fs::remove_file(&list).unwrap();
    fs::create_dir(&list).unwrap();
    check().code(USAGE).complains("disallowedcert.stl is no file that can be read");
    // Neither may a new bundle be made without the list, nor is this one complete.
    let update = trust("update").args(["--from", "tests/trust/sync/authroot.stl"]);
    update.arg("--dir").arg(&bundle).args(LIST_ROOT).run().code(USAGE);
    let source = parent.path().join("source");
    fs::create_dir(&source).unwrap();
    for name in ["authroot.stl", "4f5c578f813a0504ef2f5ea76715b1b41cc2aba6.crt"] {
        fs::copy(repository().join(SYNC).join(name), source.join(name)).unwrap();
    }
    let update = trust("update").arg("--from").arg(&source).arg("--dir").arg(&bundle).args(LIST_ROOT);
    update.run().code(USAGE).complains("disallowedcert.stl cannot be read").complains("stays as it was");
    trust("verify").arg(&bundle).args(LIST_ROOT).run().code(BLOCKED).says("cannot be read");
    fs::remove_dir(&list).unwrap();
    fs::write(&list, &good).unwrap();
    for (name, bad) in [
        ("disallowedcert.sst", &b"hello"[..]),
        ("disallowedcert.sst", &b""[..]),
        ("disallowedcertstl.cab", &b"MSCFhello"[..]),
        ("authrootstl.cab", &b""[..]),
        ("roots.sst", &b"hello"[..]),
        ("other.crt", &b"hello"[..]),
    ] {
        fs::write(bundle.join(name), bad).unwrap();
        check().code(USAGE).complains(name);
        fs::remove_file(bundle.join(name)).unwrap();
    }
    check().code(BLOCKED);
}

#[cfg(unix)]
#[test]
fn a_list_behind_a_link_to_nowhere_is_not_absent() {
    let parent = tempfile::tempdir().unwrap();
    let bundle = parent.path().join("bundle");
    trust("update").args(["--from", SYNC, "--dir"]).arg(&bundle).args(LIST_ROOT).run().code(PUBLISHABLE);
    fs::remove_file(bundle.join("disallowedcert.stl")).unwrap();
    std::os::unix::fs::symlink("nowhere", bundle.join("disallowedcert.stl")).unwrap();
    let ran = badsig().args(["check", "--at", "2025-07-01", "--roots"]).arg(&bundle).args(LIST_ROOT);
    ran.arg(DISTRUSTED).run().code(USAGE).complains("disallowedcert.stl is no file that can be read");
    trust("verify").arg(&bundle).args(LIST_ROOT).run().code(BLOCKED).says("cannot be read");
}

/// `disallowedcert.sst` is distrusted where it stands beside the lists, and is carried along with them: into a bundle, out of it as one
/// file, and from there into the next, and through updates that do not bring it.
#[test]
fn the_store_of_distrusted_certificates_is_carried() {
    let parent = tempfile::tempdir().unwrap();
    let path = |name: &str| parent.path().join(name);
    fs::create_dir(path("sync")).unwrap();
    for name in listing(&repository().join(SYNC)) {
        fs::copy(repository().join(SYNC).join(&name), path("sync").join(&name)).unwrap();
    }
    // It holds the TEST root, so that everything is distrusted.
    fs::copy(repository().join("tests/trust/roots.sst"), path("sync").join("DisallowedCert.sst")).unwrap();
    let check = |roots: &str| {
        let ran = badsig().args(["check", "--at", "2025-07-01", "--roots"]).arg(path(roots)).args(LIST_ROOT);
        ran.arg("fixtures/exe/rsa-pss.exe").run()
    };
    let update = |from: PathBuf, to: &str| {
        trust("update").arg("--from").arg(from).arg("--dir").arg(path(to)).args(LIST_ROOT).run()
    };
    let export = |from: &str| {
        let ran = trust("export").arg("--dir").arg(path(from)).arg("--to").arg(path("carried.tar"));
        ran.args(LIST_ROOT).run()
    };
    let verify = || trust("verify").arg(path("a")).args(LIST_ROOT);
    check("sync").code(BLOCKED).says("0x800B0111");
    update(path("sync"), "a").code(PUBLISHABLE).says("distrusted certificates in disallowedcert.sst");
    check("a").code(BLOCKED).says("0x800B0111");
    verify().run().code(PUBLISHABLE).says("disallowedcert.sst with");
    export("a").code(PUBLISHABLE);
    update(path("carried.tar"), "b").code(PUBLISHABLE);
    check("b").code(BLOCKED).says("0x800B0111");
    let store = path("b").join("disallowedcert.sst");
    let good = fs::read(repository().join("tests/trust/roots.sst")).unwrap();
    assert_eq!(fs::read(&store).unwrap(), good);
    update(repository().join(SYNC), "b").code(PUBLISHABLE);
    assert_eq!(fs::read(&store).unwrap(), good, "an update without it keeps it");

    // Nobody signs it and it has no date: one that lacks a certificate does not take its place.
    fs::remove_file(path("sync").join("DisallowedCert.sst")).unwrap();
    fs::copy(repository().join("tests/trust/empty.sst"), path("sync").join("disallowedcert.sst")).unwrap();
    update(path("sync"), "b").code(USAGE).complains("does not hold").complains("stays as it was");
    // Damaged, or no file.
    fs::write(path("sync").join("disallowedcert.sst"), &good[..good.len() - 20]).unwrap();
    update(path("sync"), "c").code(USAGE).complains("disallowedcert.sst");
    fs::remove_file(path("sync").join("disallowedcert.sst")).unwrap();
    fs::create_dir(path("sync").join("disallowedcert.sst")).unwrap();
    update(path("sync"), "c").code(USAGE).complains("is no file that can be read");
    fs::write(path("a").join("disallowedcert.sst"), &good[..good.len() - 20]).unwrap();
    verify().run().code(BLOCKED).says("WRONG").says("disallowedcert.sst");
    let ran = verify().args(["--format", "json"]).run();
    assert!(ran.json()["untrusted"]["problem"].is_string());
    export("a").code(USAGE).complains("not exported");
}
