//! How long it takes to find the entries that files belong to: `cargo bench -p badsig --bench vendors`.

#![allow(missing_docs, clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "benchmark code")]

use badsig::vendors::matching::Field;
use badsig::vendors::{Entry, Identity, VendorCatalog};
use divan::Bencher;

fn main() {
    divan::main();
}

const ENTRIES: usize = 10_000;
const FILES: usize = 1_000;

/// Entries as the real ones are. A third of them begin alike, which no index by the first letters tells apart.
fn text(number: usize) -> String {
    let prefix = if number.is_multiple_of(3) { "setup-" } else { "" };
    format!(
        r#"id = "product-{number}"
product = "Product {number}"
vendor = "Vendor {vendor}"
reviewed = "2026-11-21"
instead = "Made for a benchmark."

[match]
file_names = ["{prefix}product{number}-{{version}}.exe", "{prefix}product{number}_{{version}}_x64.msi"]

[match.msi]
manufacturers = ["Vendor {vendor}"]
product_names = ["Product {number} {{version}} (x64 edition)"]
upgrade_codes = ["{{23170F69-40C1-27{short:02X}-{low:04X}-000004??0000}}"]

[match.pe]
company_names = ["Vendor {vendor}"]
product_names = ["Product {number}"]

[[observation]]
date = "2026-01-01"
state = "unsigned"
says = "Made for a benchmark."
known = "read"
sources = ["https://example.com/{number}"]
"#,
        vendor = number / 4,
        short = number % 256,
        low = number / 256,
    )
}

fn catalog() -> VendorCatalog {
    VendorCatalog::new((0..ENTRIES).map(|number| Entry::from_toml(&text(number)).unwrap()))
}

/// What 1,000 files say of themselves: half of them belong to an entry, the others nearly do or not at all.
fn files() -> Vec<Identity> {
    (0..FILES)
        .map(|number| {
            let known = number * ENTRIES / FILES;
            let name = match number % 4 {
                0 => format!("setup-product{known}-1.2.3.exe"),
                1 => format!("product{known}_4.5_x64.msi"),
                2 => format!("setup-product{known}-{}.exe", "1.".repeat(60)),
                _ => format!("other{number}.exe"),
            };
            Identity::new()
                .with(Field::FileName, Some(&name))
                .with(Field::Sha256, Some(&format!("{number:064x}")))
                .with(Field::CompanyName, Some(&format!("Vendor {}", known / 4)))
                .with(Field::PeProductName, Some(&format!("Product {known}")))
        })
        .collect()
}

/// Finding the entries of 1,000 files among 10,000 entries.
#[divan::bench]
fn thousand_files_among_ten_thousand_entries(bencher: Bencher<'_, '_>) {
    let (catalog, files) = (catalog(), files());
    let found = files.iter().filter(|file| !catalog.matches(file).is_empty()).count();
    assert!(found >= FILES * 3 / 4, "{found}");
    bencher.bench(|| files.iter().map(|file| catalog.matches(file).len()).sum::<usize>());
}

/// Reading 10,000 entries and indexing their rules, once a run.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn ten_thousand_entries_read(bencher: Bencher<'_, '_>) {
    bencher.bench(catalog);
}
