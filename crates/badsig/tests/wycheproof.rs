//! Project Wycheproof's signature vectors against [`PublicKey::verify`]: RSA PKCS#1 v1.5, RSA-PSS and ECDSA.
//!
//! Every valid signature is accepted and every invalid one refused. Of those that Wycheproof leaves to the
//! reader (`acceptable`) there is one kind, `MissingNull`: a DigestInfo whose AlgorithmIdentifier lacks the NULL
//! parameter. It is refused: RFC 8017 8.2.2 has verifiers compare the whole block with the one that they make
//! themselves, and that one has the NULL (9.2 note 1).
//!
//! The vectors lie beside the repository (`../shared/suites/wycheproof`); without them the test says that it was
//! skipped.

#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "test code")]

use badsig::Hex;
use badsig::authenticode::public_key::{BareDigest, PublicKey, SignatureScheme};
use badsig::digest::DigestAlgorithm;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    #[serde(rename = "testGroups")]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "publicKeyDer")]
    key: Hex,
    sha: String,
    #[serde(rename = "mgfSha")]
    mask_digest: Option<String>,
    #[serde(rename = "sLen")]
    salt: Option<usize>,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    tc_id: u64,
    comment: String,
    flags: Vec<String>,
    msg: Hex,
    sig: Hex,
    result: Expected,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expected {
    Acceptable,
    Invalid,
    Valid,
}

#[derive(Default)]
struct Figures {
    files: usize,
    valid: usize,
    invalid: usize,
    acceptable: usize,
}

fn digest(name: &str) -> DigestAlgorithm {
    match name {
        "SHA-256" => DigestAlgorithm::Sha256,
        "SHA-384" => DigestAlgorithm::Sha384,
        "SHA-512" => DigestAlgorithm::Sha512,
        other => panic!("{other}"),
    }
}

fn scheme(group: &Group) -> SignatureScheme {
    let digest = digest(&group.sha);
    match group.kind.as_str() {
        "EcdsaVerify" => SignatureScheme::Ecdsa(digest),
        "RsassaPkcs1Verify" => SignatureScheme::RsaPkcs1(digest),
        "RsassaPssVerify" | "RsassaPssWithParametersVerify" => {
            assert_eq!(group.mask_digest.as_deref(), Some(group.sha.as_str()));
            SignatureScheme::RsaPss { digest, salt: group.salt.unwrap() }
        }
        other => panic!("{other}"),
    }
}

#[test]
fn every_vector_is_decided_as_it_should_be() {
    let Some(suite) = testkit::beside("suites/wycheproof") else { return };
    let entries = std::fs::read_dir(suite).unwrap();
    let (mut figures, mut failures) = (Figures::default(), Vec::new());
    let paths = entries.map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let file: File = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        figures.add(&file);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        for group in &file.groups {
            failures.extend(differences(group).into_iter().map(|difference| format!("{name} {difference}")));
        }
    }
    println!(
        "Wycheproof: {} files, {} valid accepted, {} invalid refused, {} acceptable (MissingNull) refused",
        figures.files, figures.valid, figures.invalid, figures.acceptable
    );
    assert!(failures.is_empty(), "{} vectors differ:\n{}", failures.len(), failures.join("\n"));
    assert!(figures.files >= 7 && figures.valid > 600 && figures.invalid > 1700);
}

impl Figures {
    fn add(&mut self, file: &File) {
        let results = || file.groups.iter().flat_map(|group| &group.tests).map(|vector| vector.result);
        let count = |wanted| results().filter(|result| *result == wanted).count();
        self.files = self.files.saturating_add(1);
        self.valid = self.valid.saturating_add(count(Expected::Valid));
        self.invalid = self.invalid.saturating_add(count(Expected::Invalid));
        self.acceptable = self.acceptable.saturating_add(count(Expected::Acceptable));
    }
}

fn differences(group: &Group) -> Vec<String> {
    let (key, scheme) = (PublicKey::read(&group.key.0).unwrap(), scheme(group));
    let mut found = Vec::new();
    for vector in &group.tests {
        let digest = scheme.digest().digest(&vector.msg.0);
        let accepted = key.verify(scheme, &digest, &vector.sig.0, BareDigest::Refused).is_ok();
        if vector.result == Expected::Acceptable {
            assert_eq!(vector.flags, ["MissingNull"], "a kind that nobody decided on");
        }
        if accepted != (vector.result == Expected::Valid) {
            found.push(format!("{}: accepted is {accepted} ({})", vector.tc_id, vector.comment));
        }
    }
    found
}
