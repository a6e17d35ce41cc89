//! Objects of stores, from a server on the loopback that speaks as much S3 as is needed.
//!
//! Where the store is and who may read is said by the environment, so each download is a process of its own.
#![cfg(feature = "object-stores")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "only for tests"
)]

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use badsig_fetch::download::Progress;
use badsig_fetch::ranges::{ByRanges, RangedFiles};
use badsig_fetch::{Download, DownloadOptions, Downloader};
use common::options;
use testkit::server::{Asked, Server, TAG, answer, range_start, serve_ranges};

const OBJECT: &str = "s3://bucket/setup.msi";

/// Runs one of the tests that need an environment. A proxy stands in it that nobody reaches.
fn child(name: &str, server: &Server, directory: &Path) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--quiet"])
        .env("BADSIG_TEST_TO", directory.join("setup.msi"))
        .env("AWS_ENDPOINT", server.url("").trim_end_matches('/'))
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_SKIP_SIGNATURE", "true")
        .env("AWS_REGION", "us-east-1")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .envs(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, "http://127.0.0.1:1")))
        .status()
        .unwrap();
    assert!(status.success());
}

fn to() -> Option<PathBuf> {
    Some(std::env::var_os("BADSIG_TEST_TO")?.into())
}

fn block_on<T>(promised: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(promised)
}

#[test]
fn child_downloads() {
    let Some(to) = to() else { return };
    let downloader = Downloader::new(options(), DownloadOptions::default()).unwrap();
    let wanted = Download { url: OBJECT.into(), stores: true, to, ..Download::default() };
    block_on(downloader.download(&wanted, &|_: Progress| {})).unwrap();
}

#[test]
fn child_reads_by_ranges() {
    let Some(to) = to() else { return };
    let files = RangedFiles::new(options()).unwrap();
    let text = block_on(async {
        match files.open(OBJECT).await.unwrap() {
            ByRanges::No(why) => why.to_owned(),
            ByRanges::Yes(file) => match file.read(10..20).await {
                Ok(bytes) => format!("{bytes:?}"),
                Err(error) => error.to_string(),
            },
        }
    });
    fs::write(to, text).unwrap();
}

const DATE: &str = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

/// Cut on the first request.
fn cut(to: &mut dyn Write, bytes: &[u8], sent: usize, headers: &str) {
    let head = format!("HTTP/1.1 200 x\r\n{headers}{DATE}Content-Length: {}\r\n\r\n", bytes.len());
    let _ = to.write_all(&[head.as_bytes(), &bytes[..sent]].concat());
}

fn is_head(asked: &Asked) -> bool {
    asked.head.starts_with("head ")
}

fn only_head(to: &mut dyn Write, length: usize, headers: &str) {
    let _ =
        write!(to, "HTTP/1.1 200 x\r\nConnection: close\r\n{headers}{DATE}Content-Length: {length}\r\n\r\n");
}

/// The object changes after the cut, and nothing that the store says would tell.
#[test]
fn without_a_strong_tag_an_object_begins_anew() {
    for tag in ["", "ETag: W/\"one\"\r\n"] {
        let (old, new) = (vec![1; 200_000], vec![2; 200_000]);
        let second = new.clone();
        let server = Server::new(move |number, asked, to| match number {
            0 | 1 => cut(to, &old, 120_000, tag),
            _ => serve_ranges(to, asked, &second, &format!("{tag}{DATE}")),
        });
        let directory = tempfile::tempdir().unwrap();
        child("child_downloads", &server, directory.path());
        assert!(
            fs::read(directory.path().join("setup.msi")).unwrap() == new,
            "two objects were put together"
        );
        assert!(server.asked()[1..].iter().all(|asked| range_start(asked).is_none()), "{:?}", server.asked());
    }
}

#[test]
fn a_cut_object_goes_on_as_the_same_version() {
    let bytes = vec![3; 200_000];
    let body = bytes.clone();
    let server = Server::new(move |number, asked, to| match number {
        0 => cut(to, &body, 120_000, TAG),
        _ => serve_ranges(to, asked, &body, &format!("{TAG}{DATE}")),
    });
    let directory = tempfile::tempdir().unwrap();
    child("child_downloads", &server, directory.path());
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), bytes);
    assert_eq!(range_start(&server.asked()[1]), Some(120_000));
}

#[test]
fn an_object_without_a_version_is_not_read_by_ranges() {
    for tag in ["", "ETag: W/\"one\"\r\n"] {
        let server = Server::new(move |_, asked, to| match is_head(asked) {
            true => only_head(to, 1000, tag),
            false => answer(to, 500, "", b""),
        });
        let directory = tempfile::tempdir().unwrap();
        child("child_reads_by_ranges", &server, directory.path());
        let text = fs::read_to_string(directory.path().join("setup.msi")).unwrap();
        assert_eq!(text, "the store does not say which version of the file it sends");
        assert_eq!(server.asked().len(), 1);
    }
}

/// A gateway that does not look at `If-Match`.
#[test]
fn ranges_of_another_object_are_not_taken() {
    let server = Server::new(|_, asked, to| match is_head(asked) {
        true => only_head(to, 1000, TAG),
        false => {
            answer(to, 206, &format!("ETag: \"two\"\r\n{DATE}Content-Range: bytes 10-19/1000\r\n"), &[7; 10]);
        }
    });
    let directory = tempfile::tempdir().unwrap();
    child("child_reads_by_ranges", &server, directory.path());
    let text = fs::read_to_string(directory.path().join("setup.msi")).unwrap();
    assert!(text.contains("the file was replaced meanwhile"), "{text}");
}
