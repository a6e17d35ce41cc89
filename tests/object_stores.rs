//! Objects of stores as inputs, against a server that speaks S3 (moto, from PyPI), with a counter between.

#![cfg(feature = "object-stores")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::as_conversions,
    reason = "test code"
)]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{BLOCKED, Badsig, PUBLISHABLE, UNDECIDED, badsig, large_image};
use serde_json::Value;
use testkit::repository;

/// moto in server mode, which is stopped in the end.
struct Store {
    child: Child,
    port: u16,
    /// What the clients of the counter have sent, head by head.
    heads: Arc<Mutex<Vec<String>>>,
    /// Bytes that went to clients.
    sent: Arc<AtomicU64>,
    counter: u16,
    home: tempfile::TempDir,
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Store {
    /// `None` where there is no moto.
    fn start(pause: Duration) -> Option<Store> {
        let own = repository().join("target/moto/bin/moto_server");
        let program = if own.exists() { own } else { PathBuf::from("moto_server") };
        let started = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else {
            testkit::skip_tool(
                "moto is missing (python3 -m venv target/moto && target/moto/bin/pip install 'moto[server]')",
            );
            return None;
        };
        // " * Running on http://127.0.0.1:5000"
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let port = lines.find_map(|line| line.rsplit_once("http://127.0.0.1:")?.1.trim().parse().ok());
        let Some(port) = port else {
            let _ = child.kill();
            let _ = child.wait();
            testkit::skip("moto does not run here");
            return None;
        };
        std::thread::spawn(move || lines.for_each(drop));
        let (heads, sent) = (Arc::default(), Arc::default());
        let counter = count(port, Arc::clone(&heads), Arc::clone(&sent), pause);
        let store = Store { child, port, heads, sent, counter, home: tempfile::tempdir().unwrap() };
        store.put("/bucket", &[]);
        Some(store)
    }

    /// Puts a bucket or an object there, past the counter.
    fn put(&self, path: &str, body: &[u8]) {
        self.put_with("", path, body);
    }

    fn put_with(&self, headers: &str, path: &str, body: &[u8]) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }

    fn fixture(&self, name: &str) -> String {
        self.put(
            &format!("/bucket/{name}"),
            &std::fs::read(repository().join("fixtures").join(name)).unwrap(),
        );
        format!("s3://bucket/{name}")
    }

    fn run(&self, command: Badsig) -> Badsig {
        command
            .env("AWS_ENDPOINT", &format!("http://127.0.0.1:{}", self.counter))
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "TESTKEY")
            .env("AWS_SECRET_ACCESS_KEY", "TESTSECRET")
            .env("NO_PROXY", "127.0.0.1")
            .env("XDG_CACHE_HOME", self.home.path().to_str().unwrap())
    }

    fn check(&self) -> Badsig {
        self.run(common::check())
    }

    fn heads(&self, method: &str) -> Vec<String> {
        self.heads.lock().unwrap().iter().filter(|head| head.starts_with(method)).cloned().collect()
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

/// Forwards connections and counts what goes back; `pause` is between pieces.
fn count(to: u16, heads: Arc<Mutex<Vec<String>>>, sent: Arc<AtomicU64>, pause: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (heads, sent) = (Arc::clone(&heads), Arc::clone(&sent));
            std::thread::spawn(move || forward(client, to, &heads, sent, pause));
        }
    });
    port
}

fn forward(client: TcpStream, to: u16, heads: &Mutex<Vec<String>>, sent: Arc<AtomicU64>, pause: Duration) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { return };
    let (mut up, mut down) = (server.try_clone().unwrap(), server);
    let (mut from, mut back) = (client.try_clone().unwrap(), client);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 4096];
        while let Ok(count @ 1..) = down.read(&mut buffer) {
            if back.write_all(&buffer[..count]).is_err() {
                break;
            }
            sent.fetch_add(count as u64, Ordering::SeqCst);
            std::thread::sleep(pause);
        }
        let _ = back.shutdown(std::net::Shutdown::Both);
    });
    // Requests of these tests have no bodies.
    let mut head = Vec::new();
    let mut byte = [0];
    while let Ok(1) = from.read(&mut byte) {
        head.push(byte[0]);
        if head.ends_with(b"\r\n\r\n") {
            heads.lock().unwrap().push(String::from_utf8_lossy(&head).to_ascii_lowercase());
            if up.write_all(&head).is_err() {
                return;
            }
            head.clear();
        }
    }
    let _ = up.shutdown(std::net::Shutdown::Both);
}

