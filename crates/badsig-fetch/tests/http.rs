//! How servers behave and misbehave.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod common;

use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use badsig_fetch::{Failure, Kind, Proxy, Request};
use common::{crl, der, fetcher, options};
use testkit::server::{Server, answer};

fn failure(server: &Server, path: &str) -> Failure {
    fetcher(options()).fetch(&crl(server.url(path))).unwrap_err().failure
}

#[test]
fn a_list_is_fetched() {
    let server = Server::new(|_, _, to| answer(to, 200, "", &der(1000)));
    let fetched = fetcher(options()).fetch(&crl(server.url("a.crl"))).unwrap();
    assert_eq!((fetched.bytes, fetched.from_cache, fetched.cache_problem), (der(1000), false, None));
    assert!(server.asked()[0].head.starts_with("get /a.crl http/1.1\r\n"));
    assert!(server.asked()[0].head.contains("user-agent: badsig/"));
}

#[test]
fn not_found_is_not_asked_again() {
    let server = Server::new(|_, _, to| answer(to, 404, "", b"no"));
    let error = fetcher(options()).fetch(&crl(server.url("a.crl"))).unwrap_err();
    assert_eq!(error.failure, Failure::HttpStatus { status: 404, retry_after: None });
    assert_eq!(
        error.to_string(),
        format!(
            "{}: the server answered with status 404; get the file from its publisher and give it offline",
            error.url
        )
    );
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn too_many_requests_waits_as_long_as_asked() {
    let server = Server::new(|number, _, to| match number {
        0 => answer(to, 429, "Retry-After: 0\r\n", b""),
        1 => answer(to, 429, "Retry-After: 1\r\n", b""),
        _ => answer(to, 200, "", &der(9)),
    });
    let start = Instant::now();
    fetcher(options()).fetch(&crl(server.url(""))).unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_pause_of_an_hour_is_not_waited_for() {
    let server = Server::new(|_, _, to| answer(to, 503, "Retry-After: 3600\r\n", b""));
    let waits = Some(Duration::from_secs(3600));
    assert_eq!(failure(&server, ""), Failure::HttpStatus { status: 503, retry_after: waits });
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_failing_server_is_asked_four_times() {
    let server = Server::new(|_, _, to| answer(to, 500, "", b""));
    assert_eq!(failure(&server, ""), Failure::HttpStatus { status: 500, retry_after: None });
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn a_connection_cut_in_mid_body_is_repeated() {
    let server = Server::new(|number, _, to| match number {
        0 | 1 => drop(to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123")),
        _ => answer(to, 200, "", &der(100)),
    });
    assert_eq!(fetcher(options()).fetch(&crl(server.url(""))).unwrap().bytes, der(100));
    assert_eq!(server.asked().len(), 3);

    let always =
        Server::new(|_, _, to| drop(to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0")));
    assert!(matches!(failure(&always, ""), Failure::Interrupted(_)));
    let chunked = Server::new(|_, _, to| {
        drop(to.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n00000\r\n"));
    });
    assert!(matches!(failure(&chunked, ""), Failure::Interrupted(_)));
}

#[test]
fn redirects_are_followed() {
    let server = Server::new(|number, _, to| match number {
        0 => answer(to, 301, "Location: /b\r\n", b""),
        1 => answer(to, 307, "Location: c?d=e\r\n", b""),
        _ => answer(to, 200, "", &der(5)),
    });
    fetcher(options()).fetch(&crl(server.url("a"))).unwrap();
    assert!(server.asked()[2].head.starts_with("get /c?d=e "));
}

#[test]
fn redirects_that_are_refused() {
    for to in ["file:///etc/passwd", "ftp://a.example/", "ldap:///x", "http://", "http://u:p@a.example/"] {
        let server = Server::new(move |_, _, out| answer(out, 302, &format!("Location: {to}\r\n"), b""));
        let found = failure(&server, "");
        assert!(matches!(&found, Failure::Redirect { .. }), "{to}: {found:?}");
        assert_eq!(server.asked().len(), 1, "{to}");
    }
}

#[test]
fn a_redirect_loop_ends() {
    let server = Server::new(|_, _, to| answer(to, 302, "Location: /again\r\n", b""));
    assert!(matches!(failure(&server, ""), Failure::Redirect { .. }));
    assert_eq!(server.asked().len(), 6);
}

#[test]
fn a_redirect_without_target_is_a_status() {
    let server = Server::new(|_, _, to| answer(to, 302, "", b""));
    assert_eq!(failure(&server, ""), Failure::HttpStatus { status: 302, retry_after: None });
}

#[test]
fn larger_than_the_limit() {
    let declared = Server::new(|_, _, to| {
        drop(to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n0"));
        sleep(Duration::from_secs(3));
    });
    let endless = Server::new(|_, _, to| {
        drop(to.write_all(b"HTTP/1.1 200 OK\r\n\r\n0"));
        while to.write_all(&[0; 1000]).is_ok() {}
    });
    for server in [declared, endless] {
        let mut options = options();
        options.sizes.crl = 100_000;
        let start = Instant::now();
        let error = fetcher(options).fetch(&crl(server.url(""))).unwrap_err();
        assert_eq!(error.failure, Failure::TooLarge { limit: 100_000 });
        assert!(start.elapsed() < Duration::from_secs(2));
        assert_eq!(server.asked().len(), 1);
    }
}

#[test]
fn exactly_the_limit_is_allowed() {
    let server = Server::new(|_, _, to| answer(to, 200, "", &der(100)));
    let mut options = options();
    options.sizes.crl = 100;
    assert_eq!(fetcher(options).fetch(&crl(server.url(""))).unwrap().bytes.len(), 100);
}

#[test]
fn more_than_declared_is_not_taken() {
    let server =
        Server::new(|_, _, to| drop(to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n0123456")));
    let fetcher = fetcher(options());
    for _ in 0..3 {
        assert_eq!(fetcher.fetch(&crl(server.url(""))).unwrap().bytes, b"012");
    }
}

#[test]
fn a_slow_drip_meets_the_timeout_and_the_deadline() {
    let server = Server::new(|_, _, to| {
        drop(to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
        while to.write_all(b"0").and_then(|()| to.flush()).is_ok() {
            sleep(Duration::from_millis(20));
        }
    });
    let mut once = options();
    (once.timeout, once.retries) = (Duration::from_millis(200), 0);
    let error = fetcher(once).fetch(&crl(server.url(""))).unwrap_err();
    assert_eq!(error.failure, Failure::Deadline(Duration::from_millis(200)));

    let mut often = options();
    (often.timeout, often.retries, often.deadline) =
        (Duration::from_millis(200), 1000, Duration::from_millis(500));
    let start = Instant::now();
    let error = fetcher(often).fetch(&crl(server.url(""))).unwrap_err();
    assert_eq!(error.failure, Failure::Deadline(Duration::from_millis(500)));
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn wrong_content() {
    let page = Server::new(|_, _, to| answer(to, 200, "Content-Type: text/html\r\n", b"<html>Log in</html>"));
    let wrong = |expected| Failure::WrongContent { expected };
    assert_eq!(failure(&page, ""), wrong("revocation list"));
    let packed = Server::new(|_, _, to| answer(to, 200, "Content-Encoding: gzip\r\n", &der(9)));
    assert_eq!(failure(&packed, ""), wrong("revocation list"));
    let empty = Server::new(|_, _, to| answer(to, 200, "", b""));
    let request = Request::Get { url: empty.url(""), kind: Kind::Cabinet };
    assert_eq!(fetcher(options()).fetch(&request).unwrap_err().failure, wrong("cabinet"));
}

#[test]
fn nobody_listens() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = fetcher(options()).fetch(&crl(format!("http://{address}/"))).unwrap_err();
    assert!(matches!(error.failure, Failure::Connect(_)), "{error}");
}

#[test]
fn private_addresses_are_refused() {
    let server = Server::new(|_, _, to| answer(to, 200, "", &der(9)));
    let mut options = options();
    options.allow_private_addresses = false;
    let fetcher = fetcher(options);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{}/", server.address.port());
        let error = fetcher.fetch(&crl(url)).unwrap_err();
        assert!(matches!(error.failure, Failure::AddressRefused { .. }), "{host}: {error}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_redirect_to_a_private_address_is_refused_behind_a_proxy_too() {
    let inside = Server::new(|_, _, to| answer(to, 200, "", &der(9)));
    let target = inside.url("secret");
    let proxy = Server::new(move |_, _, to| answer(to, 302, &format!("Location: {target}\r\n"), b""));
    let mut options = options();
    options.allow_private_addresses = false;
    options.proxy = Proxy::Url(format!("http://{}", proxy.address));
    let error = fetcher(options).fetch(&crl("http://crl.badsig.invalid/a.crl".into())).unwrap_err();
    assert!(matches!(error.failure, Failure::AddressRefused { .. }), "{error}");
    assert!(proxy.asked()[0].head.starts_with("get http://crl.badsig.invalid/a.crl "), "{:?}", proxy.asked());
    assert_eq!((proxy.asked().len(), inside.asked().len()), (1, 0));
}

#[test]
fn other_schemes_are_not_called() {
    for url in ["ldap:///CN=x", "file:///etc/passwd", "", "\u{1b}[2J"] {
        let error = fetcher(options()).fetch(&crl(url.into())).unwrap_err();
        assert!(matches!(error.failure, Failure::Url(_)), "{error}");
        assert!(!error.to_string().contains('\u{1b}'));
    }
}

/// The child of the next test. Does nothing when run by itself.
#[test]
fn child_uses_the_proxy_of_the_environment() {
    let Ok(port) = std::env::var("BADSIG_TEST_PROXY_PORT") else { return };
    let mut options = options();
    (options.allow_private_addresses, options.proxy) = (false, Proxy::Environment);
    let fetcher = fetcher(options);
    fetcher.fetch(&crl("http://crl.badsig.invalid/a.crl".into())).unwrap();
    let error = fetcher.fetch(&crl(format!("http://localhost:{port}/"))).unwrap_err();
    assert!(matches!(error.failure, Failure::Url(_)), "{error}");
}

#[test]
fn the_proxy_of_the_environment_may_be_private_but_is_no_target() {
    let proxy = Server::new(|_, _, to| answer(to, 200, "", &der(9)));
    let port = proxy.address.port().to_string();
    let mut child = Command::new(std::env::current_exe().unwrap());
    for variable in ["NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "REQUEST_METHOD"] {
        child.env_remove(variable);
    }
    child.args(["child_uses_the_proxy_of_the_environment", "--exact", "--nocapture"]);
    child.env("http_proxy", format!("http://localhost:{port}")).env("BADSIG_TEST_PROXY_PORT", &port);
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(proxy.asked().len(), 1);
    assert!(proxy.asked()[0].head.starts_with("get http://crl.badsig.invalid/a.crl "), "{:?}", proxy.asked());
}
