//! The entries of `catalog/` are canonical, and the library has all of them. `BADSIG_BLESS=1 cargo test -p badsig --test
//! vendor_catalog` writes both anew.

#![allow(clippy::panic, clippy::unwrap_used, reason = "test code")]

use std::path::{Path, PathBuf};

use badsig::vendors::{Entry, VendorCatalog};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog")
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
