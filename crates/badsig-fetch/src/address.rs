//! Which addresses are public: certificates are written by strangers, and must not make badsig call into a private network.
//!
//! The check is made where names become addresses, so that a name cannot mean one thing when it is checked and another
//! when it is called (DNS rebinding). Literal addresses never reach the resolver; they are checked in each URL.
//! When a proxy is used the proxy resolves names, and its own policy decides; its own name is exempt here.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Whether an address is one of the public Internet (IANA special-purpose registries, RFC 6890).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, ..) => true, // this network, private, loopback
        (100, 64..=127, _) => true, // shared by carriers (RFC 6598)
        (169, 254, _) => true,      // link-local, and the metadata service of clouds
        (172, 16..=31, _) => true,  // private
        (192, 0, 0 | 2) => true,    // protocol assignments, documentation
        (192, 88, 99) => true,      // 6to4 relays, withdrawn
        (192, 168, _) => true,      // private
        (198, 18 | 19, _) => true,  // benchmarks
        (198, 51, 100) => true,     // documentation
        (203, 0, 113) => true,      // documentation
        (224..=255, ..) => true,    // multicast, reserved, broadcast
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = embedded_v4(address) {
        return is_public_v4(inner);
    }
    match address.segments() {
        [0x2001, 0x0db8, ..] => false,           // documentation
        [0x2001, 0..=0x01ff, ..] => false,       // protocol assignments, Teredo, benchmarks
        [0x3fff, 0..=0x0fff, ..] => false,       // documentation
        [first, ..] => first & 0xe000 == 0x2000, // global unicast is 2000::/3; all else is local or reserved
    }
}

/// The IPv4 address that an IPv6 address leads to: mapped, NAT64 (RFC 6052), 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [high, low] = match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => [high, low],
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => [high, low],
        [0x2002, high, low, ..] => [high, low],
        _ => return None,
    };
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Some(Ipv4Addr::new(a, b, c, d))
}

/// All addresses of a name are private.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) host: String,
    pub(crate) address: IpAddr,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is at {}, which is not a public address", self.host, self.address)
    }
}

impl Error for Refused {}

/// The system's resolver failed.
#[derive(Debug)]
pub(crate) struct Unresolved {
    pub(crate) host: String,
    pub(crate) reason: String,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was not resolved: {}", self.host, self.reason)
    }
}

impl Error for Unresolved {}

/// The system's resolver, giving public addresses only.
#[derive(Clone, Debug)]
pub(crate) struct PublicResolver {
    pub(crate) allow_private: bool,
    /// Names of proxies, which stand in private networks.
    pub(crate) exempt: Arc<BTreeSet<String>>,
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let allow_private = self.allow_private || self.exempt.contains(&host.to_ascii_lowercase());
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await;
            let found = found.map_err(|e| Unresolved { host: host.clone(), reason: e.to_string() })?;
            let addresses = allowed(&host, found, allow_private)?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

/// The addresses that may be called; an error when there were some and none may.
fn allowed(
    host: &str,
    found: impl Iterator<Item = SocketAddr>,
    allow_private: bool,
) -> Result<Vec<SocketAddr>, Refused> {
    let (good, bad): (Vec<_>, Vec<_>) = found.partition(|a| allow_private || is_public(a.ip()));
    match bad.first() {
        Some(first) if good.is_empty() => Err(Refused { host: host.to_owned(), address: first.ip() }),
        _ => Ok(good),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn public_addresses() {
        for text in
            ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2606:4700::1111", "64:ff9b::808:808"]
        {
            assert!(public(text), "{text}");
        }
    }

    #[test]
    fn special_addresses() {
        let texts = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
            "fec0::1",
        ];
        for text in texts {
            assert!(!public(text), "{text}");
        }
    }

    #[test]
    fn a_name_with_both_kinds_gives_the_public_one() {
        let both: Vec<SocketAddr> = vec!["10.0.0.1:0".parse().unwrap(), "8.8.8.8:0".parse().unwrap()];
        assert_eq!(allowed("h", both.clone().into_iter(), false).unwrap(), [both[1]]);
        assert_eq!(allowed("h", both.clone().into_iter(), true).unwrap(), both);
        let refused = allowed("h", both.into_iter().take(1), false).unwrap_err();
        assert_eq!(refused.address, "10.0.0.1".parse::<IpAddr>().unwrap());
    }
}
