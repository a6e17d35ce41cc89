//! What the caller decides about the network.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::limits;
use crate::request::{Request, SizeLimits};
use crate::secrets::proxy_without_secrets;

/// Through which proxy.
#[derive(Clone, Default, Eq, PartialEq)]
pub enum Proxy {
    /// None, whatever the environment says.
    Direct,
    /// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in capitals or not.
    #[default]
    Environment,
    /// This one for everything.
    Url(String),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("Direct"),
            Self::Environment => f.write_str("Environment"),
            Self::Url(proxy) => f.debug_tuple("Url").field(&proxy_without_secrets(proxy)).finish(),
        }
    }
}

/// Whether bytes of the cache are current, so that the server is not asked at all.
///
/// Gets the request, the bytes and when they were fetched. The caller knows what they mean (nextUpdate).
pub type IsFresh = dyn Fn(&Request, &[u8], SystemTime) -> bool + Send + Sync;

/// What the caller decides. The defaults are right for public authorities.
#[derive(Clone)]
pub struct FetchOptions {
    /// Private, loopback, link-local and multicast addresses may be called.
    pub allow_private_addresses: bool,
    /// Directory of the cache; none when absent.
    pub cache: Option<PathBuf>,
    /// Connections to one host at once.
    pub connections_per_host: usize,
    /// For one fetch with all its repetitions, and for one gathering.
    pub deadline: Duration,
    /// PEM file of authorities that are trusted for TLS besides those of the system.
    pub extra_authorities: Option<PathBuf>,
    /// First pause before a repetition; it doubles each time.
    pub first_pause: Duration,
    /// Decides about cached bytes; nothing is fresh by default, so the server is asked whether it has newer ones.
    pub is_fresh: Arc<IsFresh>,
    /// The time of this run; it is only written into cache entries. Nothing here reads a clock to decide.
    pub now: SystemTime,
    /// Through which proxy.
    pub proxy: Proxy,
    /// Repetitions after a temporary failure.
    pub retries: usize,
    /// Size limits.
    pub sizes: SizeLimits,
    /// Bytes held for one gathering, all together.
    pub total_size: u64,
    /// For one attempt, from connecting to the last byte.
    pub timeout: Duration,
}

impl FetchOptions {
    /// The defaults, at a time.
    pub fn new(now: SystemTime) -> Self {
        Self {
            allow_private_addresses: false,
            cache: None,
            connections_per_host: limits::PER_HOST,
            deadline: limits::DEADLINE,
            extra_authorities: None,
            first_pause: limits::FIRST_PAUSE,
            is_fresh: Arc::new(|_, _, _| false),
            now,
            proxy: Proxy::default(),
            retries: limits::RETRIES,
            sizes: SizeLimits::default(),
            total_size: limits::MAX_GATHERED,
            timeout: limits::TIMEOUT,
        }
    }
}

impl fmt::Debug for FetchOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchOptions")
            .field("allow_private_addresses", &self.allow_private_addresses)
            .field("cache", &self.cache)
            .field("deadline", &self.deadline)
            .field("proxy", &self.proxy)
            .field("retries", &self.retries)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_proxies_are_not_shown() {
        let mut options = FetchOptions::new(SystemTime::UNIX_EPOCH);
        options.proxy = Proxy::Url("http://user:secret@proxy.example:3128".into());
        let shown = format!("{options:?}");
        assert!(shown.contains("proxy.example") && !shown.contains("secret"), "{shown}");
    }
}
