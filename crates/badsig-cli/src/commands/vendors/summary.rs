//! Where a product stands, for lists and exports.

use badsig::UtcTime;
use badsig::vendors::{Entry, EvidenceDate, Observation, ProductStatus, Standing};
use serde::Serialize;

/// An entry with what follows from its observations.
#[derive(Serialize)]
pub(super) struct Summary<'e> {
    pub(super) status: Standing,
    /// When the newest observation that says anything was made.
    pub(super) last_observation: Option<&'e EvidenceDate>,
    pub(super) stale: bool,
    /// Since which version or date the newest state holds.
    pub(super) since: Option<String>,
    #[serde(flatten)]
    pub(super) entry: &'e Entry,
    #[serde(skip)]
    pub(super) last: Option<&'e Observation>,
}

impl<'e> Summary<'e> {
    pub(super) fn of(entry: &'e Entry, at: UtcTime) -> Summary<'e> {
        let status = ProductStatus::of(&entry.observations, at);
        let since = status.since.filter(|_| status.standing == Standing::SignedSince);
        Summary {
            status: status.standing,
            last_observation: status.date(),
            stale: status.stale,
            since: since.and_then(first),
            entry,
            last: status.last,
        }
    }

    /// `signed since 8.8.7`.
    pub(super) fn words(&self) -> String {
        match (self.status, &self.since) {
            (Standing::SignedSince, Some(since)) => format!("signed since {since}"),
            (Standing::SignedSince, None) => "signed".to_owned(),
            (standing, _) => standing.name().to_owned(),
        }
    }

    /// `2026-06-02`, `2020-03-17 (stale)`.
    pub(super) fn dated(&self) -> String {
        let date = self.last_observation.map_or_else(|| "no date".to_owned(), ToString::to_string);
        if self.stale { format!("{date} (stale)") } else { date }
    }
}

fn first(seen: &Observation) -> Option<String> {
    seen.version.clone().or_else(|| seen.from.clone()).or_else(|| seen.date.as_ref().map(ToString::to_string))
}
