//! What Microsoft allows one root certificate to be used for, and since when no longer.
//!
//! The words are those of Microsoft's "Deprecation definitions"
//! (<https://learn.microsoft.com/en-us/security/trusted-root/deprecation>):
//! - *EKU removal*: the usage is no longer allowed, whether signatures are time-stamped or not.
//! - *Disable*: nothing under the root is trusted any longer, except signatures stamped before the date.
//! - *NotBefore*: certificates issued after the date are not trusted; earlier ones still are, and so are
//!   signatures stamped before the date.
//!
//! That page is all there is: **documented, not proven** on Windows. Which property of the list carries which
//! of these is read from the lists themselves. Where page and lists leave a choice, the item that makes the
//! choice says so.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::authenticode::ctl::CtlEntry;
use crate::authenticode::der::{DerError, DerProblem};
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;
use crate::hex::Hex;
use crate::time::UtcTime;

/// One root and its limits, as an entry of the root program states them (property `N` is the attribute
/// `1.3.6.1.4.1.311.10.11.N`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RootConstraints {
    /// SHA-1 of the certificate: the name of the entry.
    pub sha1: Hex,
    /// SHA-256 of the certificate (property 98).
    pub sha256: Hex,
    /// Friendly name (property 11); chosen by Microsoft, not unique.
    pub name: String,
    /// Usages that the root may be used for (property 9). Absent means all: so are six roots of Microsoft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_usages: Option<Vec<ObjectIdentifier>>,
    /// *Disable*: nothing is trusted from this date on (property 104).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_from: Option<UtcTime>,
    /// Usages that are taken away (property 122): from [`RootConstraints::disabled_from`] on if that is
    /// given, else altogether.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disabled_usages: Vec<ObjectIdentifier>,
    /// *NotBefore*: certificates issued from this date on are not trusted (property 126).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before_cutoff: Option<UtcTime>,
    /// Usages that the cut-off concerns (property 127); empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_before_usages: Vec<ObjectIdentifier>,
    /// Properties that badsig does not know. They may limit the root further, so a root that has any is
    /// never simply trusted ([`RootVerdict::LimitsUnknown`]). No list that was seen has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_properties: Vec<ObjectIdentifier>,
}

/// The time that decides about a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampedOrNow {
    /// A verified time stamp proves that the signature existed then.
    Stamped(UtcTime),
    /// No stamp: judged as of this time.
    Now(UtcTime),
}

impl StampedOrNow {
    /// The time itself.
    pub fn time(self) -> UtcTime {
        match self {
            StampedOrNow::Stamped(time) | StampedOrNow::Now(time) => time,
        }
    }

    fn is_stamped_before(self, date: UtcTime) -> bool {
        matches!(self, StampedOrNow::Stamped(stamp) if stamp < date)
    }
}

/// What the root program says of a chain that ends in one of its roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum RootVerdict {
    /// The root is trusted for this usage, this time and this certificate.
    Trusted,
    /// The root was never, or is no longer, allowed for the usage. A time stamp does not help.
    UsageNotAllowed,
    /// The root is disabled. Only signatures with a time stamp before the date are trusted.
    Disabled {
        /// First moment at which the root is disabled.
        from: UtcTime,
    },
    /// The signing certificate was issued when the root was no longer trusted for new ones.
    IssuedAfterCutoff {
        /// Certificates issued from then on are not trusted.
        cutoff: UtcTime,
    },
    /// Nothing that is known speaks against the root, but it has limits that badsig does not know.
    LimitsUnknown,
}

/// What a root is trusted for, for one use, whatever the time that is judged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootStanding {
    /// Trusted besides the root program, without limits.
    Added,
    /// Trusted without limits by the root program.
    Unlimited,
    /// Disabled: only what was stamped before this time is trusted.
    StampedBefore(UtcTime),
    /// Closed: only certificates issued before this time are trusted, and what was stamped before it.
    IssuedBefore(UtcTime),
    /// Not trusted for the use, or no longer.
    NotAllowed,
    /// It has limits that badsig does not know, so it is not trusted.
    LimitsUnknown,
}

