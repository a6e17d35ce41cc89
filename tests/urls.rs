//! Addresses as inputs, with real servers on the loopback: downloaded, judged, gone; proxies, TLS, faults of disks, kills.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "test code"
)]

mod common;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use badsig::digest::DigestAlgorithm;
use common::{BLOCKED, Badsig, PUBLISHABLE, UNDECIDED, USAGE, badsig, check, files, loopback};
use testkit::repository;
use testkit::server::{Asked, Server, TAG, answer, serve_ranges, serve_slowly};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("fixtures").join(name)).unwrap()
}

/// Serves the fixtures under their paths, with ranges, and nothing to who has it.
fn serving() -> Server {
    Server::new(|_, asked, to| {
        let path = path(asked);
        let Ok(body) = std::fs::read(repository().join("fixtures").join(&path)) else {
            return answer(to, 404, "", b"not here");
        };
        if asked.head.contains("if-none-match: \"one\"") {
            return answer(to, 304, TAG, b"");
        }
        answer(to, 200, TAG, &body);
    })
}

/// The path that was asked for, without its query.
fn path(asked: &Asked) -> String {
    let target = asked.head.split(' ').nth(1).unwrap();
    target.trim_start_matches('/').split('?').next().unwrap().to_owned()
}

#[test]
fn addresses_are_judged_like_files_and_nothing_stays() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let address = |path: &str| format!("http://me:secret@{}/{path}", server.address);
    let report = loopback(check(), home.path())
        .arg(address("msi/signed-stamped.msi?token=abcdef&v=1"))
        .arg("fixtures/exe/signed-stamped.exe")
        .arg(address("exe/unsigned.exe"))
        .args(["--format", "json"])
        .run()
        .code(BLOCKED);
    let text = report.stdout();
    assert!(!text.contains("secret") && !text.contains("abcdef"), "{text}");
    let report = report.json();
    let shown = |path: &str| format!("http://{}/{path}", server.address);
    let files_of = report["files"].as_array().unwrap();
    let summary: Vec<(String, &str)> = files_of
        .iter()
        .map(|file| (file["path"].as_str().unwrap().to_owned(), file["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(
        summary,
        [
            (shown("msi/signed-stamped.msi?token=...&v=1"), "publishable"),
            ("fixtures/exe/signed-stamped.exe".to_owned(), "publishable"),
            (shown("exe/unsigned.exe"), "blocked"),
        ]
    );
    // The same answer as for the file itself.
    let local = check().args(["fixtures/exe/unsigned.exe", "--format", "json"]).run().json();
    assert_eq!(local["files"][0]["sha256"], files_of[2]["sha256"]);
    assert_eq!(local["files"][0]["findings"], files_of[2]["findings"]);
    // The server got the password, and nothing is left here.
    assert!(server.asked()[0].head.contains("authorization: basic "), "{}", server.asked()[0].head);
    assert_eq!(files(home.path()), Vec::<String>::new());
}

#[test]
fn lists_hold_addresses() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let list = home.path().join("list");
    std::fs::write(&list, format!("{}\nfixtures/exe/signed.exe\n", server.url("exe/signed-stamped.exe")))
        .unwrap();
    let report =
        loopback(check(), home.path()).arg("--files-from").arg(&list).args(["--format", "json"]).run().json();
    assert_eq!(report["files"][0]["path"], server.url("exe/signed-stamped.exe"));
    assert_eq!(report["files"][0]["verdict"], "publishable");
    assert_eq!(report["files"][1]["path"], "fixtures/exe/signed.exe");
}

#[test]
fn what_is_kept_is_not_sent_again() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let kept = home.path().join("kept");
    for round in 0..2 {
        let ran = loopback(check(), home.path()).arg(server.url("exe/signed-stamped.exe"));
        ran.arg("--download-dir").arg(&kept).run().code(PUBLISHABLE);
        assert_eq!(server.asked().len(), round + 1);
        assert_eq!(server.asked()[round].head.contains("if-none-match"), round > 0);
        assert_eq!(files(&kept), ["held.json", "signed-stamped.exe"]);
    }
}

