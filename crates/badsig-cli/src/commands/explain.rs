//! `badsig explain`: what a check or a code means, and what to do.

use std::io::Write as _;

use badsig::check::{self, Check};
use badsig::codes::{self, Explanation, UnknownCode, exit_codes};

use crate::args::{ExplainArguments, Format, When};
use crate::failure::Failure;
use crate::output::stdout::Stdout;
use crate::output::{json, message};

mod json_shape;
mod letter;
mod text;

/// The answer to one query.
enum Answer {
    Check(&'static Check),
    Codes(Vec<Explanation>),
    Unknown(UnknownCode),
}

/// Explains every query; unknown ones are named at the end.
pub(crate) fn run(arguments: &ExplainArguments, colour: When) -> Result<u8, Failure> {
    if let Some(path) = &arguments.vendor_letter {
        return letter::run(path, &arguments.judging);
    }
    let answers: Vec<(&str, Answer)> =
        arguments.codes.iter().map(|query| (query.as_str(), answer(query))).collect();
    match arguments.shown.format {
        Format::Text => write_text(&answers, colour)?,
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &json_shape::Explanations::new(&answers))?;
            stdout.flush()?;
        }
    }
    let mut code = exit_codes::PUBLISHABLE;
    for (query, answer) in &answers {
        if let Answer::Unknown(unknown) = answer {
            message::error(&unknown_message(query, unknown));
            code = exit_codes::USAGE;
        }
    }
    Ok(code)
}

/// Checks first: their ids are words of badsig's own.
fn answer(query: &str) -> Answer {
    let id = query.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    if let Some(check) = check::check(&id) {
        return Answer::Check(check);
    }
    codes::explain(query).map_or_else(Answer::Unknown, Answer::Codes)
}

fn write_text(answers: &[(&str, Answer)], colour: When) -> Result<(), Failure> {
    let (mut stdout, page) = Stdout::page(colour);
    let mut first = true;
    for (_, answer) in answers {
        let texts = match answer {
            Answer::Check(check) => vec![text::check(check)],
            Answer::Codes(explanations) => explanations.iter().map(text::code).collect(),
            Answer::Unknown(_) => Vec::new(),
        };
        for lines in texts {
            if !first {
                writeln!(stdout)?;
            }
            first = false;
            lines.iter().try_for_each(|line| line.write(&mut stdout, page))?;
        }
    }
    stdout.flush()?;
    Ok(())
}

/// The nearest codes, or the nearest check when that is nearer to what was typed.
fn unknown_message(query: &str, unknown: &UnknownCode) -> String {
    let id = query.to_ascii_lowercase();
    let near = check::all_checks().map(|check| (strsim::damerau_levenshtein(&id, check.id), check));
    match near.min_by_key(|(distance, _)| *distance) {
        Some((distance, check)) if distance.saturating_mul(3) <= check.id.len() => {
            format!("unknown code \"{query}\"; nearest known: {} ({})", check.id, check.title)
        }
        _ => unknown.to_string(),
    }
}
