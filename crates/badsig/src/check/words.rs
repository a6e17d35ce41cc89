//! Wording that several checks share.

use crate::facts::Facts;
use crate::limits;
use crate::trust::reason::Reason;

/// What to do with content whose signature does not count, until the vendor has mended it.
pub(super) const ANOTHER_WAY: &str = "Until then, publish it another way: through a publisher that uses the WSUS interface and signs the cabinet \
     around the file, as metadata only, or as an application (`badsig explain unsigned` says more).";

/// One sentence for all reasons.
pub(super) fn joined(reasons: &[Reason]) -> String {
    let messages: Vec<&str> = reasons.iter().map(|reason| reason.message.as_str()).collect();
    messages.join("; ")
}

pub(super) use crate::authenticode::name::quoted;

/// A list of things from the file, cut where it gets too long for a sentence.
pub(super) fn listed(items: &[String]) -> String {
    let shown = items.get(..limits::SHOWN_ITEMS).unwrap_or(items);
    let mut text = shown.join(", ");
    match items.len().saturating_sub(shown.len()) {
        0 => {}
        more => text.push_str(&format!(" and {more} more")),
    }
    text
}

/// The path of a member, with the name under which it is installed where its container names it otherwise.
pub(super) fn member(facts: &Facts) -> String {
    match &facts.installed_as {
        Some(name) if !facts.path.ends_with(name) => format!("{} ({name})", facts.path),
        _ => facts.path.clone(),
    }
}

/// `1 byte`, `2 bytes`.
pub(super) fn count(number: impl TryInto<u64>, thing: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_and_names_are_cut() {
        let items: Vec<String> = (0..7).map(|number| number.to_string()).collect();
        assert_eq!(listed(&items), "0, 1, 2, 3, 4 and 2 more");
        assert_eq!(listed(&items[..2]), "0, 1");
        assert_eq!(quoted("TEST Vendor"), "\"TEST Vendor\"");
        assert_eq!(quoted(&"é".repeat(200)).chars().count(), limits::SHOWN_CHARACTERS + 3);
        assert_eq!(count(1usize, "byte"), "1 byte");
        assert_eq!(count(0u64, "byte"), "0 bytes");
    }
}
