//! `inspect --signature-only` of a file on an HTTP server: little of it is fetched where the server sends ranges.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "test code"
)]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{Badsig, UNDECIDED, badsig, files, large_image, loopback};
use testkit::repository;
use testkit::server::{Asked, Server, TAG, answer, range_start, serve_ranges, serve_slowly};

fn inspect(home: &Path, format: &str, url: &str) -> Badsig {
    loopback(badsig().args(["inspect", "--signature-only", "--format", format, url]), home)
}

/// Serves one body with ranges, and counts the bytes of bodies that were sent.
fn counting(body: Vec<u8>) -> (Server, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let server = Server::new(move |_, asked, to| {
        serve_slowly(to, asked, &body, (16_384, Duration::ZERO), |piece| {
            counter.fetch_add(piece, Ordering::SeqCst);
        });
    });
    (server, sent)
}

#[test]
fn little_of_a_large_file_is_sent() {
    let home = tempfile::tempdir().unwrap();
    let Some((plain, signed)) = large_image(home.path()) else {
        return testkit::skip_tool("osslsigncode is not installed");
    };
    let cache = home.path().join("cache");
    for (file, most) in [(&signed, 400_000), (&plain, 200_000)] {
        let local = badsig().args(["inspect", "--signature-only", "--format", "json"]).arg(file).run();
        let (server, sent) = counting(std::fs::read(file).unwrap());
        let mut facts = inspect(&cache, "json", &server.url("setup.exe")).run().code(0).json();
        assert_eq!(facts["path"], server.url("setup.exe"));
        facts["path"] = local.json()["path"].clone();
        assert_eq!(facts, local.json());
        let bytes = sent.load(Ordering::SeqCst);
        assert!(bytes < most, "{bytes} of 8,000,000 bytes were sent for {}", file.display());
        let asked = server.asked();
        assert!(asked[1..].iter().all(|own| own.head.contains("if-range: \"one\"")), "{asked:?}");
        // What is said is what was sent.
        let text = inspect(&cache, "text", &server.url("setup.exe")).run().code(0);
        let second = sent.load(Ordering::SeqCst) - bytes;
        let size = std::fs::metadata(file).unwrap().len();
        text.says(&format!("{second} of {size} bytes, by ranges"));
    }
    assert_eq!(files(&cache), Vec::<String>::new());
}

#[test]
fn a_small_file_comes_with_one_request() {
    let (server, home) = (counting(fixture()), tempfile::tempdir().unwrap());
    inspect(home.path(), "text", &server.0.url("a.exe"))
        .run()
        .code(0)
        .says("TEST Publisher")
        .says("by ranges");
    assert_eq!(server.0.asked().len(), 1);
}

fn fixture() -> Vec<u8> {
    std::fs::read(repository().join("fixtures/exe/signed-stamped.exe")).unwrap()
}

/// What a server answers that is not to be read by ranges.
type Answers = fn(&Asked, &mut dyn std::io::Write, &[u8]);

#[test]
fn servers_without_ranges_send_the_file_whole() {
    let answers: [(Answers, &str); 4] = [
        (|_, to, body| answer(to, 200, TAG, body), "whole: the server sends no ranges"),
        // No version, so two ranges may be of two files; a weak tag promises no more.
        (|asked, to, body| serve_ranges(to, asked, body, ""), "does not say which version"),
        (
            |asked, to, body| serve_ranges(to, asked, body, "ETag: W/\"one\"\r\n"),
            "does not say which version",
        ),
        (
            |asked, to, body| match range_start(asked) {
                Some(_) => answer(to, 206, &format!("{TAG}Content-Range: bytes 5-9/*\r\n"), &body[5..10]),
                None => answer(to, 200, TAG, body),
            },
            "does not say which range",
        ),
    ];
    for (answers, says) in answers {
        let home = tempfile::tempdir().unwrap();
        let server = Server::new(move |_, asked, to| answers(asked, to, &fixture()));
        let url = server.url("a.exe");
        inspect(home.path(), "text", &url).run().code(0).says("TEST Publisher").tells(says);
        let asked = server.asked();
        assert_eq!(asked.len(), 2, "{asked:?}");
        assert_eq!(range_start(&asked[1]), None, "{asked:?}");
        assert_eq!(files(home.path()), Vec::<String>::new());
    }
}

/// The first range is of one file, the next would be of another.
#[test]
fn a_file_that_is_replaced_is_not_put_together() {
    let home = tempfile::tempdir().unwrap();
    let Some((_, signed)) = large_image(home.path()) else {
        return testkit::skip_tool("osslsigncode is not installed");
    };
    let body = std::fs::read(signed).unwrap();
    let mut other = body.clone();
    other.push(7);
    let same_size = body.clone();
    // With If-Range the server sends the other file whole; one that does not know it says at least what it sends.
    let honest = Server::new(move |number, asked, to| match number {
        0 => serve_ranges(to, asked, &body, TAG),
        _ => serve_ranges(to, asked, &other, "ETag: \"two\"\r\n"),
    });
    let careless = Server::new(move |number, asked, to| {
        let tag = if number == 0 { TAG } else { "ETag: \"two\"\r\n" };
        let asked = Asked { head: asked.head.replace("if-range: ", "x-if-range: "), ..asked.clone() };
        serve_ranges(to, &asked, &same_size, tag);
    });
    for server in [honest, careless] {
        let ran = inspect(home.path(), "text", &server.url("setup.exe")).run().code(UNDECIDED);
        ran.tells("the file was replaced meanwhile; try again later");
    }
}

#[test]
fn redirects_are_followed_and_get_no_password() {
    let (home, (server, _)) = (tempfile::tempdir().unwrap(), counting(fixture()));
    let to = server.url("a.exe");
    let first = Server::new(move |_, _, back| answer(back, 302, &format!("Location: {to}\r\n"), b""));
    let url = format!("http://me:secret@{}/a.exe", first.address);
    let ran = inspect(home.path(), "text", &url).run().code(0).says("TEST Publisher").says("by ranges");
    assert!(!ran.stdout().contains("secret"), "{}", ran.stdout());
    assert!(first.asked()[0].head.contains("authorization: basic "));
    assert!(!server.asked()[0].head.contains("authorization"), "{:?}", server.asked());
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::new(move |number, asked, to| match number {
        0 => answer(to, 503, "Retry-After: 0\r\n", b""),
        _ => serve_ranges(to, asked, &fixture(), TAG),
    });
    inspect(home.path(), "text", &server.url("a.exe")).run().code(0).says("by ranges");
    assert_eq!(server.asked().len(), 2);
    let absent = Server::new(|_, _, to| answer(to, 404, "", b""));
    inspect(home.path(), "text", &absent.url("a.exe")).run().code(UNDECIDED).tells("status 404");
    let empty = Server::new(|_, asked, to| match range_start(asked) {
        Some(_) => answer(to, 416, &format!("{TAG}Content-Range: bytes */0\r\n"), b""),
        None => answer(to, 200, TAG, b""),
    });
    inspect(home.path(), "text", &empty.url("a.exe")).run().code(UNDECIDED).says("0 bytes");
}
