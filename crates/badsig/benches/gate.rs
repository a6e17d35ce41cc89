//! How long reading and judging take: `cargo bench -p badsig`. The limit for large files is hashing them once.

#![allow(missing_docs, clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "benchmark code")]

use std::path::{Path, PathBuf};

use badsig::digest::DigestAlgorithm;
use badsig::trust::Evidence;
use badsig::{Facts, Limits, Policy, Subject};
use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

const FIXTURES: &[&str] = &["exe/signed-stamped.exe", "msi/signed-stamped.msi", "cab/signed-stamped.cab"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)
}

fn facts(name: &str) -> Facts {
    badsig::inspect(&Subject::open(&fixture(name)).unwrap(), &Limits::default())
}

fn evidence() -> Evidence {
    Evidence::embedded("2026-11-21".parse().unwrap())
}

/// A signed image with 64 MiB behind it: its digest does not fit, which costs the same.
fn large() -> Vec<u8> {
    let mut bytes = std::fs::read(fixture("exe/unsigned.exe")).unwrap();
    bytes.resize(64 << 20, 0x5a);
    bytes
}

/// Opening, reading and hashing one small signed file.
#[divan::bench(args = FIXTURES)]
fn inspect(bencher: Bencher<'_, '_>, name: &str) {
    let limits = Limits::default();
    bencher.bench(|| badsig::inspect(&Subject::open(&fixture(name)).unwrap(), &limits));
}

/// Judging facts whose certificates were met before, as in a run over many files.
#[divan::bench(args = FIXTURES)]
fn judge(bencher: Bencher<'_, '_>, name: &str) {
    let (facts, evidence) = (facts(name), evidence());
    bencher.bench(|| badsig::judge(&facts, &evidence, &Policy::default()));
}

/// Judging facts with nothing remembered.
#[divan::bench(args = FIXTURES)]
fn judge_afresh(bencher: Bencher<'_, '_>, name: &str) {
    let facts = facts(name);
    bencher.bench(|| badsig::judge(&facts, &evidence(), &Policy::default()));
}

/// A large image: everything badsig does with it …
#[divan::bench]
fn large_image(bencher: Bencher<'_, '_>) {
    let subject = Subject::from_bytes("large", large());
    let limits = Limits::default();
    bencher.counter(BytesCount::new(64u64 << 20)).bench(|| badsig::inspect(&subject, &limits));
}

/// … and hashing it alone.
#[divan::bench]
fn large_sha256(bencher: Bencher<'_, '_>) {
    let bytes = large();
    bencher.counter(BytesCount::new(64u64 << 20)).bench(|| DigestAlgorithm::Sha256.digest(&bytes));
}
