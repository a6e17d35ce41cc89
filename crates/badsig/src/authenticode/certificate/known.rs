//! Certificates that were read lately, so that the same bytes are read and held once: the members of a package carry the
//! same few chains a thousand times.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Certificate;

/// Certificates that are remembered: 257 files of 60 publishers, with the 3,594 members inside them, carry 301.
const REMEMBERED: usize = 1024;
/// Longer ones are not, so that strangers' files cannot fill the memory for good. Real ones are below 4 KiB.
const LONGEST: usize = 8 * 1024;

/// The certificate with this SHA-256, when it is remembered.
pub(super) fn find(sha256: &[u8; 32]) -> Option<Certificate> {
    table().lock().unwrap_or_else(PoisonError::into_inner).0.get(sha256).cloned()
}

/// Remembers a certificate; what comes back is the one that is held, when another thread read the same bytes meanwhile.
pub(super) fn remember(certificate: Certificate) -> Certificate {
    let mut table = table().lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(held) = table.0.get(certificate.sha256()) {
        return held.clone();
    }
    table.add(&certificate);
    certificate
}

fn table() -> &'static Mutex<Table> {
    static TABLE: OnceLock<Mutex<Table>> = OnceLock::new();
    TABLE.get_or_init(Mutex::default)
}

#[derive(Default)]
struct Table(HashMap<[u8; 32], Certificate>);

impl Table {
    fn add(&mut self, certificate: &Certificate) {
        if certificate.der().len() > LONGEST {
            return;
        }
        if self.0.len() >= REMEMBERED {
            // Those that nobody else holds make room.
            self.0.retain(|_, known| Arc::strong_count(&known.0) > 1);
        }
        if self.0.len() < REMEMBERED {
            self.0.insert(*certificate.sha256(), certificate.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::digest_array;
    use super::*;
    use crate::authenticode::certificate_file::read_certificates;
    use crate::authenticode::der::Reader;
    use crate::digest::DigestAlgorithm;

    fn root() -> Vec<u8> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/recipes/pki/test-root.pem");
        read_certificates(&std::fs::read(path).unwrap()).unwrap()[0].der().to_vec()
    }

    /// The root with another last byte, which belongs to its signature.
    fn another(number: u32) -> Certificate {
        let mut der = root();
        let end = der.len() - 4;
        der[end..].copy_from_slice(&number.to_be_bytes());
        // Not by `from_der`, which would put it into the table of the process.
        let sha256 = digest_array(DigestAlgorithm::Sha256, &der);
        Certificate::read(&Reader::new(&der).any("Certificate").unwrap(), sha256).unwrap()
    }

    #[test]
    fn the_same_bytes_are_held_once() {
        let (first, second) =
            (Certificate::from_der(&root()).unwrap(), Certificate::from_der(&root()).unwrap());
        assert!(Arc::ptr_eq(&first.0, &second.0));
        assert!(!Arc::ptr_eq(&first.0, &another(1).0));
    }

    /// However many certificates a run meets, the table stays small, and the latest find a place when the others are gone.
    #[test]
    fn those_that_nobody_holds_make_room() {
        let mut table = Table::default();
        let held = another(0);
        table.add(&held);
        (1..=5000).for_each(|number| table.add(&another(number)));
        assert!(table.0.len() <= REMEMBERED, "{}", table.0.len());
        assert!(table.0.contains_key(held.sha256()));
        assert!(table.0.contains_key(another(5000).sha256()));
    }
}
