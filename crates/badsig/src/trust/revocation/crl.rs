//! Certificate revocation lists (RFC 5280 5): read once, checked completely, then asked by serial number.
//!
//! Strict where a list could otherwise say less than it does: unknown critical extensions, bytes that do not
//! belong there and entries that cannot be read refuse the whole list (RFC 5280 5.2, 5.3).

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::distribution_point::{DistributionPoint, IssuingDistributionPoint};
use super::entries::{Entries, EntryError, RevokedEntry};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::der::{DerError, DerProblem, Reader, Tlv, tag};
use crate::authenticode::extension::{Extension, extensions};
use crate::authenticode::name;
use crate::authenticode::name_matching::{ComparableName, DistinguishedName};
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::pem;
use crate::authenticode::public_key::{BareDigest, SignatureError, SignatureScheme};
use crate::authenticode::spc;
use crate::limits;
use crate::time::UtcTime;

/// Labels of RFC 7468 and of OpenSSL.
const LABELS: [&str; 2] = ["X509 CRL", "CRL"];

/// A certificate revocation list. Cloning is cheap.
#[derive(Clone)]
pub struct RevocationList(Arc<Fields>);

/// Outcomes that one list remembers; beyond that it starts again. Real lists have one signer, after a change of keys two.
const OUTCOMES: usize = 64;

struct Fields {
    der: Box<[u8]>,
    tbs: Range<usize>,
    signature: Range<usize>,
    scheme: Result<SignatureScheme, SignatureError>,
    head: Head,
    extensions: ListExtensions,
    entries: Entries,
    /// Outcomes by the signer's SHA-256: a list is asked for every file of a run, its signature once. At most
    /// [`OUTCOMES`], because anybody can make certificates of the right name.
    verified: Mutex<HashMap<[u8; 32], Result<(), SignatureError>>>,
}

struct Head {
    version_2: bool,
    issuer: DistinguishedName,
    this_update: UtcTime,
    next_update: Option<UtcTime>,
}

#[derive(Default)]
struct ListExtensions {
    number: Option<Vec<u8>>,
    base: Option<Vec<u8>>,
    scope: Option<IssuingDistributionPoint>,
    authority_key: Option<Vec<u8>>,
    freshest: Vec<DistributionPoint>,
}

/// Why a revocation list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationListError {
    /// It contradicts its format.
    #[error("the revocation list cannot be read: {0}")]
    Malformed(#[from] DerError),
    /// Neither DER nor text armour.
    #[error("this is no revocation list")]
    NotAList,
    /// Larger than is read.
    #[error("the revocation list has {0} bytes, more than are read")]
    TooLarge(usize),
    /// A critical extension that is not understood.
    #[error("the revocation list has a critical extension that is not understood: {0}")]
    UnknownCritical(ObjectIdentifier),
}

impl From<EntryError> for RevocationListError {
    fn from(error: EntryError) -> RevocationListError {
        match error {
            EntryError::Der(error) => RevocationListError::Malformed(error),
            EntryError::Critical(oid) => RevocationListError::UnknownCritical(oid),
        }
    }
}

impl RevocationList {
    /// Reads a list in DER or in text armour (`X509 CRL`, `CRL`).
    ///
    /// # Errors
    /// [`RevocationListError`] with the reason.
    pub fn from_bytes(bytes: &[u8]) -> Result<RevocationList, RevocationListError> {
        if bytes.first() == Some(&tag::SEQUENCE) {
            return RevocationList::from_der(bytes);
        }
        RevocationList::from_der(&pem::first(bytes, &LABELS).ok_or(RevocationListError::NotAList)?)
    }

    /// Reads all lists of a file: one in DER, or any number in text armour among other blocks. Never nothing: where there is no
    /// list, that is the error.
    pub fn all_from_bytes(bytes: &[u8]) -> Vec<Result<RevocationList, RevocationListError>> {
        if !pem::is_armoured(bytes) {
            return vec![RevocationList::from_bytes(bytes)];
        }
        let blocks = pem::blocks(bytes).into_iter().filter(|block| block.is_one_of(&LABELS));
        let read = |block: pem::Block| {
            RevocationList::from_der(&block.der.map_err(|_| RevocationListError::NotAList)?)
        };
        let lists: Vec<_> = blocks.map(read).collect();
        if lists.is_empty() { vec![Err(RevocationListError::NotAList)] } else { lists }
    }

