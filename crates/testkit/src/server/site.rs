//! A server that is filled path by path while it runs.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::{Server, Switch, answer, head};

/// What a path answers with; the body of the request is given.
type Handler = Arc<dyn Fn(&[u8]) -> Reply + Send + Sync>;

/// The one client that looks at the type is the signing tool, and what it asks for is stamps.
const TYPE: &str = "Content-Type: application/timestamp-reply\r\n";

/// An answer, or what stands in its place.
pub enum Reply {
    /// 200 with this body.
    Body(Vec<u8>),
    /// A complete answer, after this time.
    Late(Duration, Vec<u8>),
    /// The head promises the whole body, and the connection ends in the middle.
    Truncated(Vec<u8>),
    /// The same, and the server is gone from then on.
    LastWords(Vec<u8>),
}

/// A server with an answer for each path, 404 for others.
pub struct Site {
    server: Server,
    paths: Arc<Mutex<BTreeMap<String, Handler>>>,
}

impl Site {
    /// Starts one without any path.
    #[allow(clippy::new_without_default, reason = "it listens from then on")]
    pub fn new() -> Site {
        let paths: Arc<Mutex<BTreeMap<String, Handler>>> = Arc::default();
        let switch: Arc<Switch> = Arc::default();
        let (known, own) = (Arc::clone(&paths), Arc::clone(&switch));
        let server = Server::with(switch, move |_, asked, to| {
            let handler = known.lock().unwrap().get(&asked.path).cloned();
            match handler {
                Some(handler) => send(to, handler(&asked.body), &own),
                None => answer(to, 404, "", b""),
            }
        });
        Site { server, paths }
    }

    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// What a path answers from now on.
    pub fn at(&self, path: &str, handler: impl Fn(&[u8]) -> Reply + Send + Sync + 'static) {
        self.paths.lock().unwrap().insert(format!("/{path}"), Arc::new(handler));
    }

    /// The body that a path answers from now on.
    pub fn serves(&self, path: &str, body: Vec<u8>) {
        self.at(path, move |_| Reply::Body(body.clone()));
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.server.asked().into_iter().map(|asked| asked.path).collect()
    }

    /// Refuses connections from now on.
    pub fn stop(&self) {
        self.server.stop();
    }
}

fn send(to: &mut dyn Write, reply: Reply, switch: &Switch) {
    match reply {
        Reply::Body(body) => answer(to, 200, TYPE, &body),
        Reply::Late(time, body) => {
            thread::sleep(time);
            answer(to, 200, TYPE, &body);
        }
        Reply::Truncated(body) => half(to, &body),
        Reply::LastWords(body) => {
            switch.turn_off();
            half(to, &body);
        }
    }
}

fn half(to: &mut dyn Write, body: &[u8]) {
    let sent = body.get(..body.len() / 2).unwrap_or_default();
    let _ = to.write_all(&[head(200, TYPE, body.len()).as_bytes(), sent].concat());
}
