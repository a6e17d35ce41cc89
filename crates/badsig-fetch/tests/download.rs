//! Downloads from real servers on the loopback: cut, changed, slow, wrong, killed.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "only for tests"
)]

mod common;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use badsig_fetch::download::{Expected, Progress};
use badsig_fetch::{Download, DownloadOptions, Downloaded, Downloader, Failure, FetchError, Validators};
use common::options;
use sha2::{Digest, Sha256};
use testkit::server::{Server, TAG, answer, range_start, serve_ranges, serve_slowly};

/// Bytes without a pattern that repeats within them.
fn content(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(length)
    .collect()
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn wanted(server: &Server, directory: &Path) -> Download {
    Download { url: server.url("setup.msi"), to: directory.join("setup.msi"), ..Download::default() }
}

fn impatient() -> DownloadOptions {
    DownloadOptions { window: Duration::from_millis(400), ..DownloadOptions::default() }
}

fn run_with(wanted: &Download, options: DownloadOptions, retries: usize) -> Result<Downloaded, FetchError> {
    let mut fetch = common::options();
    fetch.retries = retries;
    let downloader = Downloader::new(fetch, options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(downloader.download(wanted, &|_: Progress| {}))
}

fn run(wanted: &Download) -> Result<Downloaded, FetchError> {
    run_with(wanted, impatient(), 3)
}

fn files(directory: &Path) -> Vec<String> {
    let names =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Promises everything and sends a part.
fn cut(to: &mut dyn Write, bytes: &[u8], sent: usize, tag: &str) {
    let head = format!("HTTP/1.1 200 x\r\nConnection: close\r\n{tag}Content-Length: {}\r\n\r\n", bytes.len());
    let _ = to.write_all(&[head.as_bytes(), &bytes[..sent]].concat());
}

#[test]
fn whole_and_verified() {
    let bytes = content(300_000, 1);
    let body = bytes.clone();
    let server = Server::new(move |_, asked, to| serve_ranges(to, asked, &body, TAG));
    let directory = tempfile::tempdir().unwrap();
    let expected = Expected { size: Some(300_000), sha256: Some(sha256(&bytes)), sha1: None };
    let Downloaded::File(arrived) = run(&Download { expected, ..wanted(&server, directory.path()) }).unwrap()
    else {
        panic!("not modified?")
    };
    assert_eq!((arrived.size, arrived.sha256), (300_000, sha256(&bytes)));
    assert_eq!(arrived.validators.etag.as_deref(), Some("\"one\""));
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), bytes);
    assert_eq!(files(directory.path()), ["setup.msi"]);
}

#[test]
fn statuses() {
    let server = Server::new(|_, _, to| answer(to, 404, "", b"<html>not here</html>"));
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("setup.msi"), "old").unwrap();
    let error = run(&wanted(&server, directory.path())).unwrap_err();
    assert!(matches!(error.failure, Failure::HttpStatus { status: 404, .. }), "{error}");
    assert_eq!(server.asked().len(), 1);
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), b"old");
    assert_eq!(files(directory.path()), ["setup.msi"]);
}

#[test]
fn too_many_requests_are_waited_for() {
    let server = Server::new(|number, asked, to| match number {
        0 => answer(to, 429, "Retry-After: 1\r\n", b""),
        1 => answer(to, 302, "Location: /elsewhere\r\n", b""),
        _ => serve_ranges(to, asked, b"content", TAG),
    });
    let directory = tempfile::tempdir().unwrap();
    let started = Instant::now();
    run(&wanted(&server, directory.path())).unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert!(server.asked()[2].head.starts_with("get /elsewhere "));
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), b"content");
}

#[test]
fn a_cut_connection_goes_on_where_it_was() {
    let bytes = content(200_000, 2);
    let body = bytes.clone();
    let server = Server::new(move |number, asked, to| match number {
        0 => cut(to, &body, 120_000, TAG),
        _ => serve_ranges(to, asked, &body, TAG),
    });
    let directory = tempfile::tempdir().unwrap();
    let expected = Expected { sha256: Some(sha256(&bytes)), ..Expected::default() };
    run(&Download { expected, ..wanted(&server, directory.path()) }).unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(range_start(&asked[1]), Some(120_000), "{}", asked[1].head);
    assert!(asked[1].head.contains("if-range: \"one\""), "{}", asked[1].head);
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), bytes);
    assert_eq!(files(directory.path()), ["setup.msi"]);
}

