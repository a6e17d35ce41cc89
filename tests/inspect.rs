//! `badsig inspect`: facts, no verdict; extraction.

mod common;

use std::fs;

use common::{UNDECIDED, USAGE, badsig};
use testkit::repository;

const DUAL: &str = "fixtures/exe/dual-signed.exe";

#[test]
fn facts_without_a_verdict() {
    let ran = badsig().args(["inspect", DUAL]).run().code(0);
    let ran =
        ran.says("signature 0  certificate table entry 1").says("signature 1").says("TEST Other Publisher");
    let text = ran.stdout().to_lowercase();
    assert!(!text.contains("publishable") && !text.contains("blocked"), "{text}");
}

#[test]
fn what_is_wrong_is_shown_but_not_judged() {
    badsig().args(["inspect", "fixtures/exe/tampered.exe"]).run().code(0).says("does not match the file");
    badsig().args(["inspect", "fixtures/exe/padded.exe"]).run().code(0).says("not zero");
}

#[test]
fn json_is_the_facts_which_can_be_read_again() {
    let ran = badsig().args(["inspect", "--format", "json", DUAL]).run().code(0);
    let facts: badsig::Facts = serde_json::from_value(ran.json()).unwrap();
    assert_eq!(facts.signatures.len(), 2);
    assert!(facts.sha1.is_some());
}

#[test]
fn what_cannot_be_read_is_undecided() {
    badsig().args(["inspect", "missing.exe"]).run().code(UNDECIDED).says("cannot be opened");
    badsig().args(["inspect", "fixtures"]).run().code(UNDECIDED).says("is a directory");
    badsig().args(["inspect", "Cargo.toml"]).run().code(UNDECIDED).says("unknown format");
    badsig().arg("inspect").run().code(USAGE);
}

#[test]
fn signatures_are_extracted_as_they_stand() {
    let directory = tempfile::tempdir().unwrap();
    let extract = |number: &str| {
        let path = directory.path().join(format!("{number}.p7s"));
        let command = badsig().args(["inspect", DUAL, "--signature", number, "--extract-signature"]);
        command.arg(&path).run().code(0);
        fs::read(path).unwrap()
    };
    let (outer, nested) = (extract("0"), extract("1"));
    let file = fs::read(repository().join(DUAL)).unwrap();
    let contains = |all: &[u8], part: &[u8]| all.windows(part.len()).any(|window| window == part);
    assert!(contains(&file, &outer) && contains(&outer, &nested) && nested.len() < outer.len());
    assert!(outer.starts_with(&[0x30, 0x82]) && nested.starts_with(&[0x30, 0x82]));
    let command = badsig().args(["inspect", DUAL, "--signature", "2", "--extract-signature"]);
    command.arg(directory.path().join("2.p7s")).run().code(USAGE).complains("no signature 2");
}

#[test]
fn certificates_are_extracted_by_thumbprint_and_never_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = directory.path().join("new");
    let extract = || badsig().args(["inspect", DUAL, "--extract-certificates"]).arg(&certificates).run();
    extract().code(0);
    extract().code(0);
    let root = fs::read(repository().join("tests/recipes/pki/test-publisher.der")).unwrap();
    let path = certificates.join("2688579C185D8882B1F9E2ED68815D5F1D7375C7.cer");
    assert_eq!(fs::read(&path).unwrap(), root);
    fs::write(&path, "other").unwrap();
    extract().code(USAGE).complains("was not overwritten");
    assert_eq!(fs::read(&path).unwrap(), b"other");
}

