//! What each target is predicted to do with a file. Targets that do the same for the same reason stand together.

use badsig::FileReport;
use badsig::report::PredictionReport;
use badsig::target::{PredictedOutcome, Target};
use maud::{Markup, html};

use super::shown;
use crate::output::outcome_name;

/// The predictions of a file; those that were asked for stand out.
pub(super) fn of_file(file: &FileReport, asked: &[Target]) -> Markup {
    html! {
        h4 { "What each target is predicted to do" }
        ul.predictions { @for group in groups(&file.predictions) { (one(&group, asked)) } }
    }
}

fn groups(predictions: &[PredictionReport]) -> Vec<Vec<&PredictionReport>> {
    let mut groups: Vec<Vec<&PredictionReport>> = Vec::new();
    for prediction in predictions {
        let like = groups.iter_mut().find(|group| group.first().is_some_and(|first| same(first, prediction)));
        match like {
            Some(group) => group.push(prediction),
            None => groups.push(vec![prediction]),
        }
    }
    groups
}

fn same(one: &PredictionReport, other: &PredictionReport) -> bool {
    let alike = one.outcome == other.outcome && one.confidence == other.confidence;
    // Why a target takes a file needs no telling apart.
    let quiet = one.outcome == PredictedOutcome::Accepted;
    alike && (quiet || (one.reason == other.reason && one.status_message == other.status_message))
}

fn one(group: &[&PredictionReport], asked: &[Target]) -> Markup {
    let Some(first) = group.first() else { return html! {} };
    let titles: Vec<&str> = group.iter().map(|prediction| prediction.target.title()).collect();
    let decides = group.iter().any(|prediction| asked.contains(&prediction.target));
    html! {
        li.(outcome_name(first.outcome)).asked[decides] {
            strong { (titles.join(", ")) } ": " (outcome_name(first.outcome)) " (" (shown(&first.confidence)) ")"
            @if first.outcome != PredictedOutcome::Accepted {
                "; " (shown(&first.reason))
                @if let Some(message) = &first.status_message {
                    br; code { (shown(&message.symbol)) } @if let Some(id) = message.id { " (" (id) ")" }
                }
            }
        }
    }
}
