"""Makes tests/trust/: signed lists, serialized stores and a store directory for the tests of what is trusted and what is not.

    python3 tests/recipes/make_trust.py

The lists are signed with TEST keys by the openssl command and checked again with `openssl smime -verify`. The .sst files are
written from Microsoft's documentation of the structure ([MS-OSHARED] 2.3.2.5 and 2.3.9.1): no Windows was at hand. Keys and
certificates of the signers of lists are made when they are missing, and kept.
"""
import hashlib, pathlib, shutil, struct, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
import cms
from der import NULL, Node, integer, octets, oid, seq, tlv

HERE = pathlib.Path(__file__).resolve().parent
PKI, OUT = HERE / "pki", HERE.parent / "trust"
ROOTS, DISTRUSTED = "1.3.6.1.4.1.311.10.3.9", "1.3.6.1.4.1.311.10.3.30"
SIGNATURE_HASH, PROPERTY = "1.3.6.1.4.1.311.10.11.15", "1.3.6.1.4.1.311.10.11."
SHA1 = "1.3.14.3.2.26"

CONFIG = """
[ca]
default_ca = any
[any]
database = {work}/index.txt
new_certs_dir = {work}
serial = {work}/serial
default_md = sha256
policy = names
unique_subject = no
[names]
organizationName = supplied
commonName = supplied
[req]
distinguished_name = none
[none]
[list_ca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
extendedKeyUsage = codeSigning,1.3.6.1.4.1.311.10.3.1,1.3.6.1.4.1.311.10.3.9
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[list_signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = 1.3.6.1.4.1.311.10.3.9
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def run(*args):
    done = subprocess.run([str(a) for a in args], capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{args}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def certificate(work, name, common_name, issuer, section, first, last, serial):
    pem, key = PKI / f"test-{name}.pem", PKI / f"TEST-{name}.key"
    if pem.exists():
        return
    config = work / "ca.cnf"
    config.write_text(CONFIG.format(work=work))
    (work / "index.txt").write_text("")
    (work / "serial").write_text(f"{serial:08X}\n")
    run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
    run("openssl", "req", "-new", "-key", key, "-subj", f"/O=badsig TEST/CN={common_name}", "-config", config, "-out", work / "csr")
    run("openssl", "ca", "-batch", "-notext", "-config", config, "-cert", PKI / f"test-{issuer}.pem",
        "-keyfile", PKI / f"TEST-{issuer}.key", "-extensions", section, "-startdate", first, "-enddate", last,
        "-in", work / "csr", "-out", pem)
    run("openssl", "x509", "-in", pem, "-outform", "DER", "-out", PKI / f"test-{name}.der")


def der(name):
    return (PKI / f"test-{name}.der").read_bytes()


def key_bits(cert):
    """The contents of subjectPublicKey without the octet that counts unused bits."""
    tbs = Node(cert)[0]
    return tbs[6][1].body[1:]


def tbs(cert):
    return bytes(Node(cert)[0])


def number(date):
    """The sequence number of Microsoft's lists: 14, then the FILETIME of the list."""
    seconds = int(run("date", "-u", "-d", date, "+%s"))
    return tlv(0x02, b"\x14" + ((seconds + 11644473600) * 10**7).to_bytes(8, "big"))


def ctl(usage, date, algorithm, entries):
    return seq(seq(oid(usage)), number(date), cms.utc_time(run("date", "-u", "-d", date, "+%y%m%d%H%M%SZ").decode().strip()),
               seq(oid(algorithm), NULL), seq(*entries))


def entry(identifier, **properties):
    parts = [cms.attribute(PROPERTY + name[1:], octets(value)) for name, value in properties.items()]
    return seq(octets(identifier), *([tlv(0x31, *parts)] if parts else []))


def signed(content, signer, digest="sha256", bag=("list-ca",)):
    info = cms.signer_info(PKI, signer, digest, cms.authenticode_attributes(cms.CTL, Node(content).body, digest, opus=False))
    certs = [der(name) for name in (signer, *bag)]
    return cms.signed_data(seq(oid(cms.CTL), tlv(0xA0, content)), digest, certs, [info])


def write(name, data):
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def check_with_openssl(path):
    """Signature and chain by an independent tool; purposes are not its business here. What is signed are the list's contents
    octets, which OpenSSL 3.0 does not find itself: it is told."""
    content = Node(path.read_bytes())[1][0][2][1][0].body
    with tempfile.NamedTemporaryFile() as octets_file:
        octets_file.write(content)
        octets_file.flush()
        run("openssl", "smime", "-verify", "-binary", "-inform", "DER", "-in", path, "-content", octets_file.name,
            "-CAfile", PKI / "test-root.pem", "-purpose", "any",
            "-attime", run("date", "-u", "-d", "2025-06-01", "+%s").decode().strip(), "-out", "/dev/null")


