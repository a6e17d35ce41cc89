//! From facts and verdicts to the report: nothing is decided here.

use super::{
    CertificateReport, ChainReport, DistrustReport, EndpointReport, EvidenceReport, FileReport,
    FindingReport, PageHashesReport, PredictionReport, ReasonReport, RejectedReport, RootsReport,
    SignatureReport, TimestampReport, TrustReport, VendorReport,
};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::{Contents, SignatureFacts, TimestampFacts};
use crate::authenticode::name;
use crate::check::Finding;
use crate::codes::HResult;
use crate::digest::DigestAlgorithm;
use crate::facts::Facts;
use crate::hex::Hex;
use crate::judge::Verdict;
use crate::target::Prediction;
use crate::trust::Evidence;
use crate::trust::chain::{Chain, Role};
use crate::trust::distrust::DistrustSource;
use crate::trust::forecast::Forecast;
use crate::trust::needs::open_questions;
use crate::trust::reason::Reason;
use crate::trust::revocation::{CertificateStatus, RevocationMode};
use crate::trust::signature::{SignatureVerdict, TimestampVerdict};

impl EvidenceReport {
    /// Describes the evidence of a run.
    pub fn new(evidence: &Evidence, source: &str) -> EvidenceReport {
        let program = evidence.anchors.program();
        EvidenceReport {
            at: evidence.at,
            roots: RootsReport {
                source: source.to_owned(),
                ctl_date: program.map(|program| program.ctl_date.date()),
                ctl_sha256: program.map(|program| program.ctl_sha256.clone()),
                added: evidence.anchors.added(),
                distrust: evidence.distrust.sources().find_map(distrust_report),
                distrusted_besides: evidence
                    .distrust
                    .sources()
                    .filter(|source| source.edition.is_none())
                    .fold(0, |sum, source| sum.saturating_add(source.entries)),
            },
            revocation: evidence.revocation.mode.name().to_owned(),
            wintrust_state: evidence.state.map(|state| state.to_string()),
            endpoints: evidence.endpoints.iter().map(|endpoint| endpoint.name().to_owned()).collect(),
            vendors: None,
            policy: None,
        }
    }
}

/// The first signed list; lists of an administrator's own have no edition.
fn distrust_report(source: DistrustSource<'_>) -> Option<DistrustReport> {
    let edition = source.edition?;
    Some(DistrustReport {
        date: edition.this_update.date(),
        sha256: source.sha256?.clone(),
        entries: source.entries,
    })
}

impl FileReport {
    /// The answer for one file.
    pub fn new(facts: &Facts, verdict: &Verdict) -> FileReport {
        FileReport {
            path: facts.path.clone(),
            format: facts.format,
            size: facts.size,
            sha256: facts.sha256.clone(),
            sha1: facts.sha1.clone(),
            verdict: verdict.outcome,
            trust: verdict.hresult.into(),
            targets_differ: crate::target::difference(&verdict.predictions),
            predictions: verdict.predictions.iter().map(PredictionReport::from).collect(),
            signatures: facts
                .signatures
                .iter()
                .zip(&verdict.signatures)
                .zip(&verdict.forecasts)
                .map(|((facts, verdict), forecast)| SignatureReport::new(facts, verdict, forecast))
                .collect(),
            findings: verdict.findings.iter().map(FindingReport::from).collect(),
            vendor: verdict.vendor.as_ref().and_then(VendorReport::new),
            members: facts
                .members
                .iter()
                .zip(&verdict.members)
                .map(|(facts, verdict)| FileReport::new(facts, verdict))
                .collect(),
            payload: facts.payload.clone(),
            looked_inside: facts.looked_inside,
            external_cabinets: facts.external_cabinets.clone(),
            installer_certificates: facts.installer_certificates.clone(),
            burn_engine: facts.burn_engine.clone(),
            beside: facts.beside.clone(),
            installed_as: facts.installed_as.clone(),
            listed_in: facts.listed_in.clone(),
            same_as: facts.same_as.clone(),
            description: facts.description.clone(),
            msi_extended: facts.msi_extended.clone(),
            storage: facts.storage.clone(),
            problems: facts.problems.clone(),
            endpoints: verdict.endpoints.iter().map(EndpointReport::from).collect(),
            facts: None,
            line: None,
        }
    }
}

