//! GeneralName (RFC 5280 4.2.1.6): the kinds of name that certificates give their subjects, that name constraints limit,
//! and by which revocation lists are named.

use super::der::{DerError, DerProblem, Reader, Tag, Tlv, tag};
use super::name_matching::{ComparableName, DistinguishedName};

/// A name. Two are the same when they match: distinguished names as RFC 5280 7.1 compares them, all others letter by
/// letter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneralName {
    /// iPAddress: four or sixteen octets, in a name constraint twice as many (address and mask).
    Address(Vec<u8>),
    /// directoryName.
    Directory(DistinguishedName),
    /// dNSName.
    Dns(String),
    /// rfc822Name.
    Email(String),
    /// A kind without a form of its own here (otherName, x400Address, ediPartyName, registeredID), as encoded.
    Other(Vec<u8>),
    /// uniformResourceIdentifier.
    Uri(String),
}

impl GeneralName {
    /// Reads one GeneralName.
    ///
    /// # Errors
    /// When it is none, or its text is not ASCII.
    pub fn read(value: &Tlv<'_>) -> Result<GeneralName, DerError> {
        const OTHER: [Tag; 4] = [
            tag::context_constructed(0),
            tag::context_constructed(3),
            tag::context_constructed(5),
            tag::context(8),
        ];
        match value.tag {
            kind if kind == tag::context(1) => text(value).map(GeneralName::Email),
            kind if kind == tag::context(2) => text(value).map(GeneralName::Dns),
            kind if kind == tag::context(6) => text(value).map(GeneralName::Uri),
            kind if kind == tag::context(7) => Ok(GeneralName::Address(value.value.to_vec())),
            kind if kind == tag::context_constructed(4) => {
                let mut inside = value.inside();
                let name = inside.expect(tag::SEQUENCE, "directoryName")?;
                inside.end("directoryName")?;
                Ok(GeneralName::Directory(DistinguishedName::read(name.raw)))
            }
            kind if OTHER.contains(&kind) => Ok(GeneralName::Other(value.raw.to_vec())),
            got => Err(value.error("GeneralName", DerProblem::WrongTag { expected: tag::context(2), got })),
        }
    }

    /// As [`GeneralName::read`]; a name that is none, or whose text is not ASCII, is the same only as one with the same
    /// bytes.
    ///
    /// # Errors
    /// When a directoryName holds anything else than one name.
    pub fn read_leniently(value: &Tlv<'_>) -> Result<GeneralName, DerError> {
        match GeneralName::read(value) {
            Err(_) if value.tag != tag::context_constructed(4) => Ok(GeneralName::Other(value.raw.to_vec())),
            read => read,
        }
    }

    /// Whether it is this distinguished name.
    pub fn is_directory(&self, name: &ComparableName) -> bool {
        matches!(self, GeneralName::Directory(own) if own.comparable() == name)
    }

    /// Reads `GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName`.
    ///
    /// # Errors
    /// When it is no such sequence, or an empty one.
    pub fn read_all(encoding: &[u8]) -> Result<Vec<GeneralName>, DerError> {
        let mut outer = Reader::new(encoding);
        let sequence = outer.expect(tag::SEQUENCE, "GeneralNames")?;
        outer.end("GeneralNames")?;
        let mut names = Vec::new();
        let mut inside = sequence.inside();
        while !inside.is_empty() {
            names.push(GeneralName::read(&inside.any("GeneralName")?)?);
        }
        if names.is_empty() {
            return Err(sequence.error("GeneralNames", DerProblem::Value("a list without any name")));
        }
        Ok(names)
    }
}

fn text(value: &Tlv<'_>) -> Result<String, DerError> {
    std::str::from_utf8(value.value)
        .ok()
        .filter(|text| text.is_ascii())
        .map(str::to_owned)
        .ok_or_else(|| value.error("GeneralName", DerProblem::Value("an IA5String that is not ASCII")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_names() {
        let encoding = [0x30, 15, 0x82, 3, b'a', b'.', b'b', 0x87, 4, 127, 0, 0, 1, 0x88, 2, 0x2a, 3];
        let expected = [
            GeneralName::Dns("a.b".to_owned()),
            GeneralName::Address(vec![127, 0, 0, 1]),
            GeneralName::Other(vec![0x88, 2, 0x2a, 3]),
        ];
        assert_eq!(GeneralName::read_all(&encoding).unwrap(), expected);
    }

    #[test]
    fn what_is_no_name() {
        assert!(GeneralName::read_all(&[0x30, 0]).is_err());
        assert!(GeneralName::read_all(&[0x30, 3, 0x82, 1, 0xe9]).is_err());
        assert!(GeneralName::read_all(&[0x30, 3, 0x89, 1, b'a']).is_err());
        assert!(GeneralName::read_all(&[0x30, 2, 0xa4, 0]).is_err());
    }
}