impl fmt::Display for RootStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RootStanding::Added => write!(f, "trusted besides the root program"),
            RootStanding::Unlimited => write!(f, "trusted without limit"),
            RootStanding::StampedBefore(from) => {
                write!(f, "disabled from {}: trusted for what was stamped before", from.date())
            }
            RootStanding::IssuedBefore(cutoff) => {
                let date = cutoff.date();
                write!(
                    f,
                    "closed from {date}: trusted for certificates issued and for what was stamped before"
                )
            }
            RootStanding::NotAllowed => write!(f, "not trusted for this use"),
            RootStanding::LimitsUnknown => write!(f, "not trusted: it has limits that are not known"),
        }
    }
}

impl RootConstraints {
    /// What the root is trusted for, for one use.
    pub fn standing(&self, usage: &ObjectIdentifier) -> RootStanding {
        match (self.disabled_for(usage), self.cutoff_for(usage)) {
            _ if !self.permits(usage) => RootStanding::NotAllowed,
            (Some(from), _) => RootStanding::StampedBefore(from),
            (None, Some(cutoff)) => RootStanding::IssuedBefore(cutoff),
            (None, None) if self.unknown_properties.is_empty() => RootStanding::Unlimited,
            (None, None) => RootStanding::LimitsUnknown,
        }
    }

    /// Whether property 9 names the usage, or is absent. Dates and property 122 are not looked at.
    pub fn lists(&self, usage: &ObjectIdentifier) -> bool {
        self.allowed_usages.as_ref().is_none_or(|allowed| allowed.contains(usage))
    }

    /// Whether the usage is allowed at all, at some time: named by property 9 or not limited by it, and not
    /// taken away altogether by property 122 without a date.
    pub fn permits(&self, usage: &ObjectIdentifier) -> bool {
        let taken_away = self.disabled_from.is_none() && self.disabled_usages.contains(usage);
        self.lists(usage) && !taken_away
    }

    /// From when on the root is disabled for the usage.
    ///
    /// Where property 122 names usages, the date is taken to concern **only these**. *Unproven*, and there
    /// are signs against it: see [`RootConstraints::disabled_for_others`].
    pub fn disabled_for(&self, usage: &ObjectIdentifier) -> Option<UtcTime> {
        let concerned = self.disabled_usages.is_empty() || self.disabled_usages.contains(usage);
        self.disabled_from.filter(|_| concerned)
    }

    /// From when on the root is disabled for other usages only, as [`RootConstraints::disabled_for`] reads
    /// it; by the other reading it is disabled for this one too. A caller that wants to be safe treats this
    /// date as [`RootVerdict::Disabled`] or says that it is unsure.
    ///
    /// What speaks for the other reading (properties 104 and 122 have nothing to do with each other): the
    /// three TrustCor roots, a Cisco and a SECOM root had one usage taken away by 122 without a date for
    /// years, and in 2025 got a date beside the same, unchanged 122. Read narrowly, that date would have
    /// *given back* the usage for what was stamped before, and disabled nothing else.
    pub fn disabled_for_others(&self, usage: &ObjectIdentifier) -> Option<UtcTime> {
        self.disabled_from.filter(|_| self.lists(usage) && self.disabled_for(usage).is_none())
    }

    /// From when on certificates for the usage must not have been issued.
    ///
    /// Usages (property 127) without a date (126) have no effect: a GeoTrust root that had both was
    /// disabled in 2026 by replacing the date, and the usages stayed behind.
    pub fn cutoff_for(&self, usage: &ObjectIdentifier) -> Option<UtcTime> {
        let concerned = self.not_before_usages.is_empty() || self.not_before_usages.contains(usage);
        self.not_before_cutoff.filter(|_| concerned)
    }

