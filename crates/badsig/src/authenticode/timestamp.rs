//! Time stamps: who says that a signature existed at a time, and does the arithmetic hold?
//!
//! Two kinds: an RFC 3161 token (a SignedData of its own) and a PKCS#9 countersignature (a SignerInfo whose
//! certificates lie in the signature's bag). Both cover the signature value of the signer. Whether the time
//! stamping authority is trusted is not decided here.

use super::certificate::Certificate;
use super::der::{DerError, Reader, Tlv, tag};
use super::facts::{SignerFacts, TimestampFacts, TimestampKind};
use super::oid::ObjectIdentifier;
use super::public_key::{BareDigest, digest_algorithm};
use super::read::{Bag, read_bag};
use super::signed_data::{SignedData, SignerInfo};
use super::signer::{Covered, KeyWork, check, signing_time};
use super::spc;
use crate::digest::DigestAlgorithm;
use crate::limits::Limits;
use crate::time::UtcTime;

/// Unsigned attributes that are time stamps. Windows knows these two; a token under the attribute of RFC 3161 and CAdES
/// (1.2.840.113549.1.9.16.2.14) is none for it, nor for osslsigncode and signify.
const KINDS: [ObjectIdentifier; 2] = [spc::COUNTER_SIGNATURE, spc::SPC_RFC3161_TIME_STAMP];

/// All time stamps of a signer, in the order in which they stand.
pub(super) fn read_all(
    signer: &SignerInfo<'_>,
    bag: &[Certificate],
    limits: &Limits,
    work: &mut KeyWork,
) -> Vec<TimestampFacts> {
    let Some(attributes) = &signer.unsigned_attributes else { return Vec::new() };
    let mut found = Vec::new();
    for (kind, set) in attributes.iter().filter(|(kind, _)| KINDS.contains(kind)) {
        let mut values = set.inside();
        while !values.is_empty() {
            let Ok(value) = values.any("attrValues") else { break };
            if found.len() >= limits.timestamps {
                found.push(too_many(limits.timestamps, bag));
                return found;
            }
            if *kind == spc::COUNTER_SIGNATURE {
                found.push(countersignature(&value, signer.signature, bag, work));
            } else {
                found.push(token(&value, signer.signature, bag, limits, work));
            }
        }
    }
    found
}

/// Stands for the time stamps that were not read any more.
fn too_many(limit: usize, certificates: &[Certificate]) -> TimestampFacts {
    TimestampFacts {
        kind: TimestampKind::Rfc3161,
        time: None,
        digest_algorithm: None,
        problems: vec![format!("there are more than {limit} time stamps; the others were not read")],
        signer: None,
        certificates: certificates.to_vec(),
    }
}

fn broken(kind: TimestampKind, error: &DerError, certificates: &[Certificate]) -> TimestampFacts {
    TimestampFacts {
        kind,
        time: None,
        digest_algorithm: None,
        problems: vec![format!("it cannot be read: {error}")],
        signer: None,
        certificates: certificates.to_vec(),
    }
}

/// A PKCS#9 countersignature (RFC 2985 5.3.6; RFC 5652 11.4).
fn countersignature(
    value: &Tlv<'_>,
    signature: &[u8],
    bag: &[Certificate],
    work: &mut KeyWork,
) -> TimestampFacts {
    let signer = match SignerInfo::read(value) {
        Ok(signer) => signer,
        Err(error) => return broken(TimestampKind::Pkcs9, &error, bag),
    };
    let covered = Covered { octets: signature, content_type: None, bare: BareDigest::Allowed };
    let facts = check(&signer, &covered, bag, work);
    let time = signer.signed_attributes.as_ref().and_then(signing_time);
    let mut problems = signer_problems(&facts);
    if time.is_none() {
        problems.push("it states no signingTime".to_owned());
    }
    TimestampFacts {
        kind: TimestampKind::Pkcs9,
        time,
        digest_algorithm: facts.digest_algorithm.ok(),
        problems,
        signer: facts.certificate,
        certificates: bag.to_vec(),
    }
}

fn signer_problems(facts: &SignerFacts) -> Vec<String> {
    [&facts.message_digest, &facts.content_type, &facts.signature]
        .iter()
        .filter_map(|check| check.problem().map(str::to_owned))
        .collect()
}

/// An RFC 3161 token.
fn token(
    value: &Tlv<'_>,
    signature: &[u8],
    bag: &[Certificate],
    limits: &Limits,
    work: &mut KeyWork,
) -> TimestampFacts {
    match read_token(value.raw, signature, bag, limits, work) {
        Ok(facts) => facts,
        Err(error) => broken(TimestampKind::Rfc3161, &error, bag),
    }
}

