//! Containers by other makers around a signed, an unsigned and a tampered program: every member under its path, and how it
//! stands, as `fixtures/inside/MANIFEST.toml` says; and what that does to the verdict for each target.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

mod common;

use std::collections::BTreeMap;

use badsig::judge::Verdict;
use badsig::trust::{Anchors, Evidence};
use badsig::{Facts, Limits, Outcome, Policy, Subject, Target};
use common::{judged_at, test_root};
use testkit::repository;

/// What the manifest says of one container.
struct Container {
    path: String,
    finding: Option<String>,
    members: BTreeMap<String, String>,
}

fn containers() -> Vec<Container> {
    let text = std::fs::read_to_string(repository().join("fixtures/inside/MANIFEST.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let files = manifest["file"].as_array().unwrap().iter();
    files
        .map(|file| Container {
            path: text(&file["path"]),
            finding: file.get("finding").map(text),
            members: file["members"]
                .as_table()
                .unwrap()
                .iter()
                .map(|(path, state)| (path.clone(), text(state)))
                .collect(),
        })
        .collect()
}

fn facts(container: &Container) -> Facts {
    let subject = Subject::open(&repository().join("fixtures/inside").join(&container.path)).unwrap();
    badsig::inspect(&subject.named(container.path.clone()), &Limits::default())
}

fn judged(facts: &Facts, targets: Vec<Target>) -> Verdict {
    let evidence = Evidence::new(judged_at(), Anchors::embedded().with([test_root()]));
    badsig::judge(facts, &evidence, &Policy::for_targets(targets))
}

/// Paths below the container, and how the members stand.
fn members(facts: &Facts, verdict: &Verdict) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![(facts, verdict)];
    while let Some((container, verdicts)) = open.pop() {
        for (member, verdict) in container.members.iter().zip(&verdicts.members) {
            let path = member.path.strip_prefix(&format!("{}!/", facts.path)).unwrap();
            found.insert(path.to_owned(), state(facts, member, verdict));
            open.push((member, verdict));
        }
    }
    found
}

fn state(outer: &Facts, member: &Facts, verdict: &Verdict) -> String {
    let first = member.same_as.as_deref().unwrap_or(&member.path);
    let first = outer.tree().find(|facts| facts.path == first).unwrap();
    match verdict.hresult.to_string().as_str() {
        "0x00000000" => {
            let contents = first.signatures[0].contents.as_ref().unwrap();
            format!("signed by {}", contents.signer_certificate().unwrap().common_name())
        }
        "0x800B0100" => "not signed".to_owned(),
        code => code.to_owned(),
    }
}

/// `*` stands for a name that badsig makes up.
fn is_path(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split("!/").collect(), path.split("!/").collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(pattern, part)| *pattern == "*" || pattern == part)
}

#[test]
fn every_member_is_found_and_judged() {
    let containers = containers();
    assert!(containers.len() >= 18, "{}", containers.len());
    for container in containers {
        let facts = facts(&container);
        let found = members(&facts, &judged(&facts, vec![Target::Windows]));
        for (path, state) in &container.members {
            let same = found.iter().find(|(own, _)| is_path(path, own));
            assert_eq!(same.map(|(_, state)| state), Some(state), "{}: {path} in {found:?}", container.path);
        }
        for path in found.keys() {
            let known = container.members.keys().any(|pattern| is_path(pattern, path));
            assert!(known, "{}: {path} is not in the manifest", container.path);
        }
        let problems: Vec<_> =
            facts.tree().flat_map(|facts| facts.payload.iter().flat_map(|own| own.problems())).collect();
        assert!(problems.is_empty(), "{}: {problems:?}", container.path);
    }
}

