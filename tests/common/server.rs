//! A small HTTP server on the loopback: what stands behind a path can be changed while it runs.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What a path answers with; the body of the request is given.
pub(crate) type Handler = Arc<dyn Fn(&[u8]) -> Reply + Send + Sync>;

/// An answer, or what stands in its place.
pub(crate) enum Reply {
    /// 200 with this body.
    Body(Vec<u8>),
    /// A complete answer, after this time.
    Late(Duration, Vec<u8>),
    /// The head promises the whole body, and the connection ends in the middle.
    Truncated(Vec<u8>),
    /// The same, and the server is gone from then on.
    LastWords(Vec<u8>),
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    paths: Mutex<BTreeMap<String, Handler>>,
    asked: Mutex<Vec<String>>,
    gone: AtomicBool,
}

impl Server {
    pub(crate) fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if own.gone.load(Ordering::SeqCst) {
                    return;
                }
                let own = Arc::clone(&own);
                thread::spawn(move || serve(stream, &own));
            }
        });
        Server { address, shared }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    pub(crate) fn at(&self, path: &str, handler: impl Fn(&[u8]) -> Reply + Send + Sync + 'static) {
        self.shared.paths.lock().unwrap().insert(format!("/{path}"), Arc::new(handler));
    }

    pub(crate) fn serves(&self, path: &str, body: Vec<u8>) {
        self.at(path, move |_| Reply::Body(body.clone()));
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }

    pub(crate) fn stop(&self) {
        self.shared.gone.store(true, Ordering::SeqCst);
        // Wakes the listener, which closes.
        let _ = TcpStream::connect(self.address);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One request a connection.
fn serve(mut stream: TcpStream, shared: &Shared) {
    let Some((path, body)) = read_request(&mut stream) else { return };
    shared.asked.lock().unwrap().push(path.clone());
    let handler = shared.paths.lock().unwrap().get(&path).cloned();
    let Some(handler) = handler else {
        let _ = stream.write_all(b"HTTP/1.1 404 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
    };
    match handler(&body) {
        Reply::Body(body) => send(&mut stream, &body, body.len()),
        Reply::Late(time, body) => {
            thread::sleep(time);
            send(&mut stream, &body, body.len());
        }
        Reply::Truncated(body) => send(&mut stream, &body, body.len() / 2),
        Reply::LastWords(body) => {
            shared.gone.store(true, Ordering::SeqCst);
            if let Ok(own) = stream.local_addr() {
                let _ = TcpStream::connect(own);
            }
            send(&mut stream, &body, body.len() / 2);
        }
    }
}

fn send(stream: &mut TcpStream, body: &[u8], length: usize) {
    // The one client that looks at the type is the signing tool, and what it asks for is stamps.
    let head = format!(
        "HTTP/1.1 200 x\r\nConnection: close\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(&[head.as_bytes(), &body[..length]].concat());
}

fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split_whitespace().nth(1)?.to_owned();
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    if lower.contains("expect: 100-continue") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((path, body))
}
