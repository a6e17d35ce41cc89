//! The entries of `catalog/` are canonical, and the library has all of them. `BADSIG_BLESS=1 cargo test -p badsig --test
//! vendor_catalog` writes both anew.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "test code"
)]

use std::path::{Path, PathBuf};

use badsig::vendors::{Entry, Knowledge, Observation, Signing, VendorCatalog};
use serde_json::Value;

fn directory() -> PathBuf {
    testkit::repository().join("catalog")
}

fn bless() -> bool {
    std::env::var_os("BADSIG_BLESS").is_some()
}

fn files() -> Vec<PathBuf> {
    let found = std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        found.filter(|path| path.extension().is_some_and(|own| own == "toml")).collect();
    files.sort();
    files
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap().replace("\r\n", "\n")
}

fn entry(path: &Path) -> Entry {
    Entry::from_toml(&text(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_file_is_canonical() {
    let mut different = Vec::new();
    for path in files() {
        let canonical = entry(&path).to_toml().unwrap();
        if bless() {
            std::fs::write(&path, &canonical).unwrap();
        }
        if text(&path) != canonical {
            different.push(path.display().to_string());
        }
    }
    assert!(different.is_empty(), "BADSIG_BLESS=1 rewrites {}", different.join(", "));
}

#[test]
fn the_library_has_every_entry() {
    let lines = files().into_iter().map(|path| serde_json::to_string(&entry(&path)).unwrap() + "\n");
    let data: String = lines.collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/vendors.json");
    if bless() {
        std::fs::write(&path, &data).unwrap();
    }
    assert!(text(&path) == data, "data/vendors.json is out of date: BADSIG_BLESS=1 rewrites it");
    if !bless() {
        assert_eq!(VendorCatalog::embedded().entries().len(), files().len());
        assert_eq!(
            VendorCatalog::embedded().digest(),
            VendorCatalog::new(VendorCatalog::read_directory(&directory()).unwrap()).digest()
        );
    }
}

/// The evidence that the catalog was made from, gathered from public text: nothing of it may be lost on the way.
#[test]
fn every_gathered_observation_is_in_the_catalog() {
    let Some(bytes) = testkit::bytes_beside("facts/vendors.json") else { return };
    let products: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let catalog = VendorCatalog::embedded();
    let mut compared = 0;
    for product in &products {
        let entry = catalog.entry(product["id"].as_str().unwrap()).unwrap();
        assert_eq!(entry.product, product["product"].as_str().unwrap());
        assert_eq!(entry.homepage.as_deref(), product["homepage"].as_str(), "{}", entry.id);
        for seen in product["observations"].as_array().unwrap() {
            assert!(entry.observations.iter().any(|own| is_the_same(own, seen)), "{}: {seen}", entry.id);
            compared += 1;
        }
    }
    assert!(compared > 0);
    println!("{compared} observations of {} products", products.len());
}

fn is_the_same(own: &Observation, gathered: &Value) -> bool {
    let state = match own.state {
        Signing::NotSeen => None,
        Signing::Unsigned => Some(false),
        Signing::Signed | Signing::SignedOutsideValidity | Signing::SignedUntrustedRoot => Some(true),
    };
    let digest = own.sha256.as_ref().map(|digest| digest.to_string().to_lowercase());
    let known = match gathered["mark"].as_str() {
        Some("R") => Knowledge::Read,
        _ => Knowledge::Excerpt,
    };
    state == gathered["signed"].as_bool()
        && own.known == known
        && own.date.as_ref().map(ToString::to_string).as_deref() == gathered["date"].as_str()
        && digest == gathered["sha256"].as_str().map(str::to_lowercase)
}
