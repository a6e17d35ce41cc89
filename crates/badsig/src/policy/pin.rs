//! Pinned publishers: who alone may sign the files of a product.

use super::product::Product;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::name;
use crate::hex::Hex;

/// Who may sign the files of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublisherPin {
    /// The product, as its files name it.
    pub product: Product,
    /// Common names, organisations, or SHA-1 or SHA-256 thumbprints of certificates.
    pub signers: Vec<String>,
}

impl PublisherPin {
    /// Whether a certificate is one of those that may sign.
    pub fn allows(&self, signer: &Certificate) -> bool {
        let organization = name::attribute(signer.subject(), "O");
        let thumbprints =
            [Hex::from(&signer.sha1()[..]), Hex::from(&signer.sha256()[..])].map(|hex| hex.upper());
        self.signers.iter().any(|allowed| {
            *allowed == signer.common_name()
                || organization.as_ref() == Some(allowed)
                || thumbprints.iter().any(|own| own.eq_ignore_ascii_case(allowed))
        })
    }
}
