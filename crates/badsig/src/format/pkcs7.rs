//! Files that are a CMS by themselves: security catalogs (`.cat`) and signatures without their file.

use super::{Format, Layout, SignatureBlob};
use crate::authenticode::der::{DerError, Reader, tag};
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::signed_data::SignedData;
use crate::authenticode::spc;
use crate::limits::Limits;
use crate::subject::{ByteSource, read_vec};

/// `ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER … }` with id-signedData starts with this,
/// after a length of one to five octets.
pub(super) fn is_signed_data(head: &[u8]) -> bool {
    let skip = match head {
        [0x30, 0x80, ..] => 2,
        [0x30, long, ..] if (0x81..=0x84).contains(long) => usize::from(long & 0x7f).saturating_add(2),
        [0x30, short, ..] if *short < 0x80 => 2,
        _ => return false,
    };
    let oid = spc::SIGNED_DATA;
    let Some(rest) = head.get(skip..) else { return false };
    rest.first() == Some(&tag::OID) && rest.get(2..).is_some_and(|rest| rest.starts_with(oid.as_der()))
}

/// Reads the layout when the file is a CMS.
pub fn read(source: &dyn ByteSource, head: &[u8], limits: &Limits) -> Option<Layout> {
    if !is_signed_data(head) {
        return None;
    }
    let mut layout = Layout::empty(Format::P7);
    match read_vec(source, 0, source.size(), limits.signature_bytes) {
        Err(error) => layout.problems.push(error.into()),
        Ok(bytes) => {
            if content_type(&bytes).is_ok_and(|oid| oid == spc::CERTIFICATE_TRUST_LIST) {
                layout.format = Format::Cat;
            }
            // A catalog made by makecat and not signed yet is a SignedData without signers.
            if !has_no_signers(&bytes) {
                let place = "the file itself".to_owned();
                layout.signatures.push(SignatureBlob { place, offset: Some(0), bytes });
            }
        }
    }
    Some(layout)
}

fn has_no_signers(bytes: &[u8]) -> bool {
    SignedData::read(bytes).is_ok_and(|data| data.signers.is_empty())
}

fn content_type(bytes: &[u8]) -> Result<ObjectIdentifier, DerError> {
    let mut info = Reader::new(bytes).sequence("ContentInfo")?;
    info.oid("contentType")?;
    let mut data = info.expect(tag::context_constructed(0), "content")?.inside().sequence("SignedData")?;
    data.expect(tag::INTEGER, "version")?;
    data.expect(tag::SET, "digestAlgorithms")?;
    Ok(ObjectIdentifier::from_der(data.sequence("encapContentInfo")?.oid("contentType")?))
}
