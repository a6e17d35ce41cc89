//! The extensions by which an authority limits what lies below it: names and policies (RFC 5280 4.2.1.4,
//! 4.2.1.5, 4.2.1.10, 4.2.1.11 and 4.2.1.14).

use std::collections::BTreeSet;

use crate::authenticode::der::{DerError, DerProblem, Reader, Tlv, tag};
use crate::authenticode::general_name::GeneralName;
use crate::authenticode::oid::ObjectIdentifier;

/// nameConstraints. Minimum and maximum of a subtree are never there (RFC 5280 4.2.1.10); an extension that
/// has them counts as unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Names of these kinds must lie in one of these subtrees.
    pub permitted: Vec<GeneralName>,
    /// No name may lie in one of these subtrees.
    pub excluded: Vec<GeneralName>,
}

/// One pair of policyMappings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMapping {
    /// The policy as the issuer of the certificate names it.
    pub issuer_domain: ObjectIdentifier,
    /// The policy as the subject of the certificate names it.
    pub subject_domain: ObjectIdentifier,
}

/// policyConstraints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyConstraints {
    /// After how many further certificates an acceptable policy is required.
    pub require_explicit_policy: Option<u64>,
    /// After how many further certificates policies may no longer be mapped.
    pub inhibit_policy_mapping: Option<u64>,
}

fn empty(outer: &Tlv<'_>, field: &'static str) -> DerError {
    outer.error(field, DerProblem::Value("an extension that says nothing"))
}

impl NameConstraints {
    pub(super) fn read(value: &[u8]) -> Result<NameConstraints, DerError> {
        const FIELD: &str = "NameConstraints";
        let outer = Reader::new(value).only(tag::SEQUENCE, FIELD)?;
        let mut fields = outer.inside();
        let permitted = subtrees(fields.optional(tag::context_constructed(0), "permittedSubtrees")?)?;
        let excluded = subtrees(fields.optional(tag::context_constructed(1), "excludedSubtrees")?)?;
        fields.end(FIELD)?;
        if permitted.is_empty() && excluded.is_empty() {
            return Err(empty(&outer, FIELD));
        }
        Ok(NameConstraints { permitted, excluded })
    }
}

fn subtrees(list: Option<Tlv<'_>>) -> Result<Vec<GeneralName>, DerError> {
    let mut found = Vec::new();
    let Some(list) = list else { return Ok(found) };
    let mut inside = list.inside();
    while !inside.is_empty() {
        let mut subtree = inside.sequence("GeneralSubtree")?;
        found.push(GeneralName::read(&subtree.any("base")?)?);
        subtree.end("GeneralSubtree")?;
    }
    Ok(found)
}

/// certificatePolicies; qualifiers are for people and decide nothing. No policy may stand there twice.
pub(super) fn certificate_policies(value: &[u8]) -> Result<Vec<ObjectIdentifier>, DerError> {
    const FIELD: &str = "certificatePolicies";
    let outer = Reader::new(value).only(tag::SEQUENCE, FIELD)?;
    let mut found = Vec::new();
    let mut inside = outer.inside();
    while !inside.is_empty() {
        let mut information = inside.sequence("PolicyInformation")?;
        found.push(ObjectIdentifier::from_der(information.oid("policyIdentifier")?));
        information.optional(tag::SEQUENCE, "policyQualifiers")?;
        information.end("PolicyInformation")?;
    }
    if found.is_empty() {
        return Err(empty(&outer, FIELD));
    }
    if found.iter().collect::<BTreeSet<_>>().len() < found.len() {
        return Err(outer.error(FIELD, DerProblem::Value("a policy that stands there twice")));
    }
    Ok(found)
}

pub(super) fn policy_mappings(value: &[u8]) -> Result<Vec<PolicyMapping>, DerError> {
    const FIELD: &str = "policyMappings";
    let outer = Reader::new(value).only(tag::SEQUENCE, FIELD)?;
    let mut found = Vec::new();
    let mut inside = outer.inside();
    while !inside.is_empty() {
        let mut pair = inside.sequence("PolicyMapping")?;
        let issuer_domain = ObjectIdentifier::from_der(pair.oid("issuerDomainPolicy")?);
        let subject_domain = ObjectIdentifier::from_der(pair.oid("subjectDomainPolicy")?);
        pair.end("PolicyMapping")?;
        found.push(PolicyMapping { issuer_domain, subject_domain });
    }
    if found.is_empty() { Err(empty(&outer, FIELD)) } else { Ok(found) }
}

impl PolicyConstraints {
    pub(super) fn read(value: &[u8]) -> Result<PolicyConstraints, DerError> {
        const FIELD: &str = "policyConstraints";
        let outer = Reader::new(value).only(tag::SEQUENCE, FIELD)?;
        let mut fields = outer.inside();
        let mut certificates = |number, field| {
            let value = fields.optional(tag::context(number), field)?;
            value.map(|value| value.small_integer(field)).transpose()
        };
        let found = PolicyConstraints {
            require_explicit_policy: certificates(0, "requireExplicitPolicy")?,
            inhibit_policy_mapping: certificates(1, "inhibitPolicyMapping")?,
        };
        fields.end(FIELD)?;
        if found == PolicyConstraints::default() { Err(empty(&outer, FIELD)) } else { Ok(found) }
    }
}

pub(super) fn inhibit_any_policy(value: &[u8]) -> Result<u64, DerError> {
    Reader::new(value).only(tag::INTEGER, "inhibitAnyPolicy")?.small_integer("inhibitAnyPolicy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_of_names() {
        let value = [0x30, 9, 0xa1, 7, 0x30, 5, 0x82, 3, b'a', b'.', b'b'];
        let found = NameConstraints::read(&value).unwrap();
        assert_eq!(found.excluded, [GeneralName::Dns("a.b".to_owned())]);
        assert!(found.permitted.is_empty());
        assert!(NameConstraints::read(&[0x30, 0]).is_err());
        let maximum = [0x30, 12, 0xa1, 10, 0x30, 8, 0x82, 3, b'a', b'.', b'b', 0x81, 1, 1];
        assert!(NameConstraints::read(&maximum).is_err());
    }

    #[test]
    fn policies_stand_there_once() {
        let once = [0x30, 6, 0x30, 4, 6, 2, 0x2a, 3];
        assert_eq!(certificate_policies(&once).unwrap()[0].to_string(), "1.2.3");
        let twice = [0x30, 12, 0x30, 4, 6, 2, 0x2a, 3, 0x30, 4, 6, 2, 0x2a, 3];
        assert!(certificate_policies(&twice).is_err());
        assert!(certificate_policies(&[0x30, 0]).is_err());
    }

    #[test]
    fn constraints_of_policies() {
        let found = PolicyConstraints::read(&[0x30, 6, 0x80, 1, 0, 0x81, 1, 5]).unwrap();
        assert_eq!((found.require_explicit_policy, found.inhibit_policy_mapping), (Some(0), Some(5)));
        assert!(PolicyConstraints::read(&[0x30, 0]).is_err());
        assert!(PolicyConstraints::read(&[0x30, 3, 0x80, 1, 0xff]).is_err());
        assert!(inhibit_any_policy(&[2, 1, 0, 5, 0]).is_err());
    }
}
