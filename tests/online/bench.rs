//! Authorities with servers of their own, made by OpenSSL for one test: certificates whose addresses lead to the
//! loopback, a responder (`openssl ocsp`), revocation lists (`openssl ca -gencrl`), a time stamp authority (`openssl
//! ts`), and files signed by osslsigncode.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::common::{Ran, badsig};
use testkit::server::{Reply, Site};
use testkit::{pki, repository};

/// Serial numbers of the signers' certificates.
pub(crate) const GOOD: &str = "2001";
pub(crate) const REVOKED: &str = "2002";

pub(crate) struct Bench {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) server: Site,
}

/// Where a signer's certificate says that its status is told.
pub(crate) struct Addresses {
    pub(crate) ocsp: Option<String>,
    pub(crate) crl: Option<String>,
    pub(crate) issuer: Option<String>,
    /// Where delta lists are.
    pub(crate) freshest: Option<String>,
}

impl Addresses {
    /// None at all.
    pub(crate) fn none() -> Addresses {
        Addresses { ocsp: None, crl: None, issuer: None, freshest: None }
    }
}

/// Whether the tools are there.
pub(crate) fn tools() -> bool {
    let there = |tool: &&str| Command::new(tool).arg("--version").output().is_ok();
    let all = ["openssl", "osslsigncode", "gcab"].iter().all(there);
    if !all {
        testkit::skip_tool("needs openssl, osslsigncode and gcab");
    }
    all
}

/// Seconds from now, as `openssl ca` writes times in its index: `261121000000Z`.
fn index_time(offset: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let time = badsig::UtcTime::from_unix(i64::try_from(now).unwrap() + offset).unwrap().to_string();
    let digits: String = time.chars().filter(char::is_ascii_digit).collect();
    format!("{}Z", &digits[2..14])
}

