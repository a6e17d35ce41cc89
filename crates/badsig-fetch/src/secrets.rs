//! Addresses as they may be shown: without names, passwords and tokens that stand in them.
//!
//! Shared links carry their right of access in the query: signed links of object stores (`X-Amz-Signature`, `sig`,
//! `X-Goog-Signature`) and tokens of every kind. What is written into reports and logs is read by many.

use reqwest::Url;

/// Longest value of a query that is shown; keys and signatures are longer.
const LONGEST_VALUE: usize = 24;
/// Parts of names whose values are never shown.
const SECRET: [&str; 14] = [
    "auth", "code", "cred", "hmac", "jwt", "key", "pass", "policy", "pwd", "secret", "session", "sig",
    "ticket", "token",
];
/// What stands for a value that is not shown.
const HIDDEN: &str = "...";

/// The address without user name, password and fragment; in its query values that may be secret are `...`.
/// Of an address that cannot be read only what no part of a secret can be is left; what is no address is given back as it is.
pub fn without_secrets(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return if looks_like_an_address(address) { unreadable(address) } else { address.to_owned() };
    };
    if url.cannot_be_a_base() {
        return address.to_owned();
    }
    // Both only fail for addresses without a host, which have neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let query = url.query().map(|query| query.split('&').map(shown).collect::<Vec<_>>().join("&"));
    url.set_query(query.as_deref());
    url.to_string()
}

/// A proxy, which may be written without a scheme, as it may be shown.
pub(crate) fn proxy_without_secrets(proxy: &str) -> String {
    if proxy.contains("://") { without_secrets(proxy) } else { unreadable(proxy) }
}

/// An address or a part of one that cannot be read: a password may have any sign in it, so only what stands behind the last
/// `@` is shown, and nothing of a query.
pub(crate) fn unreadable(address: &str) -> String {
    let (scheme, rest) =
        match address.find("://").and_then(|at| address.split_at_checked(at.saturating_add(3))) {
            Some((scheme, rest))
                if scheme.chars().all(|own| own.is_ascii_alphanumeric() || "+-.:/".contains(own)) =>
            {
                (scheme, rest)
            }
            _ => ("", address),
        };
    let public = rest.rsplit('@').next().unwrap_or_default();
    let public = public.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}{public}")
}

/// `https:user:password@host` is one too, for those who read generously.
fn looks_like_an_address(text: &str) -> bool {
    let http = |scheme: &str| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    text.contains("://") || text.split_once(':').is_some_and(|(scheme, _)| http(scheme))
}

/// One `name=value` of a query.
fn shown(pair: &str) -> String {
    let Some((name, value)) = pair.split_once('=') else {
        // A query without names may be a token by itself.
        return if is_plain(pair) { pair.to_owned() } else { HIDDEN.to_owned() };
    };
    let lower = name.to_ascii_lowercase();
    let secret = SECRET.iter().any(|word| lower.contains(word));
    let value = if secret || !is_plain(value) { HIDDEN } else { value };
    format!("{name}={value}")
}

fn is_plain(value: &str) -> bool {
    value.len() <= LONGEST_VALUE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        for (address, shown) in [
            ("https://user:secret@x.example:8443/a/b.msi", "https://x.example:8443/a/b.msi"),
            ("https://x.example/b.msi?v=1.2&lang=en#top", "https://x.example/b.msi?v=1.2&lang=en"),
            (
                "https://x.example/b?X-Amz-Signature=ab12&X-Amz-Expires=60",
                "https://x.example/b?X-Amz-Signature=...&X-Amz-Expires=60",
            ),
            ("https://x.example/b?sv=2024-01-01&sig=abc%3D", "https://x.example/b?sv=2024-01-01&sig=..."),
            ("https://x.example/b?0123456789abcdef0123456789", "https://x.example/b?..."),
            ("https://x.example/b?d=0123456789abcdef0123456789", "https://x.example/b?d=..."),
            ("s3://key:secret@bucket/a.msi", "s3://bucket/a.msi"),
            ("https://user:p#ss@x.example/a.msi", "https://x.example/a.msi"),
            ("https://user:pa/ss@x.example/a.msi?sig=abc", "https://x.example/a.msi"),
            ("https://user:p?ss@x.example/a.msi", "https://x.example/a.msi"),
            ("https://user:p@ss@[x.example/a.msi", "https://[x.example/a.msi"),
            ("https:user:p#ss@x.example/a.msi", "x.example/a.msi"),
            ("https://x.example:99999/a.msi?token=abc#top", "https://x.example:99999/a.msi"),
            ("not an address", "not an address"),
            ("me@work/setup?.msi", "me@work/setup?.msi"),
        ] {
            assert_eq!(without_secrets(address), shown, "{address}");
        }
    }

    #[test]
    fn passwords_of_proxies_are_not_shown() {
        for (proxy, shown) in [
            ("http://user:secret@proxy.example:3128", "http://proxy.example:3128/"),
            ("user:secret@proxy.example:3128", "proxy.example:3128"),
            ("http://user:s#cret@proxy.example:3128", "http://proxy.example:3128"),
            ("proxy.example:3128", "proxy.example:3128"),
        ] {
            assert_eq!(proxy_without_secrets(proxy), shown, "{proxy}");
        }
    }
}
