//! A small HTTP server on the loopback, with answers written out byte for byte.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "only for tests")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use badsig_fetch::{BlockingFetcher, FetchOptions, Kind, Proxy, Request};

/// What a request was: its head, and its body.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Answers on a connection; the number counts requests from 0.
pub(crate) type Script = dyn Fn(usize, &Asked, &mut dyn Write) + Send + Sync;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) fn new(script: impl Fn(usize, &Asked, &mut dyn Write) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (script, kept): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, kept) = (Arc::clone(&script), Arc::clone(&kept));
                thread::spawn(move || serve(stream, &*script, &kept));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// One request per connection.
fn serve(mut stream: TcpStream, script: &Script, kept: &Mutex<Vec<Asked>>) {
    let Some(asked) = read_request(&mut stream) else { return };
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(asked.clone());
        kept.len() - 1
    };
    script(number, &asked, &mut stream);
}

pub(crate) fn read_request(stream: &mut dyn Read) -> Option<Asked> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { head, body })
}

/// A complete answer. `headers` are lines that end with CR LF.
pub(crate) fn answer(to: &mut dyn Write, status: u16, headers: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status} x\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    let _ = to.write_all(&[head.as_bytes(), body].concat());
}

/// A strong entity tag, as a header line.
pub(crate) const TAG: &str = "ETag: \"one\"\r\n";

/// The first byte that a request asks for, and the last one.
pub(crate) fn range(asked: &Asked) -> Option<(usize, Option<usize>)> {
    let line = asked.head.lines().find_map(|line| line.strip_prefix("range: bytes="))?;
    let (first, last) = line.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()))
}

/// The first byte that a request asks for.
pub(crate) fn range_start(asked: &Asked) -> Option<usize> {
    Some(range(asked)?.0)
}

/// The head of an answer as a server with ranges gives it (RFC 9110 section 14), and the bytes behind it: those of the
/// range, or all when another version than that of `tag` is asked for.
fn ranged<'b>(asked: &Asked, bytes: &'b [u8], tag: &str) -> (String, &'b [u8]) {
    let own = tag.trim_start_matches("ETag: ").trim().to_lowercase();
    let if_range = asked.head.lines().find_map(|line| line.strip_prefix("if-range: "));
    let wanted =
        range(asked).filter(|(start, _)| *start < bytes.len() && if_range.is_none_or(|tag| tag == own));
    let (status, range, body) = match wanted {
        Some((start, end)) => {
            let end = end.unwrap_or(usize::MAX).min(bytes.len() - 1);
            let range = format!("Content-Range: bytes {start}-{end}/{}\r\n", bytes.len());
            (206, range, bytes.get(start..=end).unwrap_or_default())
        }
        None => (200, String::new(), bytes),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} x\r\nConnection: close\r\n{tag}{range}Content-Length: {length}\r\n\r\n");
    (head, body)
}

/// Answers as a server with ranges does.
pub(crate) fn serve_ranges(to: &mut dyn Write, asked: &Asked, bytes: &[u8], tag: &str) {
    let (head, body) = ranged(asked, bytes, tag);
    let _ = to.write_all(&[head.as_bytes(), body].concat());
}

/// The same in pieces of this size, with a pause behind each; `sent` hears of them.
pub(crate) fn serve_slowly(
    to: &mut dyn Write,
    asked: &Asked,
    bytes: &[u8],
    (piece, pause): (usize, Duration),
    mut sent: impl FnMut(usize),
) {
    let (head, body) = ranged(asked, bytes, TAG);
    let _ = to.write_all(head.as_bytes());
    for piece in body.chunks(piece) {
        if to.write_all(piece).is_err() {
            return;
        }
        sent(piece.len());
        thread::sleep(pause);
    }
}

/// Something that begins like DER.
pub(crate) fn der(length: usize) -> Vec<u8> {
    let mut bytes = vec![0x30];
    bytes.resize(length, 7);
    bytes
}

/// Options for servers of the loopback, impatient.
pub(crate) fn options() -> FetchOptions {
    let mut options = FetchOptions::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    options.allow_private_addresses = true;
    options.proxy = Proxy::Direct;
    options.first_pause = Duration::from_millis(5);
    options.timeout = Duration::from_secs(5);
    options.deadline = Duration::from_secs(10);
    options
}

pub(crate) fn fetcher(options: FetchOptions) -> BlockingFetcher {
    BlockingFetcher::new(options).unwrap()
}

pub(crate) fn crl(url: String) -> Request {
    Request::Get { url, kind: Kind::Crl }
}

pub(crate) fn pki(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recipes/pki").join(name)
}