    /// Decides about a chain that ends in this root.
    ///
    /// For a signing chain, `usage` is code signing, `effective` its verified time stamp or the present, and
    /// `leaf_not_before` when the signing certificate was issued. For the chain of a time-stamp authority,
    /// `usage` is time stamping, `effective` the time of that very stamp, and `leaf_not_before` when the
    /// authority's certificate was issued.
    ///
    /// That the *leaf's* date counts for the cut-off is the natural reading, *unproven*; that a date counts
    /// from its own moment on (on the date itself: not trusted) is the strict one.
    ///
    /// ```
    /// use badsig::authenticode::spc::CODE_SIGNING;
    /// use badsig::trust::root_program::{RootProgram, RootVerdict, StampedOrNow};
    ///
    /// // A root that was disabled on 2023-02-01 and had been closed for new certificates on 2021-04-01.
    /// let thumbprint = badsig::hex::Hex::parse("6fff78e400a70c11011cd85977c459fb5af96a3df0540820d0f4b8607875e58f");
    /// let root = RootProgram::embedded().find_by_sha256(&thumbprint.unwrap().0).unwrap();
    /// let stamp = StampedOrNow::Stamped("2019-05-02T08:00:00Z".parse()?);
    /// let verdict = root.constraints.verdict(&CODE_SIGNING, stamp, "2018-01-01".parse()?);
    /// assert_eq!(verdict, RootVerdict::Trusted);
    /// # Ok::<(), badsig::time::InvalidTime>(())
    /// ```
    pub fn verdict(
        &self,
        usage: &ObjectIdentifier,
        effective: StampedOrNow,
        leaf_not_before: UtcTime,
    ) -> RootVerdict {
        if !self.permits(usage) {
            return RootVerdict::UsageNotAllowed;
        }
        if let Some(from) = self.disabled_for(usage).filter(|from| effective.time() >= *from) {
            return RootVerdict::Disabled { from };
        }
        match self.cutoff_for(usage) {
            Some(cutoff) if leaf_not_before >= cutoff && !effective.is_stamped_before(cutoff) => {
                RootVerdict::IssuedAfterCutoff { cutoff }
            }
            _ if self.unknown_properties.is_empty() => RootVerdict::Trusted,
            _ => RootVerdict::LimitsUnknown,
        }
    }

    /// Reads the limits from an entry of the root program.
    ///
    /// A date that is there but **empty was withdrawn** and counts as absent. So Microsoft undid the outage
    /// of August 2023: VeriSign's G5 root had got a date, and twelve minutes later the next list had an
    /// empty one in its place. Taken for zero it would break every old Symantec signature.
    ///
    /// # Errors
    /// When a property is misshapen or given twice, or when a thumbprint or the name is missing: a limit
    /// that cannot be read must not be taken for none.
    pub fn from_entry(entry: &CtlEntry) -> Result<RootConstraints, DerError> {
        Ok(RootConstraints {
            sha1: thumbprint(entry.subject_identifier.0.clone(), 20, entry.offset)?,
            sha256: thumbprint(
                octets(entry, &spc::PROPERTY_SHA256, "SHA-256 thumbprint")?,
                32,
                entry.offset,
            )?,
            name: utf16(&octets(entry, &spc::PROPERTY_FRIENDLY_NAME, "friendly name")?),
            allowed_usages: usages(entry, &spc::PROPERTY_ENHKEY_USAGE, "allowed usages")?,
            disabled_from: date(entry, &spc::PROPERTY_DISALLOWED_FILETIME, "disabled from")?,
            disabled_usages: some_usages(entry, &spc::PROPERTY_DISALLOWED_ENHKEY_USAGE, "disabled usages")?,
            not_before_cutoff: date(entry, &spc::PROPERTY_NOT_BEFORE_FILETIME, "not before")?,
            not_before_usages: some_usages(
                entry,
                &spc::PROPERTY_NOT_BEFORE_ENHKEY_USAGE,
                "not before usages",
            )?,
            unknown_properties: unknown(entry),
        })
    }
}

