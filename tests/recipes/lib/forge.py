"""Forged signature values: RSA with exponent 3 without the key, and ECDSA on a curve whose generator was chosen.

The arithmetic is that of the publications: Bleichenbacher at CRYPTO 2006 (bytes after the hash), the BERserk report of 2014
(bytes inside the DigestInfo), and CVE-2020-0601 (explicit curve parameters). Every forgery is checked before it is used.
"""
import hashlib, secrets
from der import Node, integer, octets, oid, seq, tlv

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SHA256_OID = bytes.fromhex("0609608648016503040201")


def modulus(certificate):
    """Modulus and exponent of a certificate's RSA key."""
    tbs = Node(certificate)[0]
    key = Node(tbs[6][1].body[1:])
    return int.from_bytes(key[0].body, "big"), int.from_bytes(key[1].body, "big")


def cube_root(n):
    """The largest integer whose cube is at most n."""
    low, high = 0, 1 << (n.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= n else (low, middle - 1)
    return low


def bytes_after_hash(data, size):
    """A PKCS#1 block that begins right and goes on after the hash: its cube root is the signature value."""
    head = b"\0\1" + b"\xff" * 8 + b"\0" + SHA256_INFO + hashlib.sha256(data).digest()
    room = (size - len(head)) * 8
    value = cube_root((int.from_bytes(head, "big") << room) + (1 << room) - 1)
    block = (value**3).to_bytes(size, "big")
    assert block.startswith(head)
    return value.to_bytes(size, "big")


def bytes_inside_digest_info(data, size):
    """A PKCS#1 block whose DigestInfo hides the rubbish in the parameters of the algorithm. `None` when the hash is even."""
    tail = b"\x04\x20" + hashlib.sha256(data).digest()
    if tail[-1] % 2 == 0:
        return None
    inner = size - 11 - 4 - len(tail)
    algorithm = inner - 4
    rubbish = algorithm - len(SHA256_OID) - 4
    head = b"\0\1" + b"\xff" * 8 + b"\0" + b"\x30\x82" + (inner + len(tail)).to_bytes(2, "big")
    head += b"\x30\x82" + algorithm.to_bytes(2, "big") + SHA256_OID + b"\x04\x82" + rubbish.to_bytes(2, "big")
    bits = len(tail) * 8
    low = 1
    for bit in range(bits):  # the cube of an odd number takes every odd value modulo a power of two, once
        if (low**3 ^ int.from_bytes(tail, "big")) >> bit & 1:
            low += 1 << bit
    room = (size - len(head)) * 8
    high = cube_root((int.from_bytes(head, "big") << room) + (1 << room - 1))
    value = (high >> bits << bits) | low
    block = (value**3).to_bytes(size, "big")
    assert block.startswith(head) and block.endswith(tail), "no room for a forgery"
    return value.to_bytes(size, "big")


# ---- P-256 -----------------------------------------------------------------------------------------------------------

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
A = P - 3
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def add(left, right):
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2) = left, right
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) if left == right else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(k, point):
    out = None
    while k:
        out = add(out, point) if k & 1 else out
        point, k = add(point, point), k >> 1
    return out


def explicit_key(point):
    """A SubjectPublicKeyInfo with the public key `point` on P-256 whose generator is that very point: its private key is 1."""
    raw = b"\4" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")
    curve = seq(
        integer(1), seq(oid("1.2.840.10045.1.1"), integer(P)), seq(octets(A.to_bytes(32, "big")), octets(B.to_bytes(32, "big"))),
        octets(raw), integer(ORDER), integer(1))
    return seq(seq(oid("1.2.840.10045.2.1"), curve), tlv(0x03, b"\0" + raw))


def sign_with_one(data, generator):
    """An ECDSA signature (SHA-256) by the private key 1 on the curve with that generator."""
    hashed = int.from_bytes(hashlib.sha256(data).digest(), "big")
    k = secrets.randbelow(ORDER - 1) + 1
    r = times(k, generator)[0] % ORDER
    s = pow(k, -1, ORDER) * (hashed + r) % ORDER
    w = pow(s, -1, ORDER)
    seen = add(times(hashed * w % ORDER, generator), times(r * w % ORDER, generator))
    assert seen[0] % ORDER == r
    return seq(integer(r), integer(s))
