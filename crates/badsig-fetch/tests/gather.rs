//! What a judgement needs: at once, each once, a few per host.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use badsig_fetch::{Failure, Wanted, limits};
use common::{der, fetcher, options};
use testkit::server::{Server, answer};

#[test]
fn each_is_fetched_once_and_failures_are_entries() {
    let server = Server::new(|_, asked, to| match asked.head.starts_with("get /missing") {
        true => answer(to, 404, "", b""),
        false => answer(to, 200, "", &der(10 + asked.body.len())),
    });
    let good = Wanted::Crl { url: server.url("a.crl") };
    let missing = Wanted::Issuer { url: server.url("missing.cer") };
    let ocsp = Wanted::Ocsp { url: server.url("ocsp"), request: vec![1, 2, 3] };
    let odd = Wanted::Crl { url: "ldap:///CN=x".into() };
    let all = [&good, &missing, &good, &ocsp, &odd, &good].map(Clone::clone);
    let gathered = fetcher(options()).gather(all);
    assert_eq!(gathered.len(), 4);
    assert_eq!(gathered[&good].as_ref().unwrap().bytes, der(10));
    assert_eq!(gathered[&ocsp].as_ref().unwrap().bytes, der(13));
    assert!(matches!(
        gathered[&missing].as_ref().unwrap_err().failure,
        Failure::HttpStatus { status: 404, .. }
    ));
    assert!(matches!(gathered[&odd].as_ref().unwrap_err().failure, Failure::Url(_)));
    assert_eq!(server.asked().len(), 3);
    let posted = server.asked().into_iter().find(|a| a.head.starts_with("post ")).unwrap();
    assert!(posted.head.contains("content-type: application/ocsp-request\r\n"), "{}", posted.head);
    assert_eq!(posted.body, [1, 2, 3]);
}

#[test]
fn more_than_is_reasonable_is_not_asked_for() {
    let many = (0..300).map(|n| Wanted::Crl { url: format!("unusable:{n}") });
    let gathered = fetcher(options()).gather(many);
    let too_many =
        gathered.values().filter(|v| matches!(v, Err(e) if matches!(e.failure, Failure::TooMany(_))));
    assert_eq!((gathered.len(), too_many.count()), (300, 300 - limits::MAX_WANTED));
}

#[test]
fn at_once_but_few_per_host() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::new(move |_, _, to| {
        let current = counted.0.fetch_add(1, Ordering::SeqCst) + 1;
        counted.1.fetch_max(current, Ordering::SeqCst);
        sleep(Duration::from_millis(50));
        counted.0.fetch_sub(1, Ordering::SeqCst);
        answer(to, 200, "", &der(10));
    });
    let mut options = options();
    options.connections_per_host = 3;
    let gathered = fetcher(options).gather((0..12).map(|n| Wanted::Crl { url: server.url(&n.to_string()) }));
    assert!(gathered.values().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[test]
fn the_deadline_is_that_of_the_whole() {
    let server = Server::new(|_, _, _| sleep(Duration::from_secs(5)));
    let mut options = options();
    (options.deadline, options.connections_per_host) = (Duration::from_millis(300), 1);
    let start = Instant::now();
    let gathered = fetcher(options).gather((0..5).map(|n| Wanted::Crl { url: server.url(&n.to_string()) }));
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(gathered.len(), 5);
    assert!(
        gathered.values().all(|v| matches!(v, Err(e) if matches!(e.failure, Failure::Deadline(_)))),
        "{gathered:?}"
    );
}

#[test]
fn all_together_have_a_limit() {
    let server = Server::new(|_, _, to| answer(to, 200, "", &der(1000)));
    let mut options = options();
    options.total_size = 3500;
    let gathered = fetcher(options).gather((0..6).map(|n| Wanted::Crl { url: server.url(&n.to_string()) }));
    let good = gathered.values().filter(|v| v.is_ok()).count();
    let refused =
        gathered.values().filter(|v| matches!(v, Err(e) if e.failure == Failure::TooMuch(3500))).count();
    assert!(good <= 3 && good + refused == 6, "{good} {refused}");
}
