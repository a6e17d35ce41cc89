//! The fields of a TBSCertificate as they are encoded (RFC 5280 4.1): what is hashed, compared or looked up by its bytes.

use crate::authenticode::der::{DerError, Reader, Tlv, tag};
use crate::authenticode::extension::{Extension, extensions};
use crate::authenticode::oid::ObjectIdentifier;

/// Some fields, and the optional ones behind subjectPublicKeyInfo.
pub(crate) struct TbsFields<'a> {
    /// signature: the algorithm, as the signed part names it.
    pub(crate) signature: Tlv<'a>,
    /// subject.
    pub(crate) subject: Tlv<'a>,
    key: Tlv<'a>,
    rest: Reader<'a>,
}

impl<'a> TbsFields<'a> {
    /// Walks a TBSCertificate.
    pub(crate) fn read(mut fields: Reader<'a>) -> Result<TbsFields<'a>, DerError> {
        fields.optional(tag::context_constructed(0), "version")?;
        fields.expect(tag::INTEGER, "serialNumber")?;
        let signature = fields.expect(tag::SEQUENCE, "signature")?;
        fields.expect(tag::SEQUENCE, "issuer")?;
        fields.expect(tag::SEQUENCE, "validity")?;
        let subject = fields.expect(tag::SEQUENCE, "subject")?;
        let key = fields.expect(tag::SEQUENCE, "subjectPublicKeyInfo")?;
        Ok(TbsFields { signature, subject, key, rest: fields })
    }

    /// The contents of subjectPublicKey, without the octet that counts unused bits.
    pub(super) fn public_key_bits(&self) -> Result<&'a [u8], DerError> {
        let mut key = self.key.inside();
        key.expect(tag::SEQUENCE, "algorithm")?;
        key.expect(tag::BIT_STRING, "subjectPublicKey")?.bit_string("subjectPublicKey")
    }

    /// One extension; `None` when it is not there.
    pub(super) fn extension(mut self, oid: &ObjectIdentifier) -> Result<Option<Extension<'a>>, DerError> {
        self.rest.optional(tag::context(1), "issuerUniqueID")?;
        self.rest.optional(tag::context(2), "subjectUniqueID")?;
        let list = self.rest.optional(tag::context_constructed(3), "extensions")?;
        let Some(list) = list else { return Ok(None) };
        let all = extensions(&list.inside().only(tag::SEQUENCE, "extensions")?)?;
        Ok(all.into_iter().find(|extension| extension.oid == oid.as_der()))
    }
}
