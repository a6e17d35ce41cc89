//! Certificate trust lists: the one structure behind the root program, the list of distrusted certificates
//! and security catalogs.
//!
//! ```text
//! CertificateTrustList ::= SEQUENCE {
//!     version            INTEGER DEFAULT 0,
//!     subjectUsage       SEQUENCE OF OBJECT IDENTIFIER,
//!     listIdentifier     OCTET STRING OPTIONAL,
//!     sequenceNumber     INTEGER OPTIONAL,
//!     thisUpdate         Time,
//!     nextUpdate         Time OPTIONAL,
//!     subjectAlgorithm   AlgorithmIdentifier,
//!     trustedSubjects    SEQUENCE OF SEQUENCE {
//!         subjectIdentifier  OCTET STRING,
//!         subjectAttributes  SET OF SEQUENCE { OBJECT IDENTIFIER, SET OF ANY } OPTIONAL } OPTIONAL,
//!     extensions     [0] EXPLICIT SEQUENCE OF Extension OPTIONAL }
//! ```
//! Source: the definitions in Microsoft's `wincrypt.h` (`CTL_INFO`, `CTL_ENTRY`), compared with four lists of
//! the root program and sixteen real security catalogs. The root program gives a sequence number and no list
//! identifier, catalogs the reverse; neither states when the next list comes.
//!
//! Nothing here looks at the signature around a list.

use super::extension::Extension;
use super::signed_data::SignedData;
use crate::authenticode::der::{DerError, DerProblem, Reader, tag};
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;
use crate::hex::Hex;
use crate::limits;
use crate::time::UtcTime;

/// A certificate trust list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateTrustList {
    /// What the list is for: [`spc::ROOT_LIST_SIGNER`], [`spc::DISALLOWED_LIST_SIGNER`],
    /// [`spc::SECURITY_CATALOG_LIST`].
    pub subject_usage: Vec<ObjectIdentifier>,
    /// Name of the list; security catalogs have one.
    pub list_identifier: Option<Hex>,
    /// Contents octets of the sequence number, which grows from list to list (in the root program: `14`,
    /// then the FILETIME of the list).
    pub sequence_number: Option<Hex>,
    /// When the list was made.
    pub this_update: UtcTime,
    /// When the next list is due; no list that was seen says so.
    pub next_update: Option<UtcTime>,
    /// How subjects are identified: a digest algorithm, or a property of certificates.
    pub subject_algorithm: ObjectIdentifier,
    /// The subjects, in the order of the list.
    pub entries: Vec<CtlEntry>,
    /// Extensions of the list itself.
    pub extensions: Vec<CtlExtension>,
}

/// One subject of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CtlEntry {
    /// A digest in the root program and in lists of distrusted certificates, a name in old security catalogs.
    pub subject_identifier: Hex,
    /// What the list says of the subject; nothing in lists of distrusted certificates.
    pub attributes: Vec<CtlAttribute>,
    /// Where the entry stands in the list, in bytes.
    pub offset: usize,
}

/// One attribute of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CtlAttribute {
    /// What the attribute is.
    pub kind: ObjectIdentifier,
    /// The encodings of its values, one after the other.
    pub values: Vec<u8>,
    /// Where the values stand in the list, in bytes.
    pub offset: usize,
}

/// One extension of a list (RFC 5280 4.1.2.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CtlExtension {
    /// What the extension is.
    pub kind: ObjectIdentifier,
    /// Whether a reader that does not know it has to refuse the list.
    pub critical: bool,
    /// The contents of its OCTET STRING.
    pub value: Vec<u8>,
}

/// Finds the encoding of the list inside a CMS message (PKCS#7 `ContentInfo` > `SignedData` >
/// `encapContentInfo`). As PKCS#7 did, the list stands there as it is, not inside an OCTET STRING.
///
/// **Verifies nothing**: neither that the signature holds, nor who signed.
///
/// # Errors
/// When it is no signed message, or its content is no certificate trust list.
pub fn list_in_signed_data(cms: &[u8]) -> Result<&[u8], DerError> {
    list_of(&SignedData::read(cms)?)
}

/// The same in a message that was read.
pub(crate) fn list_of<'a>(message: &SignedData<'a>) -> Result<&'a [u8], DerError> {
    let missing = DerError { field: "eContent", offset: 0, problem: DerProblem::Missing };
    let content = message.content.ok_or(missing)?;
    if message.content_type != spc::CERTIFICATE_TRUST_LIST || content.tag != tag::SEQUENCE {
        return Err(content.error("eContent", DerProblem::Value("not a certificate trust list")));
    }
    Ok(content.raw)
}

