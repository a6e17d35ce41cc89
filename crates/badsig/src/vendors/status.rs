//! Where a product stands today, derived from its observations.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::date::EvidenceDate;
use super::observation::{Observation, Signing};
use crate::time::UtcTime;

/// Where a product stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Releases differ, or what is signed does not validate.
    Mixed,
    /// Signed since the observation that is named.
    SignedSince,
    /// Nothing says.
    Unknown,
    /// Unsigned by the newest observations.
    Unsigned,
}

/// Where a product stands, since when, and how old that knowledge is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductStatus<'a> {
    /// Where it stands.
    pub standing: Standing,
    /// The newest observation that says anything.
    pub last: Option<&'a Observation>,
    /// The first of the newest observations that agree with each other.
    pub since: Option<&'a Observation>,
    /// The newest observation of an unsigned file.
    pub last_unsigned: Option<&'a Observation>,
    /// The newest observation is older than two years, or has no date.
    pub stale: bool,
}

impl Standing {
    /// The word of the catalog.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Mixed => "mixed",
            Standing::SignedSince => "signed-since",
            Standing::Unknown => "unknown",
            Standing::Unsigned => "unsigned",
        }
    }
}

impl<'a> ProductStatus<'a> {
    /// Derives the status. Observations without a date count only where none has one; on one day the version decides.
    pub fn of(observations: &'a [Observation], at: UtcTime) -> ProductStatus<'a> {
        let mut seen: Vec<&Observation> = observations.iter().filter(|seen| seen.is_conclusive()).collect();
        if seen.iter().any(|seen| seen.date.is_some()) {
            seen.retain(|seen| seen.date.is_some());
        }
        seen.sort_by(|left, right| in_time(left, right));
        let last = seen.last().copied();
        let Some(newest) = last else {
            return ProductStatus {
                standing: Standing::Unknown,
                last: None,
                since: None,
                last_unsigned: None,
                stale: true,
            };
        };
        let agreeing = seen.iter().rev().take_while(|seen| seen.state == newest.state).count();
        let (earlier, run) = seen.split_at(seen.len().saturating_sub(agreeing));
        ProductStatus {
            standing: standing(newest, earlier),
            last,
            since: run.first().copied(),
            last_unsigned: seen.iter().rev().find(|seen| seen.state == Signing::Unsigned).copied(),
            stale: is_stale(newest, at),
        }
    }

    /// When the newest conclusive observation was made.
    pub fn date(&self) -> Option<&'a EvidenceDate> {
        self.last.and_then(|last| last.date.as_ref())
    }
}

/// Whether an observation is too old to rely on.
pub fn is_stale(observation: &Observation, at: UtcTime) -> bool {
    observation.date.as_ref().is_none_or(|date| date.is_stale(at))
}

fn in_time(left: &Observation, right: &Observation) -> Ordering {
    left.date.cmp(&right.date).then_with(|| left.first_version().cmp(&right.first_version()))
}

/// A vendor that signs, then does not, then signs again may do so once more: that is mixed, unless the newest
/// statement speaks of all later versions.
fn standing(newest: &Observation, earlier: &[&Observation]) -> Standing {
    let for_all_later = newest.from.is_some() && newest.to.is_none();
    match newest.state {
        Signing::Unsigned => Standing::Unsigned,
        Signing::Signed if for_all_later || !lapsed(earlier) => Standing::SignedSince,
        Signing::Signed | Signing::SignedOutsideValidity | Signing::SignedUntrustedRoot => Standing::Mixed,
        Signing::NotSeen => Standing::Unknown,
    }
}

/// Whether an unsigned file was seen after a signed one.
fn lapsed(earlier: &[&Observation]) -> bool {
    let signed = earlier.iter().position(|seen| seen.state != Signing::Unsigned);
    signed.is_some_and(|first| earlier.iter().skip(first).any(|seen| seen.state == Signing::Unsigned))
}

#[cfg(test)]
mod tests {
    use super::super::observation::tests::seen;
    use super::*;

    fn status(observations: &[Observation]) -> (Standing, Option<String>, bool) {
        let status = ProductStatus::of(observations, "2026-11-21".parse().unwrap());
        let since = status
            .since
            .and_then(|since| since.version.clone().or(since.date.as_ref().map(ToString::to_string)));
        (status.standing, since, status.stale)
    }

    #[test]
    fn nothing_conclusive_is_unknown() {
        assert_eq!(status(&[]), (Standing::Unknown, None, true));
        assert_eq!(status(&[seen("2026-01-01", Signing::NotSeen, None)]), (Standing::Unknown, None, true));
    }

    #[test]
    fn the_newest_decides_whatever_the_order_in_the_file() {
        let old = seen("2020-03-17", Signing::Unsigned, None);
        let new = seen("2026-08-21", Signing::Signed, None);
        let expected = (Standing::SignedSince, Some("2026-08-21".to_owned()), false);
        assert_eq!(status(&[old.clone(), new.clone()]), expected);
        assert_eq!(status(&[new, old.clone()]), expected);
        assert_eq!(status(&[old]), (Standing::Unsigned, Some("2020-03-17".to_owned()), true));
    }

    #[test]
    fn what_has_no_date_proves_no_lapse() {
        let undated = seen("", Signing::Signed, None);
        let (old, new) =
            (seen("2020-03-17", Signing::Unsigned, None), seen("2026-08-21", Signing::Signed, None));
        assert_eq!(status(&[undated.clone(), old, new]).0, Standing::SignedSince);
        assert_eq!(status(&[undated]), (Standing::SignedSince, None, true));
    }

    #[test]
    fn on_one_day_the_version_decides() {
        let forgotten = seen("2024-07-28", Signing::Unsigned, Some("2.16.42"));
        let mended = seen("2024-07-28", Signing::Signed, Some("2.16.42.1"));
        assert_eq!(status(&[mended, forgotten]), (Standing::SignedSince, Some("2.16.42.1".to_owned()), true));
    }

    #[test]
    fn a_lapse_between_signed_releases_is_mixed() {
        let runs = [
            seen("2026-03-11", Signing::Signed, Some("1")),
            seen("2026-06-04", Signing::Unsigned, Some("2")),
            seen("2026-08-28", Signing::Signed, Some("3")),
        ];
        assert_eq!(status(&runs).0, Standing::Mixed);
        let [first, second, third] = runs;
        let all_later = Observation { version: None, from: Some("3".into()), ..third };
        assert_eq!(status(&[first.clone(), second.clone(), all_later]).0, Standing::SignedSince);
        assert_eq!(status(&[first, second]).0, Standing::Unsigned);
        assert_eq!(status(&[seen("2026-01-01", Signing::SignedUntrustedRoot, None)]).0, Standing::Mixed);
    }
}
