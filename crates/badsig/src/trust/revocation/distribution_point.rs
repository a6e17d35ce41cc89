//! Where the lists that cover a certificate are, and what a list covers (RFC 5280 4.2.1.13 and 5.2.5).

use std::borrow::Cow;

use super::reason::ReasonSet;
use crate::authenticode::certificate::Certificate;
use crate::authenticode::der::{DerError, DerProblem, Reader, Tlv, tag};
use crate::authenticode::der_writer::write;
use crate::authenticode::extension::boolean;
use crate::authenticode::general_name::GeneralName;
use crate::authenticode::name_matching::DistinguishedName;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;
use crate::limits;

/// DistributionPointName.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PointName {
    /// fullName: names for the same list.
    Full(Vec<GeneralName>),
    /// nameRelativeToCRLIssuer: one relative name, the contents of its SET.
    Relative(Vec<u8>),
}

/// DistributionPoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistributionPoint {
    /// distributionPoint.
    pub name: Option<PointName>,
    /// reasons; `None` for all.
    pub reasons: Option<ReasonSet>,
    /// cRLIssuer; empty when it is the certificate's issuer.
    pub crl_issuer: Vec<GeneralName>,
}

/// issuingDistributionPoint: what a list covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuingDistributionPoint {
    /// distributionPoint.
    pub name: Option<PointName>,
    /// onlyContainsUserCerts.
    pub only_user_certificates: bool,
    /// onlyContainsCACerts.
    pub only_authority_certificates: bool,
    /// onlySomeReasons.
    pub only_reasons: Option<ReasonSet>,
    /// indirectCRL: revoked certificates may have other issuers than the list.
    pub indirect: bool,
    /// onlyContainsAttributeCerts.
    pub only_attribute_certificates: bool,
}

/// `GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName`, whatever its tag.
pub(super) fn general_names(value: &Tlv<'_>) -> Result<Vec<GeneralName>, DerError> {
    let mut names = Vec::new();
    let mut reader = value.inside();
    while !reader.is_empty() {
        if names.len() >= limits::REVOCATION_ITEMS {
            return Err(value.error("GeneralNames", DerProblem::Value("more names than are read")));
        }
        names.push(GeneralName::read_leniently(&reader.any("GeneralName")?)?);
    }
    if names.is_empty() {
        return Err(value.error("GeneralNames", DerProblem::Value("a list of no names")));
    }
    Ok(names)
}

impl PointName {
    /// Reads what is in `[0] DistributionPointName`, a choice of one.
    fn read(value: &Tlv<'_>) -> Result<PointName, DerError> {
        const FULL: u8 = tag::context_constructed(0);
        const RELATIVE: u8 = tag::context_constructed(1);
        let mut inside = value.inside();
        let choice = inside.any("DistributionPointName")?;
        inside.end("DistributionPointName")?;
        match choice.tag {
            FULL => general_names(&choice).map(PointName::Full),
            RELATIVE => Ok(PointName::Relative(choice.value.to_vec())),
            got => {
                let problem = DerProblem::WrongTag { expected: FULL, got };
                Err(choice.error("DistributionPointName", problem))
            }
        }
    }

    /// The names in full; a relative one is put below `issuer`.
    pub(super) fn full(&self, issuer: &[u8]) -> Cow<'_, [GeneralName]> {
        match self {
            PointName::Full(names) => Cow::Borrowed(names),
            PointName::Relative(relative) => {
                let above =
                    Reader::new(issuer).expect(tag::SEQUENCE, "Name").map_or(&[][..], |name| name.value);
                let last = write(tag::SET, &[relative]);
                let name = DistinguishedName::read(&write(tag::SEQUENCE, &[above, &last]));
                Cow::Owned(vec![GeneralName::Directory(name)])
            }
        }
    }
}

impl DistributionPoint {
    /// The point that stands for every list of the certificate's own issuer (RFC 5280 6.3.3, last paragraph).
    pub(super) fn of_issuer(certificate: &Certificate) -> DistributionPoint {
        let name = GeneralName::Directory(DistinguishedName::read(certificate.issuer()));
        DistributionPoint { name: Some(PointName::Full(vec![name])), reasons: None, crl_issuer: Vec::new() }
    }

    /// The points that a certificate names in cRLDistributionPoints; none when it has no such extension.
    ///
    /// # Errors
    /// When the extension cannot be read.
    pub fn of_certificate(certificate: &Certificate) -> Result<Vec<DistributionPoint>, DerError> {
        DistributionPoint::of_extension(certificate, &spc::CRL_DISTRIBUTION_POINTS)
    }

