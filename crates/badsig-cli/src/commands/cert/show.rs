//! `badsig cert show`: everything that can be read from certificates.

use std::io::Write as _;

use badsig::authenticode::certificate::Certificate;
use badsig::authenticode::oid::ObjectIdentifier;
use badsig::codes::exit_codes;
use badsig::report::CertificateReport;
use badsig::trust::Anchors;
use badsig::trust::revocation::DistributionPoint;
use badsig::trust::root_program::RootConstraints;
use serde::Serialize;

use super::names;
use crate::args::{Format, ShowArguments, When};
use crate::certificates;
use crate::failure::Failure;
use crate::output::json;
use crate::output::stdout::Stdout;
use crate::output::tree::Node;

/// The answer.
#[derive(Serialize)]
struct Shown {
    certificates: Vec<Details>,
}

/// Everything about one certificate.
#[derive(Serialize)]
struct Details {
    /// The file it stands in.
    path: String,
    #[serde(flatten)]
    certificate: CertificateReport,
    version: u32,
    self_issued: bool,
    /// Null when absent.
    basic_constraints: Option<BasicConstraints>,
    /// Null when absent.
    key_usage: Option<Vec<&'static str>>,
    /// Null when absent, which allows everything.
    extended_key_usage: Option<Vec<Usage>>,
    /// Null when absent; otherwise they count in place of the extended key usage.
    application_policies: Option<Vec<Usage>>,
    policies: Vec<ObjectIdentifier>,
    revocation_lists: Vec<String>,
    ocsp_responders: Vec<String>,
    issuer_certificates: Vec<String>,
    /// Critical extensions that are not understood.
    unknown_critical: Vec<ObjectIdentifier>,
    unreadable_extensions: Vec<ObjectIdentifier>,
    /// Null when it is no root of the embedded root program.
    root_program: Option<RootConstraints>,
}

#[derive(Serialize)]
struct BasicConstraints {
    authority: bool,
    path_length: Option<u32>,
}

#[derive(Serialize)]
struct Usage {
    oid: ObjectIdentifier,
    /// Null when it is not well known.
    name: Option<&'static str>,
}

/// Shows the certificates and gives the exit code.
pub(super) fn run(arguments: &ShowArguments, colour: When) -> Result<u8, Failure> {
    let anchors = Anchors::embedded();
    let mut certificates = Vec::new();
    for path in &arguments.files {
        let shown = path.display().to_string();
        let found = certificates::from_file(path)?;
        certificates.extend(found.iter().map(|found| Details::new(&shown, found, &anchors)));
    }
    match arguments.shown.format {
        Format::Text => {
            let (mut stdout, page) = Stdout::page(colour);
            for details in &certificates {
                details.tree().write(&mut stdout, page)?;
            }
            stdout.flush()?;
        }
        Format::Json => {
            let mut stdout = Stdout::plain();
            json::write(&mut stdout, &Shown { certificates })?;
            stdout.flush()?;
        }
    }
    Ok(exit_codes::PUBLISHABLE)
}

impl Details {
    fn new(path: &str, certificate: &Certificate, anchors: &Anchors) -> Details {
        let extensions = certificate.extensions();
        let usages = |own: &Option<Vec<ObjectIdentifier>>| {
            own.as_ref().map(|usages| usages.iter().map(Usage::new).collect())
        };
        Details {
            path: path.to_owned(),
            certificate: CertificateReport::from(certificate),
            version: certificate.version().saturating_add(1),
            self_issued: certificate.is_self_issued(),
            basic_constraints: extensions.basic_constraints.map(|limits| BasicConstraints {
                authority: limits.authority,
                path_length: limits.path_length,
            }),
            key_usage: extensions.key_usage.map(names::of_key_usage),
            extended_key_usage: usages(&extensions.extended_key_usage),
            application_policies: usages(&extensions.application_policies),
            policies: extensions.certificate_policies.clone().unwrap_or_default(),
            revocation_lists: revocation_lists(certificate),
            ocsp_responders: extensions.ocsp_responders.clone(),
            issuer_certificates: extensions.issuer_certificates.clone(),
            unknown_critical: extensions.unknown_critical.clone(),
            unreadable_extensions: extensions.unreadable.clone(),
            root_program: anchors.constraints(certificate).cloned(),
        }
    }

