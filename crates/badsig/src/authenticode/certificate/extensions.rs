//! The extensions of a certificate, read once. Those that name or limit names and policies are read from
//! their raw values ([`super::constraints`]).

use std::collections::BTreeSet;

use x509_parser::prelude::{
    GeneralName as GeneralNameOfParser, ParsedExtension, X509Certificate, X509Extension,
};

use super::constraints::{self, NameConstraints, PolicyConstraints, PolicyMapping};
use crate::authenticode::der::{DerError, Reader};
use crate::authenticode::general_name::GeneralName;
use crate::authenticode::oid::ObjectIdentifier;
use crate::authenticode::spc;

/// The extensions that decide something (RFC 5280 4.2.1).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Extensions {
    /// basicConstraints.
    pub basic_constraints: Option<BasicConstraints>,
    /// keyUsage.
    pub key_usage: Option<KeyUsage>,
    /// extendedKeyUsage; `None` when absent, which allows everything.
    pub extended_key_usage: Option<Vec<ObjectIdentifier>>,
    /// Application Policies of Microsoft (1.3.6.1.4.1.311.21.10; MS-WCCE 2.2.2.7.7.3), which are usages encoded as certificatePolicies
    /// are; `None` when absent. See [`Extensions::usages`].
    pub application_policies: Option<Vec<ObjectIdentifier>>,
    /// subjectKeyIdentifier.
    pub subject_key_identifier: Option<Vec<u8>>,
    /// keyIdentifier of authorityKeyIdentifier.
    pub authority_key_identifier: Option<Vec<u8>>,
    /// Critical extensions that are not understood here.
    pub unknown_critical: Vec<ObjectIdentifier>,
    /// Extensions that could not be read, or that stand there twice (RFC 5280 4.2).
    pub unreadable: Vec<ObjectIdentifier>,
    /// certificatePolicies; `None` when absent.
    pub certificate_policies: Option<Vec<ObjectIdentifier>>,
    /// policyMappings.
    pub policy_mappings: Vec<PolicyMapping>,
    /// policyConstraints.
    pub policy_constraints: PolicyConstraints,
    /// inhibitAnyPolicy: after how many further certificates anyPolicy matches nothing.
    pub inhibit_any_policy: Option<u64>,
    /// nameConstraints.
    pub name_constraints: Option<NameConstraints>,
    /// subjectAltName.
    pub subject_alternative_names: Vec<GeneralName>,
    /// issuerAltName.
    pub issuer_alternative_names: Vec<GeneralName>,
    /// HTTP addresses of OCSP responders.
    pub ocsp_responders: Vec<String>,
    /// HTTP addresses of the issuer's certificate.
    pub issuer_certificates: Vec<String>,
}

/// basicConstraints (RFC 5280 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a certification authority.
    pub authority: bool,
    /// How many intermediate certificates may follow.
    pub path_length: Option<u32>,
}

/// The bits of keyUsage that matter here (RFC 5280 4.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage {
    /// digitalSignature.
    pub digital_signature: bool,
    /// nonRepudiation (contentCommitment).
    pub non_repudiation: bool,
    /// keyEncipherment.
    pub key_encipherment: bool,
    /// keyAgreement.
    pub key_agreement: bool,
    /// keyCertSign.
    pub certificate_signing: bool,
    /// cRLSign.
    pub revocation_list_signing: bool,
}

impl Extensions {
    /// The usages that count: Application Policies where the certificate has them, else extKeyUsage; `None` when there is neither, which
    /// allows everything. Microsoft, "Application Policy" (TechNet cc776986): where a certificate has both, extKeyUsage is ignored.
    pub fn usages(&self) -> Option<&[ObjectIdentifier]> {
        self.application_policies.as_deref().or(self.extended_key_usage.as_deref())
    }
}

/// Reads the extensions of a certificate.
pub(super) fn read(parsed: &X509Certificate<'_>) -> Extensions {
    let mut found = Extensions::default();
    let mut seen = BTreeSet::new();
    for extension in parsed.extensions() {
        let oid = ObjectIdentifier::from_der(extension.oid.as_bytes());
        if !seen.insert(extension.oid.as_bytes()) {
            found.unreadable.push(oid);
            continue;
        }
        match limits(&oid, extension.value, &mut found) {
            Some(Ok(())) => {}
            Some(Err(_)) => found.unreadable.push(oid),
            None => others(extension, oid, &mut found),
        }
    }
    found
}