#[test]
fn a_run_goes_on_where_another_was_stopped() {
    let bytes = content(200_000, 3);
    let body = bytes.clone();
    let server = Server::new(move |number, asked, to| match number {
        0 => cut(to, &body, 50_000, TAG),
        _ => serve_ranges(to, asked, &body, TAG),
    });
    let directory = tempfile::tempdir().unwrap();
    let error = run_with(&wanted(&server, directory.path()), impatient(), 0).unwrap_err();
    assert!(matches!(error.failure, Failure::Interrupted(_)), "{error}");
    assert!(!directory.path().join("setup.msi").exists());
    assert_eq!(files(directory.path()).len(), 2);
    run(&wanted(&server, directory.path())).unwrap();
    assert_eq!(range_start(&server.asked()[1]), Some(50_000));
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), bytes);
}

#[test]
fn a_file_that_changed_between_parts_begins_anew() {
    let (old, new) = (content(200_000, 4), content(150_000, 5));
    let (first, second) = (old.clone(), new.clone());
    let server = Server::new(move |number, asked, to| match number {
        0 => cut(to, &first, 120_000, TAG),
        _ => serve_ranges(to, asked, &second, "ETag: \"two\"\r\n"),
    });
    let directory = tempfile::tempdir().unwrap();
    run(&wanted(&server, directory.path())).unwrap();
    assert!(range_start(&server.asked()[1]).is_some());
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), new);
}

/// A server that does not look at `If-Range` sends the rest of another file.
#[test]
fn parts_of_two_files_are_not_put_together() {
    let (old, new) = (content(200_000, 6), content(200_000, 7));
    let (first, second) = (old.clone(), new.clone());
    let server = Server::new(move |number, asked, to| match number {
        0 => cut(to, &first, 120_000, TAG),
        _ => match range_start(asked) {
            Some(start) => {
                let headers = format!("{TAG}Content-Range: bytes {start}-199999/200000\r\n");
                answer(to, 206, &headers, &second[start..]);
            }
            None => answer(to, 200, TAG, &second),
        },
    });
    let directory = tempfile::tempdir().unwrap();
    let expected = Expected { sha256: Some(sha256(&new)), ..Expected::default() };
    run(&Download { expected, ..wanted(&server, directory.path()) }).unwrap();
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), new);
    assert_eq!(server.asked().len(), 3);
}

/// A server that does not look at `If-Range`, but says what it sends; nobody expects a digest that would tell.
#[test]
fn the_rest_of_another_version_is_not_taken() {
    let (old, new) = (content(200_000, 10), content(200_000, 11));
    let (first, second) = (old.clone(), new.clone());
    let other = "ETag: \"two\"\r\n";
    let server = Server::new(move |number, asked, to| match (number, range_start(asked)) {
        (0, _) => cut(to, &first, 120_000, TAG),
        (_, Some(start)) => {
            let headers = format!("{other}Content-Range: bytes {start}-199999/200000\r\n");
            answer(to, 206, &headers, &second[start..]);
        }
        (_, None) => answer(to, 200, other, &second),
    });
    let directory = tempfile::tempdir().unwrap();
    let Downloaded::File(arrived) = run(&wanted(&server, directory.path())).unwrap() else {
        panic!("not modified?")
    };
    assert!(fs::read(directory.path().join("setup.msi")).unwrap() == new, "two files were put together");
    assert_eq!(arrived.validators.etag.as_deref(), Some("\"two\""));
    assert_eq!(server.asked().len(), 3);
}

/// The first answer had no length, the second one has: then the third is asked for as well.
#[test]
fn a_size_that_is_said_later_counts() {
    let bytes = content(200_000, 12);
    let body = bytes.clone();
    let server = Server::new(move |number, asked, to| match number {
        0 => {
            let head = format!("HTTP/1.1 200 x\r\n{TAG}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", 50_000);
            let _ = to.write_all(&[head.as_bytes(), &body[..50_000]].concat());
        }
        1 => {
            // Without a length of its own, this ends where the connection does.
            let head = format!(
                "HTTP/1.1 206 x\r\nConnection: close\r\n{TAG}Content-Range: bytes 50000-199999/200000\r\n\r\n"
            );
            let _ = to.write_all(&[head.as_bytes(), &body[50_000..90_000]].concat());
        }
        _ => serve_ranges(to, asked, &body, TAG),
    });
    let directory = tempfile::tempdir().unwrap();
    run(&wanted(&server, directory.path())).unwrap();
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), bytes);
    assert_eq!(range_start(&server.asked()[2]), Some(90_000));
}