#[test]
fn many_addresses_come_in_their_order() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let names = ["exe/signed-stamped.exe", "exe/unsigned.exe", "msi/signed-stamped.msi", "exe/absent.exe"];
    let addresses: Vec<String> =
        (0..80).map(|number| server.url(&format!("{}?n={number}", names[number % 4]))).collect();
    let ran = loopback(check(), home.path()).args(&addresses).args(["--jobs", "3", "--format", "json"]);
    let report = ran.run().code(BLOCKED).json();
    let paths: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, addresses);
    assert_eq!(report["summary"]["publishable"], 40);
    assert_eq!(report["summary"]["undecided"], 20);
    assert_eq!(files(home.path()), Vec::<String>::new());
}

#[test]
fn what_cannot_be_had_is_undecided_under_its_address() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let absent = server.url("exe/absent.exe");
    let ran = loopback(check(), home.path()).arg(&absent).run().code(UNDECIDED);
    ran.says(&absent).tells("the server answered with status 404");
    // A private address is asked only when somebody says so.
    let ran = check().env("NO_PROXY", "127.0.0.1").env("XDG_CACHE_HOME", home.path().to_str().unwrap());
    let ran = ran.arg(server.url("exe/unsigned.exe")).run().code(UNDECIDED);
    ran.tells("which is not a public address").tells("--allow-private-addresses");
    assert_eq!(server.asked().len(), 1);
    let limited =
        loopback(check(), home.path()).arg(server.url("exe/unsigned.exe")).args(["--download-limit", "100"]);
    limited.run().code(UNDECIDED).tells("larger than 100 bytes");
    check()
        .args(["--ca", "absent.pem", "https://example.invalid/"])
        .run()
        .code(USAGE)
        .complains("absent.pem");
    check()
        .args(["--proxy", "http://[", "https://example.invalid/"])
        .run()
        .code(USAGE)
        .complains("the proxy");
    // Commands that download nothing say so, without the password.
    let ran = badsig().args(["lock", "update", "https://me:secret@example.invalid/a.msi"]).run().code(USAGE);
    assert!(!ran.stderr().contains("secret"));
    ran.complains("downloads nothing");
}

#[test]
fn inspect_shows_what_is_at_an_address() {
    let (server, home) = (serving(), tempfile::tempdir().unwrap());
    let ran = loopback(badsig().arg("inspect"), home.path())
        .arg(server.url("exe/signed-stamped.exe"))
        .run()
        .code(0);
    ran.says(&server.url("exe/signed-stamped.exe")).says("matches the file");
    let ran =
        loopback(badsig().arg("inspect"), home.path()).arg(server.url("absent.exe")).run().code(UNDECIDED);
    ran.tells("status 404");
    assert_eq!(files(home.path()), Vec::<String>::new());
}

/// The proxy is asked for the whole address; the name in it has no address here.
#[test]
fn proxies_are_used() {
    let home = tempfile::tempdir().unwrap();
    let body = fixture("exe/signed-stamped.exe");
    let proxy = Server::new(move |_, asked, to| {
        match asked.head.starts_with("get http://files.example.invalid/a.exe ") {
            true => answer(to, 200, "", &body),
            false => answer(to, 404, "", b""),
        }
    });
    let address = format!("http://{}", proxy.address);
    let run = || {
        let plain = check().env("NO_PROXY", "").env("XDG_CACHE_HOME", home.path().to_str().unwrap());
        plain.arg("http://files.example.invalid/a.exe")
    };
    run().args(["--proxy", &address]).run().code(PUBLISHABLE);
    run().env("HTTP_PROXY", &address).env("http_proxy", &address).run().code(PUBLISHABLE);
    run().env("BADSIG_PROXY", &address).run().code(PUBLISHABLE);
    assert_eq!(proxy.asked().len(), 3);
    let ran = run().env("HTTP_PROXY", &address).args(["--proxy", "none"]).run().code(UNDECIDED);
    ran.tells("was not resolved");
}

