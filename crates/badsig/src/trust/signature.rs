//! The verdict on one signature: its arithmetic, its time stamps, its chain, and all reasons against it.

use super::chain::{Chain, Chains, Link, PolicyInputs, Purpose, Question, RevocationCheck, all_chains};
use super::evidence::Evidence;
use super::reason::{Cause, Part, Reason, primary};
use super::revocation::{RevocationMode, RevocationRules};
use super::root_program::StampedOrNow;
use super::state::{StatePolicy, StateVerdict, statement_type};
use crate::authenticode::certificate::Certificate;
use crate::authenticode::facts::{Check, Contents, SignatureFacts, TimestampFacts, TimestampKind};
use crate::authenticode::spc;
use crate::codes::HResult;
use crate::facts::Facts;
use crate::format::Format;
use crate::time::UtcTime;

/// What is judged of one signature.
#[derive(Clone, Debug)]
pub struct SignatureVerdict {
    /// The code that Windows is predicted to give.
    pub hresult: HResult,
    /// Everything that is wrong.
    pub reasons: Vec<Reason>,
    /// What is wrong and the WinTrust State waives.
    pub waived: Vec<Reason>,
    /// The signer's chain, as far as it could be built.
    pub chain: Option<Chain>,
    /// The other chains of the signer that were found, and what is wrong with each.
    pub other_chains: Vec<Chain>,
    /// The time stamps, in the order in which they stand.
    pub timestamps: Vec<TimestampVerdict>,
    /// The place of the time stamp that counts.
    pub stamp: Option<usize>,
    /// The time that validity was judged at.
    pub effective: StampedOrNow,
    /// The signer's certificate is for lifetime signing: no time stamp extends its validity.
    pub lifetime_signing: bool,
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

    /// The certificates of the signer's chain and of the chain of the time stamp that counts.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        let stamp = self.stamp.and_then(|index| self.timestamps.get(index));
        let chains = self.chain.iter().chain(stamp.and_then(|stamp| stamp.chain.as_ref()));
        chains.flat_map(|chain| &chain.links)
    }

    /// The stamped time that counts.
    pub fn stamped(&self) -> Option<UtcTime> {
        match self.effective {
            StampedOrNow::Stamped(time) => Some(time),
            StampedOrNow::Now(_) => None,
        }
    }
}

/// Judges one signature of a file, under the WinTrust State of the evidence if there is one. What does not concern this
/// signature is not judged here: whether the file was read completely ([`Facts::problems`]), other signatures, members.
pub fn judge_signature(file: &Facts, facts: &SignatureFacts, evidence: &Evidence) -> SignatureVerdict {
    let mut verdict = judge_by_itself(facts, evidence);
    if let Some(reason) = vouches_for_nothing(file, facts) {
        verdict.reasons.push(reason);
        verdict.hresult = primary(&verdict.reasons);
    }
    verdict
}

/// A signature over something else than a digest of this file may be in perfect order and says nothing of
/// the file: a security catalog's signature in the certificate table of a program.
fn vouches_for_nothing(file: &Facts, signature: &SignatureFacts) -> Option<Reason> {
    if matches!(file.format, Format::Cat | Format::P7) {
        return None;
    }
    let contents = signature.contents.as_ref().ok()?;
    let message = match &contents.digest {
        None => format!("the signature does not vouch for this file: it signs {}", contents.content_type),
        // A file that was not read completely is not decided anyway.
        Some(digest) if digest.algorithm.is_ok() && digest.computed.is_none() && file.problems.is_empty() => {
            "the digest of this file could not be compared with the one in the signature".to_owned()
        }
        Some(_) => return None,
    };
    Some(Reason::new(Cause::ContentType, Part::Signature, message))
}

fn judge_by_itself(facts: &SignatureFacts, evidence: &Evidence) -> SignatureVerdict {
    let Some(policy) = evidence.state.map(StatePolicy::from) else {
        return judge_under(facts, Rules { evidence, revocation: evidence.revocation.rules() });
    };
    let revocation = policy.revocation_rules(&evidence.revocation, statement_type(facts));
    let verdict = judge_under(facts, Rules { evidence, revocation });
    let StateVerdict { hresult, reasons, waived } = policy.apply(facts, &verdict, &evidence.publishers);
    SignatureVerdict { hresult, reasons, waived, ..verdict }
}

/// What one signature is judged with.
#[derive(Clone, Copy)]
struct Rules<'a> {
    evidence: &'a Evidence,
    revocation: RevocationRules,
}