/// A server that ends every answer after one byte more.
#[test]
fn a_byte_in_each_answer_does_not_go_on_for_ever() {
    let server = Server::new(|_, asked, to| {
        let start = range_start(asked).unwrap_or(0);
        let (status, range) = match start {
            0 => (200, String::new()),
            _ => (206, format!("Content-Range: bytes {start}-99999/100000\r\n")),
        };
        let length = 100_000 - start;
        let head = format!("HTTP/1.1 {status} x\r\n{TAG}{range}Content-Length: {length}\r\n\r\nx");
        let _ = to.write_all(head.as_bytes());
    });
    let directory = tempfile::tempdir().unwrap();
    // The tests pause for a hundredth of what a user does.
    let options = DownloadOptions { slowest: 100 * 1024, ..impatient() };
    let error = run_with(&wanted(&server, directory.path()), options, 3).unwrap_err();
    assert!(matches!(error.failure, Failure::Interrupted(_)), "{error}");
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn a_download_has_a_deadline() {
    let body = content(400_000, 13);
    let server = Server::new(move |_, asked, to| {
        serve_slowly(to, asked, &body, (4_000, Duration::from_millis(20)), |_| ());
    });
    let directory = tempfile::tempdir().unwrap();
    let options = DownloadOptions { deadline: Duration::from_millis(300), ..impatient() };
    let started = Instant::now();
    let error = run_with(&wanted(&server, directory.path()), options, 3).unwrap_err();
    assert_eq!(error.failure, Failure::TooLong(Duration::from_millis(300)));
    assert!(error.to_string().ends_with("run it again: what has arrived is kept"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(files(directory.path()).len(), 2, "what has arrived is kept");
}

/// Bytes are slow because the caller wants that, and the deadline is not for that either.
#[test]
fn a_limit_of_speed_is_not_the_fault_of_the_server() {
    let body = content(30_000, 14);
    let server = Server::new(move |_, asked, to| {
        serve_slowly(to, asked, &body, (1000, Duration::from_millis(1)), |_| ());
    });
    let directory = tempfile::tempdir().unwrap();
    // Each of the two gets half of it, which is less than what a server may send.
    let options = DownloadOptions {
        bytes_per_second: Some(20_000),
        slowest: 19_000,
        window: Duration::from_millis(300),
        deadline: Duration::from_secs(1),
        ..DownloadOptions::default()
    };
    let downloader = Downloader::new(options_of_tests(), options).unwrap();
    let got = at_once(&downloader, &server, directory.path(), &["a", "b"]);
    assert!(got.iter().all(Result::is_ok), "{got:?}");
    assert_eq!(server.asked().len(), 2, "nothing was sent again");
}

/// Downloads the same address to several names at once.
fn at_once(
    downloader: &Downloader,
    server: &Server,
    directory: &Path,
    names: &[&str],
) -> Vec<Result<Downloaded, FetchError>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = names
            .iter()
            .map(|name| {
                let (downloader, url, to) = (downloader.clone(), server.url(name), directory.join(name));
                let url = if name.starts_with("same") { server.url("same") } else { url };
                tokio::spawn(async move {
                    let wanted = Download { url, to, ..Download::default() };
                    downloader.download(&wanted, &|_: Progress| {}).await
                })
            })
            .collect();
        let mut got = Vec::new();
        for task in tasks {
            got.push(task.await.unwrap());
        }
        got
    })
}

#[test]
fn an_address_twice_in_one_run_is_downloaded_one_after_the_other() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (own_now, own_most) = (Arc::clone(&now), Arc::clone(&most));
    let bytes = content(50_000, 15);
    let body = bytes.clone();
    let server = Server::new(move |_, asked, to| {
        own_most.fetch_max(own_now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        sleep(Duration::from_millis(100));
        own_now.fetch_sub(1, Ordering::SeqCst);
        serve_ranges(to, asked, &body, TAG);
    });
    let directory = tempfile::tempdir().unwrap();
    let downloader = Downloader::new(options_of_tests(), impatient()).unwrap();
    let started = Instant::now();
    let got = at_once(&downloader, &server, directory.path(), &["same1", "same2", "same3"]);
    assert!(got.iter().all(Result::is_ok), "{got:?}");
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(files(directory.path()), ["same1", "same2", "same3"]);
    for name in ["same1", "same2", "same3"] {
        assert_eq!(fs::read(directory.path().join(name)).unwrap(), bytes);
    }
}

