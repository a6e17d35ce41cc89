//! Cabinets beside a Windows Installer package, and the tables that say how each has to be signed.
//!
//! `MsiDigitalSignature` lists signed objects (only rows of `Media`), the certificate that must have signed each, and
//! perhaps the signature's hash; `MsiDigitalCertificate` holds the certificates, one per row, as the stream
//! `MsiDigitalCertificate.KEY`; `MsiPatchCertificate` names those whose patches need no administrator. Windows Installer
//! verifies the signature of a cabinet that is listed and compares its certificate and, where the row has one, its hash; a
//! cabinet that is not listed is taken as it is. Source: Microsoft, "MsiDigitalSignature Table", "Digital Signatures and
//! External Cabinet Files". What the hash is of is not documented; it comes from `MsiGetFileSignatureInformation`, which in
//! Wine gives the encryptedDigest of the signature, so a hash of another length is not compared.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::NAME;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::read::read_signatures;
use crate::authenticode::signed_data::SignedData;
use crate::describe::msi::Tables;
use crate::facts::{ExternalCabinet, InstallerCertificate};
use crate::format::compound::{Directory, Sectors};
use crate::format::recognise;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::subject::{ByteSource, Subject};

/// Bytes of a certificate or hash in a table that are read.
const STREAM: u64 = 64 * 1024;
/// Rows of these tables that are read; real ones have a few.
const ROWS: usize = 1024;
/// The tables, and the columns that are read.
const TABLES: [(&str, &[&str]); 3] = [
    ("MsiDigitalCertificate", &["DigitalCertificate"]),
    ("MsiDigitalSignature", &["Table", "SignObject", "DigitalCertificate_"]),
    ("MsiPatchCertificate", &["DigitalCertificate_"]),
];
/// Their numbers in the list.
const CERTIFICATES: usize = 0;
const SIGNATURES: usize = 1;
const PATCHES: usize = 2;

/// What the tables of a package say of certificates, and how the cabinets beside it stand.
pub(crate) struct External {
    pub(crate) cabinets: Vec<ExternalCabinet>,
    pub(crate) certificates: Vec<InstallerCertificate>,
}

/// Whether all of these tables can be read; [`external`] leaves out what cannot.
///
/// # Errors
/// The [`Problem`] of the first that cannot.
pub(super) fn check_tables(tables: &mut Tables<'_>) -> Result<(), Problem> {
    for (table, columns) in TABLES {
        tables.texts(table, columns, ROWS, 0)?;
    }
    Ok(())
}

/// Reads the tables of a package and the signatures of the cabinets beside it; whatever cannot be read is left out: opening the
/// package tells it.
pub(crate) fn external(subject: &Subject, limits: &Limits) -> Option<External> {
    let mut tables = Tables::open(subject.source(), limits).ok()??;
    let mut streams = Streams::open(subject.source(), limits)?;
    let mut held = BTreeMap::new();
    let mut texts = |number: usize| {
        let known = TABLES.get(number);
        let rows = known.and_then(|(table, columns)| tables.texts(table, columns, ROWS, NAME).ok());
        rows.unwrap_or_default()
    };
    for row in texts(CERTIFICATES) {
        for key in row {
            let bytes = streams.read(&format!("MsiDigitalCertificate.{key}"));
            if let Some(certificate) = bytes.and_then(|bytes| Certificate::from_der(&bytes).ok()) {
                held.insert(key, certificate);
            }
        }
    }
    let listed: Vec<(String, String)> = texts(SIGNATURES)
        .into_iter()
        .filter_map(|row| match <[String; 3]>::try_from(row) {
            Ok([table, object, certificate]) if table == "Media" => Some((object, certificate)),
            _ => None,
        })
        .collect();
    let patches: Vec<String> = texts(PATCHES).into_iter().flatten().collect();
    let mut cabinets = Vec::new();
    for (disk, name) in media(&mut tables, limits) {
        let row = listed.iter().find(|(object, _)| *object == disk);
        let certificate = row.map(|(_, key)| held.get(key));
        let hash = row.and_then(|_| streams.read(&format!("MsiDigitalSignature.Media.{disk}")));
        cabinets.push(cabinet(subject, limits, name, certificate, hash.as_deref()));
    }
    let certificates = held.iter().map(|(key, certificate)| InstallerCertificate {
        key: key.clone(),
        name: certificate.common_name(),
        thumbprint_sha1: crate::hex::Hex::from(&certificate.sha1()[..]),
        for_cabinets: listed.iter().any(|(_, own)| own == key),
        for_patches: patches.contains(key),
    });
    Some(External { certificates: certificates.collect(), cabinets })
}

