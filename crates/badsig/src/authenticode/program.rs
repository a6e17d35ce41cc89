//! What a signer says of the program and of itself: SpcSpOpusInfo and SpcStatementType. Claims, not facts.

use serde::{Deserialize, Serialize};

use super::der::{DerError, Tlv, tag};
use super::name;
use super::oid::ObjectIdentifier;
use super::signed_data::Attributes;
use super::spc;
use crate::limits::CLAIM_BYTES;

/// The signer's claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProgramClaims {
    /// programName of SpcSpOpusInfo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// moreInfo of SpcSpOpusInfo: a web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_info: Option<String>,
    /// SpcStatementType: individual or commercial code signing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_type: Option<StatementType>,
}

/// SpcStatementType. WinTrust's State has separate bits for the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StatementType {
    /// 1.3.6.1.4.1.311.2.1.21.
    Individual,
    /// 1.3.6.1.4.1.311.2.1.22.
    Commercial,
}

/// Reads the claims; what cannot be read is left out.
pub fn claims(attributes: &Attributes<'_>) -> ProgramClaims {
    let mut claims = ProgramClaims::default();
    if let Some(opus) = attributes.values(&spc::SPC_OPUS_INFO).first() {
        (claims.name, claims.more_info) = opus_info(opus).unwrap_or_default();
    }
    if let Some(statement) = attributes.values(&spc::SPC_STATEMENT_TYPE).first() {
        claims.statement_type =
            statement.inside().oid("SpcStatementType").ok().map(ObjectIdentifier::from_der).and_then(|oid| {
                match oid {
                    oid if oid == spc::INDIVIDUAL_CODE_SIGNING => Some(StatementType::Individual),
                    oid if oid == spc::COMMERCIAL_CODE_SIGNING => Some(StatementType::Commercial),
                    _ => None,
                }
            });
    }
    claims
}

/// ```text
/// SpcSpOpusInfo ::= SEQUENCE { programName [0] EXPLICIT SpcString OPTIONAL, moreInfo [1] EXPLICIT SpcLink OPTIONAL }
/// SpcString ::= CHOICE { unicode [0] IMPLICIT BMPString, ascii [1] IMPLICIT IA5String }
/// ```
fn opus_info(value: &Tlv<'_>) -> Result<(Option<String>, Option<String>), DerError> {
    let mut fields = value.inside();
    let program = match fields.optional(tag::context_constructed(0), "programName")? {
        Some(explicit) => {
            let string = explicit.inside().any("SpcString")?;
            let kind = if string.tag == tag::context(0) { tag::BMP_STRING } else { tag::IA5_STRING };
            Some(name::text(kind, short(string.value))).filter(|text| !text.is_empty())
        }
        None => None,
    };
    let link = match fields.optional(tag::context_constructed(1), "moreInfo")? {
        Some(explicit) => {
            let link = explicit.inside().any("SpcLink")?;
            Some(name::text(tag::IA5_STRING, short(link.value))).filter(|_| link.tag == tag::context(0))
        }
        None => None,
    };
    Ok((program, link.filter(|text| !text.is_empty())))
}

/// The start of a claim that is longer than anybody reads; an even number of bytes, for texts of two a character.
fn short(claim: &[u8]) -> &[u8] {
    claim.get(..CLAIM_BYTES).unwrap_or(claim)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;
    use crate::authenticode::der::Reader;
    use crate::authenticode::der_writer::write;

    #[test]
    fn claims_are_cut() {
        let of = |length: usize| {
            let name = write(
                tag::context(0),
                &["aé"
                    .encode_utf16()
                    .map(u16::to_be_bytes)
                    .collect::<Vec<_>>()
                    .concat()
                    .repeat(length / 4)
                    .as_slice()],
            );
            let opus = write(tag::SEQUENCE, &[&write(tag::context_constructed(0), &[&name])]);
            opus_info(&Reader::new(&opus).any("opus").unwrap()).unwrap().0.unwrap()
        };
        assert_eq!(of(4), "aé");
        assert_eq!(of(CLAIM_BYTES * 2).chars().count(), CLAIM_BYTES / 2);
    }
}
