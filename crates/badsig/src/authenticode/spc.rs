//! Every object identifier that badsig knows, in one place, by the name its specification gives it.
//!
//! Sources: RFC 5652 (CMS), RFC 3161, RFC 5280, RFC 8017, RFC 5480, PKCS#9, and Microsoft's
//! "Windows Authenticode Portable Executable Signature Format".

use super::oid::ObjectIdentifier;

// Content types (PKCS#7, RFC 5652, Authenticode).
/// `1.2.840.113549.1.7.2`: id-signedData.
pub const SIGNED_DATA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02]);
/// `1.2.840.113549.1.7.1`: id-data.
pub const DATA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01]);
/// `1.3.6.1.4.1.311.2.1.4`: SpcIndirectDataContent: what a signed file says of its digest.
pub const SPC_INDIRECT_DATA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04]);
/// `1.3.6.1.4.1.311.10.1`: certificate trust list: security catalogs, the root program.
pub const CERTIFICATE_TRUST_LIST: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x01]);
/// `1.2.840.113549.1.9.16.1.4`: TSTInfo of a time-stamp token (RFC 3161).
pub const TST_INFO: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04]);

// Kinds of subject inside SpcIndirectDataContent.
/// `1.3.6.1.4.1.311.2.1.15`: SpcPeImageData.
pub const SPC_PE_IMAGE_DATA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0f]);
/// `1.3.6.1.4.1.311.2.1.25`: SpcLink of a cabinet.
pub const SPC_CAB_DATA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x19]);
/// `1.3.6.1.4.1.311.2.1.30`: SpcSipInfo: which Subject Interface Package made the digest.
pub const SPC_SIPINFO: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x1e]);
/// `1.3.6.1.4.1.311.2.3.1`: SHA-1 page hashes.
pub const SPC_PAGE_HASHES_V1: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x03, 0x01]);
/// `1.3.6.1.4.1.311.2.3.2`: SHA-256 page hashes.
pub const SPC_PAGE_HASHES_V2: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x03, 0x02]);

// Attributes of a SignerInfo.
/// `1.2.840.113549.1.9.3`: contentType.
pub const CONTENT_TYPE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03]);
/// `1.2.840.113549.1.9.4`: messageDigest.
pub const MESSAGE_DIGEST: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04]);
/// `1.2.840.113549.1.9.5`: signingTime: the signer's claim; only inside a countersignature a time stamp.
pub const SIGNING_TIME: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05]);
/// `1.2.840.113549.1.9.6`: countersignature (PKCS#9): the old kind of time stamp.
pub const COUNTER_SIGNATURE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x06]);
/// `1.2.840.113549.1.9.16.2.12`: signingCertificate (RFC 2634).
pub const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c]);
/// `1.2.840.113549.1.9.16.2.47`: signingCertificateV2 (RFC 5035).
pub const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f]);
/// `1.3.6.1.4.1.311.2.1.12`: SpcSpOpusInfo: program name and address.
pub const SPC_OPUS_INFO: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0c]);
/// `1.3.6.1.4.1.311.2.1.11`: SpcStatementType.
pub const SPC_STATEMENT_TYPE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0b]);
/// `1.3.6.1.4.1.311.2.4.1`: nested signature.
pub const SPC_NESTED_SIGNATURE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x01]);
/// `1.3.6.1.4.1.311.3.3.1`: RFC 3161 time-stamp token.
pub const SPC_RFC3161_TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x03, 0x03, 0x01]);
/// `1.2.840.113549.1.9.16.2.14`: RFC 3161 time-stamp token, the attribute of RFC 3161 itself and of CAdES. Windows looks for
/// no time stamp there.
pub const TIME_STAMP_TOKEN: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e]);
/// `1.3.6.1.4.1.311.2.4.3`: sealing signature.
pub const SPC_SEALING_SIGNATURE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x03]);
/// `1.3.6.1.4.1.311.2.4.4`: sealing time stamp.
pub const SPC_SEALING_TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x04]);
/// `1.3.6.1.4.1.311.2.1.21`: statement type: individual.
pub const INDIVIDUAL_CODE_SIGNING: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x15]);
/// `1.3.6.1.4.1.311.2.1.22`: statement type: commercial.
pub const COMMERCIAL_CODE_SIGNING: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x16]);

