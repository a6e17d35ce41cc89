"""Small containers with a signed, an unsigned and a tampered program; see make-inside.sh."""
import pathlib, shutil, struct, sys, zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
import cab, cfb, cms, manifest
from der import Node, integer, octets, oid, seq, set_of
from make_installers import FIXTURES, HERE, MEMBERS, OUT, PREFIX, WORK, burn, iexpress, nsis, programs, sfxcab
from tools import PKI, indirect_data, run, sign

MADE, STAMPED = "2020-01-01T00:00:00Z", ("rfc3161", "2020-06-01T00:00:00Z", "tsa")
SIGNED, UNSIGNED, TAMPERED = "signed by TEST Publisher", "not signed", "0x80096010"
STATES = {"signed": SIGNED, "unsigned": UNSIGNED, "tampered": TAMPERED}
FILES = []


def record(path, what, maker, members, **more):
    """`members`: virtual path -> how it stands."""
    FILES.append((str(path), what, maker, members, more))


def three(prefix="", names=("signed.exe", "unsigned.exe", "tampered.exe")):
    """The three programs under these names, in this folder."""
    return {prefix + name: state for name, state in zip(names, (SIGNED, UNSIGNED, TAMPERED), strict=True)}


def gcab(target, *files, pack=True):
    target.parent.mkdir(parents=True, exist_ok=True)
    run("gcab", "-c", *(["-z"] if pack else []), "-n", target, *files, at=MADE)
    return target


def cabinets(files):
    gcab(OUT / "stored.cab", *files, pack=False)
    record("stored.cab", "A cabinet of stored files.", "gcab", three())
    gcab(OUT / "mszip.cab", *files)
    record("mszip.cab", "A cabinet of MSZIP files.", "gcab", three())


def split(files):
    """One folder over two volumes, cut inside its only block: cabextract and 7z read such a set of two."""
    data, at, entries = b"", 0, []
    for file in files:
        entries.append((file.name, len(file.read_bytes()), at))
        data, at = data + file.read_bytes(), at + len(file.read_bytes())
    packed, cut = cab.mszip(data), 2000
    names = ("set-1.cab", "set-2.cab")
    first, second = ([(*entry, kind) for entry in entries] for kind in (0xFFFE, 0xFFFD))
    volumes = [cab.cabinet(first, [cab.block(packed[:cut], 0)], 1, number=0, following=(names[1], "TEST disk")),
               cab.cabinet(second, [cab.block(packed[cut:], len(data))], 1, number=1, previous=(names[0], "TEST disk"))]
    for name, volume in zip(names, volumes):
        (OUT / name).write_bytes(volume)
    record(names[0], "The first volume of a set of two (set-2.cab beside it).", "python (cab.py)", three())
    record(names[1], "The second volume: its files begin in the first.", "python (cab.py)", {})
    return volumes


WXS = """<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="7E570000-0000-4000-8000-0000000000B1" UpgradeCode="7E570000-0000-4000-8000-0000000000B0"
           Name="TEST Members" Version="1.0.0" Manufacturer="TEST Vendor" Language="1033">
    <Package Id="7E570000-0000-4000-8000-0000000000B2" InstallerVersion="200" Compressed="yes" Manufacturer="TEST Vendor"/>
    <Media Id="1" Cabinet="product.cab" EmbedCab="{embed}"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Component Id="Main" Guid="7E570000-0000-4000-8000-0000000000B3">{files}</Component>
    </Directory>
    <Feature Id="All" Level="1"><ComponentRef Id="Main"/></Feature>{binaries}
  </Product>
</Wix>
"""
KEYS = ("key_signed", "key_unsigned", "key_tampered")
NAMED = [("signed.exe", "key_signed"), ("unsigned.exe", "key_unsigned"), ("tampered.exe", "key_tampered")]