/// Properties that are read above, or that limit no code signing: the subject's MD5 and key identifier,
/// policies for extended validation, flags for downloading revocation lists.
const KNOWN_PROPERTIES: [ObjectIdentifier; 11] = [
    spc::PROPERTY_ENHKEY_USAGE,
    spc::PROPERTY_FRIENDLY_NAME,
    spc::PROPERTY_KEY_IDENTIFIER,
    spc::PROPERTY_SUBJECT_NAME_MD5,
    spc::PROPERTY_ROOT_PROGRAM_POLICIES,
    spc::PROPERTY_SHA256,
    spc::PROPERTY_DISALLOWED_FILETIME,
    spc::PROPERTY_CHAIN_POLICIES,
    spc::PROPERTY_DISALLOWED_ENHKEY_USAGE,
    spc::PROPERTY_NOT_BEFORE_FILETIME,
    spc::PROPERTY_NOT_BEFORE_ENHKEY_USAGE,
];

fn unknown(entry: &CtlEntry) -> Vec<ObjectIdentifier> {
    let kinds = entry.attributes.iter().map(|attribute| &attribute.kind);
    kinds.filter(|kind| !KNOWN_PROPERTIES.contains(kind)).cloned().collect()
}

pub(super) fn octets(
    entry: &CtlEntry,
    kind: &ObjectIdentifier,
    field: &'static str,
) -> Result<Vec<u8>, DerError> {
    match entry.attribute(kind, field)? {
        Some(attribute) => attribute.octets(field),
        None => Err(DerError { field, offset: entry.offset, problem: DerProblem::Missing }),
    }
}

fn thumbprint(bytes: Vec<u8>, length: usize, offset: usize) -> Result<Hex, DerError> {
    if bytes.len() == length {
        return Ok(Hex(bytes));
    }
    let problem = DerProblem::Value("the length is not that of the digest");
    Err(DerError { field: "thumbprint", offset, problem })
}

fn date(entry: &CtlEntry, kind: &ObjectIdentifier, field: &'static str) -> Result<Option<UtcTime>, DerError> {
    let Some(attribute) = entry.attribute(kind, field)? else { return Ok(None) };
    let problem = DerProblem::Value("no FILETIME of the calendar");
    let error = DerError { field, offset: attribute.offset, problem };
    property_time(&attribute.octets(field)?).ok_or(error)
}

/// The date in a property: a FILETIME, or nothing at all, which withdraws the date. `None` for anything else.
pub(in crate::trust) fn property_time(octets: &[u8]) -> Option<Option<UtcTime>> {
    if octets.is_empty() {
        return Some(None);
    }
    let filetime = <[u8; 8]>::try_from(octets).ok().map(u64::from_le_bytes);
    filetime.and_then(UtcTime::from_filetime).map(Some)
}

fn usages(
    entry: &CtlEntry,
    kind: &ObjectIdentifier,
    field: &'static str,
) -> Result<Option<Vec<ObjectIdentifier>>, DerError> {
    let attribute = entry.attribute(kind, field)?;
    attribute.map(|attribute| attribute.identifiers(field)).transpose()
}

/// As [`usages`], where no usage at all would mean nothing: whether *none* or *all* is not documented.
fn some_usages(
    entry: &CtlEntry,
    kind: &ObjectIdentifier,
    field: &'static str,
) -> Result<Vec<ObjectIdentifier>, DerError> {
    match usages(entry, kind, field)? {
        None => Ok(Vec::new()),
        Some(named) if named.is_empty() => {
            let problem = DerProblem::Value("a list of no usages");
            Err(DerError { field, offset: entry.offset, problem })
        }
        Some(named) => Ok(named),
    }
}

