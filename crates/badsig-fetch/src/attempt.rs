//! One attempt at a request: follow redirects, one checked step at a time, and read the body within its limit.

use std::collections::BTreeSet;
use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use reqwest::header::{self, HeaderMap};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};

use crate::address::{self, Refused, Unresolved};
use crate::budget::Budget;
use crate::error::Failure;
use crate::limits;
use crate::request::{Kind, Request};
use crate::secrets::unreadable;
use crate::validators::Validators;

/// Which addresses may be called.
#[derive(Debug)]
pub(crate) struct AddressPolicy<'a> {
    pub(crate) allow_private: bool,
    /// A user name and a password in the address are for its server.
    pub(crate) allow_credentials: bool,
    pub(crate) proxies: &'a BTreeSet<String>,
}

/// What is fetched, for messages.
const ONLY: &str = if cfg!(feature = "object-stores") {
    "only http, https, s3, az and gs are fetched"
} else {
    "only http and https are fetched; object stores are not built into this program (feature object-stores)"
};

/// How much may be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room<'a> {
    /// For this body.
    pub(crate) limit: u64,
    /// For this body and others.
    pub(crate) budget: &'a Budget,
    /// What the budget was at first, for messages.
    pub(crate) total: u64,
}

/// How one step ended.
pub(crate) enum Step {
    /// With the body.
    Body { bytes: Vec<u8>, validators: Validators },
    /// What the cache holds is still current.
    NotModified,
    /// Elsewhere.
    Redirect(Url),
}

/// A URL that may be called; literal addresses are checked here, names in the resolver.
pub(crate) fn usable(text: &str, policy: &AddressPolicy<'_>) -> Result<Url, Failure> {
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

/// One request to one server. `validators` are those of the entry in the cache.
pub(crate) async fn step(
    client: &Client,
    url: &Url,
    request: &Request,
    validators: Option<&Validators>,
    room: Room<'_>,
) -> Result<Step, Failure> {
    let response = prepare(client, url, request, validators).send().await.map_err(classify)?;
    match response.status() {
        StatusCode::OK => read(response, request.kind(), room).await,
        StatusCode::NOT_MODIFIED if validators.is_some() => Ok(Step::NotModified),
        // 303 asks for GET, which has no meaning for an OCSP question.
        StatusCode::SEE_OTHER if request.body().is_some() => Err(refusal(&response)),
        status if status.is_redirection() => target(url, &response).map(Step::Redirect),
        _ => Err(refusal(&response)),
    }
}

fn prepare(client: &Client, url: &Url, request: &Request, validators: Option<&Validators>) -> RequestBuilder {
    let method = if request.body().is_some() { Method::POST } else { Method::GET };
    let mut built = client.request(method, url.clone()).header(header::ACCEPT_ENCODING, "identity");
    if let Some(body) = request.body() {
        built = built.header(header::CONTENT_TYPE, "application/ocsp-request").body(body.to_vec());
    }
    if let Some(etag) = validators.and_then(|v| v.etag.as_deref()) {
        built = built.header(header::IF_NONE_MATCH, etag);
    }
    if let Some(date) = validators.and_then(|v| v.last_modified.as_deref()) {
        built = built.header(header::IF_MODIFIED_SINCE, date);
    }
    built
}

pub(crate) fn target(from: &Url, response: &Response) -> Result<Url, Failure> {
    let location = text(response.headers(), header::LOCATION).ok_or_else(|| refusal(response))?;
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
pub(crate) fn check_redirect(to: &Url, policy: &AddressPolicy<'_>) -> Result<(), Failure> {
    allowed(to, policy).map_err(|failure| match failure {
        refused @ Failure::AddressRefused { .. } => refused,
        other => Failure::Redirect { location: to.to_string(), reason: other.to_string() },
    })
}

pub(crate) fn refusal(response: &Response) -> Failure {
    let retry_after = text(response.headers(), header::RETRY_AFTER)
        .and_then(|wait| pause(&wait, text(response.headers(), header::DATE).as_deref()));
    Failure::HttpStatus { status: response.status().as_u16(), retry_after }
}

/// `Retry-After` is a number of seconds or a date (RFC 9110 section 10.2.3). A date counts from the server's own clock.
fn pause(wait: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = wait.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(wait.trim()).ok()?;
    let from =
        date.map_or_else(|| Some(SystemTime::now()), |date| httpdate::parse_http_date(date.trim()).ok())?;
    Some(until.duration_since(from).unwrap_or_default())
}

async fn read(mut response: Response, kind: Kind, room: Room<'_>) -> Result<Step, Failure> {
    let limit = room.limit;
    let wrong = Failure::WrongContent { expected: kind.name() };
    if text(response.headers(), header::CONTENT_ENCODING).is_some_and(|e| !e.eq_ignore_ascii_case("identity"))
    {
        return Err(wrong);
    }
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(Failure::TooLarge { limit });
    }
    let mut bytes = Vec::new();
    let mut share = room.budget.share();
    while let Some(chunk) = response.chunk().await.map_err(classify)? {
        let length = bytes.len().saturating_add(chunk.len());
        if u64::try_from(length).map_or(true, |length| length > limit) {
            return Err(Failure::TooLarge { limit });
        }
        if !share.take(chunk.len()) {
            return Err(Failure::TooMuch(room.total));
        }
        bytes.extend_from_slice(&chunk);
    }
    if !kind.may_begin(&bytes) {
        return Err(wrong);
    }
    share.keep();
    let etag = text(response.headers(), header::ETAG);
    let last_modified = text(response.headers(), header::LAST_MODIFIED);
    Ok(Step::Body { bytes, validators: Validators { etag, last_modified } })
}

pub(crate) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// What a failure of the client was, from the errors below it.
pub(crate) fn classify(error: reqwest::Error) -> Failure {
    // It would stand there as it is, with all that is secret in it.
    let error = error.without_url();
    let mut below: Option<&(dyn Error + 'static)> = error.source();
    let mut last = error.to_string();
    while let Some(cause) = below {
        if let Some(known) = known(cause) {
            return known;
        }
        last = cause.to_string();
        below = beneath(cause);
    }
    if error.is_timeout() {
        Failure::Connect("the server did not answer in time".into())
    } else if error.is_connect() {
        Failure::Connect(last)
    } else {
        Failure::Interrupted(last)
    }
}

/// The next cause. An I/O error hides what it was made of from `source`.
fn beneath<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let made_of = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match made_of {
        Some(inner) => Some(inner),
        None => cause.source(),
    }
}

fn known(cause: &(dyn Error + 'static)) -> Option<Failure> {
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(Failure::Tls(error.to_string()));
    }
    if let Some(Refused { host, address }) = cause.downcast_ref() {
        return Some(Failure::AddressRefused { host: host.clone(), address: *address });
    }
    let Unresolved { host, reason } = cause.downcast_ref()?;
    Some(Failure::Dns { host: host.clone(), reason: reason.clone() })
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
    fn pauses_that_servers_ask_for() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(pause(" 120 ", date), Some(Duration::from_secs(120)));
        assert_eq!(pause("Sun, 06 Nov 1994 08:50:37 GMT", date), Some(Duration::from_secs(60)));
        assert_eq!(pause("Sun, 06 Nov 1994 08:48:37 GMT", date), Some(Duration::ZERO));
        assert_eq!(pause("soon", date), None);
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
