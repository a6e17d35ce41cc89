//! `badsig.toml`, exceptions, baselines, levels, approved certificates and the signer lock, from the command line.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "test code")]

mod common;

use std::path::{Path, PathBuf};

use common::{BLOCKED, Badsig, PUBLISHABLE, UNDECIDED, USAGE, badsig};
use tempfile::TempDir;
use testkit::repository;

/// A working directory with a policy, for the date and with the root of the fixtures.
struct Place(TempDir);

impl Place {
    fn new(policy: &str) -> Place {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("badsig.toml"), policy).unwrap();
        Place(directory)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Copies a fixture here.
    fn with(self, fixture: &str) -> Place {
        let name = fixture.rsplit('/').next().unwrap();
        std::fs::copy(repository().join("fixtures").join(fixture), self.path().join(name)).unwrap();
        self
    }

    fn run(&self, command: &[&str]) -> Badsig {
        badsig()
            .args(command)
            .args(["--at", "2026-11-21", "--add-root"])
            .arg(root())
            .in_directory(self.path())
    }

    fn check(&self) -> Badsig {
        self.run(&["check"])
    }
}

fn root() -> PathBuf {
    repository().join("tests/recipes/pki/test-root.pem")
}

const EXCEPTION: &str =
    "[[exception]]\ncheck = \"unsigned\"\npath = \"*.exe\"\nreason = \"the vendor does not sign\"\n";

fn excepted(expires: &str) -> String {
    format!("{EXCEPTION}expires = {expires}\n")
}

#[test]
fn an_exception_is_told_when_it_is_used() {
    let place = Place::new(&excepted("2027-01-31")).with("exe/unsigned.exe");
    let ran = place.check().arg("unsigned.exe").run().code(PUBLISHABLE);
    ran.tells("excepted: not signed (unsigned, path *.exe, until 2027-01-31): the vendor does not sign")
        .tells("ConfigMgr would refuse it all the same");
    let report = place.check().args(["--format", "json", "unsigned.exe"]).run().code(PUBLISHABLE).json();
    let file = &report["files"][0];
    assert_eq!(file["predictions"][0]["outcome"], "rejected");
    let finding = file["findings"].as_array().unwrap().iter().find(|one| one["check"] == "unsigned").unwrap();
    assert_eq!(finding["level"], "note");
    assert_eq!(finding["exception"]["reason"], "the vendor does not sign");
    assert_eq!(report.get("findings"), None);
}

#[test]
fn an_expired_exception_does_not_count() {
    let place = Place::new(&excepted("2026-11-20")).with("exe/unsigned.exe");
    place.check().arg("unsigned.exe").run().code(BLOCKED).tells("ran out on 2026-11-20");
    let text = Place::new(&excepted("\"2026-11-20\"")).with("exe/unsigned.exe");
    text.check().arg("unsigned.exe").run().code(BLOCKED).tells("exception-expired");
}

#[test]
fn an_exception_that_nothing_needs_is_told() {
    let place = Place::new(&excepted("2027-01-31")).with("exe/signed-stamped.exe");
    let ran = place.check().arg("signed-stamped.exe").run().code(PUBLISHABLE);
    ran.tells("the exception for unsigned (path *.exe) covers nothing here");
    let report = place.check().args(["--format", "json", "signed-stamped.exe"]).run().json();
    assert_eq!(report["findings"][0]["check"], "exception-unmatched");
}

