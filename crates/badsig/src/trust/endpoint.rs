//! Judging as a certain computer would: with the certificates that its own stores hold.
//!
//! A signature that validates here may fail with 0x800B010A or 0x800B0109 on a computer that is cut off from the
//! Internet: its stores lack a root that Windows would fetch from the root program, or an intermediate that the
//! file does not carry. An [`Endpoint`] is made of exports of these stores. It downloads nothing, neither roots
//! nor intermediates, and it knows no root program beside its stores.
//!
//! What it lacks is found by comparing with the full evidence, which may know the whole chain; the missing
//! certificates come with the answer, to be imported there.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::anchors::Anchors;
use super::chain::Chain;
use super::distrust::{DistrustError, DistrustList};
use super::evidence::Evidence;
use super::evidence_digest::thumbprints;
use super::reason::{Cause, Part, Reason};
use super::root_program::{ListRoot, RootSource, SignedList, SignedListError};
use super::signature::{SignatureVerdict, judge_signature};
use super::store::CertificateStore;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::SignatureFacts;
use crate::codes::HResult;
use crate::facts::Facts;

/// A computer, by its certificate stores.
#[derive(Clone, Debug)]
pub struct Endpoint {
    name: String,
    anchors: Anchors,
    intermediates: Vec<Certificate>,
    distrusted: Option<Vec<Certificate>>,
    /// Microsoft's list of distrusted certificates, which was tried when it was taken in.
    distrusted_list: Option<SignedList>,
}

/// Why an export is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// A signed list does not hold.
    #[error(transparent)]
    List(#[from] SignedListError),
    /// A list of distrusted certificates identifies them in an unknown way.
    #[error(transparent)]
    Distrust(#[from] DistrustError),
}

/// How a signature fares on an endpoint.
#[derive(Clone, Debug)]
pub struct EndpointVerdict {
    /// The endpoint's name.
    pub endpoint: String,
    /// What is judged with the endpoint's certificates.
    pub verdict: SignatureVerdict,
    /// What the endpoint lacks; empty when the signature is valid there, and also when the full evidence does not
    /// know the chain either.
    pub missing: Vec<MissingCertificate>,
}

/// A certificate that an endpoint needs and does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// The store where it belongs.
    pub store: StoreName,
    /// Whether the time stamp needs it, and not the signer.
    pub for_time_stamp: bool,
}

/// A store of Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StoreName {
    /// Trusted Root Certification Authorities.
    Root,
    /// Intermediate Certification Authorities.
    #[serde(rename = "CA")]
    Intermediate,
}

impl StoreName {
    /// The name that `certutil -addstore` takes.
    pub fn certutil(self) -> &'static str {
        match self {
            StoreName::Root => "Root",
            StoreName::Intermediate => "CA",
        }
    }

    /// The name that the certificate console shows.
    pub fn describe(self) -> &'static str {
        match self {
            StoreName::Root => "Trusted Root Certification Authorities",
            StoreName::Intermediate => "Intermediate Certification Authorities",
        }
    }
}

impl Endpoint {
    /// An endpoint with exports of its stores: `roots` is ROOT together with AuthRoot, `intermediates` is CA.
    pub fn new(
        name: impl Into<String>,
        roots: &CertificateStore,
        intermediates: &CertificateStore,
    ) -> Endpoint {
        Endpoint {
            name: name.into(),
            anchors: Anchors::of_store(roots),
            intermediates: certificates(intermediates),
            distrusted: None,
            distrusted_list: None,
        }
    }

    /// An endpoint by everything that was exported from it, whatever store it came from: certificates that name
    /// themselves as issuer are its roots, others its intermediates. Where `path` holds Microsoft's signed list of
    /// roots too, as `certutil -syncWithWU` saves it, its roots are those of that list whose certificates are there,
    /// with their limits; the list of distrusted certificates counts as well.
    ///
    /// # Errors
    /// [`EndpointError`] when a list is not Microsoft's.
    pub fn of_export(
        name: impl Into<String>,
        path: impl Into<PathBuf>,
        store: &CertificateStore,
    ) -> Result<Endpoint, EndpointError> {
        let signer = ListRoot::Microsoft;
        let issued = store.certificates().iter().map(|stored| &stored.certificate);
        let intermediates = issued.filter(|own| !own.is_self_issued()).cloned().collect();
        let anchors = match store.root_program_as_held(RootSource::Directory(path.into()), &signer)? {
            Some(program) => Anchors::program_from(program),
            None => Anchors::self_issued_of(store),
        };
        let distrusted_list = store.distrusted(&signer)?;
        if let Some(list) = &distrusted_list {
            DistrustList::default().with_list("", list)?;
        }
        let distrusted = (!store.untrusted().is_empty()).then(|| store.untrusted().to_vec());
        Ok(Endpoint { name: name.into(), anchors, intermediates, distrusted, distrusted_list })
    }

    /// With the export of its store "Untrusted Certificates" (Disallowed).
    #[must_use]
    pub fn with_distrusted(self, store: &CertificateStore) -> Endpoint {
        Endpoint { distrusted: Some(certificates(store)), ..self }
    }

