//! HTTP servers on the loopback whose answers are written out byte for byte, so that they can be wrong in any way.

mod ranges;
mod site;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

pub use ranges::{TAG, range, range_start, serve_ranges, serve_slowly};
pub use site::{Reply, Site};

/// What a request was.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The target of the request, as it was sent: `/a.crl`.
    pub path: String,
    /// Its head in lower case.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// Answers on a connection; the number counts requests from 0.
type Script = dyn Fn(usize, &Asked, &mut dyn Write) + Send + Sync;

/// A server with one script for all requests, one request a connection. It picks its port, and is gone when it is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    switch: Arc<Switch>,
}

impl Server {
    /// Starts one.
    pub fn new(script: impl Fn(usize, &Asked, &mut dyn Write) + Send + Sync + 'static) -> Server {
        Server::with(Arc::default(), script)
    }

    /// Starts one that this switch turns off.
    fn with(
        switch: Arc<Switch>,
        script: impl Fn(usize, &Asked, &mut dyn Write) + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = *switch.address.get_or_init(|| listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (script, kept): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&asked));
        let own = Arc::clone(&switch);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if own.off.load(Ordering::SeqCst) {
                    return;
                }
                let (script, kept) = (Arc::clone(&script), Arc::clone(&kept));
                thread::spawn(move || serve(stream, &*script, &kept));
            }
        });
        Server { address, asked, switch }
    }

    /// The address of something on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Refuses connections from now on.
    pub fn stop(&self) {
        self.switch.turn_off();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Turns a server off, from outside or by one of its answers.
#[derive(Default)]
struct Switch {
    off: AtomicBool,
    address: OnceLock<SocketAddr>,
}

impl Switch {
    fn turn_off(&self) {
        self.off.store(true, Ordering::SeqCst);
        // Wakes the listener, which closes.
        let _ = self.address.get().map(TcpStream::connect);
    }
}

fn serve(mut stream: TcpStream, script: &Script, kept: &Mutex<Vec<Asked>>) {
    let Some(asked) = read_request(&mut stream) else { return };
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(asked.clone());
        kept.len().saturating_sub(1)
    };
    script(number, &asked, &mut stream);
}

/// Reads a request; `None` when the connection ends in the middle.
pub fn read_request(stream: &mut (impl Read + Write)) -> Option<Asked> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split_whitespace().nth(1)?.to_owned();
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    if head.contains("expect: 100-continue") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { path, head, body })
}

/// Writes a complete answer. `headers` are lines that end with CR LF.
pub fn answer(to: &mut dyn Write, status: u16, headers: &str, body: &[u8]) {
    let _ = to.write_all(&[head(status, headers, body.len()).as_bytes(), body].concat());
}

/// The head of an answer with a body of this length.
fn head(status: u16, headers: &str, length: usize) -> String {
    format!("HTTP/1.1 {status} x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n")
}