def wixl(target, embed, binaries=False):
    target.parent.mkdir(parents=True, exist_ok=True)
    listed = "".join(f'<File Id="{key}" Name="{name}" Source="{name}"/>' for name, key in NAMED)
    rows = "".join(f'<Binary Id="{name[:-4]}" SourceFile="{name}"/>' for name, _ in NAMED) if binaries else ""
    (WORK / "inside.wxs").write_text(WXS.format(embed=embed, files=listed, binaries=rows))
    run("wixl", "-o", target, WORK / "inside.wxs", cwd=MEMBERS, at=MADE)
    return target


def by_key():
    """The programs under the names of their rows in the File table."""
    for name, key in NAMED:
        shutil.copy(MEMBERS / name, WORK / key)
    return [WORK / key for key in KEYS]


def signed(target):
    """Signs a file in its place."""
    plain = WORK / "plain"
    shutil.move(target, plain)
    sign(plain, target, stamp=STAMPED)
    plain.unlink()
    return target


def packages():
    wixl(OUT / "embedded.msi", "yes", binaries=True)
    signed(OUT / "embedded.msi")
    inside = three("product.cab!/", KEYS) | {f"Binary.{name}": state for name, state in STATES.items()}
    record("embedded.msi", "A signed package with its cabinet inside, and rows of Binary.", "wixl, osslsigncode",
           {"product.cab": UNSIGNED, **inside})
    msi = signed(wixl(OUT / "external/setup.msi", "no"))
    gcab(msi.parent / "product.cab", *by_key())
    record("external/setup.msi", "A signed package; its cabinet lies beside it and is not listed in MsiDigitalSignature.",
           "wixl, gcab, osslsigncode", {"product.cab": UNSIGNED, **three("product.cab!/", KEYS)}, finding="msi-unsigned-external-cab")
    for case, certificate, cabinet, finding in (
            ("listed", "publisher", "publisher", None), ("other-certificate", "other-publisher", "publisher", "msi-cabinet-mismatch"),
            ("unsigned-cabinet", "publisher", None, "msi-cabinet-mismatch")):
        msi = wixl(OUT / case / "setup.msi", "no")
        target = gcab(msi.parent / "product.cab", *by_key())
        if cabinet:
            signed(target)
        tables(msi, certificate)
        signed(msi)
        found = {} if finding is None else {"finding": finding}
        record(f"{case}/setup.msi", f"A signed package that lists the certificate of TEST {certificate}; its cabinet is "
               f"{'signed by TEST ' + cabinet if cabinet else 'not signed'}.", "wixl, msibuild, gcab, osslsigncode",
               {"product.cab": SIGNED if cabinet else UNSIGNED, **three("product.cab!/", KEYS)}, **found)


def tables(msi, certificate):
    """MsiDigitalCertificate, MsiDigitalSignature and MsiPatchCertificate as archive files (IDT), by msibuild."""
    folder = WORK / "idt"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "MsiDigitalCertificate").mkdir(parents=True)
    shutil.copy(PKI / f"test-{certificate}.der", folder / "MsiDigitalCertificate" / "signer.ibd")
    rows = {
        "MsiDigitalCertificate": ("DigitalCertificate\tCertData", "s72\tv0", "MsiDigitalCertificate\tDigitalCertificate",
                                  "signer\tsigner.ibd"),
        "MsiDigitalSignature": ("Table\tSignObject\tDigitalCertificate_\tHash", "s32\ts72\ts72\tV0",
                                "MsiDigitalSignature\tTable\tSignObject", "Media\t1\tsigner\t"),
        "MsiPatchCertificate": ("PatchCertificate\tDigitalCertificate_", "s72\ts72", "MsiPatchCertificate\tPatchCertificate",
                                "patches\tsigner"),
    }
    for name, lines in rows.items():
        (folder / f"{name}.idt").write_bytes("\r\n".join((*lines, "")).encode())
        run("msibuild", msi, "-i", folder / f"{name}.idt", cwd=folder, at=MADE)