/// Who waits for an address takes nobody's place, and waits as long as it takes.
#[test]
fn many_that_wait_for_one_address_do_not_keep_others_waiting() {
    let server = Server::new(|_, asked, to| {
        if asked.head.starts_with("get /same") {
            sleep(Duration::from_secs(4));
        }
        answer(to, 200, TAG, b"x");
    });
    let directory = tempfile::tempdir().unwrap();
    let downloader = Downloader::new(options_of_tests(), DownloadOptions::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let wanted = |path: &str, name: String| Download {
        url: server.url(path),
        to: directory.path().join(name),
        ..Download::default()
    };
    for number in 0..70 {
        let (downloader, wanted) = (downloader.clone(), wanted("same", format!("same{number}")));
        runtime.spawn(async move { downloader.download(&wanted, &|_: Progress| {}).await });
    }
    sleep(Duration::from_millis(300));
    let started = Instant::now();
    runtime.block_on(downloader.download(&wanted("other", "other".into()), &|_: Progress| {})).unwrap();
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    runtime.shutdown_background();
}

/// What an earlier run could not give its name.
fn complete_part(server: &Server, directory: &Path, tag: &str, bytes: &[u8]) {
    use std::fmt::Write as _;
    let mut name = String::from(".badsig-");
    for byte in sha256(server.url("setup.msi").as_bytes()) {
        write!(name, "{byte:02x}").unwrap();
    }
    let about = format!(
        r#"{{"badsig_part":1,"url":"x","etag":{tag:?},"last_modified":null,"total":{}}}"#,
        bytes.len()
    );
    fs::write(directory.join(format!("{name}.part")), bytes).unwrap();
    fs::write(directory.join(format!("{name}.json")), about).unwrap();
}

#[test]
fn a_complete_part_of_an_earlier_run_is_asked_about() {
    let (old, new) = (content(1000, 16), content(1000, 17));
    let body = old.clone();
    let server = Server::new(move |_, asked, to| match asked.head.contains("if-none-match: \"one\"") {
        true => answer(to, 304, TAG, b""),
        false => answer(to, 200, TAG, &body),
    });
    let directory = tempfile::tempdir().unwrap();
    complete_part(&server, directory.path(), "\"one\"", &old);
    run(&wanted(&server, directory.path())).unwrap();
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), old);
    assert_eq!(server.asked().len(), 1);
    assert!(range_start(&server.asked()[0]).is_none(), "{}", server.asked()[0].head);

    // The file on the server is another one today.
    let body = new.clone();
    let server = Server::new(move |_, asked, to| serve_ranges(to, asked, &body, "ETag: \"two\"\r\n"));
    complete_part(&server, directory.path(), "\"one\"", &old);
    run(&wanted(&server, directory.path())).unwrap();
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), new);
    assert_eq!(files(directory.path()), ["setup.msi"]);

    // A digest tells as well.
    complete_part(&server, directory.path(), "\"one\"", &old);
    let expected = Expected { sha256: Some(sha256(&old)), ..Expected::default() };
    run(&Download { expected, ..wanted(&server, directory.path()) }).unwrap();
    assert_eq!(fs::read(directory.path().join("setup.msi")).unwrap(), old);
    assert_eq!(server.asked().len(), 1);
}

