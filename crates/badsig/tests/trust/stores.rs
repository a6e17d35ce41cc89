//! Stores as administrators export them. The `.sst` files follow Microsoft's documentation, the `.p7b` files are
//! OpenSSL's.

use super::{certificate, day, element, made, mutated, serialized};
use badsig::Hex;
use badsig::authenticode::spc;
use badsig::trust::CertificateStore;
use badsig::trust::root_program::{ListRoot, ListUsage, RootProgram, RootSource, RootVerdict, StampedOrNow};
use badsig::trust::store::{SstError, StoreError};
use testkit::{Random, bytes_beside, repository};

fn store(name: &str) -> CertificateStore {
    CertificateStore::read_bytes(name, &made(name)).unwrap()
}

fn names(store: &CertificateStore) -> Vec<String> {
    store.certificates().iter().map(|stored| stored.certificate.common_name()).collect()
}

#[test]
fn a_serialized_store_gives_certificates_and_limits() {
    let store = store("roots.sst");
    assert_eq!(names(&store), ["TEST Root", "TEST Untrusted Root", "TEST Untrusted TSA"]);
    assert!(store.skipped().is_empty());
    let limits = |index: usize| &store.certificates()[index].constraints;
    assert_eq!(limits(0).name, "TEST Root ☃");
    assert_eq!(limits(0).allowed_usages, Some(vec![spc::CODE_SIGNING, spc::TIME_STAMPING]));
    assert_eq!(limits(1).name, "TEST Untrusted Root");
    assert_eq!(limits(1).disabled_from, Some(day("2022-01-01")));
    assert_eq!(limits(1).disabled_usages, [spc::CODE_SIGNING]);
    assert_eq!((limits(2).not_before_cutoff, &limits(2).disabled_from), (Some(day("2019-06-01")), &None));
    assert_eq!(limits(2).not_before_usages, [spc::TIME_STAMPING]);
    let now = StampedOrNow::Now(day("2026-11-21"));
    let verdict = limits(1).verdict(&spc::CODE_SIGNING, now, day("2020-01-01"));
    assert_eq!(verdict, RootVerdict::Disabled { from: day("2022-01-01") });
}

/// An empty date was withdrawn; a limit that cannot be read is not taken for none.
#[test]
fn withdrawn_and_unreadable_limits() {
    let root = certificate("root");
    let limits = |properties: &[Vec<u8>]| {
        let bytes = serialized(&[properties, &[element(32, root.der())]].concat());
        let store = CertificateStore::read_bytes("x.sst", &bytes).unwrap();
        store.certificates()[0].constraints.clone()
    };
    assert_eq!(limits(&[element(104, b"")]).disabled_from, None);
    assert!(
        limits(&[element(104, b""), element(2, b"key"), element(20, b"id")]).unknown_properties.is_empty()
    );
    for broken in [
        element(104, b"short"),
        element(9, b"none"),
        element(122, &[0x30, 0]),
        element(84, b""),
        element(128, b""),
    ] {
        let found = limits(&[broken]);
        assert_eq!(found.unknown_properties.len(), 1);
        let now = StampedOrNow::Now(day("2026-11-21"));
        let verdict = found.verdict(&spc::CODE_SIGNING, now, day("2020-01-01"));
        assert_eq!(verdict, RootVerdict::LimitsUnknown);
    }
}

#[test]
fn damaged_serialized_stores_are_refused() {
    let bytes = made("roots.sst");
    let error = |bytes: &[u8]| match CertificateStore::read_bytes("x.sst", bytes).unwrap_err() {
        StoreError::Serialized(name, error) => (name, error).1,
        other => panic!("{other}"),
    };
    assert_eq!(error(&bytes[..bytes.len() - 12]), SstError::NoEnd(bytes.len() - 12));
    assert!(matches!(error(&bytes[..bytes.len() - 20]), SstError::PastEnd { .. }));
    assert_eq!(error(&[&bytes[..], b"more"].concat()), SstError::Behind(bytes.len()));
    let one_broken = serialized(&[element(32, b"no certificate"), element(32, certificate("root").der())]);
    let store = CertificateStore::read_bytes("x.sst", &one_broken).unwrap();
    assert_eq!((names(&store).len(), store.skipped()[0].source.as_str()), (1, "x.sst at 0x8"));
    assert!(store_is_empty("empty.sst"));
}

fn store_is_empty(name: &str) -> bool {
    store(name).certificates().is_empty()
}

#[test]
fn bundles_and_certificate_files() {
    let expected = ["TEST Code Signing CA", "TEST Missing CA"];
    for name in ["authorities.p7b", "authorities-pem.p7b", "authorities.sst"] {
        let mut found = names(&store(name));
        found.sort();
        assert_eq!(found, expected, "{name}");
    }
    let pem = CertificateStore::read_path(&repository().join("tests/recipes/pki/test-root.pem")).unwrap();
    assert_eq!(names(&pem), ["TEST Root"]);
    let none = CertificateStore::read_bytes("readme.txt", b"nothing").unwrap_err();
    assert!(none.to_string().starts_with("readme.txt: holds no certificate"), "{none}");
    let missing = CertificateStore::read_path(&repository().join("no-such-file")).unwrap_err();
    assert!(matches!(missing, StoreError::Unreadable { .. }));
}

