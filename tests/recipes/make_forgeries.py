"""Makes the forgeries. Called by make-forgeries.sh."""
import hashlib, pathlib, shutil, struct, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
import cms, forge, pe
from der import NULL, Node, integer, octets, oid, seq, set_of, tlv
from manifest import text
from tools import HERE, PKI, indirect_data, run, unix, verify

FIXTURES = HERE.parent.parent / "fixtures"
MADE, BEFORE, UNTIL = "2020-01-01T00:00:00Z", "20200101000000Z", "20390101000000Z"
CODE = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n"
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
BAD_VALUE = "bad-signature-value"


def cfb_claimed(data, payload):
    """`payload`, one sector, hung behind the last sector of the directory."""
    out = bytearray(data + bytes(-len(data) % 512)) + payload
    number = lambda at: struct.unpack_from("<I", out, at)[0]
    entry = lambda sector: (number(76 + sector // 128 * 4) + 1) * 512 + sector % 128 * 4
    last, new = number(48), len(out) // 512 - 2
    while number(entry(last)) < 0xFFFFFFFA:
        last = number(entry(last))
    struct.pack_into("<I", out, entry(last), new)
    struct.pack_into("<I", out, entry(new), 0xFFFFFFFE)
    return out


def cfb_fat(out):
    """Reads a field, and gives the place of a sector's entry in the allocation table (one table of up to 109 sectors)."""
    number = lambda at: struct.unpack_from("<I", out, at)[0]
    return number, lambda sector: (number(76 + sector // 128 * 4) + 1) * 512 + sector % 128 * 4


def cfb_entries(out):
    """The places of all directory entries, and their names."""
    number, fat = cfb_fat(out)
    sector, places = number(48), []
    while sector < 0xFFFFFFFA:
        places += [(sector + 1) * 512 + i * 128 for i in range(4)]
        sector = number(fat(sector))
    name = lambda at: bytes(out[at:at + max(0, struct.unpack_from("<H", out, at + 64)[0] - 2)]).decode("utf-16-le")
    return places, [name(at) for at in places]


def cfb_hidden(data, name):
    """The entry of this name hung to the left of the first: a search by names, which goes by their order, passes it by."""
    out = bytearray(data)
    number, _ = cfb_fat(out)
    places, names = cfb_entries(out)
    hidden = names.index(name)
    left, right = number(places[hidden] + 68), number(places[hidden] + 72)
    assert 0xFFFFFFFF in (left, right), "two entries hang on it"
    for at in places:
        for link in (68, 72):
            if number(at + link) == hidden:
                struct.pack_into("<I", out, at + link, right if left == 0xFFFFFFFF else left)
    struct.pack_into("<II", out, places[hidden] + 68, 0xFFFFFFFF, 0xFFFFFFFF)
    least = number(places[0] + 76)
    while number(places[least] + 68) != 0xFFFFFFFF:
        least = number(places[least] + 68)
    struct.pack_into("<I", out, places[least] + 68, hidden)
    return out


def cfb_in_slack(data, payload):
    """`payload` in what the stream of the signature, whose end is moved to that of the file, leaves of its last sector."""
    out = bytearray(data + bytes(-len(data) % 512))
    number, fat = cfb_fat(out)
    places, names = cfb_entries(out)
    stream = places[names.index("\x05DigitalSignature")]
    before, sector = None, number(stream + 116)
    while number(fat(sector)) < 0xFFFFFFFA:
        before, sector = sector, number(fat(sector))
    used, new, old = number(stream + 120) % 512, len(out) // 512 - 1, (sector + 1) * 512
    assert number(stream + 120) >= 4096 and used + len(payload) <= 512
    out += out[old:old + used] + bytes(512 - used - len(payload)) + payload
    struct.pack_into("<I", out, fat(before), new)
    struct.pack_into("<I", out, fat(new), 0xFFFFFFFE)
    struct.pack_into("<I", out, fat(sector), 0xFFFFFFFF)
    out[old:old + 512] = bytes(512)
    return out


class Forger:
    def __init__(self, out, work):
        self.out, self.work, self.records = out, work, []
        for name in ("publisher", "other-publisher", "code-signing-ca", "root", "revoked"):
            shutil.copy(PKI / f"test-{name}.der", work)
            shutil.copy(PKI / f"test-{name}.pem", work)
            shutil.copy(PKI / f"TEST-{name}.key", work)
        self.exe = FIXTURES / "exe/unsigned.exe"
        self.image = pe.strip(self.exe.read_bytes())
        self.spc = indirect_data(self.exe)

    # ---- records ---------------------------------------------------------------------------------------------------------

    def record(self, name, file, what, checks, verdict="blocked", arguments=(), hresult=None):
        self.records.append(dict(name=name, file=file, what=what, checks=list(checks), verdict=verdict,
                                 arguments=list(arguments), hresult=hresult))

    def made(self, name, what, checks, data, suffix="exe", **more):
        file = f"{name}.{suffix}"
        (self.out / file).write_bytes(bytes(data))
        self.record(name, f"tests/forgeries/{file}", what, checks, **more)

    def of_fixture(self, name, fixture, what, checks, **more):
        self.record(name, f"fixtures/{fixture}", what, checks, **more)

    def signed(self, blob, image=None):
        return pe.attach(image or self.image, pe.entry(bytes(blob)))

    # ---- certificates and signatures -----------------------------------------------------------------------------------------

    def key(self, name, *how):
        """`openssl genrsa` wants the file before the size."""
        command, *options = how
        run("openssl", command, "-out", self.work / f"TEST-{name}.key", *options)

    def certificate(self, name, subject, extensions, issuer=None, *how):
        """A certificate by openssl; without an issuer it signs itself."""
        key, pem = self.work / f"TEST-{name}.key", self.work / f"test-{name}.pem"
        (self.work / "ext.cnf").write_text(extensions)
        run("openssl", "req", "-new", "-key", key, "-subj", f"/O=badsig TEST/CN={subject}", "-out", self.work / "req.pem")
        by = ["-CA", self.work / f"test-{issuer}.pem", "-CAkey", self.work / f"TEST-{issuer}.key"] if issuer else ["-signkey", key]
        run("openssl", "x509", "-req", "-in", self.work / "req.pem", "-days", "6900", "-sha256", *by, "-extfile",
            self.work / "ext.cnf", *how, "-out", pem, at=MADE)
        run("openssl", "x509", "-in", pem, "-outform", "DER", "-out", self.work / f"test-{name}.der")
        return self.der(name)

    def der(self, name):
        return (self.work / f"test-{name}.der").read_bytes()

    def attributes(self, spc=None, digest="sha256"):
        return cms.authenticode_attributes(cms.INDIRECT, Node(spc or self.spc)[1][0].body, digest)

    def message(self, infos, bag=("publisher", "code-signing-ca"), spc=None, digest="sha256", extra=()):
        return cms.signed_data(spc or self.spc, digest, [*(self.der(n) for n in bag), *extra], infos)

    def info(self, signer="publisher", spc=None, attributes=None, digest="sha256", **how):
        return cms.signer_info(self.work, signer, digest, self.attributes(spc, digest) if attributes is None else attributes, **how)

    # ---- forgeries -----------------------------------------------------------------------------------------------------------

    def signatures(self):
        self.of_fixture("signature-copied", "exe/copied-signature.exe", "The signature of another file.", ["bad-digest"],
                        hresult="0x80096010")
        tree = Node(self.message([self.info()], bag=("publisher", "other-publisher", "code-signing-ca")))
        cms.first_signer(tree).kids[1] = Node(cms.issuer_and_serial(self.der("other-publisher")))
        self.made("signer-swapped", "The SignerInfo names another certificate of the bag than the one whose key signed.", [BAD_VALUE],
                  self.signed(tree))
        self.of_fixture("message-digest-not-covering", "exe/indirect-data-tampered.exe",
                        "messageDigest is not the digest of the SpcIndirectDataContent, which names the changed file.",
                        ["digest-not-covered"])
        self.of_fixture("nested-tampered", "exe/nested-tampered.exe", "The value of the nested signature was changed.",
                        ["nested-signature-invalid"], verdict=None)

    def clones(self):
        """An authority and a publisher with all the names and numbers of the real ones, and other keys."""
        for name, extensions, issuer in (("root", AUTHORITY, None), ("code-signing-ca", AUTHORITY, "clone-root"),
                                         ("publisher", CODE, "clone-code-signing-ca")):
            self.key(f"clone-{name}", "genrsa", "2048")
            common = {"root": "TEST Root", "code-signing-ca": "TEST Code Signing CA", "publisher": "TEST Publisher"}[name]
            serial = "0x" + Node(self.der(name))[0][1].body.hex()
            self.certificate(f"clone-{name}", common, extensions, issuer, "-set_serial", serial)
        info = self.info("clone-publisher")
        bag = ("clone-publisher", "clone-code-signing-ca")
        self.made("publisher-cloned", "Signed by a certificate with the names and the serial number of the publisher's, issued by a clone "
                  "of its authority; the clones come in the bag.", ["untrusted-root", "invalid-chain", "incomplete-chain"],
                  self.signed(self.message([info], bag=(*bag, "clone-root"))))
        self.made("publisher-cloned-beside-the-real", "The same, with the real certificates behind the clones in the bag.",
                  ["untrusted-root", "invalid-chain", "incomplete-chain"],
                  self.signed(self.message([info], bag=(*bag, "clone-root", "publisher", "code-signing-ca"))))
        self.made("publisher-cloned-under-the-real", "The clone of the publisher's certificate with the real authority in the bag.",
                  ["untrusted-root", "invalid-chain", "incomplete-chain"],
                  self.signed(self.message([info], bag=("clone-publisher", "code-signing-ca"))))
        genuine = Node(self.message([self.info()]))
        outer = Node(self.message([info], bag=(*bag, "clone-root")))
        cms.add_unsigned(outer, cms.attribute(cms.NESTED, bytes(genuine)))
        self.made("genuine-nested-in-forged", "The primary signature is by the clone; the genuine one is nested in it.",
                  ["untrusted-root", "invalid-chain", "incomplete-chain"], self.signed(outer))

    def algorithms(self):
        value = Node(self.spc)
        digest = value[1][0][1]
        for name, kind, body, what in (
            ("digest-cut", "sha256", pe.digest(bytes(self.image))[:20], "DigestInfo says SHA-256 and holds its first 20 bytes."),
            ("digest-of-other-algorithm", "sha256", pe.digest(bytes(self.image), "sha1"), "DigestInfo says SHA-256 and holds the SHA-1."),
            ("digest-empty", "sha256", b"", "DigestInfo says SHA-256 and holds nothing."),
        ):
            digest.kids = [Node(cms.algorithm(kind)), Node(octets(body))]
            spc = bytes(value)
            self.made(name, what, ["malformed-signature", "bad-digest"], self.signed(self.message([self.info(spc=spc)], spc=spc)))
        tree = Node(self.message([self.info()]))
        cms.first_signer(tree).kids[2] = Node(cms.algorithm("sha1"))
        self.made("signer-algorithm-changed", "The SignerInfo says SHA-1; messageDigest and signature are of SHA-256.",
                  ["digest-not-covered", BAD_VALUE, "malformed-signature"], self.signed(tree))
        attributes = tlv(0x31, *sorted(self.attributes()))
        other = cms.sign(self.work / "TEST-publisher.key", attributes, "sha1")
        tree = Node(self.message([self.info()]))
        cms.first_signer(tree).kids[5] = Node(octets(other))
        self.made("signature-of-other-algorithm", "The SignerInfo says SHA-256; the signed DigestInfo is of SHA-1.", [BAD_VALUE],
                  self.signed(tree))

    def attributes_left_out(self):
        content, message, opus = self.attributes()
        for name, kept, what in (
            ("attributes-empty", [], "The signed attributes are an empty set, properly signed."),
            ("attributes-without-message-digest", [content, opus], "The signed attributes have no messageDigest."),
            ("attributes-without-content-type", [message, opus], "The signed attributes have no contentType."),
            ("attributes-with-two-message-digests", [content, message, cms.attribute(cms.MESSAGE_DIGEST, octets(bytes(32)))],
             "The signed attributes have messageDigest twice."),
            ("attributes-of-other-content", [cms.attribute(cms.CONTENT_TYPE, oid(cms.DATA)), message],
             "contentType says data; the content is an SpcIndirectDataContent."),
        ):
            self.made(name, what, ["malformed-signature", "digest-not-covered"], self.signed(self.message([self.info(attributes=kept)])))
        # What somebody signed as attributes is shown as content: without attributes the signature is over the content itself.
        signed = tlv(0x31, *sorted(self.attributes()))
        whole = Node(self.info())
        bare = seq(*(bytes(whole[i]) for i in (0, 1, 2, 4, 5)))
        content = seq(oid(cms.INDIRECT), tlv(0xA0, signed))
        self.made("attributes-as-content", "The signed attributes of a real signature stand as the content, and no attributes are left.",
                  ["malformed-signature"], self.signed(cms.signed_data(content, "sha256", [self.der("publisher"), self.der("code-signing-ca")],
                                                                       [bare])))

    def exponent_three(self):
        self.key("e3", "genrsa", "-3", "2048")
        self.certificate("e3", "TEST Exponent Three", CODE, "code-signing-ca")
        self.key("e3-root", "genrsa", "-3", "2048")
        root = self.certificate("e3-root", "TEST Root Exponent Three", AUTHORITY)
        (self.out / "test-e3-root.der").write_bytes(root)
        for how, what in ((forge.bytes_after_hash, "rubbish behind the hash"), (forge.bytes_inside_digest_info, "rubbish in the DigestInfo")):
            name = how.__name__.replace("_", "-")
            for attempt in range(64):
                attributes = [*self.attributes(), cms.attribute("1.3.6.1.4.1.99999.2", integer(attempt))]
                value = how(tlv(0x31, *sorted(attributes)), 256)
                if value:
                    break
            tree = Node(self.message([self.info("e3", attributes=attributes)], bag=("e3", "code-signing-ca")))
            cms.first_signer(tree).kids[5] = Node(octets(value))
            self.made(f"e3-signature-{name}", f"A signature made without the key (exponent 3): {what}.", [BAD_VALUE], self.signed(tree))
            self.forged_certificate(how, name, what)

    def forged_certificate(self, how, name, what):
        """A publisher's certificate under a root with exponent 3, signed without the root's key."""
        own = f"forged-{name}"
        self.key(own, "genrsa", "2048")
        self.certificate(own, "TEST Forged", CODE, "e3-root")
        for attempt in range(64):
            tree = Node(self.der(own))
            tree[0].kids[1] = Node(integer(0x54455354000000 + attempt))
            value = how(bytes(tree[0]), 256)
            if value:
                break
        tree.kids[2] = Node(tlv(0x03, b"\0" + value))
        (self.work / f"test-{own}.der").write_bytes(bytes(tree))
        self.made(f"e3-certificate-{name}", f"The publisher's certificate was signed without the root's key (exponent 3): {what}.",
                  ["invalid-chain", "untrusted-root", "incomplete-chain"], self.signed(self.message([self.info(own)], bag=(own, "e3-root"))),
                  arguments=["--add-root", "tests/forgeries/test-e3-root.der"])

    def curveball(self):
        self.key("ec-root", "ecparam", "-name", "prime256v1", "-genkey", "-noout")
        root = self.certificate("ec-root", "TEST Root P-256", AUTHORITY)
        (self.out / "test-ec-root.der").write_bytes(root)
        tree = Node(root)
        raw = tree[0][6][1].body[2:]
        point = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        forged = Node(root)
        forged[0].kids[6] = Node(forge.explicit_key(point))
        forged.kids[2] = Node(tlv(0x03, b"\0" + forge.sign_with_one(bytes(forged[0]), point)))
        (self.work / "test-ec-forged.der").write_bytes(bytes(forged))
        self.key("ec-leaf", "genrsa", "2048")
        self.certificate("ec-leaf", "TEST CurveBall", CODE, "ec-root")
        leaf = Node(self.der("ec-leaf"))
        leaf.kids[2] = Node(tlv(0x03, b"\0" + forge.sign_with_one(bytes(leaf[0]), point)))
        (self.work / "test-ec-leaf.der").write_bytes(bytes(leaf))
        how = dict(arguments=["--add-root", "tests/forgeries/test-ec-root.der"])
        self.made("curveball", "CVE-2020-0601: a root with the trusted root's name and public key on a curve with another generator signed "
                  "the publisher's certificate.", ["invalid-chain", "untrusted-root", "incomplete-chain"],
                  self.signed(self.message([self.info("ec-leaf")], bag=("ec-leaf", "ec-forged"))), **how)
        self.made("curveball-without-root", "The same without the forged root in the bag.",
                  ["invalid-chain", "untrusted-root", "incomplete-chain"],
                  self.signed(self.message([self.info("ec-leaf")], bag=("ec-leaf",))), **how)

    def chains_and_stamps(self):
        self.of_fixture("authority-without-flag", "exe/not-a-ca.exe", "Issued by a certificate that is no authority.", ["invalid-chain"],
                        hresult="0x80096019")
        self.of_fixture("stamp-moved", "exe/stamp-moved-in.exe", "The stamp was made for another signature.", ["bad-timestamp"])
        self.of_fixture("countersignature-moved", "exe/countersignature-moved-in.exe", "The countersignature was made for another signature.",
                        ["bad-timestamp"])
        self.of_fixture("stamp-by-non-authority", "exe/expired-stamp-by-non-authority.exe", "Stamped by a certificate that may not.",
                        ["bad-timestamp"])
        self.of_fixture("stamp-outside-validity", "exe/expired-stamped-late.exe", "Stamped after the signer had expired.", ["expired"],
                        hresult="0x800B0101")

    def revocation(self):
        """Lists and answers that say `good` and come from the wrong hand. The signer is revoked."""
        revoked, real = "exe/revoked.exe", ["--crl", "tests/recipes/pki/test-code-signing-ca.crl", "--crl", "tests/recipes/pki/test-root.crl"]
        (self.work / "index.txt").write_text("")
        (self.work / "crlnumber").write_text("7F\n")
        (self.work / "ca.cnf").write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={self.work}/index.txt\ncrlnumber={self.work}/crlnumber\n"
                                          "default_md=sha256\n")
        # openssl names the issuer after the signing certificate: a clone of the authority's name with the leaf's key.
        shutil.copy(self.work / "TEST-revoked.key", self.work / "TEST-crl-forger.key")
        self.certificate("crl-forger", "TEST Code Signing CA", AUTHORITY)
        run("openssl", "ca", "-config", self.work / "ca.cnf", "-gencrl", "-cert", self.work / "test-crl-forger.pem", "-keyfile",
            self.work / "TEST-crl-forger.key", "-crldays", "6900", "-out", self.work / "forged.pem", at="2021-01-01T00:00:00Z")
        run("openssl", "crl", "-in", self.work / "forged.pem", "-outform", "DER", "-out", self.out / "crl-by-leaf.crl")
        forged = ["--crl", "tests/forgeries/crl-by-leaf.crl"]
        self.of_fixture("crl-by-leaf", revoked, "A list in the authority's name, signed by the revoked leaf itself, says that nothing is "
                        "revoked; the real list stands beside it.", ["revoked"], arguments=forged + real, hresult="0x800B010C")
        self.ocsp_of_other(revoked, real)

    def ocsp_of_other(self, revoked, real):
        serial = Node(self.der("publisher"))[0][1].body.hex().upper()
        line = f"V\t390101000000Z\t\t{serial}\tunknown\t/O=badsig TEST/CN=TEST Publisher\n"
        (self.work / "ocsp.txt").write_text(line)
        run("openssl", "ocsp", "-issuer", self.work / "test-code-signing-ca.pem", "-cert", self.work / "test-publisher.pem", "-no_nonce",
            "-reqout", self.work / "req.der")
        run("openssl", "ocsp", "-index", self.work / "ocsp.txt", "-CA", self.work / "test-code-signing-ca.pem", "-rsigner",
            self.work / "test-code-signing-ca.pem", "-rkey", self.work / "TEST-code-signing-ca.key", "-reqin", self.work / "req.der",
            "-ndays", "9999", "-respout", self.out / "ocsp-of-other.ocsp", at="2020-12-01T00:00:00Z")
        self.of_fixture("ocsp-of-other", revoked, "An answer `good` for another certificate of the same authority; the real list stands "
                        "beside it.", ["revoked"], arguments=["--ocsp", "tests/forgeries/ocsp-of-other.ocsp", *real], hresult="0x800B010C")

    def hidden(self):
        self.of_fixture("msi-property-changed", "msi/property-edited.msi", "A property was changed in the string pool.", ["bad-digest"],
                        hresult="0x80096010")
        self.of_fixture("msi-metadata-changed", "msi/extended-metadata-edited.msi", "Metadata that MsiDigitalSignatureEx covers was changed.",
                        ["msi-extended-mismatch", "bad-digest"])
        import io, zipfile
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as z:
            info = zipfile.ZipInfo("TEST.txt", (2020, 1, 1, 0, 0, 0))
            z.writestr(info, "TEST archive behind a database")
        self.made("msi-with-archive", "CVE-2020-1464: a ZIP archive stands behind a signed database.", ["appended-to-msi"],
                  (FIXTURES / "msi/signed-stamped.msi").read_bytes() + archive.getvalue(), suffix="msi")
        self.of_fixture("hidden-in-certificate-table", "exe/padded.exe", "Data hidden behind the signature in the certificate table.",
                        ["padding-after-signature"], arguments=["--target", "windows-hardened"])
        self.of_fixture("tampered-product-of-the-catalog", "msi/listed-7-zip-tampered.msi", "A changed file of a product that is known to "
                        "ship unsigned.", ["bad-digest"], hresult="0x80096010")

    def moved(self):
        """What no digest covers says where things are: moved or claimed, the covered bytes stay the same."""
        signed = (FIXTURES / "exe/signed-stamped.exe").read_bytes()
        at, size = pe.security(signed)
        table = signed[at:at + size] + pe.entry(bytes([0xCC]) * 64, kind=0x0EF0)
        image, first = bytearray(signed[:at]), pe.first_section(signed)
        struct.pack_into("<II", image, pe.fields(image)["security"], first, len(table))
        self.made("table-in-a-section", "The certificate table, with foreign bytes in it, stands where a section's code was, which it pushed "
                  "aside.", ["malformed-file"], pe.with_checksum(bytes(image[:first]) + table + bytes(image[first:])), verdict="undecided")
        self.made("msi-with-claimed-data", "Data behind a signed database, which the allocation table calls a part of the directory.",
                  ["appended-to-msi"], cfb_claimed((FIXTURES / "msi/signed-stamped.msi").read_bytes(), b"TEST" * 128), suffix="msi")
        database = (FIXTURES / "msi/signed-stamped.msi").read_bytes()
        self.made("msi-with-hidden-table", "The table Property of a signed database, hung where a search by its name does not find it.",
                  ["malformed-file"], cfb_hidden(database, "\u4840\u4559\u44f2\u4568\u4737"), suffix="msi", verdict="undecided")
        self.made("msi-with-data-in-slack", "Data in what the last stream of a signed database leaves of its sector, at the end of the file.",
                  ["appended-to-msi"], cfb_in_slack(database, b"TEST archive"), suffix="msi")
        signed = (FIXTURES / "exe/overlay.exe").read_bytes()
        (at, size), end = pe.security(signed), pe.end_of_sections(signed)
        assert end < at
        table = pe.entry(bytes([0xCC]) * 64, kind=0x0EF0) + signed[at:at + size]
        image = bytearray(signed[:at])
        struct.pack_into("<II", image, pe.fields(image)["security"], end, len(table))
        self.made("table-before-overlay", "The certificate table, with foreign bytes in it, stands in front of the data that belongs behind "
                  "the sections.", ["malformed-file"], pe.with_checksum(bytes(image[:end]) + table + bytes(image[end:])), verdict="undecided")

    def archives(self):
        """The certificate table stands in no digest, and programs that read their own file read it too."""
        import io, zipfile
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as z:
            z.writestr(zipfile.ZipInfo("TEST.txt", (2020, 1, 1, 0, 0, 0)), "TEST archive in the certificate table")
            z.comment = b"TEST"
        signed = (FIXTURES / "exe/signed-stamped.exe").read_bytes()
        at, size = pe.security(signed)
        image, table, archive = signed[:at], signed[at:at + size], archive.getvalue()
        self.made("archive-in-table-entry", "A ZIP archive in another entry of the certificate table, where readers of ZIP find it.",
                  ["malformed-file"], pe.attach(image, table + pe.entry(archive, kind=1)), verdict="undecided")
        self.made("archive-behind-signature", "A ZIP archive behind the signature, in its own entry of the certificate table.",
                  ["malformed-file"], pe.attach(image, pe.entry(pe.blob(signed) + archive)), verdict="undecided")

    def write(self):
        lines = ["# Written by tests/recipes/make-forgeries.sh; do not edit by hand.",
                 "# Judged on 2026-11-21 with tests/recipes/pki/test-root.pem as an additional root, and with `arguments`. At least one of",
                 "# `checks` must be found; a verdict that is absent is left open. `osslsigncode` is what osslsigncode 2.9 says.", ""]
        for r in self.records:
            ok, _ = verify(HERE.parent.parent / r["file"] if r["file"].startswith("fixtures") else self.out / pathlib.Path(r["file"]).name)
            lines += ["[[forgery]]"] + [f"{k} = {text(v)}" for k, v in r.items() if v is not None and v != []]
            lines += [f'osslsigncode = "{"ok" if ok else "failed"}"', ""]
            print(f"{'ok    ' if ok else 'failed'} {r['name']}")
        (self.out / "FORGERIES.toml").write_text("\n".join(lines))


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        f = Forger(out, pathlib.Path(work))
        for step in (f.signatures, f.clones, f.algorithms, f.attributes_left_out, f.exponent_three, f.curveball, f.chains_and_stamps,
                     f.revocation, f.hidden, f.moved, f.archives):
            step()
        f.write()


if __name__ == "__main__":
    sys.exit(main())
