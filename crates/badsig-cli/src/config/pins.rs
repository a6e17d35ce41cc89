//! Pinned publishers of the policy file.

use std::path::Path;

use badsig::policy::{Product, PublisherPin};
use toml::Spanned;

use super::shape::Publisher;
use super::toml_file::{at, line};
use crate::failure::Failure;

/// What the file says of one product.
pub(super) fn pin(publisher: &Publisher) -> PublisherPin {
    let product = Product { vendor: publisher.vendor.clone(), name: publisher.product.clone() };
    PublisherPin { product, signers: publisher.signers.clone() }
}

/// Ends the run when two are about the same product: only one could count.
pub(super) fn check(path: &Path, text: &str, publishers: &[Spanned<Publisher>]) -> Result<(), Failure> {
    let mut seen: Vec<(usize, Product)> = Vec::new();
    for spanned in publishers {
        let product = pin(spanned.get_ref()).product;
        if let Some((there, _)) = seen.iter().find(|(_, other)| other.is(&product)) {
            let message = format!(
                "this publisher clashes with the one at line {there}: both are for {product}; name all signers in one"
            );
            return Err(at(path, text, Some(spanned.span()), &message));
        }
        seen.push((line(text, spanned.span().start), product));
    }
    Ok(())
}
