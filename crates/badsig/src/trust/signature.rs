//! The verdict on one signature: its arithmetic, its time stamps, its chain, and all reasons against it.

use super::chain::{Chain, PolicyInputs, Purpose, Question, RevocationCheck, build};
use super::evidence::Evidence;
use super::reason::{Cause, Part, Reason, primary};
use super::revocation::{Need, RevocationMode};
use super::root_program::StampedOrNow;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::{Check, Contents, SignatureFacts, TimestampFacts, TimestampKind};
use crate::authenticode::spc;
use crate::codes::HResult;
use crate::time::UtcTime;

/// What is judged of one signature.
#[derive(Clone, Debug)]
pub struct SignatureVerdict {
    /// The code that Windows is predicted to give.
    pub hresult: HResult,
    /// Everything that is wrong.
    pub reasons: Vec<Reason>,
    /// The signer's chain, as far as it could be built.
    pub chain: Option<Chain>,
    /// The time stamps, in the order in which they stand.
    pub timestamps: Vec<TimestampVerdict>,
    /// The place of the time stamp that counts.
    pub stamp: Option<usize>,
    /// The time that validity was judged at.
    pub effective: StampedOrNow,
    /// The signer's certificate is for lifetime signing: no time stamp extends its validity.
    pub lifetime_signing: bool,
    /// What would tell whether certificates of the signer's chain were revoked, where that is not known.
    pub needs: Vec<Need>,
    /// Whether revocation was asked for.
    pub revocation: RevocationMode,
}

/// What is judged of one time stamp.
#[derive(Clone, Debug)]
pub struct TimestampVerdict {
    /// Whether it proves its time.
    pub valid: bool,
    /// The chain of its authority.
    pub chain: Option<Chain>,
    /// Everything that is wrong.
    pub reasons: Vec<Reason>,
}

impl SignatureVerdict {
    /// Whether nothing is wrong.
    pub fn is_valid(&self) -> bool {
        self.reasons.is_empty()
    }

    /// The stamped time that counts.
    pub fn stamped(&self) -> Option<UtcTime> {
        match self.effective {
            StampedOrNow::Stamped(time) => Some(time),
            StampedOrNow::Now(_) => None,
        }
    }
}

/// Judges one signature.
pub fn judge_signature(facts: &SignatureFacts, evidence: &Evidence) -> SignatureVerdict {
    let contents = match &facts.contents {
        Ok(contents) => contents,
        Err(why) => {
            let message = format!("{} cannot be read: {why}", facts.place);
            return verdict(vec![Reason::new(Cause::Malformed, Part::Signature, message)], evidence);
        }
    };
    let mut reasons = arithmetic(contents);
    let timestamps: Vec<TimestampVerdict> =
        contents.timestamps.iter().map(|stamp| judge_timestamp(stamp, evidence)).collect();
    let stamp = timestamps.iter().position(|stamp| stamp.valid);
    if stamp.is_none() {
        reasons.extend(timestamps.iter().flat_map(|stamp| stamp.reasons.clone()));
    }
    let Some(signer) = contents.signer_certificate() else {
        let message = format!("the signer's certificate is missing: {}", contents.signer.identifier);
        reasons.push(Reason::new(Cause::NoSignerCertificate, Part::Signer, message));
        return SignatureVerdict { timestamps, stamp, ..verdict(reasons, evidence) };
    };
    let lifetime_signing = is_lifetime_signing(signer);
    let stamped = stamp.and_then(|index| contents.timestamps.get(index)).and_then(|stamp| stamp.time);
    let effective = match stamped {
        Some(time) if !lifetime_signing => StampedOrNow::Stamped(time),
        _ => StampedOrNow::Now(evidence.at),
    };
    let chain = chain(signer, &contents.certificates, evidence, Purpose::CodeSigning, effective);
    reasons.extend(chain.reasons.clone());
    let needs = evidence.revocation.needs(&chain, evidence.at);
    SignatureVerdict {
        hresult: primary(&reasons),
        reasons,
        chain: Some(chain),
        timestamps,
        stamp,
        effective,
        lifetime_signing,
        needs,
        revocation: evidence.revocation.mode,
    }
}