#[test]
fn errors_of_the_policy_name_line_and_key() {
    let cases = [
        ("targets = []\ntagets = [\"wsus\"]\n", "line 2: unknown key \"tagets\"; nearest known: targets"),
        ("[roots]\nadds = []\n", "line 2: unknown key \"adds\"; nearest known: add"),
        ("targets = [\"sccm\"]\n", "line 1: "),
        ("x = \n", "line 1: "),
        ("[levels]\nunsinged = \"warn\"\n", "line 2: \"unsinged\" is no check; nearest known: unsigned"),
        ("[levels]\nbad-digest = \"warn\"\n", "line 2: bad-digest always blocks"),
        (&excepted("\"soon\""), "line 1: expires = \"soon\": expected a date"),
        (&excepted("2027-01-31").replace("unsigned", "bad-digest"), "must name one file by sha256"),
        (&excepted("2027-01-31").replace("the vendor does not sign", ""), "an exception needs a reason"),
        (
            &excepted("2027-01-31").replace("path = \"*.exe\"", "sha256 = \"12\""),
            "expected 64 hexadecimal digits",
        ),
        (&excepted("2027-01-31").replace("path", "vendor"), "vendor with product"),
        (
            &format!("{}\n{}", excepted("2027-01-31"), excepted("2028-01-31")),
            "line 7: this exception clashes with the one at line 1",
        ),
    ];
    for (policy, expected) in cases {
        let place = Place::new(policy);
        let ran = place.check().arg("x.exe").run().code(USAGE);
        ran.complains("badsig.toml").complains(expected);
    }
}

#[test]
fn the_policy_is_found_upwards_or_named_or_left_out() {
    let place = Place::new(&excepted("2027-01-31").replace("*.exe", "**/*.exe")).with("exe/unsigned.exe");
    let below = place.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    let file = place.path().join("unsigned.exe");
    place.check().arg(&file).in_directory(&below).run().code(PUBLISHABLE);
    place.check().arg("--no-config").arg("unsigned.exe").run().code(BLOCKED);
    let named = place.path().join("badsig.toml");
    let elsewhere = tempfile::tempdir().unwrap();
    let named = place.check().arg("--config").arg(named).arg(&file).in_directory(elsewhere.path());
    named.run().code(PUBLISHABLE);
    place
        .check()
        .args(["--config", "missing.toml", "x"])
        .run()
        .code(USAGE)
        .complains("missing.toml: cannot be read");
}

#[test]
fn paths_in_the_policy_start_where_it_lies() {
    let place = Place::new("[roots]\nadd = [\"root.pem\"]\n").with("exe/signed-stamped.exe");
    std::fs::copy(root(), place.path().join("root.pem")).unwrap();
    let below = place.path().join("below");
    std::fs::create_dir(&below).unwrap();
    let ran = badsig().args(["check", "--at", "2026-11-21"]).arg(place.path().join("signed-stamped.exe"));
    ran.in_directory(&below).run().code(PUBLISHABLE);
}

#[test]
fn levels_are_typed_or_written() {
    let place =
        Place::new("[levels]\nnot-timestamped = \"block\"\n").with("exe/signed.exe").with("exe/unsigned.exe");
    place.check().arg("signed.exe").run().code(BLOCKED);
    place.check().args(["--warn", "not-timestamped", "signed.exe"]).run().code(PUBLISHABLE);
    place.check().args(["--allow", "unsigned", "unsigned.exe"]).run().code(PUBLISHABLE);
    let refused = place.check().args(["--allow", "bad-digest", "signed.exe"]).run().code(USAGE);
    refused.complains("--allow bad-digest: bad-digest always blocks");
    place.check().args(["--deny", "nothing", "signed.exe"]).run().code(USAGE).complains("is no check");
    let both = place.check().args(["--deny", "unsigned", "--allow", "unsigned", "signed.exe"]);
    both.run().code(USAGE).complains("another option gives it another level");
}

#[test]
fn targets_are_those_that_were_typed_before_those_that_are_written() {
    let place = Place::new("targets = [\"wsus\"]\n").with("exe/unsigned.exe");
    place.check().arg("unsigned.exe").run().code(PUBLISHABLE);
    place.check().args(["--target", "configmgr", "unsigned.exe"]).run().code(BLOCKED);
}