/// OpenSSL's server, which is stopped in the end.
struct Tls(Child, String);

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn tls(directory: &Path) -> Option<Tls> {
    let pki = |name: &str| repository().join("tests/recipes/pki").join(name);
    let openssl = |arguments: &[&str]| {
        let ran = Command::new("openssl").args(arguments).current_dir(directory).output().ok()?;
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        Some(())
    };
    std::fs::write(directory.join("ext"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        .unwrap();
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key"];
    openssl(&[&["req", "-new", "-subj", "/CN=TEST loopback", "-out", "csr"], &key[..]].concat())?;
    let (ca, ca_key) = (pki("test-tls-ca.pem"), pki("TEST-tls-ca.key"));
    let authority = ["-CA", ca.to_str().unwrap(), "-CAkey", ca_key.to_str().unwrap()];
    openssl(
        &[
            &[
                "x509",
                "-req",
                "-in",
                "csr",
                "-set_serial",
                "4711",
                "-days",
                "365",
                "-extfile",
                "ext",
                "-out",
                "pem",
            ],
            &authority[..],
        ]
        .concat(),
    )?;
    let mut child = Command::new("openssl")
        .args(["s_server", "-WWW", "-accept", "127.0.0.1:0", "-cert", "pem", "-key", "key", "-cert_chain"])
        .arg(ca)
        .current_dir(directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // "ACCEPT 127.0.0.1:41111"
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("ACCEPT ").map(str::to_owned))?;
    std::thread::spawn(move || lines.for_each(drop));
    Some(Tls(child, address))
}

/// A server under an authority of one's own, as OpenSSL speaks TLS.
#[test]
fn an_authority_of_ones_own_is_trusted_for_tls() {
    let (directory, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(directory.path().join("signed.exe"), fixture("exe/signed-stamped.exe")).unwrap();
    let Some(server) = tls(directory.path()) else { return testkit::skip_tool("openssl is not installed") };
    let run = || loopback(check(), home.path()).arg(format!("https://{}/signed.exe", server.1));
    run().args(["--ca", "tests/recipes/pki/test-root.pem"]).run().code(PUBLISHABLE);
    run().args(["--tls-authorities", "tests/recipes/pki/test-root.pem"]).run().code(PUBLISHABLE);
    run().run().code(UNDECIDED).tells("TLS failed").tells("--ca");
    let ran = run().args(["--ca", "tests/recipes/pki/test-untrusted-root.pem"]).run().code(UNDECIDED);
    ran.tells("TLS failed");
}

/// A server that sends slowly and in parts.
fn slow(body: Vec<u8>) -> Server {
    Server::new(move |_, asked, to| serve_slowly(to, asked, &body, (512, Duration::from_millis(4)), |_| {}))
}

/// What a service manager sends, and what nobody can catch: the next run goes on where this one was.
#[cfg(unix)]
#[test]
fn a_run_that_is_ended_goes_on_next_time() {
    let body = fixture("msi/signed-stamped.msi");
    for signal in ["TERM", "KILL"] {
        let (server, home) = (slow(body.clone()), tempfile::tempdir().unwrap());
        let run = || loopback(check(), home.path()).arg(server.url("setup.msi"));
        let mut child = run().into_command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let part = || files(home.path()).iter().any(|name| name.ends_with(".part"));
        let arrived = || {
            let parts = home.path().join("badsig/downloads");
            let entries = std::fs::read_dir(parts).into_iter().flatten().flatten();
            entries
                .filter_map(|own| own.metadata().ok())
                .filter(|own| own.is_file())
                // Small files that come at once are not worth a line about them; 8,000 bytes take 60 ms here.
                .any(|own| own.len() > 8_000)
        };
        while !arrived() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let killed = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert!(!child.wait().unwrap().success());
        assert!(part(), "{signal}: {:?}", files(home.path()));
        run().run().code(PUBLISHABLE);
        let asked = server.asked();
        assert_eq!(asked.len(), 2, "{signal}");
        assert!(asked[1].head.contains("range: bytes="), "{signal}: {}", asked[1].head);
        assert!(!part(), "{signal}: {:?}", files(home.path()));
    }
}

/// `updates check --download` of one package whose file is at this address.
fn package(server: &Server, directory: &Path, body: &[u8], name: &str) -> PathBuf {
    let text = std::fs::read(repository().join("tests/updates/right.sdp")).unwrap();
    let text = String::from_utf8(text).unwrap();
    let (size, sha1, sha256) = digests(body);
    let mut out = String::new();
    for line in text.lines() {
        if line.contains("<sdp:OriginFile") {
            let url = server.url(name);
            out += &format!(
                "<sdp:OriginFile Digest=\"{sha1}\" FileName=\"{name}\" Size=\"{size}\" Modified=\"2026-01-02T03:04:05Z\" OriginUri=\"{url}\">\n"
            );
        } else if line.contains("<sdp:AdditionalDigest") {
            out += &format!("<sdp:AdditionalDigest Algorithm=\"SHA256\">{sha256}</sdp:AdditionalDigest>\n");
        } else {
            out += line;
            out.push('\n');
        }
    }
    let path = directory.join("package.sdp");
    std::fs::write(&path, out).unwrap();
    path
}

fn digests(body: &[u8]) -> (usize, String, String) {
    let text = |algorithm: DigestAlgorithm| badsig::updates::to_base64(&algorithm.digest(body));
    (body.len(), text(DigestAlgorithm::Sha1), text(DigestAlgorithm::Sha256))
}

fn download(home: &Path, sdp: &Path, into: &Path) -> Badsig {
    let command = badsig().args(["updates", "check", "--at", "2026-11-21"]);
    let command =
        command.args(["--add-root", "tests/recipes/pki/test-root.pem", "--download"]).arg(into).arg(sdp);
    loopback(command, home)
}

/// A disk that takes no more: the limit of the size of files stands for it, and a small file system where one can be made.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_the_next_run_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let body: Vec<u8> = fixture("msi/signed-stamped.msi");
    let serving = body.clone();
    let server = Server::new(move |_, asked, to| {
        serve_ranges(to, asked, &serving, TAG);
    });
    let sdp = package(&server, home.path(), &body, "setup.msi");
    let full = |into: &Path, limit: &str| {
        let command = download(home.path(), &sdp, into);
        let ran = command.started_after(&format!("trap '' XFSZ; {limit}")).output().unwrap();
        let text = String::from_utf8(ran.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(ran.status.code(), Some(UNDECIDED), "{text}{}", String::from_utf8_lossy(&ran.stderr));
        assert!(text.contains("make room, or choose another directory"), "{text}");
        assert!(files(into).iter().all(|name| name.starts_with(".badsig-")), "{:?}", files(into));
    };
    let into = home.path().join("content");
    // 8 blocks of 512 bytes; the file has more.
    full(&into, "ulimit -f 8;");
    download(home.path(), &sdp, &into).run().code(PUBLISHABLE);
    assert_eq!(files(&into), ["setup.msi"]);
    assert!(
        server.asked().last().unwrap().head.contains("range: bytes="),
        "{}",
        server.asked().last().unwrap().head
    );

    let small = home.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8k", "tmpfs"]).arg(&small).output();
    if !mounted.is_ok_and(|mounted| mounted.status.success()) {
        return testkit::skip("the small file system cannot be mounted");
    }
    full(&small, "");
    assert!(Command::new("mount").args(["-o", "remount,size=1m"]).arg(&small).status().unwrap().success());
    download(home.path(), &sdp, &small).run().code(PUBLISHABLE);
    let left = files(&small);
    // Read-only: nothing new can be written, and what is there is enough.
    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&small).status().unwrap().success());
    let read_only = download(home.path(), &sdp, &small).run();
    assert!(Command::new("umount").arg(&small).status().unwrap().success());
    assert_eq!(left, ["setup.msi"]);
    read_only.code(USAGE).complains("--download").complains("Read-only");
}

#[test]
fn a_place_that_cannot_be_written_to_is_a_usage_error() {
    let (home, server) = (tempfile::tempdir().unwrap(), serving());
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    let sdp = package(&server, home.path(), b"x", "x.msi");
    download(home.path(), &sdp, &file.join("below")).run().code(USAGE).complains("--download");
    let ran = loopback(check(), home.path())
        .arg(server.url("x"))
        .arg("--download-dir")
        .arg(file.join("below"))
        .run();
    ran.code(USAGE).complains("--download-dir");
    assert_eq!(server.asked().len(), 0);
}

/// Killed whenever it may be: nothing half-written has a name, and in the end everything is there.
#[test]
fn downloads_of_a_catalog_killed_at_any_moment() {
    let home = tempfile::tempdir().unwrap();
    let body = fixture("msi/signed-stamped.msi");
    let server = slow(body.clone());
    let sdp = package(&server, home.path(), &body, "setup.msi");
    let into = home.path().join("content");
    let wanted = std::env::var("BADSIG_FAULT_KILLS").map_or(12, |count| count.parse().unwrap());
    let (mut kills, mut round) = (0, 0u64);
    while kills < wanted {
        let mut child =
            download(home.path(), &sdp, &into).into_command().stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(40 + (round * 53) % 130));
        let ended = child.try_wait().unwrap().is_some();
        if !ended {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        let whole = files(&into).into_iter().filter(|name| !name.starts_with(".badsig-")).collect::<Vec<_>>();
        assert!(whole.is_empty() || whole == ["setup.msi"], "{whole:?}");
        if ended {
            std::fs::remove_dir_all(&into).unwrap();
        }
        round += 1;
        assert!(round < 20 * wanted, "{kills} of {round} runs were still going on");
    }
    println!("updates check --download: {kills} of {round} runs were killed");
    download(home.path(), &sdp, &into).run().code(PUBLISHABLE);
    assert_eq!(files(&into), ["setup.msi"]);
    let asked = server.asked().len();
    // What is there is not asked for again.
    download(home.path(), &sdp, &into).run().code(PUBLISHABLE);
    assert_eq!(server.asked().len(), asked);
    // One that was damaged is.
    let kept = std::fs::read_dir(&into).unwrap().flatten().find(|own| own.path().is_dir()).unwrap();
    std::fs::write(kept.path().join("setup.msi"), &body[1..]).unwrap();
    download(home.path(), &sdp, &into).run().code(PUBLISHABLE);
    assert_eq!(std::fs::read(kept.path().join("setup.msi")).unwrap(), body);
}

/// Names in a catalog lead nowhere but into the directory.
#[test]
fn names_of_a_catalog_stay_in_the_directory() {
    let (home, body) = (tempfile::tempdir().unwrap(), fixture("msi/signed-stamped.msi"));
    let serving = body.clone();
    let server = Server::new(move |_, _, to| answer(to, 200, TAG, &serving));
    for (name, kept) in
        [("../../escaped.msi", "escaped.msi"), ("..", "download"), ("a:b\\c\\..\\d.msi", "d.msi")]
    {
        let into = home.path().join("deep/er/content");
        let sdp = package(&server, home.path(), &body, name);
        download(home.path(), &sdp, &into).run();
        assert_eq!(files(&into), [kept], "{name}");
        std::fs::remove_dir_all(&into).unwrap();
        let others = files(home.path()).into_iter().filter(|own| own != "package.sdp").collect::<Vec<_>>();
        assert_eq!(others, Vec::<String>::new(), "{name}");
    }
}

/// A catalog of somebody else does not make the user's buckets be read with his credentials.
#[test]
fn object_stores_that_a_catalog_names_are_not_asked() {
    let (home, body) = (tempfile::tempdir().unwrap(), fixture("msi/signed-stamped.msi"));
    let server = Server::new(|_, _, to| answer(to, 200, TAG, b"x"));
    let into = home.path().join("content");
    let sdp = package(&server, home.path(), &body, "setup.msi");
    let text = std::fs::read_to_string(&sdp).unwrap();
    std::fs::write(&sdp, text.replace(&server.url("setup.msi"), "s3://internal/setup.msi")).unwrap();
    let endpoint = server.url("");
    let asking = |command: Badsig| {
        let command =
            command.env("AWS_ENDPOINT", endpoint.trim_end_matches('/')).env("AWS_ALLOW_HTTP", "true");
        command.env("AWS_ACCESS_KEY_ID", "key").env("AWS_SECRET_ACCESS_KEY", "secret")
    };
    let ran = asking(download(home.path(), &sdp, &into)).run().code(UNDECIDED);
    let text = ran.stdout().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("object stores are only read where you name them yourself"), "{text}");

    let manifest = home.path().join("a.installer.yaml");
    let yaml = format!(
        "PackageIdentifier: a.a\nPackageVersion: 1\nInstallers:\n- Architecture: x64\n  InstallerUrl: s3://internal/in/\n  \
         InstallerSha256: {}\nManifestType: installer\nManifestVersion: 1.10.0\n",
        "0".repeat(64)
    );
    std::fs::write(&manifest, yaml).unwrap();
    let check = loopback(badsig().args(["check", "--winget"]).arg(&manifest), home.path());
    asking(check).run().code(UNDECIDED).says("s3://internal/in/");
    assert_eq!(server.asked().len(), 0, "{:?}", server.asked());
}