def distrusted_entries():
    """The publisher by its key, the time stamp authority by the hash of its signed part, and some that nothing matches."""
    return [
        entry(hashlib.md5(key_bits(der("publisher"))).digest()),
        entry(hashlib.sha256(tbs(der("tsa"))).digest()),
        entry(hashlib.sha384(b"nothing").digest()),
        # Length-exact: neither the SHA-1 of a certificate nor a cut digest is an identifier of this list.
        entry(hashlib.sha1(der("other-publisher")).digest()),
        entry(hashlib.sha256(tbs(der("other-publisher"))).digest()[:20]),
    ]


def root_entries():
    cert = der("root")
    return [entry(hashlib.sha1(cert).digest(), p98=hashlib.sha256(cert).digest(), p11="TEST Root\0".encode("utf-16-le"),
                  p20=hashlib.sha1(key_bits(cert)).digest())]


def lists():
    date = "2025-06-01 00:00:00"
    distrusted = ctl(DISTRUSTED, date, SIGNATURE_HASH, distrusted_entries())
    check_with_openssl(write("disallowedcert.stl", signed(distrusted, "list-signer")))
    check_with_openssl(write("authroot.stl", signed(ctl(ROOTS, date, SHA1, root_entries()), "list-signer")))
    write("signed-for-code.stl", signed(distrusted, "publisher", bag=("code-signing-ca",)))
    write("sha1.stl", signed(distrusted, "list-signer", digest="sha1"))
    write("no-issuer.stl", signed(distrusted, "list-signer", bag=()))
    late = ctl(DISTRUSTED, "2026-06-01 00:00:00", SIGNATURE_HASH, distrusted_entries())
    write("signer-expired.stl", signed(late, "list-signer"))
    other = ctl(DISTRUSTED, date, "2.16.840.1.101.3.4.2.1", distrusted_entries())
    write("other-identifiers.stl", signed(other, "list-signer"))


def element(kind, value):
    return struct.pack("<III", kind, 1, len(value)) + value


def filetime(date):
    seconds = int(run("date", "-u", "-d", date, "+%s"))
    return struct.pack("<Q", (seconds + 11644473600) * 10**7)


def stores():
    code, stamp = oid("1.3.6.1.5.5.7.3.3"), oid("1.3.6.1.5.5.7.3.8")
    header, end = struct.pack("<I", 0) + b"CERT", bytes(12)
    roots = header
    roots += element(3, hashlib.sha1(der("root")).digest()) + element(11, "TEST Root ☃\0".encode("utf-16-le"))
    roots += element(9, seq(code, stamp)) + element(32, der("root"))
    roots += element(104, filetime("2022-01-01")) + element(122, seq(code)) + element(32, der("untrusted-root"))
    roots += element(126, filetime("2019-06-01")) + element(127, seq(stamp)) + element(32, der("untrusted-tsa"))
    write("roots.sst", roots + end)
    write("authorities.sst", header + element(32, der("code-signing-ca")) + element(32, der("missing-ca")) + end)
    write("empty.sst", header + end)
    limited = element(126, filetime("2019-06-01")) + element(127, seq(code)) + element(32, der("root"))
    write("limited-root.sst", header + limited + end)


def bundles():
    pems = [PKI / f"test-{name}.pem" for name in ("code-signing-ca", "missing-ca")]
    arguments = [part for pem in pems for part in ("-certfile", pem)]
    for form, name in (("DER", "authorities.p7b"), ("PEM", "authorities-pem.p7b")):
        write(name, run("openssl", "crl2pkcs7", "-nocrl", *arguments, "-outform", form))


def directory():
    """As `certutil -syncWithWU` leaves it: certificates named by SHA-1, and the lists."""
    folder = OUT / "sync"
    shutil.rmtree(folder, ignore_errors=True)
    write(f"sync/{hashlib.sha1(der('root')).hexdigest()}.crt", der("root"))
    for name in ("authroot.stl", "disallowedcert.stl"):
        write(f"sync/{name}", (OUT / name).read_bytes())
    write("sync/readme.txt", b"not a certificate\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        certificate(work, "list-ca", "TEST List CA", "root", "list_ca", "20190101000000Z", "20400101000000Z", 2001)
        certificate(work, "list-signer", "TEST List Signer", "list-ca", "list_signer", "20250101000000Z", "20260101000000Z", 2002)
    lists()
    stores()
    bundles()
    directory()
