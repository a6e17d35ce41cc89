"""Makes tests/updates/: update catalogs in all three forms, right and wrong in known ways, and what must be said of each.

    python3 tests/recipes/make_updates.py

The content is the fixtures in fixtures/. Cabinets are made by gcab and signed by osslsigncode with TEST keys; digests are
Python's. expected.json says what is right for each update, from what was put into it. With xmllint and the schemas of WSUS
(../shared/updates/xsd) every package that is meant to be sound is validated, and every unsound one must be refused.
"""
import base64, hashlib, json, os, pathlib, re, shutil, subprocess, sys, tempfile
from xml.sax.saxutils import quoteattr, escape

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from tools import PKI, run, sign

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
OUT, FIXTURES = HERE.parent / "updates", REPOSITORY / "fixtures"
SCHEMAS = REPOSITORY.parent / "shared/updates/xsd"
B = "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/"
SMC = "http://schemas.microsoft.com/sms/2005/04/CorporatePublishing/SystemsManagementCatalog.xsd"
NAMES = (f'xmlns:sdp="{B}SoftwareDistributionPackage.xsd" xmlns:cmd="{B}Installers/CommandLineInstallation.xsd" '
         f'xmlns:msi="{B}Installers/MsiInstallation.xsd" xmlns:smc="{SMC}"')
DATE = "2026-01-02T03:04:05"
STAMP = ("rfc3161", "2020-06-01T00:00:00Z", "tsa")
os.environ.update(TZ="UTC", LC_ALL="C", SOURCE_DATE_EPOCH="1577836800")


def guid(number):
    return f"00000000-0000-4000-8000-{number:012d}"


class Update:
    """One update, and what must become of it where content certificates are brought and where not."""

    def __init__(self, number, title, file, verdict, content, finding=None, v1=None, message=None, **changes):
        self.number, self.title, self.file = number, title, file
        self.expected = {"verdict": verdict, "content": content, "finding": finding, "message": message}
        self.v1 = dict(self.expected, **v1) if v1 else self.expected
        self.changes = changes

    def package(self, element="sdp:SoftwareDistributionPackage", names=NAMES):
        c = self.changes
        item = f'<sdp:InstallableItem ID="{guid(self.number + 100)}">\n{self.installer()}{self.origin()}    </sdp:InstallableItem>'
        more = c.get("superseded", "")
        return f"""<{element} SchemaVersion="1.2" {names}>
    <sdp:Properties PackageID="{c.get('id', guid(self.number))}" CreationDate="{c.get('date', DATE)}" VendorName="TEST Vendor">
      <sdp:SupportUrl>https://example.invalid/support</sdp:SupportUrl>
      <sdp:ProductName>TEST Product</sdp:ProductName>
    </sdp:Properties>
    <sdp:LocalizedProperties>
      <sdp:Language>en</sdp:Language>
      <sdp:Title>{escape(self.title)}</sdp:Title>
      <sdp:Description>{escape(self.title)} &amp; nothing else.</sdp:Description>
    </sdp:LocalizedProperties>
    <sdp:UpdateSpecificData UpdateClassification="{c.get('classification', 'Updates')}" MsrcSeverity="Low"/>{more}
    {item}
  </{element}>
"""

    def installer(self):
        if not self.file:
            return ""
        name = pathlib.Path(self.file).name
        if name.endswith(".msi"):
            return f'      <msi:MsiInstallerData MsiFile="{name}" ProductCode="{{{guid(self.number)}}}"/>\n'
        return (f'      <cmd:CommandLineInstallerData Program="{name}" Arguments="/S" DefaultResult="Failed" RebootByDefault="false">\n'
                f'        <cmd:ReturnCode Code="0" Result="Succeeded" Reboot="false"/>\n      </cmd:CommandLineInstallerData>\n')

    def origin(self):
        if not self.file:
            return ""
        path, c = FIXTURES / self.file, self.changes
        data = path.read_bytes() if path.exists() else b"nothing"
        sha1 = c.get("sha1", base64.b64encode(hashlib.sha1(c.get("other", data)).digest()).decode())
        sha256 = base64.b64encode(hashlib.sha256(c.get("other256", c.get("other", data))).digest()).decode()
        size = c.get("size", len(data))
        name = c.get("file_name", path.name)
        return (f'      <sdp:OriginFile Digest="{sha1}" FileName={quoteattr(name)} Size="{size}" Modified="{DATE}Z" '
                f'OriginUri="https://example.invalid/{path.name}">\n'
                f'        <sdp:AdditionalDigest Algorithm="SHA256">{sha256}</sdp:AdditionalDigest>\n      </sdp:OriginFile>\n')


