//! Files read by ranges, from servers on the loopback that change, drip and keep silent.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "only for tests"
)]

mod common;

use std::thread::sleep;
use std::time::{Duration, Instant};

use badsig_fetch::ranges::{ByRanges, RangedFile, RangedFiles};
use badsig_fetch::{Failure, FetchError, FetchOptions};
use common::options;
use testkit::server::{Server, TAG, answer, range, serve_ranges};

const SIZE: usize = 200_000;

fn body() -> Vec<u8> {
    (0..SIZE).map(|number| number.to_le_bytes()[0]).collect()
}

async fn open(server: &Server, options: FetchOptions) -> Box<RangedFile> {
    match RangedFiles::new(options).unwrap().open(&server.url("a.exe")).await.unwrap() {
        ByRanges::Yes(file) => file,
        ByRanges::No(why) => panic!("{why}"),
    }
}

fn read(server: &Server, options: FetchOptions) -> Result<Vec<u8>, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let file = open(server, options).await;
        file.read(100_000..100_010).await
    })
}

#[test]
fn some_bytes() {
    let server = Server::new(|_, asked, to| serve_ranges(to, asked, &body(), TAG));
    assert_eq!(read(&server, options()).unwrap(), body()[100_000..100_010]);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn another_version_is_told_by_what_it_says() {
    let server = Server::new(|number, asked, to| match (number, range(asked)) {
        (0, _) => serve_ranges(to, asked, &body(), TAG),
        (_, Some((start, end))) => {
            let end = end.unwrap();
            let headers = format!("ETag: \"two\"\r\nContent-Range: bytes {start}-{end}/{SIZE}\r\n");
            answer(to, 206, &headers, &body()[start..=end]);
        }
        _ => answer(to, 400, "", b""),
    });
    assert_eq!(read(&server, options()).unwrap_err().failure, Failure::Replaced);
}

/// One byte comes in time, the next one as well, and so on.
#[test]
fn a_drip_is_not_waited_for() {
    let server = Server::new(|number, asked, to| {
        let (start, end) = range(asked).unwrap();
        let end = end.unwrap();
        if number == 0 {
            return serve_ranges(to, asked, &body(), TAG);
        }
        let head = format!(
            "HTTP/1.1 206 x\r\n{TAG}Content-Range: bytes {start}-{end}/{SIZE}\r\nContent-Length: {}\r\n\r\n",
            end - start + 1
        );
        let _ = to.write_all(head.as_bytes());
        for _ in start..=end {
            sleep(Duration::from_millis(400));
            if to.write_all(b"x").is_err() {
                return;
            }
        }
    });
    let mut impatient = options();
    (impatient.timeout, impatient.retries) = (Duration::from_millis(500), 1);
    let started = Instant::now();
    let error = read(&server, impatient).unwrap_err();
    assert_eq!(error.failure, Failure::Deadline(Duration::from_millis(500)));
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(server.asked().len(), 3, "one repetition");

    // With all repetitions there is another deadline.
    let mut patient = options();
    (patient.timeout, patient.deadline, patient.retries) =
        (Duration::from_millis(500), Duration::from_millis(1200), 100);
    let started = Instant::now();
    let error = read(&server_that_keeps_silent(), patient).unwrap_err();
    assert_eq!(error.failure, Failure::Deadline(Duration::from_millis(1200)));
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

fn server_that_keeps_silent() -> Server {
    Server::new(|number, asked, to| match number {
        0 => serve_ranges(to, asked, &body(), TAG),
        _ => sleep(Duration::from_secs(4)),
    })
}