#[test]
fn objects_are_judged_like_files_and_sent_once() {
    let Some(store) = Store::start(Duration::ZERO) else { return };
    let good = store.fixture("msi/signed-stamped.msi");
    let bad = store.fixture("exe/unsigned.exe");
    let report = store.check().args([&good, &bad]).args(["--format", "json"]).run().code(BLOCKED).json();
    let local = common::check().args(["fixtures/msi/signed-stamped.msi", "--format", "json"]).run().json();
    assert_eq!(report["files"][0]["path"], good);
    assert_eq!(report["files"][0]["sha256"], local["files"][0]["sha256"]);
    assert_eq!(report["files"][0]["verdict"], "publishable");
    assert_eq!(report["files"][1]["path"], bad);
    assert_eq!(report["files"][1]["verdict"], "blocked");
    let gets = store.heads("get");
    assert_eq!(gets.len(), 2, "{gets:?}");
    let key = "authorization: aws4-hmac-sha256 credential=testkey/";
    assert!(gets.iter().all(|head| head.contains(key) && !head.contains("testsecret")), "{gets:?}");
    let sizes =
        report["files"].as_array().unwrap().iter().map(|file| file["size"].as_u64().unwrap()).sum::<u64>();
    assert!(store.sent() < sizes + 8192, "{} bytes were sent for {sizes}", store.sent());
}

#[test]
fn a_public_bucket_is_read_without_a_key() {
    let Some(store) = Store::start(Duration::ZERO) else { return };
    let private = store.fixture("exe/signed-stamped.exe");
    let body = std::fs::read(repository().join("fixtures/exe/signed-stamped.exe")).unwrap();
    store.put_with("x-amz-acl: public-read\r\n", "/bucket/public.exe", &body);
    let run = |url: &str| store.check().env("AWS_SKIP_SIGNATURE", "true").arg(url).run();
    run("s3://bucket/public.exe").code(PUBLISHABLE);
    run(&private).code(UNDECIDED).tells("the store does not let it be read").tells("AWS_SKIP_SIGNATURE");
    let heads = store.heads("get");
    assert!(heads.len() == 2 && heads.iter().all(|head| !head.contains("authorization")), "{heads:?}");
}

#[test]
fn everything_below_a_name_is_judged_in_order() {
    let Some(store) = Store::start(Duration::ZERO) else { return };
    for name in ["b/2.exe", "b/1.exe", "a.exe", "b/c d/3.exe", "other.exe"] {
        let body = std::fs::read(repository().join("fixtures/exe/signed-stamped.exe")).unwrap();
        store.put(&format!("/bucket/in/{}", name.replace(' ', "%20")), &body);
    }
    store.fixture("exe/unsigned.exe");
    let report = store.check().args(["s3://bucket/in/", "--format", "json"]).run().code(PUBLISHABLE).json();
    let paths: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    let expected = ["a.exe", "b/1.exe", "b/2.exe", "b/c%20d/3.exe", "other.exe"]
        .map(|name| format!("s3://bucket/in/{name}"));
    assert_eq!(paths, expected);
    store.check().arg("s3://bucket/none/").run().code(UNDECIDED).tells("no object");
}

/// Every machine sees the same listing, which tells the sizes too.
#[test]
fn shards_are_balanced_by_the_sizes_of_the_listing() {
    let Some(store) = Store::start(Duration::ZERO) else { return };
    let mut large = std::fs::read(repository().join("fixtures/exe/unsigned.exe")).unwrap();
    large.resize(400_000, 7);
    store.put("/bucket/in/large.exe", &large);
    let small = std::fs::read(repository().join("fixtures/exe/signed-stamped.exe")).unwrap();
    ["a", "b", "c"].iter().for_each(|name| store.put(&format!("/bucket/in/{name}.exe"), &small));
    let run = || store.check().arg("s3://bucket/in/");
    let parts: Vec<String> = (1..=2)
        .map(|index| {
            let file = store.home.path().join(format!("{index}.json")).display().to_string();
            run().args(["--shard", &format!("{index}/2"), "--output", &format!("json={file}")]).run();
            file
        })
        .collect();
    let report: Value = serde_json::from_slice(&std::fs::read(&parts[0]).unwrap()).unwrap();
    assert_eq!(report["files"].as_array().unwrap().len(), 1);
    assert_eq!(report["files"][0]["path"], "s3://bucket/in/large.exe");
    let single = run().args(["--format", "json"]).run().code(BLOCKED).stdout();
    let merged = badsig().args(["report", "merge", "--format", "json"]).args(&parts).run().code(BLOCKED);
    assert!(merged.stdout() == single);
}