HASH_FAIL = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_HASH_FAIL"
TRUST_FAIL = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_TRUST_FAIL"
BADSIG = "SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT_TRUST_FAIL_BADSIG"
PASSES = {"verdict": "publishable", "finding": None, "message": None}

RIGHT_MSI = Update(1, "Right MSI", "msi/signed-stamped.msi", "publishable", "ok")
RIGHT_EXE = Update(2, "Right <EXE>", "exe/signed-stamped.exe", "publishable", "ok")
NO_CONTENT = Update(3, "Metadata only", None, "publishable", "none", "metadata-only")
FAMILY = [
    RIGHT_MSI,
    RIGHT_EXE,
    NO_CONTENT,
    Update(4, "Wrong SHA-1", "exe/sha384.exe", "blocked", "hash-mismatch", "hash-mismatch", message=HASH_FAIL, other=b"x",
           other256=(FIXTURES / "exe/sha384.exe").read_bytes()),
    Update(5, "Wrong SHA-256", "exe/sha384.exe", "blocked", "hash-mismatch", "hash-mismatch", message=HASH_FAIL, other256=b"x"),
    Update(6, "Wrong size", "exe/signed.exe", "blocked", "size-mismatch", "hash-mismatch", message=HASH_FAIL, size=4711),
    Update(7, "Unsigned content", "exe/unsigned.exe", "blocked", "ok", "unsigned", message=BADSIG),
    Update(8, "Certificate missing", "exe/ecdsa-p256.exe", "blocked", "ok", "certificate-not-approved", PASSES, TRUST_FAIL),
    Update(9, "Tampered content", "exe/tampered.exe", "blocked", "ok", "bad-digest"),
    Update(10, "Not there", "exe/not-there.exe", "undecided", "missing", "content-missing"),
    Update(11, "Same id as Right MSI", "exe/signed-stamped.exe", "blocked", "ok", "package-duplicate", id=guid(1)),
    Update(12, "Path in the name", "exe/signed-stamped.exe", "blocked", "ok", "content-file-name", file_name="..\\..\\signed-stamped.exe"),
    Update(13, "Hexadecimal digest", "exe/signed-stamped.exe", "blocked", "ok", "package-value-invalid",
           sha1=hashlib.sha1(b"x").hexdigest()),
    Update(14, "Unknown classification", "exe/signed-stamped.exe", "blocked", "ok", "package-value-invalid", classification="Nice"),
    Update(15, "Empty content", "exe/signed-stamped.exe", "blocked", "size-mismatch", "content-size", size=0, message=HASH_FAIL),
]
BROKEN = guid(16)
#: Those that the schema of WSUS refuses.
UNSOUND = {13, 14}


def manifest(updates, **changes):
    return json.dumps({**{u.changes.get("id", guid(u.number)): u.changes.get("date", DATE) for u in updates}, **changes})


def v1(updates, broken=False):
    body = "".join("  " + u.package("smc:SoftwareDistributionPackage", "") for u in updates)
    if broken:
        body = body.replace("</sdp:LocalizedProperties>", "", 1) if len(updates) == 1 else body[: body.rindex("<sdp:Title>")]
        return f'<?xml version="1.0" encoding="utf-8"?>\n<smc:SystemsManagementCatalog {NAMES}>\n{body}'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<smc:SystemsManagementCatalog {NAMES}>\n{body}</smc:SystemsManagementCatalog>\n'