#[test]
fn the_state_of_the_users_is_written_as_a_number_or_as_text() {
    for state in ["0x23E00", "\"0x23E00\"", "146944"] {
        let place = Place::new(&format!("wintrust-state = {state}\n")).with("exe/signed-stamped.exe");
        let state_of = |ran: Badsig| {
            let report = ran.args(["--format", "json", "signed-stamped.exe"]).run().json();
            report["evidence"]["wintrust_state"].clone()
        };
        assert_eq!(state_of(place.check()), "0x23E00");
        assert_eq!(state_of(place.check().args(["--wintrust-state", "0x23C00"])), "0x23C00");
    }
    Place::new("wintrust-state = \"much\"").check().arg("x").run().code(USAGE).complains("0x23C00");
    Place::new("wintrust-state = -1").check().arg("x").run().code(USAGE).complains("line 1");
}

#[test]
fn defaults_that_are_typed_go_before_what_is_written() {
    let policy = "[roots]\nprogram = \"nowhere\"\n[revocation]\nmode = \"off\"\n";
    let place = Place::new(policy).with("exe/signed-stamped.exe");
    place.check().arg("signed-stamped.exe").run().code(USAGE).complains("nowhere");
    let typed = ["--roots", "embedded", "--revocation", "offline", "--format", "json", "signed-stamped.exe"];
    let report = place.check().args(typed).run().code(PUBLISHABLE).json();
    assert_eq!(report["evidence"]["roots"]["source"], "embedded");
    assert_eq!(report["evidence"]["revocation"], "offline");
}

#[test]
fn a_baseline_holds_for_the_same_bytes() {
    let place = Place::new("").with("exe/unsigned.exe").with("msi/unsigned.msi");
    place.check().args(["--output", "json=before.json", "unsigned.exe"]).run().code(BLOCKED);
    let ran = place.check().args(["--baseline", "before.json", "unsigned.exe"]).run().code(PUBLISHABLE);
    ran.tells("excepted: not signed (unsigned, baseline)");
    place.check().args(["--baseline", "before.json", "unsigned.msi"]).run().code(BLOCKED);
    std::fs::write(place.path().join("no.json"), "[]").unwrap();
    place
        .check()
        .args(["--baseline", "no.json", "unsigned.exe"])
        .run()
        .code(USAGE)
        .complains("is no report of badsig");
}

#[test]
fn approved_certificates_are_a_directory_or_a_list() {
    let place = Place::new("").with("exe/signed-stamped.exe");
    let signer = repository().join("tests/recipes/pki/test-publisher.pem");
    let approved = place.path().join("ContentCertificates");
    std::fs::create_dir(&approved).unwrap();
    std::fs::copy(signer, approved.join("signer.cer")).unwrap();
    let check =
        |list: &str| place.check().args(["--approved-certificates", list, "signed-stamped.exe"]).run();
    check("ContentCertificates").code(PUBLISHABLE);
    std::fs::write(place.path().join("list.txt"), "0563B8630D62D75ABBC8AB1E4BDFB5A899B24D43\n").unwrap();
    let ran = check("list.txt").code(BLOCKED);
    ran.tells("is not among 1 certificate approved").tells("UPDATECONTENT_TRUST_FAIL");
    std::fs::write(place.path().join("bad.txt"), "one\ntwo\n").unwrap();
    check("bad.txt").code(USAGE).complains("line 1 is no SHA-1 thumbprint");
    check("missing").code(USAGE).complains("missing");
}

#[test]
fn a_pinned_publisher() {
    let pin = |signer: &str| {
        format!(
            "[[publisher]]\nvendor = \"TEST Vendor\"\nproduct = \"TEST Product\"\nsigners = [\"{signer}\"]\n"
        )
    };
    let place = Place::new(&pin("TEST Publisher")).with("exe/signed-version-info.exe");
    place.check().arg("signed-version-info.exe").run().code(PUBLISHABLE);
    let place = Place::new(&pin("Somebody Else")).with("exe/signed-version-info.exe");
    let ran = place.check().arg("signed-version-info.exe").run().code(BLOCKED);
    ran.tells("the policy names Somebody Else as its publisher").tells("publisher-changed");
}

