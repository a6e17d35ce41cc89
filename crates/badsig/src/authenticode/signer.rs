//! The arithmetic of one SignerInfo: does messageDigest cover the content, and did the named certificate's
//! key sign the attributes?

use super::certificate::Certificate;
use super::der::tag;
use super::facts::{Check, SignerFacts};
use super::name;
use super::oid::ObjectIdentifier;
use super::public_key::{BareDigest, PublicKey, SignatureError, SignatureScheme, digest_algorithm};
use super::signed_data::{Attributes, SignerIdentifier, SignerInfo};
use super::spc;
use crate::hex::Hex;
use crate::limits::FILE_SIGNATURE_WORK;
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

/// What is left of the work that the signature values of one file may take.
pub(crate) struct KeyWork(usize);

impl KeyWork {
    /// As much as one file may take.
    pub(crate) fn of_one_file() -> KeyWork {
        KeyWork(FILE_SIGNATURE_WORK)
    }

    /// Takes what a check by this key costs; false when that is not left.
    fn take(&mut self, key: &PublicKey) -> bool {
        let left = self.0.checked_sub(key.cost());
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// Checks a SignerInfo against what it must cover, with the certificates at hand.
pub(crate) fn check(
    signer: &SignerInfo<'_>,
    covered: &Covered<'_>,
    certificates: &[Certificate],
    work: &mut KeyWork,
) -> SignerFacts {
    let certificate = find(&signer.identifier, certificates);
    let digest = digest_algorithm(&signer.digest_algorithm).map_err(|error| error.to_string());
    let attributes = signer.signed_attributes.as_ref();
    SignerFacts {
        certificate,
        identifier: describe(&signer.identifier),
        message_digest: message_digest(attributes, covered, &digest),
        content_type: content_type(attributes, covered),
        signature: signature(signer, covered, certificate.and_then(|index| certificates.get(index)), work),
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

fn signature(
    signer: &SignerInfo<'_>,
    covered: &Covered<'_>,
    certificate: Option<&Certificate>,
    work: &mut KeyWork,
) -> Check {
    let Some(attributes) = &signer.signed_attributes else { return Check::Failed(NO_ATTRIBUTES.to_owned()) };
    let Some(certificate) = certificate else {
        return Check::Failed("the signer's certificate is not in the signature".to_owned());
    };
    if !work.take(certificate.key()) {
        return Check::Unsupported(format!(
            "not checked: the signatures and time stamps of the file take more work than the limit of {FILE_SIGNATURE_WORK} \
             checks by RSA keys of 2048 bits"
        ));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys of 16384 bits with a long exponent cost 128 units each; what they would take altogether does not matter.
    #[test]
    fn the_work_of_one_file_ends() {
        let slow = PublicKey::Rsa { modulus: vec![0xff; 2048], exponent: vec![0xff; 5] };
        let quick = PublicKey::Rsa { modulus: vec![0xff; 512], exponent: vec![1, 0, 1] };
        let mut work = KeyWork::of_one_file();
        let checked = (0..64 * 33).filter(|_| work.take(&slow)).count();
        assert_eq!(checked, FILE_SIGNATURE_WORK / slow.cost());
        assert!(!work.take(&quick), "nothing is left for later ones");
        let mut work = KeyWork::of_one_file();
        assert!((0..64 * 33).all(|_| work.take(&quick)));
    }
}