fn read_token(
    bytes: &[u8],
    signature: &[u8],
    outer_bag: &[Certificate],
    limits: &Limits,
    work: &mut KeyWork,
) -> Result<TimestampFacts, DerError> {
    let data = SignedData::read(bytes)?;
    let Bag { mut certificates, .. } = read_bag(&data.certificates, limits);
    // Some authorities leave their certificates to the signature's own bag.
    certificates
        .extend(outer_bag.iter().filter(|other| !certificates.contains(other)).cloned().collect::<Vec<_>>());
    let octets = data.signed_octets()?;
    let info = TokenInfo::read(&data.content_bytes()?)?;
    let mut problems = Vec::new();
    if data.content_type != spc::TST_INFO {
        problems.push(format!("its content is {}, not TSTInfo", data.content_type));
    }
    problems.extend(info.imprint_problem(signature));
    let Some(signer) = data.signers.first() else {
        let missing = DerError { field: "signerInfos", offset: 0, problem: super::der::DerProblem::Missing };
        return Err(missing);
    };
    let content_type = Some(&data.content_type);
    let covered = Covered { octets: &octets, content_type, bare: BareDigest::Refused };
    let facts = check(signer, &covered, &certificates, work);
    problems.extend(signer_problems(&facts));
    let certificate = facts.certificate.and_then(|index| certificates.get(index));
    problems.extend(certificate.and_then(|certificate| named_certificate_problem(signer, certificate)));
    Ok(TimestampFacts {
        kind: TimestampKind::Rfc3161,
        time: Some(info.time),
        digest_algorithm: info.algorithm,
        problems,
        signer: facts.certificate,
        certificates,
    })
}

/// ```text
/// TSTInfo ::= SEQUENCE { version INTEGER, policy OBJECT IDENTIFIER,
///   messageImprint SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING },
///   serialNumber INTEGER, genTime GeneralizedTime, … }
/// ```
struct TokenInfo {
    algorithm: Option<DigestAlgorithm>,
    imprint: Vec<u8>,
    time: UtcTime,
}

impl TokenInfo {
    fn read(bytes: &[u8]) -> Result<TokenInfo, DerError> {
        let mut fields = Reader::new(bytes).sequence("TSTInfo")?;
        fields.expect(tag::INTEGER, "version")?;
        fields.oid("policy")?;
        let mut imprint = fields.sequence("messageImprint")?;
        let algorithm = digest_algorithm(&imprint.any("hashAlgorithm")?).ok();
        let hashed = imprint.expect(tag::OCTET_STRING, "hashedMessage")?.value.to_vec();
        fields.expect(tag::INTEGER, "serialNumber")?;
        let time = fields.expect(tag::GENERALIZED_TIME, "genTime")?.time("genTime")?;
        Ok(TokenInfo { algorithm, imprint: hashed, time })
    }

    fn imprint_problem(&self, signature: &[u8]) -> Option<String> {
        match self.algorithm {
            None => Some("its imprint uses a digest algorithm that is not supported".to_owned()),
            Some(algorithm) if algorithm.digest(signature) == self.imprint => None,
            Some(_) => {
                Some("its imprint is not the digest of this signature: it was made for another".to_owned())
            }
        }
    }
}

/// signingCertificate and signingCertificateV2 (RFC 2634 5.4, RFC 5035) name the authority's certificate by
/// its digest, so that no other with the same name and number can take its place.
fn named_certificate_problem(signer: &SignerInfo<'_>, certificate: &Certificate) -> Option<String> {
    let attributes = signer.signed_attributes.as_ref()?;
    let named = [
        (spc::SIGNING_CERTIFICATE, DigestAlgorithm::Sha1),
        (spc::SIGNING_CERTIFICATE_V2, DigestAlgorithm::Sha256),
    ];
    named.iter().find_map(|(kind, default)| {
        let value = attributes.values(kind).first().copied()?;
        match first_certificate_hash(&value, kind, *default) {
            Ok((algorithm, hash)) if algorithm.digest(certificate.der()) == hash => None,
            Ok(_) => {
                Some("its signed attributes name another certificate than the one that signed".to_owned())
            }
            Err(error) => {
                Some(format!("the certificate named in its signed attributes cannot be read: {error}"))
            }
        }
    })
}

/// `SigningCertificate(V2) ::= SEQUENCE { certs SEQUENCE OF ESSCertID(v2), … }`, where
/// `ESSCertIDv2 ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier DEFAULT sha256, certHash OCTET STRING, … }`.
fn first_certificate_hash(
    value: &Tlv<'_>,
    kind: &ObjectIdentifier,
    default: DigestAlgorithm,
) -> Result<(DigestAlgorithm, Vec<u8>), DerError> {
    let mut identifier = value.inside().sequence("certs")?.sequence("ESSCertID")?;
    let mut algorithm = default;
    if *kind == spc::SIGNING_CERTIFICATE_V2
        && let Some(named) = identifier.optional(tag::SEQUENCE, "hashAlgorithm")?
    {
        algorithm = digest_algorithm(&named)
            .map_err(|_| named.error("hashAlgorithm", super::der::DerProblem::Value("not supported")))?;
    }
    Ok((algorithm, identifier.expect(tag::OCTET_STRING, "certHash")?.value.to_vec()))
}

#[cfg(test)]
mod tests;