#[test]
fn the_lock_is_written_shown_and_compared() {
    let place = Place::new("lock = \"badsig.lock\"\n").with("exe/signed-version-info.exe");
    let updated =
        badsig().args(["lock", "update", "--no-config", "--at", "2026-11-21", "--add-root"]).arg(root());
    updated.arg("signed-version-info.exe").in_directory(place.path()).run().code(PUBLISHABLE);
    let path = place.path().join("badsig.lock");
    let lock = std::fs::read_to_string(&path).unwrap();
    assert!(
        lock.contains("vendor = \"TEST Vendor\"") && lock.contains("name = \"TEST Publisher\""),
        "{lock}"
    );
    assert!(lock.contains("kinds = [\"authenticode\", \"rfc3161\"]"), "{lock}");
    let shown = badsig().args(["lock", "show"]).in_directory(place.path()).run().code(PUBLISHABLE);
    shown.tells("TEST Vendor / TEST Product authenticode, rfc3161").tells("1 product.");
    place.check().arg("signed-version-info.exe").run().code(PUBLISHABLE);
    // A second update changes nothing.
    let again =
        badsig().args(["lock", "update", "--no-config", "--at", "2026-11-21", "--add-root"]).arg(root());
    again.arg("signed-version-info.exe").in_directory(place.path()).run().code(PUBLISHABLE);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), lock);
    // Another organisation before: old and new side by side.
    let key = lock.lines().find(|line| line.starts_with("key = ")).unwrap();
    let other = lock.replace(key, &format!("key = \"{}\"", "0".repeat(64)));
    std::fs::write(&path, other.replace("badsig TEST", "Former Owner")).unwrap();
    let ran = place.check().arg("signed-version-info.exe").run().code(BLOCKED);
    ran.tells("another organisation")
        .tells("Before: \"TEST Publisher\" (Former Owner)")
        .tells("Now: \"TEST Publisher\"");
}

#[test]
fn what_the_lock_cannot_take_is_told() {
    let place = Place::new("").with("exe/tampered.exe").with("exe/signed-stamped.exe");
    let ran = place.run(&["lock", "update", "tampered.exe", "signed-stamped.exe"]).run().code(UNDECIDED);
    ran.complains("signed-stamped.exe: not taken: it names no vendor and product");
    std::fs::write(place.path().join("badsig.lock"), "version = 1\n[[product]]\nvender = \"x\"\n").unwrap();
    let ran = badsig().args(["lock", "show"]).in_directory(place.path()).run().code(USAGE);
    ran.complains("badsig.lock line 3: unknown key \"vender\"; nearest known: vendor");
}

#[test]
fn init_writes_a_policy_that_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    badsig().arg("init").in_directory(directory.path()).run().code(PUBLISHABLE);
    badsig().arg("init").in_directory(directory.path()).run().code(USAGE).complains("--force");
    badsig().args(["init", "--force"]).in_directory(directory.path()).run().code(PUBLISHABLE);
    let text = std::fs::read_to_string(directory.path().join("badsig.toml")).unwrap();
    let everything: String = text.lines().map(uncommented).collect();
    for policy in [text.as_str(), everything.as_str()] {
        toml::from_str::<toml::Table>(policy).unwrap();
    }
    let fixture = repository().join("fixtures/exe/unsigned.exe");
    badsig()
        .args(["check", "--at", "2026-11-21"])
        .arg(fixture)
        .in_directory(directory.path())
        .run()
        .code(BLOCKED);
}