/// The disks whose cabinets lie beside the package: the key of the row, and the name. Each pair once: rows may repeat it.
fn media(tables: &mut Tables<'_>, limits: &Limits) -> BTreeSet<(String, String)> {
    let disks = tables.numbers("Media", "DiskId", limits.members).unwrap_or_default();
    let names = tables.texts("Media", &["Cabinet"], limits.members, NAME).unwrap_or_default();
    let beside = |name: &str| !name.is_empty() && !name.starts_with('#');
    let rows = disks.into_iter().zip(names.into_iter().flatten()).filter(|(_, name)| beside(name));
    rows.map(|(disk, name)| (disk.map(|disk| disk.to_string()).unwrap_or_default(), name)).collect()
}

/// How one cabinet stands; `listed` is the certificate that must have signed it, `None` inside where the row's is not to be
/// had.
fn cabinet(
    subject: &Subject,
    limits: &Limits,
    name: String,
    listed: Option<Option<&Certificate>>,
    hash: Option<&[u8]>,
) -> ExternalCabinet {
    let opened = subject.siblings().open(&name);
    let mut facts = ExternalCabinet {
        // One that cannot be opened is there, and not signed as far as anybody can tell.
        found: !matches!(opened, Ok(None)),
        listed: listed.is_some(),
        listed_certificate: listed.flatten().map(Certificate::common_name),
        name,
        ..ExternalCabinet::default()
    };
    let Ok(Some(source)) = opened else { return facts };
    let layout = recognise(&*source, limits);
    let signatures = read_signatures(&layout.signatures, limits);
    let Some(primary) = signatures.first() else { return facts };
    let signer = primary.facts.contents.as_ref().ok().and_then(|contents| contents.signer_certificate());
    facts.signer = Some(signer.map(Certificate::common_name).unwrap_or_default());
    facts.certificate_matches =
        listed.map(|listed| listed.zip(signer).is_some_and(|(listed, signer)| listed.der() == signer.der()));
    facts.hash_matches = hash.and_then(|hash| {
        let data = SignedData::read(primary.raw).ok()?;
        let value = data.signers.first()?.signature;
        (value.len() == hash.len()).then(|| value == hash)
    });
    facts
}

/// Small streams by name.
struct Streams<'a> {
    sectors: Sectors<'a>,
    directory: Directory,
    /// Entries of the root storage by name.
    names: HashMap<String, u32>,
}

impl<'a> Streams<'a> {
    fn open(source: &'a dyn ByteSource, limits: &Limits) -> Option<Streams<'a>> {
        let mut sectors = Sectors::open(source).ok()?;
        let directory = Directory::read(&mut sectors, limits).ok()?;
        let mut names = HashMap::new();
        for id in directory.children(0) {
            if let Some(entry) = directory.entry(*id) {
                names.entry(entry.display_name()).or_insert(*id);
            }
        }
        Some(Streams { sectors, directory, names })
    }

    fn read(&mut self, name: &str) -> Option<Vec<u8>> {
        let entry = self.directory.entry(*self.names.get(name)?)?;
        self.sectors.read_stream(&self.directory, entry, STREAM).ok()
    }
}
