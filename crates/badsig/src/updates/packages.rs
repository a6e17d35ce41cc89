//! The packages of one XML document, one after the other: a whole catalog (V1), or a single `.sdp`.

use std::io::Read;

use super::builder::Builder;
use super::package::Package;
use super::xml::{Document, XmlError};

/// An iterator over packages. Memory does not grow with their number. The first error ends it: what follows in a
/// document that is not well-formed has no certain meaning.
///
/// ```
/// # use badsig::updates::Packages;
/// let sdp = br#"<p:SoftwareDistributionPackage SchemaVersion="1.0"
///   xmlns:p="http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/SoftwareDistributionPackage.xsd">
///   <p:Properties PackageID="00004850-0000-0000-5350-000000065043" CreationDate="2016-01-09T13:24:22"/>
/// </p:SoftwareDistributionPackage>"#;
/// let packages: Vec<_> = Packages::new(&sdp[..])?.collect::<Result<_, _>>()?;
/// assert_eq!(packages[0].id.as_deref(), Some("00004850-0000-0000-5350-000000065043"));
/// # Ok::<(), badsig::updates::XmlError>(())
/// ```
pub struct Packages<'r> {
    document: Document<'r>,
    builder: Builder,
    ended: bool,
}

impl<'r> Packages<'r> {
    /// Starts reading a document.
    ///
    /// # Errors
    /// When its encoding cannot be told.
    pub fn new(source: impl Read + 'r) -> Result<Packages<'r>, XmlError> {
        Ok(Packages { document: Document::new(source)?, builder: Builder::default(), ended: false })
    }

    /// Whether the root is a catalog (known once the first package was read, or the end).
    pub fn is_catalog(&self) -> bool {
        self.builder.is_catalog
    }

    fn advance(&mut self) -> Result<Option<Package>, XmlError> {
        while self.document.advance(&mut self.builder)? {
            if let Some(package) = self.builder.complete.take() {
                return Ok(Some(package));
            }
        }
        self.ended = true;
        Ok(None)
    }
}

impl Iterator for Packages<'_> {
    type Item = Result<Package, XmlError>;

    fn next(&mut self) -> Option<Result<Package, XmlError>> {
        if self.ended {
            return None;
        }
        let next = self.advance();
        self.ended |= next.is_err();
        next.transpose()
    }
}

#[cfg(test)]
mod tests;
