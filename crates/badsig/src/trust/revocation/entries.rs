//! The entries of a revocation list: checked once, then found by serial number in the list's own bytes.
//!
//! A list may have a million entries, so an entry takes four bytes here: its offset, in the order of serial
//! numbers.

use super::distribution_point::general_names;
use super::reason::RevocationReason;
use crate::authenticode::der::{DerError, DerProblem, Reader, Tlv, tag};
use crate::authenticode::extension::{Extension, extensions};
use crate::authenticode::general_name::GeneralName;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;
use crate::time::UtcTime;

/// One revoked certificate of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedEntry {
    /// When it was revoked.
    pub at: UtcTime,
    /// Why.
    pub reason: RevocationReason,
    /// Since when it is, or may be, bad.
    pub invalidity_date: Option<UtcTime>,
}

/// What is wrong with an entry.
pub(super) enum EntryError {
    Der(DerError),
    /// A critical extension that is not understood: the whole list must not be used (RFC 5280 5.3).
    Critical(ObjectIdentifier),
}

impl From<DerError> for EntryError {
    fn from(error: DerError) -> EntryError {
        EntryError::Der(error)
    }
}

/// Where the entries are.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Offsets of the entries in the order of their serial numbers.
    sorted: Vec<u32>,
    /// From which offset on the certificates have another issuer than the list (RFC 5280 5.3.3).
    issuers: Vec<(u32, Vec<GeneralName>)>,
}

impl Entries {
    /// Checks every entry of `revokedCertificates`. `list` is the list's whole encoding. Extensions belong to
    /// version 2, certificateIssuer to indirect lists.
    pub(super) fn read(
        list: &[u8],
        revoked: &Tlv<'_>,
        version_2: bool,
        indirect: bool,
    ) -> Result<Entries, EntryError> {
        let mut found = Entries::default();
        let mut reader = revoked.inside();
        while !reader.is_empty() {
            let value = reader.expect(tag::SEQUENCE, "revokedCertificate")?;
            let problem = |why| EntryError::Der(value.error("revokedCertificate", DerProblem::Value(why)));
            let offset = u32::try_from(value.offset).map_err(|_| problem("a list of more than 4 GiB"))?;
            let entry = Entry::read(&value)?;
            if entry.extended && !version_2 {
                return Err(problem("an extension in a list of version 1"));
            }
            if let Some(issuer) = entry.certificate_issuer {
                if !indirect {
                    return Err(problem("certificateIssuer in a list that is not indirect"));
                }
                found.issuers.push((offset, issuer));
            }
            found.sorted.push(offset);
        }
        if found.sorted.is_empty() {
            return Err(EntryError::Der(
                revoked.error("revokedCertificates", DerProblem::Value("an empty list")),
            ));
        }
        found.sorted = sorted(list, found.sorted);
        Ok(found)
    }

    /// Number of entries.
    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// The entries with this serial number, each with the issuer of its certificate: `None` for the list's own.
    pub(super) fn find<'a>(
        &'a self,
        list: &'a [u8],
        serial: &'a [u8],
    ) -> impl Iterator<Item = (RevokedEntry, Option<&'a [GeneralName]>)> {
        let serial = minimal(serial);
        let start = self.sorted.partition_point(|offset| serial_at(list, *offset) < serial);
        let rest = self.sorted.get(start..).unwrap_or_default();
        rest.iter()
            .take_while(move |offset| serial_at(list, **offset) == serial)
            .filter_map(move |offset| Some((entry_at(list, *offset)?, self.issuer_of(*offset))))
    }

    fn issuer_of(&self, offset: u32) -> Option<&[GeneralName]> {
        let after = self.issuers.partition_point(|(start, _)| *start <= offset);
        self.issuers.get(after.checked_sub(1)?).map(|(_, names)| names.as_slice())
    }
}

