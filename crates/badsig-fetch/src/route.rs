//! Where a request leads: the caller's own address, then each checked step of its redirects.

use std::collections::BTreeSet;
use std::net::IpAddr;

use reqwest::{Response, Url, header};

use crate::address;
use crate::attempt;
use crate::error::Failure;
use crate::headers::text;
use crate::limits;
use crate::options::FetchOptions;
use crate::secrets::unreadable;

/// Which addresses may be called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddressPolicy<'a> {
    pub(crate) allow_private: bool,
    /// A user name and a password in the address are for its server.
    pub(crate) allow_credentials: bool,
    pub(crate) proxies: &'a BTreeSet<String>,
}

impl<'a> AddressPolicy<'a> {
    /// That of files, which may lie where a password is wanted.
    pub(crate) fn of_files(options: &FetchOptions, proxies: &'a BTreeSet<String>) -> AddressPolicy<'a> {
        AddressPolicy { allow_private: options.allow_private_addresses, allow_credentials: true, proxies }
    }
}

/// What is fetched, for messages.
pub(crate) const ONLY: &str = if cfg!(feature = "object-stores") {
    "only http, https, s3, az and gs are fetched"
} else {
    "only http and https are fetched; object stores are not built into this program (feature object-stores)"
};

/// An address that something is asked for at.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    policy: AddressPolicy<'a>,
    first: Url,
    now: Url,
    left: usize,
}

impl<'a> Route<'a> {
    /// Begins at the caller's own address.
    pub(crate) fn new(text: &str, policy: AddressPolicy<'a>) -> Result<Route<'a>, Failure> {
        let first = usable(text, &policy)?;
        Ok(Route { policy, now: first.clone(), first, left: limits::MAX_REDIRECTS })
    }

    /// The address to ask now.
    pub(crate) fn url(&self) -> &Url {
        &self.now
    }

    /// Goes where an answer leads. A password is for the server of the caller's own address, and for no other.
    pub(crate) fn redirect(&mut self, response: &Response) -> Result<(), Failure> {
        self.left = self.left.checked_sub(1).ok_or_else(|| Failure::Redirect {
            location: self.now.to_string(),
            reason: format!("there were more than {} redirects", limits::MAX_REDIRECTS),
        })?;
        let to = target(&self.now, response)?;
        let allow_credentials = self.policy.allow_credentials && to.origin() == self.first.origin();
        check_redirect(&to, &AddressPolicy { allow_credentials, ..self.policy })?;
        self.now = to;
        Ok(())
    }
}

/// A URL that may be called; literal addresses are checked here, names in the resolver.
fn usable(text: &str, policy: &AddressPolicy<'_>) -> Result<Url, Failure> {
    if text.len() > limits::MAX_URL {
        return Err(Failure::Url(format!("it is longer than {} bytes", limits::MAX_URL)));
    }
    let url = Url::parse(text).map_err(|e| Failure::Url(e.to_string()))?;
    allowed(&url, policy)?;
    Ok(url)
}

fn allowed(url: &Url, policy: &AddressPolicy<'_>) -> Result<(), Failure> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Failure::Url(ONLY.into()));
    }
    if !policy.allow_credentials && (!url.username().is_empty() || url.password().is_some()) {
        return Err(Failure::Url("it carries a user name or password".into()));
    }
    let host = url.host_str().unwrap_or_default();
    if policy.allow_private {
        return Ok(());
    }
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) if !address::is_public(address) => {
            Err(Failure::AddressRefused { host: host.to_owned(), address })
        }
        _ if policy.proxies.contains(&host.to_ascii_lowercase()) => {
            Err(Failure::Url("it names the proxy itself".into()))
        }
        _ => Ok(()),
    }
}

fn target(from: &Url, response: &Response) -> Result<Url, Failure> {
    let location = text(response.headers(), header::LOCATION).ok_or_else(|| attempt::refusal(response))?;
    let refused = |location: String, reason: &str| Failure::Redirect { location, reason: reason.into() };
    if location.len() > limits::MAX_URL {
        return Err(refused(unreadable(&location), "it is too long"));
    }
    let to = from.join(&location).map_err(|e| refused(unreadable(&location), &e.to_string()))?;
    match (from.scheme(), to.scheme()) {
        ("https", "http") => Err(refused(to.into(), "it leads from https to http")),
        (_, "http" | "https") => Ok(to),
        _ => Err(refused(to.into(), "only http and https are followed")),
    }
}

/// A redirect is checked like any other address, but named as one.
fn check_redirect(to: &Url, policy: &AddressPolicy<'_>) -> Result<(), Failure> {
    allowed(to, policy).map_err(|failure| match failure {
        refused @ Failure::AddressRefused { .. } => refused,
        other => Failure::Redirect { location: to.to_string(), reason: other.to_string() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(text: &str) -> Option<Failure> {
        let proxies = BTreeSet::from(["proxy.corp".to_owned()]);
        usable(text, &AddressPolicy { allow_private: false, allow_credentials: false, proxies: &proxies })
            .err()
    }

    #[test]
    fn public_names_and_addresses_are_usable() {
        for text in ["http://crl.example/a.crl", "https://8.8.8.8/", "http://[2606:4700::1111]:8080/x?y"] {
            assert_eq!(failure(text), None, "{text}");
        }
    }

    #[test]
    fn literal_private_addresses_are_refused_however_they_are_written() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "169.254.169.254",
        ] {
            let found = failure(&format!("http://{host}/"));
            assert!(matches!(found, Some(Failure::AddressRefused { .. })), "{host}: {found:?}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        let long = format!("http://a.example/{}", "a".repeat(9000));
        for text in [
            "ldap:///CN=x",
            "file:///etc/passwd",
            "ftp://a/",
            "",
            "http://",
            "http://u:p@a/",
            "http://proxy.corp/",
            &long,
        ] {
            assert!(matches!(failure(text), Some(Failure::Url(_))), "{text}");
        }
    }
}