    /// Where the certificate says that delta lists are (freshestCRL, RFC 5280 4.2.1.15); lists may say so too.
    ///
    /// # Errors
    /// When the extension cannot be read.
    pub fn freshest_of(certificate: &Certificate) -> Result<Vec<DistributionPoint>, DerError> {
        DistributionPoint::of_extension(certificate, &spc::FRESHEST_CRL)
    }

    fn of_extension(
        certificate: &Certificate,
        oid: &ObjectIdentifier,
    ) -> Result<Vec<DistributionPoint>, DerError> {
        match certificate.extension(oid)? {
            Some(extension) => DistributionPoint::read_all(extension.value),
            None => Ok(Vec::new()),
        }
    }

    /// `CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint`, also of freshestCRL.
    pub(super) fn read_all(value: &[u8]) -> Result<Vec<DistributionPoint>, DerError> {
        let list = Reader::new(value).only(tag::SEQUENCE, "CRLDistributionPoints")?;
        let mut reader = list.inside();
        let mut points = Vec::new();
        while !reader.is_empty() {
            if points.len() >= limits::REVOCATION_ITEMS {
                let problem = DerProblem::Value("more points than are read");
                return Err(list.error("CRLDistributionPoints", problem));
            }
            points.push(DistributionPoint::read(reader.sequence("DistributionPoint")?)?);
        }
        Ok(points)
    }

    fn read(mut fields: Reader<'_>) -> Result<DistributionPoint, DerError> {
        let name = fields.optional(tag::context_constructed(0), "distributionPoint")?;
        let reasons = fields.optional(tag::context(1), "reasons")?;
        let issuer = fields.optional(tag::context_constructed(2), "cRLIssuer")?;
        fields.end("DistributionPoint")?;
        Ok(DistributionPoint {
            name: name.as_ref().map(PointName::read).transpose()?,
            reasons: reasons.as_ref().map(ReasonSet::read).transpose()?,
            crl_issuer: issuer.as_ref().map(general_names).transpose()?.unwrap_or_default(),
        })
    }

    /// The names of this point in full. A relative name stands below cRLIssuer, or below the certificate's
    /// issuer when there is none (RFC 5280 4.2.1.13).
    pub(super) fn names(&self, certificate_issuer: &[u8]) -> Cow<'_, [GeneralName]> {
        let above = self.crl_issuer.iter().find_map(|name| match name {
            GeneralName::Directory(name) => Some(name.encoding()),
            _ => None,
        });
        match &self.name {
            Some(name) => name.full(above.unwrap_or(certificate_issuer)),
            None => Cow::Borrowed(&self.crl_issuer),
        }
    }

    /// The web addresses of this point.
    pub fn addresses(&self) -> Vec<&str> {
        let Some(PointName::Full(names)) = &self.name else { return Vec::new() };
        let web = |address: &&str| address.starts_with("http://") || address.starts_with("https://");
        names
            .iter()
            .filter_map(|name| match name {
                GeneralName::Uri(address) => Some(address.as_str()),
                _ => None,
            })
            .filter(web)
            .collect()
    }
}

impl IssuingDistributionPoint {
    /// Reads the extension. It may not be empty, and a list holds one kind of certificates or all (RFC 5280 5.2.5).
    pub(super) fn read(value: &[u8]) -> Result<IssuingDistributionPoint, DerError> {
        let sequence = Reader::new(value).only(tag::SEQUENCE, "IssuingDistributionPoint")?;
        let problem = |why| Err(sequence.error("IssuingDistributionPoint", DerProblem::Value(why)));
        if sequence.value.is_empty() {
            return problem("an empty extension");
        }
        let mut fields = sequence.inside();
        let name = fields.optional(tag::context_constructed(0), "distributionPoint")?;
        let only_user_certificates = flag(&mut fields, 1)?;
        let only_authority_certificates = flag(&mut fields, 2)?;
        let reasons = fields.optional(tag::context(3), "onlySomeReasons")?;
        let indirect = flag(&mut fields, 4)?;
        let only_attribute_certificates = flag(&mut fields, 5)?;
        fields.end("IssuingDistributionPoint")?;
        let kinds = [only_user_certificates, only_authority_certificates, only_attribute_certificates];
        if kinds.iter().filter(|only| **only).count() > 1 {
            return problem("a list that holds only one kind of certificates and only another");
        }
        Ok(IssuingDistributionPoint {
            name: name.as_ref().map(PointName::read).transpose()?,
            only_user_certificates,
            only_authority_certificates,
            only_reasons: reasons.as_ref().map(ReasonSet::read).transpose()?,
            indirect,
            only_attribute_certificates,
        })
    }
}

/// `[number] BOOLEAN DEFAULT FALSE`.
fn flag(fields: &mut Reader<'_>, number: u8) -> Result<bool, DerError> {
    let flag = fields.optional(tag::context(number), "flag of IssuingDistributionPoint")?;
    flag.as_ref().map_or(Ok(false), boolean)
}
