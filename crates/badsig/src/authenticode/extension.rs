//! Extensions of certificates, lists, entries and answers (RFC 5280 4.2).

use super::der::{DerError, DerProblem, Reader, Tlv, tag};
use crate::limits;

/// One extension.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension<'a> {
    /// Contents octets of extnID.
    pub(crate) oid: &'a [u8],
    /// Whether who does not understand it must refuse the whole.
    pub(crate) critical: bool,
    /// The value inside extnValue.
    pub(crate) value: &'a [u8],
}

/// Reads what is in `Extensions ::= SEQUENCE SIZE (1..MAX) OF Extension`; each may stand there once.
pub(crate) fn extensions<'a>(sequence: &Tlv<'a>) -> Result<Vec<Extension<'a>>, DerError> {
    let problem = |why| sequence.error("Extensions", DerProblem::Value(why));
    let mut found: Vec<Extension<'a>> = Vec::new();
    let mut reader = sequence.inside();
    while !reader.is_empty() {
        let extension = Extension::read(&mut reader)?;
        if found.iter().any(|other| other.oid == extension.oid) {
            return Err(problem("an extension that is there twice"));
        }
        if found.len() >= limits::REVOCATION_ITEMS {
            return Err(problem("more extensions than are read"));
        }
        found.push(extension);
    }
    if found.is_empty() { Err(problem("a list of no extensions")) } else { Ok(found) }
}

impl<'a> Extension<'a> {
    /// `Extension ::= SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }`. A FALSE that is
    /// written out is no DER but common.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Extension<'a>, DerError> {
        let mut fields = reader.sequence("Extension")?;
        let oid = fields.oid("extnID")?;
        let critical = match fields.optional(tag::BOOLEAN, "critical")? {
            Some(flag) => boolean(&flag)?,
            None => false,
        };
        let value = fields.expect(tag::OCTET_STRING, "extnValue")?.value;
        fields.end("Extension")?;
        Ok(Extension { oid, critical, value })
    }
}

/// The value of a BOOLEAN, also of one with another tag. Anything but zero is true (X.690 8.2).
pub(crate) fn boolean(value: &Tlv<'_>) -> Result<bool, DerError> {
    match value.value {
        [octet] => Ok(*octet != 0),
        _ => Err(value.error("BOOLEAN", DerProblem::Value("a BOOLEAN that is not one octet long"))),
    }
}