impl CertificateTrustList {
    /// Reads the encoding of a list (the SEQUENCE with its tag, as [`list_in_signed_data`] gives it).
    ///
    /// # Errors
    /// When a field is missing or misshapen, when something follows the last field, or when the list is
    /// larger than [`limits::LIST_ITEMS`].
    pub fn from_der(bytes: &[u8]) -> Result<CertificateTrustList, DerError> {
        let mut budget = Budget { left: limits::LIST_ITEMS };
        let mut outer = Reader::new(bytes);
        let mut list = outer.sequence("CertificateTrustList")?;
        outer.end("CertificateTrustList")?;
        list.optional(tag::INTEGER, "version")?;
        let subject_usage = identifiers(list.sequence("subjectUsage")?, "subjectUsage")?;
        let octets = list.optional(tag::OCTET_STRING, "listIdentifier")?;
        let list_identifier = octets.map(|octets| Hex::from(octets.value));
        let sequence_number = list.optional(tag::INTEGER, "sequenceNumber")?.map(|n| Hex::from(n.value));
        let this_update = list.any("thisUpdate")?.time("thisUpdate")?;
        let next_update = list.optional_time("nextUpdate")?;
        let mut algorithm = list.sequence("subjectAlgorithm")?;
        let subject_algorithm = ObjectIdentifier::from_der(algorithm.oid("subjectAlgorithm")?);
        let entries = match list.optional(tag::SEQUENCE, "trustedSubjects")? {
            Some(subjects) => all(subjects.inside(), &mut budget, entry)?,
            None => Vec::new(),
        };
        let extensions = match list.optional(tag::context_constructed(0), "extensions")? {
            Some(explicit) => all(explicit.inside().sequence("extensions")?, &mut budget, extension)?,
            None => Vec::new(),
        };
        list.end("CertificateTrustList")?;
        Ok(CertificateTrustList {
            subject_usage,
            list_identifier,
            sequence_number,
            this_update,
            next_update,
            subject_algorithm,
            entries,
            extensions,
        })
    }
}

impl CtlEntry {
    /// The attribute of this kind.
    ///
    /// # Errors
    /// When there are several: which of them counts is not defined.
    pub fn attribute(
        &self,
        kind: &ObjectIdentifier,
        field: &'static str,
    ) -> Result<Option<&CtlAttribute>, DerError> {
        let mut found = self.attributes.iter().filter(|attribute| attribute.kind == *kind);
        let first = found.next();
        match found.next() {
            None => Ok(first),
            Some(second) => {
                let problem = DerProblem::Value("the attribute is given twice");
                Err(DerError { field, offset: second.offset, problem })
            }
        }
    }
}

impl CtlAttribute {
    /// The contents of its only value, an OCTET STRING: so are all properties of certificates stored.
    ///
    /// # Errors
    /// When there is not exactly one value, or it is of another type.
    pub fn octets(&self, field: &'static str) -> Result<Vec<u8>, DerError> {
        self.only_octets(field).map_err(|error| self.moved(error))
    }

    /// As [`CtlAttribute::octets`], read further as a SEQUENCE OF OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// As [`CtlAttribute::octets`], and when it is no such sequence.
    pub fn identifiers(&self, field: &'static str) -> Result<Vec<ObjectIdentifier>, DerError> {
        property_usages(&self.octets(field)?, field).map_err(|error| self.moved(error))
    }

    fn only_octets(&self, field: &'static str) -> Result<Vec<u8>, DerError> {
        let mut values = Reader::new(&self.values);
        let value = values.any(field)?;
        values.end(field)?;
        Ok(value.octet_string(field)?.into_owned())
    }

    /// Offsets inside the attribute become offsets inside the list.
    fn moved(&self, error: DerError) -> DerError {
        DerError { offset: error.offset.saturating_add(self.offset), ..error }
    }
}

/// The usages in a property: a SEQUENCE OF OBJECT IDENTIFIER.
pub(crate) fn property_usages(octets: &[u8], field: &'static str) -> Result<Vec<ObjectIdentifier>, DerError> {
    let mut outer = Reader::new(octets);
    let sequence = outer.sequence(field)?;
    outer.end(field)?;
    identifiers(sequence, field)
}

/// Counts what is kept in memory.
struct Budget {
    left: usize,
}

