//! The cache: current, revalidated, damaged, shared, and killed in mid-write.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use badsig_fetch::{Cache, Entry, FetchOptions, Request, Validators};
use common::{crl, der, fetcher, options};
use testkit::server::{Server, answer};

fn with_cache(directory: &Path) -> FetchOptions {
    let mut options = options();
    options.cache = Some(directory.to_owned());
    options
}

/// What the cache holds, however old.
fn held(directory: &Path, request: &Request) -> Option<Vec<u8>> {
    Some(Cache::new(directory).read(request, 1_000_000)?.bytes)
}

#[test]
fn what_is_current_is_not_asked_for() {
    let server = Server::new(|number, _, to| answer(to, 200, "", &der(10 + number)));
    let directory = tempfile::tempdir().unwrap();
    let request = crl(server.url("a"));
    assert_eq!(held(directory.path(), &request), None);
    assert!(!fetcher(with_cache(directory.path())).fetch(&request).unwrap().from_cache);

    let mut options = with_cache(directory.path());
    let then = options.now;
    options.is_fresh = Arc::new(move |_, bytes, fetched_at| bytes == der(10) && fetched_at == then);
    let fetched = fetcher(options).fetch(&request).unwrap();
    assert_eq!((fetched.bytes, fetched.from_cache, server.asked().len()), (der(10), true, 1));

    let fetched = fetcher(with_cache(directory.path())).fetch(&request).unwrap();
    assert_eq!((fetched.bytes, fetched.from_cache, server.asked().len()), (der(11), false, 2));
    assert_eq!(held(directory.path(), &request), Some(der(11)));
}

#[test]
fn the_server_is_asked_whether_it_changed() {
    let server = Server::new(|number, _, to| match number {
        0 => answer(to, 200, "ETag: \"v1\"\r\nLast-Modified: Sat, 21 Nov 2026 00:00:00 GMT\r\n", &der(10)),
        _ => drop(to.write_all(b"HTTP/1.1 304 x\r\nConnection: close\r\n\r\n")),
    });
    let directory = tempfile::tempdir().unwrap();
    let request = crl(server.url("a"));
    for number in 0..3 {
        let fetched = fetcher(with_cache(directory.path())).fetch(&request).unwrap();
        assert_eq!((fetched.bytes, fetched.from_cache), (der(10), number > 0));
    }
    let head = &server.asked()[2].head;
    assert!(head.contains("if-none-match: \"v1\"\r\n"), "{head}");
    assert!(head.contains("if-modified-since: sat, 21 nov 2026 00:00:00 gmt\r\n"), "{head}");
}

#[test]
fn a_server_that_fails_leaves_the_entry() {
    let server = Server::new(|number, _, to| match number {
        0 => answer(to, 200, "", &der(10)),
        1 => answer(to, 404, "", b""),
        _ => answer(to, 200, "", b"<html>"),
    });
    let directory = tempfile::tempdir().unwrap();
    let request = crl(server.url("a"));
    fetcher(with_cache(directory.path())).fetch(&request).unwrap();
    for _ in 0..2 {
        fetcher(with_cache(directory.path())).fetch(&request).unwrap_err();
        assert_eq!(held(directory.path(), &request), Some(der(10)));
    }
}

#[test]
fn a_damaged_entry_is_replaced() {
    let server = Server::new(|_, asked, to| {
        assert!(!asked.head.contains("if-none-match"));
        answer(to, 200, "ETag: \"v1\"\r\n", &der(10));
    });
    let directory = tempfile::tempdir().unwrap();
    let request = crl(server.url("a"));
    for _ in 0..3 {
        let fetched = fetcher(with_cache(directory.path())).fetch(&request).unwrap();
        assert_eq!((fetched.bytes, fetched.from_cache), (der(10), false));
        fs::write(Cache::new(directory.path()).path(&request), b"{}\n0").unwrap();
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_said_and_does_no_harm() {
    let server = Server::new(|_, _, to| answer(to, 200, "", &der(10)));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, b"").unwrap();
    let fetched = fetcher(with_cache(&file)).fetch(&crl(server.url("a"))).unwrap();
    assert_eq!(fetched.bytes, der(10));
    assert!(fetched.cache_problem.is_some());
}

/// Two fetchers have nothing in common but the directory, like two processes.
#[test]
fn two_at_once() {
    let server = Server::new(|number, _, to| answer(to, 200, "", &der(20_000 + number)));
    let directory = tempfile::tempdir().unwrap();
    let urls: Vec<String> = (0..5).map(|n| server.url(&n.to_string())).collect();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let fetcher = fetcher(with_cache(directory.path()));
                for url in urls.iter().cycle().take(25) {
                    let fetched = fetcher.fetch(&crl(url.clone())).unwrap();
                    assert_eq!(fetched.cache_problem, None);
                    assert!(held(directory.path(), &crl(url.clone())).is_some());
                }
            });
        }
    });
}

/// The child of the next test: writes entries until it is killed. Does nothing when run by itself.
#[test]
fn child_writes_until_killed() {
    let Ok(directory) = std::env::var("BADSIG_TEST_CACHE") else { return };
    let cache = Cache::new(directory);
    for number in 0_usize.. {
        let entry = Entry {
            bytes: der(300_000 + number % 1000),
            fetched_at: SystemTime::UNIX_EPOCH,
            validators: Validators::default(),
        };
        cache.write(&crl(format!("http://a.example/{}", number % 3)), &entry).unwrap();
    }
}

#[test]
fn a_kill_at_any_moment_leaves_no_damaged_entry() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::new(directory.path());
    let mut leftovers = 0;
    let last = crl("http://a.example/2".into());
    for round in 0..20_u64 {
        // So that it is seen when this child has written.
        let _ = fs::remove_file(cache.path(&last));
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child_writes_until_killed", "--exact"])
            .env("BADSIG_TEST_CACHE", directory.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while !cache.path(&last).exists() {
            thread::sleep(Duration::from_millis(1));
        }
        // Moments that differ without a random number generator: microseconds, spread over several writes.
        thread::sleep(Duration::from_micros(round * 1_717 % 9_973));
        child.kill().unwrap();
        child.wait().unwrap();
        for number in 0..3 {
            let request = crl(format!("http://a.example/{number}"));
            assert!(cache.read(&request, 1 << 20).is_some(), "round {round}, entry {number}");
        }
        leftovers += usize::from(directory.path().join("incoming").exists());
    }
    // The lock of the killed is free, and what they left is overwritten.
    let entry =
        Entry { bytes: der(9), fetched_at: SystemTime::UNIX_EPOCH, validators: Validators::default() };
    cache.write(&crl("http://a.example/0".into()), &entry).unwrap();
    assert!(!directory.path().join("incoming").exists());
    println!("killed in mid-write: {leftovers} of 20");
}
