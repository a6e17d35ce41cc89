//! Fields of a certificate that revocation needs as they stand: the key's bits and single extensions.

use super::extension::{Extension, extensions, inside};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::der::{DerError, Reader, tag};
use crate::authenticode::oid::ObjectIdentifier;

/// The bits of subjectPublicKey, which OCSP identifies keys by (RFC 6960 4.1.1).
pub(super) fn public_key_bits(certificate: &Certificate) -> Result<&[u8], DerError> {
    let (mut key, _) = split(certificate)?;
    key.expect(tag::SEQUENCE, "algorithm")?;
    key.expect(tag::BIT_STRING, "subjectPublicKey")?.bit_string("subjectPublicKey")
}

/// One extension; `None` when it is not there.
pub(super) fn extension<'a>(
    certificate: &'a Certificate,
    oid: &ObjectIdentifier,
) -> Result<Option<Extension<'a>>, DerError> {
    let (_, mut rest) = split(certificate)?;
    rest.optional(tag::context(1), "issuerUniqueID")?;
    rest.optional(tag::context(2), "subjectUniqueID")?;
    let Some(list) = rest.optional(tag::context_constructed(3), "extensions")? else { return Ok(None) };
    Ok(extensions(&inside(&list, tag::SEQUENCE, "extensions")?)?
        .into_iter()
        .find(|extension| extension.oid == oid.as_der()))
}

/// What is in subjectPublicKeyInfo, and what follows it (RFC 5280 4.1).
fn split(certificate: &Certificate) -> Result<(Reader<'_>, Reader<'_>), DerError> {
    let mut fields = Reader::new(certificate.tbs()).sequence("TBSCertificate")?;
    fields.optional(tag::context_constructed(0), "version")?;
    for field in ["serialNumber", "signature", "issuer", "validity", "subject"] {
        fields.any(field)?;
    }
    let key = fields.sequence("subjectPublicKeyInfo")?;
    Ok((key, fields))
}
