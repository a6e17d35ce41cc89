//! Names for what stands in certificates as numbers.

use badsig::authenticode::certificate::KeyUsage;
use badsig::authenticode::oid::ObjectIdentifier;

/// Extended key usages that certificates of signers, time stamp authorities and roots have.
const USAGES: [(&str, &str); 23] = [
    ("1.3.6.1.5.5.7.3.1", "TLS server"),
    ("1.3.6.1.5.5.7.3.2", "TLS client"),
    ("1.3.6.1.5.5.7.3.3", "code signing"),
    ("1.3.6.1.5.5.7.3.4", "e-mail"),
    ("1.3.6.1.5.5.7.3.5", "IPsec end system"),
    ("1.3.6.1.5.5.7.3.6", "IPsec tunnel"),
    ("1.3.6.1.5.5.7.3.7", "IPsec user"),
    ("1.3.6.1.5.5.7.3.8", "time stamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSP signing"),
    ("1.3.6.1.5.5.8.2.2", "IPsec IKE"),
    ("1.3.6.1.4.1.311.2.1.21", "individual code signing"),
    ("1.3.6.1.4.1.311.2.1.22", "commercial code signing"),
    ("1.3.6.1.4.1.311.10.3.1", "signing trust lists"),
    ("1.3.6.1.4.1.311.10.3.4", "encrypting file system"),
    ("1.3.6.1.4.1.311.10.3.5", "Windows hardware drivers (WHQL)"),
    ("1.3.6.1.4.1.311.10.3.6", "Windows system components"),
    ("1.3.6.1.4.1.311.10.3.9", "signing the root program"),
    ("1.3.6.1.4.1.311.10.3.12", "signing documents"),
    ("1.3.6.1.4.1.311.10.3.13", "lifetime signing"),
    ("1.3.6.1.4.1.311.10.3.30", "signing the list of distrusted certificates"),
    ("1.3.6.1.4.1.311.10.12.1", "any application policy"),
    ("1.3.6.1.4.1.311.20.2.2", "smart card logon"),
    ("2.5.29.37.0", "any usage"),
];

/// The name of a usage.
pub(crate) fn of_usage(usage: &ObjectIdentifier) -> Option<&'static str> {
    let dotted = usage.to_string();
    USAGES.iter().find(|(oid, _)| *oid == dotted).map(|(_, name)| *name)
}

/// The bits of keyUsage that are set, as RFC 5280 names them.
pub(super) fn of_key_usage(usage: KeyUsage) -> Vec<&'static str> {
    let bits = [
        (usage.digital_signature, "digitalSignature"),
        (usage.non_repudiation, "nonRepudiation"),
        (usage.key_encipherment, "keyEncipherment"),
        (usage.key_agreement, "keyAgreement"),
        (usage.certificate_signing, "keyCertSign"),
        (usage.revocation_list_signing, "cRLSign"),
    ];
    bits.into_iter().filter(|(set, _)| *set).map(|(_, name)| name).collect()
}
