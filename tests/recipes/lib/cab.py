"""Cabinets that gcab does not write: reserves of any size and split sets (MSZIP)."""
import struct, zlib


def checksum(data, seed=0):
    whole = len(data) // 4 * 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        seed ^= word
    tail = data[whole:]
    return seed ^ int.from_bytes(tail, "big") if tail else seed


def block(packed, unpacked_size):
    sizes = struct.pack("<HH", len(packed), unpacked_size)
    return struct.pack("<I", checksum(sizes, checksum(packed))) + sizes + packed


def mszip(data, before=b""):
    c = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=before) if before else zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"CK" + c.compress(data) + c.flush()


def cabinet(files, blocks, compression, reserve=None, previous=None, following=None, number=0, set_id=0x7E57):
    """`files`: (name, size, offset, folder index or 0xFFFD..0xFFFF); `blocks`: encoded CFDATA entries of the one folder."""
    flags = (1 if previous else 0) | (2 if following else 0) | (4 if reserve is not None else 0)
    links = b"".join(n.encode() + b"\0" + d.encode() + b"\0" for n, d in filter(None, (previous, following)))
    extra = b"" if reserve is None else struct.pack("<HBB", len(reserve), 0, 0) + reserve
    folder_at = 36 + len(extra) + len(links)
    files_at = folder_at + 8
    entries = b"".join(
        struct.pack("<IIHHHH", size, offset, folder, 0x50C1, 0x6000, 0x20) + name.encode() + b"\0"
        for name, size, offset, folder in files)
    data_at = files_at + len(entries)
    body = b"".join(blocks)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, data_at + len(body), 0, files_at, 0, 3, 1, 1, len(files), flags, set_id, number)
    return head + extra + links + struct.pack("<IHH", data_at, len(blocks), compression) + entries + body


def split(name, data, volume_names, per_volume):
    """One file continued through all volumes; a block is cut in two at each border, as Microsoft's writer does."""
    blocks, before = [], b""
    for at in range(0, len(data), 32768):
        part = data[at : at + 32768]
        blocks.append((mszip(part, before), len(part)))
        before = part
    volumes, current, left = [], [], per_volume
    for packed, size in blocks:
        while len(packed) > left and len(volumes) < len(volume_names) - 1:
            current.append(block(packed[:left], 0))
            volumes.append(current)
            packed, current, left = packed[left:], [], per_volume
        current.append(block(packed, size))
        left -= len(packed)
    volumes.append(current)
    out = []
    for i, chunk in enumerate(volumes):
        first, last = i == 0, i == len(volumes) - 1
        kind = 0xFFFE if first else 0xFFFD if last else 0xFFFF
        out.append(cabinet(
            [(name, len(data), 0, kind)], chunk, 1, number=i,
            previous=None if first else (volume_names[i - 1], "TEST disk"),
            following=None if last else (volume_names[i + 1], "TEST disk")))
    return out
