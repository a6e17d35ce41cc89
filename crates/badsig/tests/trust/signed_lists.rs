//! The signature around `authroot.stl` and `disallowedcert.stl`.

use super::{certificate, made, mutated};
use badsig::Hex;
use badsig::authenticode::ctl::list_in_signed_data;
use badsig::trust::root_program::{
    ListEdition, ListUsage, RootProgram, RootSource, SignedList, SignedListError,
};
use testkit::{Random, bytes_beside};

const REAL: [(&str, &str); 4] = [
    ("trust/authroot.stl", "2026-10-23"),
    ("suites/authroot-history/authroot-20250616.stl", "2025-06-16"),
    ("suites/authroot-history/authroot-137b584.stl", "2023-07-20"),
    ("suites/authroot-history/authroot-fc08b6e.stl", "2023-07-19"),
];

fn verify_made(name: &str, usage: ListUsage) -> Result<SignedList, SignedListError> {
    SignedList::verify_under(&made(name), usage, &certificate("root"))
}

fn real(name: &str) -> Option<SignedList> {
    bytes_beside(&format!("suites/authroot-history/{name}"))
        .map(|file| SignedList::verify(&file, ListUsage::Roots).unwrap())
}

#[test]
fn real_lists_are_microsofts() {
    for (path, date) in REAL {
        let Some(file) = bytes_beside(path) else { continue };
        let list = SignedList::verify(&file, ListUsage::Roots).unwrap();
        let names: Vec<String> = list.chain().iter().map(|certificate| certificate.common_name()).collect();
        assert_eq!(list.list().this_update.date(), date);
        assert_eq!(names[0], "Microsoft Certificate Trust List Publisher");
        assert!(names[1].starts_with("Microsoft Certificate List CA 20"), "{names:?}");
        assert_eq!(names[2], "Microsoft Root Certificate Authority 2010");
        let as_another = SignedList::verify(&file, ListUsage::Distrusted).unwrap_err();
        assert!(matches!(as_another, SignedListError::AnotherUsage(..)), "{as_another}");
    }
}

/// Every byte of the list itself is covered, and so is what decides in the rest of the message.
#[test]
fn one_changed_byte_of_a_real_list_is_one_too_many() {
    let Some(file) = bytes_beside("trust/authroot.stl") else { return };
    let list = list_in_signed_data(&file).unwrap();
    let start = list.as_ptr().addr() - file.as_ptr().addr();
    let mut random = Random::new(0x2026_1121);
    for _ in 0..300 {
        let mut changed = file.clone();
        let position = start + random.below(list.len());
        changed[position] ^= 1 << random.below(8);
        assert!(SignedList::verify(&changed, ListUsage::Roots).is_err(), "byte {position}");
    }
    let mut changed = file.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert!(SignedList::verify(&changed, ListUsage::Roots).is_err(), "the last byte of the signature value");
    let mut longer = file;
    longer.push(0);
    assert!(SignedList::verify(&longer, ListUsage::Roots).is_err(), "a byte behind the message");
}

#[test]
fn every_byte_of_a_made_list_counts() {
    let file = made("disallowedcert.stl");
    let root = certificate("root");
    let whole = SignedList::verify_under(&file, ListUsage::Distrusted, &root).unwrap();
    for position in 0..file.len() {
        let mut changed = file.clone();
        changed[position] ^= 0x01;
        // Places that decide nothing: algorithms named twice, versions, certificates that are not needed.
        if let Ok(list) = SignedList::verify_under(&changed, ListUsage::Distrusted, &root) {
            assert_eq!(list.list(), whole.list(), "byte {position}");
            assert_eq!(list.chain(), whole.chain(), "byte {position}");
        }
    }
}

/// OpenSSL verified signature and chain of the same files when they were made (`make_trust.py`).
#[test]
fn made_lists_are_taken_under_their_own_root_only() {
    for (name, usage) in [("authroot.stl", ListUsage::Roots), ("disallowedcert.stl", ListUsage::Distrusted)] {
        let list = verify_made(name, usage).unwrap();
        assert_eq!(list.usage(), usage);
        assert_eq!(list.list().this_update.to_string(), "2025-06-01T00:00:00Z");
        let error = SignedList::verify(&made(name), usage).unwrap_err();
        assert!(matches!(error, SignedListError::Signer(_)), "{error}");
        let other = SignedList::verify_under(&made(name), usage, &certificate("untrusted-root"));
        assert!(matches!(other, Err(SignedListError::Signer(_))));
    }
}

