//! Names of files that are made from addresses and from what strangers call their files.

use sha2::{Digest as _, Sha256};

/// Longest name, in bytes: file systems take 255, and other files are named after this one.
const LONGEST_NAME: usize = 180;
/// Signs that no system and no shell minds.
const SIGNS: &str = " .-_+()[]{},=@~^!#$&'";
/// Names that mean devices on Windows, whatever stands behind a dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A directory for each address, so that the file in it keeps its name.
pub(super) fn of_address(url: &str) -> String {
    let digest = Sha256::digest(url.as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The last part of an address, made harmless.
pub(crate) fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let behind = path.split_once("://").map_or(path, |(_, behind)| behind);
    let last = behind.rsplit_once('/').map_or("", |(_, last)| last).replace("%20", " ");
    harmless(&last)
}

/// A name from a stranger that may be the name of a file here: letters, digits and a few signs.
pub(crate) fn harmless(name: &str) -> String {
    let safe = |character: char| {
        if character.is_alphanumeric() || SIGNS.contains(character) { character } else { '_' }
    };
    let mut length = 0usize;
    let fits = |character: &char| {
        length = length.saturating_add(character.len_utf8());
        length <= LONGEST_NAME
    };
    let name: String = name.chars().map(safe).take_while(fits).collect();
    let name = name.trim_matches(['.', ' ']);
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device)
            .is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()))
    });
    // `held.json` stands beside the file.
    if name.is_empty() || name.eq_ignore_ascii_case("held.json") || numbered || DEVICES.contains(&&*stem) {
        "download".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_harmless() {
        for (url, name) in [
            ("https://x.example/a/7z2602-x64.msi", "7z2602-x64.msi"),
            ("https://x.example/a/setup%20x.exe?token=1#2", "setup x.exe"),
            ("https://x.example/..", "download"),
            ("https://x.example", "download"),
            ("https://x.example/a\\..\\b", "a_.._b"),
            ("https://x.example/held.json", "download"),
            ("https://x.example/\u{202e}exe.msi", "_exe.msi"),
            ("https://x.example/NUL.msi", "download"),
            ("https://x.example/com1", "download"),
            ("https://x.example/Übung (1).msi", "Übung (1).msi"),
            ("https://x.example/com10.msi", "com10.msi"),
        ] {
            assert_eq!(file_name(url), name, "{url}");
        }
    }
}
