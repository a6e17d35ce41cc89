"""Installers with a signed, an unsigned and a tampered member; see make-installers.sh."""
import pathlib, random, shutil, struct, subprocess, sys, zipfile

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent.parent / "fixtures"
OUT = pathlib.Path(sys.argv[1])
# Members of some hundred bytes, as seeds for fuzzing.
SMALL = "--small" in sys.argv[2:]
WORK = OUT / "work"
MEMBERS = WORK / "members"
PREFIX = "x86_64-w64-mingw32-"


def run(*args, cwd=WORK):
    done = subprocess.run(list(map(str, args)), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"{args}\n{done.stdout.decode(errors='replace')}")


def sign(source, target):
    pki = HERE / "pki"
    run("osslsigncode", "sign", "-certs", pki / "test-publisher.pem", "-key", pki / "TEST-publisher.key", "-h", "sha256",
        "-ac", pki / "test-code-signing-ca.pem", "-in", source, "-out", target)


def programs():
    """A signed, an unsigned and a tampered program."""
    MEMBERS.mkdir(parents=True)
    for source, name in [("signed-stamped", "signed"), ("unsigned", "unsigned"), ("tampered", "tampered")]:
        shutil.copy(FIXTURES / f"exe/{source}.exe", MEMBERS / f"{name}.exe")
    return sorted(MEMBERS.iterdir())


def members():
    programs()
    dice = random.Random(7)
    # Cannot be packed, so Deflate stores it.
    size = 150 if SMALL else 150_000
    (MEMBERS / "noise.bin").write_bytes(dice.randbytes(size))
    (MEMBERS / "text.txt").write_bytes(b"".join(b"line %d\r\n" % dice.randrange(1000) for _ in range(size)))
    if SMALL:
        for name in ["signed", "tampered"]:
            (MEMBERS / f"{name}.exe").unlink()
    return sorted(MEMBERS.iterdir())


def nsis(files, methods=("zlib", "bzip2", "lzma"), solids=("", "/SOLID ")):
    """Every method, solid and not."""
    for method in methods:
        for solid in solids:
            name = f"nsis-{method}{'-solid' if solid else ''}.exe"
            lines = [f'OutFile "{OUT / name}"', f"SetCompressor {solid}{method}", 'Name "TEST"', 'InstallDir "$TEMP\\TEST"',
                     "Unicode true", "Section", 'SetOutPath "$INSTDIR\\bin"', *[f'File "{file}"' for file in files], "SectionEnd"]
            (WORK / "setup.nsi").write_text("\n".join(lines))
            run("makensis", "-V1", "setup.nsi")


def archives(files, stub):
    run("7z", "a", "-bd", WORK / "lzma2.7z", *files)
    run("7z", "a", "-bd", "-m0=LZMA", "-mhc=off", WORK / "lzma.7z", *files)
    run("7z", "a", "-bd", "-m0=BZip2", "-ms=off", WORK / "bzip2.7z", *files)
    run("7z", "a", "-bd", "-pTEST", WORK / "encrypted.7z", *files)
    for method in ("lzma2", "lzma", "bzip2", "encrypted"):
        (OUT / f"7z-{method}.exe").write_bytes(stub + (WORK / f"{method}.7z").read_bytes())
    for name, method in [("deflate", zipfile.ZIP_DEFLATED), ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)]:
        with zipfile.ZipFile(WORK / f"{name}.zip", "w", method) as archive:
            for file in files:
                archive.write(file, f"bin/{file.name}")
        (OUT / f"zip-{name}.exe").write_bytes(stub + (WORK / f"{name}.zip").read_bytes())


def program(name, *extra):
    run(f"{PREFIX}gcc", "-nostdlib", "-e", "entry", "-o", name, HERE / "src/tiny.c", *extra, "-lkernel32")
    return WORK / name


def cabinet(name, files):
    run("gcab", "-c", "-z", "-n", WORK / name, *files)
    return WORK / name


def iexpress(files):
    cabinet("x.cab", files)
    (WORK / "x.rc").write_text('CABINET RCDATA "x.cab"\nTITLE RCDATA { "TEST\\0" }\n')
    run(f"{PREFIX}windres", "x.rc", "-O", "coff", "x.o")
    shutil.copy(program("iexpress.exe", "x.o"), OUT)