/// The extensions that the parser reads, and those that nobody here understands.
fn others(extension: &X509Extension<'_>, oid: ObjectIdentifier, found: &mut Extensions) {
    match extension.parsed_extension() {
        ParsedExtension::BasicConstraints(constraints) => {
            found.basic_constraints = Some(BasicConstraints {
                authority: constraints.ca,
                path_length: constraints.path_len_constraint,
            });
        }
        ParsedExtension::KeyUsage(usage) => found.key_usage = Some(key_usage(usage)),
        ParsedExtension::ExtendedKeyUsage(_) => {
            found.extended_key_usage = Some(usages(extension.value));
        }
        ParsedExtension::SubjectKeyIdentifier(identifier) => {
            found.subject_key_identifier = Some(identifier.0.to_vec());
        }
        ParsedExtension::AuthorityKeyIdentifier(identifier) => {
            found.authority_key_identifier = identifier.key_identifier.as_ref().map(|id| id.0.to_vec());
        }
        // Read where lists are looked for (`trust::revocation`).
        ParsedExtension::CRLDistributionPoints(_) => {}
        ParsedExtension::AuthorityInfoAccess(access) => access_addresses(access, found),
        ParsedExtension::ParseError { .. } => found.unreadable.push(oid),
        _ if extension.critical => found.unknown_critical.push(oid),
        _ => {}
    }
}

/// Reads an extension that names or limits names and policies; `None` when it is another.
fn limits(oid: &ObjectIdentifier, value: &[u8], found: &mut Extensions) -> Option<Result<(), DerError>> {
    let outcome = match oid {
        _ if *oid == spc::CERTIFICATE_POLICIES => constraints::certificate_policies(value)
            .map(|policies| found.certificate_policies = Some(policies)),
        _ if *oid == spc::APPLICATION_CERT_POLICIES => constraints::certificate_policies(value)
            .map(|policies| found.application_policies = Some(policies)),
        _ if *oid == spc::POLICY_MAPPINGS => {
            constraints::policy_mappings(value).map(|mappings| found.policy_mappings = mappings)
        }
        _ if *oid == spc::POLICY_CONSTRAINTS => {
            PolicyConstraints::read(value).map(|limits| found.policy_constraints = limits)
        }
        _ if *oid == spc::INHIBIT_ANY_POLICY => {
            constraints::inhibit_any_policy(value).map(|skip| found.inhibit_any_policy = Some(skip))
        }
        _ if *oid == spc::NAME_CONSTRAINTS => {
            NameConstraints::read(value).map(|limits| found.name_constraints = Some(limits))
        }
        _ if *oid == spc::SUBJECT_ALT_NAME => {
            GeneralName::read_all(value).map(|names| found.subject_alternative_names = names)
        }
        _ if *oid == spc::ISSUER_ALT_NAME => {
            GeneralName::read_all(value).map(|names| found.issuer_alternative_names = names)
        }
        _ => return None,
    };
    Some(outcome)
}

fn key_usage(usage: &x509_parser::extensions::KeyUsage) -> KeyUsage {
    KeyUsage {
        digital_signature: usage.digital_signature(),
        non_repudiation: usage.non_repudiation(),
        key_encipherment: usage.key_encipherment(),
        key_agreement: usage.key_agreement(),
        certificate_signing: usage.key_cert_sign(),
        revocation_list_signing: usage.crl_sign(),
    }
}

/// `ExtKeyUsageSyntax ::= SEQUENCE OF OBJECT IDENTIFIER`, read from the raw value: the parser sorts known
/// usages into flags.
fn usages(value: &[u8]) -> Vec<ObjectIdentifier> {
    let mut found = Vec::new();
    if let Ok(mut usages) = Reader::new(value).sequence("ExtKeyUsageSyntax") {
        while let Ok(oid) = usages.oid("KeyPurposeId") {
            found.push(ObjectIdentifier::from_der(oid));
        }
    }
    found
}

fn access_addresses(access: &x509_parser::extensions::AuthorityInfoAccess<'_>, found: &mut Extensions) {
    for description in access.iter() {
        let Some(address) = web_address(&description.access_location) else { continue };
        let method = description.access_method.as_bytes();
        if method == spc::ACCESS_OCSP.as_der() {
            found.ocsp_responders.push(address);
        } else if method == spc::ACCESS_ISSUERS.as_der() {
            found.issuer_certificates.push(address);
        }
    }
}

fn web_address(name: &GeneralNameOfParser<'_>) -> Option<String> {
    match name {
        GeneralNameOfParser::URI(address)
            if address.starts_with("http://") || address.starts_with("https://") =>
        {
            Some((*address).to_owned())
        }
        _ => None,
    }
}
