//! What an administrator sees, word by word.

mod common;

use common::check;

#[test]
fn a_mixed_batch() {
    let files =
        ["signed-stamped", "signed", "unsigned", "tampered", "expired", "legacy-stamped", "dual-signed"];
    let paths = files.map(|name| format!("fixtures/exe/{name}.exe"));
    insta::assert_snapshot!(check().args(paths).run().stdout());
}

/// Messages of the operating system are part of it.
#[cfg(unix)]
#[test]
fn what_cannot_be_decided() {
    let paths = ["fixtures/msi/truncated.msi", "Cargo.toml", "no-such-file.msi", "*.nothing"];
    insta::assert_snapshot!(check().args(paths).run().stdout());
}

#[test]
fn chains_and_stamps() {
    let files = ["incomplete-chain", "untrusted-root", "wrong-eku", "stamp-tampered", "lifetime-signing"];
    let paths = files.map(|name| format!("fixtures/exe/{name}.exe"));
    insta::assert_snapshot!(check().args(paths).run().stdout());
}

#[test]
fn quiet_shows_only_what_needs_attention() {
    let paths = ["fixtures/exe/signed-stamped.exe", "fixtures/exe/unsigned.exe"];
    insta::assert_snapshot!(check().arg("-q").args(paths).run().stdout());
}

#[test]
fn verbose_shows_everything() {
    let paths = ["fixtures/msi/extended.msi", "fixtures/exe/expired-stamped-late.exe"];
    insta::assert_snapshot!(check().arg("-v").args(paths).run().stdout());
}

#[test]
fn colours() {
    let paths = ["fixtures/exe/signed-stamped.exe", "fixtures/exe/unsigned.exe", "Cargo.toml"];
    let text = check().args(["--color", "always"]).args(paths).run().stdout();
    insta::assert_snapshot!(text.replace('\u{1b}', "␛"));
}