/// The offsets in the order of the serial numbers at them. Most numbers differ in their first eight octets, which
/// are read once; only where they do not is the list looked at again.
fn sorted(list: &[u8], offsets: Vec<u32>) -> Vec<u32> {
    let start = |serial: &[u8]| {
        let mut octets = [0; 8];
        octets.iter_mut().zip(serial).for_each(|(target, octet)| *target = *octet);
        u64::from_be_bytes(octets)
    };
    let mut keyed: Vec<(u64, u32)> =
        offsets.into_iter().map(|offset| (start(serial_at(list, offset)), offset)).collect();
    keyed.sort_unstable_by(|left, right| {
        let whole = || serial_at(list, left.1).cmp(serial_at(list, right.1));
        left.0.cmp(&right.0).then_with(whole)
    });
    keyed.into_iter().map(|(_, offset)| offset).collect()
}

/// An INTEGER's octets without those that say nothing. Some authorities write serial numbers with more octets
/// than needed in one place and not in the other.
pub(super) fn minimal(mut octets: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = octets {
        match (first, rest.first()) {
            (0x00, Some(0..0x80)) | (0xff, Some(0x80..)) => octets = rest,
            _ => break,
        }
    }
    octets
}

fn value_at(list: &[u8], offset: u32) -> Option<Tlv<'_>> {
    let bytes = list.get(usize::try_from(offset).ok()?..)?;
    Reader::new(bytes).any("revokedCertificate").ok()
}

fn serial_at(list: &[u8], offset: u32) -> &[u8] {
    value_at(list, offset)
        .and_then(|entry| entry.inside().any("userCertificate").ok())
        .map_or(&[], |serial| minimal(serial.value))
}

fn entry_at(list: &[u8], offset: u32) -> Option<RevokedEntry> {
    Entry::read(&value_at(list, offset)?).ok().map(|entry| entry.revoked)
}

struct Entry {
    revoked: RevokedEntry,
    certificate_issuer: Option<Vec<GeneralName>>,
    extended: bool,
}

impl Entry {
    /// `SEQUENCE { userCertificate INTEGER, revocationDate Time, crlEntryExtensions Extensions OPTIONAL }`.
    fn read(value: &Tlv<'_>) -> Result<Entry, EntryError> {
        let mut fields = value.inside();
        fields.expect(tag::INTEGER, "userCertificate")?;
        let at = fields.any("revocationDate")?.time("revocationDate")?;
        let revoked = RevokedEntry { at, reason: RevocationReason::Unspecified, invalidity_date: None };
        let mut entry = Entry { revoked, certificate_issuer: None, extended: false };
        if let Some(list) = fields.optional(tag::SEQUENCE, "crlEntryExtensions")? {
            entry.extended = true;
            for extension in extensions(&list)? {
                entry.extend(&extension)?;
            }
        }
        fields.end("revokedCertificate")?;
        Ok(entry)
    }

    fn extend(&mut self, extension: &Extension<'_>) -> Result<(), EntryError> {
        let value = extension.value;
        if extension.oid == spc::REASON_CODE.as_der() {
            self.revoked.reason =
                RevocationReason::read(&Reader::new(value).only(tag::ENUMERATED, "reasonCode")?)?;
        } else if extension.oid == spc::INVALIDITY_DATE.as_der() {
            self.revoked.invalidity_date = Some(
                Reader::new(value).only(tag::GENERALIZED_TIME, "invalidityDate")?.time("invalidityDate")?,
            );
        } else if extension.oid == spc::CERTIFICATE_ISSUER.as_der() {
            self.certificate_issuer =
                Some(general_names(&Reader::new(value).only(tag::SEQUENCE, "certificateIssuer")?)?);
        } else if extension.critical {
            return Err(EntryError::Critical(ObjectIdentifier::from_der(extension.oid)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::minimal;

    #[test]
    fn octets_that_say_nothing_are_left_out() {
        assert_eq!(minimal(&[0, 0, 5]), [5]);
        assert_eq!(minimal(&[0, 0x80]), [0, 0x80]);
        assert_eq!(minimal(&[0xff, 0xff, 0x80]), [0x80]);
        assert_eq!(minimal(&[0xff]), [0xff]);
        assert_eq!(minimal(&[0]), [0]);
    }
}