def v2(updates, certificates=("publisher",), broken=False, folder="V2", manifest_changes={}):
    """Members of a catalog: name -> bytes. Two packages cannot have one file name, so the second gets a letter more."""
    members = {}
    for u in updates:
        name = f"{folder}/{u.changes.get('id', guid(u.number))}.sdp"
        name = name if name not in members else name.replace(".sdp", "b.sdp")
        members[name] = ('<?xml version="1.0" encoding="utf-8"?>\n' + u.package()).encode("utf-8-sig")
    if broken:
        members[f"{folder}/{BROKEN}.sdp"] = f"<sdp:SoftwareDistributionPackage {NAMES}>\n<b>\n</sdp:SoftwareDistributionPackage>\n".encode()
        manifest_changes = {**manifest_changes, BROKEN: DATE}
    members[f"{folder}/update_manifest.json"] = manifest(updates, **manifest_changes).encode()
    for name in certificates:
        der = (PKI / f"test-{name}.der").read_bytes()
        members[f"ContentCertificates/{hashlib.sha1(der).hexdigest().upper()}.cer"] = der
    if folder == "V3":
        members["V3/0001.json"] = json.dumps({"Id": guid(900), "DisplayName": "TEST Category"}).encode()
        members["update_categories.json"] = json.dumps({guid(1): [guid(900)]}).encode()
    return members


def cabinet(members, target):
    with tempfile.TemporaryDirectory() as work:
        for name, data in members.items():
            path = pathlib.Path(work) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (1577836800, 1577836800))
        run("gcab", "-c", "-z", target, *members, cwd=work)


def make(name, members, signer="publisher", stamp=STAMP):
    target = OUT / name
    with tempfile.TemporaryDirectory() as work:
        plain = pathlib.Path(work) / "plain.cab"
        cabinet(members, plain)
        if signer:
            sign(plain, target, signer=signer, stamp=stamp)
        else:
            shutil.copy(plain, target)


def expect(form, updates, exit_code, catalog="publishable", findings=(), v1_rules=False, packages=None):
    return {
        "format": form, "exit": exit_code, "catalog": catalog, "findings": sorted(findings),
        "packages": len(updates) if packages is None else packages,
        "updates": [{"id": u.changes.get("id", guid(u.number)), "title": u.title, **(u.v1 if v1_rules else u.expected)} for u in updates],
    }


def validate(updates):
    """Asks xmllint with the schemas of WSUS; those that are not public get stand-ins."""
    if not shutil.which("xmllint") or not SCHEMAS.exists():
        return print("skipped: xmllint or ../shared/updates/xsd is missing")
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        blob = "http://www.microsoft.com/msi/patch_applicability.xsd"
        imports = {f"{B}BaseTypes.xsd": "BaseTypes.xsd", f"{B}SoftwareDistributionPackage.xsd": "SoftwareDistributionPackage.xsd", blob: "patch_applicability.xsd"}
        for path in SCHEMAS.glob("*.xsd"):
            text = path.read_text("utf-8-sig")
            own = re.search(r'targetNamespace="([^"]+)"', text)
            if path.name in ("CommandLineInstallation.xsd", "MsiInstallation.xsd", "MspInstallation.xsd"):
                text = re.sub(r"<import [^>]*/>", "", text)
                added = "".join(f'<import namespace="{n}" schemaLocation="{f}"/>' for n, f in imports.items() if n != own[1])
                text = re.sub(r"(<schema\b[^>]*>)", lambda m: m[1] + added, text, count=1)
            (work / path.name).write_text(text)
        stub = '<schema targetNamespace="{0}" xmlns="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">{1}</schema>'
        for name in ("BaseApplicabilityRules", "LogicalApplicabilityRules", "MsiApplicabilityRules"):
            (work / f"{name}.xsd").write_text(stub.format(f"{B}{name}.xsd", ""))
        braces = r"\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}"
        types = (f'<simpleType name="GUID"><restriction base="string"><pattern value="{braces}"/></restriction></simpleType>'
                 '<complexType name="RepairPath"/>')
        (work / "patch_applicability.xsd").write_text(stub.format(blob, types))
        drivers = (work / "SoftwareDistributionPackage.xsd").read_text()
        (work / "SoftwareDistributionPackage.xsd").write_text(drivers.replace(
            '<import namespace="http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/WindowsDriver.xsd"\n', "<import namespace=\"urn:none\"\n"))
        top = ('<schema xmlns="http://www.w3.org/2001/XMLSchema">' + "".join(
            f'<import namespace="{B}{n}" schemaLocation="{f}"/>' for n, f in (
                ("SoftwareDistributionPackage.xsd", "SoftwareDistributionPackage.xsd"),
                ("Installers/CommandLineInstallation.xsd", "CommandLineInstallation.xsd"),
                ("Installers/MsiInstallation.xsd", "MsiInstallation.xsd"))) + "</schema>")
        (work / "top.xsd").write_text(top)
        for u in updates:
            (work / "one.sdp").write_text('<?xml version="1.0"?>\n' + u.package())
            done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", "top.xsd", "one.sdp"], cwd=work, capture_output=True, text=True)
            if (done.returncode == 0) == (u.number in UNSOUND):
                sys.exit(f"{u.title}: xmllint says {done.returncode}\n{done.stderr[-2000:]}")
        print(f"{len(updates)} packages compared with the schemas of WSUS")