#[test]
fn what_cannot_be_had_is_undecided() {
    let Some(store) = Store::start(Duration::ZERO) else { return };
    store.check().arg("s3://bucket/absent.exe").run().code(UNDECIDED).tells("the store has no such object");
    store.check().arg("s3://absent/absent.exe").run().code(UNDECIDED).says("s3://absent/absent.exe");
    let ran = store.check().arg("s3://key:secret@bucket/a.exe").run().code(UNDECIDED);
    assert!(!ran.stdout().contains("secret"), "{}", ran.stdout());
    ran.tells("more than a bucket and a key");
}

/// What has arrived is not sent again, and belongs to the same version.
#[cfg(unix)]
#[test]
fn a_killed_run_goes_on_with_the_rest() {
    let Some(store) = Store::start(Duration::from_millis(4)) else { return };
    let mut body = std::fs::read(repository().join("fixtures/exe/unsigned.exe")).unwrap();
    body.resize(2_000_000, 7);
    store.put("/bucket/large.exe", &body);
    let run = || store.check().arg("s3://bucket/large.exe").args(["--format", "json"]);
    let mut child = run().into_command().stdout(Stdio::null()).spawn().unwrap();
    while store.sent() < 500_000 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let report = run().run().code(BLOCKED).json();
    assert_eq!(report["files"][0]["size"], 2_000_000);
    let gets = store.heads("get");
    assert_eq!(gets.len(), 2, "{gets:?}");
    assert!(gets[1].contains("range: bytes=") && gets[1].contains("if-match: "), "{}", gets[1]);
    assert!(store.sent() < 2_600_000, "{}", store.sent());
}

#[test]
fn the_signature_alone_is_read_by_ranges() {
    let Some(store) = Store::start(Duration::ZERO) else { return };
    let directory = tempfile::tempdir().unwrap();
    let Some((plain, signed)) = large_image(directory.path()) else {
        return testkit::skip_tool("osslsigncode is not installed");
    };
    store.put("/bucket/large.exe", &std::fs::read(&signed).unwrap());
    store.put("/bucket/unsigned.exe", &std::fs::read(plain).unwrap());
    let inspect = |file: &str| {
        let command = badsig().args(["inspect", "--signature-only", "--format", "json", file]);
        store.run(command).run().code(0).json()
    };
    let before = store.sent();
    let facts = inspect("s3://bucket/large.exe");
    let read = store.sent() - before;
    assert!(read < 400_000, "{read} bytes of 8,000,000 were read");
    let whole = badsig().args(["inspect", "--format", "json"]).arg(&signed).run().code(0).json();
    let own = &facts["signatures"][0];
    assert_eq!(
        own["contents"]["Ok"]["certificates"],
        whole["signatures"][0]["contents"]["Ok"]["certificates"]
    );
    assert_eq!(own["size"], whole["signatures"][0]["size"]);
    assert_eq!(own["offset"], whole["signatures"][0]["offset"]);
    assert_eq!(facts["size"], whole["size"]);
    assert_eq!(facts["sha256"], Value::Null);
    // The same from a file here.
    let local =
        badsig().args(["inspect", "--signature-only", "--format", "json"]).arg(&signed).run().code(0).json();
    assert_eq!(local["signatures"], facts["signatures"]);
    let text =
        store.run(badsig().args(["inspect", "--signature-only", "s3://bucket/large.exe"])).run().code(0);
    text.says("not computed").says("TEST Publisher");

    let before = store.sent();
    let facts = inspect("s3://bucket/unsigned.exe");
    assert_eq!(facts["signatures"], serde_json::json!([]));
    let read = store.sent() - before;
    assert!(read < 200_000, "{read} bytes of 8,000,000 were read");
}
