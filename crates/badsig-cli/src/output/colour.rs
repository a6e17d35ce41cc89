//! Colours: what they mean here, and whether they are wanted.

use anstyle::{AnsiColor, Style};
use badsig::Outcome;

use crate::args::When;

/// Names and headings.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is there for completeness.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What to do.
pub(crate) const ADVICE: Style = AnsiColor::Cyan.on_default();
/// What is wrong, without blocking.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// What is wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();

/// The style of a verdict.
pub(crate) fn of_outcome(outcome: Outcome) -> Style {
    let colour = match outcome {
        Outcome::Publishable => AnsiColor::Green,
        Outcome::Blocked => AnsiColor::Red,
        Outcome::Undecided => AnsiColor::Yellow,
    };
    colour.on_default().bold()
}

/// Whether colours are wanted: what was asked for first, then <https://no-color.org>, then what forces
/// colours (`FORCE_COLOR`, `CLICOLOR_FORCE`), then whether there is a terminal that can show them.
pub(crate) fn wanted(when: When, terminal: bool) -> bool {
    decide(when, terminal, |name| std::env::var(name).ok())
}

fn decide(when: When, terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let on = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR") => false,
        When::Auto if on("FORCE_COLOR") || on("CLICOLOR_FORCE") => true,
        When::Auto => terminal && variable("TERM").as_deref() != Some("dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(when: When, terminal: bool, variables: &[(&str, &str)]) -> bool {
        decide(when, terminal, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn what_was_asked_for_comes_first() {
        assert!(with(When::Always, false, &[("NO_COLOR", "1")]));
        assert!(!with(When::Never, true, &[("FORCE_COLOR", "1")]));
    }

    #[test]
    fn variables_come_before_the_terminal() {
        assert!(!with(When::Auto, true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
        assert!(with(When::Auto, false, &[("FORCE_COLOR", "1")]));
        assert!(with(When::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!with(When::Auto, false, &[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "")]));
        assert!(with(When::Auto, true, &[]));
        assert!(!with(When::Auto, true, &[("TERM", "dumb")]));
    }
}
