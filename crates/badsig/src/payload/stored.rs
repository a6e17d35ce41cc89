//! Members that lie in their container as they are.

use super::{Container, Content, Found, Member, Payload, Range, Stop, Visitor};

/// Where a member lies.
pub(super) struct StoredMember {
    pub(super) name: String,
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// A payload whose members are all stored as they are.
pub(super) struct Stored(Vec<StoredMember>);

impl Stored {
    /// The payload; `None` when there are no members.
    pub(super) fn found(members: Vec<StoredMember>) -> Option<Found> {
        (!members.is_empty()).then(|| Found::Payload(Box::new(Stored(members))))
    }
}

impl Payload for Stored {
    fn visit(&self, container: &Container<'_>, visitor: &mut dyn Visitor) -> Result<(), Stop> {
        for member in &self.0 {
            visitor.member(member.of(container))?;
        }
        Ok(())
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