/// A line with its setting switched on; comments in sentences stay comments.
fn uncommented(line: &str) -> String {
    let setting =
        line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['));
    format!("{}\n", setting.unwrap_or(line))
}

/// Whose policy counts is told with it, in every report.
#[test]
fn reports_name_the_policy() {
    let policy = excepted("2027-01-31");
    let place = Place::new(&policy).with("exe/unsigned.exe");
    place.check().args(["-q", "unsigned.exe"]).run().code(PUBLISHABLE).says("Policy: badsig.toml\n");
    place.check().arg("unsigned.exe").run().code(PUBLISHABLE).says("Policy: badsig.toml\n");
    let markdown = place.check().args(["--format", "markdown", "unsigned.exe"]).run().stdout();
    let report = place.check().args(["--format", "json", "unsigned.exe"]).run().json();
    let named = &report["evidence"]["policy"];
    assert_eq!(named["path"], "badsig.toml");
    let digest = named["sha256"].as_str().unwrap();
    assert_eq!(digest.len(), 64);
    assert!(markdown.contains(&format!("Policy: `badsig.toml`, SHA-256 `{digest}`")), "{markdown}");
    let html = place.check().args(["--format", "html", "unsigned.exe"]).run().stdout();
    assert!(html.contains("<dt>Policy</dt><dd>badsig.toml") && html.contains(digest), "{html}");
    let lines = place.check().args(["--format", "jsonl", "unsigned.exe"]).run().stdout();
    assert!(lines.lines().next().unwrap().contains(digest));
    let ran = place.check().args(["--no-config", "--allow", "unsigned", "unsigned.exe"]).run();
    assert!(!ran.code(PUBLISHABLE).stdout().contains("Policy:"));
    let catalog = repository().join("fixtures/cab/signed.cab");
    let updates = place.run(&["updates", "check", "-q"]).arg(catalog).run();
    assert!(updates.stdout().contains("Policy: badsig.toml\n"), "{}", updates.stdout());
}

/// A repository is a boundary: what lies above it is of somebody else.
#[test]
fn the_search_ends_at_the_top_of_the_repository() {
    let place = Place::new(&excepted("2027-01-31").replace("*.exe", "**/*.exe")).with("exe/unsigned.exe");
    let below = place.path().join("repository/below");
    std::fs::create_dir_all(&below).unwrap();
    let file = place.path().join("unsigned.exe");
    let check = |directory: &Path| place.check().arg(&file).in_directory(directory).run();
    check(&below).code(PUBLISHABLE);
    // In a further working tree it is a file.
    std::fs::write(place.path().join("repository/.git"), "gitdir: elsewhere").unwrap();
    check(&below).code(BLOCKED);
    check(&place.path().join("repository")).code(BLOCKED);
    std::fs::copy(place.path().join("badsig.toml"), place.path().join("repository/badsig.toml")).unwrap();
    check(&below).code(PUBLISHABLE);
}

#[cfg(unix)]
#[test]
fn a_policy_that_everybody_can_write_is_refused_above() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new(&excepted("2027-01-31").replace("*.exe", "**/*.exe")).with("exe/unsigned.exe");
    let below = place.path().join("below");
    std::fs::create_dir(&below).unwrap();
    let policy = place.path().join("badsig.toml");
    std::fs::set_permissions(&policy, std::fs::Permissions::from_mode(0o666)).unwrap();
    let file = place.path().join("unsigned.exe");
    let check = || place.check().arg(&file).in_directory(&below);
    check().run().code(USAGE).complains("can be written by everybody").complains("--config");
    check().arg("--config").arg(&policy).run().code(PUBLISHABLE);
    check().arg("--no-config").run().code(BLOCKED);
    place.check().arg("unsigned.exe").run().code(PUBLISHABLE);
}