/// It is there, whatever it says.
#[cfg(unix)]
#[test]
fn a_line_that_cannot_be_opened_is_not_passed_over() {
    let server = Server::new(|_, asked, to| serve_ranges(to, asked, b"new", TAG));
    let directory = tempfile::tempdir().unwrap();
    complete_part(&server, directory.path(), "\"one\"", b"old");
    let line = files(directory.path()).into_iter().find(|name| name.ends_with(".json")).unwrap();
    let line = directory.path().join(line);
    fs::remove_file(&line).unwrap();
    std::os::unix::fs::symlink(&line, &line).unwrap();
    let error = run(&wanted(&server, directory.path())).unwrap_err();
    assert!(matches!(&error.failure, Failure::Disk { path, .. } if path.ends_with(".json")), "{error}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn passwords_stand_in_no_message() {
    let directory = tempfile::tempdir().unwrap();
    for url in ["https://user:p#secret@x.example/a.msi", "https://user:pa/secret@x.example/a.msi?sig=secret"]
    {
        let wanted = Download { url: url.into(), to: directory.path().join("a"), ..Download::default() };
        let text = run(&wanted).unwrap_err().to_string();
        assert!(text.starts_with("https://x.example/a.msi: ") && !text.contains("secret"), "{text}");
    }
    let mut fetch = options_of_tests();
    fetch.proxy = badsig_fetch::Proxy::Url("http://user:secret@127.0.0.1:1".into());
    let downloader = Downloader::new(fetch.clone(), impatient()).unwrap();
    assert!(!format!("{downloader:?} {fetch:?}").contains("secret"), "{downloader:?}");
    fetch.proxy = badsig_fetch::Proxy::Url("http://user:s#cret@127.0.0.1:1".into());
    let text = Downloader::new(fetch, impatient()).unwrap_err().to_string();
    assert!(
        text.starts_with("the proxy http://127.0.0.1:1 cannot be used") && !text.contains("cret@"),
        "{text}"
    );
}

/// Addresses of stores that stand in files of strangers: nobody is asked for credentials, and nobody gets them.
#[cfg(feature = "object-stores")]
#[test]
fn object_stores_are_only_read_where_the_user_names_them() {
    let directory = tempfile::tempdir().unwrap();
    for url in ["s3://bucket/a.msi", "S3://bucket/a.msi", "az://container/a.msi", "gs://bucket/a.msi"] {
        let wanted = Download { url: url.into(), to: directory.path().join("a"), ..Download::default() };
        let error = run(&wanted).unwrap_err();
        assert!(matches!(error.failure, Failure::Url(_)), "{error}");
        assert!(
            error.to_string().contains("object stores are only read where you name them yourself"),
            "{error}"
        );
    }
}

#[test]
fn what_is_not_as_described_leaves_nothing() {
    let bytes = content(100_000, 8);
    let chunked = |to: &mut dyn Write, bytes: &[u8]| {
        let head = format!(
            "HTTP/1.1 200 x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
            bytes.len()
        );
        let _ = to.write_all(&[head.as_bytes(), bytes, b"\r\n0\r\n\r\n"].concat());
    };
    let body = bytes.clone();
    let server = Server::new(move |_, asked, to| {
        if asked.head.starts_with("get /chunked") {
            chunked(to, &body)
        } else {
            serve_ranges(to, asked, &body, TAG)
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let check = |path: &str, expected: Expected, fits: fn(&Failure) -> bool| {
        let wanted = Download { url: server.url(path), expected, ..wanted(&server, directory.path()) };
        let error = run(&wanted).unwrap_err();
        assert!(fits(&error.failure), "{error}");
        assert_eq!(files(directory.path()), Vec::<String>::new(), "{error}");
    };
    let size = |size| Expected { size: Some(size), ..Expected::default() };
    check("sized", size(99_999), |failure| {
        *failure == Failure::WrongSize { expected: 99_999, actual: 100_000 }
    });
    check("chunked", size(99_999), |failure| *failure == Failure::LargerThan(99_999));
    check("chunked", size(100_001), |failure| {
        *failure == Failure::WrongSize { expected: 100_001, actual: 100_000 }
    });
    let other = Expected { sha256: Some([7; 32]), ..Expected::default() };
    check("sized", other, |failure| matches!(failure, Failure::WrongDigest { algorithm: "SHA-256", .. }));
    let other = Expected { sha1: Some([7; 20]), ..Expected::default() };
    check("sized", other, |failure| matches!(failure, Failure::WrongDigest { algorithm: "SHA-1", .. }));
}

#[test]
fn a_limit_of_size_holds_with_and_without_a_length() {
    let server = Server::new(|_, asked, to| serve_ranges(to, asked, &[1; 5000], ""));
    let directory = tempfile::tempdir().unwrap();
    let options = DownloadOptions { size_limit: 4999, ..impatient() };
    let error = run_with(&wanted(&server, directory.path()), options, 3).unwrap_err();
    assert_eq!(error.failure, Failure::TooLarge { limit: 4999 });
}

#[test]
fn a_slow_drip_is_left_and_kept() {
    let server = Server::new(|_, _, to| {
        let head = format!("HTTP/1.1 200 x\r\n{TAG}Content-Length: 100000\r\n\r\n");
        let _ = to.write_all(head.as_bytes());
        for _ in 0..200 {
            if to.write_all(b"x").is_err() {
                return;
            }
            sleep(Duration::from_millis(20));
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let error = run_with(&wanted(&server, directory.path()), impatient(), 0).unwrap_err();
    assert!(matches!(error.failure, Failure::TooSlow(_)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(files(directory.path()).len(), 2);
}

#[test]
fn what_the_caller_has_is_not_sent_again() {
    let server = Server::new(|_, asked, to| {
        if asked.head.contains("if-none-match: \"one\"") {
            answer(to, 304, TAG, b"")
        } else {
            answer(to, 200, TAG, b"x")
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let held = Validators { etag: Some("\"one\"".into()), last_modified: None };
    let wanted = Download { unless: Some(held), ..wanted(&server, directory.path()) };
    assert_eq!(run(&wanted).unwrap(), Downloaded::NotModified);
    assert_eq!(files(directory.path()), Vec::<String>::new());
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let server = Server::new(|_, _, to| answer(to, 200, "", b"x"));
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), "").unwrap();
    let error =
        run(&Download { to: directory.path().join("file/setup.msi"), ..wanted(&server, directory.path()) });
    let text = error.unwrap_err().to_string();
    assert!(text.contains("file") && text.contains("make room, or choose another directory"), "{text}");
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn one_connection_a_host_and_a_limit_of_speed() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (own_now, own_most) = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::new(move |_, _, to| {
        own_most.fetch_max(own_now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        sleep(Duration::from_millis(20));
        // Before the last byte, so that the next one can only come later.
        own_now.fetch_sub(1, Ordering::SeqCst);
        answer(to, 200, "", &[1; 30_000]);
    });
    let directory = tempfile::tempdir().unwrap();
    let options = DownloadOptions { bytes_per_second: Some(300_000), ..DownloadOptions::polite() };
    let downloader = Downloader::new(options_of_tests(), options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let started = Instant::now();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..5 {
            let (downloader, url) = (downloader.clone(), server.url(&number.to_string()));
            let to = directory.path().join(number.to_string());
            tasks.spawn(async move {
                let wanted = Download { url, to, ..Download::default() };
                downloader.download(&wanted, &|_: Progress| {}).await.unwrap();
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
    });
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert!(started.elapsed() >= Duration::from_millis(400), "{:?}", started.elapsed());
    assert_eq!(files(directory.path()).len(), 5);
}

fn options_of_tests() -> badsig_fetch::FetchOptions {
    options()
}

/// Not a test by itself: what `killed_at_any_moment` starts and kills.
#[test]
fn child_of_killed_at_any_moment() {
    let Ok(url) = std::env::var("BADSIG_TEST_DOWNLOAD") else { return };
    let to = std::env::var_os("BADSIG_TEST_TO").unwrap().into();
    run_with(&Download { url, to, ..Download::default() }, DownloadOptions::default(), 0).unwrap();
}

#[test]
fn killed_at_any_moment() {
    let bytes = content(400_000, 9);
    let (body, sent) = (bytes.clone(), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&sent);
    let server = Server::new(move |_, asked, to| {
        serve_slowly(to, asked, &body, (8_000, Duration::from_millis(5)), |piece| {
            counter.fetch_add(piece, Ordering::SeqCst);
        });
    });
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("setup.msi");
    let mut kills = 0;
    for round in 0..200 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["child_of_killed_at_any_moment", "--exact", "--quiet"])
            .env("BADSIG_TEST_DOWNLOAD", server.url("setup.msi"))
            .env("BADSIG_TEST_TO", &to)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // From hardly started to well under way, in steps that do not repeat.
        sleep(Duration::from_millis(20 + (round * 37) % 90));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        if to.exists() {
            break;
        }
    }
    assert_eq!(fs::read(&to).unwrap(), bytes, "after {kills} kills");
    assert_eq!(files(directory.path()), ["setup.msi"]);
    assert!(kills >= 3, "only {kills} kills");
    // What had arrived was not sent again, but for what was under way when the process was killed: on a busy machine all that the
    // server sends in the 110 ms that a process lives.
    let sent = sent.load(Ordering::SeqCst);
    let most = bytes.len() + (kills + 1) * 8_000 * 110 / 5;
    assert!(sent <= most, "{sent} bytes were sent for {} in {kills} kills", bytes.len());
}
