//! What is wrong with a catalog: for its maintainers, and for the continuous integration.

use std::collections::BTreeMap;

use super::entry::Entry;
use super::matching::{Field, MatchedRule, patterns};
use super::observation::Observation;
use super::status::ProductStatus;
use super::version::Version;
use crate::time::UtcTime;

/// Something about an entry.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Lint {
    /// The id of the entry.
    pub id: String,
    /// Whether it must be mended; else it is worth knowing.
    pub error: bool,
    /// What it is.
    pub message: String,
}

/// Looks at entries, each by itself and beside the others. Worst first, then in order of ids.
pub fn lint(entries: &[Entry], at: UtcTime) -> Vec<Lint> {
    let mut found = Vec::new();
    for entry in entries {
        let mut own = Finder { id: &entry.id, found: &mut found };
        identity(entry, &mut own);
        addresses(entry, &mut own);
        rules(entry, &mut own);
        for (number, seen) in entry.observations.iter().enumerate() {
            observation(number.saturating_add(1), seen, &mut own);
        }
        freshness(entry, at, &mut own);
    }
    duplicates(entries, &mut found);
    found.sort_by(|left, right| right.error.cmp(&left.error).then_with(|| left.id.cmp(&right.id)));
    found
}

struct Finder<'a> {
    id: &'a str,
    found: &'a mut Vec<Lint>,
}

impl Finder<'_> {
    fn error(&mut self, message: impl Into<String>) {
        self.found.push(Lint { id: self.id.to_owned(), error: true, message: message.into() });
    }

    fn warning(&mut self, message: impl Into<String>) {
        self.found.push(Lint { id: self.id.to_owned(), error: false, message: message.into() });
    }
}

fn identity(entry: &Entry, own: &mut Finder<'_>) {
    let of_ids =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if entry.id.is_empty() || !entry.id.chars().all(of_ids) {
        own.error("id: only lower-case letters, digits and hyphens");
    }
    for (field, text) in [("product", &entry.product), ("vendor", &entry.vendor), ("instead", &entry.instead)]
    {
        if text.trim().is_empty() {
            own.error(format!("{field} is empty"));
        }
    }
    if entry.observations.is_empty() {
        own.error("no observation: an entry without evidence says nothing");
    }
}

fn addresses(entry: &Entry, own: &mut Finder<'_>) {
    let single = [&entry.homepage, &entry.download_page, &entry.ask].into_iter().flatten();
    let seen = entry.observations.iter().flat_map(|seen| &seen.sources);
    let noted = entry.notes.iter().flat_map(|note| &note.sources);
    for address in single.chain(&entry.installers).chain(seen).chain(noted) {
        let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
            own.error(format!("{address:?} is no http or https address"));
        }
    }
    for note in &entry.notes {
        if note.known.is_some() && note.sources.is_empty() {
            own.error(format!("the note {:?} is known from somewhere, but names no source", note.text));
        }
    }
}

fn rules(entry: &Entry, own: &mut Finder<'_>) {
    let mut written: Vec<(Field, String)> = Vec::new();
    for (field, text, pattern) in patterns(entry) {
        if let Err(error) = &pattern {
            own.error(format!("{} {text:?}: {error}", field.words()));
        }
        if matches!(field, Field::KnownName | Field::Sha256) {
            continue;
        }
        if written.contains(&(field, text.to_lowercase())) {
            own.error(format!("{} {text:?} stands there twice", field.words()));
        }
        written.push((field, text.to_lowercase()));
    }
    if written.is_empty() {
        own.warning("no rule: no file will ever be recognised but by a recorded digest");
    }
    dead(entry, own);
}

/// A pattern of file names that fits none of the names that observations record is dead, or has no evidence yet.
fn dead(entry: &Entry, own: &mut Finder<'_>) {
    let exact = |name: &&String| !name.contains('{');
    let names: Vec<&String> =
        entry.observations.iter().filter_map(|seen| seen.file_name.as_ref()).filter(exact).collect();
    let file_patterns: Vec<_> = patterns(entry).filter(|(field, _, _)| *field == Field::FileName).collect();
    for name in names {
        let fits = |pattern: &(Field, String, Result<super::matching::Pattern, _>)| {
            pattern.2.as_ref().is_ok_and(|pattern| pattern.fits(name))
        };
        if !file_patterns.iter().any(fits) {
            own.error(format!("no rule fits the file name {name:?}, which an observation records"));
        }
    }
}

fn observation(number: usize, seen: &Observation, own: &mut Finder<'_>) {
    let at = format!("observation {number}");
    if seen.sources.is_empty() {
        own.error(format!("{at} names no source"));
    }
    if seen.says.trim().is_empty() {
        own.error(format!("{at} does not say what was seen"));
    }
    if seen.version.is_some() && (seen.from.is_some() || seen.to.is_some()) {
        own.error(format!("{at} has one version and a range of versions"));
    }
    let version = |text: &Option<String>| text.as_deref().map(Version::parse);
    if [&seen.version, &seen.from, &seen.to].into_iter().any(|text| version(text) == Some(None)) {
        own.error(format!("{at} has a version that cannot be compared with others"));
    }
    if let (Some(Some(from)), Some(Some(to))) = (version(&seen.from), version(&seen.to))
        && to < from
    {
        own.error(format!("{at} ends before it begins"));
    }
    if seen.sha256.as_ref().is_some_and(|digest| digest.0.len() != 32) {
        own.error(format!("{at} has a SHA-256 that is not 32 bytes"));
    }
}

