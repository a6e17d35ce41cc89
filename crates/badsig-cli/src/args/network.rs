//! What may be fetched, from where it is kept, typed.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use badsig_fetch::{FetchOptions, Proxy};
use clap::Args;
use clap::builder::{TypedValueParser, ValueParser};

use super::flag;

/// Caches and the network.
#[derive(Args, Clone)]
pub(crate) struct NetworkArguments {
    /// Where fetched lists, answers and issuers are kept [default: the user's cache directory]
    #[arg(long, env = "BADSIG_CACHE_DIR", hide_env = true, value_name = "DIR", help_heading = "Network")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// Lists, answers and issuers fetched elsewhere (badsig trust update --kit); repeat for several
    #[arg(long, env = "BADSIG_KIT", hide_env = true, value_name = "DIR", help_heading = "Network")]
    pub(crate) kit: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
}

/// How servers are reached: the same options wherever anything is fetched.
#[derive(Args, Clone)]
pub(crate) struct ConnectionArguments {
    /// Servers with private, loopback and link-local addresses may be asked
    #[arg(
        long, env = "BADSIG_ALLOW_PRIVATE_ADDRESSES", hide_env = true, value_parser = flag(),
        alias = "download-from-private", help_heading = "Network"
    )]
    pub(crate) allow_private_addresses: bool,

    /// How long one attempt may take, in seconds; of a download, until the answer begins
    #[arg(
        long, env = "BADSIG_FETCH_TIMEOUT", hide_env = true, value_name = "SECONDS", default_value = "60",
        value_parser = seconds(), help_heading = "Network"
    )]
    pub(crate) fetch_timeout: Duration,

    /// The proxy for everything, or 'none' [default: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY]
    #[arg(long, env = "BADSIG_PROXY", hide_env = true, value_name = "URL|none", help_heading = "Network")]
    pub(crate) proxy: Option<String>,

    /// Authorities (PEM) that are trusted for TLS besides those of the system, as of an inspecting proxy
    #[arg(
        long,
        env = "BADSIG_CA",
        hide_env = true,
        value_name = "FILE",
        alias = "tls-authorities",
        help_heading = "Network"
    )]
    pub(crate) ca: Option<PathBuf>,
}

impl ConnectionArguments {
    /// In the words of the network.
    pub(crate) fn options(&self) -> FetchOptions {
        let mut options = FetchOptions::new(SystemTime::now());
        options.allow_private_addresses = self.allow_private_addresses;
        options.extra_authorities.clone_from(&self.ca);
        options.timeout = self.fetch_timeout;
        options.proxy = match self.proxy.as_deref() {
            None => Proxy::Environment,
            Some("none") => Proxy::Direct,
            Some(url) => Proxy::Url(url.to_owned()),
        };
        options
    }
}

/// Whole or decimal seconds, at most a day.
pub(super) fn seconds() -> ValueParser {
    clap::builder::StringValueParser::new().try_map(|text| parse_seconds(&text)).into()
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    let sensible = number > 0.0 && number <= 86_400.0;
    match Duration::try_from_secs_f64(number) {
        Ok(duration) if sensible => Ok(duration),
        _ => Err("expected more than 0 and at most 86400 seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_sensible() {
        assert_eq!(parse_seconds("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["", "x", "0", "-1", "NaN", "inf", "86401"] {
            assert!(parse_seconds(bad).is_err(), "{bad}");
        }
    }
}
