//! The catalog as one page: it can be searched and sorted, is usable with the keyboard, on a phone and in the dark, and
//! loads nothing from anywhere.

use std::io::{self, Write};

use badsig::vendors::Observation;
use badsig::vendors::entry::Note;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Export;
use crate::commands::vendors::summary::Summary;
use crate::output::escape::visible;
use crate::output::html::{hash, shown};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");
const COLUMNS: [(&str, &str); 4] =
    [("product", "Product"), ("vendor", "Vendor"), ("status", "Status"), ("date", "Last observation")];

/// Writes the page.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(export).into_string().as_bytes())
}

/// Only the script and the style of this page run, whatever text the entries hold.
fn policy() -> String {
    format!(
        "default-src 'none'; img-src data:; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn page(export: &Export<'_>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                link rel="icon" href="data:,";
                title { "Vendors that ship unsigned installers" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Vendors that ship unsigned installers" }
                    p {
                        "An entry explains why an update is blocked; it never excuses one. What is said of a product is as \
                         old as its last observation: " em { "stale" } " means older than two years."
                    }
                    (controls(export))
                }
                main { (table(export)) }
                footer {
                    p {
                        (export.entries.len()) " products; evidence gathered up to "
                        (shown(export.date.as_deref().unwrap_or("an unknown date")))
                        "; shown for " (export.at.date()) "."
                    }
                    p { "SHA-256 of the catalog: " code { (export.sha256) } }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn controls(export: &Export<'_>) -> Markup {
    html! {
        div.controls role="search" {
            label for="search" { "Search" }
            input id="search" type="search" autocomplete="off" spellcheck="false" aria-controls="products"
                placeholder="product, vendor, file name, code, SHA-256";
            label for="status" { "Status" }
            select id="status" aria-controls="products" {
                option value="" { "all" }
                @for name in ["unsigned", "mixed", "signed-since", "unknown"] { option value=(name) { (name) } }
            }
            output id="count" role="status" { (export.entries.len()) " of " (export.entries.len()) " products" }
        }
    }
}

fn table(export: &Export<'_>) -> Markup {
    html! {
        table id="products" {
            caption.hidden { "Products with status, last observation, evidence and what to do instead" }
            thead {
                tr {
                    @for (key, title) in COLUMNS {
                        th scope="col" aria-sort=(if key == "product" { "ascending" } else { "none" }) {
                            button type="button" data-key=(key) { (title) }
                        }
                    }
                    th scope="col" { "Evidence and what to do instead" }
                }
            }
            tbody { @for own in &export.entries { (row(own)) } }
        }
        p id="nothing" hidden { "No product fits." }
    }
}

fn row(own: &Summary<'_>) -> Markup {
    let entry = own.entry;
    html! {
        tr id=(shown(&entry.id)) data-product=(shown(&entry.product)) data-vendor=(shown(&entry.vendor)) data-status=(own.status.name())
            data-date=(own.last_observation.map(ToString::to_string).unwrap_or_default()) {
            th scope="row" data-label="Product" {
                a.own href=(shown(&format!("#{}", entry.id))) { (shown(&entry.product)) }
                @if !entry.aliases.is_empty() { span.also { " " (shown(&entry.aliases.join(", "))) } }
            }
            td data-label="Vendor" { (shown(&entry.vendor)) }
            td data-label="Status" { span class={ "status " (own.status.name()) } { (shown(&own.words())) } }
            td data-label="Last observation" {
                @match own.last_observation {
                    Some(date) => time datetime=(date) { (date) },
                    None => "no date",
                }
                @if own.stale { " " span.stale { "stale" } }
            }
            td data-label="Evidence" { (newest(own)) (details(own)) }
        }
    }
}

fn newest(own: &Summary<'_>) -> Markup {
    html! {
        @if let Some(last) = own.last {
            p { (shown(&last.says)) " " @for source in &last.sources { (link(source, host(source))) " " } }
        }
        p.instead { b { "Instead: " } (shown(&own.entry.instead)) }
    }
}

fn details(own: &Summary<'_>) -> Markup {
    let entry = own.entry;
    let pages =
        [("Home page", &entry.homepage), ("Download", &entry.download_page), ("Ask the vendor", &entry.ask)];
    html! {
        details {
            summary { "All evidence for " (shown(&entry.product)) }
            ul.pages {
                @for (title, address) in pages { @if let Some(address) = address { li { (link(address, title)) } } }
                @if !entry.winget.is_empty() { li { "winget: " code { (shown(&entry.winget.join(", "))) } } }
                @if !entry.chocolatey.is_empty() { li { "Chocolatey: " code { (shown(&entry.chocolatey.join(", "))) } } }
            }
            h2 { "Observations" }
            ol { @for seen in entry.observations.iter().rev() { (observation(seen)) } }
            @if !entry.notes.is_empty() {
                h2 { "Notes" }
                ul { @for note in &entry.notes { (remark(note)) } }
            }
            (codes(own))
        }
    }
}

fn observation(seen: &Observation) -> Markup {
    html! {
        li {
            b { (seen.date.as_ref().map_or_else(|| "no date".to_owned(), ToString::to_string)) ": " (seen.state.words()) }
            @if let Some(versions) = seen.versions() { " (" (shown(&versions)) ")" }
            ". " (shown(&seen.says)) " "
            @for source in &seen.sources { (link(source, host(source))) " " }
            small { "(" (seen.known.name()) ")" }
            @if let Some(name) = &seen.file_name { br; code { (shown(name)) } }
            @if let Some(digest) = &seen.sha256 { br; code.digest { (digest) } }
        }
    }
}

fn remark(note: &Note) -> Markup {
    html! {
        li {
            @if note.conflict { strong.conflict { "Conflict. " } }
            (shown(&note.text)) " "
            @for source in &note.sources { (link(source, host(source))) " " }
        }
    }
}

fn codes(own: &Summary<'_>) -> Markup {
    let rules = &own.entry.rules;
    let lists = [&rules.file_names, &rules.msi.upgrade_codes, &rules.msi.product_codes];
    html! {
        @if lists.iter().any(|list| !list.is_empty()) {
            h2 { "Recognised by" }
            ul { @for text in lists.into_iter().flatten() { li { code { (shown(text)) } } } }
        }
    }
}

/// An address of an entry. Anything else than http and https stays text.
fn link(address: &str, text: &str) -> Markup {
    let web = address.starts_with("https://") || address.starts_with("http://");
    html! {
        @if web && visible(address) == address {
            a href=(shown(address)) rel="noopener noreferrer nofollow" title=(shown(address)) { (shown(text)) }
        } @else { (shown(address)) }
    }
}

/// The name of the server, which says whose word it is.
fn host(address: &str) -> &str {
    let behind = address.split_once("://").map_or(address, |(_, behind)| behind);
    behind.split(['/', '?', '#']).next().unwrap_or(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_no_links_stay_text() {
        assert!(!link("javascript:alert(1)", "x").into_string().contains("href"));
        let hostile = link("https://x.example/\"><script>", "<b>").into_string();
        assert!(hostile.contains("&quot;&gt;&lt;script&gt;") && hostile.contains("&lt;b&gt;"), "{hostile}");
        assert_eq!(host("https://github.com/ip7z/7zip"), "github.com");
    }
}
