//! A certificate chain as SVG: a bar for the time in which each certificate is valid, on one axis, with lines for the
//! date of judging and for the time stamp. It is as wide as its place; only heights are fixed.

use badsig::UtcTime;
use maud::{Markup, html};

use super::chains::{Drawn, Link};
use super::scale::{Scale, percent};
use super::shown;
use crate::output::escape::visible;

/// Characters of a name that have room in one line on a phone.
const ROOM: usize = 42;
/// Lines of a name that are drawn; the whole name stands in the description.
const LINES: usize = 2;
/// Heights in pixels: a line of a name, the line of dates, the bar with the space below it, the heading of the
/// authority, and the years.
const NAME: usize = 17;
const DATES: usize = 15;
const BAR: usize = 22;
const HEADING: usize = 24;
const YEARS: usize = 20;

/// The drawing itself, in two layers to which others refer: bars with their axis, and the text over them.
pub(super) fn definition(drawn: &Drawn<'_>, at: UtcTime) -> Markup {
    let scale = drawn.scale(at);
    let end = bars_end(drawn);
    let now = percent(scale.place(at));
    let below = authority_top(drawn);
    html! {
        svg.chain.definition width="100%" height=(height(drawn)) aria-hidden="true" {
            g #{ "b" (drawn.number) } {
                line.now x1=(now) x2=(now) y1="0" y2=(end) {}
                @for (top, link) in rows(&drawn.signer, 0) { (bar(link, top, &scale)) }
                @for (top, link) in rows(&drawn.authority, below) { (bar(link, top, &scale)) }
                (years(&scale, end))
            }
            g #{ "n" (drawn.number) } {
                @for (top, link) in rows(&drawn.signer, 0) { (words(link, top)) }
                @if !drawn.authority.is_empty() {
                    text.minor y=(below.saturating_sub(HEADING - NAME)) { "Authority of the time stamp" }
                }
                @for (top, link) in rows(&drawn.authority, below) { (words(link, top)) }
            }
        }
    }
}

/// The drawing by reference, with the time stamp of one signature between its layers.
pub(super) fn instance(drawn: &Drawn<'_>, at: UtcTime, stamped: Option<UtcTime>) -> Markup {
    html! {
        svg.chain width="100%" height=(height(drawn)) role="img" aria-labelledby={ "t" (drawn.number) } {
            use href={ "#b" (drawn.number) } {}
            @if let Some(when) = stamped {
                @let place = percent(drawn.scale(at).place(when));
                line.stamp x1=(place) x2=(place) y1="0" y2=(bars_end(drawn)) {}
            }
            use href={ "#n" (drawn.number) } {}
        }
    }
}

/// Years below an axis, from this height on.
pub(super) fn years(scale: &Scale, top: usize) -> Markup {
    html! {
        @for (year, place) in scale.years() {
            line.year x1=(percent(place)) x2=(percent(place)) y1=(top) y2=(top.saturating_add(4)) {}
            text.year x=(percent(place)) y=(top.saturating_add(16)) { (year) }
        }
    }
}

fn height(drawn: &Drawn<'_>) -> usize {
    bars_end(drawn).saturating_add(YEARS)
}

/// Where the certificates of the authority begin.
fn authority_top(drawn: &Drawn<'_>) -> usize {
    stacked(&drawn.signer).saturating_add(HEADING)
}

/// Where the bars end and the years begin.
fn bars_end(drawn: &Drawn<'_>) -> usize {
    match drawn.authority.as_slice() {
        [] => stacked(&drawn.signer),
        links => authority_top(drawn).saturating_add(stacked(links)),
    }
}

fn stacked(links: &[Link<'_>]) -> usize {
    links.iter().map(row_height).fold(0, usize::saturating_add)
}

fn row_height(link: &Link<'_>) -> usize {
    words_height(link).saturating_add(BAR)
}

/// The lines of a name and that of the dates.
fn words_height(link: &Link<'_>) -> usize {
    wrapped(&visible(link.name)).len().saturating_mul(NAME).saturating_add(DATES)
}

/// Certificates, root first, each with the height at which it begins.
fn rows<'l, 'r>(links: &'l [Link<'r>], top: usize) -> impl Iterator<Item = (usize, &'l Link<'r>)> {
    links.iter().rev().scan(top, |below, link| {
        let here = *below;
        *below = below.saturating_add(row_height(link));
        Some((here, link))
    })
}

fn bar(link: &Link<'_>, top: usize, scale: &Scale) -> Markup {
    let (from, to) = (scale.place(link.from), scale.place(link.to));
    // A bar for one day can be seen as well.
    let width = to.saturating_sub(from).max(4);
    let state = if link.inside { "inside" } else { "outside" };
    let y = top.saturating_add(words_height(link)).saturating_add(3);
    html! { rect.(link.role).(state) x=(percent(from)) y=(y) width=(percent(width)) height="8" rx="3" {} }
}

fn words(link: &Link<'_>, top: usize) -> Markup {
    let names = wrapped(&visible(link.name));
    html! {
        @for (line, name) in (1_usize..).zip(&names) {
            text y=(top.saturating_add(line.saturating_mul(NAME)).saturating_sub(3)) { (shown(name)) }
        }
        text.minor y=(top.saturating_add(words_height(link)).saturating_sub(2)) {
            (link.role) ", " (link.from.date()) " to " (link.to.date())
            @if link.revoked() { ", " tspan.bad { "revoked" } }
        }
    }
}

/// A name in lines that fit; SVG does not break lines itself.
fn wrapped(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in name.split(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        while !rest.is_empty() {
            let line = lines.last().map_or(0, |line| line.chars().count());
            let space = usize::from(line > 0);
            if line > 0 && line.saturating_add(space).saturating_add(rest.len()) > ROOM {
                lines.push(String::new());
                continue;
            }
            let taken: String = rest.drain(..rest.len().min(ROOM)).collect();
            if let Some(last) = lines.last_mut() {
                if space > 0 {
                    last.push(' ');
                }
                last.push_str(&taken);
            }
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_broken_into_lines() {
        assert_eq!(wrapped("Example Corp"), ["Example Corp"]);
        assert_eq!(
            wrapped("DigiCert Trusted G4 Code Signing RSA4096 SHA384 2021 CA1"),
            ["DigiCert Trusted G4 Code Signing RSA4096", "SHA384 2021 CA1"]
        );
        let long = wrapped(&"x".repeat(1000));
        assert_eq!(long.len(), LINES);
        assert!(long.iter().all(|line| line.chars().count() <= ROOM + 1));
        assert_eq!(wrapped(""), [""]);
    }
}