    /// Reads a list in DER.
    ///
    /// # Errors
    /// [`RevocationListError`] with the reason.
    pub fn from_der(bytes: &[u8]) -> Result<RevocationList, RevocationListError> {
        if bytes.len() > limits::REVOCATION_LIST_BYTES {
            return Err(RevocationListError::TooLarge(bytes.len()));
        }
        let mut outer = Reader::new(bytes);
        let mut fields = outer.sequence("CertificateList")?;
        outer.end("CertificateList")?;
        let tbs = fields.expect(tag::SEQUENCE, "tbsCertList")?;
        let algorithm = fields.expect(tag::SEQUENCE, "signatureAlgorithm")?;
        let value = fields.expect(tag::BIT_STRING, "signatureValue")?;
        fields.end("CertificateList")?;
        let signature = value.bit_string("signatureValue")?;
        let end = value.offset.saturating_add(value.raw.len());
        let (head, extensions, entries) = read_tbs(bytes, &tbs, &algorithm)?;
        Ok(RevocationList(Arc::new(Fields {
            der: bytes.into(),
            tbs: tbs.offset..tbs.offset.saturating_add(tbs.raw.len()),
            signature: end.saturating_sub(signature.len())..end,
            scheme: SignatureScheme::read(&algorithm, None),
            head,
            extensions,
            entries,
            verified: Mutex::default(),
        })))
    }

    /// The list's bytes.
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The issuer's name, as encoded.
    pub fn issuer(&self) -> &[u8] {
        self.0.head.issuer.encoding()
    }

    /// The issuer's name, as it is compared.
    pub fn issuer_name(&self) -> &ComparableName {
        self.0.head.issuer.comparable()
    }

    /// When it was made.
    pub fn this_update(&self) -> UtcTime {
        self.0.head.this_update
    }

    /// When the next one comes at the latest.
    pub fn next_update(&self) -> Option<UtcTime> {
        self.0.head.next_update
    }

    /// cRLNumber, big-endian without leading zeros.
    pub fn number(&self) -> Option<&[u8]> {
        self.0.extensions.number.as_deref()
    }

    /// The number of the list that a delta list is based on; `None` for complete lists (deltaCRLIndicator).
    pub fn base_number(&self) -> Option<&[u8]> {
        self.0.extensions.base.as_deref()
    }

    /// What the list covers; `None` for everything that its issuer issued.
    pub fn scope(&self) -> Option<&IssuingDistributionPoint> {
        self.0.extensions.scope.as_ref()
    }

    /// keyIdentifier of authorityKeyIdentifier.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.0.extensions.authority_key.as_deref()
    }

    /// Where delta lists are.
    pub fn freshest(&self) -> &[DistributionPoint] {
        &self.0.extensions.freshest
    }

    /// Number of revoked certificates.
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether no certificate is revoked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries for the certificate with this serial number and this issuer. The signature is not checked.
    pub fn entries_for<'a>(
        &'a self,
        serial: &'a [u8],
        issuer: &'a ComparableName,
    ) -> impl Iterator<Item = RevokedEntry> + 'a {
        let own = issuer == self.issuer_name();
        self.0.entries.find(&self.0.der, serial).filter_map(move |(entry, of)| {
            let meant = of.map_or(own, |names| names.iter().any(|name| name.is_directory(issuer)));
            meant.then_some(entry)
        })
    }

    /// Checks that `signer` signed this list and may sign lists: cRLSign, where keyUsage is stated
    /// (RFC 5280 6.3.3 (f)). Its name and whether it is trusted are not checked.
    ///
    /// # Errors
    /// [`SignatureError`] when it did not or may not, or that cannot be checked.
    pub fn verify_signed_by(&self, signer: &Certificate) -> Result<(), SignatureError> {
        if signer.extensions().key_usage.is_some_and(|usage| !usage.revocation_list_signing) {
            let why = "the key usage of the list's signer does not allow to sign lists";
            return Err(SignatureError::Unsupported(why.to_owned()));
        }
        let lock = || self.0.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(signer.sha256()) {
            return known.clone();
        }
        let outcome = self.check_signature(signer);
        let mut verified = lock();
        if verified.len() >= OUTCOMES {
            verified.clear();
        }
        verified.insert(*signer.sha256(), outcome.clone());
        drop(verified);
        outcome
    }

    fn check_signature(&self, signer: &Certificate) -> Result<(), SignatureError> {
        let scheme = self.0.scheme.clone()?;
        let bytes = |range: &Range<usize>| self.0.der.get(range.clone()).unwrap_or_default();
        let digest = scheme.digest().digest(bytes(&self.0.tbs));
        signer.key().verify(scheme, &digest, bytes(&self.0.signature), BareDigest::Refused)
    }
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({}, {})", name::display(self.issuer()), self.this_update())
    }
}

