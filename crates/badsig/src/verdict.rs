//! The three outcomes, and how the outcomes of many subjects make one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether content may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every target that was asked for is predicted to take it.
    Publishable,
    /// At least one target is predicted to refuse it.
    Blocked,
    /// It cannot be said, which is not a pass.
    Undecided,
}

impl Outcome {
    /// The outcome of a whole run. Nothing passes because nothing was said: a run without subjects is
    /// undecided.
    pub fn of_all(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
        let mut seen = 0usize;
        let mut all = Outcome::Publishable;
        for outcome in outcomes {
            seen = seen.saturating_add(1);
            all = match (all, outcome) {
                (Outcome::Blocked, _) | (_, Outcome::Blocked) => Outcome::Blocked,
                (Outcome::Undecided, _) | (_, Outcome::Undecided) => Outcome::Undecided,
                (Outcome::Publishable, Outcome::Publishable) => Outcome::Publishable,
            };
        }
        if seen == 0 { Outcome::Undecided } else { all }
    }

    /// The word of the report.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Publishable => "publishable",
            Outcome::Blocked => "blocked",
            Outcome::Undecided => "undecided",
        }
    }

    /// The exit code of the command line tool.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Publishable => crate::codes::exit_codes::PUBLISHABLE,
            Outcome::Blocked => crate::codes::exit_codes::BLOCKED,
            Outcome::Undecided => crate::codes::exit_codes::UNDECIDED,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{self, *};

    #[test]
    fn the_worst_decides_and_nothing_is_undecided() {
        assert_eq!(Outcome::of_all([]), Undecided);
        assert_eq!(Outcome::of_all([Publishable, Publishable]), Publishable);
        assert_eq!(Outcome::of_all([Publishable, Undecided]), Undecided);
        assert_eq!(Outcome::of_all([Undecided, Blocked, Publishable]), Blocked);
    }
}