def set_in_streams(files, volumes):
    """The same set of two as streams of one package."""
    msi = OUT / "set-in-streams.msi"
    run("msibuild", msi, "-s", "TEST Members", "TEST Vendor", "Intel;1033", "{7E570000-0000-4000-8000-0000000000B4}", at=MADE)
    for query in ("CREATE TABLE `Media` (`DiskId` INT NOT NULL, `LastSequence` INT NOT NULL, `Cabinet` CHAR(255) PRIMARY KEY `DiskId`)",
                  "INSERT INTO `Media` (`DiskId`, `LastSequence`, `Cabinet`) VALUES (1, 1, '#set-1.cab')",
                  "INSERT INTO `Media` (`DiskId`, `LastSequence`, `Cabinet`) VALUES (2, 3, '#set-2.cab')"):
        run("msibuild", msi, "-q", query, at=MADE)
    for n in (1, 2):
        run("msibuild", msi, "-a", f"set-{n}.cab", OUT / f"set-{n}.cab", at=MADE)
    record("set-in-streams.msi", "A package with a set of two cabinets as streams.", "msibuild, python (cab.py)",
           {"set-1.cab": UNSIGNED, "set-2.cab": UNSIGNED, **three("set-1.cab!/")})


def programs_around(files, stub):
    nsis(files, ("lzma",), ("/SOLID ",))
    record("nsis-lzma-solid.exe", "NSIS.", "makensis", three("bin/"))
    run("7z", "a", "-bd", WORK / "x.7z", *files, at=MADE)
    (OUT / "7z.exe").write_bytes(stub + (WORK / "x.7z").read_bytes())
    record("7z.exe", "A 7z archive behind a program.", "7z", three())
    with zipfile.ZipFile(WORK / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(f"bin/{file.name}", (2020, 1, 1, 0, 0, 0)), file.read_bytes(), zipfile.ZIP_DEFLATED)
    (OUT / "zip.exe").write_bytes(stub + (WORK / "x.zip").read_bytes())
    record("zip.exe", "A ZIP archive behind a program.", "python (zipfile)", three("bin/"))
    iexpress(files)
    record("iexpress.exe", "A cabinet in the resource CABINET, as IExpress has it.", "gcab, mingw windres",
           {"CABINET": UNSIGNED, **three("CABINET!/")})
    sfxcab(files, stub)
    (OUT / "sfxcab-section.exe").unlink()
    record("sfxcab-appended.exe", "A cabinet behind a program.", "gcab", {"*": UNSIGNED, **three("*!/")})
    burn(files)
    for name in ("burn-unsigned.exe", "burn-signed-well.exe", "burn-engine.expected"):
        (OUT / name).unlink()
    record("burn-signed-whole.exe", "A bundle by the layout of Burn, signed as a whole; its engine is not.", "gcab, mingw objcopy, osslsigncode",
           {"burn-engine.exe": UNSIGNED, "burn-engine.exe!/ux/ba.dll": SIGNED, **three("WixAttachedContainer/bin/")}, finding="burn-engine-unsigned")


def handed_on(stub):
    """A signed program that hands packages to Windows Installer."""
    names = list(copies((("msi/signed-stamped.msi", "signed.msi"), ("msi/unsigned.msi", "unsigned.msi"))))
    data = (WORK / "signed.msi").read_bytes()
    assert b"TEST Product" in data
    (WORK / "tampered.msi").write_bytes(data.replace(b"TEST Product", b"TEST Broduct", 1))
    cabinet = gcab(WORK / "packages.cab", *(WORK / name for name in (*names, "tampered.msi")))
    (OUT / "packages.exe").write_bytes(stub + bytes(-len(stub) % 512) + cabinet.read_bytes())
    signed(OUT / "packages.exe")
    record("packages.exe", "A signed program with packages that it hands to Windows Installer.", "gcab, osslsigncode",
           {"*": UNSIGNED, **three("*!/", ("signed.msi", "unsigned.msi", "tampered.msi")),
            **{f"*!/{name}.msi!/product.cab": UNSIGNED for name in STATES}}, finding="broken-installer-member")


