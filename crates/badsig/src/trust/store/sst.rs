//! Serialized certificate stores (`.sst`): certificates, each after its properties.
//!
//! ```text
//! version   4 bytes  00000000
//! fileType  4 bytes  "CERT"
//! elements: id 4 bytes, encodingType 4 bytes, length 4 bytes, value; numbers are little-endian
//!   id 32: a certificate, to which the properties since the last one belong
//!   id 33, 34: a revocation list, a trust list; other ids: a property (`wincrypt.h`, CERT_*_PROP_ID)
//! end       12 bytes of zeros
//! ```
//! Source: [MS-OSHARED] 2.3.2.5 and 2.3.9.1, which describes the same structure inside Office files, and the
//! property numbers of `wincrypt.h`. Tested with files written from that documentation; none that Windows wrote
//! was at hand.

use super::{CertificateStore, ListFile, Skipped, StoredCertificate, list_usage, unlimited};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::ctl::property_usages;
use crate::authenticode::der::DerError;
use crate::authenticode::oid::ObjectIdentifier;
use crate::hex::Hex;
use crate::limits;
use crate::trust::root_program::{RootConstraints, property_time, utf16};

/// What a serialized store begins with.
const MAGIC: [u8; 8] = [0, 0, 0, 0, b'C', b'E', b'R', b'T'];

/// CERT_CERT_PROP_ID.
const CERTIFICATE: u32 = 32;
/// CERT_CRL_PROP_ID.
const REVOCATION_LIST: u32 = 33;
/// CERT_CTL_PROP_ID.
const TRUST_LIST: u32 = 34;
/// CERT_ENHKEY_USAGE_PROP_ID.
const ALLOWED_USAGES: u32 = 9;
/// CERT_FRIENDLY_NAME_PROP_ID.
const FRIENDLY_NAME: u32 = 11;
/// CERT_ROOT_PROGRAM_NAME_CONSTRAINTS_PROP_ID: a limit that is not judged.
const NAME_CONSTRAINTS: u32 = 84;
/// CERT_DISALLOWED_FILETIME_PROP_ID.
const DISABLED_FROM: u32 = 104;
/// CERT_DISALLOWED_ENHKEY_USAGE_PROP_ID.
const DISABLED_USAGES: u32 = 122;
/// CERT_NOT_BEFORE_FILETIME_PROP_ID.
const NOT_BEFORE: u32 = 126;
/// CERT_NOT_BEFORE_ENHKEY_USAGE_PROP_ID.
const NOT_BEFORE_USAGES: u32 = 127;
/// CERT_DISALLOWED_CA_FILETIME_PROP_ID: a limit that is not judged.
const DISABLED_AUTHORITY: u32 = 128;

/// What is wrong with a serialized store, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SstError {
    /// An element says it is longer than the file.
    #[error("the element at {offset:#x} has {length} bytes, {available} are left")]
    PastEnd {
        /// Where the element begins.
        offset: usize,
        /// The length it states.
        length: usize,
        /// Bytes that are left.
        available: usize,
    },
    /// The file ends without the end mark.
    #[error("it ends at {0:#x} without its end mark: a part is missing")]
    NoEnd(usize),
    /// Bytes follow the end mark.
    #[error("bytes follow its end mark at {0:#x}")]
    Behind(usize),
    /// More certificates than a store can have.
    #[error("it has more than {0} certificates")]
    TooMany(usize),
}

/// Whether the bytes begin like a serialized store.
pub(super) fn is_serialized_store(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

struct Element<'a> {
    id: u32,
    value: &'a [u8],
    offset: usize,
}

/// Reads a serialized store into `store`.
pub(super) fn read(name: &str, bytes: &[u8], store: &mut CertificateStore) -> Result<(), SstError> {
    let mut properties = Vec::new();
    let mut certificates = 0usize;
    let mut position = MAGIC.len();
    while let Some(element) = element(bytes, position)? {
        position = element.offset.saturating_add(12).saturating_add(element.value.len());
        match element.id {
            CERTIFICATE => {
                certificates = certificates.saturating_add(1);
                if certificates > limits::STORE_CERTIFICATES {
                    return Err(SstError::TooMany(limits::STORE_CERTIFICATES));
                }
                certificate(name, &element, &properties, store);
                properties.clear();
            }
            REVOCATION_LIST => properties.clear(),
            TRUST_LIST => {
                trust_list(name, &element, store);
                properties.clear();
            }
            _ => properties.push(element),
        }
    }
    Ok(())
}