#[test]
fn what_is_wrong_is_said() {
    let refused = |name| verify_made(name, ListUsage::Distrusted).unwrap_err().to_string();
    assert_eq!(
        refused("signed-for-code.stl"),
        "the signer of the list is not trusted: \"TEST Publisher\" is not for 1.3.6.1.4.1.311.10.3.9"
    );
    assert_eq!(
        refused("sha1.stl"),
        "the signature of the list does not hold: it uses sha1, which can be forged"
    );
    assert_eq!(
        refused("no-issuer.stl"),
        "the signer of the list is not trusted: the chain of \"TEST List Signer\" does not lead to \"TEST Root\""
    );
    assert_eq!(
        refused("signer-expired.stl"),
        "the signer of the list is not trusted: \"TEST List Signer\" is valid from 2025-01-01 to 2026-01-01, not \
         on 2026-06-01"
    );
    assert_eq!(
        refused("authroot.stl"),
        "this is not the list of distrusted certificates: the list says that it is for 1.3.6.1.4.1.311.10.3.9"
    );
    assert!(SignedList::verify(b"", ListUsage::Roots).is_err());
}

/// July 2023: the list with the dates that broke old signatures, and twelve minutes later the one that took
/// them back. Who holds the second must not be brought back to the first.
#[test]
fn an_older_list_is_refused_after_a_newer_one() {
    let (Some(given), Some(withdrawn)) = (real("authroot-fc08b6e.stl"), real("authroot-137b584.stl")) else {
        return;
    };
    let (first, second) = (given.edition(), withdrawn.edition());
    assert!(withdrawn.clone().not_older_than(&first).is_ok());
    assert!(withdrawn.not_older_than(&second).is_ok(), "the same list again");
    let error = given.not_older_than(&second).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the list is of 2023-07-19T23:58:20Z, older than the one of 2023-07-20T00:10:38Z that is held"
    );
}

#[test]
fn numbers_are_compared_as_numbers() {
    let list = verify_made("disallowedcert.stl", ListUsage::Distrusted).unwrap();
    let edition = list.edition();
    let held = |digits: &str| ListEdition { sequence_number: Hex::parse(digits).unwrap(), ..edition.clone() };
    assert!(list.clone().not_older_than(&held("13ffffffffffffffff")).is_ok());
    assert!(list.clone().not_older_than(&held("ff")).is_ok());
    assert!(list.clone().not_older_than(&held(&format!("0000{}", edition.sequence_number))).is_ok());
    assert!(list.clone().not_older_than(&held("15ffffffffffffffff")).is_err());
    assert!(list.not_older_than(&held("010000000000000000ff")).is_err());
}

#[test]
fn a_root_program_comes_from_a_verified_list() {
    let held = RootProgram::embedded().edition();
    let source = || RootSource::Directory("sync".into());
    let Some(file) = bytes_beside("suites/authroot-history/authroot-20250616.stl") else { return };
    let error = RootProgram::from_signed_list(&file, Some(&held), source(), |_| None).unwrap_err();
    assert!(matches!(error, SignedListError::Older { .. }), "{error}");
    let Some(file) = bytes_beside("trust/authroot.stl") else { return };
    let embedded = RootProgram::embedded();
    let der = |sha1: &Hex| {
        let root = embedded.roots.iter().find(|root| root.constraints.sha1 == *sha1)?;
        Some(root.der.to_vec())
    };
    let program = RootProgram::from_signed_list(&file, Some(&held), source(), der).unwrap();
    assert_eq!(program.roots, embedded.roots);
    let error = RootProgram::from_signed_list(&made("authroot.stl"), None, source(), |_| None).unwrap_err();
    assert!(matches!(error, SignedListError::Signer(_)), "{error}");
}

#[test]
fn no_mutation_panics() {
    let (file, root) = (made("authroot.stl"), certificate("root"));
    let mut random = Random::new(0x5eed_0001);
    for _ in 0..3_000 {
        let _ = SignedList::verify_under(&mutated(&mut random, &file), ListUsage::Roots, &root);
    }
}