// Extended key usages.
/// `1.3.6.1.5.5.7.3.3`: code signing.
pub const CODE_SIGNING: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03]);
/// `1.3.6.1.5.5.7.3.8`: time stamping.
pub const TIME_STAMPING: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08]);
/// `1.3.6.1.5.5.7.3.1`: TLS server.
pub const SERVER_AUTH: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]);
/// `1.3.6.1.5.5.7.3.9`: OCSP responder.
pub const OCSP_SIGNING: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09]);
/// `2.5.29.37.0`: any usage.
pub const ANY_EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x25, 0x00]);
/// `1.3.6.1.4.1.311.21.10`: Application Policies (MS-WCCE 2.2.2.7.7.3), Microsoft's own form of extKeyUsage.
pub const APPLICATION_CERT_POLICIES: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x15, 0x0a]);
/// `1.3.6.1.4.1.311.10.12.1`: any application policy.
pub const ANY_APPLICATION_POLICY: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0c, 0x01]);
/// `1.3.6.1.4.1.311.10.3.13`: lifetime signing: a time stamp does not extend validity.
pub const LIFETIME_SIGNING: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x03, 0x0d]);
/// `1.3.6.1.4.1.311.10.3.9`: signer of the root program list.
pub const ROOT_LIST_SIGNER: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x03, 0x09]);
/// `1.3.6.1.4.1.311.10.3.30`: signer of the list of distrusted certificates.
pub const DISALLOWED_LIST_SIGNER: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x03, 0x1e]);
/// `1.3.6.1.4.1.311.12.1.1`: list usage of a security catalog.
pub const SECURITY_CATALOG_LIST: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0c, 0x01, 0x01]);

// Extensions of certificates that name or limit names and policies (RFC 5280 4.2.1).
/// `2.5.29.17`: subjectAltName.
pub const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x11]);
/// `2.5.29.18`: issuerAltName.
pub const ISSUER_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x12]);
/// `2.5.29.30`: nameConstraints.
pub const NAME_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x1e]);
/// `2.5.29.32`: certificatePolicies.
pub const CERTIFICATE_POLICIES: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x20]);
/// `2.5.29.32.0`: anyPolicy.
pub const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x20, 0x00]);
/// `2.5.29.33`: policyMappings.
pub const POLICY_MAPPINGS: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x21]);
/// `2.5.29.36`: policyConstraints.
pub const POLICY_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x24]);
/// `2.5.29.54`: inhibitAnyPolicy.
pub const INHIBIT_ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x36]);

// Attributes of names (X.520, RFC 4519).
/// `2.5.4.3`: commonName.
pub const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x03]);
/// `2.5.4.5`: serialNumber of a name.
pub const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x05]);
/// `2.5.4.6`: countryName.
pub const COUNTRY: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x06]);
/// `2.5.4.7`: localityName.
pub const LOCALITY: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x07]);
/// `2.5.4.8`: stateOrProvinceName.
pub const STATE: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x08]);
/// `2.5.4.9`: streetAddress.
pub const STREET_ADDRESS: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x09]);
/// `2.5.4.10`: organizationName.
pub const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x0a]);
/// `2.5.4.11`: organizationalUnitName.
pub const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x0b]);
/// `2.5.4.17`: postalCode.
pub const POSTAL_CODE: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x04, 0x11]);
/// `0.9.2342.19200300.100.1.25`: domainComponent.
pub const DOMAIN_COMPONENT: ObjectIdentifier =
    ObjectIdentifier::new(&[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19]);
/// `1.2.840.113549.1.9.1`: emailAddress.
pub const EMAIL_ADDRESS: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01]);

// Digest algorithms.
/// `1.2.840.113549.2.5`: MD5.
pub const MD5: ObjectIdentifier = ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05]);
/// `1.3.14.3.2.26`: SHA-1.
pub const SHA1: ObjectIdentifier = ObjectIdentifier::new(&[0x2b, 0x0e, 0x03, 0x02, 0x1a]);
/// `2.16.840.1.101.3.4.2.1`: SHA-256.
pub const SHA256: ObjectIdentifier =
    ObjectIdentifier::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]);