/// UTF-16LE up to the terminating NUL.
pub(in crate::trust) fn utf16(bytes: &[u8]) -> String {
    let units =
        bytes.chunks_exact(2).map(|pair| pair.iter().rfold(0, |sum, byte| (sum << 8) | u16::from(*byte)));
    let name = char::decode_utf16(units.take_while(|unit| *unit != 0));
    name.map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authenticode::ctl::CtlAttribute;

    const NOW: &str = "2026-11-21";

    fn day(text: &str) -> UtcTime {
        text.parse().unwrap()
    }

    fn root() -> RootConstraints {
        RootConstraints {
            sha1: Hex(vec![1; 20]),
            sha256: Hex(vec![2; 32]),
            name: "Root".to_owned(),
            allowed_usages: None,
            disabled_from: None,
            disabled_usages: vec![],
            not_before_cutoff: None,
            not_before_usages: vec![],
            unknown_properties: vec![],
        }
    }

    fn attribute(kind: &ObjectIdentifier, value: &[u8]) -> CtlAttribute {
        let mut values = vec![4, u8::try_from(value.len()).unwrap()];
        values.extend_from_slice(value);
        CtlAttribute { kind: kind.clone(), values, offset: 0 }
    }

    fn entry(properties: &[(&ObjectIdentifier, &[u8])]) -> CtlEntry {
        let mut attributes = vec![
            attribute(&spc::PROPERTY_SHA256, &[2; 32]),
            attribute(&spc::PROPERTY_FRIENDLY_NAME, b"R\0\0\0"),
        ];
        attributes.extend(properties.iter().map(|(kind, value)| attribute(kind, value)));
        CtlEntry { subject_identifier: Hex(vec![1; 20]), attributes, offset: 0 }
    }

    fn unstamped(root: &RootConstraints, issued: &str) -> RootVerdict {
        root.verdict(&spc::CODE_SIGNING, StampedOrNow::Now(day(NOW)), day(issued))
    }

    fn stamped(root: &RootConstraints, stamp: &str, issued: &str) -> RootVerdict {
        root.verdict(&spc::CODE_SIGNING, StampedOrNow::Stamped(day(stamp)), day(issued))
    }

    #[test]
    fn no_limit_means_trusted() {
        assert_eq!(unstamped(&root(), "2026-01-01"), RootVerdict::Trusted);
    }

    #[test]
    fn a_removed_usage_is_not_saved_by_a_stamp() {
        let listed = RootConstraints { allowed_usages: Some(vec![spc::TIME_STAMPING]), ..root() };
        assert_eq!(stamped(&listed, "2010-01-01", "2009-01-01"), RootVerdict::UsageNotAllowed);
        let none = RootConstraints { allowed_usages: Some(vec![]), ..root() };
        assert_eq!(unstamped(&none, "2009-01-01"), RootVerdict::UsageNotAllowed);
        let taken_away = RootConstraints { disabled_usages: vec![spc::CODE_SIGNING], ..root() };
        assert_eq!(stamped(&taken_away, "2010-01-01", "2009-01-01"), RootVerdict::UsageNotAllowed);
        let other = RootConstraints { disabled_usages: vec![spc::OCSP_SIGNING], ..root() };
        assert_eq!(unstamped(&other, "2009-01-01"), RootVerdict::Trusted);
    }

    #[test]
    fn disabled_from_a_date() {
        let from = day("2023-02-01");
        let disabled = RootConstraints { disabled_from: Some(from), ..root() };
        assert_eq!(unstamped(&disabled, "2019-01-01"), RootVerdict::Disabled { from });
        assert_eq!(stamped(&disabled, "2023-02-01", "2019-01-01"), RootVerdict::Disabled { from });
        assert_eq!(stamped(&disabled, "2023-01-31", "2019-01-01"), RootVerdict::Trusted);
        let later = RootConstraints { disabled_from: Some(day("2027-01-01")), ..root() };
        assert_eq!(unstamped(&later, "2019-01-01"), RootVerdict::Trusted);
    }

    #[test]
    fn disabled_for_some_usages() {
        let from = day("2023-02-01");
        let named =
            RootConstraints { disabled_from: Some(from), disabled_usages: vec![spc::CODE_SIGNING], ..root() };
        assert_eq!(unstamped(&named, "2019-01-01"), RootVerdict::Disabled { from });
        assert_eq!(stamped(&named, "2023-01-31", "2019-01-01"), RootVerdict::Trusted);
        assert_eq!(named.disabled_for_others(&spc::CODE_SIGNING), None);
        let other = RootConstraints { disabled_usages: vec![spc::OCSP_SIGNING], ..named };
        assert_eq!(unstamped(&other, "2019-01-01"), RootVerdict::Trusted);
        assert_eq!(other.disabled_for_others(&spc::CODE_SIGNING), Some(from));
    }

    #[test]
    fn closed_for_new_certificates() {
        let cutoff = day("2021-02-01");
        let closed = RootConstraints { not_before_cutoff: Some(cutoff), ..root() };
        assert_eq!(unstamped(&closed, "2021-01-31"), RootVerdict::Trusted);
        assert_eq!(unstamped(&closed, "2021-02-01"), RootVerdict::IssuedAfterCutoff { cutoff });
        assert_eq!(stamped(&closed, "2021-06-01", "2021-03-01"), RootVerdict::IssuedAfterCutoff { cutoff });
        assert_eq!(stamped(&closed, "2021-01-31", "2021-03-01"), RootVerdict::Trusted);
        let other = RootConstraints { not_before_usages: vec![spc::SERVER_AUTH], ..closed };
        assert_eq!(unstamped(&other, "2021-02-01"), RootVerdict::Trusted);
        let leftover = RootConstraints { not_before_usages: vec![spc::CODE_SIGNING], ..root() };
        assert_eq!(unstamped(&leftover, "2021-02-01"), RootVerdict::Trusted);
    }

    #[test]
    fn an_empty_date_counts_as_absent() {
        let empty: &[u8] = b"";
        let entry = entry(&[
            (&spc::PROPERTY_DISALLOWED_FILETIME, empty),
            (&spc::PROPERTY_NOT_BEFORE_FILETIME, empty),
        ]);
        let read = RootConstraints::from_entry(&entry).unwrap();
        assert_eq!(read, RootConstraints { name: "R".to_owned(), ..root() });
    }

    #[test]
    fn limits_that_cannot_be_read_are_errors() {
        let unreadable: [(&ObjectIdentifier, &[u8]); 5] = [
            (&spc::PROPERTY_DISALLOWED_FILETIME, &[0; 7]),
            (&spc::PROPERTY_NOT_BEFORE_FILETIME, &[0xff; 8]),
            (&spc::PROPERTY_ENHKEY_USAGE, &[0x30, 1]),
            (&spc::PROPERTY_DISALLOWED_ENHKEY_USAGE, &[0x30, 0]),
            (&spc::PROPERTY_NOT_BEFORE_ENHKEY_USAGE, &[0x30, 0]),
        ];
        for property in unreadable {
            assert!(RootConstraints::from_entry(&entry(&[property])).is_err(), "{}", property.0);
        }
        let none = RootConstraints::from_entry(&entry(&[(&spc::PROPERTY_ENHKEY_USAGE, &[0x30, 0])]));
        assert_eq!(none.unwrap().allowed_usages, Some(vec![]));
    }

    #[test]
    fn unknown_properties_prevent_trust() {
        let read = RootConstraints::from_entry(&entry(&[(&spc::PROPERTY_SIGNATURE_HASH, b"")])).unwrap();
        assert_eq!(read.unknown_properties, [spc::PROPERTY_SIGNATURE_HASH]);
        assert_eq!(unstamped(&read, "2020-01-01"), RootVerdict::LimitsUnknown);
    }
}