def main():
    OUT.mkdir(exist_ok=True)
    validate(FAMILY)
    clean = [RIGHT_MSI, RIGHT_EXE, NO_CONTENT]
    no_certificates = ["catalog-content-certificates"]
    expected = {}
    for form, folder in (("v2", "V2"), ("v3", "V3")):
        make(f"{form}.cab", v2(FAMILY, broken=True, folder=folder))
        entry = expect(form, FAMILY, 10, findings=[])
        entry["updates"].append({"id": BROKEN, "title": None, "verdict": "blocked", "content": "none", "finding": "package-malformed", "message": None})
        expected[f"{form}.cab"] = entry
        make(f"{form}-clean.cab", v2(clean, folder=folder))
        expected[f"{form}-clean.cab"] = expect(form, clean, 0)
    make("v1.cab", {"catalog.xml": v1(FAMILY).encode()})
    expected["v1.cab"] = expect("v1", FAMILY, 10, findings=no_certificates, v1_rules=True)
    make("v1-clean.cab", {"catalog.xml": v1(clean).encode()})
    expected["v1-clean.cab"] = expect("v1", clean, 0, findings=no_certificates, v1_rules=True)
    make("v1-broken.cab", {"catalog.xml": v1(clean, broken=True).encode()})
    expected["v1-broken.cab"] = expect("v1", clean[:2], 10, "blocked", ["catalog-malformed", *no_certificates], v1_rules=True)
    forms = {"v1": ({"catalog.xml": v1(clean).encode()}, no_certificates), "v2": (v2(clean), []), "v3": (v2(clean, folder="V3"), [])}
    for form, (members, always) in forms.items():
        make(f"{form}-unsigned.cab", members, signer=None)
        expected[f"{form}-unsigned.cab"] = expect(form, clean, 10, "blocked", ["catalog-unsigned", *always], v1_rules=form == "v1")
        make(f"{form}-expired.cab", members, signer="expired", stamp=None)
        expected[f"{form}-expired.cab"] = expect(form, clean, 10, "blocked", ["catalog-not-trusted", *always], v1_rules=form == "v1")
    make("v2-no-certificates.cab", v2(clean, certificates=()))
    expected["v2-no-certificates.cab"] = expect("v2", clean, 0, findings=no_certificates)
    make("v2-manifest.cab", v2(clean, manifest_changes={guid(1): "2020-01-01T00:00:00", guid(77): DATE}))
    expected["v2-manifest.cab"] = expect("v2", clean, 0, findings=["catalog-manifest", "catalog-manifest"])
    make("no-catalog.cab", {"readme.txt": b"nothing"})
    expected["no-catalog.cab"] = expect(None, [], 10, "blocked", ["catalog-malformed"])
    make("v2-empty.cab", v2([]))
    expected["v2-empty.cab"] = expect("v2", [], 20)
    signed = bytearray((OUT / "v2-clean.cab").read_bytes())
    at = signed.index(b"CK") + 20  # the first block of compressed data
    signed[at] ^= 1
    (OUT / "v2-tampered.cab").write_bytes(signed)
    expected["v2-tampered.cab"] = {"exit": 10, "catalog": "blocked"}
    (OUT / "v1.xml").write_bytes(v1(clean).replace("utf-8", "utf-16").encode("utf-16"))
    expected["v1.xml"] = expect("v1", clean, 0, v1_rules=True)
    (OUT / "right.sdp").write_bytes(RIGHT_MSI.package().encode("utf-8-sig"))
    expected["right.sdp"] = expect("sdp", [RIGHT_MSI], 0, v1_rules=True)
    (OUT / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    print(f"{len(expected)} catalogs, {sum(p.stat().st_size for p in OUT.iterdir())} bytes")


main()
