//! Name constraints along a path (RFC 5280 4.2.1.10 and 6.1.3 b, c).
//!
//! They count wherever they stand, a root included (RFC 5937), as Windows and OpenSSL have it. What cannot be
//! compared is refused: a name or a subtree of a kind that is not compared here, or one that is misshapen.

use crate::authenticode::certificate::Certificate;
use crate::authenticode::der::Tag;
use crate::authenticode::general_name::GeneralName;
use crate::authenticode::name_matching::ComparableName;
use crate::authenticode::{name, spc};
use crate::limits;

/// A certificate whose name an authority above it does not allow.
pub(super) struct NameProblem {
    /// The certificate's place, counted from the end of the chain.
    pub(super) position: usize,
    /// What is wrong, in words that follow the certificate's name.
    pub(super) what: String,
}

/// Compares the names of every certificate with the constraints above it; `path` from its end to its root.
/// Self-issued authorities are exempt (RFC 5280 6.1.3 b).
pub(super) fn check(path: &[&Certificate]) -> Vec<NameProblem> {
    let constraints: Vec<(usize, Constraints)> = path
        .iter()
        .enumerate()
        .filter_map(|(position, certificate)| Some((position, Constraints::of(certificate)?)))
        .collect();
    if constraints.is_empty() {
        return Vec::new();
    }
    let mut comparisons = 0;
    let named = path
        .iter()
        .enumerate()
        .filter(|(position, certificate)| *position == 0 || !certificate.is_self_issued());
    named
        .filter_map(|(position, certificate)| {
            let names = names_of(certificate);
            let above = constraints.iter().filter(|(place, _)| *place > position);
            let what = above.filter_map(|(_, limits)| limits.refuse(&names, &mut comparisons)).next()?;
            Some(NameProblem { position, what })
        })
        .collect()
}

struct Constraints {
    authority: String,
    permitted: Vec<Name>,
    excluded: Vec<Name>,
}

impl Constraints {
    fn of(certificate: &Certificate) -> Option<Constraints> {
        let limits = certificate.extensions().name_constraints.as_ref()?;
        Some(Constraints {
            authority: certificate.common_name(),
            permitted: limits.permitted.iter().map(Name::from).collect(),
            excluded: limits.excluded.iter().map(Name::from).collect(),
        })
    }

    /// Why one of the names is not allowed.
    fn refuse(&self, names: &[Name], comparisons: &mut usize) -> Option<String> {
        let authority = &self.authority;
        for name in names {
            *comparisons =
                comparisons.saturating_add(self.permitted.len()).saturating_add(self.excluded.len());
            if *comparisons > limits::NAME_COMPARISONS {
                return Some("has more names and constraints above it than are compared".to_owned());
            }
            let shown = name.describe();
            for subtree in self.excluded.iter().filter(|subtree| name.same_kind(subtree)) {
                match name.lies_in(subtree) {
                    Ok(false) if !name.may_stand_for(subtree) => {}
                    Ok(_) => return Some(format!("has {shown}, which \"{authority}\" excludes")),
                    Err(why) => return Some(format!("has {shown}: {why} below \"{authority}\"")),
                }
            }
            let mut subtrees = self.permitted.iter().filter(|subtree| name.same_kind(subtree)).peekable();
            if subtrees.peek().is_some() && !subtrees.any(|subtree| name.lies_in(subtree) == Ok(true)) {
                return Some(format!("has {shown}, which \"{authority}\" does not permit"));
            }
        }
        None
    }
}

/// subject, subjectAltName, and addresses in the subject: authorities of old put them there.
fn names_of(certificate: &Certificate) -> Vec<Name> {
    let mut names = Vec::new();
    if !certificate.subject_name().is_empty() {
        names.push(Name::Directory {
            shown: name::display(certificate.subject()),
            name: certificate.subject_name().clone(),
        });
    }
    names.extend(addresses(certificate.subject()).map(|address| Name::Email(lower_host(&address))));
    names.extend(certificate.extensions().subject_alternative_names.iter().map(Name::from));
    names
}

/// The values of emailAddress in a name.
fn addresses(subject: &[u8]) -> impl Iterator<Item = String> {
    let label = name::label(spc::EMAIL_ADDRESS.as_der());
    name::attributes(subject)
        .into_iter()
        .filter(move |attribute| attribute.label == label)
        .map(|attribute| attribute.value)
}