/// The element at a position; `None` for the end mark, behind which nothing may follow.
fn element(bytes: &[u8], offset: usize) -> Result<Option<Element<'_>>, SstError> {
    let rest = bytes.get(offset..).unwrap_or_default();
    let number = |at: usize| rest.get(at..)?.first_chunk::<4>().map(|octets| u32::from_le_bytes(*octets));
    let (Some(id), Some(length)) = (number(0), number(8)) else { return Err(SstError::NoEnd(bytes.len())) };
    if id == 0 {
        let end = offset.saturating_add(12);
        return if bytes.len() > end { Err(SstError::Behind(end)) } else { Ok(None) };
    }
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let value = rest.get(12..).unwrap_or_default();
    match value.get(..length) {
        Some(value) => Ok(Some(Element { id, value, offset })),
        None => Err(SstError::PastEnd { offset, length, available: value.len() }),
    }
}

fn certificate(name: &str, element: &Element<'_>, properties: &[Element<'_>], store: &mut CertificateStore) {
    match Certificate::from_der(element.value) {
        Ok(certificate) => {
            let constraints = constraints(&certificate, properties);
            store.add(StoredCertificate { certificate, source: name.to_owned(), constraints });
        }
        Err(error) => {
            let source = format!("{name} at {:#x}", element.offset);
            store.skipped.push(Skipped { source, reason: error.to_string() });
        }
    }
}

fn trust_list(name: &str, element: &Element<'_>, store: &mut CertificateStore) {
    if let Some(usage) = list_usage(element.value) {
        let source = format!("{name} at {:#x}", element.offset);
        store.lists.push(ListFile { source, usage, bytes: element.value.to_vec() });
    }
}

/// The limits that the properties state. One that cannot be read, or that is known to be a limit and not understood, is none that
/// could be left out: it makes the certificate's limits unknown. Properties of other numbers are passed over: most are none of
/// Microsoft's limits (key containers, dates of archiving).
fn constraints(certificate: &Certificate, properties: &[Element<'_>]) -> RootConstraints {
    let mut found = unlimited(certificate);
    for property in properties {
        let read = match property.id {
            FRIENDLY_NAME => {
                found.name = utf16(property.value);
                Ok(())
            }
            ALLOWED_USAGES => usages(property).map(|usages| found.allowed_usages = Some(usages)),
            DISABLED_USAGES => some_usages(property).map(|usages| found.disabled_usages = usages),
            NOT_BEFORE_USAGES => some_usages(property).map(|usages| found.not_before_usages = usages),
            DISABLED_FROM => property_time(property.value).map(|time| found.disabled_from = time).ok_or(()),
            NOT_BEFORE => property_time(property.value).map(|time| found.not_before_cutoff = time).ok_or(()),
            NAME_CONSTRAINTS | DISABLED_AUTHORITY => Err(()),
            _ => Ok(()),
        };
        if read.is_err() {
            found.unknown_properties.push(identifier(property.id));
        }
    }
    found
}

fn usages(property: &Element<'_>) -> Result<Vec<ObjectIdentifier>, ()> {
    property_usages(property.value, "usages").map_err(|_: DerError| ())
}

/// As in the root program, a list of no usages is refused where it could mean none as well as all.
fn some_usages(property: &Element<'_>) -> Result<Vec<ObjectIdentifier>, ()> {
    usages(property).and_then(|usages| if usages.is_empty() { Err(()) } else { Ok(usages) })
}

/// `1.3.6.1.4.1.311.10.11.N`, as lists name the property.
fn identifier(property: u32) -> ObjectIdentifier {
    let octets = Hex::from(&property.to_be_bytes()[..]);
    let dotted = format!("1.3.6.1.4.1.311.10.11.{property}");
    dotted.parse().unwrap_or_else(|_| ObjectIdentifier::from_der(&octets.0))
}
