//! Until when a signature will validate, and what will end it.
//!
//! The signature is judged again at each date on which something in its chain changes: a certificate expires, the
//! root program disables the root. So a forecast can say nothing else than what judging on that day will say.
//!
//! A signature with a valid time stamp outlives its certificates, and a root that is disabled later too: judged is
//! the time of the stamp. It ends only when its certificate is for lifetime signing.
//!
//! Known is what the evidence knows: lists of later editions, revocation and distrust to come are not foreseen. Where
//! an answer on revocation is required, the lists of today end it when the next ones are due.

use super::chain::{Link, Role};
use super::evidence::Evidence;
use super::reason::{Cause, Part, Reason};
use super::revocation::CertificateStatus;
use super::signature::{SignatureVerdict, judge_signature};
use crate::authenticode::facts::SignatureFacts;
use crate::authenticode::spc;
use crate::facts::Facts;
use crate::time::UtcTime;

/// Dates that are looked at; a chain has one for each certificate and one for its root's limits.
const MAX_TURNS: usize = 64;

/// Until when a signature validates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// The last moment at which it validates (an expiry), or the first at which it does not (a root that is
    /// disabled). In the past when it has ended already. `None` when no end is known, and for a signature that is
    /// not valid for another reason.
    pub ends: Option<UtcTime>,
    /// What ends it, or what is wrong now.
    pub cause: Option<Cause>,
    /// The same in words.
    pub message: String,
}

impl Forecast {
    /// Whether it validates now and no end is known.
    pub fn lasts(&self) -> bool {
        self.ends.is_none() && self.cause.is_none()
    }
}

/// A date on which something changes.
#[derive(Clone, Copy)]
struct Turn {
    /// The date as it is written.
    date: UtcTime,
    /// The first moment at which it has an effect.
    effect: UtcTime,
}

/// Looks ahead from `evidence.at`, for which `verdict` was judged of a signature of `file`.
pub fn forecast(
    file: &Facts,
    facts: &SignatureFacts,
    verdict: &SignatureVerdict,
    evidence: &Evidence,
) -> Forecast {
    if let Some(reason) = verdict.reasons.first() {
        return not_valid(verdict, reason);
    }
    let mut current = verdict.clone();
    let mut at = evidence.at;
    for _ in 0..MAX_TURNS {
        let Some(turn) = next_turn(&current, evidence, at) else { break };
        let later = judge_signature(file, facts, &Evidence { at: turn.effect, ..evidence.clone() });
        if let Some(reason) = later.reasons.iter().find(|reason| comes_with_time(reason.cause)) {
            return ending(&current, reason, turn);
        }
        current = later;
        at = turn.effect;
    }
    let message = match verdict.stamped() {
        Some(time) => {
            format!("no end is known: its time stamp of {} lets it outlive its certificates", time.date())
        }
        None => "no end is known".to_owned(),
    };
    Forecast { ends: None, cause: None, message }
}

/// What a date brings about. Revocation is not known any more when the lists and responses of today are out of
/// date; that counts only where the evidence or the WinTrust State requires it.
fn comes_with_time(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::Expired
            | Cause::RootDisabled
            | Cause::IssuedAfterCutoff
            | Cause::RootUsage
            | Cause::RevocationUnknown
    )
}

/// The first date after `at` on which the chain may change.
fn next_turn(verdict: &SignatureVerdict, evidence: &Evidence, at: UtcTime) -> Option<Turn> {
    let chain = verdict.chain.as_ref()?;
    let expiries = chain.links.iter().filter_map(|link| {
        let date = link.certificate.not_after();
        // A certificate is valid to the end of the second that it names (RFC 5280 4.1.2.5).
        Some(Turn { date, effect: just_after(date)? })
    });
    let disabled = chain.links.last().and_then(|root| {
        let date = evidence.anchors.constraints(&root.certificate)?.disabled_for(&spc::CODE_SIGNING)?;
        Some(Turn { date, effect: date })
    });
    let lists = verdict.links().filter_map(|link| match &link.revocation {
        Some(CertificateStatus::Good { by }) => by.iter().filter_map(|source| source.next_update).min(),
        _ => None,
    });
    let lists = lists.filter_map(|date| Some(Turn { date, effect: just_after(date)? }));
    expiries.chain(disabled).chain(lists).filter(|turn| turn.effect > at).min_by_key(|turn| turn.effect)
}

fn just_after(date: UtcTime) -> Option<UtcTime> {
    date.unix().checked_add(1).and_then(UtcTime::from_unix)
}

fn ending(verdict: &SignatureVerdict, reason: &Reason, turn: Turn) -> Forecast {
    let cause = reason.cause;
    let date = turn.date.date();
    let links = verdict.chain.as_ref().map(|chain| chain.links.as_slice()).unwrap_or_default();
    let what = match cause {
        Cause::Expired => format!("{} expires", expiring(links, turn.date)),
        _ => format!("the root program disables {}", name(links.last())),
    };
    if cause == Cause::RevocationUnknown {
        let message = format!(
            "validates until {date}, when the revocation lists and responses of today are out of date and newer \
             ones are required"
        );
        return Forecast { ends: Some(turn.date), cause: Some(cause), message };
    }
    let why = match verdict.stamp {
        Some(_) => "it is for lifetime signing, so its time stamp does not help",
        None => "it has no time stamp that would let it outlive that",
    };
    Forecast {
        ends: Some(turn.date),
        cause: Some(cause),
        message: format!("validates until {date}, when {what}: {why}"),
    }
}

/// A signature that has expired has its end behind it; for others there is none to look for.
fn not_valid(verdict: &SignatureVerdict, first: &Reason) -> Forecast {
    let only_time = verdict.reasons.iter().all(|reason| reason.cause == Cause::Expired);
    let links = verdict.chain.as_ref().map(|chain| chain.links.as_slice()).unwrap_or_default();
    let ends = links.iter().map(|link| link.certificate.not_after()).min().filter(|_| only_time);
    // That a stamp does not count is explained by what is wrong with the chain of its authority.
    let of_stamp = |reason: &&Reason| reason.part == Part::Timestamp && reason.link.is_some();
    let why = match first.cause {
        Cause::TimeStamp | Cause::Countersignature => verdict.reasons.iter().find(of_stamp),
        _ => None,
    };
    let because = why.map(|reason| format!("; {}", reason.message)).unwrap_or_default();
    let message = match ends {
        Some(end) => format!("stopped validating on {}: {}", end.date(), first.message),
        None => format!("is not valid: {}{because}", first.message),
    };
    Forecast { ends, cause: Some(first.cause), message }
}

fn expiring(links: &[Link], date: UtcTime) -> String {
    let link = links.iter().find(|link| link.certificate.not_after() == date);
    match link.map(|link| link.role) {
        Some(Role::Signer) => format!("the signer's certificate {}", name(link)),
        Some(Role::Root) => format!("the root {}", name(link)),
        _ => format!("the intermediate certificate {}", name(link)),
    }
}

fn name(link: Option<&Link>) -> String {
    format!("\"{}\"", link.map(|link| link.certificate.common_name()).unwrap_or_default())
}
