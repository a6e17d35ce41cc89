"""A small compound file (OLE2) reader and writer, for patches, transforms and special layouts."""
import struct

END, FREE, FAT, DIFAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
SUMMARY_FMTID = "F29F85E0-4FF9-1068-AB91-08002B27B3D9"


def clsid(text):
    a, b, c, d, e = text.strip("{}").split("-")
    return struct.pack("<IHH", int(a, 16), int(b, 16), int(c, 16)) + bytes.fromhex(d + e)


class Storage:
    def __init__(self, name="Root Entry", cls=bytes(16)):
        self.name, self.cls, self.kids = name, cls, []

    def add(self, kid):
        self.kids.append(kid)
        return kid

    def stream(self, name, data):
        return self.add(Stream(name, data))

    def find(self, name):
        return next(k for k in self.kids if k.name == name)


class Stream:
    def __init__(self, name, data):
        self.name, self.data = name, data


def msi_name(text, table=False):
    """A name as Windows Installer writes it in a compound file: two characters of its alphabet in one code unit."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"
    out, i = ("\u4840" if table else ""), 0
    while i < len(text):
        a = alphabet.find(text[i])
        b = alphabet.find(text[i + 1]) if i + 1 < len(text) else -1
        if a < 0:
            out, i = out + text[i], i + 1
        elif b < 0:
            out, i = out + chr(0x4800 + a), i + 1
        else:
            out, i = out + chr(0x3800 + a + (b << 6)), i + 2
    return out


def summary(properties, codepage=1252):
    """A SummaryInformation stream; `properties`: id -> str, int, or ("time", filetime)."""
    body = {1: struct.pack("<Ihxx", 2, codepage)}
    for key, value in properties.items():
        if isinstance(value, str):
            raw = value.encode("cp1252") + b"\0"
            body[key] = struct.pack("<II", 30, len(raw)) + raw + bytes(-len(raw) % 4)
        elif isinstance(value, tuple):
            body[key] = struct.pack("<IQ", 64, value[1])
        else:
            body[key] = struct.pack("<Ii", 3, value)
    index, values, at = b"", b"", 8 + 8 * len(body)
    for key in sorted(body):
        index += struct.pack("<II", key, at + len(values))
        values += body[key]
    section = struct.pack("<II", at + len(values), len(body)) + index + values
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0x00020006, bytes(16), 1, clsid(SUMMARY_FMTID), 48) + section


def order(name):
    return len(name.encode("utf-16-le")), name.upper().encode("utf-16-be")


def write(root, sector=512, scatter=False):
    """The file's bytes. `sector`: 512 (version 3) or 4096 (version 4). `scatter`: big streams lie in descending sectors."""
    entries = []  # (name, kind, colour, left, right, child, cls, data)

    def place(kids):
        """A balanced search tree of `kids`; only the deepest level is red."""
        kids = sorted(kids, key=lambda k: order(k.name))
        depth = (len(kids)).bit_length()

        def build(lo, hi, level):
            if lo >= hi:
                return FREE
            mid = (lo + hi) // 2
            me = len(entries)
            entries.append(None)
            left, right = build(lo, mid, level + 1), build(mid + 1, hi, level + 1)
            kid = kids[mid]
            colour = 0 if level == depth and depth > 1 else 1
            if isinstance(kid, Storage):
                entries[me] = [kid.name, 1, colour, left, right, FREE, kid.cls, b""]
                entries[me][5] = place(kid.kids)
            else:
                entries[me] = [kid.name, 2, colour, left, right, FREE, bytes(16), kid.data]
            return me

        return build(0, len(kids), 1)

    entries.append([root.name, 5, 1, FREE, FREE, FREE, root.cls, b""])
    entries[0][5] = place(root.kids)

    def chain(table, first, count):
        for i in range(first, first + count):
            table.append(i + 1 if i + 1 < first + count else END)

    mini, mini_table, starts = bytearray(), [], {}
    for i, e in enumerate(entries):
        if e[1] == 2 and 0 < len(e[7]) < 4096:
            n = -(-len(e[7]) // 64)
            starts[i] = len(mini_table)
            chain(mini_table, len(mini_table), n)
            mini += e[7] + bytes(n * 64 - len(e[7]))
    sectors, table = [], []

    def put(data, reverse=False):
        if not data:
            return END
        pieces = [bytes(data[a : a + sector]).ljust(sector, b"\0") for a in range(0, len(data), sector)]
        first, n = len(sectors), len(pieces)
        if reverse:
            sectors.extend(reversed(pieces))
            table.extend([END] + [first + i for i in range(n - 1)])
            return first + n - 1
        sectors.extend(pieces)
        chain(table, first, n)
        return first

    mini_start = put(mini)
    for i, e in enumerate(entries):
        if e[1] == 2 and len(e[7]) >= 4096:
            starts[i] = put(e[7], scatter)
    mini_fat_start, mini_fat_at = END, len(sectors)
    if mini_table:
        padded = mini_table + [FREE] * (-len(mini_table) % (sector // 4))
        mini_fat_start = put(struct.pack(f"<{len(padded)}I", *padded))
    mini_fat_count = len(sectors) - mini_fat_at
    directory = b""
    for i, (name, kind, colour, left, right, child, cls, data) in enumerate(entries):
        raw = name.encode("utf-16-le") + b"\0\0"
        start, size = (mini_start, len(mini)) if kind == 5 else (starts.get(i, END if kind == 2 else 0), len(data))
        directory += struct.pack("<64sHBBIII16sIQQIQ", raw, len(raw), kind, colour, left, right, child, cls, 0, 0, 0, start, size)
    empty = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, FREE, FREE, FREE, bytes(16), 0, 0, 0, 0, 0)
    directory += empty * (-(len(directory) // 128) % (sector // 128))
    directory_count = len(directory) // sector
    directory_start = put(directory)

    per = sector // 4
    fats = difats = 0
    while True:
        need = -(-(len(sectors) + fats + difats) // per)
        more = -(-max(0, need - 109) // (per - 1))
        if (need, more) == (fats, difats):
            break
        fats, difats = need, more
    fat_at, difat_at = len(sectors), len(sectors) + fats
    table += [FAT] * fats + [DIFAT] * difats
    table += [FREE] * (fats * per - len(table))
    raw = struct.pack(f"<{len(table)}I", *table)
    sectors += [raw[a : a + sector] for a in range(0, len(raw), sector)]
    where = list(range(fat_at, fat_at + fats))
    rest = where[109:]
    for i in range(difats):
        part = rest[i * (per - 1) : (i + 1) * (per - 1)]
        part += [FREE] * (per - 1 - len(part)) + [difat_at + i + 1 if i + 1 < difats else END]
        sectors.append(struct.pack(f"<{per}I", *part))
    head = where[:109] + [FREE] * max(0, 109 - len(where))
    v4 = sector == 4096
    return struct.pack(
        "<8s16sHHHHH6xIIIIIIIII109I", bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16), 0x3E, 4 if v4 else 3, 0xFFFE,
        12 if v4 else 9, 6, directory_count if v4 else 0, fats, directory_start, 0, 4096,
        mini_fat_start, mini_fat_count, difat_at if difats else END, difats, *head,
    ).ljust(sector, b"\0") + b"".join(sectors)


def read(data):
    """The tree of a compound file with fewer than 110 FAT sectors."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    size, per = 1 << shift, (1 << shift) // 4
    _, n_fat, dir_start, _, cutoff, mini_fat, *_ = struct.unpack_from("<IIIIIIIII", data, 40)
    sector = lambda n: data[(n + 1) * size : (n + 2) * size]
    fat = []
    for n in struct.unpack_from("<109I", data, 76)[:n_fat]:
        fat += struct.unpack(f"<{per}I", sector(n))

    def follow(n):
        out = b""
        while n < DIFAT:
            out, n = out + sector(n), fat[n]
        return out

    directory = follow(dir_start)
    rows = [struct.unpack_from("<64sHBBIII16sIQQIQ", directory, a) for a in range(0, len(directory), 128)]
    mini = follow(rows[0][11])
    raw = follow(mini_fat)
    mini_table = struct.unpack(f"<{len(raw) // 4}I", raw)

    def content(start, length):
        if length >= cutoff:
            return follow(start)[:length]
        out = b""
        while len(out) < length:
            out, start = out + mini[start << mini_shift : (start + 1) << mini_shift], mini_table[start]
        return out[:length]

    def walk(i, parent):
        if i == FREE:
            return
        name, n, kind, _, left, right, child, cls, _, _, _, start, length = rows[i]
        walk(left, parent)
        name = name[: n - 2].decode("utf-16-le")
        if kind == 2:
            parent.stream(name, content(start, length & 0xFFFFFFFF if shift == 9 else length))
        else:
            walk(child, parent.add(Storage(name, cls)))
        walk(right, parent)

    root = Storage(cls=rows[0][7])
    walk(rows[0][6], root)
    return root
