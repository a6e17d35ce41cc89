//! The arithmetic of one SignerInfo: does messageDigest cover the content, and did the named certificate's
//! key sign the attributes?

use super::certificate::Certificate;
use super::der::tag;
use super::facts::{Check, SignerFacts};
use super::name;
use super::oid::ObjectIdentifier;
use super::public_key::{BareDigest, SignatureError, SignatureScheme, digest_algorithm};
use super::signed_data::{Attributes, SignerIdentifier, SignerInfo};
use super::spc;
use crate::hex::Hex;
use crate::time::UtcTime;

/// What a SignerInfo must cover.
pub(crate) struct Covered<'a> {
    /// The octets that messageDigest is made over.
    pub(crate) octets: &'a [u8],
    /// What contentType must say; `None` where the attribute is not asked for (countersignatures).
    pub(crate) content_type: Option<&'a ObjectIdentifier>,
    /// Whether blocks without DigestInfo count.
    pub(crate) bare: BareDigest,
}

/// Checks a SignerInfo against what it must cover, with the certificates at hand.
pub(crate) fn check(
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
    attributes.values(&spc::SIGNING_TIME).first().and_then(|value| value.time("signingTime").ok())
}
