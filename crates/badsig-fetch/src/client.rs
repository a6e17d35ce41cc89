//! The HTTP client: TLS, proxy, resolver. Redirects are followed by [`crate::attempt`], one checked step at a time.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use reqwest::{Certificate, Client, ClientBuilder, Url, redirect};

use crate::address::PublicResolver;
use crate::limits;
use crate::options::{FetchOptions, Proxy};
use crate::secrets::proxy_without_secrets;

const USER_AGENT: &str = concat!("badsig/", env!("CARGO_PKG_VERSION"));
const PROXY_VARIABLES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// The options cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// The file of extra authorities.
    #[error("the file of extra authorities {path} cannot be used: {reason}")]
    ExtraAuthorities {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The address of the proxy.
    #[error("the proxy {proxy} cannot be used: {reason}")]
    Proxy {
        /// As given, without its password.
        proxy: String,
        /// Why.
        reason: String,
    },
    /// The system.
    #[error("no HTTP client on this system: {0}")]
    System(String),
}

/// The client, and the names of proxies.
pub(crate) fn build(options: &FetchOptions) -> Result<(Client, Arc<BTreeSet<String>>), OptionsError> {
    // Fails when there is one already, which is then used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let extra = match &options.extra_authorities {
        Some(path) => read_authorities(path)?,
        None => Vec::new(),
    };
    let proxies = Arc::new(proxy_names(&options.proxy));
    let system = builder(options, &proxies)?.tls_certs_merge(extra.clone()).build();
    // Containers without any authority: plain HTTP, which lists are served with, works; so do the extra ones.
    let client = match system {
        Ok(client) => client,
        Err(_) => builder(options, &proxies)?
            .tls_certs_only(extra)
            .build()
            .map_err(|e| OptionsError::System(e.to_string()))?,
    };
    Ok((client, proxies))
}

fn builder(options: &FetchOptions, proxies: &Arc<BTreeSet<String>>) -> Result<ClientBuilder, OptionsError> {
    let allow_private = options.allow_private_addresses;
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(limits::CONNECT_TIMEOUT.min(options.timeout))
        .dns_resolver(PublicResolver { allow_private, exempt: Arc::clone(proxies) });
    Ok(match &options.proxy {
        Proxy::Direct => builder.no_proxy(),
        Proxy::Environment => builder,
        Proxy::Url(proxy) => {
            builder.proxy(reqwest::Proxy::all(proxy).map_err(|error| refused(proxy, error))?)
        }
    })
}

fn refused(proxy: &str, error: reqwest::Error) -> OptionsError {
    let error = error.without_url();
    let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    OptionsError::Proxy { proxy: proxy_without_secrets(proxy), reason }
}

fn read_authorities(path: &Path) -> Result<Vec<Certificate>, OptionsError> {
    let bad = |reason: String| OptionsError::ExtraAuthorities { path: path.display().to_string(), reason };
    let pem = fs::read(path).map_err(|e| bad(e.to_string()))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|e| bad(e.to_string()))?;
    if found.is_empty() {
        return Err(bad("there is no PEM certificate in it".into()));
    }
    Ok(found)
}

/// Names of the proxies that may be used. They are exempt from the address check, because proxies stand in private networks.
fn proxy_names(proxy: &Proxy) -> BTreeSet<String> {
    let given = match proxy {
        Proxy::Direct => Vec::new(),
        Proxy::Url(url) => vec![url.clone()],
        Proxy::Environment => PROXY_VARIABLES
            .iter()
            .flat_map(|name| [(*name).to_owned(), name.to_ascii_lowercase()])
            .filter_map(|name| std::env::var(name).ok())
            .collect(),
    };
    given.iter().filter_map(|text| host_of(text)).collect()
}

/// A proxy may be written without a scheme.
fn host_of(proxy: &str) -> Option<String> {
    let with_scheme = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    Url::parse(&with_scheme).ok()?.host_str().map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_proxies() {
        assert_eq!(host_of("proxy.corp:3128").as_deref(), Some("proxy.corp"));
        assert_eq!(host_of("http://user:secret@Proxy.corp:3128/").as_deref(), Some("proxy.corp"));
        assert_eq!(proxy_names(&Proxy::Direct).len(), 0);
        assert_eq!(proxy_names(&Proxy::Url("http://p:1".into())).len(), 1);
    }
}
