//! One digest of all evidence: whether two runs were judged with the same.

use super::evidence::Evidence;
use super::revocation::RevocationEvidence;
use crate::authenticode::certificate::Certificate;
use crate::digest::DigestAlgorithm;
use crate::hex::Hex;

impl Evidence {
    /// SHA-256 of everything in it that decides. It is made anew with each version: only digests of the same version are
    /// comparable.
    pub fn sha256(&self) -> Hex {
        // Every field is named, so that a new one cannot be left out unseen.
        let Evidence {
            at,
            anchors,
            intermediates,
            revocation,
            distrust,
            state,
            publishers,
            approved,
            expected,
            endpoints,
            catalogs,
            cache: _,
        } = self;
        let RevocationEvidence { mode, lists, responses, timestamps, required } = revocation;
        let digest = |bytes: &[u8]| Hex(DigestAlgorithm::Sha256.digest(bytes));
        let lists: Vec<Hex> = lists.iter().map(|list| digest(list.der())).collect();
        let responses: Vec<Hex> = responses.iter().map(|response| digest(response.der())).collect();
        let endpoints: Vec<String> = endpoints.iter().map(|endpoint| endpoint.contents()).collect();
        let text = format!(
            "{:?}",
            (
                (at, anchors.contents(), thumbprints(intermediates), thumbprints(publishers)),
                (mode, lists, responses, timestamps, required),
                (distrust.contents(), state, approved, expected, endpoints, catalogs),
            )
        );
        digest(text.as_bytes())
    }
}

/// SHA-256 of each.
pub(super) fn thumbprints<'c>(certificates: impl IntoIterator<Item = &'c Certificate>) -> Vec<Hex> {
    certificates.into_iter().map(|own| Hex::from(&own.sha256()[..])).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::trust::endpoint::Endpoint;
    use crate::trust::{Anchors, CertificateStore, DistrustList};

    fn store(name: &str) -> CertificateStore {
        let path = std::path::Path::new("../../tests/trust").join(name);
        CertificateStore::read_file(&path).unwrap()
    }

    /// What was once left out: endpoints, roots of a store, which thumbprints are distrusted.
    #[test]
    fn whatever_decides_changes_the_digest() {
        let plain = Evidence::embedded("2026-11-21".parse().unwrap());
        assert_eq!(plain.sha256(), Evidence::embedded("2026-11-21".parse().unwrap()).sha256());
        let with_endpoint = |file: &str| {
            let endpoint = Endpoint::of_export("kiosk", "", &store(file)).unwrap();
            Evidence { endpoints: Arc::new(vec![endpoint]), ..plain.clone() }
        };
        let with_roots = |file: &str| Evidence { anchors: Anchors::of_store(&store(file)), ..plain.clone() };
        let distrusting = |digit: &str| {
            let list = DistrustList::default().with_thumbprints("own", &digit.repeat(40)).unwrap();
            Evidence { distrust: list, ..plain.clone() }
        };
        let all = [
            plain.clone(),
            with_endpoint("roots.sst"),
            with_endpoint("empty.sst"),
            with_roots("roots.sst"),
            with_roots("limited-root.sst"),
            distrusting("1"),
            distrusting("2"),
        ];
        let digests: std::collections::BTreeSet<Hex> = all.iter().map(Evidence::sha256).collect();
        assert_eq!(digests.len(), all.len());
    }
}
