//! Codes of the ConfigMgr client: the old ones of version 2007 (0x8004xxxx, 0x8000xxxx) and the ones in use
//! since (0x87D0xxxx).
//!
//! Microsoft published the old table; the copy used here is damaged in places, and each repair is noted on
//! its row. No official table of the new codes was found. They follow from the old ones: the same low word
//! under 0x87D0, and for software distribution 0x87D01 followed by the last three digits. Such a twin is
//! marked inferred, except where a source lists it (`modern`).

mod client;
mod distribution;
mod modern;
mod updates;

use super::hresult::{HResult, HResultEntry};
use super::{Confidence, Kind};

const HEAD_2007: (Kind, &str) = (
    Kind::ConfigMgr2007,
    "Microsoft, Custom Error Codes for Configuration Manager 2007, as copied by sccm07.blogspot.com",
);
const TWIN_SOURCE: &str = "computed from the ConfigMgr 2007 code with the same low digits";

const GENERIC: &[&str] =
    &["The code says little by itself: find it in the client's logs (folder CCM\\Logs) and read \
       the lines before it."];
const LISTED: &[&str] =
    &["Inferred from the ConfigMgr 2007 code; a third-party list of current codes has the same number."];
const UNLISTED: &[&str] =
    &["Inferred from the ConfigMgr 2007 code; no list that was found shows this number, so it \
       may not exist."];

/// Old codes of the regular form whose twin is missing from the third-party list of current codes.
const TWIN_UNLISTED: &[u32] = &[
    0x8004_0300,
    0x8004_0301,
    0x8004_0302,
    0x8004_0303,
    0x8004_0304,
    0x8004_0305,
    0x8004_0306,
    0x8004_0307,
    0x8004_0308,
    0x8004_0309,
    0x8004_0752,
    0x8004_0756,
    0x8004_0763,
    0x8004_0764,
    0x8004_0765,
    0x8004_0900,
];

const fn table_2007(
    code: u32,
    symbol: &'static str,
    title: &'static str,
    meaning: &'static str,
) -> HResultEntry {
    HResultEntry::new(HEAD_2007, code, symbol, title, meaning)
}

/// The rows that are written down: the old table and the listed new codes.
pub(super) fn tables() -> impl Iterator<Item = &'static HResultEntry> {
    table_of_2007().chain(modern::TABLE)
}

fn table_of_2007() -> impl Iterator<Item = &'static HResultEntry> {
    client::TABLE.iter().chain(distribution::TABLE).chain(updates::TABLE)
}

/// The new codes that follow from old ones.
pub(super) fn twins() -> impl Iterator<Item = HResultEntry> {
    table_of_2007().filter_map(twin)
}

fn twin(old: &HResultEntry) -> Option<HResultEntry> {
    let code = modern_twin(old.code)?;
    let unlisted = TWIN_UNLISTED.contains(&old.code.0);
    Some(HResultEntry {
        code,
        kind: Kind::ConfigMgr,
        confidence: Confidence::Inferred,
        source: TWIN_SOURCE,
        notes: if unlisted { UNLISTED } else { LISTED },
        see_also: &[],
        twin_of: Some(old.code),
        ..old.clone()
    })
}

/// The number under which current clients report what ConfigMgr 2007 reported as `old`.
///
/// Codes below 0x80040200 are private to operating system deployment and COM and have no twin.
pub fn modern_twin(old: HResult) -> Option<HResult> {
    let low = old.0 & 0xFFFF;
    match (old.0 >> 16, low) {
        (0x8004, 0x0200..=0x0900) => Some(HResult(0x87D0_0000 | low)),
        (0x8000, 0x8000..=0x9FFF) => Some(HResult(0x87D0_1000 | (low & 0x0FFF))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::hresult::hresult;

    fn seed_table() -> Option<String> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/error-codes-2007.tsv");
        std::fs::read_to_string(path).ok().or_else(|| {
            println!("skipped: {path} is not there");
            None
        })
    }

    #[test]
    fn every_row_of_the_seed_is_known() {
        let Some(table) = seed_table() else { return };
        let mut rows = 0;
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let code = u32::from_str_radix(fields[2].trim_start_matches("0x"), 16).unwrap();
            assert!(hresult(code).is_some(), "{line}");
            rows += 1;
        }
        assert_eq!(rows, 183);
    }

    #[test]
    fn names_are_those_of_the_seed() {
        let Some(table) = seed_table() else { return };
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let code = u32::from_str_radix(fields[2].trim_start_matches("0x"), 16).unwrap();
            let entry = hresult(code).unwrap();
            // The row runs symbol and decimal together where the seed does.
            let text = format!("{} {} {}", fields[3], fields[6], fields[7]);
            if let (Kind::ConfigMgr2007, Some(symbol)) = (entry.kind, entry.symbol) {
                let known = text.contains(symbol) || entry.aliases.iter().any(|alias| text.contains(alias));
                assert!(known || code == 0x8004_0309, "{} {symbol}: {line}", entry.code);
            }
        }
    }

    #[test]
    fn damaged_rows_are_repaired() {
        for (code, symbol, word) in [
            (0x8004_0602, "E_LOCATION_TIMEOUT", "in time"),
            (0x8004_0607, "E_CONTENT_NOT_FOUND", "distribution point"),
            (0x8004_0608, "E_INVALID_INSTANCE_TYPE", "instance"),
            (0x8004_0704, "E_HARDREBOOT_PENDING", "restart"),
            (0x8004_0707, "E_JOB_ID_MISMATCH", "job"),
        ] {
            let entry = hresult(code).unwrap();
            assert_eq!(entry.symbol, Some(symbol));
            assert!(entry.meaning.contains(word) && !entry.meaning.contains("cache"), "{symbol}");
            assert!(!entry.notes.is_empty(), "{symbol}");
        }
        // Printed with the decimals of their neighbours.
        assert_eq!(HResult(0x8004_0285).0, 2_147_746_437);
        assert_eq!(HResult(0x8004_0287).0, 2_147_746_439);
        assert_eq!(hresult(0x8004_0286).unwrap().confidence, Confidence::Unknown);
    }

    #[test]
    fn twins_follow_the_rule_and_are_marked() {
        let timeout = hresult(0x87D0_070C).unwrap();
        assert_eq!(timeout.symbol, Some("E_EXECUTION_TIMEOUT"));
        assert_eq!(timeout.confidence, Confidence::Inferred);
        assert_eq!(timeout.twin_of, Some(HResult(0x8004_070C)));
        assert_eq!(hresult(0x87D0_1201).unwrap().symbol, Some("E_NO_SPACE_IN_CACHE"));
        assert_eq!(hresult(0x87D0_0309).unwrap().notes, UNLISTED);
        assert_eq!(hresult(0x87D0_0692).unwrap().confidence, Confidence::Documented);
        assert_eq!(modern_twin(HResult(0x8004_0154)), None, "COM, not ConfigMgr");
        assert_eq!(modern_twin(HResult(0x8000_4002)), None, "COM, not ConfigMgr");
    }

    #[test]
    fn no_two_old_codes_share_a_twin() {
        let mut twins: Vec<_> = twins().map(|entry| entry.code).collect();
        let count = twins.len();
        twins.sort();
        twins.dedup();
        assert_eq!(twins.len(), count);
    }

    #[test]
    fn counts_the_rows_of_the_old_table() {
        assert_eq!((client::TABLE.len(), distribution::TABLE.len(), updates::TABLE.len()), (77, 33, 33));
    }
}
