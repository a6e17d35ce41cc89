"""SignedData built by hand where no signing tool makes the wanted form. Hashes: hashlib. Keys: the openssl command."""
import hashlib, subprocess, tempfile
from der import NULL, Node, integer, octets, oid, seq, set_of, tlv

DIGESTS = {
    "md5": "1.2.840.113549.2.5", "sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3",
}
RSA, PSS, MGF1 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME, COUNTER_SIGNATURE = "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.6"
INDIRECT, CTL = "1.3.6.1.4.1.311.2.1.4", "1.3.6.1.4.1.311.10.1"
RFC3161, NESTED, OPUS = "1.3.6.1.4.1.311.3.3.1", "1.3.6.1.4.1.311.2.4.1", "1.3.6.1.4.1.311.2.1.12"
TST_INFO, SIGNING_CERT_V2 = "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.9.16.2.47"


def algorithm(digest):
    return seq(oid(DIGESTS[digest]), NULL)


def attribute(kind, *values):
    return seq(oid(kind), set_of(*values))


def utc_time(text):
    return tlv(0x17, text.encode())


def certificate(pki, name):
    return (pki / f"test-{name}.der").read_bytes()


def issuer_and_serial(cert):
    tbs = Node(cert)[0]
    return seq(tbs[3], tbs[1])


def run(*args, data=None):
    done = subprocess.run([str(a) for a in args], input=data, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{args}: {done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}")
    return done.stdout


def sign(key, data, digest, how="pkcs1"):
    """`how`: pkcs1, pss, ecdsa (over a digest of data) or bare (PKCS#1 padding round the digest alone, no DigestInfo)."""
    hashed = hashlib.new(digest, data).digest()
    options = {
        "pkcs1": ["-pkeyopt", "rsa_padding_mode:pkcs1", "-pkeyopt", f"digest:{digest}"],
        "bare": ["-pkeyopt", "rsa_padding_mode:pkcs1"],
        "pss": ["-pkeyopt", f"digest:{digest}", "-pkeyopt", "rsa_padding_mode:pss", "-pkeyopt", "rsa_pss_saltlen:32"],
        "ecdsa": [],
    }[how]
    with tempfile.NamedTemporaryFile() as f:
        f.write(hashed)
        f.flush()
        return run("openssl", "pkeyutl", "-sign", "-inkey", key, "-in", f.name, *options)


def pss_parameters(digest):
    hash_alg = algorithm(digest)
    return seq(oid(PSS), seq(tlv(0xA0, hash_alg), tlv(0xA1, seq(oid(MGF1), hash_alg)), tlv(0xA2, integer(32))))


def signer_info(pki, name, digest, attributes, how="pkcs1", version=1, unsigned=(), sort=True, kind=RSA):
    """`attributes` are signed exactly as laid down here: sorted for DER unless `sort` is false."""
    cert = certificate(pki, name)
    body = b"".join(sorted(attributes) if sort else attributes)
    value = sign(pki / f"TEST-{name}.key", tlv(0x31, body), digest, how)
    signature_algorithm = pss_parameters(digest) if how == "pss" else seq(oid(kind), NULL)
    return seq(
        integer(version), issuer_and_serial(cert), algorithm(digest), tlv(0xA0, body),
        signature_algorithm, octets(value), *([tlv(0xA1, *unsigned)] if unsigned else []),
    )


def signed_data(content, digest, certs, signers, version=1):
    """`content` is the whole encapsulated ContentInfo."""
    return seq(oid(SIGNED_DATA), tlv(0xA0, seq(
        integer(version), set_of(algorithm(digest)), content, tlv(0xA0, *certs), set_of(*signers))))


def authenticode_attributes(content_type, value, digest, opus=True):
    """`value`: the content octets that messageDigest covers (without the outer tag and length)."""
    out = [
        attribute(CONTENT_TYPE, oid(content_type)),
        attribute(MESSAGE_DIGEST, octets(hashlib.new(digest, value).digest())),
    ]
    return out + ([attribute(OPUS, seq())] if opus else [])


def first_signer(cms):
    """The SignerInfo node of a SignedData tree."""
    return cms[1][0].kids[-1][0]


def add_unsigned(cms, attr):
    info = first_signer(cms)
    if info.kids[-1].tag == 0xA1:
        info.kids[-1].kids.append(attr)
    else:
        info.kids.append(tlv(0xA1, attr))


def remove_unsigned(cms):
    """Takes the unsigned attributes off and returns them."""
    info = first_signer(cms)
    return info.kids.pop() if info.kids[-1].tag == 0xA1 else None


def countersignature(pki, name, over, when, digest="sha1", how="pkcs1"):
    """A PKCS#9 countersignature (SignerInfo) over the encryptedDigest `over`; `when` is a UTCTime."""
    return signer_info(pki, name, digest, [
        attribute(CONTENT_TYPE, oid(DATA)),
        attribute(SIGNING_TIME, utc_time(when)),
        attribute(MESSAGE_DIGEST, octets(hashlib.new(digest, over).digest())),
    ], how=how)


def rfc3161_token(pki, name, over, when, digest="sha256", imprint=None, certs=()):
    """An RFC 3161 token; for signers that `openssl ts` refuses. `when` is a GeneralizedTime."""
    imprint = imprint or hashlib.new(digest, over).digest()
    tst = seq(integer(1), oid("1.3.6.1.4.1.99999.1"), seq(algorithm(digest), octets(imprint)),
              integer(0x5445), tlv(0x18, when.encode()))
    ess = seq(seq(seq(octets(hashlib.sha256(certificate(pki, name)).digest()))))
    info = signer_info(pki, name, digest, [
        attribute(CONTENT_TYPE, oid(TST_INFO)),
        attribute(MESSAGE_DIGEST, octets(hashlib.new(digest, tst).digest())),
        attribute(SIGNING_CERT_V2, ess),
        attribute(SIGNING_TIME, utc_time(when[2:])),
    ])
    content = seq(oid(TST_INFO), tlv(0xA0, octets(tst)))
    return signed_data(content, digest, [certificate(pki, n) for n in (name, *certs)], [info], version=3)


def indefinite(node, depth):
    """BER: the outer `depth` levels of constructed elements get indefinite lengths."""
    if node.kids is None or depth == 0:
        return bytes(node)
    return bytes([node.tag, 0x80]) + b"".join(indefinite(k, depth - 1) for k in node.kids) + b"\0\0"
