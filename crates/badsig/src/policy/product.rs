//! Which product a file belongs to, by what it says of itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::facts::{Description, Facts};

/// A product of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Product {
    /// The company in the version information, the manufacturer in the tables of an MSI or MSP.
    pub vendor: String,
    /// The product's name.
    pub name: String,
}

impl Product {
    /// What a file says; nothing when it does not name both.
    pub fn of(facts: &Facts) -> Option<Product> {
        let (vendor, name) = match facts.description.as_ref()? {
            Description::Pe(program) => {
                let version = program.version.as_ref()?;
                (version.company_name.clone(), version.product_name.clone())
            }
            Description::Installer(installer) => {
                let product = installer.product.as_ref();
                let patch = installer.patch.as_ref().and_then(|patch| patch.metadata.as_ref());
                (
                    product
                        .and_then(|product| product.manufacturer.clone())
                        .or_else(|| patch.and_then(|patch| patch.manufacturer_name.clone())),
                    product
                        .and_then(|product| product.product_name.clone())
                        .or_else(|| patch.and_then(|patch| patch.target_product_name.clone())),
                )
            }
        };
        let text =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Some(Product { vendor: text(vendor)?, name: without_version(&text(name)?).to_owned() })
    }

    /// Whether both are the same, whatever the case.
    pub fn is(&self, other: &Product) -> bool {
        self.vendor.eq_ignore_ascii_case(&other.vendor)
            && without_version(&self.name).eq_ignore_ascii_case(without_version(&other.name))
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.vendor, self.name)
    }
}

/// `7-Zip 16.04 (x64 edition)` is `7-Zip`: what follows the first word that begins with a digit and holds a full stop
/// changes with every release.
fn without_version(name: &str) -> &str {
    let is_version = |word: &str| {
        let word = word.trim_start_matches(['v', 'V', '(']);
        word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.')
    };
    let mut from = 0usize;
    for word in name.split(' ') {
        if from > 0 && is_version(word) {
            return name.get(..from).unwrap_or(name).trim_end_matches([' ', '-', ',']);
        }
        from = from.saturating_add(word.len()).saturating_add(1);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::without_version;

    #[test]
    fn versions_are_no_part_of_a_name() {
        assert_eq!(without_version("7-Zip 16.04 (x64 edition)"), "7-Zip");
        assert_eq!(without_version("Example Reader v2.1"), "Example Reader");
        assert_eq!(without_version("Visual Studio 2022"), "Visual Studio 2022");
        assert_eq!(without_version("3.14"), "3.14");
        assert_eq!(without_version(""), "");
    }
}