/// A name or a subtree, ready to be compared.
enum Name {
    Address(Vec<u8>),
    Directory { shown: String, name: ComparableName },
    Dns(String),
    Email(String),
    Other(Tag),
    Uri(String),
}

impl From<&GeneralName> for Name {
    fn from(name: &GeneralName) -> Name {
        match name {
            GeneralName::Address(octets) => Name::Address(octets.clone()),
            GeneralName::Directory(own) => {
                Name::Directory { shown: name::display(own.encoding()), name: own.comparable().clone() }
            }
            GeneralName::Dns(host) => Name::Dns(host.to_ascii_lowercase()),
            GeneralName::Email(address) => Name::Email(lower_host(address)),
            GeneralName::Other(encoding) => Name::Other(encoding.first().copied().unwrap_or_default()),
            GeneralName::Uri(address) => Name::Uri(address.to_ascii_lowercase()),
        }
    }
}

impl Name {
    fn same_kind(&self, other: &Name) -> bool {
        match (self, other) {
            (Name::Other(left), Name::Other(right)) => left == right,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    fn describe(&self) -> String {
        match self {
            Name::Address(octets) => format!("the address {}", crate::hex::Hex::from(octets.as_slice())),
            Name::Directory { shown, .. } => format!("the name \"{shown}\""),
            Name::Dns(host) => format!("the host name \"{host}\""),
            Name::Email(address) => format!("the e-mail address \"{address}\""),
            Name::Other(_) => "a name of a kind that is not compared".to_owned(),
            Name::Uri(address) => format!("the address \"{address}\""),
        }
    }

    fn lies_in(&self, subtree: &Name) -> Result<bool, &'static str> {
        match (self, subtree) {
            (Name::Address(address), Name::Address(network)) => address_in(address, network),
            (Name::Directory { name, .. }, Name::Directory { name: top, .. }) => Ok(name.lies_in(top)),
            (Name::Dns(host), Name::Dns(domain)) => host_in(host.strip_prefix("*.").unwrap_or(host), domain),
            (Name::Email(address), Name::Email(limit)) => email_in(address, limit),
            (Name::Uri(address), Name::Uri(limit)) => uri_in(address, limit),
            (Name::Other(_), Name::Other(_)) => Err("names of this kind are constrained but not compared"),
            _ => Ok(false),
        }
    }

    /// Whether a wildcard stands for hosts below `subtree`: `*.example.com` for `www.example.com`.
    fn may_stand_for(&self, subtree: &Name) -> bool {
        let (Name::Dns(host), Name::Dns(domain)) = (self, subtree) else { return false };
        host.strip_prefix("*.").is_some_and(|parent| below(domain, parent))
    }
}

fn below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|labels| labels.ends_with('.') && labels.len() > 1)
}

/// The preferred name syntax of RFC 1034 with underscores, which real host names have.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    host.split('.').all(label)
}

/// dNSName: the host itself, or labels added on its left; the empty constraint holds everything.
fn host_in(host: &str, domain: &str) -> Result<bool, &'static str> {
    if !is_host(host) {
        return Err("a misshapen host name cannot be compared with the constraints");
    }
    if !domain.is_empty() && !is_host(domain) {
        return Err("the constraint is misshapen");
    }
    Ok(domain.is_empty() || host == domain || below(host, domain))
}

/// rfc822Name and uniformResourceIdentifier: `host` is that host alone, `.domain` the hosts below it.
fn host_or_below(host: &str, limit: &str) -> Result<bool, &'static str> {
    let domain = limit.strip_prefix('.');
    if !is_host(host) {
        return Err("a name with a misshapen host cannot be compared with the constraints");
    }
    if !limit.is_empty() && !is_host(domain.unwrap_or(limit)) {
        return Err("the constraint is misshapen");
    }
    Ok(limit.is_empty() || domain.map_or(host == limit, |domain| below(host, domain)))
}

/// Only the local part tells upper from lower case (RFC 5280 7.5).
fn lower_host(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, host)) => format!("{local}@{}", host.to_ascii_lowercase()),
        None => address.to_ascii_lowercase(),
    }
}

fn email_in(address: &str, limit: &str) -> Result<bool, &'static str> {
    match address.rsplit_once('@') {
        Some((local, host)) if !local.is_empty() => match limit.contains('@') {
            true => Ok(address == limit),
            false => host_or_below(host, limit),
        },
        _ => Err("a misshapen e-mail address cannot be compared with the constraints"),
    }
}