    /// The endpoint's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything that its stores hold, for comparing.
    pub(super) fn contents(&self) -> String {
        let Endpoint { name, anchors, intermediates, distrusted, distrusted_list } = self;
        let distrusted = distrusted.as_ref().map(thumbprints);
        let list = distrusted_list.as_ref().map(SignedList::sha256);
        format!("{:?}", (name, anchors.contents(), thumbprints(intermediates), distrusted, list))
    }

    /// The evidence of the endpoint: its own roots and intermediates in place of those of `full`. What `full`
    /// distrusts is distrusted here too.
    pub fn evidence(&self, full: &Evidence) -> Evidence {
        let mut distrust = full.distrust.clone();
        if let Some(own) = &self.distrusted {
            distrust = distrust.with_certificates(self.untrusted_store(), own);
        }
        if let Some(list) = &self.distrusted_list {
            distrust = distrust.clone().with_list(self.untrusted_store(), list).unwrap_or(distrust);
        }
        Evidence {
            endpoints: Arc::default(),
            anchors: self.anchors.clone(),
            intermediates: self.intermediates.clone(),
            distrust,
            ..full.clone()
        }
    }

    /// Judges a signature of `file` as the endpoint would, and says which certificates of the chain that `full` knows are
    /// missing there.
    pub fn judge(&self, file: &Facts, facts: &SignatureFacts, full: &Evidence) -> EndpointVerdict {
        let verdict = judge_signature(file, facts, &self.evidence(full));
        let missing = if verdict.is_valid() {
            Vec::new()
        } else {
            self.missing(facts, &judge_signature(file, facts, full), &verdict)
        };
        EndpointVerdict { endpoint: self.name.clone(), verdict, missing }
    }

    /// What is in the chains of `full` and not on the endpoint, where the endpoint's own chains fail.
    fn missing(
        &self,
        facts: &SignatureFacts,
        full: &SignatureVerdict,
        own: &SignatureVerdict,
    ) -> Vec<MissingCertificate> {
        let Ok(contents) = &facts.contents else { return Vec::new() };
        let mut missing = Vec::new();
        if let (Some(whole), Some(own)) = (&full.chain, &own.chain) {
            missing.extend(self.missing_in(whole, own, &contents.certificates, false));
        }
        let stamp = full.stamp.filter(|index| own.stamp != Some(*index));
        let judged = |verdict: &SignatureVerdict| verdict.timestamps.get(stamp?)?.chain.clone();
        let bag = stamp.and_then(|index| contents.timestamps.get(index)).map(|stamp| &stamp.certificates);
        if let (Some(whole), Some(own), Some(bag)) = (judged(full), judged(own), bag) {
            for certificate in self.missing_in(&whole, &own, bag, true) {
                if !missing.iter().any(|known| known.certificate == certificate.certificate) {
                    missing.push(certificate);
                }
            }
        }
        missing
    }

    fn missing_in(
        &self,
        whole: &Chain,
        own: &Chain,
        bag: &[Certificate],
        for_time_stamp: bool,
    ) -> Vec<MissingCertificate> {
        if is_complete(own) || !is_complete(whole) {
            return Vec::new();
        }
        // The end of a complete chain is the trusted one, even where that is the signer itself.
        let last = whole.links.len().saturating_sub(1);
        let certificates = whole.links.iter().map(|link| &link.certificate).enumerate();
        let absent = certificates.filter_map(|(place, certificate)| match place {
            place if place == last => Some((StoreName::Root, certificate)),
            0 => None,
            _ => Some((StoreName::Intermediate, certificate)),
        });
        let absent = absent.filter(|(store, certificate)| match store {
            StoreName::Root => !self.anchors.contains(certificate),
            StoreName::Intermediate => {
                !bag.contains(certificate) && !self.intermediates.contains(certificate)
            }
        });
        absent
            .map(|(store, certificate)| MissingCertificate {
                certificate: certificate.clone(),
                store,
                for_time_stamp,
            })
            .collect()
    }

    fn untrusted_store(&self) -> String {
        format!("the store Untrusted Certificates of {}", self.name)
    }
}

impl EndpointVerdict {
    /// Whether the endpoint accepts the signature.
    pub fn is_valid(&self) -> bool {
        self.verdict.is_valid()
    }

    /// The code that the endpoint is predicted to give.
    pub fn hresult(&self) -> HResult {
        // A root that is missing for the signer as for the time stamp is told by the signer's code.
        let chain = |reason: &&Reason| matches!(reason.cause, Cause::MissingIssuer | Cause::UntrustedRoot);
        let reasons = &self.verdict.reasons;
        match reasons.iter().find(|reason| chain(reason) && reason.part != Part::Timestamp) {
            Some(reason) if reasons.iter().all(|other| chain(&other) || stamp(other)) => reason.hresult,
            _ => self.verdict.hresult,
        }
    }
}

/// Whether it is about a time stamp.
fn stamp(reason: &Reason) -> bool {
    reason.part == Part::Timestamp
}

/// Whether a chain leads to a root, whatever else is wrong with it.
fn is_complete(chain: &Chain) -> bool {
    !chain.reasons.iter().any(|reason| {
        matches!(
            reason.cause,
            Cause::MissingIssuer | Cause::UntrustedRoot | Cause::NotSignedByIssuer | Cause::SearchBudget
        )
    })
}

fn certificates(store: &CertificateStore) -> Vec<Certificate> {
    store.certificates().iter().map(|stored| stored.certificate.clone()).collect()
}
