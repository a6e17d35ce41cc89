//! Archives behind a program (self-extractors) and by themselves: where they start, and names in them.

use std::ops::Range as Span;

use super::executable::Executable;
use super::{Container, Found, Payload, Stop, Visitor};
use crate::format::Format;
use crate::problem::{Problem, ProblemKind};
use crate::subject::read_vec;

/// Where an archive may lie.
pub(super) struct Place {
    /// Where it starts, or ends.
    pub(super) span: Span<u64>,
    /// What starts here goes on to here at the latest.
    pub(super) until: u64,
}

impl Place {
    /// The first bytes, at most so many.
    pub(super) fn head(&self, container: &Container<'_>, most: u64) -> Vec<u8> {
        let length = self.span.end.saturating_sub(self.span.start).min(most);
        read_vec(&**container.source, self.span.start, length, most).unwrap_or_default()
    }

    /// The last bytes, at most so many, and where they start.
    pub(super) fn tail(&self, container: &Container<'_>, most: u64) -> (u64, Vec<u8>) {
        let start = self.span.start.max(self.span.end.saturating_sub(most));
        let length = self.span.end.saturating_sub(start);
        (start, read_vec(&**container.source, start, length, most).unwrap_or_default())
    }
}

/// Where archives may lie in a container: wherever a program carries what the loader does not map, or the whole of a file of no
/// format that can be signed.
pub(super) fn places(container: &Container<'_>) -> Vec<Place> {
    match container.format {
        Format::Pe => appended(container),
        Format::Unknown => {
            let size = container.source.size();
            vec![Place { span: 0..size, until: size }]
        }
        _ => Vec::new(),
    }
}

/// The places of a program ([`Executable::appended`]); none when it is no program.
pub(super) fn appended(container: &Container<'_>) -> Vec<Place> {
    let Some(program) = Executable::open(container) else { return Vec::new() };
    let places = program.appended().into_iter();
    places.map(|span| Place { until: program.until(span.start), span }).collect()
}

/// Archives of one kind that are opened in one program. Thousands of places may name the same directory of thousands of entries.
const ARCHIVES: usize = 4;

/// What was found at several places, as one payload; `None` when that is nothing. Each is opened when it is asked for.
pub(super) fn joined(mut archives: impl Iterator<Item = Found>) -> Option<Found> {
    let mut found: Vec<Found> = archives.by_ref().take(ARCHIVES).collect();
    if archives.next().is_some() {
        let message = format!("the program carries more than {ARCHIVES} archives of this kind");
        // Of several problems the first is told, and this one leaves the file undecided.
        found.insert(0, Found::Damaged(Problem::new(ProblemKind::LimitReached, message)));
    }
    if found.len() <= 1 {
        return found.into_iter().next();
    }
    Some(Found::Payload(Box::new(Several(found))))
}

struct Several(Vec<Found>);

impl Payload for Several {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        let mut first = None;
        for found in &self.0 {
            let ended = match found {
                Found::Payload(payload) => payload.visit(container, visitor),
                Found::NotOpened(_) => Ok(()),
                Found::Damaged(problem) => Err(Stop::Problem(problem.clone())),
            };
            match ended {
                Err(Stop::Problem(problem)) => {
                    first.get_or_insert(problem);
                }
                ended => ended?,
            }
        }
        first.map_or(Ok(()), |problem| Err(problem.into()))
    }

    fn elsewhere(&self) -> Option<String> {
        self.0.iter().find_map(|found| match found {
            Found::NotOpened(why) => Some(why.clone()),
            _ => None,
        })
    }
}

/// A name with `/` between its parts.
pub(super) fn name(stored: &str) -> String {
    stored.replace('\\', "/")
}

/// The dictionary that a property of LZMA2 states, in bytes (xz file format 1.2, 5.3.1).
#[cfg(any(feature = "inno", feature = "sevenz"))]
pub(super) fn lzma2_dictionary(property: u8) -> u64 {
    let shift = u32::from(property & 0x3f).div_euclid(2).saturating_add(11);
    u64::from(2 | (property & 1)).checked_shl(shift).unwrap_or(u64::MAX)
}

/// Why an archive is not opened by this build.
#[cfg(not(all(feature = "inno", feature = "nsis", feature = "sevenz", feature = "zip")))]
pub(super) fn left_out(feature: &str) -> super::Found {
    super::Found::NotOpened(format!("this badsig was built without the feature `{feature}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_archives_are_opened() {
        let mut opened = 0;
        let endless = std::iter::repeat_with(|| {
            opened += 1;
            Found::NotOpened(String::new())
        });
        assert!(matches!(joined(endless), Some(Found::Payload(_))));
        assert_eq!(opened, ARCHIVES + 1);
        assert!(joined(std::iter::empty()).is_none());
    }
}
