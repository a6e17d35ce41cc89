"""Just enough DER to build and edit signatures: nodes that keep their bytes until they are changed."""


def length(n):
    if n < 0x80:
        return bytes([n])
    body = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def tlv(tag, *parts):
    body = b"".join(bytes(p) for p in parts)
    return bytes([tag]) + length(len(body)) + body


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *parts)


def integer(n):
    return tlv(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def octets(data):
    return tlv(0x04, data)


def oid(dotted):
    arcs = [int(a) for a in dotted.split(".")]
    out = bytearray()
    for arc in [arcs[0] * 40 + arcs[1], *arcs[2:]]:
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | arc & 0x7F)
        out += bytes(reversed(group))
    return tlv(0x06, out)


NULL = b"\x05\x00"


def header(data, at):
    """(tag, first content byte, end) of the element at `at`."""
    tag, n, start = data[at], data[at + 1], at + 2
    if n & 0x80:
        count = n & 0x7F
        n = int.from_bytes(data[start : start + count], "big")
        start += count
    return tag, start, start + n


class Node:
    """One element. `kids` is None for a primitive; edit `kids` or `body`, then call bytes()."""

    def __init__(self, data, at=0):
        self.tag, start, end = header(data, at)
        self.at, self.body_at, self.end = at, start, end
        self.body, self.kids = data[start:end], None
        if self.tag & 0x20:
            self.kids = []
            while start < end:
                kid = Node(data, start)
                self.kids.append(kid)
                start = kid.end

    def __bytes__(self):
        return tlv(self.tag, *(self.kids if self.kids is not None else [self.body]))

    def __getitem__(self, i):
        return self.kids[i]