impl FileReport {
    /// The file and all its members, outer ones first.
    pub fn tree(&self) -> impl Iterator<Item = &FileReport> {
        let mut open = vec![self];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(next.members.iter().rev());
            Some(next)
        })
    }
}

impl From<HResult> for TrustReport {
    fn from(code: HResult) -> TrustReport {
        TrustReport { hresult: code.to_string(), symbol: symbol(code) }
    }
}

fn symbol(code: HResult) -> String {
    code.symbol().map_or_else(|| code.to_string(), |symbol| symbol.to_string())
}

impl From<&Prediction> for PredictionReport {
    fn from(prediction: &Prediction) -> PredictionReport {
        PredictionReport {
            target: prediction.target,
            outcome: prediction.outcome,
            status_message: prediction.status_message.clone(),
            confidence: prediction.confidence.name().to_owned(),
            reason: prediction.reason.clone(),
            steps: prediction.steps.clone(),
        }
    }
}

impl From<&Reason> for ReasonReport {
    fn from(reason: &Reason) -> ReasonReport {
        ReasonReport {
            hresult: reason.hresult.to_string(),
            symbol: symbol(reason.hresult),
            part: reason.part,
            message: reason.message.clone(),
            confidence: reason.confidence.name().to_owned(),
        }
    }
}

impl From<&Finding> for FindingReport {
    fn from(finding: &Finding) -> FindingReport {
        FindingReport {
            check: finding.check.to_owned(),
            level: finding.level,
            message: finding.message.clone(),
            help: finding.help.to_owned(),
            exception: finding.exception.clone(),
        }
    }
}