impl Bench {
    /// An authority "TEST Online CA" under the TEST root, and its lists. `revoked` seconds from now its signer
    /// 2002 was (or will have been) revoked.
    pub(crate) fn new(revoked: i64) -> Bench {
        let bench = Bench { directory: tempfile::tempdir().unwrap(), server: Site::new() };
        let root_list = bench.server.url("root.crl");
        bench.write(
            "ca.ext",
            &format!(
                "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n\
             extendedKeyUsage=codeSigning\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n\
             crlDistributionPoints=URI:{root_list}\n"
            ),
        );
        bench.issue("ca", "TEST Online CA", "TEST-sub-ca.key", ("test-root.pem", "TEST-root.key"), "1001");
        bench.openssl(&["x509", "-in", "ca.pem", "-outform", "DER", "-out", "ca.der"]);
        bench.index("ca", &[(GOOD, None), (REVOKED, Some((revoked, "keyCompromise")))]);
        bench.index("root", &[("1001", None)]);
        bench.list("ca", bench.authority(), "01", "");
        bench.list("root", (pki("test-root.pem"), pki("TEST-root.key")), "01", "");
        bench.server.serves("root.crl", bench.read("root.crl"));
        bench.server.serves("ca.crl", bench.read("ca.crl"));
        bench.server.serves("ca.cer", bench.read("ca.der"));
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn openssl(&self, arguments: &[&str]) {
        run(Command::new("openssl").args(arguments).current_dir(self.directory.path()));
    }

    /// `NAME.pem` with the extensions in `NAME.ext`.
    fn issue(&self, name: &str, common_name: &str, key: &str, issuer: (&str, &str), serial: &str) {
        let issuer_certificate = if issuer.0 == "ca.pem" { self.path("ca.pem") } else { pki(issuer.0) };
        self.write("req.cnf", "[req]\ndistinguished_name=dn\n[dn]\n");
        run(Command::new("openssl")
            .args(["req", "-new", "-config", "req.cnf", "-out", "request.csr", "-key"])
            .arg(pki(key))
            .args(["-subj", &format!("/O=badsig TEST/CN={common_name}")])
            .current_dir(self.directory.path()));
        run(Command::new("openssl")
            .args([
                "x509",
                "-req",
                "-in",
                "request.csr",
                "-sha256",
                "-days",
                "30",
                "-set_serial",
                &format!("0x{serial}"),
            ])
            .args(["-extfile", &format!("{name}.ext"), "-out", &format!("{name}.pem"), "-CA"])
            .arg(issuer_certificate)
            .arg("-CAkey")
            .arg(pki(issuer.1))
            .current_dir(self.directory.path()));
    }

    /// `NAME.index`: what an authority knows of its certificates. Serial number; since when (in seconds from now) and
    /// why it is revoked.
    pub(crate) fn index(&self, name: &str, certificates: &[(&str, Option<(i64, &str)>)]) {
        let line = |(serial, revoked): &(&str, Option<(i64, &str)>)| {
            let (state, since) = match revoked {
                Some((since, why)) => ("R", format!("{},{why}", index_time(*since))),
                None => ("V", String::new()),
            };
            format!("{state}\t390101000000Z\t{since}\t{serial}\tunknown\t/O=badsig TEST/CN=TEST {serial}\n")
        };
        self.write(&format!("{name}.index"), &certificates.iter().map(line).collect::<String>());
    }

    /// `NAME.crl` for `NAME.index`, current for a day, with this number (two hexadecimal digits) and further
    /// extensions, signed by `signer` (certificate and key).
    pub(crate) fn list(&self, name: &str, signer: (PathBuf, PathBuf), number: &str, extensions: &str) {
        self.write(&format!("{name}.index.attr"), "unique_subject = no\n");
        self.write(&format!("{name}.number"), &format!("{number}\n"));
        let config = format!(
            "[ca]\ndefault_ca=c\n[c]\ndatabase={name}.index\ncrlnumber={name}.number\ndefault_md=sha256\n\
             default_crl_days=1\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n{extensions}\n"
        );
        self.write("ca.cnf", &config);
        run(Command::new("openssl")
            .args(["ca", "-config", "ca.cnf", "-gencrl", "-out", "list.pem", "-cert"])
            .arg(signer.0)
            .arg("-keyfile")
            .arg(signer.1)
            .current_dir(self.directory.path()));
        self.openssl(&["crl", "-in", "list.pem", "-outform", "DER", "-out", &format!("{name}.crl")]);
    }

    /// The authority issued again, with the same name and key: `again.pem`, and in DER.
    pub(crate) fn issue_again(&self) {
        fs::copy(self.path("ca.ext"), self.path("again.ext")).unwrap();
        let root = ("test-root.pem", "TEST-root.key");
        self.issue("again", "TEST Online CA", "TEST-sub-ca.key", root, "1002");
        self.openssl(&["x509", "-in", "again.pem", "-outform", "DER", "-out", "again.der"]);
    }

    /// The certificate of a signer, with the TEST publisher's key: `NAME.pem`.
    pub(crate) fn signer(&self, name: &str, serial: &str, addresses: &Addresses) {
        let mut access = Vec::new();
        access.extend(addresses.ocsp.iter().map(|url| format!("OCSP;URI:{url}")));
        access.extend(addresses.issuer.iter().map(|url| format!("caIssuers;URI:{url}")));
        let mut text = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n\
             extendedKeyUsage=codeSigning\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            .to_owned();
        if !access.is_empty() {
            text += &format!("authorityInfoAccess={}\n", access.join(","));
        }
        if let Some(url) = &addresses.crl {
            text += &format!("crlDistributionPoints=URI:{url}\n");
        }
        if let Some(url) = &addresses.freshest {
            text += &format!("freshestCRL=URI:{url}\n");
        }
        self.write(&format!("{name}.ext"), &text);
        let issuer = ("ca.pem", "TEST-sub-ca.key");
        self.issue(name, &format!("TEST {name}"), "TEST-publisher.key", issuer, serial);
    }

    /// `NAME.exe`, signed by the signer NAME; with its issuer, unless a server has to give it.
    pub(crate) fn sign(&self, name: &str, options: &[&str]) -> PathBuf {
        let unsigned = repository().join("fixtures/exe/unsigned.exe");
        self.sign_file(name, options, &unsigned, &format!("{name}.exe"))
    }

    /// Any file, signed by the signer NAME.
    pub(crate) fn sign_file(&self, name: &str, options: &[&str], file: &Path, signed: &str) -> PathBuf {
        let out = self.path(signed);
        let _ = fs::remove_file(&out);
        run(Command::new("osslsigncode")
            .args(["sign", "-h", "sha256", "-certs", &format!("{name}.pem"), "-key"])
            .arg(pki("TEST-publisher.key"))
            .args(options)
            .arg("-in")
            .arg(file)
            .arg("-out")
            .arg(&out)
            .current_dir(self.directory.path()));
        out
    }

    /// A cabinet of files of the bench.
    pub(crate) fn cabinet(&self, name: &str, members: &[&str]) -> PathBuf {
        run(Command::new("gcab").args(["-c", name]).args(members).current_dir(self.directory.path()));
        self.path(name)
    }

    /// Signs with the issuer in the file.
    pub(crate) fn sign_whole(&self, name: &str) -> PathBuf {
        self.sign(name, &["-ac", "ca.pem"])
    }

    /// A responder of OpenSSL, behind a path of the server: every request is answered by `openssl ocsp`, signed by
    /// `signer` (certificate and key).
    pub(crate) fn answers_ocsp(&self, path: &str, signer: (PathBuf, PathBuf)) {
        let directory = self.directory.path().to_owned();
        self.server.at(path, move |request| Reply::Body(ocsp_answer(&directory, request, &signer)));
    }

    pub(crate) fn authority(&self) -> (PathBuf, PathBuf) {
        (self.path("ca.pem"), pki("TEST-sub-ca.key"))
    }

    /// Somebody who is no responder of the authority.
    pub(crate) fn stranger(&self) -> (PathBuf, PathBuf) {
        (pki("test-other-publisher.pem"), pki("TEST-other-publisher.key"))
    }

    /// What OpenSSL answers about a signer whose certificate is `NAME.pem`.
    pub(crate) fn answer_about(&self, name: &str) -> Vec<u8> {
        self.openssl(&[
            "ocsp",
            "-issuer",
            "ca.pem",
            "-cert",
            &format!("{name}.pem"),
            "-no_nonce",
            "-reqout",
            "asked.der",
        ]);
        ocsp_answer(self.directory.path(), &self.read("asked.der"), &self.authority())
    }

    /// OpenSSL's own server.
    pub(crate) fn responder(&self) -> Responder {
        let mut child = Command::new("openssl")
            .args([
                "ocsp", "-port", "0", "-ndays", "1", "-index", "ca.index", "-CA", "ca.pem", "-rsigner",
                "ca.pem", "-rkey",
            ])
            .arg(pki("TEST-sub-ca.key"))
            .current_dir(self.directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // "ACCEPT 0.0.0.0:41111 PID=7"
        let port = lines.find_map(|line| {
            line.strip_prefix("ACCEPT ")?.split(' ').next()?.rsplit(':').next().map(str::to_owned)
        });
        // Whoever does not read on stops the responder.
        std::thread::spawn(move || lines.for_each(drop));
        Responder { child, url: format!("http://127.0.0.1:{}/", port.unwrap()) }
    }

    /// An RFC 3161 server made of `openssl ts`.
    pub(crate) fn stamps(&self, path: &str) {
        let config = format!(
            "[t]\nserial=ts.serial\nsigner_cert={}\nsigner_key={}\ncerts={}\nsigner_digest=sha256\n\
             default_policy=1.3.6.1.4.1.99999.1\ndigests=sha256,sha384,sha512\naccuracy=secs:1\ntsa_name=yes\n\
             ess_cert_id_alg=sha256\n",
            pki("test-tsa.pem").display(),
            pki("TEST-tsa.key").display(),
            pki("test-root.pem").display()
        );
        self.write("ts.cnf", &config);
        self.write("ts.serial", "01\n");
        let directory = self.directory.path().to_owned();
        self.server.at(path, move |request| {
            fs::write(directory.join("ts.query"), request).unwrap();
            run(Command::new("openssl")
                .args([
                    "ts",
                    "-reply",
                    "-config",
                    "ts.cnf",
                    "-section",
                    "t",
                    "-queryfile",
                    "ts.query",
                    "-out",
                    "ts.reply",
                ])
                .current_dir(&directory));
            Reply::Body(fs::read(directory.join("ts.reply")).unwrap())
        });
    }

    /// `badsig check` with the TEST root and a cache of its own.
    pub(crate) fn check(&self, mode: &str, more: &[&str], file: &Path) -> Ran {
        self.command(mode, more).arg(file).run()
    }

    pub(crate) fn command(&self, mode: &str, more: &[&str]) -> crate::common::Badsig {
        badsig()
            .args([
                "check",
                "--add-root",
                "tests/recipes/pki/test-root.pem",
                "--format",
                "json",
                "--revocation",
                mode,
            ])
            .env("BADSIG_FETCH_TIMEOUT", "10")
            .args(["--allow-private-addresses", "--cache-dir"])
            .arg(self.path("cache"))
            .args(more)
    }
}

fn ocsp_answer(directory: &Path, request: &[u8], signer: &(PathBuf, PathBuf)) -> Vec<u8> {
    let work = tempfile::tempdir().unwrap();
    let (asked, said) = (work.path().join("asked"), work.path().join("said"));
    fs::write(&asked, request).unwrap();
    run(Command::new("openssl")
        .args(["ocsp", "-index", "ca.index", "-CA", "ca.pem", "-ndays", "1", "-rsigner"])
        .arg(&signer.0)
        .arg("-rkey")
        .arg(&signer.1)
        .arg("-reqin")
        .arg(asked)
        .arg("-respout")
        .arg(&said)
        .current_dir(directory));
    fs::read(said).unwrap()
}

pub(crate) struct Responder {
    child: Child,
    pub(crate) url: String,
}

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What is known of the revocation of the first signature, and the code of the file.
pub(crate) fn known(ran: &Ran) -> (String, String) {
    let report = ran.json();
    let file = &report["files"][0];
    let text = |value: &Value| value.as_str().unwrap_or("null").to_owned();
    (text(&file["signatures"][0]["revocation"]), text(&file["trust"]["hresult"]))
}

/// Everything that the report says it did not check.
pub(crate) fn not_checked(ran: &Ran) -> String {
    let report = ran.json();
    report["not_checked"].as_array().unwrap().iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

/// A day, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// A time, given in seconds from now, as `--at` takes it.
pub(crate) fn at(offset: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    badsig::UtcTime::from_unix(i64::try_from(now).unwrap() + offset).unwrap().to_string()
}

/// Long enough that nobody waits for it.
pub(crate) const LONG: Duration = Duration::from_secs(30);