/// Only root can give files away.
#[cfg(unix)]
#[test]
fn a_policy_of_another_user_is_refused_above() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let place = Place::new(&excepted("2027-01-31").replace("*.exe", "**/*.exe")).with("exe/unsigned.exe");
    if place.path().metadata().unwrap().uid() != 0 {
        return;
    }
    let below = place.path().join("below");
    std::fs::create_dir(&below).unwrap();
    let policy = place.path().join("badsig.toml");
    let file = place.path().join("unsigned.exe");
    let check = || place.check().arg(&file).in_directory(&below);
    chown(&policy, Some(12_345), None).unwrap();
    check().run().code(USAGE).complains("belongs to another user").complains("--config");
    // Whose the working directory is has a say, and so has root.
    chown(&below, Some(12_345), None).unwrap();
    chown(place.path(), Some(12_345), None).unwrap();
    check().run().code(PUBLISHABLE);
    chown(&policy, Some(0), None).unwrap();
    check().run().code(PUBLISHABLE);
    // A directory of somebody else ends the search: nobody else's /tmp/badsig.toml counts.
    chown(place.path(), Some(12_346), None).unwrap();
    chown(&policy, Some(12_346), None).unwrap();
    check().run().code(BLOCKED);
}

/// `badsig.toml` as the template has it: the lock is made by `lock update`, beside it, wherever one stands.
#[test]
fn a_lock_of_the_policy_is_made_and_shown() {
    let place = Place::new("lock = \"badsig.lock\"\n").with("exe/signed-version-info.exe");
    let below = place.path().join("below");
    std::fs::create_dir(&below).unwrap();
    let file = place.path().join("signed-version-info.exe");
    place.run(&["lock", "update"]).arg(&file).in_directory(&below).run().code(PUBLISHABLE);
    assert!(place.path().join("badsig.lock").exists() && !below.join("badsig.lock").exists());
    let shown = badsig().args(["lock", "show"]).in_directory(&below).run().code(PUBLISHABLE);
    shown.says("TEST Product");
    place.check().arg(&file).in_directory(&below).run().code(PUBLISHABLE);
    let own = below.join("own.lock");
    let typed = place.run(&["lock", "update"]).arg("--lock").arg(&own).arg(&file);
    typed.in_directory(&below).run().code(PUBLISHABLE);
    assert!(own.exists());
}

/// A signature that proves nothing of who made the file is not who signed before, also where nobody looks at signatures.
#[test]
fn a_signature_that_does_not_hold_is_nobodys() {
    let lock = |place: &Place| {
        let update = badsig().args(["lock", "update", "--no-config", "--at", "2026-11-21", "--add-root"]);
        let update = update.arg(root()).arg("signed-version-info.exe");
        update.in_directory(place.path()).run().code(PUBLISHABLE);
    };
    let pin = "[[publisher]]\nvendor = \"TEST Vendor\"\nproduct = \"TEST Product\"\nsigners = [\"TEST Publisher\"]\n";
    for (policy, before) in
        [("lock = \"badsig.lock\"\n", "Before: \"TEST Publisher\""), (pin, "the policy names")]
    {
        let place = Place::new(policy).with("exe/signed-version-info.exe");
        if policy != pin {
            lock(&place);
        }
        let file = place.path().join("signed-version-info.exe");
        let wsus = || place.check().args(["--target", "wsus", "signed-version-info.exe"]).run();
        wsus().code(PUBLISHABLE);
        // Who signed is known as long as only time is against it.
        let late =
            badsig().args(["check", "--at", "2060-01-01", "--target", "wsus", "--add-root"]).arg(root());
        let late = late.arg("signed-version-info.exe").in_directory(place.path()).run();
        assert!(!late.stdout().contains("publisher-changed"), "{}", late.stdout());
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[0x200] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        wsus().code(BLOCKED).tells("publisher-changed").tells("prove who signed").tells(before);
    }
    let twice = Place::new(&format!("{pin}{}", pin.replace("TEST Publisher", "Another")));
    twice
        .check()
        .arg("x.exe")
        .run()
        .code(USAGE)
        .complains("line 5")
        .complains("clashes with the one at line 1");
}

