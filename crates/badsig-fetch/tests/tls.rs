//! TLS with an authority of the caller's, and steps down from it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests"
)]

mod common;

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use badsig_fetch::{Failure, FetchError, Fetched};
use common::{crl, der, fetcher, options};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use testkit::pki;
use testkit::server::{answer, read_request};

fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A certificate for the loopback under the TEST TLS CA, made here because it needs an address as its name.
fn server_certificate(directory: &Path) -> Arc<ServerConfig> {
    let file = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    let known = |name: &str| pki(name).to_str().unwrap().to_owned();
    fs::write(
        file("ext"),
        "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n",
    )
    .unwrap();
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", &file("key")];
    openssl(&[&["req", "-new", "-subj", "/CN=TEST loopback", "-out", &file("csr")], &key[..]].concat());
    let authority = ["-CA", &known("test-tls-ca.pem"), "-CAkey", &known("TEST-tls-ca.key")];
    let about = ["-set_serial", "4711", "-days", "365", "-extfile", &file("ext"), "-out", &file("pem")];
    openssl(&[&["x509", "-req", "-in", &file("csr")], &authority[..], &about[..]].concat());

    let read = |path: &Path| CertificateDer::from_pem_file(path).unwrap();
    let chain = vec![read(&directory.join("pem")), read(&pki("test-tls-ca.pem"))];
    let key = PrivateKeyDer::from_pem_file(directory.join("key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

/// Answers `/down` with a step down to http, everything else with a list.
fn serve(config: Arc<ServerConfig>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let Some(asked) = read_request(&mut stream) else { continue };
            match asked.head.starts_with("get /down") {
                true => answer(&mut stream, 302, &format!("Location: http://{address}/\r\n"), b""),
                false => answer(&mut stream, 200, "", &der(70_000)),
            }
            stream.conn.send_close_notify();
            let _ = stream.conn.complete_io(&mut stream.sock);
        }
    });
    address
}

fn fetch(address: SocketAddr, path: &str, authority: Option<&str>) -> Result<Fetched, FetchError> {
    let mut options = options();
    options.extra_authorities = authority.map(pki);
    fetcher(options).fetch(&crl(format!("https://{address}/{path}")))
}

#[test]
fn an_extra_authority_is_trusted_and_nothing_else() {
    if Command::new("openssl").arg("version").output().is_err() {
        return testkit::skip_tool("openssl is not installed");
    }
    let directory = tempfile::tempdir().unwrap();
    let address = serve(server_certificate(directory.path()));
    assert_eq!(fetch(address, "a", Some("test-root.pem")).unwrap().bytes, der(70_000));

    for authority in [None, Some("test-untrusted-root.pem")] {
        let error = fetch(address, "a", authority).unwrap_err();
        assert!(matches!(error.failure, Failure::Tls(_)), "{error}");
    }
    let error = fetch(address, "down", Some("test-root.pem")).unwrap_err();
    assert!(
        matches!(&error.failure, Failure::Redirect { reason, .. } if reason.contains("https to http")),
        "{error}"
    );
}

#[test]
fn a_file_without_certificates_is_refused() {
    for name in ["TEST-root.key", "test-root.der", "absent.pem"] {
        let mut options = options();
        options.extra_authorities = Some(pki(name));
        let error = badsig_fetch::Fetcher::new(options).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}