/// The first report line must not take the file of the second.
#[test]
fn an_address_twice_is_judged_twice() {
    let home = tempfile::tempdir().unwrap();
    let body = fixture("exe/signed-stamped.exe");
    let server = Server::new(move |_, asked, to| match asked.head.contains("if-none-match: \"one\"") {
        true => answer(to, 304, TAG, b""),
        false => answer(to, 200, TAG, &body),
    });
    let url = server.url("setup.exe");
    let check = || loopback(check(), home.path()).args([&url, &url, &url]);
    check().run().code(PUBLISHABLE).says("3 files: 3 publishable");
    assert_eq!(files(home.path()), Vec::<String>::new());
    // Where files stay, the second is not sent again.
    let before = server.asked().len();
    check().arg("--download-dir").arg(home.path().join("kept")).run().code(PUBLISHABLE);
    let asked = server.asked();
    let sent = asked[before..].iter().filter(|own| !own.head.contains("if-none-match")).count();
    assert_eq!((asked.len() - before, sent), (3, 1), "{asked:?}");
}

#[test]
fn a_catalog_may_be_an_address() {
    let home = tempfile::tempdir().unwrap();
    let catalog = std::fs::read(repository().join("tests/updates/v2-clean.cab")).unwrap();
    let server = Server::new(move |_, asked, to| match path(asked).as_str() {
        "v2.cab" => answer(to, 200, TAG, &catalog),
        _ => answer(to, 404, "", b""),
    });
    let url = format!("http://me:secret@{}/v2.cab", server.address);
    let run = |command: &str, url: &str| loopback(badsig().args(["updates", command]).arg(url), home.path());
    let judged = |url: &str| {
        run("check", url).args([
            "--at",
            "2026-11-21",
            "--add-root",
            "tests/recipes/pki/test-root.pem",
            "--content",
            "fixtures",
        ])
    };
    let report = judged(&url).args(["--format", "json"]).run().code(PUBLISHABLE);
    assert!(!report.stdout().contains("secret"));
    assert_eq!(report.json()["catalog"]["path"], server.url("v2.cab"));
    assert_eq!(report.json()["catalog"]["trust"]["hresult"], "0x00000000");
    run("list", &url).run().code(0).says("Right MSI").says("3 updates.");
    run("show", &url).arg("00000000-0000-4000-8000-000000000002").run().code(0).says("TEST Vendor");
    run("export-urls", &url).run().code(0).says("https://example.invalid/signed-stamped.msi");
    let absent = judged(&server.url("absent.cab")).args(["--format", "json"]).run().code(UNDECIDED).json();
    assert_eq!(absent["catalog"]["path"], server.url("absent.cab"));
    assert!(absent["catalog"]["findings"][0]["message"].as_str().unwrap().contains("status 404"), "{absent}");
    run("list", &server.url("absent.cab")).run().code(UNDECIDED).complains("status 404");
    assert_eq!(files(home.path()), Vec::<String>::new());
}

/// What a server takes to answer is no time of looking inside.
#[test]
fn the_time_for_looking_inside_begins_when_the_file_is_here() {
    let server = Server::new(|_, asked, to| {
        std::thread::sleep(Duration::from_millis(1500));
        answer(to, 200, TAG, &fixture(&path(asked)));
    });
    let home = tempfile::tempdir().unwrap();
    let ran = loopback(badsig().args(["inspect", "--tree", "--max-seconds", "1"]), home.path());
    ran.arg(format!("http://{}/cab/signed.cab", server.address)).run().code(PUBLISHABLE);
}