    fn tree(&self) -> Node {
        let own = &self.certificate;
        let algorithm =
            own.signature_algorithm.map_or("an algorithm that is not supported", |known| known.name());
        Node::new(own.common_name.clone(), self.path.clone())
            .with([
                Node::new("subject", own.subject.clone()),
                Node::new("issuer", own.issuer.clone()),
                Node::new("serial", own.serial.to_string()),
                Node::new("valid", format!("{} to {}", own.not_before, own.not_after)),
                Node::new("thumbprint", own.thumbprint_sha1.clone()),
                Node::new("sha256", own.thumbprint_sha256.clone()),
                Node::new("key", own.key.clone()),
                Node::new("signed with", algorithm),
                Node::new("usages", self.usages()),
            ])
            .with(self.ignored_usages())
            .with(self.basic_constraints.as_ref().map(|limits| Node::new("authority", limits.describe())))
            .with(self.key_usage.as_ref().map(|usage| Node::new("key usage", usage.join(", "))))
            .with(list("policies", &self.policies))
            .with(list("revocation lists", &self.revocation_lists))
            .with(list("OCSP", &self.ocsp_responders))
            .with(list("issuer at", &self.issuer_certificates))
            .with(list("unknown, critical", &self.unknown_critical))
            .with(list("not readable", &self.unreadable_extensions))
            .with([self.root()])
    }

    fn usages(&self) -> String {
        match (&self.application_policies, &self.extended_key_usage) {
            (Some(policies), _) => format!("{} (Application Policies)", joined(policies)),
            (None, Some(usages)) => joined(usages),
            (None, None) => "not limited".to_owned(),
        }
    }

    /// Extended key usages beside Application Policies.
    fn ignored_usages(&self) -> Option<Node> {
        self.application_policies.as_ref()?;
        let usages = self.extended_key_usage.as_ref()?;
        Some(Node::new("extKeyUsage", format!("{} (ignored beside Application Policies)", joined(usages))))
    }

    fn root(&self) -> Node {
        match &self.root_program {
            None => Node::new("root program", "not a root of it"),
            Some(limits) => {
                let limits = limits_in_words(limits);
                let text =
                    if limits.is_empty() { "a root without limits".to_owned() } else { limits.join("; ") };
                Node::new("root program", text)
            }
        }
    }
}

impl BasicConstraints {
    fn describe(&self) -> String {
        match (self.authority, self.path_length) {
            (false, _) => "no".to_owned(),
            (true, None) => "yes".to_owned(),
            (true, Some(length)) => format!("yes, with at most {length} further authorities below it"),
        }
    }
}

impl Usage {
    fn new(oid: &ObjectIdentifier) -> Usage {
        Usage { oid: oid.clone(), name: names::of_usage(oid) }
    }

    fn describe(&self) -> String {
        self.name.map_or_else(|| self.oid.to_string(), str::to_owned)
    }
}

fn joined(usages: &[Usage]) -> String {
    usages.iter().map(Usage::describe).collect::<Vec<_>>().join(", ")
}

fn list(label: &str, values: &[impl ToString]) -> Option<Node> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| Node::new(label, texts.join(", ")))
}

/// The limits of a root, as sentences without an end.
fn limits_in_words(limits: &RootConstraints) -> Vec<String> {
    let named = |usages: &[ObjectIdentifier]| {
        usages.iter().map(|usage| Usage::new(usage).describe()).collect::<Vec<_>>().join(", ")
    };
    let mut words = Vec::new();
    if let Some(allowed) = &limits.allowed_usages {
        words.push(format!("a root for {}", named(allowed)));
    }
    match (limits.disabled_from, limits.disabled_usages.as_slice()) {
        (Some(from), []) => {
            words.push(format!("disabled from {} on, except for earlier stamps", from.date()))
        }
        (Some(from), usages) => words.push(format!("disabled from {} on for {}", from.date(), named(usages))),
        (None, []) => {}
        (None, usages) => words.push(format!("not for {}", named(usages))),
    }
    if let Some(cutoff) = limits.not_before_cutoff {
        let concerned = match limits.not_before_usages.as_slice() {
            [] => String::new(),
            usages => format!(" for {}", named(usages)),
        };
        words.push(format!("not for certificates issued from {} on{concerned}", cutoff.date()));
    }
    if !limits.unknown_properties.is_empty() {
        words.push(format!("with limits that are not known here ({})", named(&limits.unknown_properties)));
    }
    words
}

/// Where revocation asks for lists. Points that cannot be read name none; the extension is told as unreadable then.
fn revocation_lists(certificate: &Certificate) -> Vec<String> {
    let points = DistributionPoint::of_certificate(certificate).unwrap_or_default();
    points.iter().flat_map(DistributionPoint::addresses).map(str::to_owned).collect()
}
