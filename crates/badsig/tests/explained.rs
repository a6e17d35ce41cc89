//! Everything that an administrator meets is explained: the codes of the collected facts, in every spelling that stands
//! there, with the names that stand there.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "test code")]

use badsig::codes::{Kind, explain};

fn ids(query: &str) -> Vec<String> {
    explain(query).map(|answers| answers.into_iter().map(|answer| answer.id).collect()).unwrap_or_default()
}

/// Rows of Markdown tables whose first cell is a code.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split('|').map(|cell| cell.replace(['*', '`'], "").trim().to_owned()).collect()
    };
    text.lines().filter(|line| line.starts_with("| 0x8")).map(cells).collect()
}

#[test]
fn every_code_of_the_facts() {
    let Some(text) = testkit::bytes_beside("facts/publishing.md") else { return };
    let text = String::from_utf8(text).unwrap();
    let (mut codes, mut decimals, mut names) = (0, 0, 0);
    for row in rows(&text) {
        let is_code = |word: &&str| word.starts_with("0x8") && word.len() == 10;
        let here: Vec<&str> =
            row.iter().flat_map(|cell| cell.split([' ', '/', ','])).filter(is_code).collect();
        for code in &here {
            assert!(!ids(code).is_empty(), "{code} is not explained");
            codes += 1;
        }
        let Some(first) = here.first() else { continue };
        let id = ids(first);
        for cell in row.iter().skip(1) {
            let decimal = cell.split(' ').next().unwrap_or_default();
            if decimal.starts_with('-') && decimal.len() > 9 {
                assert_eq!(ids(decimal), id, "{decimal}");
                let unsigned = decimal.parse::<i32>().unwrap().cast_unsigned().to_string();
                assert_eq!(ids(&unsigned), id, "{unsigned}");
                decimals += 1;
            }
            let is_name = cell.contains("_E_")
                && cell.bytes().all(|byte| byte.is_ascii_uppercase() || b"_0123456789".contains(&byte));
            if is_name {
                for spelling in [cell.clone(), cell.to_lowercase()] {
                    assert_eq!(ids(&spelling), id, "{spelling}");
                }
                names += 1;
            }
        }
    }
    assert!(
        codes >= 60 && decimals >= 55 && names >= 40,
        "{codes} codes, {decimals} decimals, {names} names"
    );
}

#[test]
fn messages_events_and_exit_codes() {
    let known = [
        ("SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_TRUST_FAIL_BADSIG", Kind::StatusMessage),
        ("SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_TRUST_FAIL", Kind::StatusMessage),
        ("SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_HASH_FAIL", Kind::StatusMessage),
        ("SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_NO_METADATA", Kind::StatusMessage),
        ("SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_FAIL", Kind::StatusMessage),
        ("11503", Kind::StatusMessage),
        ("11508", Kind::StatusMessage),
        ("11515", Kind::StatusMessage),
        ("11516", Kind::StatusMessage),
        ("11523", Kind::StatusMessage),
        ("11524", Kind::StatusMessage),
        ("console:193", Kind::ConsoleError),
        ("console:12045", Kind::ConsoleError),
        ("event:364", Kind::WsusEvent),
        ("2148204810", Kind::Trust),
        ("192", Kind::AexpatchExit),
        ("-2146762486", Kind::Trust),
        ("state:0x23C00", Kind::WintrustState),
        ("state:0xc9", Kind::WintrustState),
    ];
    for (query, kind) in known {
        let answers = explain(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert!(answers.iter().any(|answer| answer.kind == kind), "{query}");
    }
    for code in [3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15] {
        assert!(ids(&format!("qualys:{code}")).contains(&format!("qualys:{code}")));
    }
    for code in [0, 1, 2, 10, 20] {
        assert_eq!(ids(&format!("badsig exit code {code}")), [format!("exit:{code}")]);
    }
}

/// Where the collection's texts are damaged, ours say what the code means.
#[test]
fn damaged_texts_are_mended() {
    let title = |query: &str| explain(query).unwrap().into_iter().next().unwrap();
    for (code, not) in
        [("0x80040602", "cache"), ("0x80040607", "cache"), ("0x80040608", "cache"), ("0x80040704", "one job")]
    {
        let answer = title(code);
        let text = format!("{} {}", answer.title, answer.meaning).to_lowercase();
        assert!(!text.contains(not), "{code}: {text}");
    }
    // Decimals come from the hexadecimal code, also where the collection's are wrong.
    assert_eq!(ids("-2147220859"), ids("0x80040285"));
    assert_eq!(ids("0x80040602").first().map(String::as_str), Some("0x80040602"));
}
