//! Members that lie in their container as they are.

use super::{Container, Content, Found, Member, Payload, Range, Stop, Visitor};
use crate::problem::Problem;

/// Where a member lies.
pub(super) struct StoredMember {
    pub(super) name: String,
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// A payload whose members are all stored as they are.
pub(super) struct Stored {
    members: Vec<StoredMember>,
    /// Why there may be more.
    incomplete: Option<Problem>,
}

impl Stored {
    /// The payload; `None` when there are no members.
    pub(super) fn found(members: Vec<StoredMember>) -> Option<Found> {
        Stored::found_until(members, None)
    }

    /// The payload, with what kept more members from being found; `None` when there is neither.
    pub(super) fn found_until(members: Vec<StoredMember>, incomplete: Option<Problem>) -> Option<Found> {
        match incomplete {
            None if members.is_empty() => None,
            Some(problem) if members.is_empty() => Some(Found::Damaged(problem)),
            incomplete => Some(Found::Payload(Box::new(Stored { members, incomplete }))),
        }
    }
}

impl Payload for Stored {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        for member in &self.members {
            visitor.member(member.of(container))?;
        }
        self.incomplete.clone().map_or(Ok(()), |problem| Err(problem.into()))
    }
}

impl StoredMember {
    /// The member in this container.
    pub(super) fn of(&self, container: &Container<'_>) -> Member<'static> {
        let content = match Range::new(container.source, self.offset, self.length) {
            Some(range) => Content::Stored(std::sync::Arc::new(range)),
            None => Content::Unavailable(super::cut_off(self.offset, self.length, container.source.size())),
        };
        Member { name: self.name.clone(), size: Some(self.length), content }
    }
}