/// A signed program with packages behind it, in a ZIP archive; `None` where a tool is missing.
fn program_with(directory: &Path, packages: &[&str]) -> Option<()> {
    const APPEND: &str = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'a') as z:\n  for f in sys.argv[2:]: z.write(f, f.rsplit('/', 1)[-1])";
    let plain = directory.join("plain.exe");
    std::fs::copy(repository().join("fixtures/exe/unsigned.exe"), &plain).unwrap();
    let _ = std::fs::remove_file(directory.join("setup.exe"));
    let mut python = std::process::Command::new("python3");
    python.args(["-c", APPEND]).arg(&plain);
    python.args(packages.iter().map(|package| repository().join("fixtures/msi").join(package)));
    if !python.status().is_ok_and(|status| status.success()) {
        testkit::skip("python3 is not there");
        return None;
    }
    common::sign(&plain, &directory.join("setup.exe"))
}

/// What was decided of one package inside says nothing of another one, nor of what is found later.
#[test]
fn decisions_about_packages_inside_are_about_what_was_found() {
    let place = Place::new("");
    let Some(()) = program_with(place.path(), &["expired.msi", "revoked.msi"]) else { return };
    let expired = "broken-installer-member";
    place.check().args(["--output", "json=before.json", "setup.exe"]).run().code(BLOCKED).tells(expired);
    let crl = repository().join("tests/recipes/pki/test-code-signing-ca.crl").display().to_string();
    let revoked = repository().join("tests/recipes/pki/test-revoked.der").display().to_string();
    let lists = [["--crl", crl.as_str()], ["--distrust", revoked.as_str()]];
    let baseline = || place.check().args(["--baseline", "before.json", "setup.exe"]);
    baseline().run().code(PUBLISHABLE);
    for list in lists {
        baseline().args(list).run().code(BLOCKED).tells("revoked.msi");
    }
    let digest = place.check().args(["--format", "json", "setup.exe"]).run().json();
    let digest = digest["files"][0]["sha256"].as_str().unwrap().to_owned();
    let exception = |scope: &str| {
        format!("[[exception]]\ncheck = \"{expired}\"\n{scope}\nreason = \"tried\"\nexpires = 2027-01-31\n")
    };
    for scope in [format!("sha256 = \"{digest}\""), "path = \"setup.exe\"".to_owned()] {
        std::fs::write(place.path().join("badsig.toml"), exception(&scope)).unwrap();
        let excepted = || place.check().arg("setup.exe");
        excepted().run().code(PUBLISHABLE).tells("excepted");
        for list in lists {
            excepted().args(list).run().code(BLOCKED);
        }
    }
    // A changed package: the digest of the outer file fixes it, a path does not.
    let Some(()) = program_with(place.path(), &["tampered.msi"]) else { return };
    place.check().arg("setup.exe").run().code(BLOCKED);
    std::fs::write(place.path().join("badsig.toml"), exception("path = \"setup.exe\"")).unwrap();
    place.check().arg("setup.exe").run().code(BLOCKED);
}

/// A directory can be named like the start of a virtual path.
#[test]
fn exceptions_for_members_cover_no_files() {
    let exception = |check: &str| {
        format!(
            "[[exception]]\ncheck = \"{check}\"\npath = \"in/setup.exe!/a.cab!/*.msi\"\nreason = \"tried\"\nexpires = 2027-01-31\n"
        )
    };
    let place = Place::new(&exception("expired"));
    let directory = place.path().join("in/setup.exe!/a.cab!");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::copy(repository().join("fixtures/msi/expired.msi"), directory.join("x.msi")).unwrap();
    place.check().arg("in").run().code(BLOCKED).tells("exception-unmatched");
    let of_files = Place::new(&exception("unsigned"));
    of_files.check().arg("in").run().code(USAGE).complains("line 1").complains("never about a member");
    let of_catalogs = Place::new(&exception("catalog-unsigned"));
    of_catalogs.check().arg("in").run().code(USAGE).complains("which have no exceptions");
}
