#!/usr/bin/env python3
"""Make the containers that looking inside is measured with: 3,000 files in one MSZIP folder, and a Windows Installer
package of some 600 MB with one LZX cabinet. Their contents are programs and libraries of this computer.

Usage: scripts/make-payloads.py DIR LZX_CABINET_TOOL     (the example `lzx_cabinet` of the crate badsig, built)
Needs gcab and msibuild (Debian: gcab, msitools), and the libraries of mingw-w64 or any others under /usr.
"""
import pathlib
import subprocess
import sys

target, tool = pathlib.Path(sys.argv[1]), sys.argv[2]
target.mkdir(parents=True, exist_ok=True)


def found(pattern, at_least, total):
    """Files of this computer, in order, until they have `total` bytes."""
    size = 0
    for path in sorted(pathlib.Path("/usr").rglob(pattern)):
        if path.is_file() and not path.is_symlink() and path.stat().st_size >= at_least:
            if size >= total:
                return
            size += path.stat().st_size
            yield path


def many_files():
    """3,000 files of 27,000 bytes, pieces of libraries, in one folder."""
    pieces = target / "many"
    pieces.mkdir(exist_ok=True)
    data = b"".join(path.read_bytes() for path in found("*.so*", 500_000, 3000 * 27_000))
    names = []
    for number in range(3000):
        name = pieces / f"piece{number:04}.dat"
        name.write_bytes(data[number * 27_000 : (number + 1) * 27_000])
        names.append(str(name))
    cabinet = target / "many.cab"
    cabinet.unlink(missing_ok=True)
    subprocess.run(["gcab", "-c", "-z", "-n", str(cabinet), *names], check=True)
    for name in names:
        pathlib.Path(name).unlink()
    pieces.rmdir()


def table(name, columns, kinds, keys, rows):
    lines = ["\t".join(columns), "\t".join(kinds), "\t".join([name, *keys])]
    lines += ["\t".join(map(str, row)) for row in rows]
    path = target / f"{name}.idt"
    path.write_bytes("".join(line + "\r\n" for line in lines).encode())
    return path


def large_package():
    """One LZX cabinet of 600 MB, its files installed into one directory."""
    # The packer is slow, so three pieces are packed once and the folder is repeated.
    files = []
    for path in list(found("lib*.dll", 1_000_000, 1 << 40))[:3]:
        piece = target / path.name
        piece.write_bytes(path.read_bytes()[:1_500_000])
        files.append(str(piece))
    cabinet = target / "large.cab"
    subprocess.run([tool, str(cabinet), "600", *files], check=True)
    for piece in files:
        pathlib.Path(piece).unlink()
    listed = subprocess.run(["cabextract", "-l", str(cabinet)], check=True, capture_output=True, text=True)
    rows = []
    for line in listed.stdout.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) == 3 and parts[2].startswith("F") and parts[0].isdigit():
            rows.append((parts[2], parts[0]))
    tables = [
        table("Directory", ["Directory", "Directory_Parent", "DefaultDir"], ["s72", "S72", "l255"], ["Directory"],
              [("TARGETDIR", "", "SourceDir")]),
        table("Component", ["Component", "ComponentId", "Directory_", "Attributes", "Condition", "KeyPath"],
              ["s72", "S38", "s72", "i2", "S255", "S72"], ["Component"],
              [("All", "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}", "TARGETDIR", 0, "", "")]),
        table("File", ["File", "Component_", "FileName", "FileSize", "Version", "Language", "Attributes", "Sequence"],
              ["s72", "s72", "l255", "i4", "S72", "S20", "I2", "i4"], ["File"],
              [(name, "All", f"{name}|{name}.dll", size, "", "", 0, number + 1)
               for number, (name, size) in enumerate(rows)]),
        table("Media", ["DiskId", "LastSequence", "DiskPrompt", "Cabinet", "VolumeLabel", "Source"],
              ["i2", "i4", "L64", "S255", "S32", "S72"], ["DiskId"], [(1, len(rows), "", "#large.cab", "", "")]),
    ]
    package = target / "large.msi"
    package.unlink(missing_ok=True)
    subprocess.run(["msibuild", str(package), "-s", "Large package", "badsig", ";1033",
                    "{6BA7B811-9DAD-11D1-80B4-00C04FD430C8}"], check=True)
    for path in tables:
        subprocess.run(["msibuild", str(package), "-i", str(path)], check=True)
        path.unlink()
    subprocess.run(["msibuild", str(package), "-a", "large.cab", str(cabinet)], check=True)


many_files()
large_package()