fn verdict(reasons: Vec<Reason>, evidence: &Evidence) -> SignatureVerdict {
    SignatureVerdict {
        hresult: primary(&reasons),
        reasons,
        chain: None,
        timestamps: Vec::new(),
        stamp: None,
        effective: StampedOrNow::Now(evidence.at),
        lifetime_signing: false,
        needs: Vec::new(),
        revocation: evidence.revocation.mode,
    }
}

/// 1.3.6.1.4.1.311.10.3.13: "If not set, all time stamped signatures are considered valid forever"
/// (Microsoft, WINTRUST_DATA); with it, the end of validity counts whatever the stamp says.
fn is_lifetime_signing(signer: &Certificate) -> bool {
    let usages = &signer.extensions().extended_key_usage;
    usages.as_ref().is_some_and(|usages| usages.contains(&spc::LIFETIME_SIGNING))
}

/// Digest, messageDigest, contentType, signature value.
fn arithmetic(contents: &Contents) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Some(digest) = &contents.digest {
        match (&digest.algorithm, &digest.computed) {
            (Err(why), _) => reasons.push(Reason::new(Cause::DigestAlgorithm, Part::File, why.clone())),
            (Ok(_), Some(computed)) if *computed != digest.stored => reasons.push(Reason::new(Cause::Digest,
                Part::File,
                format!(
                    "the file was changed after signing: its digest is {computed}, the signature vouches for {}",
                    digest.stored
                ),
            )),
            _ => {}
        }
    }
    let signer = &contents.signer;
    push(
        &signer.message_digest,
        Cause::DigestNotCovered,
        "the signature does not cover its own digest",
        &mut reasons,
    );
    push(&signer.content_type, Cause::ContentType, "the signature is inconsistent", &mut reasons);
    if signer.certificate.is_some() {
        push(&signer.signature, Cause::SignatureValue, "the signature value is wrong", &mut reasons);
    }
    reasons
}

fn push(check: &Check, cause: Cause, what: &str, reasons: &mut Vec<Reason>) {
    if let Some(why) = check.problem() {
        reasons.push(Reason::new(cause, Part::Signature, format!("{what}: {why}")));
    }
}

fn chain(
    leaf: &Certificate,
    bag: &[Certificate],
    evidence: &Evidence,
    purpose: Purpose,
    effective: StampedOrNow,
) -> Chain {
    let candidates: Vec<&Certificate> = bag.iter().chain(&evidence.intermediates).collect();
    build(&Question {
        leaf,
        candidates: &candidates,
        anchors: &evidence.anchors,
        purpose,
        effective,
        cache: &evidence.cache,
        policies: &PolicyInputs::default(),
        revocation: Some(RevocationCheck { evidence: &evidence.revocation, at: evidence.at }),
        distrust: Some(&evidence.distrust),
    })
}

/// A time stamp counts when its arithmetic holds and its authority's chain was trusted at its own time.
fn judge_timestamp(stamp: &TimestampFacts, evidence: &Evidence) -> TimestampVerdict {
    let (cause, kind) = match stamp.kind {
        TimestampKind::Rfc3161 => (Cause::TimeStamp, "time stamp"),
        TimestampKind::Pkcs9 => (Cause::Countersignature, "countersignature"),
    };
    let mut reasons: Vec<Reason> = stamp
        .problems
        .iter()
        .map(|problem| Reason::new(cause, Part::Timestamp, format!("the {kind} is wrong: {problem}")))
        .collect();
    let (Some(time), Some(signer)) = (stamp.time, stamp.signer_certificate()) else {
        if reasons.is_empty() {
            let message = format!("the certificate of the {kind}'s authority is missing");
            reasons.push(Reason::new(cause, Part::Timestamp, message));
        }
        return TimestampVerdict { valid: false, chain: None, reasons };
    };
    let chain =
        chain(signer, &stamp.certificates, evidence, Purpose::TimeStamping, StampedOrNow::Stamped(time));
    if !chain.reasons.is_empty() {
        let message =
            format!("the {kind} of {} does not count: its authority is not trusted for it", time.date());
        reasons.push(Reason::new(cause, Part::Timestamp, message));
        reasons.extend(chain.reasons.clone());
    }
    TimestampVerdict { valid: reasons.is_empty(), chain: Some(chain), reasons }
}
