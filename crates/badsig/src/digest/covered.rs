//! Which bytes a signature covers, in which order.

/// A run of bytes that takes part in a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the subject.
    Range {
        /// Offset of the first byte in the file.
        offset: u64,
        /// Number of bytes.
        length: u64,
    },
    /// Bytes that are not in the file at that place (the class identifier of a storage, padding).
    Literal(Box<[u8]>),
    /// The digest, by the algorithm in use, of these bytes.
    DigestOf(Box<[u8]>),
}

/// The bytes that a signature covers, in the order in which they are hashed.
///
/// This is all that a format has to say about its digest (the idea of Microsoft's Subject Interface
/// Packages): it never hashes and never sees a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoveredBytes {
    pieces: Vec<Piece>,
    /// Kept as pieces are added: it is asked for again and again while they are.
    total: u64,
}

impl CoveredBytes {
    /// Nothing covered yet.
    pub fn new() -> CoveredBytes {
        CoveredBytes::default()
    }

    /// All bytes of a file of this size.
    pub fn whole(size: u64) -> CoveredBytes {
        let mut covered = CoveredBytes::new();
        covered.push_range(0, size);
        covered
    }

    /// Adds the bytes from `start` up to but not including `end`; nothing when they are not in order.
    pub fn push_range(&mut self, start: u64, end: u64) {
        let length = end.saturating_sub(start);
        if length == 0 {
            return;
        }
        self.total = self.total.saturating_add(length);
        if let Some(Piece::Range { offset, length: before }) = self.pieces.last_mut()
            && offset.checked_add(*before) == Some(start)
        {
            *before = before.saturating_add(length);
            return;
        }
        self.pieces.push(Piece::Range { offset: start, length });
    }

    /// Adds bytes that are not in the file at that place.
    pub fn push_literal(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.total = self.total.saturating_add(bytes.len().try_into().unwrap_or(u64::MAX));
            self.pieces.push(Piece::Literal(bytes.into()));
        }
    }

    /// Adds the digest of these bytes, by whatever algorithm the whole is hashed with.
    pub fn push_digest_of(&mut self, bytes: &[u8]) {
        self.pieces.push(Piece::DigestOf(bytes.into()));
    }

    /// The bytes whose digest comes first, if there are such.
    pub fn leading_digest_of(&self) -> Option<&[u8]> {
        match self.pieces.first() {
            Some(Piece::DigestOf(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// The runs in hashing order; neighbouring ranges are one run.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether the ranges stand in the order of the file, so that one pass over it is enough.
    pub fn is_in_file_order(&self) -> bool {
        let mut position = 0u64;
        self.pieces.iter().all(|piece| match piece {
            Piece::Range { offset, length } => {
                let in_order = *offset >= position;
                position = offset.saturating_add(*length);
                in_order
            }
            Piece::Literal(_) | Piece::DigestOf(_) => true,
        })
    }

    /// Number of bytes hashed, short of digests of other bytes.
    pub fn total(&self) -> u64 {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_joined() {
        let mut covered = CoveredBytes::new();
        covered.push_range(0, 10);
        covered.push_range(10, 20);
        covered.push_range(24, 30);
        covered.push_range(30, 30);
        assert_eq!(
            covered.pieces(),
            [Piece::Range { offset: 0, length: 20 }, Piece::Range { offset: 24, length: 6 }]
        );
        assert_eq!(covered.total(), 26);
        assert!(covered.is_in_file_order());
        covered.push_literal(&[0; 4]);
        covered.push_digest_of(&[0; 64]);
        assert_eq!(covered.total(), 30);
    }

    #[test]
    fn going_back_is_seen() {
        let mut covered = CoveredBytes::new();
        covered.push_range(100, 110);
        covered.push_range(0, 10);
        assert!(!covered.is_in_file_order());
    }
}
