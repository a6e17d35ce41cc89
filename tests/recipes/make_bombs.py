#!/usr/bin/env python3
"""Make files that want to be endless when they are opened: they unpack to far more than they are, nest, list the same
bytes again and again, or run in circles. Needs 7z and makensis for two of them; those are left out when the tool is missing.

Usage: tests/recipes/make_bombs.py OUTDIR [cab-ratio.cab]     (only this one)
"""
import io
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures"
OUT = pathlib.Path(sys.argv[1])
GIB = 1 << 30
BLOCK = 32 * 1024


def write(name, data):
    (OUT / name).write_bytes(data)


def cabinet(folders, files, blocks):
    """A cabinet: folders as (place in `blocks`, number of blocks, method), files as (name, size, offset, folder)."""
    entries = b"".join(
        struct.pack("<IIHHHH", size, offset, folder, 0x5775, 0, 0x20) + name.encode() + b"\0"
        for name, size, offset, folder in files
    )
    head = 36 + 8 * len(folders)
    start = head + len(entries)
    table = b"".join(struct.pack("<IHH", start + place, count, kind) for place, count, kind in folders)
    fixed = struct.pack("<IIIIBBHHHHH", start + len(blocks), 0, head, 0, 3, 1, len(folders), len(files), 0, 0, 0)
    return b"MSCF\0\0\0\0" + fixed + table + entries + blocks


def block(packed, unpacked):
    return struct.pack("<IHH", 0, len(packed), unpacked) + packed


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"CK" + packer.compress(data) + packer.flush()


def program(size):
    """The start of a program, and zeros."""
    return b"MZ" + bytes(size - 2)


def cabinets():
    zeros = block(deflated(bytes(BLOCK)), BLOCK)
    first = block(deflated(program(BLOCK)), BLOCK)
    # Nearly 2 GiB in one folder of 65,535 blocks.
    whole = BLOCK * 65535
    write("cab-ratio.cab", cabinet([(0, 65535, 1)], [("a.exe", whole, 0, 0)], first + zeros * 65534))
    if sys.argv[2:]:
        return
    # 65,535 folders that all begin at the same place: with one block, and with 65,535 blocks of nothing.
    stored = block(program(1000), 1000)
    write(
        "cab-shared-folders.cab",
        cabinet([(0, 1, 0)] * 65535, [(f"{n}.exe", 1000, 0, n) for n in range(65535)], stored),
    )
    empty = block(b"", 0)
    write(
        "cab-shared-empty-blocks.cab",
        cabinet([(0, 65535, 0)] * 65535, [(f"{n}", 1, 0, n) for n in range(65535)], empty * 65535),
    )
    # Every file begins one byte behind the one before and goes to the end of the folder.
    overlapping = [(f"{n}.exe", whole - n, n, 0) for n in range(65535)]
    write("cab-overlapping.cab", cabinet([(0, 65535, 1)], overlapping, first + zeros * 65534))
    # 65,535 files of the same bytes.
    write("cab-same.cab", cabinet([(0, 1, 1)], [(f"{n}.exe", BLOCK, 0, 0) for n in range(65535)], first))
    write("cab-members.cab", cabinet([(0, 2, 0)], [(f"{n}", 1, n, 0) for n in range(65535)],
                                     block(bytes(BLOCK), BLOCK) * 2))
    # Sizes that the folder does not have.
    write("cab-sizes.cab", cabinet([(0, 1, 1)], [(f"{n}.exe", 0x7FFFFFFF, n, 0) for n in range(9)], first))


def archive(members, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        for name, content in members:
            file.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, method)
    return data.getvalue()


