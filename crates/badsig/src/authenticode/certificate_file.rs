//! Files that bring certificates from outside: DER, PEM (one or several), PKCS#7 bundles (`.p7b`), recognised
//! by content.
//!
//! Strict, unlike the reading of a signature's bag: an administrator who names a file expects every
//! certificate in it to be used, so one that cannot be read is an error.

use super::certificate::{Certificate, CertificateError};
use super::pem;
use super::signed_data::SignedData;

/// Labels of RFC 7468 and of OpenSSL that hold one certificate.
const CERTIFICATE_LABELS: [&str; 2] = ["CERTIFICATE", "X509 CERTIFICATE"];
/// Labels that hold a PKCS#7 bundle.
const BUNDLE_LABELS: [&str; 2] = ["PKCS7", "CMS"];

/// Why a file gave no certificates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateFileError {
    /// There is none in it.
    #[error("holds no certificate (DER, PEM and PKCS#7 are read)")]
    None,
    /// A PEM block is damaged.
    #[error("PEM block {0} is damaged: {1}")]
    Pem(usize, String),
    /// A certificate cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// Reads all certificates of a file. Other PEM blocks (keys, revocation lists) are passed over.
///
/// # Errors
/// [`CertificateFileError`] when there is none, or one of them cannot be read.
pub fn read_certificates(bytes: &[u8]) -> Result<Vec<Certificate>, CertificateFileError> {
    let found = if pem::is_armoured(bytes) { from_pem(bytes)? } else { from_der(bytes)? };
    if found.is_empty() { Err(CertificateFileError::None) } else { Ok(found) }
}

fn from_der(bytes: &[u8]) -> Result<Vec<Certificate>, CertificateFileError> {
    if let Ok(bundle) = SignedData::read(bytes) {
        return bundle.certificates.iter().map(|der| Ok(Certificate::from_der(der)?)).collect();
    }
    if bytes.first() != Some(&super::der::tag::SEQUENCE) {
        return Err(CertificateFileError::None);
    }
    Ok(vec![Certificate::from_der(bytes)?])
}

fn from_pem(bytes: &[u8]) -> Result<Vec<Certificate>, CertificateFileError> {
    let mut found = Vec::new();
    for (number, block) in (1..).zip(pem::blocks(bytes)) {
        let wanted = block.is_one_of(&CERTIFICATE_LABELS) || block.is_one_of(&BUNDLE_LABELS);
        if wanted || block.label.is_none() {
            found.extend(from_der(&block.der.map_err(|why| CertificateFileError::Pem(number, why))?)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &[u8] = include_bytes!("../../../../tests/recipes/pki/test-root.der");
    const ROOT_PEM: &str = include_str!("../../../../tests/recipes/pki/test-root.pem");
    const OTHER_PEM: &str = include_str!("../../../../tests/recipes/pki/test-untrusted-root.pem");

    #[test]
    fn der_and_pem_give_the_same() {
        assert_eq!(read_certificates(ROOT).unwrap(), read_certificates(ROOT_PEM.as_bytes()).unwrap());
    }

    #[test]
    fn several_in_one_file_and_other_blocks_between() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let text = format!("a comment\r\n{ROOT_PEM}{key}{OTHER_PEM}");
        assert_eq!(read_certificates(text.as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_certificate_is_an_error() {
        assert_eq!(read_certificates(b"").unwrap_err(), CertificateFileError::None);
        assert_eq!(read_certificates(b"hello").unwrap_err(), CertificateFileError::None);
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(read_certificates(key.as_bytes()).unwrap_err(), CertificateFileError::None);
    }

    #[test]
    fn damage_is_an_error_even_beside_a_good_one() {
        let cut = OTHER_PEM.get(..OTHER_PEM.len() / 2).unwrap();
        let error = read_certificates(format!("{ROOT_PEM}{cut}").as_bytes()).unwrap_err();
        assert!(matches!(error, CertificateFileError::Pem(2, _)), "{error}");
        assert!(read_certificates(&ROOT[..ROOT.len() / 2]).is_err());
    }
}