/// The digest of `unsigned.exe` as coreutils give it, wherever it is taken out of.
#[test]
fn one_member_is_taken_out_by_its_path() {
    let directory = tempfile::tempdir().unwrap();
    let wanted = fs::read(repository().join("fixtures/exe/unsigned.exe")).unwrap();
    let cases = [
        ("stored.cab", "unsigned.exe"),
        ("mszip.cab", "mszip.cab!/unsigned.exe"),
        ("iexpress.exe", "fixtures/inside/iexpress.exe!/CABINET!/unsigned.exe"),
        ("zip.exe", "bin/unsigned.exe"),
        ("7z.exe", "unsigned.exe"),
        ("nsis-lzma-solid.exe", "bin/unsigned.exe"),
        ("embedded.msi", "Binary.unsigned"),
        ("embedded.msi", "product.cab!/key_unsigned"),
        // Under the name that it is installed with.
        ("embedded.msi", "product.cab!/unsigned.exe"),
        ("external/setup.msi", "setup.msi!/product.cab!/key_unsigned"),
        ("set-1.cab", "unsigned.exe"),
        ("set-in-streams.msi", "set-1.cab!/unsigned.exe"),
    ];
    for (number, (file, member)) in cases.iter().enumerate() {
        let to = directory.path().join(number.to_string());
        let command = badsig().arg("inspect").arg(format!("fixtures/inside/{file}"));
        let ran = command.args(["--extract", member, "--to"]).arg(&to).run().code(0);
        ran.says("sha256  4f8233b2e622").says("3072 bytes");
        let written: Vec<_> = fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(written.len(), 1, "{file}: {written:?}");
        assert!(fs::read(&written[0]).unwrap() == wanted, "{file}: {member}");
    }
}

#[test]
fn what_was_taken_out_is_told_as_json_too() {
    let directory = tempfile::tempdir().unwrap();
    let command = badsig().args(["inspect", "fixtures/inside/stored.cab", "--format", "json"]);
    let ran = command.args(["--extract", "signed.exe", "--to"]).arg(directory.path()).run().code(0);
    let told = ran.json();
    assert_eq!(told["path"], "signed.exe");
    assert_eq!(told["size"], 7864);
    assert_eq!(std::path::Path::new(told["file"].as_str().unwrap()), directory.path().join("signed.exe"));
}

/// Names that lead elsewhere, name devices, or cannot be shown: one file in the directory, under a harmless name.
#[test]
fn hostile_names_never_lead_out_of_the_directory() {
    let long = format!("{}.exe", "x".repeat(240));
    let cut = format!("{}.exe", "x".repeat(196));
    let cases = [
        ("cab", "../../x.exe", "x.exe"),
        ("cab", "C:/x.exe", "x.exe"),
        ("cab", "CON", "_CON"),
        ("cab", "NUL.exe", "_NUL.exe"),
        ("cab", "a/b.exe", "b.exe"),
        ("cab", "/abs.exe", "abs.exe"),
        ("cab", "-rf", "_-rf"),
        ("cab", ".profile", "_.profile"),
        ("cab", long.as_str(), cut.as_str()),
        ("cab", "same.exe", "same.exe"),
        // As they are shown.
        ("cab", "red\\u{1b}[31m.exe", "red_[31m.exe"),
        ("exe", "up\\u{202e}gpj.exe", "up_gpj.exe"),
        ("cab", "a:stream", "stream"),
        ("cab", "caf\u{e9}.exe", "caf\u{e9}.exe"),
        ("exe", "nul\\u{0}here.txt", "nul_here.txt"),
        ("exe", "../up.txt", "up.txt"),
        ("exe", "deep/er/..txt", "_..txt"),
    ];
    for (ending, member, expected) in cases {
        let above = tempfile::tempdir().unwrap();
        let directory = above.path().join("a/b/c");
        let command = badsig().arg("inspect").arg(format!("fixtures/inside/hostile-names.{ending}"));
        command.arg(format!("--extract={member}")).arg("--to").arg(&directory).run().code(0);
        let names = |place: &std::path::Path| -> Vec<String> {
            fs::read_dir(place)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        };
        assert_eq!(names(&directory), [expected], "{member}");
        assert_eq!(names(above.path()), ["a"], "{member}");
    }
}

