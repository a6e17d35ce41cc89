//! What came back for something that was needed, read but not believed: signatures are checked in judging.

use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::certificate_file::read_certificates;
use badsig::trust::Evidence;
use badsig::trust::revocation::{Need, OcspResponse, RevocationList};
use badsig_fetch::{Request, Wanted};

/// Everything that was found for one need.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) found: Vec<Material>,
    /// What went wrong, with the address.
    pub(crate) problem: Option<String>,
    /// Bytes of the cache were taken without asking the server.
    pub(crate) unasked: bool,
}

/// Evidence of one kind.
#[derive(Clone, Debug)]
pub(crate) enum Material {
    List(RevocationList),
    Response(OcspResponse),
    Issuers(Vec<Certificate>),
}

impl Answer {
    pub(crate) fn failed(problem: String) -> Answer {
        Answer { problem: Some(problem), ..Answer::default() }
    }

    /// Reads bytes and keeps what they are, or says what is wrong with them.
    pub(crate) fn add(&mut self, need: &Need, bytes: &[u8]) {
        match Material::read(need, bytes) {
            Ok(material) => self.found.push(material),
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Puts everything into the evidence.
    pub(crate) fn add_to(&self, evidence: &mut Evidence) {
        for material in &self.found {
            match material {
                Material::List(list) => evidence.revocation.lists.push(list.clone()),
                Material::Response(response) => evidence.revocation.responses.push(response.clone()),
                Material::Issuers(issuers) => evidence.intermediates.extend(issuers.iter().cloned()),
            }
        }
    }

    /// Whether this certificate came with it.
    pub(crate) fn holds(&self, certificate: &Certificate) -> bool {
        self.found.iter().any(|material| match material {
            Material::Issuers(issuers) => issuers.contains(certificate),
            _ => false,
        })
    }
}

impl Material {
    fn read(need: &Need, bytes: &[u8]) -> Result<Material, String> {
        match need {
            Need::Crl { url } => RevocationList::from_bytes(bytes)
                .map(Material::List)
                .map_err(|error| format!("{url}: the revocation list is not used: {error}")),
            Need::Ocsp { url, .. } => OcspResponse::from_bytes(bytes)
                .map(Material::Response)
                .map_err(|error| format!("{url}: the OCSP response is not used: {error}")),
            Need::Issuer { url } => read_certificates(bytes)
                .map(Material::Issuers)
                .map_err(|error| format!("{url}: the issuer is not used: {error}")),
        }
    }
}

/// The request that gets it.
pub(crate) fn request(need: &Need) -> Request {
    wanted(need).request()
}

/// In the words of the network.
pub(crate) fn wanted(need: &Need) -> Wanted {
    match need.clone() {
        Need::Crl { url } => Wanted::Crl { url },
        Need::Issuer { url } => Wanted::Issuer { url },
        Need::Ocsp { url, request } => Wanted::Ocsp { url, request },
    }
}
