"""Edits of PE files: fields by offset, and the certificate table."""
import hashlib, struct


def fields(data):
    """Offsets: checksum, security directory entry, first section header; and the number of sections."""
    pe = struct.unpack_from("<I", data, 0x3C)[0]
    optional = pe + 24
    plus = struct.unpack_from("<H", data, optional)[0] == 0x20B
    return {
        "checksum": optional + 64, "headers": optional + 60, "security": optional + (112 if plus else 96) + 32,
        "sections": optional + struct.unpack_from("<H", data, pe + 20)[0],
        "count": struct.unpack_from("<H", data, pe + 6)[0],
    }


def security(data):
    return struct.unpack_from("<II", data, fields(data)["security"])


def first_section(data):
    """Offset of the raw data that comes first."""
    at = fields(data)
    starts = [struct.unpack_from("<II", data, at["sections"] + 40 * i + 16) for i in range(at["count"])]
    return min(start for size, start in starts if size)


def end_of_sections(data):
    """Where the raw data of the last section ends."""
    at = fields(data)
    places = [struct.unpack_from("<II", data, at["sections"] + 40 * i + 16) for i in range(at["count"])]
    return max(start + size for size, start in places if size)


def entry(blob, revision=0x0200, kind=2):
    """One WIN_CERTIFICATE, padded with zeros to 8."""
    size = 8 + len(blob)
    padded = -(-size // 8) * 8
    return struct.pack("<IHH", padded, revision, kind) + blob + bytes(padded - size)


def blob(data):
    """The first certificate table entry's content, padding included."""
    at, _ = security(data)
    return data[at + 8 : at + struct.unpack_from("<I", data, at)[0]]


def strip(data):
    """The image without its certificate table, padded to 8, directory entry zero."""
    at, _ = security(data)
    image = bytearray(data[:at] if at else data)
    struct.pack_into("<II", image, fields(image)["security"], 0, 0)
    return image + bytes(-len(image) % 8)


def attach(image, table, after=b""):
    """`image` with a certificate table (already made of entries); `after` follows the table."""
    out = bytearray(image)
    struct.pack_into("<II", out, fields(out)["security"], len(out), len(table))
    return with_checksum(bytes(out) + table + after)


def with_checksum(data):
    """The file with its PE checksum set right."""
    out, at = bytearray(data), fields(data)["checksum"]
    out[at : at + 4] = bytes(4)
    total = sum(word for (word,) in struct.iter_unpack("<H", bytes(out) + bytes(len(out) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    struct.pack_into("<I", out, at, total + len(out))
    return bytes(out)


def digest(data, kind="sha256"):
    """The Authenticode digest of a flat PE: all but checksum, security entry and certificate table."""
    f, (at, size) = fields(data), security(data)
    at = at or len(data)
    h = hashlib.new(kind)
    for a, b in ((0, f["checksum"]), (f["checksum"] + 4, f["security"]), (f["security"] + 8, at), (at + size, len(data))):
        h.update(data[a:b])
    return h.digest()
