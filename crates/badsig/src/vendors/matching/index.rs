//! Finds the few rules that may fit a value, out of all rules of all entries.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::field::{Field, patterns};
use super::identity::Identity;
use super::pattern::Pattern;
use super::{Contradiction, Match, MatchedRule, sort, strength};
use crate::vendors::entry::Entry;

/// Bytes of a pattern's literal beginning that rules are looked up by.
const LONGEST_KEY: usize = 24;

/// All rules, by the text that they begin with.
#[derive(Debug, Default)]
pub(crate) struct Index {
    rules: Vec<Rule>,
    /// Numbers of rules by field and beginning.
    by_beginning: HashMap<(Field, String), Vec<usize>>,
    /// The lengths of beginnings in use, by field.
    lengths: BTreeMap<Field, BTreeSet<usize>>,
}

#[derive(Debug)]
struct Rule {
    entry: usize,
    field: Field,
    text: String,
    pattern: Pattern,
}

impl Index {
    /// Puts the rules of entries in order. Patterns that cannot be read are left out; `lint` names them.
    pub(crate) fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Index {
        let mut index = Index::default();
        for (number, entry) in entries.into_iter().enumerate() {
            for (field, text, pattern) in patterns(entry) {
                if let Ok(pattern) = pattern {
                    index.add(Rule { entry: number, field, text, pattern });
                }
            }
        }
        index
    }

    fn add(&mut self, rule: Rule) {
        let prefix = rule.pattern.prefix();
        let key = prefix.get(..prefix.floor_char_boundary(LONGEST_KEY)).unwrap_or(prefix).to_owned();
        self.lengths.entry(rule.field).or_default().insert(key.len());
        self.by_beginning.entry((rule.field, key)).or_default().push(self.rules.len());
        self.rules.push(rule);
    }

    /// The rules that may fit a value in lower case.
    fn candidates<'i>(&'i self, field: Field, value: &'i str) -> impl Iterator<Item = &'i Rule> {
        let lengths = self.lengths.get(&field).into_iter().flatten();
        lengths
            .filter_map(|length| value.get(..*length))
            .filter_map(move |beginning| self.by_beginning.get(&(field, beginning.to_owned())))
            .flatten()
            .filter_map(|number| self.rules.get(*number))
    }

    /// Every entry of which a rule fits, best first. `entries` are those that the index was made of.
    pub(crate) fn matches<'c>(
        &self,
        identity: &Identity,
        entry_at: impl Fn(usize) -> Option<&'c Entry>,
    ) -> Vec<Match<'c>> {
        let mut found: BTreeMap<usize, (Vec<MatchedRule>, Option<String>)> = BTreeMap::new();
        for (field, value) in identity.values() {
            let lower = value.to_lowercase();
            for rule in self.candidates(field, &lower) {
                let Some(version) = rule.pattern.fits_lower(&lower) else { continue };
                let (rules, named) = found.entry(rule.entry).or_default();
                // Versions without separators (7z2602) cannot be compared with others.
                let comparable = version.filter(|version| version.contains(['.', '_']));
                if named.is_none() && field == Field::FileName {
                    *named = comparable.map(|version| version.replace('_', "."));
                }
                let matched = MatchedRule { field, pattern: rule.text.clone(), value: value.to_owned() };
                if !rules.contains(&matched) {
                    rules.push(matched);
                }
            }
        }
        let mut matches: Vec<Match<'c>> = found
            .into_iter()
            .filter_map(|(number, (rules, named_version))| {
                let entry = entry_at(number)?;
                let contradictions = contradictions(entry, identity, &rules);
                Some(Match { entry, strength: strength(&rules), rules, contradictions, named_version })
            })
            .collect();
        sort(&mut matches);
        matches
    }
}

/// Values of fields for which the entry has rules, none of which fits.
fn contradictions(entry: &Entry, identity: &Identity, rules: &[MatchedRule]) -> Vec<Contradiction> {
    let fits =
        |field: Field, value: &str| rules.iter().any(|rule| rule.field == field && rule.value == value);
    identity
        .values()
        .filter(|(field, value)| field.contradicts() && !fits(*field, value))
        .filter_map(|(field, value)| {
            let expected: Vec<String> =
                patterns(entry).filter(|(own, _, _)| *own == field).map(|(_, text, _)| text).collect();
            (!expected.is_empty()).then(|| Contradiction { field, value: value.to_owned(), expected })
        })
        .collect()
}
