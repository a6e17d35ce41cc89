//! The certificate chains of a report. Files of one publisher share theirs, so each distinct chain is drawn and
//! described once, below the files; a signature shows the same drawing by reference and adds its own time stamp.

use std::collections::HashMap;

use badsig::report::{CertificateReport, ChainReport, Report, SignatureReport};
use badsig::trust::chain::Role;
use badsig::{FileReport, UtcTime};
use maud::{Markup, html};

use super::drawing;
use super::scale::Scale;
use super::shown;

/// One certificate of a chain, as it is drawn.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Link<'r> {
    pub(super) name: &'r str,
    pub(super) role: &'static str,
    /// SHA-256 of the certificate, upper case.
    thumbprint: &'r str,
    revocation: Option<&'r str>,
    pub(super) from: UtcTime,
    pub(super) to: UtcTime,
    /// Whether it was valid at the time that counts: that of the stamp, or of judging.
    pub(super) inside: bool,
}

impl Link<'_> {
    pub(super) fn revoked(&self) -> bool {
        self.revocation == Some("revoked")
    }
}

/// What makes two drawings the same: the chain of the signer, and that of the authority of the time stamp.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key<'r> {
    signer: Vec<Link<'r>>,
    authority: Vec<Link<'r>>,
}

/// A chain that is drawn once.
pub(super) struct Drawn<'r> {
    pub(super) number: usize,
    /// From the signer to the root.
    pub(super) signer: Vec<Link<'r>>,
    /// The same for the time stamp; empty without one.
    pub(super) authority: Vec<Link<'r>>,
    /// Who signed and who stamped, each with the word for it.
    certificates: Vec<(&'static str, &'r CertificateReport)>,
    times: Vec<UtcTime>,
    signatures: usize,
}

impl Drawn<'_> {
    /// The time axis, on which every certificate and every stamp of this chain has its place.
    pub(super) fn scale(&self, at: UtcTime) -> Scale {
        let links = self.signer.iter().chain(&self.authority).flat_map(|link| [link.from, link.to]);
        Scale::around(at, links.chain(self.times.iter().copied()))
    }
}

/// The chains of a report.
pub(super) struct Chains<'r> {
    at: UtcTime,
    numbers: HashMap<Key<'r>, usize>,
    drawn: Vec<Drawn<'r>>,
}

impl<'r> Chains<'r> {
    pub(super) fn of(report: &'r Report) -> Chains<'r> {
        let mut chains = Chains { at: report.evidence.at, numbers: HashMap::new(), drawn: Vec::new() };
        for signature in report.files.iter().flat_map(FileReport::tree).flat_map(|file| &file.signatures) {
            chains.add(signature);
        }
        chains
    }

    /// The chain of a signature; none when not even its signer's certificate is there.
    pub(super) fn find(&self, signature: &'r SignatureReport) -> Option<&Drawn<'r>> {
        self.drawn.get(*self.numbers.get(&key(signature, self.at))?)
    }

    fn add(&mut self, signature: &'r SignatureReport) {
        let key = key(signature, self.at);
        if key.signer.is_empty() {
            return;
        }
        let stamp = signature.timestamp.as_ref();
        let next = self.drawn.len();
        let number = *self.numbers.entry(key.clone()).or_insert(next);
        if number == next {
            let signer = signature.signer.iter().map(|signer| ("Signer", signer));
            let authority =
                stamp.and_then(|stamp| stamp.signer.as_ref()).map(|signer| ("Stamped by", signer));
            self.drawn.push(Drawn {
                number,
                signer: key.signer,
                authority: key.authority,
                certificates: signer.chain(authority).collect(),
                times: Vec::new(),
                signatures: 0,
            });
        }
        if let Some(drawn) = self.drawn.get_mut(number) {
            drawn.times.extend(stamp.and_then(|stamp| stamp.time));
            drawn.signatures = drawn.signatures.saturating_add(1);
        }
    }

    /// The section in which each chain stands.
    pub(super) fn section(&self) -> Markup {
        html! {
            @if !self.drawn.is_empty() {
                section #chains aria-labelledby="chains-title" {
                    h2 #chains-title { "Certificate chains" }
                    @for drawn in &self.drawn { (one(drawn, self.at)) }
                }
            }
        }
    }
}

fn one(drawn: &Drawn<'_>, at: UtcTime) -> Markup {
    let name = drawn.signer.first().map(|link| link.name).unwrap_or_default();
    let plural = if drawn.signatures == 1 { "" } else { "s" };
    html! {
        details.chain-of {
            summary { (shown(name)) " " span.muted { (drawn.signatures) " signature" (plural) } }
            div.body #{ "k" (drawn.number) } {
                (drawing::definition(drawn, at))
                ol #{ "t" (drawn.number) } {
                    @for link in drawn.signer.iter().rev() { (described(link, "")) }
                    @for link in drawn.authority.iter().rev() { (described(link, " of the time stamp")) }
                }
                dl.facts {
                    @for (role, certificate) in &drawn.certificates { (facts(role, certificate)) }
                    @for link in drawn.signer.iter().chain(&drawn.authority) {
                        @if !link.thumbprint.is_empty() { dt { (shown(link.name)) } dd { "SHA-256 " code { (shown(link.thumbprint)) } } }
                    }
                }
            }
        }
    }
}

fn described(link: &Link<'_>, of: &str) -> Markup {
    html! {
        li {
            (shown(link.name)) ", " (link.role) (of) ", " (link.from.date()) " to " (link.to.date())
            @if !link.inside { ", not valid then" }
            @if let Some(status) = link.revocation { ", revocation: " (shown(status)) }
        }
    }
}

fn facts(role: &str, certificate: &CertificateReport) -> Markup {
    html! {
        dt { (role) } dd { (shown(&certificate.subject)) }
        dt { "Issued by" } dd { (shown(&certificate.issuer)) }
        dt { "Thumbprint" } dd { code { (shown(&certificate.thumbprint_sha1)) } " (SHA-1), " (shown(&certificate.key)) }
    }
}

fn key(signature: &SignatureReport, at: UtcTime) -> Key<'_> {
    let stamp = signature.timestamp.as_ref();
    let counts = stamp.and_then(|stamp| stamp.time).unwrap_or(at);
    Key {
        signer: links(&signature.chain, signature.signer.as_ref(), counts),
        authority: stamp.map(|stamp| links(&stamp.chain, stamp.signer.as_ref(), counts)).unwrap_or_default(),
    }
}

/// A chain that could not be built has at least its signer.
fn links<'r>(
    chain: &'r [ChainReport],
    signer: Option<&'r CertificateReport>,
    counts: UtcTime,
) -> Vec<Link<'r>> {
    let inside = |from: UtcTime, to: UtcTime| from <= counts && counts <= to;
    let alone = signer.filter(|_| chain.is_empty()).map(|signer| Link {
        name: &signer.common_name,
        role: "signer",
        thumbprint: &signer.thumbprint_sha256,
        revocation: None,
        from: signer.not_before,
        to: signer.not_after,
        inside: inside(signer.not_before, signer.not_after),
    });
    let built = chain.iter().map(|link| Link {
        name: &link.common_name,
        role: match link.role {
            Role::Signer => "signer",
            Role::Intermediate => "intermediate",
            Role::Root => "root",
        },
        thumbprint: &link.thumbprint_sha256,
        revocation: link.revocation.as_deref(),
        from: link.not_before,
        to: link.not_after,
        inside: inside(link.not_before, link.not_after),
    });
    built.chain(alone).collect()
}