/// `2.16.840.1.101.3.4.2.2`: SHA-384.
pub const SHA384: ObjectIdentifier =
    ObjectIdentifier::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]);
/// `2.16.840.1.101.3.4.2.3`: SHA-512.
pub const SHA512: ObjectIdentifier =
    ObjectIdentifier::new(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]);

// Signature algorithms and key types.
/// `1.2.840.113549.1.1.1`: rsaEncryption.
pub const RSA_ENCRYPTION: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]);
/// `1.2.840.113549.1.1.4`: md5WithRSAEncryption.
pub const MD5_WITH_RSA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04]);
/// `1.2.840.113549.1.1.5`: sha1WithRSAEncryption.
pub const SHA1_WITH_RSA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05]);
/// `1.3.14.3.2.29`: sha1WithRSASignature, the OIW spelling.
pub const SHA1_WITH_RSA_OIW: ObjectIdentifier = ObjectIdentifier::new(&[0x2b, 0x0e, 0x03, 0x02, 0x1d]);
/// `1.2.840.113549.1.1.10`: id-RSASSA-PSS.
pub const RSASSA_PSS: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]);
/// `1.2.840.113549.1.1.8`: id-mgf1.
pub const MGF1: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08]);
/// `1.2.840.113549.1.1.11`: sha256WithRSAEncryption.
pub const SHA256_WITH_RSA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]);
/// `1.2.840.113549.1.1.12`: sha384WithRSAEncryption.
pub const SHA384_WITH_RSA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c]);
/// `1.2.840.113549.1.1.13`: sha512WithRSAEncryption.
pub const SHA512_WITH_RSA: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d]);
/// `1.2.840.10045.2.1`: id-ecPublicKey.
pub const EC_PUBLIC_KEY: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
/// `1.2.840.10045.4.1`: ecdsa-with-SHA1.
pub const ECDSA_WITH_SHA1: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01]);
/// `1.2.840.10045.4.3.2`: ecdsa-with-SHA256.
pub const ECDSA_WITH_SHA256: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);
/// `1.2.840.10045.4.3.3`: ecdsa-with-SHA384.
pub const ECDSA_WITH_SHA384: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]);
/// `1.2.840.10045.4.3.4`: ecdsa-with-SHA512.
pub const ECDSA_WITH_SHA512: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04]);
/// `1.2.840.10045.3.1.7`: curve P-256.
pub const P256: ObjectIdentifier = ObjectIdentifier::new(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
/// `1.3.132.0.34`: curve P-384.
pub const P384: ObjectIdentifier = ObjectIdentifier::new(&[0x2b, 0x81, 0x04, 0x00, 0x22]);
/// `1.3.132.0.35`: curve P-521.
pub const P521: ObjectIdentifier = ObjectIdentifier::new(&[0x2b, 0x81, 0x04, 0x00, 0x23]);

// Properties of a certificate in a certificate trust list (1.3.6.1.4.1.311.10.11.N).
/// `1.3.6.1.4.1.311.10.11.9`: 9: usages allowed; absent means all.
pub const PROPERTY_ENHKEY_USAGE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x09]);
/// `1.3.6.1.4.1.311.10.11.11`: 11: friendly name, UTF-16.
pub const PROPERTY_FRIENDLY_NAME: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x0b]);
/// `1.3.6.1.4.1.311.10.11.15`: 15: hash of the TBSCertificate.
pub const PROPERTY_SIGNATURE_HASH: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x0f]);
/// `1.3.6.1.4.1.311.10.11.20`: 20: key identifier.
pub const PROPERTY_KEY_IDENTIFIER: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x14]);
/// `1.3.6.1.4.1.311.10.11.29`: 29: MD5 of the subject name.
pub const PROPERTY_SUBJECT_NAME_MD5: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x1d]);
/// `1.3.6.1.4.1.311.10.11.83`: 83: certificate policies (extended validation).
pub const PROPERTY_ROOT_PROGRAM_POLICIES: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x53]);
/// `1.3.6.1.4.1.311.10.11.98`: 98: SHA-256 thumbprint.
pub const PROPERTY_SHA256: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x62]);
/// `1.3.6.1.4.1.311.10.11.104`: 104: disabled from.
pub const PROPERTY_DISALLOWED_FILETIME: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x68]);
/// `1.3.6.1.4.1.311.10.11.105`: 105: chain policies.
pub const PROPERTY_CHAIN_POLICIES: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x69]);
/// `1.3.6.1.4.1.311.10.11.122`: 122: disallowed usages.
pub const PROPERTY_DISALLOWED_ENHKEY_USAGE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x7a]);
/// `1.3.6.1.4.1.311.10.11.126`: 126: cut-off for certificates issued from then on.
pub const PROPERTY_NOT_BEFORE_FILETIME: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x7e]);
/// `1.3.6.1.4.1.311.10.11.127`: 127: usages that the cut-off concerns.
pub const PROPERTY_NOT_BEFORE_ENHKEY_USAGE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x0b, 0x7f]);