fn judge_under(facts: &SignatureFacts, rules: Rules<'_>) -> SignatureVerdict {
    let evidence = rules.evidence;
    let contents = match &facts.contents {
        Ok(contents) => contents,
        Err(why) => {
            let message = format!("{} cannot be read: {why}", facts.place);
            return verdict(vec![Reason::new(Cause::Malformed, Part::Signature, message)], rules);
        }
    };
    let mut reasons = arithmetic(contents);
    // Under a State, an answer that is missing tells against the signer, not against the time stamp.
    let required = rules.revocation.required && evidence.state.is_none();
    let of_stamps = Rules { revocation: RevocationRules { required, ..rules.revocation }, ..rules };
    let timestamps: Vec<TimestampVerdict> =
        contents.timestamps.iter().map(|stamp| judge_timestamp(stamp, of_stamps)).collect();
    let stamp = timestamps.iter().position(|stamp| stamp.valid);
    if stamp.is_none() {
        reasons.extend(timestamps.iter().flat_map(|stamp| stamp.reasons.clone()));
    }
    let Some(signer) = contents.signer_certificate() else {
        let message = format!("the signer's certificate is missing: {}", contents.signer.identifier);
        reasons.push(Reason::new(Cause::NoSignerCertificate, Part::Signer, message));
        return SignatureVerdict { timestamps, stamp, ..verdict(reasons, rules) };
    };
    let lifetime_signing = is_lifetime_signing(signer);
    let stamped = stamp.and_then(|index| contents.timestamps.get(index)).and_then(|stamp| stamp.time);
    let effective = match stamped {
        Some(time) if !lifetime_signing => StampedOrNow::Stamped(time),
        _ => StampedOrNow::Now(evidence.at),
    };
    let (chain, other_chains) = chain(signer, &contents.certificates, rules, Purpose::CodeSigning, effective);
    reasons.extend(chain.reasons.clone());
    SignatureVerdict {
        hresult: primary(&reasons),
        reasons,
        waived: Vec::new(),
        chain: Some(chain),
        other_chains,
        timestamps,
        stamp,
        effective,
        lifetime_signing,
        revocation: rules.revocation.mode,
    }
}

fn verdict(reasons: Vec<Reason>, rules: Rules<'_>) -> SignatureVerdict {
    SignatureVerdict {
        hresult: primary(&reasons),
        reasons,
        waived: Vec::new(),
        chain: None,
        other_chains: Vec::new(),
        timestamps: Vec::new(),
        stamp: None,
        effective: StampedOrNow::Now(rules.evidence.at),
        lifetime_signing: false,
        revocation: rules.revocation.mode,
    }
}

/// 1.3.6.1.4.1.311.10.3.13: "If not set, all time stamped signatures are considered valid forever"
/// (Microsoft, WINTRUST_DATA); with it, the end of validity counts whatever the stamp says.
fn is_lifetime_signing(signer: &Certificate) -> bool {
    let usages = signer.extensions().usages();
    usages.is_some_and(|usages| usages.contains(&spc::LIFETIME_SIGNING))
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
    rules: Rules<'_>,
    purpose: Purpose,
    effective: StampedOrNow,
) -> (Chain, Vec<Chain>) {
    let Rules { evidence, revocation } = rules;
    let candidates: Vec<&Certificate> = bag.iter().chain(&evidence.intermediates).collect();
    let Chains { best: chain, rejected, .. } = all_chains(&Question {
        leaf,
        candidates: &candidates,
        anchors: &evidence.anchors,
        purpose,
        effective,
        cache: &evidence.cache,
        policies: &PolicyInputs::default(),
        revocation: Some(RevocationCheck {
            evidence: &evidence.revocation,
            rules: revocation,
            at: evidence.at,
        }),
        distrust: Some(&evidence.distrust),
    });
    (chain, rejected)
}

/// A time stamp counts when its arithmetic holds and its authority's chain was trusted at its own time.
fn judge_timestamp(stamp: &TimestampFacts, rules: Rules<'_>) -> TimestampVerdict {
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
    let (chain, _) =
        chain(signer, &stamp.certificates, rules, Purpose::TimeStamping, StampedOrNow::Stamped(time));
    if !chain.reasons.is_empty() {
        let message =
            format!("the {kind} of {} does not count: its authority is not trusted for it", time.date());
        reasons.push(Reason::new(cause, Part::Timestamp, message));
        reasons.extend(chain.reasons.clone());
    }
    TimestampVerdict { valid: reasons.is_empty(), chain: Some(chain), reasons }
}