fn all<'a, T>(
    mut reader: Reader<'a>,
    budget: &mut Budget,
    one: fn(&mut Reader<'a>, &mut Budget) -> Result<T, DerError>,
) -> Result<Vec<T>, DerError> {
    let mut items = Vec::new();
    while !reader.is_empty() {
        budget.left = budget.left.checked_sub(1).ok_or_else(|| DerError {
            field: "CertificateTrustList",
            offset: reader.offset(),
            problem: DerProblem::Value("more entries and attributes than badsig reads"),
        })?;
        items.push(one(&mut reader, budget)?);
    }
    Ok(items)
}

fn entry(reader: &mut Reader<'_>, budget: &mut Budget) -> Result<CtlEntry, DerError> {
    let offset = reader.offset();
    let mut fields = reader.sequence("TrustedSubject")?;
    let identifier = fields.expect(tag::OCTET_STRING, "subjectIdentifier")?;
    let attributes = match fields.optional(tag::SET, "subjectAttributes")? {
        Some(set) => all(set.inside(), budget, attribute)?,
        None => Vec::new(),
    };
    fields.end("TrustedSubject")?;
    Ok(CtlEntry { subject_identifier: Hex::from(identifier.value), attributes, offset })
}

fn attribute(reader: &mut Reader<'_>, _: &mut Budget) -> Result<CtlAttribute, DerError> {
    let mut fields = reader.sequence("Attribute")?;
    let kind = ObjectIdentifier::from_der(fields.oid("Attribute type")?);
    let values = fields.expect(tag::SET, "Attribute values")?.inside();
    fields.end("Attribute")?;
    Ok(CtlAttribute { kind, values: values.rest().to_vec(), offset: values.offset() })
}

fn extension(reader: &mut Reader<'_>, _: &mut Budget) -> Result<CtlExtension, DerError> {
    let Extension { oid, critical, value } = Extension::read(reader)?;
    Ok(CtlExtension { kind: ObjectIdentifier::from_der(oid), critical, value: value.to_vec() })
}

