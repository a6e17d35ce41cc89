//! What can go wrong on the network: where, what happened, what to do.

use std::net::IpAddr;
use std::time::Duration;

use crate::secrets::without_secrets;

/// A fetch that gave nothing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}: {failure}; {}", shown(url), failure.advice())]
pub struct FetchError {
    /// The address that was asked for.
    pub url: String,
    /// What happened.
    pub failure: Failure,
}

/// What happened.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The address leads into a private network.
    #[error("{host} is at {address}, which is not a public address")]
    AddressRefused {
        /// The name or literal address in the URL.
        host: String,
        /// The address that it has.
        address: IpAddr,
    },
    /// Another process downloads the same file to the same place.
    #[error("another process is downloading it: {0} is locked")]
    Busy(String),
    /// No connection.
    #[error("no connection: {0}")]
    Connect(String),
    /// The time given by the caller was spent.
    #[error("no complete answer within {} ms", .0.as_millis())]
    Deadline(Duration),
    /// What has arrived cannot be written or read.
    #[error("{path}: {reason}")]
    Disk {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The name has no address.
    #[error("the name {host} was not resolved: {reason}")]
    Dns {
        /// The name.
        host: String,
        /// Why.
        reason: String,
    },
    /// The server answered with something else than 200.
    #[error("the server answered with status {status}")]
    HttpStatus {
        /// The status code.
        status: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The connection ended before the body did.
    #[error("the connection ended in mid-answer: {0}")]
    Interrupted(String),
    /// More bytes came than were declared.
    #[error("more than the {0} bytes that are expected have arrived")]
    LargerThan(u64),
    /// The object store has no such object.
    #[error("the store has no such object")]
    NoObject,
    /// The object store does not let it be read.
    #[error("the store does not let it be read: {0}")]
    NotAllowed(String),
    /// The object store says something else.
    #[error("the store says: {0}")]
    ObjectStore(String),
    /// A redirect that is not followed.
    #[error("redirect to {} refused: {reason}", shown(location))]
    Redirect {
        /// Where it leads.
        location: String,
        /// Why it is not followed.
        reason: String,
    },
    /// The file on the server became another one while ranges of it were read.
    #[error("the file was replaced meanwhile")]
    Replaced,
    /// The certificate of the server is not trusted, or the handshake failed.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The body is larger than the limit of its kind.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// It was not complete after this long, with all repetitions.
    #[error("it has not arrived completely in {} s", .0.as_secs())]
    TooLong(Duration),
    /// Hardly anything came for this long.
    #[error("hardly anything has arrived for {} ms", .0.as_millis())]
    TooSlow(Duration),
    /// What was wanted for one judgement is larger than is reasonable, all together.
    #[error("all that was wanted together is larger than {0} bytes")]
    TooMuch(u64),
    /// More was wanted for one judgement than is reasonable.
    #[error("more than {0} addresses were wanted")]
    TooMany(usize),
    /// The address cannot be used.
    #[error("this address is not used: {0}")]
    Url(String),
    /// The file has another digest than is expected.
    #[error("its {algorithm} is {actual}, expected {expected}")]
    WrongDigest {
        /// Which.
        algorithm: &'static str,
        /// In hexadecimal digits.
        expected: String,
        /// In hexadecimal digits.
        actual: String,
    },
    /// The file has another size than is expected.
    #[error("it has {actual} bytes, expected {expected}")]
    WrongSize {
        /// In bytes.
        expected: u64,
        /// In bytes.
        actual: u64,
    },
    /// The body is something else.
    #[error("the answer is not a {expected}")]
    WrongContent {
        /// What was expected.
        expected: &'static str,
    },
}

impl Failure {
    /// What to do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::AddressRefused { .. } => {
                "allow private addresses (--allow-private-addresses) if it is a server of your own"
            }
            Self::Busy(_) => "wait until it has ended",
            Self::Disk { .. } => "make room, or choose another directory; what has arrived is kept",
            Self::LargerThan(_) | Self::WrongDigest { .. } | Self::WrongSize { .. } => {
                "the file is not the one that is described: ask its publisher, and do not use it"
            }
            Self::TooSlow(_) => "try again later: what has arrived is kept",
            Self::TooLong(_) => "run it again: what has arrived is kept",
            Self::Connect(_) | Self::Dns { .. } => {
                "check the network and the proxy (HTTP_PROXY, HTTPS_PROXY), or give the file offline"
            }
            Self::Deadline(_) => "try again later, or allow more time",
            Self::HttpStatus { status: 429, .. } => "the server wants fewer requests: try again later",
            Self::HttpStatus { status: 500.., .. } | Self::Interrupted(_) | Self::Replaced => {
                "try again later"
            }
            Self::HttpStatus { .. } => "get the file from its publisher and give it offline",
            Self::Redirect { .. } | Self::Url(_) => "get the file another way and give it offline",
            Self::Tls(_) => {
                "give the certificate of the authority of your server or proxy (--ca), if there is one"
            }
            Self::NoObject => "check the name of the bucket and of the object",
            Self::NotAllowed(_) => {
                "check the credentials in the environment; for a public bucket set AWS_SKIP_SIGNATURE, \
                 AZURE_SKIP_SIGNATURE or GOOGLE_SKIP_SIGNATURE to true"
            }
            Self::ObjectStore(_) => "check region, endpoint and credentials in the environment",
            Self::TooLarge { .. } => "raise the size limit if the file is expected to be that large",
            Self::TooMany(_) | Self::TooMuch(_) => "look at the file by hand: it is unusual",
            Self::WrongContent { .. } => "check that no proxy or log-in page answers in its place",
        }
    }

    /// Whether the same request may succeed in a moment.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Connect(_)
            | Self::Dns { .. }
            | Self::Interrupted(_)
            | Self::Deadline(_)
            | Self::TooSlow(_) => true,
            Self::HttpStatus { status, .. } => matches!(status, 408 | 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::HttpStatus { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    pub(crate) fn at(self, url: &str) -> FetchError {
        FetchError { url: url.to_owned(), failure: self }
    }
}

/// An address from a stranger's file, fit for a terminal: ASCII without control codes and secrets, cut when very long.
pub(crate) fn shown(url: &str) -> String {
    const LONGEST: usize = 300;
    let url = &without_secrets(url);
    let mut text: String = url.chars().take(LONGEST).flat_map(char::escape_default).collect();
    if url.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_address_event_and_advice() {
        let error = Failure::TooLarge { limit: 5 }.at("http://a.example/\u{1b}[31m");
        let text = error.to_string();
        assert!(
            text.starts_with("http://a.example/%1B[31m: the answer is larger than 5 bytes; raise"),
            "{text}"
        );
    }

    #[test]
    fn long_addresses_are_cut() {
        assert_eq!(shown(&"a".repeat(5000)).chars().count(), 301);
    }
}
