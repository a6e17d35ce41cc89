//! The catalog as CSV and as Markdown: one product a line.

use std::io::{self, Write};

use super::Export;
use crate::commands::vendors::summary::Summary;

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
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADINGS)?;
    for own in &export.entries {
        writer.write_record(cells(own).map(|cell| harmless(&cell)))?;
    }
    writer.flush()
}

/// A cell that begins like a formula would be computed by spreadsheets.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

pub(super) fn markdown(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |", HEADINGS.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(HEADINGS.len()))?;
    for own in &export.entries {
        writeln!(out, "| {} |", cells(own).map(|cell| escaped(&cell)).join(" | "))?;
    }
    Ok(())
}

/// Text that is neither markup nor another cell; addresses stay links.
fn escaped(cell: &str) -> String {
    let address = cell.starts_with("https://") || cell.starts_with("http://");
    let mut safe = String::with_capacity(cell.len());
    for character in cell.chars() {
        match character {
            character if character.is_control() => safe.push(' '),
            '|' => safe.push_str("\\|"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' if !address => {
                safe.push('\\');
                safe.push(character);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' if !address => safe.push_str("&amp;"),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_markup() {
        assert_eq!(harmless("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(
            escaped("a|b <img src=x> [x](y) `c`\n# d"),
            "a\\|b &lt;img src=x&gt; \\[x\\](y) \\`c\\` \\# d"
        );
        assert_eq!(escaped("https://x.example/a_b?c&d"), "https://x.example/a_b?c&d");
    }
}