def with_catalog():
    """A driver package: two unsigned programs, and a catalog that lists them; and one program that it does not list."""
    names = list(copies((("exe/unsigned.exe", "listed.exe"), ("exe/x86.dll", "listed.dll"), ("exe/version-info.exe", "other.exe"),
                         ("cat/signed-sha256-members.cat", "driver.cat"))))
    gcab(OUT / "driver.cab", *(WORK / name for name in names))
    signed(OUT / "driver.cab")
    record("driver.cab", "A signed cabinet with a catalog and programs that are signed by it alone.", "gcab, osslsigncode",
           {"listed.exe": UNSIGNED, "listed.dll": UNSIGNED, "other.exe": UNSIGNED, "driver.cat": SIGNED}, finding="security-catalog-only")


def copies(pairs):
    for source, name in pairs:
        shutil.copy(FIXTURES / source, WORK / name)
        yield name


HOSTILE = [(r"..\..\x.exe", b"1"), (r"C:\x.exe", b"2"), ("CON", b"3"), ("NUL.exe", b"4"), ("a/b.exe", b"5"), ("/abs.exe", b"6"),
           ("-rf", b"7"), (".profile", b"8"), ("x" * 240 + ".exe", b"9"), ("twice.exe", b"first"), ("twice.exe", b"second"),
           ("same.exe", b"equal"), ("same.exe", b"equal"), ("red\x1b[31m.exe", b"10"), ("a:stream", b"12")]


def hostile():
    """Names that must never become paths; a name that is no UTF-8; two names with NUL and slashes in a ZIP archive."""
    data, entries, at = b"".join(content for _, content in HOSTILE) + b"legacy", [], 0
    for name, content in HOSTILE:
        entries.append((name, len(content), at))
        at += len(content)
    # Names of cabinets are UTF-8 only where attribute 0x80 says so: caf\xe9.exe is none.
    text = cab.cabinet([(name, size, start, 0) for name, size, start in [*entries, ("caf@.exe", 6, at)]], [cab.block(data, len(data))], 0)
    (OUT / "hostile-names.cab").write_bytes(text.replace(b"caf@.exe", b"caf\xe9.exe"))
    record("hostile-names.cab", "Names with parts of paths, devices, control characters, twice the same, too long, not UTF-8.",
           "python (cab.py)", {})
    with zipfile.ZipFile(WORK / "h.zip", "w") as archive:
        for n, name in enumerate(("nul@here.txt", "../up.txt", "deep/er/..txt", "up\u202egpj.exe")):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), b"%d" % n)
    stub = (FIXTURES / "exe/unsigned.exe").read_bytes()
    (OUT / "hostile-names.exe").write_bytes(stub + (WORK / "h.zip").read_bytes().replace(b"nul@here.txt", b"nul\0here.txt"))
    record("hostile-names.exe", "A ZIP archive behind a program whose names hold NUL and parts of paths.", "python (zipfile)", {})


def write_manifest():
    lines = ["# Written by tests/recipes/make-inside.sh; do not edit by hand.",
             "# Every member that can be signed, under its path below the file (* is a name that badsig makes up), and how it stands by",
             "# construction: its signer, `not signed`, or the HRESULT. `finding` names a check that must find something.", ""]
    for path, what, maker, members, more in FILES:
        lines += ["[[file]]", f'path = "{path}"', f'what = "{what}"', 'recipe = "tests/recipes/make-inside.sh"', f'maker = "{maker}"']
        lines += [f'{key} = "{value}"' for key, value in more.items()]
        lines += ["", "[file.members]", *(f"'{name}' = \"{state}\"" for name, state in members.items()), ""]
    (OUT / "MANIFEST.toml").write_text("\n".join(lines))


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    files = programs()
    stub = (FIXTURES / "exe/unsigned.exe").read_bytes()
    cabinets(files)
    volumes = split(files)
    packages()
    set_in_streams(files, volumes)
    programs_around(files, stub)
    handed_on(stub)
    with_catalog()
    hostile()
    write_manifest()
    shutil.rmtree(WORK)
    for file in OUT.rglob("*.*"):
        file.chmod(0o644)


main()
