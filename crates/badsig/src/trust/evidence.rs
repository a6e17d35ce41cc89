//! What is brought from outside for one run: roots, further certificates, distrust, the clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::anchors::Anchors;
use super::chain::SignatureCache;
use super::distrust::DistrustList;
use super::endpoint::Endpoint;
use super::revocation::RevocationEvidence;
use super::update_catalog::{ApprovedCertificates, ExpectedContent};
use crate::authenticode::certificate::Certificate;
use crate::codes::WintrustState;
use crate::time::UtcTime;

/// The evidence that facts are judged with. Cheap to clone; clones share what was already computed.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The time to judge for. The library never asks the clock.
    pub at: UtcTime,
    /// The roots.
    pub anchors: Anchors,
    /// Certificates that may complete chains, besides those in the file.
    pub intermediates: Vec<Certificate>,
    /// What is known of revocation.
    pub revocation: RevocationEvidence,
    /// Certificates that are distrusted, wherever in a chain they stand.
    pub distrust: DistrustList,
    /// The WinTrust State that Windows judges under; `None` is as the default, 0x23C00, but that `revocation` alone
    /// says how revocation counts.
    pub state: Option<WintrustState>,
    /// The store Trusted Publishers, which a State may ask for.
    pub publishers: Vec<Certificate>,
    /// The content certificates that are approved at the site; `None` when that is not known.
    pub approved: Option<ApprovedCertificates>,
    /// What an update catalog says of the very file that is judged; `None` when none was given.
    pub expected: Option<ExpectedContent>,
    /// Computers whose stores are known, to judge as each of them would.
    pub endpoints: Arc<Vec<Endpoint>>,
    /// The security catalogs at hand, by path, and whether the signature of each is valid.
    pub catalogs: BTreeMap<String, bool>,
    /// Certificate signatures that were already checked.
    pub(crate) cache: Arc<SignatureCache>,
}

impl Evidence {
    /// Evidence that consists of the embedded root program.
    pub fn embedded(at: UtcTime) -> Evidence {
        Evidence::new(at, Anchors::embedded())
    }

    /// Evidence with these roots.
    pub fn new(at: UtcTime, anchors: Anchors) -> Evidence {
        Evidence {
            at,
            anchors,
            intermediates: Vec::new(),
            revocation: RevocationEvidence::default(),
            distrust: DistrustList::default(),
            state: None,
            publishers: Vec::new(),
            approved: None,
            expected: None,
            endpoints: Arc::default(),
            catalogs: BTreeMap::new(),
            cache: Arc::default(),
        }
    }
}
