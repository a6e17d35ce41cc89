"""The outside tools the recipes call, and a loopback server for the old kind of time stamp."""
import base64, calendar, http.server, os, pathlib, subprocess, tempfile, threading, time
import cms
from der import Node, integer, octets, oid, seq, tlv

HERE = pathlib.Path(__file__).resolve().parent.parent
PKI = HERE / "pki"
JUDGED_AT = "2026-11-21T00:00:00Z"


def unix(when):
    """Seconds since 1970 of a UTC time like 2020-06-01T00:00:00Z."""
    return calendar.timegm(time.strptime(when, "%Y-%m-%dT%H:%M:%SZ"))


def digits(when):
    """20200601000000Z, the form of a GeneralizedTime."""
    return when.replace("-", "").replace(":", "").replace("T", "")


def run(*args, cwd=None, at=None):
    """Runs a tool; `at` freezes its clock. Raises with the tool's words when it fails."""
    clock = ["faketime", "-f", at.replace("T", " ").rstrip("Z")] if at else []
    done = subprocess.run([*clock, *map(str, args)], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"{args}\n{done.stdout.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


class Stamper(http.server.BaseHTTPRequestHandler):
    """/smime/TSA/WHEN: a countersignature by `openssl smime`; /bare/TSA/WHEN: one by hand, PKCS#1 block without DigestInfo."""

    def log_message(self, *args):
        pass

    def do_POST(self):
        asked = base64.b64decode(self.rfile.read(int(self.headers["Content-Length"])))
        over = Node(asked)[1][1][0].body
        how, tsa, when = self.path.strip("/").split("/", 2)
        if how == "bare":
            info = cms.countersignature(PKI, tsa, over, digits(when)[2:], how="bare")
            content = seq(oid(cms.DATA), tlv(0xA0, octets(over)))
            answer = cms.signed_data(content, "sha1", [cms.certificate(PKI, tsa)], [info])
        else:
            with tempfile.NamedTemporaryFile() as f:
                f.write(over)
                f.flush()
                clock = ["faketime", "-f", when.replace("T", " ").rstrip("Z")]
                answer = cms.run(*clock, "openssl", "smime", "-sign", "-binary", "-nodetach", "-nosmimecap", "-outform", "DER",
                                 "-md", "sha1", "-in", f.name, "-signer", PKI / f"test-{tsa}.pem", "-inkey", PKI / f"TEST-{tsa}.key")
        answer = base64.b64encode(answer)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stamper)
threading.Thread(target=server.serve_forever, daemon=True).start()


def sign(source, target, signer="publisher", chain=("code-signing-ca",), digest="sha256", stamp=None, more=()):
    """osslsigncode sign. `stamp`: None or (kind, time, time-stamp authority); kind: rfc3161, smime or bare."""
    args = ["osslsigncode", "sign", "-certs", PKI / f"test-{signer}.pem", "-key", PKI / f"TEST-{signer}.key", "-h", digest]
    signing_time = stamp[1] if stamp else "2020-05-31T00:00:00Z"
    at = signing_time
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as bag:
        for name in chain:
            bag.write((PKI / f"test-{name}.pem").read_text())
        bag.flush()
        if chain:
            args += ["-ac", bag.name]
        if stamp and stamp[0] == "rfc3161":
            args += ["-TSA-certs", PKI / f"test-{stamp[2]}.pem", "-TSA-key", PKI / f"TEST-{stamp[2]}.key", "-TSA-time", unix(stamp[1])]
        elif stamp:
            args += ["-t", f"http://127.0.0.1:{server.server_port}/{stamp[0]}/{stamp[2]}/{stamp[1]}"]
            at = None  # libcurl waits on the clock
        if target.exists():
            target.unlink()
        run(*args, "-time", unix(signing_time), *more, "-in", source, "-out", target, at=at)
    return target


def indirect_data(source, digest="sha256", more=()):
    """The SpcIndirectData ContentInfo that osslsigncode computes for a file."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "data.der"
        run("osslsigncode", "extract-data", "-h", digest, *more, "-in", source, "-out", out)
        return bytes(Node(out.read_bytes())[1][0][2])


def verify(path, *more):
    """(ok, output) of osslsigncode verify with TEST Root trusted for everything."""
    root = PKI / "test-root.pem"
    done = subprocess.run(
        ["osslsigncode", "verify", "-in", str(path), "-CAfile", str(root), "-TSA-CAfile", str(root), "-ignore-cdp",
         "-time", str(unix(JUDGED_AT)), *map(str, more)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode == 0, done.stdout.decode(errors="replace")
