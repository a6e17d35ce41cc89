//! The arithmetic of one SignerInfo: does messageDigest cover the content, and did the named certificate's
//! key sign the attributes?

use super::certificate::Certificate;
use super::der::{Tlv, tag};
use super::facts::{Check, SignerFacts};
use super::name;
use super::oid::ObjectIdentifier;
use super::public_key::{BareDigest, SignatureError, SignatureScheme, digest_algorithm};
use super::signed_data::{Attributes, SignerIdentifier, SignerInfo};
use super::spc;
use crate::hex::Hex;
use crate::time::UtcTime;

/// What a SignerInfo must cover.
pub(super) struct Covered<'a> {
    /// The octets that messageDigest is made over.
    pub(super) octets: &'a [u8],
    /// What contentType must say; `None` where the attribute is not asked for (countersignatures).
    pub(super) content_type: Option<&'a ObjectIdentifier>,
    /// Whether blocks without DigestInfo count.
    pub(super) bare: BareDigest,
}

/// Checks a SignerInfo against what it must cover, with the certificates at hand.
pub(super) fn check(
    signer: &SignerInfo<'_>,
    covered: &Covered<'_>,
    certificates: &[Certificate],
) -> SignerFacts {
    let certificate = find(&signer.identifier, certificates);
    let digest = digest_algorithm(&signer.digest_algorithm).map_err(|error| error.to_string());
    let attributes = signer.signed_attributes.as_ref();
    SignerFacts {
        certificate,
        identifier: describe(&signer.identifier),
        message_digest: message_digest(attributes, covered, &digest),
        content_type: content_type(attributes, covered),
        signature: signature(signer, covered, certificate.and_then(|index| certificates.get(index))),
        claimed_time: attributes.and_then(signing_time),
        digest_algorithm: digest,
    }
}

/// The certificate that a signer names.
pub(super) fn find(identifier: &SignerIdentifier<'_>, certificates: &[Certificate]) -> Option<usize> {
    certificates.iter().position(|certificate| match identifier {
        SignerIdentifier::IssuerAndSerial { issuer, serial } => {
            certificate.issuer() == *issuer && certificate.serial() == *serial
        }
        SignerIdentifier::KeyIdentifier(wanted) => {
            certificate.extensions().subject_key_identifier.as_deref() == Some(*wanted)
        }
    })
}

fn describe(identifier: &SignerIdentifier<'_>) -> String {
    match identifier {
        SignerIdentifier::IssuerAndSerial { issuer, serial } => {
            format!("serial number {} of {}", Hex::from(*serial), name::display(issuer))
        }
        SignerIdentifier::KeyIdentifier(identifier) => format!("key identifier {}", Hex::from(*identifier)),
    }
}

const NO_ATTRIBUTES: &str = "the signer has no signed attributes, which Authenticode requires";

fn message_digest(
    attributes: Option<&Attributes<'_>>,
    covered: &Covered<'_>,
    digest: &Result<crate::digest::DigestAlgorithm, String>,
) -> Check {
    let Some(attributes) = attributes else { return Check::Failed(NO_ATTRIBUTES.to_owned()) };
    let algorithm = match digest {
        Ok(algorithm) => algorithm,
        Err(why) => return Check::Unsupported(why.clone()),
    };
    match attributes.single(&spc::MESSAGE_DIGEST, "messageDigest") {
        Err(error) => Check::Failed(error.to_string()),
        Ok(value) if value.tag == tag::OCTET_STRING && value.value == algorithm.digest(covered.octets) => {
            Check::Ok
        }
        Ok(_) => Check::Failed("messageDigest is not the digest of the content".to_owned()),
    }
}

fn content_type(attributes: Option<&Attributes<'_>>, covered: &Covered<'_>) -> Check {
    let Some(wanted) = covered.content_type else { return Check::Ok };
    let Some(attributes) = attributes else { return Check::Failed(NO_ATTRIBUTES.to_owned()) };
    match attributes.single(&spc::CONTENT_TYPE, "contentType") {
        Err(error) => Check::Failed(error.to_string()),
        Ok(value) if value.tag == tag::OID && value.value == wanted.as_der() => Check::Ok,
        Ok(value) => {
            let said = ObjectIdentifier::from_der(value.value);
            Check::Failed(format!("contentType says {said}, the content is {wanted}"))
        }
    }
}

fn signature(signer: &SignerInfo<'_>, covered: &Covered<'_>, certificate: Option<&Certificate>) -> Check {
    let Some(attributes) = &signer.signed_attributes else { return Check::Failed(NO_ATTRIBUTES.to_owned()) };
    let Some(certificate) = certificate else {
        return Check::Failed("the signer's certificate is not in the signature".to_owned());
    };
    let result = digest_algorithm(&signer.digest_algorithm).and_then(|digest| {
        let scheme = SignatureScheme::read(&signer.signature_algorithm, Some(digest))?;
        let hash = digest.digest(&attributes.hashed_bytes());
        certificate.key().verify(scheme, &hash, signer.signature, covered.bare)
    });
    match result {
        Ok(()) => Check::Ok,
        Err(SignatureError::Invalid) => Check::Failed(SignatureError::Invalid.to_string()),
        Err(SignatureError::Unsupported(why)) => Check::Unsupported(why),
    }
}

/// signingTime (PKCS#9).
pub(super) fn signing_time(attributes: &Attributes<'_>) -> Option<UtcTime> {
    attributes.values(&spc::SIGNING_TIME).first().and_then(read_time)
}

/// UTCTime or GeneralizedTime; fractions of a second are kept where they stand.
pub(super) fn read_time(value: &Tlv<'_>) -> Option<UtcTime> {
    let text = std::str::from_utf8(value.value).ok()?;
    let full = match value.tag {
        tag::UTC_TIME => {
            // RFC 5280 4.1.2.5.1: years below 50 are of this century.
            let year: u32 = text.get(..2)?.parse().ok()?;
            format!("{}{text}", if year < 50 { "20" } else { "19" })
        }
        tag::GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let part = |range: std::ops::Range<usize>| full.get(range);
    let rest = full.get(14..)?;
    let fraction = rest.strip_suffix('Z')?;
    let zone = "Z";
    let rfc3339 = format!(
        "{}-{}-{}T{}:{}:{}{fraction}{zone}",
        part(0..4)?,
        part(4..6)?,
        part(6..8)?,
        part(8..10)?,
        part(10..12)?,
        part(12..14)?
    );
    rfc3339.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(tag: u8, text: &str) -> Option<String> {
        let value = Tlv { tag, value: text.as_bytes(), raw: &[], offset: 0, indefinite: false };
        read_time(&value).map(|time| time.to_string())
    }

    #[test]
    fn both_encodings_of_time() {
        assert_eq!(time(tag::UTC_TIME, "070725222153Z").unwrap(), "2007-07-25T22:21:53Z");
        assert_eq!(time(tag::UTC_TIME, "991231235959Z").unwrap(), "1999-12-31T23:59:59Z");
        assert_eq!(time(tag::GENERALIZED_TIME, "20260513100613.722Z").unwrap(), "2026-05-13T10:06:13.722Z");
        assert_eq!(time(tag::GENERALIZED_TIME, "2026051310"), None);
        assert_eq!(time(tag::UTC_TIME, "0707252221é"), None);
    }
}