def large_deflated(name, size):
    """A ZIP archive of one program of zeros, written piece by piece."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        with file.open(info, "w", force_zip64=True) as member:
            member.write(program(1 << 20))
            for _ in range((size >> 20) - 1):
                member.write(bytes(1 << 20))
    return data.getvalue()


def archives():
    write("zip-ratio.zip", large_deflated("a.exe", GIB // 2))
    # Sixteen in each of five levels: 2^20 times the innermost.
    nested = large_deflated("a.exe", 64 << 20)
    for level in range(5):
        nested = archive([(f"{level}-{n}.zip", nested) for n in range(16)])
    write("zip-nested.zip", nested)
    deep = archive([("a.exe", program(5000))])
    for level in range(200):
        deep = archive([(f"{level}.zip", deep)], zipfile.ZIP_STORED)
    write("zip-deep.zip", deep)
    # 65,535 entries of the list name one and the same member.
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = 16 << 20
    packed = packer.compress(program(size)) + packer.flush()
    checksum = zlib.crc32(program(size))
    fields = (20, 0, 8, 0, 0x5021, checksum, len(packed), size)
    local = struct.pack("<IHHHHHIII", 0x04034B50, *fields) + struct.pack("<HH", 5, 0) + b"a.exe" + packed
    entries = b"".join(
        struct.pack("<IHHHHHHIII", 0x02014B50, 20, *fields) + struct.pack("<HHHHHII", 9, 0, 0, 0, 0, 0, 0)
        + f"{n:05}.exe".encode() for n in range(65535)
    )
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 65535, 65535, len(entries), len(local), 0)
    write("zip-overlapping.zip", local + entries + end)
    write("zip-members.zip", archive([(f"{n}", b"") for n in range(65535)], zipfile.ZIP_STORED))
    seven = shutil.which("7z")
    if seven:
        with tempfile.TemporaryDirectory() as directory:
            large = pathlib.Path(directory) / "a.exe"
            with large.open("wb") as file:
                file.write(b"MZ")
                file.truncate(GIB // 2)
            for name, method in (("7z-ratio-lzma.7z", "lzma"), ("7z-ratio-lzma2.7z", "lzma2"),
                                 ("7z-ratio-bzip2.7z", "bzip2")):
                target = OUT / name
                target.unlink(missing_ok=True)
                command = [seven, "a", "-bd", f"-m0={method}", "-mx=1", "-mmt=1", str(target), str(large)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def installers():
    makensis = shutil.which("makensis")
    if not makensis:
        return
    with tempfile.TemporaryDirectory() as directory:
        large = pathlib.Path(directory) / "a.exe"
        with large.open("wb") as file:
            file.write(b"MZ")
            # makensis holds what it packs in memory.
            file.truncate(GIB // 4)
        for name, compressor in (("nsis-ratio-lzma.exe", "/SOLID lzma"), ("nsis-ratio-zlib.exe", "zlib"),
                                 ("nsis-ratio-bzip2.exe", "bzip2")):
            script = pathlib.Path(directory) / "a.nsi"
            script.write_text(
                f'SetCompressor {compressor}\nOutFile "{(OUT / name).resolve()}"\nSection\nSetOutPath $INSTDIR\n'
                f'File "{large}"\nSectionEnd\n'
            )
            subprocess.run([makensis, "-V1", str(script)], check=True, stdout=subprocess.DEVNULL)


def nested_programs(levels):
    """A program with a program in its resources, which has the rest of the file in its resources, and so on."""
    level_size = 0x800

    def head(size):
        # Three levels: type RCDATA, name 1, language 0; the section lies at 0x200 in the file and at 0x1000 in memory.
        tree = b""
        for identifier, target in ((10, 0x80000018), (1, 0x80000030), (0, 0x48)):
            tree += struct.pack("<IIHHHH", 0, 0, 0, 0, 0, 1) + struct.pack("<II", identifier, target)
        tree += struct.pack("<IIII", 0x1000 + level_size - 0x200, size - level_size, 0, 0)
        bytes_of = bytearray(level_size)
        bytes_of[:2] = b"MZ"
        bytes_of[0x3C:0x40] = struct.pack("<I", 0x80)
        coff = struct.pack("<IHHIIIHH", 0x4550, 0x14C, 1, 0, 0, 0, 0xE0, 0x102)
        optional = struct.pack("<HBBIIIIII", 0x10B, 0, 0, 0, 0, 0, 0, 0x1000, 0x1000)
        optional += struct.pack("<IIIHHHHHHIIIIHHIIIIII", 0x400000, 0x1000, 0x200, 4, 0, 0, 0, 4, 0, 0, 0x100000, 0x200,
                                0, 3, 0, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
        directories = [(0, 0)] * 16
        directories[2] = (0x1200, 0x100)
        optional += b"".join(struct.pack("<II", *pair) for pair in directories)
        section = struct.pack("<8sIIIIIIHHI", b".rsrc", size - 0x200, 0x1000, size - 0x200, 0x200, 0, 0, 0, 0, 0x40000040)
        whole = coff + optional + section
        bytes_of[0x80 : 0x80 + len(whole)] = whole
        bytes_of[0x400 : 0x400 + len(tree)] = tree
        return bytes(bytes_of)

    return b"".join(head((levels - level) * level_size) for level in range(levels))


def directory_entries(package):
    """Places of the directory entries of a compound file whose directory is not scattered."""
    (shift,) = struct.unpack_from("<H", package, 30)
    (first,) = struct.unpack_from("<I", package, 48)
    sector = 1 << shift
    start = sector * (first + 1)
    return range(start, min(start + sector, len(package)), 128)


def compound_files():
    package = (FIXTURES / "msi/unsigned.msi").read_bytes()
    streams = [place for place in directory_entries(package) if package[place + 66] == 2]
    root = directory_entries(package)[0]
    # Streams of 2 GiB that are not there, and one that begins where all others do.
    large = bytearray(package)
    for place in streams:
        struct.pack_into("<II", large, place + 116, struct.unpack_from("<I", package, streams[0] + 116)[0], 0x7FFFFFFF)
    write("msi-large-streams.msi", bytes(large))
    # A storage that is its own child, and its own sibling.
    circle = bytearray(package)
    circle[streams[0] + 66] = 1
    struct.pack_into("<III", circle, streams[0] + 68, 1, 1, 1)
    struct.pack_into("<I", circle, root + 76, 1)
    write("msi-circle.msi", bytes(circle))
    # The chain of sectors of the directory runs in a circle.
    chain = bytearray(package)
    (shift,) = struct.unpack_from("<H", package, 30)
    (table,) = struct.unpack_from("<I", package, 76)
    (first,) = struct.unpack_from("<I", package, 48)
    place = ((table + 1) << shift) + 4 * first
    struct.pack_into("<I", chain, place, first)
    write("msi-circular-chain.msi", bytes(chain))


OUT.mkdir(parents=True, exist_ok=True)
cabinets()
if sys.argv[2:]:
    sys.exit()
archives()
installers()
write("exe-nested.exe", nested_programs(64))
compound_files()