/// The constraint is on the host; addresses without one, or with a numeric one, are refused
/// (RFC 5280 4.2.1.10).
fn uri_in(address: &str, limit: &str) -> Result<bool, &'static str> {
    const NO_HOST: &str = "an address without a host name cannot be compared with the constraints";
    let (_, rest) = address.split_once("://").ok_or(NO_HOST)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => host,
    };
    if host.parse::<std::net::Ipv4Addr>().is_ok() {
        return Err(NO_HOST);
    }
    host_or_below(host, limit)
}

/// iPAddress: address and mask (RFC 4632), the mask's ones before its zeros.
fn address_in(address: &[u8], network: &[u8]) -> Result<bool, &'static str> {
    let (base, mask) = match network.len() {
        8 => network.split_at(4),
        32 => network.split_at(16),
        _ => return Err("the constraint is misshapen"),
    };
    if !matches!(address.len(), 4 | 16) {
        return Err("a misshapen IP address cannot be compared with the constraints");
    }
    let zeros_from = mask.iter().position(|octet| *octet != 0xff).unwrap_or(mask.len());
    let (edge, rest) =
        mask.get(zeros_from..).and_then(<[u8]>::split_first).map_or((0, &[][..]), |(e, r)| (*e, r));
    if edge.leading_ones() != edge.count_ones() || rest.iter().any(|octet| *octet != 0) {
        return Err("the constraint's mask is misshapen");
    }
    let same = |((left, right), mask): ((&u8, &u8), &u8)| left & mask == right & mask;
    Ok(address.len() == base.len() && address.iter().zip(base).zip(mask).all(same))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        assert_eq!(host_in("www.example.com", "example.com"), Ok(true));
        assert_eq!(host_in("example.com", "example.com"), Ok(true));
        assert_eq!(host_in("badexample.com", "example.com"), Ok(false));
        assert_eq!(host_in("example.com", ""), Ok(true));
        assert!(host_in("example..com", "com").is_err());
        assert!(host_in("www.example.com", ".example.com").is_err());
        assert!(host_in("www.example.com", "*.example.com").is_err());
        let (wildcard, host) =
            (Name::Dns("*.example.com".to_owned()), Name::Dns("www.example.com".to_owned()));
        assert!(wildcard.may_stand_for(&host) && !host.may_stand_for(&wildcard));
    }

    #[test]
    fn mailboxes() {
        assert_eq!(email_in("me@example.com", "me@example.com"), Ok(true));
        assert_eq!(email_in("you@example.com", "me@example.com"), Ok(false));
        assert_eq!(email_in("me@example.com", "example.com"), Ok(true));
        assert_eq!(email_in("me@mail.example.com", "example.com"), Ok(false));
        assert_eq!(email_in("me@mail.example.com", ".example.com"), Ok(true));
        assert_eq!(email_in("me@example.com", ".example.com"), Ok(false));
        assert!(email_in("example.com", "example.com").is_err());
    }

    #[test]
    fn addresses_of_the_web() {
        assert_eq!(uri_in("http://me@www.example.com:80/a@b", ".example.com"), Ok(true));
        assert_eq!(uri_in("http://example.com?x", ".example.com"), Ok(false));
        assert_eq!(uri_in("ldap://example.com", "example.com"), Ok(true));
        for address in ["urn:example", "http://", "http://127.0.0.1/", "http://[::1]/", "http://%65x.com/"] {
            assert!(uri_in(address, "example.com").is_err(), "{address}");
        }
    }

    #[test]
    fn addresses_of_machines() {
        let network = [192, 168, 0, 0, 255, 255, 0, 0];
        assert_eq!(address_in(&[192, 168, 7, 1], &network), Ok(true));
        assert_eq!(address_in(&[192, 169, 7, 1], &network), Ok(false));
        assert_eq!(address_in(&[0; 16], &network), Ok(false));
        assert!(address_in(&[192, 168, 7], &network).is_err());
        assert!(address_in(&[192, 168, 7, 1], &[192, 168, 0, 0, 255, 0, 255, 0]).is_err());
        assert!(address_in(&[192, 168, 7, 1], &network[..7]).is_err());
    }
}