/// Reads TBSCertList (RFC 5280 5.1.2) with everything in it.
fn read_tbs(
    list: &[u8],
    tbs: &Tlv<'_>,
    algorithm: &Tlv<'_>,
) -> Result<(Head, ListExtensions, Entries), RevocationListError> {
    let mut fields = tbs.inside();
    let head = head(&mut fields, algorithm)?;
    let revoked = fields.optional(tag::SEQUENCE, "revokedCertificates")?;
    let explicit = fields.optional(tag::context_constructed(0), "crlExtensions")?;
    fields.end("tbsCertList")?;
    let mut found = ListExtensions::default();
    if let Some(explicit) = explicit {
        if !head.version_2 {
            let problem = DerProblem::Value("extensions in a list of version 1");
            return Err(explicit.error("crlExtensions", problem).into());
        }
        for extension in extensions(&explicit.inside().only(tag::SEQUENCE, "crlExtensions")?)? {
            found.add(&extension)?;
        }
    }
    let indirect = found.scope.as_ref().is_some_and(|scope| scope.indirect);
    let entries = match revoked {
        Some(revoked) => Entries::read(list, &revoked, head.version_2, indirect)?,
        None => Entries::default(),
    };
    Ok((head, found, entries))
}

/// Version to nextUpdate. The algorithm inside must be the one outside, which nothing covers (5.1.1.2).
fn head(fields: &mut Reader<'_>, algorithm: &Tlv<'_>) -> Result<Head, DerError> {
    let version = fields.optional(tag::INTEGER, "version")?;
    if let Some(version) = version
        && version.value != [1]
    {
        return Err(version.error("version", DerProblem::Value("a version other than 2 (written 1)")));
    }
    let own = fields.expect(tag::SEQUENCE, "signature")?;
    if own.raw != algorithm.raw {
        return Err(own.error("signature", DerProblem::Value("two different signature algorithms")));
    }
    let issuer = fields.expect(tag::SEQUENCE, "issuer")?;
    let this_update = fields.any("thisUpdate")?.time("thisUpdate")?;
    let next_update = fields.optional_time("nextUpdate")?;
    let issuer = DistinguishedName::read(issuer.raw);
    Ok(Head { version_2: version.is_some(), issuer, this_update, next_update })
}

impl ListExtensions {
    fn add(&mut self, extension: &Extension<'_>) -> Result<(), RevocationListError> {
        let (oid, value) = (extension.oid, extension.value);
        if oid == spc::CRL_NUMBER.as_der() {
            self.number = Some(number(value, "cRLNumber")?);
        } else if oid == spc::DELTA_CRL_INDICATOR.as_der() {
            self.base = Some(number(value, "BaseCRLNumber")?);
        } else if oid == spc::ISSUING_DISTRIBUTION_POINT.as_der() {
            self.scope = Some(IssuingDistributionPoint::read(value)?);
        } else if oid == spc::AUTHORITY_KEY_IDENTIFIER.as_der() {
            let mut fields = Reader::new(value).only(tag::SEQUENCE, "AuthorityKeyIdentifier")?.inside();
            let key = fields.optional(tag::context(0), "keyIdentifier")?;
            self.authority_key = key.map(|key| key.value.to_vec());
        } else if oid == spc::FRESHEST_CRL.as_der() {
            self.freshest = DistributionPoint::read_all(value)?;
        } else if extension.critical {
            return Err(RevocationListError::UnknownCritical(ObjectIdentifier::from_der(oid)));
        }
        Ok(())
    }
}

/// A CRL number: not negative, at most 20 octets (RFC 5280 5.2.3); one more for the sign.
fn number(value: &[u8], field: &'static str) -> Result<Vec<u8>, DerError> {
    let integer = Reader::new(value).only(tag::INTEGER, field)?;
    let negative = integer.value.first().is_none_or(|first| *first >= 0x80);
    if negative || integer.value.len() > 21 {
        return Err(integer.error(field, DerProblem::Value("no number of a list")));
    }
    Ok(integer.value.iter().copied().skip_while(|octet| *octet == 0).collect())
}