// Revocation (RFC 5280 4.2.1.13 and 5, RFC 6960).
/// `2.5.29.20`: cRLNumber.
pub const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x14]);
/// `2.5.29.21`: reasonCode of a revoked certificate.
pub const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x15]);
/// `2.5.29.24`: invalidityDate of a revoked certificate.
pub const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x18]);
/// `2.5.29.27`: deltaCRLIndicator.
pub const DELTA_CRL_INDICATOR: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x1b]);
/// `2.5.29.28`: issuingDistributionPoint.
pub const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x1c]);
/// `2.5.29.29`: certificateIssuer of a revoked certificate.
pub const CERTIFICATE_ISSUER: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x1d]);
/// `2.5.29.31`: cRLDistributionPoints.
pub const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x1f]);
/// `2.5.29.35`: authorityKeyIdentifier.
pub const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x23]);
/// `1.3.6.1.5.5.7.48.1`: id-ad-ocsp: an OCSP responder, in authorityInfoAccess.
pub const ACCESS_OCSP: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01]);
/// `1.3.6.1.5.5.7.48.2`: id-ad-caIssuers: the certificate of the issuer, in authorityInfoAccess.
pub const ACCESS_ISSUERS: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02]);
/// `2.5.29.46`: freshestCRL.
pub const FRESHEST_CRL: ObjectIdentifier = ObjectIdentifier::new(&[0x55, 0x1d, 0x2e]);
/// `1.3.6.1.5.5.7.48.1.1`: id-pkix-ocsp-basic.
pub const OCSP_BASIC: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01]);
/// `1.3.6.1.5.5.7.48.1.2`: id-pkix-ocsp-nonce.
pub const OCSP_NONCE: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02]);
/// `1.3.6.1.4.1.11129.2.4.5`: Certificate Transparency in OCSP answers (RFC 6962).
pub const OCSP_SIGNED_TIMESTAMPS: ObjectIdentifier =
    ObjectIdentifier::new(&[0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x05]);

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[(ObjectIdentifier, &str)] = &[
        (SIGNED_DATA, "1.2.840.113549.1.7.2"),
        (DATA, "1.2.840.113549.1.7.1"),
        (SPC_INDIRECT_DATA, "1.3.6.1.4.1.311.2.1.4"),
        (CERTIFICATE_TRUST_LIST, "1.3.6.1.4.1.311.10.1"),
        (TST_INFO, "1.2.840.113549.1.9.16.1.4"),
        (SPC_PE_IMAGE_DATA, "1.3.6.1.4.1.311.2.1.15"),
        (SPC_CAB_DATA, "1.3.6.1.4.1.311.2.1.25"),
        (SPC_SIPINFO, "1.3.6.1.4.1.311.2.1.30"),
        (SPC_PAGE_HASHES_V1, "1.3.6.1.4.1.311.2.3.1"),
        (SPC_PAGE_HASHES_V2, "1.3.6.1.4.1.311.2.3.2"),
        (CONTENT_TYPE, "1.2.840.113549.1.9.3"),
        (MESSAGE_DIGEST, "1.2.840.113549.1.9.4"),
        (SIGNING_TIME, "1.2.840.113549.1.9.5"),
        (COUNTER_SIGNATURE, "1.2.840.113549.1.9.6"),
        (SIGNING_CERTIFICATE, "1.2.840.113549.1.9.16.2.12"),
        (SIGNING_CERTIFICATE_V2, "1.2.840.113549.1.9.16.2.47"),
        (SPC_OPUS_INFO, "1.3.6.1.4.1.311.2.1.12"),
        (SPC_STATEMENT_TYPE, "1.3.6.1.4.1.311.2.1.11"),
        (SPC_NESTED_SIGNATURE, "1.3.6.1.4.1.311.2.4.1"),
        (SPC_RFC3161_TIME_STAMP, "1.3.6.1.4.1.311.3.3.1"),
        (TIME_STAMP_TOKEN, "1.2.840.113549.1.9.16.2.14"),
        (SPC_SEALING_SIGNATURE, "1.3.6.1.4.1.311.2.4.3"),
        (SPC_SEALING_TIME_STAMP, "1.3.6.1.4.1.311.2.4.4"),
        (INDIVIDUAL_CODE_SIGNING, "1.3.6.1.4.1.311.2.1.21"),
        (COMMERCIAL_CODE_SIGNING, "1.3.6.1.4.1.311.2.1.22"),
        (CODE_SIGNING, "1.3.6.1.5.5.7.3.3"),
        (TIME_STAMPING, "1.3.6.1.5.5.7.3.8"),
        (SERVER_AUTH, "1.3.6.1.5.5.7.3.1"),
        (OCSP_SIGNING, "1.3.6.1.5.5.7.3.9"),
        (ANY_EXTENDED_KEY_USAGE, "2.5.29.37.0"),
        (APPLICATION_CERT_POLICIES, "1.3.6.1.4.1.311.21.10"),
        (ANY_APPLICATION_POLICY, "1.3.6.1.4.1.311.10.12.1"),
        (LIFETIME_SIGNING, "1.3.6.1.4.1.311.10.3.13"),
        (ROOT_LIST_SIGNER, "1.3.6.1.4.1.311.10.3.9"),
        (DISALLOWED_LIST_SIGNER, "1.3.6.1.4.1.311.10.3.30"),
        (SECURITY_CATALOG_LIST, "1.3.6.1.4.1.311.12.1.1"),
        (MD5, "1.2.840.113549.2.5"),
        (SHA1, "1.3.14.3.2.26"),
        (SHA256, "2.16.840.1.101.3.4.2.1"),
        (SHA384, "2.16.840.1.101.3.4.2.2"),
        (SHA512, "2.16.840.1.101.3.4.2.3"),
        (RSA_ENCRYPTION, "1.2.840.113549.1.1.1"),
        (MD5_WITH_RSA, "1.2.840.113549.1.1.4"),
        (SHA1_WITH_RSA, "1.2.840.113549.1.1.5"),
        (SHA1_WITH_RSA_OIW, "1.3.14.3.2.29"),
        (RSASSA_PSS, "1.2.840.113549.1.1.10"),
        (MGF1, "1.2.840.113549.1.1.8"),
        (SHA256_WITH_RSA, "1.2.840.113549.1.1.11"),
        (SHA384_WITH_RSA, "1.2.840.113549.1.1.12"),
        (SHA512_WITH_RSA, "1.2.840.113549.1.1.13"),
        (EC_PUBLIC_KEY, "1.2.840.10045.2.1"),
        (ECDSA_WITH_SHA1, "1.2.840.10045.4.1"),
        (ECDSA_WITH_SHA256, "1.2.840.10045.4.3.2"),
        (ECDSA_WITH_SHA384, "1.2.840.10045.4.3.3"),
        (ECDSA_WITH_SHA512, "1.2.840.10045.4.3.4"),
        (P256, "1.2.840.10045.3.1.7"),
        (P384, "1.3.132.0.34"),
        (P521, "1.3.132.0.35"),
        (PROPERTY_ENHKEY_USAGE, "1.3.6.1.4.1.311.10.11.9"),
        (PROPERTY_FRIENDLY_NAME, "1.3.6.1.4.1.311.10.11.11"),
        (PROPERTY_SIGNATURE_HASH, "1.3.6.1.4.1.311.10.11.15"),
        (PROPERTY_KEY_IDENTIFIER, "1.3.6.1.4.1.311.10.11.20"),
        (PROPERTY_SUBJECT_NAME_MD5, "1.3.6.1.4.1.311.10.11.29"),
        (PROPERTY_ROOT_PROGRAM_POLICIES, "1.3.6.1.4.1.311.10.11.83"),
        (PROPERTY_SHA256, "1.3.6.1.4.1.311.10.11.98"),
        (PROPERTY_DISALLOWED_FILETIME, "1.3.6.1.4.1.311.10.11.104"),
        (PROPERTY_CHAIN_POLICIES, "1.3.6.1.4.1.311.10.11.105"),
        (PROPERTY_DISALLOWED_ENHKEY_USAGE, "1.3.6.1.4.1.311.10.11.122"),
        (PROPERTY_NOT_BEFORE_FILETIME, "1.3.6.1.4.1.311.10.11.126"),
        (PROPERTY_NOT_BEFORE_ENHKEY_USAGE, "1.3.6.1.4.1.311.10.11.127"),
        (SUBJECT_ALT_NAME, "2.5.29.17"),
        (ISSUER_ALT_NAME, "2.5.29.18"),
        (NAME_CONSTRAINTS, "2.5.29.30"),
        (CERTIFICATE_POLICIES, "2.5.29.32"),
        (ANY_POLICY, "2.5.29.32.0"),
        (POLICY_MAPPINGS, "2.5.29.33"),
        (POLICY_CONSTRAINTS, "2.5.29.36"),
        (INHIBIT_ANY_POLICY, "2.5.29.54"),
        (COMMON_NAME, "2.5.4.3"),
        (SERIAL_NUMBER, "2.5.4.5"),
        (COUNTRY, "2.5.4.6"),
        (LOCALITY, "2.5.4.7"),
        (STATE, "2.5.4.8"),
        (STREET_ADDRESS, "2.5.4.9"),
        (ORGANIZATION, "2.5.4.10"),
        (ORGANIZATIONAL_UNIT, "2.5.4.11"),
        (POSTAL_CODE, "2.5.4.17"),
        (DOMAIN_COMPONENT, "0.9.2342.19200300.100.1.25"),
        (ACCESS_OCSP, "1.3.6.1.5.5.7.48.1"),
        (ACCESS_ISSUERS, "1.3.6.1.5.5.7.48.2"),
        (EMAIL_ADDRESS, "1.2.840.113549.1.9.1"),
        (CRL_NUMBER, "2.5.29.20"),
        (REASON_CODE, "2.5.29.21"),
        (INVALIDITY_DATE, "2.5.29.24"),
        (DELTA_CRL_INDICATOR, "2.5.29.27"),
        (ISSUING_DISTRIBUTION_POINT, "2.5.29.28"),
        (CERTIFICATE_ISSUER, "2.5.29.29"),
        (CRL_DISTRIBUTION_POINTS, "2.5.29.31"),
        (AUTHORITY_KEY_IDENTIFIER, "2.5.29.35"),
        (FRESHEST_CRL, "2.5.29.46"),
        (OCSP_BASIC, "1.3.6.1.5.5.7.48.1.1"),
        (OCSP_NONCE, "1.3.6.1.5.5.7.48.1.2"),
        (OCSP_SIGNED_TIMESTAMPS, "1.3.6.1.4.1.11129.2.4.5"),
    ];

    /// The octets are those of the dotted forms in the documentation above.
    #[test]
    fn octets_match_the_dotted_forms() {
        for (oid, dotted) in ALL {
            assert_eq!(oid.to_string(), *dotted);
        }
    }
}
