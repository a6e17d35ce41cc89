//! The catalog as CSV and as Markdown: one product a line.

use std::io::{self, Write};

use super::Export;
use crate::commands::vendors::summary::Summary;
use crate::output::csv;
use crate::output::markdown::inline::text;

const HEADINGS: [&str; 8] = [
    "id",
    "product",
    "vendor",
    "status",
    "last observation",
    "evidence",
    "ask the vendor",
    "what to do instead",
];

fn cells(own: &Summary<'_>) -> [String; 8] {
    let evidence = own.last.and_then(|last| last.sources.first()).cloned().unwrap_or_default();
    [
        own.entry.id.clone(),
        own.entry.product.clone(),
        own.entry.vendor.clone(),
        own.words(),
        own.dated(),
        evidence,
        own.entry.ask.clone().unwrap_or_default(),
        own.entry.instead.clone(),
    ]
}

pub(super) fn csv(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    csv::row(out, HEADINGS.map(str::to_owned).to_vec())?;
    export.entries.iter().try_for_each(|own| csv::row(out, cells(own).to_vec()))
}

pub(super) fn markdown(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |", HEADINGS.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(HEADINGS.len()))?;
    for own in &export.entries {
        writeln!(out, "| {} |", cells(own).map(|cell| words(&cell)).join(" | "))?;
    }
    Ok(())
}

/// Text that is neither markup nor another cell. What is an address and nothing else stays a link.
fn words(cell: &str) -> String {
    if is_address(cell) { cell.to_owned() } else { text(cell) }
}

/// With the characters of addresses alone (RFC 3986), without those that mean something in Markdown too.
fn is_address(cell: &str) -> bool {
    let scheme = cell.starts_with("https://") || cell.starts_with("http://");
    let plain = |character: char| character.is_ascii_alphanumeric() || "-._:/?#@&,;=%".contains(character);
    scheme && cell.chars().all(plain) && !cell.contains("##") && !cell.contains("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_markup() {
        assert_eq!(
            words("a|b <img src=x> [x](y) `c` @team"),
            "a\\|b &lt;img src=x&gt; \\[x\\](y) \\`c\\` &#64;team"
        );
        assert_eq!(words("https://x.example/a_b?c&d"), "https://x.example/a_b?c&d");
        let two = words("https://x.example/ [Update](https://evil.example)");
        assert_eq!(two, "https&#58;//x.example/ \\[Update\\](https&#58;//evil.example)");
        assert_eq!(words("A\u{9b}\u{202e}B"), "A\\\\u\\{9b\\}\\\\u\\{202e\\}B");
    }
}
