//! Certificates of kept facts: each in one file, and once in memory.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use badsig::authenticode::certificate::Certificate;
use badsig::hex::Hex;
use badsig::report::CertificateTable;

use super::entry::Entries;

/// Certificates by their SHA-256.
pub(super) struct Certificates {
    entries: Entries,
    known: Mutex<HashMap<[u8; 32], Certificate>>,
}

impl Certificates {
    pub(super) fn new(entries: Entries) -> Certificates {
        Certificates { entries, known: Mutex::default() }
    }

    fn find(&self, thumbprint: &[u8; 32]) -> Option<Certificate> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(thumbprint).cloned()
    }

    fn remember(&self, certificate: &Certificate) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(*certificate.sha256(), certificate.clone());
    }

    /// Keeps certificates; whether all are kept now. One that was read or kept in this run is there.
    pub(super) fn keep(&self, table: &CertificateTable) -> bool {
        table.iter().all(|certificate| {
            if self.find(certificate.sha256()).is_some() {
                return true;
            }
            let key = Hex::from(&certificate.sha256()[..]);
            // One that is damaged is written anew, and one that is right as well: it costs little, once a run.
            let kept = self.entries.write_payload(&key, certificate.der());
            if kept {
                self.remember(certificate);
            }
            kept
        })
    }

    /// These certificates; `None` when one is not there, an error when one is damaged.
    pub(super) fn table(&self, wanted: &BTreeSet<[u8; 32]>) -> Result<Option<CertificateTable>, String> {
        let mut table = CertificateTable::default();
        for thumbprint in wanted {
            let certificate = match self.find(thumbprint) {
                Some(certificate) => certificate,
                None => match self.read(thumbprint)? {
                    Some(certificate) => certificate,
                    None => return Ok(None),
                },
            };
            table.add(&certificate);
        }
        Ok(Some(table))
    }

    fn read(&self, thumbprint: &[u8; 32]) -> Result<Option<Certificate>, String> {
        let key = Hex::from(&thumbprint[..]);
        let Some(der) = self.entries.payload(&key)? else { return Ok(None) };
        let certificate =
            Certificate::from_der(&der).map_err(|error| format!("certificate {key}: {error}"))?;
        if certificate.sha256() != thumbprint {
            return Err(format!("certificate {key}: is another one"));
        }
        self.remember(&certificate);
        Ok(Some(certificate))
    }
}