fn freshness(entry: &Entry, at: UtcTime, own: &mut Finder<'_>) {
    let future = entry.observations.iter().filter_map(|seen| seen.date.as_ref());
    if future.chain([&entry.reviewed]).any(|date| date.as_str() > at.date().as_str()) {
        own.error("a date lies in the future");
    }
    let status = ProductStatus::of(&entry.observations, at);
    match status.date() {
        None => own.warning("stale: nothing with a date says whether it is signed"),
        Some(date) if status.stale => own.warning(format!("stale: the newest evidence is of {date}")),
        Some(_) => {}
    }
}

/// Ids, digests and rules that several entries have.
fn duplicates(entries: &[Entry], found: &mut Vec<Lint>) {
    let mut seen: BTreeMap<(Field, String), &str> = BTreeMap::new();
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        let times = ids.entry(&entry.id).or_default();
        *times = times.saturating_add(1);
        let mut own = Finder { id: &entry.id, found };
        if *times == 2 {
            own.error("the id stands there twice");
        }
        for rule in identifying(entry) {
            let value = format!("{} {:?}", rule.field.words(), rule.pattern);
            match seen.insert((rule.field, rule.pattern.to_lowercase()), &entry.id) {
                Some(other) if other != entry.id => {
                    own.error(format!("overlaps with {other}: both have {value}"))
                }
                _ => {}
            }
        }
    }
    overlapping_names(entries, found);
}

/// The rules that must not belong to two products. Vendors, and names of files without a product in them, may.
fn identifying(entry: &Entry) -> impl Iterator<Item = MatchedRule> {
    patterns(entry)
        .filter(|(field, _, _)| {
            !matches!(
                field,
                Field::CompanyName | Field::Manufacturer | Field::UpdateVendor | Field::KnownName
            )
        })
        .map(|(field, pattern, _)| MatchedRule { field, value: pattern.clone(), pattern })
}

/// Names of files that one entry records and that a rule of another fits.
fn overlapping_names(entries: &[Entry], found: &mut Vec<Lint>) {
    let rules: Vec<_> = entries
        .iter()
        .flat_map(|entry| patterns(entry).map(move |(field, text, pattern)| (entry, field, text, pattern)))
        .filter(|(_, field, _, _)| *field == Field::FileName)
        .collect();
    for entry in entries {
        for name in entry.observations.iter().filter_map(|seen| seen.file_name.as_ref()) {
            let others = rules.iter().filter(|(other, _, _, pattern)| {
                other.id != entry.id && pattern.as_ref().is_ok_and(|pattern| pattern.fits(name))
            });
            for (other, _, text, _) in others {
                let message =
                    format!("overlaps with {}: its rule {text:?} fits {name:?} of this entry", other.id);
                found.push(Lint { id: entry.id.clone(), error: true, message });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::tests::entry;
    use super::super::observation::Signing;
    use super::super::observation::tests::seen;
    use super::*;

    fn good(id: &str) -> Entry {
        let mut good = entry(id, "Product", "Vendor");
        good.rules.file_names.push(format!("{id}-{{version}}.exe"));
        good.observations.push(seen("2026-01-01", Signing::Unsigned, Some("1.0")));
        good
    }

    fn messages(entries: &[Entry]) -> Vec<String> {
        lint(entries, "2026-11-21".parse().unwrap()).into_iter().map(|lint| lint.message).collect()
    }

    #[test]
    fn a_good_entry_has_nothing() {
        assert_eq!(messages(&[good("aa"), good("bb")]), Vec::<String>::new());
    }

    #[test]
    fn what_must_be_mended_is_named() {
        let mut bad = good("aa");
        bad.id = "A b".into();
        bad.homepage = Some("javascript:alert(1)".into());
        bad.rules.file_names.extend(["{any}".into(), "AA-{version}.exe".into()]);
        bad.rules.msi.upgrade_codes.push("23170F69".into());
        bad.observations
            .push(Observation { sources: Vec::new(), ..seen("2027-01-01", Signing::Signed, Some("?")) });
        let found = messages(&[bad]).join("\n");
        for expected in [
            "id: only",
            "is no http or https address",
            "must begin with text",
            "stands there twice",
            "it is no code",
            "observation 2 names no source",
            "cannot be compared",
            "lies in the future",
        ] {
            assert!(found.contains(expected), "{expected} is not in {found}");
        }
    }

    #[test]
    fn overlaps_dead_rules_and_stale_evidence() {
        let (mut first, mut second) = (good("aa"), good("bb"));
        second.rules.msi.upgrade_codes.push("{7E570000-0000-4000-8000-0000000000A0}".into());
        first.rules.msi.upgrade_codes.push("{7e570000-0000-4000-8000-0000000000a0}".into());
        first.observations[0].file_name = Some("bb-1.0.exe".into());
        second.observations[0].date = "2020-03-17".parse().ok();
        let found = messages(&[first, second]).join("\n");
        for expected in [
            "overlaps with aa: both have UpgradeCode",
            "overlaps with bb: its rule \"bb-{version}.exe\" fits \"bb-1.0.exe\" of this entry",
            "no rule fits the file name \"bb-1.0.exe\"",
            "stale: the newest evidence is of 2020-03-17",
        ] {
            assert!(found.contains(expected), "{expected} is not in {found}");
        }
    }
}