#[test]
fn a_path_that_names_no_member_or_several_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("new");
    let extract = |file: &str, member: &str| {
        badsig().arg("inspect").arg(file).args(["--extract", member, "--to"]).arg(&to).run()
    };
    extract("fixtures/inside/hostile-names.cab", "twice.exe").code(USAGE).complains("different contents");
    let ran = extract("fixtures/inside/iexpress.exe", "unsigned.exe").code(USAGE);
    ran.complains("nearest: CABINET!/unsigned.exe");
    extract("fixtures/inside/stored.cab", "sigend.exe").code(USAGE).complains("nearest: signed.exe");
    extract("fixtures/exe/unsigned.exe", "a").code(USAGE).complains("finds no members");
    // What was not read may hold it.
    let cut = directory.path().join("cut.cab");
    let whole = fs::read(repository().join("fixtures/inside/mszip.cab")).unwrap();
    fs::write(&cut, &whole[..3000]).unwrap();
    extract(cut.to_str().unwrap(), "signed.exe").code(UNDECIDED).complains("cannot be taken out");
    fs::write(&cut, &whole[..100]).unwrap();
    extract(cut.to_str().unwrap(), "signed.exe").code(UNDECIDED).complains("not all of it could be read");
    extract("missing.cab", "a").code(UNDECIDED).complains("cannot be opened");
    let command = badsig().args(["inspect", "fixtures/inside/mszip.cab", "--max-unpacked", "1000"]);
    let ran = command.args(["--extract", "signed.exe", "--to"]).arg(&to).run().code(UNDECIDED);
    ran.complains("--max-unpacked");
    let left: Vec<_> = fs::read_dir(&to).into_iter().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
    badsig().args(["inspect", "fixtures/inside/stored.cab", "--extract", "signed.exe"]).run().code(USAGE);
}

#[test]
fn nothing_is_overwritten_and_no_link_is_followed() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("signed.exe");
    fs::write(&place, "mine").unwrap();
    let extract = || {
        let command =
            badsig().args(["inspect", "fixtures/inside/stored.cab", "--extract", "signed.exe", "--to"]);
        command.arg(directory.path()).run()
    };
    extract().code(USAGE).complains("was not overwritten");
    assert_eq!(fs::read(&place).unwrap(), b"mine");
    #[cfg(unix)]
    {
        fs::remove_file(&place).unwrap();
        let elsewhere = directory.path().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, &place).unwrap();
        extract().code(USAGE).complains("was not overwritten");
        assert!(!elsewhere.exists());
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn the_tree_names_every_member() {
    let ran = badsig().args(["inspect", "fixtures/inside/embedded.msi", "--tree"]).run().code(0);
    let ran = ran
        .tells("key_tampered (tampered.exe)")
        .tells("signed by TEST Publisher, but its digest does not match");
    ran.tells("Binary.unsigned").tells("the same bytes as").tells("cabinet (CAB)");
    let ran = badsig().args(["inspect", "fixtures/inside/hostile-names.cab", "--tree"]).run().code(0);
    ran.says("../../x.exe").says("red\\u{1b}[31m.exe").says("twice.exe");
    let ran = badsig().args(["inspect", "fixtures/inside/mszip.cab", "--tree", "--depth", "0"]).run().code(0);
    ran.says("--depth 0");
    let ran = badsig().args(["inspect", "fixtures/exe/unsigned.exe", "--tree"]).run().code(0);
    ran.says("nothing that badsig knows");
    badsig().args(["inspect", "fixtures/cab/truncated.cab", "--tree"]).run().code(UNDECIDED);
    let ran =
        badsig().args(["inspect", "fixtures/inside/hostile-names.cab", "--tree", "--format", "json"]).run();
    let others = ran.code(0).json()["payload"][0]["others"].as_array().unwrap().len();
    assert_eq!(others, 16);
}
