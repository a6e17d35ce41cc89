//! One step of a request: ask one server, and read the body within its limit; and what its refusals and failures mean.

use std::error::Error;
use std::io;
use std::time::{Duration, SystemTime};

use reqwest::header;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};

use crate::address::{Refused, Unresolved};
use crate::budget::Budget;
use crate::error::Failure;
use crate::headers::{self, text};
use crate::request::{Kind, Request};
use crate::validators::Validators;

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
    /// Elsewhere, as this says.
    Redirect(Response),
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
        status if status.is_redirection() => Ok(Step::Redirect(response)),
        _ => Err(refusal(&response)),
    }
}

fn prepare(client: &Client, url: &Url, request: &Request, validators: Option<&Validators>) -> RequestBuilder {
    let method = if request.body().is_some() { Method::POST } else { Method::GET };
    let mut built = headers::as_it_is(client.request(method, url.clone()));
    if let Some(body) = request.body() {
        built = built.header(header::CONTENT_TYPE, "application/ocsp-request").body(body.to_vec());
    }
    match validators {
        Some(held) => headers::unless(built, held),
        None => built,
    }
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

    #[test]
    fn pauses_that_servers_ask_for() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(pause(" 120 ", date), Some(Duration::from_secs(120)));
        assert_eq!(pause("Sun, 06 Nov 1994 08:50:37 GMT", date), Some(Duration::from_secs(60)));
        assert_eq!(pause("Sun, 06 Nov 1994 08:48:37 GMT", date), Some(Duration::ZERO));
        assert_eq!(pause("soon", date), None);
    }
}