/// The certificates that a list carries are its signer's, none of the store's.
#[test]
fn a_directory_as_certutil_writes_it() {
    let store = CertificateStore::read_path(&repository().join("tests/trust/sync")).unwrap();
    assert_eq!(names(&store), ["TEST Root"]);
    let lists: Vec<_> = store.lists().iter().map(|list| (list.source.as_str(), list.usage)).collect();
    let expected =
        [("authroot.stl", Some(ListUsage::Roots)), ("disallowedcert.stl", Some(ListUsage::Distrusted))];
    assert_eq!(lists, expected);
    let skipped: Vec<_> = store.skipped().iter().map(|skipped| skipped.source.as_str()).collect();
    assert_eq!(skipped, ["readme.txt"]);
    assert!(store.contains(&certificate("root")) && !store.contains(&certificate("list-signer")));
    // The lists are not Microsoft's.
    assert!(store.distrusted(&ListRoot::Microsoft).is_err());
    assert!(store.root_program(RootSource::Directory("sync".into()), None, &ListRoot::Microsoft).is_err());
}

/// `certutil -syncWithWU` leaves the cabinets of the lists there too, and a store of distrusted certificates, which must
/// never be taken for roots or authorities. `gcab` made the cabinets.
#[test]
fn cabinets_and_the_distrusted_of_a_directory() {
    let microsoft = "tests/online/site/ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en";
    let directory = std::env::temp_dir().join(format!("badsig-distrusted-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    for name in ["authrootstl.cab", "disallowedcertstl.cab"] {
        std::fs::copy(repository().join(microsoft).join(name), directory.join(name)).unwrap();
    }
    std::fs::write(directory.join("DisallowedCert.sst"), made("roots.sst")).unwrap();
    std::fs::write(directory.join("other.cab"), b"MSCF").unwrap();
    let store = CertificateStore::read_dir(&directory);
    std::fs::remove_dir_all(&directory).unwrap();
    let store = store.unwrap();
    assert!(store.certificates().is_empty(), "{:?}", names(&store));
    assert!(store.untrusted().contains(&certificate("root")));
    let lists: Vec<_> = store.lists().iter().map(|list| (list.source.as_str(), list.usage)).collect();
    let expected = [
        ("authrootstl.cab!/authroot.stl", Some(ListUsage::Roots)),
        ("disallowedcertstl.cab!/disallowedcert.stl", Some(ListUsage::Distrusted)),
    ];
    assert_eq!(lists, expected);
    let skipped: Vec<_> = store.skipped().iter().map(|skipped| skipped.source.as_str()).collect();
    assert_eq!(skipped, ["other.cab"]);
}

/// The real list with the certificates of the embedded program, as `certutil -syncWithWU` would leave them.
#[test]
fn a_root_program_from_a_directory() {
    let Some(list) = bytes_beside("trust/authroot.stl") else { return };
    let embedded = RootProgram::embedded();
    let directory = std::env::temp_dir().join(format!("badsig-sync-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("authroot.stl"), list).unwrap();
    for root in &embedded.roots {
        std::fs::write(directory.join(format!("{}.crt", root.constraints.sha1)), &root.der).unwrap();
    }
    let store = CertificateStore::read_dir(&directory);
    std::fs::remove_dir_all(&directory).unwrap();
    let store = store.unwrap();
    assert!(store.skipped().is_empty());
    let held = embedded.edition();
    let program = store
        .root_program(RootSource::Directory(directory), Some(&held), &ListRoot::Microsoft)
        .unwrap()
        .unwrap();
    assert_eq!(program.roots, embedded.roots);
    assert!(store.distrusted(&ListRoot::Microsoft).unwrap().is_none());
}

#[test]
fn the_same_certificate_is_kept_once_with_its_limits() {
    let root = repository().join("tests/recipes/pki/test-root.der");
    let mut store = CertificateStore::read_path(&root).unwrap();
    assert_eq!(store.certificates()[0].constraints.not_before_cutoff, None);
    store.extend(CertificateStore::read_bytes("limited-root.sst", &made("limited-root.sst")).unwrap());
    assert_eq!(names(&store), ["TEST Root"]);
    assert_eq!(store.certificates()[0].constraints.not_before_cutoff, Some(day("2019-06-01")));
    assert!(store.find_by_sha1(&Hex::from(&certificate("root").sha1()[..]).0).is_some());
}

#[test]
fn no_mutation_panics() {
    let mut random = Random::new(0x5eed_0002);
    for name in ["roots.sst", "authorities.p7b", "authorities-pem.p7b", "disallowedcert.stl"] {
        let file = made(name);
        for _ in 0..2_000 {
            let _ = CertificateStore::read_bytes(name, &mutated(&mut random, &file));
        }
    }
}