/// A member whose signature is broken blocks where endpoints verify it, and warns where the outer file alone counts; an unsigned
/// program warns; a package that is handed to Windows Installer counts as the outer file does.
#[test]
fn members_count_as_the_target_looks_at_them() {
    for container in containers() {
        let facts = facts(&container);
        let signed = !facts.signatures.is_empty();
        for target in [Target::Configmgr, Target::Windows, Target::PatchManagement] {
            let about = format!("{} for {target}", container.path);
            let verdict = judged(&facts, vec![target]);
            let level = |check: &str| {
                verdict
                    .findings
                    .iter()
                    .find(|finding| finding.check == check)
                    .map(|finding| finding.level.to_owned())
            };
            let of = |state: &str| {
                container
                    .members
                    .iter()
                    .filter(|(_, own)| *own == state)
                    .map(|(path, _)| path)
                    .collect::<Vec<_>>()
            };
            let broken = of("0x80096010");
            let handed = container.finding.as_deref() == Some("broken-installer-member");
            if !broken.is_empty() && !handed {
                let expected = if target == Target::Configmgr {
                    badsig::check::Level::Warn
                } else {
                    badsig::check::Level::Block
                };
                assert_eq!(level("broken-member"), Some(expected), "{about}");
                let finding =
                    verdict.findings.iter().find(|finding| finding.check == "broken-member").unwrap();
                let named =
                    broken.iter().any(|path| finding.message.contains(path.trim_start_matches("*!/")));
                assert!(named, "{about}: {}", finding.message);
            }
            if handed {
                assert_eq!(level("broken-installer-member"), Some(badsig::check::Level::Block), "{about}");
            }
            if let Some(check) = &container.finding {
                assert!(level(check).is_some(), "{about}: {check} is not in {:?}", verdict.findings);
            }
            let blocked = !signed || handed || (target != Target::Configmgr && !broken.is_empty());
            let mismatch =
                container.finding.as_deref() == Some("msi-cabinet-mismatch") && target != Target::Configmgr;
            if !container.members.is_empty() {
                assert_eq!(
                    verdict.outcome == Outcome::Blocked,
                    blocked || mismatch,
                    "{about}: {:?}",
                    verdict.findings
                );
            }
        }
    }
}

/// Free sectors, sectors that nothing reaches and bytes behind the last sector, counted by hand: the layouts of `fixtures/msi` have
/// none before something is put there.
#[test]
fn bytes_that_no_stream_reaches_are_counted() {
    let whole = std::fs::read(repository().join("fixtures/msi/signed.msi")).unwrap();
    let unallocated = |bytes: Vec<u8>| {
        badsig::inspect(&Subject::from_bytes("a.msi", bytes), &Limits::default()).storage.unallocated
    };
    let before = unallocated(whole.clone()).map_or(0, |found| found.bytes);
    assert!(unallocated(whole.clone()).is_none_or(|found| found.not_zero == 0));
    let mut longer = whole.clone();
    longer.extend([0; 700]);
    let zeros = unallocated(longer.clone()).unwrap();
    assert_eq!((zeros.bytes, zeros.not_zero, zeros.first), (before + 700, 0, None));
    longer.extend(b"PK\x05\x06");
    let found = unallocated(longer.clone()).unwrap();
    let first = u64::try_from(whole.len()).unwrap() + 700;
    assert_eq!((found.bytes, found.not_zero, found.first), (before + 704, 4, Some(first)));
}

/// What the tables of packages say of certificates and cabinets (made with msibuild from archive files).
#[test]
fn tables_of_certificates_are_read_and_compared() {
    let package = |path: &str| {
        let subject = Subject::open(&repository().join("fixtures/inside").join(path)).unwrap();
        badsig::inspect(&subject, &Limits::default())
    };
    let listed = package("listed/setup.msi");
    let certificate = &listed.installer_certificates[0];
    assert_eq!((certificate.key.as_str(), certificate.name.as_str()), ("signer", "TEST Publisher"));
    assert_eq!(certificate.thumbprint_sha1.upper(), "2688579C185D8882B1F9E2ED68815D5F1D7375C7");
    assert!(certificate.for_cabinets && certificate.for_patches);
    let cabinet = &listed.external_cabinets[0];
    assert!(cabinet.found && cabinet.listed);
    assert_eq!(cabinet.name, "product.cab");
    assert_eq!(
        (cabinet.signer.as_deref(), cabinet.certificate_matches),
        (Some("TEST Publisher"), Some(true))
    );
    let other = &package("other-certificate/setup.msi").external_cabinets[0];
    assert_eq!(other.listed_certificate.as_deref(), Some("TEST Other Publisher"));
    assert_eq!(other.certificate_matches, Some(false));
    let unsigned = &package("unsigned-cabinet/setup.msi").external_cabinets[0];
    assert_eq!((&unsigned.signer, unsigned.certificate_matches), (&None, None));
    let uncovered = package("external/setup.msi");
    assert!(uncovered.installer_certificates.is_empty());
    assert!(uncovered.external_cabinets[0].found && !uncovered.external_cabinets[0].listed);
}