def sfxcab(files, stub):
    """Appended, and in the rest of the last section as Windows updates have it."""
    data = cabinet("y.cab", files).read_bytes()
    (OUT / "sfxcab-appended.exe").write_bytes(stub + bytes(-len(stub) % 512) + data)
    header = struct.unpack_from("<I", stub, 0x3C)[0]
    count, optional = struct.unpack_from("<H", stub, header + 6)[0], struct.unpack_from("<H", stub, header + 20)[0]
    last = max((header + 24 + optional + 40 * n for n in range(count)), key=lambda at: struct.unpack_from("<I", stub, at + 20)[0])
    size, start = struct.unpack_from("<II", stub, last + 16)
    image = bytearray(stub[:start + size]) + data + bytes(-len(data) % 512)
    struct.pack_into("<I", image, last + 16, len(image) - start)
    (OUT / "sfxcab-section.exe").write_bytes(image)


def burn(files):
    """A bundle by the layout of burn/engine/section.cpp: without a signature, signed as a whole, signed well."""
    manifest = WORK / "0"
    payloads = "".join(f'<Payload Id="{file.name}" FilePath="bin\\{file.name}" SourcePath="a{n}" Packaging="embedded" '
                       f'Container="WixAttachedContainer" />' for n, file in enumerate(files))
    manifest.write_text('<?xml version="1.0" encoding="utf-8"?><BurnManifest><UX><Payload Id="u" FilePath="ba.dll" SourcePath="u0" '
                        'Packaging="embedded" /></UX><Container Id="WixAttachedContainer" FilePath="x.exe" AttachedIndex="1" '
                        f'Attached="yes" />{payloads}</BurnManifest>')
    shutil.copy(FIXTURES / "exe/signed-x86.dll", WORK / "u0")
    for n, file in enumerate(files):
        shutil.copy(file, WORK / f"a{n}")
    ux = cabinet("ux.cab", [manifest, WORK / "u0"]).read_bytes()
    attached = cabinet("attached.cab", [WORK / f"a{n}" for n in range(len(files))]).read_bytes()
    (WORK / "empty").write_bytes(bytes(512))
    plain = program("plain.exe")
    run(f"{PREFIX}objcopy", "--add-section", ".wixburn=empty", "--set-section-flags", ".wixburn=contents,alloc,load,data,readonly",
        "--change-section-address", ".wixburn=0x140100000", plain, "stub.exe")
    stub = bytearray((WORK / "stub.exe").read_bytes())
    stub += bytes(-len(stub) % 8)
    header = struct.unpack_from("<I", stub, 0x3C)[0]
    optional = struct.unpack_from("<H", stub, header + 20)[0]
    sections = [header + 24 + optional + 40 * n for n in range(struct.unpack_from("<H", stub, header + 6)[0])]
    entry = next(at for at in sections if stub[at:at + 8] == b".wixburn")
    section = struct.unpack_from("<I", stub, entry + 20)[0]
    checksum, directory = header + 24 + 64, header + 24 + 112 + 4 * 8

    def fields(checksum=0, offset=0, size=0):
        return struct.pack("<II16sIIIIIIII", 0x00F14300, 2, bytes(16), len(stub), checksum, offset, size, 1, 2, len(ux), len(attached))

    image = bytearray(stub)
    image[section:section + 56] = fields()
    engine = WORK / "engine.exe"
    engine.write_bytes(image + ux)
    (OUT / "burn-unsigned.exe").write_bytes(image + ux + attached)
    sign(OUT / "burn-unsigned.exe", OUT / "burn-signed-whole.exe")
    # As `wix burn reattach` does it: remember checksum and signature of the engine in the section, clear them, attach.
    sign(engine, WORK / "engine-signed.exe")
    signed = bytearray((WORK / "engine-signed.exe").read_bytes())
    original = struct.unpack_from("<I", signed, checksum)[0]
    offset, size = struct.unpack_from("<II", signed, directory)
    signed[section:section + 56] = fields(original, offset, size)
    struct.pack_into("<I", signed, checksum, 0)
    struct.pack_into("<II", signed, directory, 0, 0)
    (WORK / "reattached.exe").write_bytes(signed + attached)
    sign(WORK / "reattached.exe", OUT / "burn-signed-well.exe")
    shutil.copy(WORK / "engine-signed.exe", OUT / "burn-engine.expected")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    files = members()
    stub = (FIXTURES / "exe/unsigned.exe").read_bytes()
    nsis(files)
    archives(files, stub)
    iexpress(files)
    sfxcab(files, stub)
    burn(files)


if __name__ == "__main__":
    main()