fn identifiers(mut reader: Reader<'_>, field: &'static str) -> Result<Vec<ObjectIdentifier>, DerError> {
    let mut found = Vec::new();
    while !reader.is_empty() {
        let identifier = reader.expect(tag::OID, field)?;
        if found.len() >= limits::LIST_USAGES {
            return Err(identifier.error(field, DerProblem::Value("more usages than badsig reads")));
        }
        found.push(ObjectIdentifier::from_der(identifier.value));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticode::der::Tag;

    fn tlv(tag: Tag, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag];
        match u8::try_from(content.len()) {
            Ok(length) if length < 0x80 => bytes.push(length),
            _ => {
                bytes.push(0x82);
                bytes.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
            }
        }
        bytes.extend_from_slice(content);
        bytes
    }

    fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        tlv(tag::SEQUENCE, &parts.concat())
    }

    fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
        tlv(tag::OID, oid.as_der())
    }

    fn subject(identifier: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
        let mut parts = vec![tlv(tag::OCTET_STRING, identifier)];
        if !attributes.is_empty() {
            parts.push(tlv(tag::SET, &attributes.concat()));
        }
        sequence(&parts)
    }

    fn property(kind: &ObjectIdentifier, value: &[u8]) -> Vec<u8> {
        sequence(&[oid(kind), tlv(tag::SET, &tlv(tag::OCTET_STRING, value))])
    }

    /// A list of distrusted certificates as Microsoft makes them: identified by hash of the signed part,
    /// whose length tells the algorithm, or by MD5 of the key; nothing else is said of them.
    fn distrusted(subjects: &[Vec<u8>]) -> Vec<u8> {
        sequence(&[
            sequence(&[oid(&spc::DISALLOWED_LIST_SIGNER)]),
            tlv(tag::INTEGER, &[0x14, 1]),
            tlv(tag::UTC_TIME, b"250905000000Z"),
            sequence(&[oid(&spc::PROPERTY_SIGNATURE_HASH), tlv(tag::NULL, b"")]),
            sequence(subjects),
        ])
    }

    #[test]
    fn lists_of_distrusted_certificates_are_read() {
        let bytes = distrusted(&[subject(&[7; 16], &[]), subject(&[8; 48], &[])]);
        let list = CertificateTrustList::from_der(&bytes).unwrap();
        assert_eq!(list.subject_usage, [spc::DISALLOWED_LIST_SIGNER]);
        assert_eq!(list.subject_algorithm, spc::PROPERTY_SIGNATURE_HASH);
        assert_eq!(list.this_update.date(), "2025-09-05");
        assert_eq!(list.sequence_number, Some(Hex(vec![0x14, 1])));
        let lengths: Vec<_> = list.entries.iter().map(|entry| entry.subject_identifier.0.len()).collect();
        assert_eq!(lengths, [16, 48]);
        assert!(list.entries.iter().all(|entry| entry.attributes.is_empty()));
    }

    #[test]
    fn optional_fields() {
        let extension =
            sequence(&[oid(&spc::MD5), tlv(tag::BOOLEAN, &[0xff]), tlv(tag::OCTET_STRING, b"value")]);
        let bytes = sequence(&[
            tlv(tag::INTEGER, &[0]),
            sequence(&[]),
            tlv(tag::OCTET_STRING, b"name"),
            tlv(tag::UTC_TIME, b"250905000000Z"),
            tlv(tag::GENERALIZED_TIME, b"20251005000000Z"),
            sequence(&[oid(&spc::SHA1)]),
            tlv(tag::context_constructed(0), &sequence(&[extension])),
        ]);
        let list = CertificateTrustList::from_der(&bytes).unwrap();
        assert_eq!(list.list_identifier, Some(Hex(b"name".to_vec())));
        assert_eq!(list.next_update.unwrap().date(), "2025-10-05");
        assert_eq!((list.sequence_number, list.entries), (None, vec![]));
        let expected = CtlExtension { kind: spc::MD5, critical: true, value: b"value".to_vec() };
        assert_eq!(list.extensions, [expected]);
    }

    #[test]
    fn errors_say_where() {
        let twice = [property(&spc::PROPERTY_SHA256, b"a"), property(&spc::PROPERTY_SHA256, b"b")];
        let list = CertificateTrustList::from_der(&distrusted(&[subject(&[7; 20], &twice)])).unwrap();
        let error = list.entries[0].attribute(&spc::PROPERTY_SHA256, "SHA-256").unwrap_err();
        assert_eq!(error.problem, DerProblem::Value("the attribute is given twice"));
        let attribute = &list.entries[0].attributes[0];
        assert_eq!(attribute.octets("SHA-256").unwrap(), b"a");
        // The octet is no SEQUENCE OF OBJECT IDENTIFIER: 'a' is a tag, and its length is missing.
        let error = attribute.identifiers("usages").unwrap_err();
        assert_eq!((error.field, error.offset), ("usages", attribute.offset));
    }

    #[test]
    fn nothing_may_follow() {
        let mut bytes = distrusted(&[]);
        bytes.push(0);
        assert!(CertificateTrustList::from_der(&bytes).is_err());
        let trailing = sequence(&[distrusted(&[]), tlv(tag::NULL, b"")]);
        assert!(CertificateTrustList::from_der(&trailing).is_err());
    }

    #[test]
    fn no_cut_or_changed_list_panics() {
        let attributes = [property(&spc::PROPERTY_ENHKEY_USAGE, &sequence(&[oid(&spc::CODE_SIGNING)]))];
        let bytes = distrusted(&[subject(&[7; 20], &attributes)]);
        for cut in 0..bytes.len() {
            assert!(CertificateTrustList::from_der(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for position in 0..bytes.len() {
            for value in [0x00, 0x01, 0x30, 0x80, 0x84, 0xff] {
                let mut changed = bytes.clone();
                changed[position] = value;
                if let Ok(list) = CertificateTrustList::from_der(&changed) {
                    for entry in &list.entries {
                        let _ = crate::trust::root_program::RootConstraints::from_entry(entry);
                    }
                }
            }
        }
    }

    #[test]
    fn huge_lists_are_refused() {
        let mut subjects = Vec::new();
        for _ in 0..=limits::LIST_ITEMS {
            subjects.extend_from_slice(&[tag::SEQUENCE, 2, tag::OCTET_STRING, 0]);
        }
        let mut budget = Budget { left: limits::LIST_ITEMS };
        let error = all(Reader::new(&subjects), &mut budget, entry).unwrap_err();
        assert_eq!(error.offset, limits::LIST_ITEMS.checked_mul(4).unwrap());
        let many = oid(&spc::MD5).repeat(limits::LIST_USAGES + 1);
        assert!(identifiers(Reader::new(&many), "usages").is_err());
    }
}