impl From<&Certificate> for CertificateReport {
    fn from(certificate: &Certificate) -> CertificateReport {
        CertificateReport {
            common_name: certificate.common_name(),
            subject: name::display(certificate.subject()),
            issuer: name::display(certificate.issuer()),
            serial: Hex::from(certificate.serial()),
            thumbprint_sha1: Hex::from(&certificate.sha1()[..]).upper(),
            thumbprint_sha256: Hex::from(&certificate.sha256()[..]).upper(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            key: certificate.key().to_string(),
            signature_algorithm: certificate.signature_scheme().ok().map(|scheme| scheme.digest()),
        }
    }
}

pub(super) fn chain_report(chain: Option<&Chain>) -> Vec<ChainReport> {
    let Some(chain) = chain else { return Vec::new() };
    let wrong = |position: usize| {
        let own = chain.reasons.iter().filter(move |reason| reason.link == Some(position));
        own.map(|reason| TrustReport::from(reason.hresult)).collect()
    };
    chain
        .links
        .iter()
        .enumerate()
        .map(|(position, link)| ChainReport {
            common_name: link.certificate.common_name(),
            thumbprint_sha256: Hex::from(&link.certificate.sha256()[..]).upper(),
            role: link.role,
            revocation: link.revocation.as_ref().map(|status| status.name().to_owned()),
            wrong: wrong(position),
            root_program: link.standing.map(|standing| standing.to_string()),
            not_before: link.certificate.not_before(),
            not_after: link.certificate.not_after(),
        })
        .collect()
}

impl TimestampReport {
    fn new(facts: &TimestampFacts, verdict: &TimestampVerdict) -> TimestampReport {
        TimestampReport {
            kind: facts.kind,
            time: facts.time,
            valid: verdict.valid,
            digest_algorithm: facts.digest_algorithm,
            signer: facts.signer_certificate().map(CertificateReport::from),
            chain: chain_report(verdict.chain.as_ref()),
            reasons: verdict.reasons.iter().map(ReasonReport::from).collect(),
        }
    }
}

impl SignatureReport {
    fn new(facts: &SignatureFacts, verdict: &SignatureVerdict, forecast: &Forecast) -> SignatureReport {
        let contents = facts.contents.as_ref().ok();
        let digest = contents.and_then(|contents| contents.digest.as_ref());
        let timestamps = contents.map(|contents| timestamps(contents, verdict)).unwrap_or_default();
        let stamp = timestamps.get(verdict.stamp.unwrap_or(0)).cloned();
        SignatureReport {
            index: facts.index,
            parent: facts.parent,
            place: facts.place.clone(),
            digest_algorithm: contents.and_then(digest_algorithm),
            digest: digest.map(|digest| digest.stored.clone()),
            computed_digest: digest.and_then(|digest| digest.computed.clone()),
            digest_matches: digest.filter(|digest| digest.computed.is_some()).map(|digest| digest.matches()),
            signer: contents.and_then(Contents::signer_certificate).map(CertificateReport::from),
            timestamp: stamp,
            timestamps,
            page_hashes: contents
                .and_then(|contents| contents.page_hashes.as_ref())
                .map(|pages| PageHashesReport { algorithm: pages.algorithm, matches: pages.matches }),
            chain: chain_report(verdict.chain.as_ref()),
            other_paths: verdict.other_chains.iter().map(RejectedReport::from).collect(),
            trust: verdict.hresult.into(),
            reasons: verdict.reasons.iter().map(ReasonReport::from).collect(),
            waived: verdict.waived.iter().map(ReasonReport::from).collect(),
            revocation_unknown: unknown_because(verdict),
            fetched_issuers: Vec::new(),
            revocation: verdict
                .chain
                .as_ref()
                .and_then(|chain| revocation(chain, verdict.revocation))
                .map(str::to_owned),
            program: contents.map(|contents| contents.program.clone()).unwrap_or_default(),
            lifetime_signing: verdict.lifetime_signing,
            stops_validating: forecast.ends,
            outlook: forecast.message.clone(),
        }
    }
}

/// What was there and did not tell, as `certificate: reason`.
fn unknown_because(verdict: &SignatureVerdict) -> Vec<String> {
    let mut reasons = Vec::new();
    for question in open_questions(verdict) {
        for why in question.why {
            let reason = format!("{}: {why}", question.certificate);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    reasons
}

/// What is known of all certificates below the root; a certificate whose issuer is missing cannot be asked
/// about.
fn revocation(chain: &Chain, mode: RevocationMode) -> Option<&'static str> {
    let below = chain.links.iter().filter(|link| link.role != Role::Root);
    let known: Vec<_> = below.map(|link| link.revocation.as_ref()).collect();
    let good = |status: &Option<&CertificateStatus>| matches!(status, Some(CertificateStatus::Good { .. }));
    let revoked = |status: &Option<&CertificateStatus>| matches!(status, Some(CertificateStatus::Revoked(_)));
    match mode {
        _ if known.is_empty() => None,
        RevocationMode::Off => Some("off"),
        _ if known.iter().any(revoked) => Some("revoked"),
        _ if known.iter().all(good) => Some("good"),
        RevocationMode::Offline | RevocationMode::Online => Some("unknown"),
    }
}

fn digest_algorithm(contents: &Contents) -> Option<DigestAlgorithm> {
    match &contents.digest {
        Some(digest) => digest.algorithm.clone().ok(),
        None => contents.signer.digest_algorithm.clone().ok(),
    }
}

fn timestamps(contents: &Contents, verdict: &SignatureVerdict) -> Vec<TimestampReport> {
    contents
        .timestamps
        .iter()
        .zip(&verdict.timestamps)
        .map(|(facts, verdict)| TimestampReport::new(facts, verdict))
        .collect()
}
