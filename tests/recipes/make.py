"""Makes the fixtures. Called by make.sh and make-large.sh."""
import hashlib, os, pathlib, struct, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
import cab, cfb, cms, manifest, pe
from der import NULL, Node, integer, octets, oid, seq, set_of, tlv
from tools import HERE, PKI, digits, indirect_data, run, sign, unix, verify

SRC = HERE / "src"
MADE = "2020-01-01T00:00:00Z"
STAMPED, LATE = "2020-06-01T00:00:00Z", "2022-06-01T00:00:00Z"
BEFORE_REVOCATION, AFTER_REVOCATION = STAMPED, "2020-12-01T00:00:00Z"
RFC3161, PKCS9 = ("rfc3161", STAMPED, "tsa"), ("smime", STAMPED, "tsa")
OK, UNSIGNED, EXPIRED, BAD_DIGEST = "0x00000000", "0x800B0100", "0x800B0101", "0x80096010"
UNTRUSTED, CHAINING, USAGE, CONSTRAINTS = "0x800B0109", "0x800B010A", "0x800B0110", "0x80096019"
BAD_STAMP, BAD_COUNTER = "0x80096005", "0x80096003"
COMMON = {
    "publisher": "TEST Publisher", "other-publisher": "TEST Other Publisher", "expired": "TEST Expired", "tls": "TEST TLS",
    "not-yet-valid": "TEST Not Yet Valid", "lifetime": "TEST Lifetime", "no-eku": "TEST No EKU", "rsa-pss": "TEST RSA-PSS",
    "ecdsa-p256": "TEST ECDSA P-256", "ecdsa-p384": "TEST ECDSA P-384", "ecdsa-p521": "TEST ECDSA P-521",
    "weak-rsa-1024": "TEST Weak RSA-1024", "revoked": "TEST Revoked", "incomplete": "TEST Incomplete Chain",
    "under-not-a-ca": "TEST Under Not A CA", "nested-eku": "TEST Nested EKU", "path-length": "TEST Path Length",
    "untrusted-root": "TEST Untrusted Root",
}


class Maker:
    def __init__(self, out, work):
        self.out, self.work, self.records, self.step = out, work, [], ""

    def path(self, name):
        p = self.out / name
        p.parent.mkdir(parents=True, exist_ok=True)
        return p

    def add(self, name, what, maker, data=None, **expect):
        """Records a fixture (and writes it, when `data` is given). An expectation of None is left out."""
        p = self.path(name)
        if data is not None:
            p.write_bytes(bytes(data))
        p.chmod(0o644)
        self.records.append((name, what, f"tests/recipes/make.sh ({self.step} in make.py)", maker, expect))
        return p

    def signed(self, source, name, what, signer="publisher", chain=("code-signing-ca",), digest="sha256", stamp=None,
               more=(), note=None, hresult=OK, verdict=None, maker="osslsigncode", **expect):
        """A fixture made by one call of osslsigncode sign."""
        p = sign(source, self.path(name), signer, chain, digest, stamp, more)
        if verdict is None and hresult is not None:
            verdict = "publishable" if hresult == OK else "blocked"
        facts = dict(format=self.format_of(name), signed=True, signer_cn=COMMON[signer], digest_algorithm=digest, digest_ok=True,
                     stamp=stamp, nested=0, hresult=hresult, verdict=verdict, note=note)
        self.add(name, what, maker, **{**facts, **expect})
        return p

    @staticmethod
    def format_of(name):
        folder = name.split("/")[0]
        return "pe" if folder in ("exe", "nsis") else folder

    def expect(self, name, **changes):
        """The facts of a fixture made before, with changes: for files derived from it."""
        facts = next(r[-1] for r in self.records if r[0] == name)
        return {**facts, "note": None, **changes}

    # ---- subjects ----------------------------------------------------------------------------------------------------

    def subjects(self):
        """One unsigned file a format. Returns format -> path."""
        w, link = self.work, ["-Os", "-s", "-nostdlib", "-ffreestanding", "-fno-asynchronous-unwind-tables", "-Wl,--no-insert-timestamp"]
        gcc, common = "x86_64-w64-mingw32-gcc", dict(signed=False, hresult=UNSIGNED, verdict="blocked")
        payload = w / "payload.txt"
        payload.write_bytes(b"TEST payload, nothing to see here.\r\n")
        dated(payload)
        exe = self.path("exe/unsigned.exe")
        run(gcc, *link, "-Wl,-e,entry", "-o", exe, SRC / "tiny.c", "-lkernel32")
        self.add("exe/unsigned.exe", "The smallest 64-bit program mingw links.", "mingw", format="pe", **common)
        run("x86_64-w64-mingw32-windres", SRC / "version.rc", w / "version.o")
        run(gcc, *link, "-Wl,-e,entry", "-o", self.path("exe/version-info.exe"), SRC / "tiny.c", w / "version.o", "-lkernel32")
        self.add("exe/version-info.exe", "Unsigned, with a version resource of a TEST product.", "mingw", format="pe", **common,
                 company_name="TEST Vendor", product_name="TEST Product", product_version="1.2.3")
        run("x86_64-w64-mingw32-as", "--32", "-o", w / "x86.o", SRC / "x86.s")
        run("x86_64-w64-mingw32-ld", "-m", "i386pe", "--shared", "-s", "-e", "_entry", "--no-insert-timestamp",
            "-T", SRC / "x86.ld", "-o", self.path("exe/x86.dll"), w / "x86.o")
        self.add("exe/x86.dll", "A 32-bit DLL (PE32), unsigned.", "mingw", format="pe", **common)
        run(gcc, *link, "-shared", "-Wl,--subsystem,10", "-Wl,-e,efi_main", "-o", self.path("exe/application.efi"), SRC / "efi.c")
        self.add("exe/application.efi", "An EFI application (PE32+, subsystem 10), unsigned.", "mingw", format="pe", **common)

        wxs = w / "product.wxs"
        for embed, name in (("yes", "unsigned"), ("no", "external-cabinet")):
            wxs.write_text((SRC / "product.wxs.in").read_text().replace("@EMBED@", embed))
            run("wixl", "-o", self.path(f"msi/{name}.msi"), wxs, cwd=w, at=MADE)
        facts = dict(format="msi", **common, company_name="TEST Vendor", product_name="TEST Product", product_version="1.2.3")
        self.add("msi/unsigned.msi", "An installer of a TEST product with its cabinet inside.", "wixl", **facts)
        (w / "payload").write_bytes(payload.read_bytes())
        dated(w / "payload")
        run("gcab", "-c", "-z", "-n", self.path("msi/product.cab"), w / "payload", at=MADE)
        self.add("msi/external-cabinet.msi", "An installer whose cabinet lies beside it (product.cab), unsigned.", "wixl", **facts)
        self.add("msi/product.cab", "The cabinet of external-cabinet.msi, unsigned.", "gcab", format="cab", **common)

        run("gcab", "-c", "-n", self.path("cab/unsigned.cab"), payload, at=MADE)
        self.add("cab/unsigned.cab", "A cabinet with one stored file.", "gcab", format="cab", **common)
        run("gcab", "-c", "-z", "-n", self.path("cab/unsigned-mszip.cab"), payload, at=MADE)
        self.add("cab/unsigned-mszip.cab", "A cabinet with one MSZIP file.", "gcab", format="cab", **common)

        kb = "Windows6.1-KB0000000-x64"
        (w / f"{kb}.xml").write_text('<?xml version="1.0" encoding="utf-8"?>\n<unattend xmlns="urn:schemas-microsoft-com:unattend"/>\n')
        (w / f"{kb}-pkgProperties.txt").write_text('ApplicabilityInfo="TEST"\r\nCompany="TEST Vendor"\r\nKB Article Number="0000000"\r\n')
        for member in (f"{kb}.cab", "WSUSSCAN.cab"):
            run("gcab", "-c", "-z", "-n", w / member, payload, at=MADE)
        for member in w.glob("W*"):
            dated(member)
        run("gcab", "-c", "-n", self.path("msu/unsigned.msu"), *(w / m for m in (
            "WSUSSCAN.cab", f"{kb}.cab", f"{kb}.xml", f"{kb}-pkgProperties.txt")), at=MADE)
        self.add("msu/unsigned.msu", "A cabinet laid out like a Windows update package.", "gcab", format="msu", **common)

        database = w / "patch.msi"
        columns = "`Company` CHAR(72), `Property` CHAR(72) NOT NULL, `Value` CHAR(0) NOT NULL LOCALIZABLE PRIMARY KEY `Company`, `Property`"
        run("msibuild", database, "-q", f"CREATE TABLE `MsiPatchMetadata` ({columns})")
        for key, value in (("DisplayName", "TEST Patch"), ("ManufacturerName", "TEST Vendor"), ("TargetProductName", "TEST Product")):
            run("msibuild", database, "-q", f"INSERT INTO `MsiPatchMetadata` (`Property`, `Value`) VALUES ('{key}', '{value}')")
        self.add("msp/unsigned.msp", "A patch: metadata, two transforms, an embedded cabinet, patch summary.", "msibuild, gcab, python (cfb.py)",
                 data=cfb.write(patch(database, self.out / "cab/unsigned-mszip.cab")), format="msp", **common)
        self.add("mst/unsigned.mst", "A transform that changes two properties.", "python (cfb.py)",
                 data=cfb.write(transform()), format="mst", **common)
        (w / "setup.nsi").write_text((SRC / "setup.nsi").read_text())
        run("makensis", "-V1", "setup.nsi", cwd=w, at=MADE)
        return {"exe": exe, "msi": self.out / "msi/unsigned.msi", "msp": self.out / "msp/unsigned.msp",
                "cab": self.out / "cab/unsigned.cab", "msu": self.out / "msu/unsigned.msu"}

    # ---- cases every format has --------------------------------------------------------------------------------------

    def every_format(self, ext, source):
        def at(case):
            return f"{ext}/{case}.{ext}"

        def make(case, what, **how):
            return self.signed(how.pop("source", source), at(case), what, **how)

        make("signed", "Signed, no time stamp.")
        stamped = make("signed-stamped", "Signed, RFC 3161 stamp of 2020-06-01.", stamp=RFC3161)
        make("legacy-stamped", "Signed, PKCS#9 countersignature of 2020-06-01.", stamp=PKCS9, maker="osslsigncode, openssl smime")
        make("expired", "Signer expired on 2021-01-01, no stamp.", signer="expired", hresult=EXPIRED)
        make("expired-stamped", "Signer expired on 2021-01-01, stamped while valid.", signer="expired", stamp=RFC3161)
        make("expired-stamped-late", "Signer expired on 2021-01-01, stamped in 2022.", signer="expired",
             stamp=("rfc3161", LATE, "tsa"), hresult=EXPIRED)
        make("lifetime-signing", "Signer with the lifetime-signing usage expired on 2021-01-01, stamped while valid.",
             signer="lifetime", stamp=RFC3161, hresult=EXPIRED)
        make("untrusted-root", "Self-signed by a certificate nobody trusts.", signer="untrusted-root", chain=(), hresult=UNTRUSTED)
        make("incomplete-chain", "The issuing CA is not embedded (tests/recipes/pki/test-missing-ca.pem).",
             signer="incomplete", chain=(), hresult=CHAINING)
        make("wrong-eku", "Signed with a TLS server certificate.", signer="tls", hresult=USAGE)
        make("sha1", "SHA-1 digest.", digest="sha1", stamp=RFC3161, note="That SHA-1 is accepted for files without Mark of the Web is inferred.")
        make("sha1-legacy-stamped", "SHA-1 digest, PKCS#9 countersignature.", digest="sha1", stamp=PKCS9,
             maker="osslsigncode, openssl smime", note="That SHA-1 is accepted for files without Mark of the Web is inferred.")
        name = at("dual-signed")
        make("dual-signed", "SHA-1 signature by TEST Publisher with a nested SHA-256 signature by TEST Other Publisher, both stamped.",
             source=self.out / at("sha1"), signer="other-publisher", stamp=RFC3161, more=["-nest"],
             digest_algorithm="sha1", signer_cn="TEST Publisher", digest="sha256", nested=1, nested_signer_cn="TEST Other Publisher",
             nested_digest_algorithm="sha256")

        whole = self.out.joinpath(name).read_bytes()
        self.add(at("nested-tampered"), "The nested signature's value has a flipped bit; the primary signature is intact.",
                 "osslsigncode, python", data=flip_nested(whole),
                 **self.expect(name, nested_ok=False, note="Only the primary signature decides in a plain WinVerifyTrust call (inferred)."))
        tampered = bytearray(stamped.read_bytes())
        spot = tampered.find(b"DOS mode") if ext == "exe" else tampered.find(b"MSCF") + (0x48 if ext in ("msi", "msp") else -2)
        if ext in ("cab", "msu"):
            spot = tampered.find(b".xml" if ext == "msu" else b"payload.txt") + 2
        assert spot > 8
        tampered[spot] ^= 1
        broken = dict(digest_ok=False, hresult=BAD_DIGEST, verdict="blocked")
        self.add(at("tampered"), "One covered bit flipped after signing.", "osslsigncode, python", data=tampered,
                 **self.expect(at("signed-stamped"), **broken))
        cut = {"exe": lambda d: d[:-100], "cab": lambda d: d[:-100], "msu": lambda d: d[:-100]}.get(ext, lambda d: d[: len(d) // 2])
        self.add(at("truncated"), "The signed file without its end.", "osslsigncode, python", data=cut(stamped.read_bytes()),
                 # The directory of a compound file that was cut in half is gone, and with it what the file was.
                 **({} if ext in ("msi", "msp") else dict(format=self.format_of(at("")))), never="publishable",
                 note="How Windows words it is not known; it must not pass.")

    # ---- more signers and digests: programs and installers ------------------------------------------------------------

    def more_signers(self, ext, source):
        def make(case, what, **how):
            return self.signed(source, f"{ext}/{case}.{ext}", what, **how)

        make("legacy-stamped-bare-digest", "PKCS#9 countersignature whose PKCS#1 block holds the bare digest, as VeriSign's did.",
             stamp=("bare", STAMPED, "tsa"), maker="osslsigncode, openssl pkeyutl, python")
        make("not-yet-valid", "Signer valid from 2038.", signer="not-yet-valid", hresult=EXPIRED)
        make("no-eku", "Signer without extended key usage.", signer="no-eku")
        make("not-a-ca", "The issuing certificate is no CA.", signer="under-not-a-ca", chain=("not-a-ca",), hresult=CONSTRAINTS)
        make("nested-eku", "The issuing CA is for TLS servers only.", signer="nested-eku", chain=("tls-ca",), hresult=USAGE)
        make("path-length", "A CA below a CA with path length 0.", signer="path-length", chain=("sub-ca", "code-signing-ca"), hresult=None,
             verdict="blocked", note="0x80096019 or 0x800B0104: not determined.")
        make("sha384", "SHA-384 digest.", digest="sha384", stamp=RFC3161)
        make("sha512", "SHA-512 digest.", digest="sha512", stamp=RFC3161)
        make("md5", "MD5 digest.", digest="md5", hresult=None, note="What Windows says of MD5 depends on policy.")
        crl = dict(signer="revoked", revoked_by="tests/recipes/pki/test-code-signing-ca.crl")
        make("revoked", "Signer revoked on 2020-09-01, no stamp.", **crl, hresult_with_crl="0x800B010C", hresult=None)
        make("revoked-stamped-before", "Signer revoked on 2020-09-01, stamped before.", **crl, stamp=RFC3161, hresult_with_crl=OK, hresult=None)
        make("revoked-stamped-after", "Signer revoked on 2020-09-01, stamped after.", **crl,
             stamp=("rfc3161", AFTER_REVOCATION, "tsa"), hresult_with_crl="0x800B010C", hresult=None)
        make("root-embedded", "The root certificate is in the signature too.", chain=("code-signing-ca", "root"))
        bare = ("bare", STAMPED, "tsa")
        make("expired-legacy-stamped", "Signer expired on 2021-01-01, PKCS#9 countersignature made while valid.", signer="expired",
             stamp=PKCS9, maker="osslsigncode, openssl smime")
        make("expired-legacy-stamped-bare-digest", "The same, with the bare digest in the countersignature's PKCS#1 block.", signer="expired",
             stamp=bare, maker="osslsigncode, openssl pkeyutl, python")

    # ---- PE ----------------------------------------------------------------------------------------------------------

    def hand(self, spc, signer="publisher", chain=("code-signing-ca",), digest="sha256", extra=(), version=1, **how):
        """A SignedData by hand over an SpcIndirectData ContentInfo made by osslsigncode."""
        value = Node(spc)[1][0].body
        info = cms.signer_info(PKI, signer, digest, cms.authenticode_attributes(cms.INDIRECT, value, digest), **how)
        bag = [cms.certificate(PKI, n) for n in (signer, *chain)] + list(extra)
        return cms.signed_data(spc, digest, bag, [info], version=version)

    def programs(self, exe):
        base, stamped = exe.read_bytes(), (self.out / "exe/signed-stamped.exe").read_bytes()
        signed, facts = (self.out / "exe/signed.exe").read_bytes(), self.expect("exe/signed.exe")
        stamped_facts, tools = self.expect("exe/signed-stamped.exe"), "osslsigncode, python"
        by_hand = "openssl pkeyutl, python"

        def add(case, what, data, base=facts, maker=tools, **changes):
            return self.add(f"exe/{case}.exe", what, maker, data=data, **{**base, **changes})

        for name in ("ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "weak-rsa-1024"):
            self.signed(exe, f"exe/{name}.exe", f"Signed with the key {name}.", signer=name, stamp=RFC3161)
        self.signed(exe, "exe/page-hashes-sha256.exe", "With page hashes, SHA-256 (v2).", more=["-ph"], stamp=RFC3161, page_hashes="sha256")
        self.signed(exe, "exe/page-hashes-sha1.exe", "With page hashes, SHA-1 (v1).", more=["-ph"], digest="sha1", page_hashes="sha1")
        self.signed(exe, "exe/described.exe", "With a description and a URL in the signature.",
                    more=["-n", "TEST Product", "-i", "https://product.badsig.invalid/"], stamp=RFC3161)
        self.signed(self.out / "exe/version-info.exe", "exe/signed-version-info.exe", "With a version resource, stamped.", stamp=RFC3161,
                    company_name="TEST Vendor", product_name="TEST Product", product_version="1.2.3")
        self.signed(self.out / "exe/x86.dll", "exe/signed-x86.dll", "A 32-bit DLL, stamped.", stamp=RFC3161)
        self.signed(self.out / "exe/application.efi", "exe/signed-application.efi", "An EFI application, stamped.", stamp=RFC3161)
        self.signed(self.work / "setup.exe", "nsis/signed-setup.exe", "An NSIS installer, stamped.", stamp=RFC3161, maker="makensis, osslsigncode")
        # Time stamps by the wrong authorities
        self.signed(exe, "exe/stamp-authority-expired.exe", "Stamped in 2020 by an authority whose certificate ended 2021-01-01.",
                    stamp=("rfc3161", STAMPED, "tsa-expired"), hresult=None, note="The signer is valid today without the stamp.")
        self.signed(exe, "exe/expired-stamp-authority-expired.exe", "Signer and authority both ended 2021-01-01; stamped while both were valid.",
                    signer="expired", stamp=("rfc3161", STAMPED, "tsa-expired"), hresult=None)
        self.signed(exe, "exe/expired-stamp-authority-untrusted.exe", "Signer expired; the stamp's certificate is self-signed and unknown.",
                    signer="expired", stamp=("rfc3161", STAMPED, "untrusted-tsa"), hresult=None, verdict="blocked")
        for name, base_name, when in (("stamp-by-non-authority", "signed", STAMPED), ("expired-stamp-by-non-authority", "expired", STAMPED)):
            tree = self.tree(f"exe/{base_name}.exe")
            token = cms.rfc3161_token(PKI, "not-a-tsa", self.value(tree), digits(when))
            cms.add_unsigned(tree, cms.attribute(cms.RFC3161, token))
            add(name, "RFC 3161 token by a code-signing certificate (no timeStamping usage).", self.rebuilt(base, tree),
                base=self.expect(f"exe/{base_name}.exe"), maker=by_hand, stamp=("rfc3161", when, "not-a-tsa"), stamp_ok=False,
                hresult=None, verdict="blocked" if base_name == "expired" else None)
        tree = self.tree("exe/signed.exe")
        token = cms.rfc3161_token(PKI, "tsa", self.value(tree), digits(STAMPED), digest="sha512")
        cms.add_unsigned(tree, cms.attribute(cms.RFC3161, token))
        add("stamp-sha512", "RFC 3161 token with a SHA-512 imprint over a SHA-256 signature.", self.rebuilt(base, tree),
            maker=by_hand, stamp=("rfc3161", STAMPED, "tsa"))
        tree = self.tree("exe/expired.exe")
        cms.add_unsigned(tree, cms.remove_unsigned(self.tree("exe/signed-stamped.exe"))[0])
        add("stamp-moved-in", "Expired signer; the stamp was made for another signature.", self.rebuilt(base, tree),
            base=self.expect("exe/expired.exe"), stamp=RFC3161, stamp_ok=False, hresult=BAD_STAMP,
            note="That it is this one of 0x80096003 and 0x80096005 is inferred.")
        tree = self.tree("exe/expired.exe")
        cms.add_unsigned(tree, cms.remove_unsigned(self.tree("exe/legacy-stamped.exe"))[0])
        add("countersignature-moved-in", "Expired signer; the countersignature was made for another signature.", self.rebuilt(base, tree),
            base=self.expect("exe/expired.exe"), stamp=PKCS9, stamp_ok=False, hresult=BAD_COUNTER,
            note="That it is this one of 0x80096003 and 0x80096005 is inferred.")
        for case, source, code in (
            ("stamp-tampered", "signed-stamped", BAD_STAMP), ("expired-stamp-tampered", "expired-stamped", BAD_STAMP),
            ("countersignature-tampered", "legacy-stamped", BAD_COUNTER),
            ("expired-countersignature-tampered", "expired-legacy-stamped", BAD_COUNTER),
        ):
            data = bytearray((self.out / f"exe/{source}.exe").read_bytes())
            at = pe.security(data)[0]
            data[last_octets(bytes(data[at + 8 :]), 256) + at + 8 + 100] ^= 1
            add(case, "The value of the time stamp's own signature has a flipped bit.", data, base=self.expect(f"exe/{source}.exe"),
                stamp_ok=False, hresult=code, verdict="blocked", note="That it is this one of 0x80096003 and 0x80096005 is inferred.")
        # The certificate table
        cert, (at, size) = pe.blob(signed), pe.security(signed)
        image = pe.strip(signed)
        payload = cert + b"TEST data after the CMS, not covered by the signature.".ljust(64, b"!")
        add("padded", "Data after the CMS inside the WIN_CERTIFICATE entry.", pe.attach(image, pe.entry(payload)),
            padding_data=True, hresult_strict=UNSIGNED, note="EnableCertPaddingCheck turns it into hresult_strict.")
        add("padded-zeros", "64 zero bytes after the CMS inside the entry.", pe.attach(image, pe.entry(cert + bytes(64))))
        add("bytes-after-table", "16 bytes appended behind the certificate table: covered, so the digest fails.", signed + b"TEST trailing...",
            digest_ok=False, hresult=BAD_DIGEST, verdict="blocked")
        tail = b"TEST tail bytes."
        holder = pe.attach(image, pe.entry(cert), tail)
        spc = Node(indirect_data(exe))
        spc[1][0][1][1].body = pe.digest(holder)
        blob = self.hand(bytes(spc))
        add("bytes-after-table-covered", "16 bytes behind the certificate table, in the digest when it was signed.",
            pe.attach(image, pe.entry(blob), tail), maker=by_hand, hresult=None, verdict=None, never="publishable",
            note="Read in different ways, so it must not pass.")
        outside = bytearray(signed)
        struct.pack_into("<II", outside, pe.fields(signed)["security"], len(signed) + 0x1000, size)
        unknown = dict(format="pe", never="publishable", note="What Windows answers is not determined; it must not pass.")
        for case, what, data in (
            ("security-directory-outside", "The security directory points behind the end of the file.", outside),
            ("empty-signature", "A WIN_CERTIFICATE entry without content.", pe.attach(image, pe.entry(b""))),
            ("garbage-signature", "A WIN_CERTIFICATE entry with bytes that are no CMS.", pe.attach(image, pe.entry(b"TEST garbage, no CMS at all. " * 9))),
            ("wrong-certificate-type", "A WIN_CERTIFICATE entry of type 1 (X.509), which is not Authenticode.", pe.attach(image, pe.entry(cert, kind=1))),
        ):
            self.add(f"exe/{case}.exe", what, tools, data=data, **unknown)
        second = sign(exe, self.work / "second.exe", "other-publisher", stamp=RFC3161)
        add("two-entries", "Two WIN_CERTIFICATE entries, each a good signature; TEST Other Publisher is the second.",
            pe.attach(image, pe.entry(cert) + pe.entry(pe.blob(second.read_bytes()))), hresult=None, verdict=None, entries=2)
        # The image
        wide = bytearray(base)
        field = pe.fields(wide)
        first = struct.unpack_from("<I", wide, field["sections"] + 20)[0]
        struct.pack_into("<I", wide, field["headers"], first + 0x200)
        wide_path = self.work / "wide.exe"
        wide_path.write_bytes(wide)
        self.signed(wide_path, "exe/headers-past-section.exe", "SizeOfHeaders reaches into the first section; signed so.",
                    maker="python, osslsigncode")
        overlay = self.work / "overlay.exe"
        overlay.write_bytes(base + b"TEST overlay, an odd count of bytes.")
        self.signed(overlay, "exe/overlay.exe", "Data behind the sections, not a multiple of 8, then signed.", maker="python, osslsigncode", stamp=RFC3161)
        # The digest and the signature do not meet
        changed = bytearray(signed)
        changed[changed.find(b"DOS mode")] ^= 1
        old, new = pe.digest(signed), pe.digest(changed)
        at = bytes(changed).find(old)
        changed[at : at + len(old)] = new
        add("indirect-data-tampered", "The image and its digest in SpcIndirectData were both changed; messageDigest does not cover it.", changed,
            message_digest_ok=False, hresult=None, verdict="blocked", note="The image matches; the signature does not.")
        value_flipped = bytearray(signed)
        value_flipped[last_octets(signed, 256) + 17] ^= 1
        add("signature-value-tampered", "The signer's signature value has a flipped bit.", value_flipped, hresult=None, verdict="blocked")
        other = pe.strip((self.out / "exe/version-info.exe").read_bytes())
        add("copied-signature", "The signature of another file.", pe.attach(other, pe.entry(cert)),
            digest_ok=False, hresult=BAD_DIGEST, verdict="blocked")
        # Forms of CMS
        spc = indirect_data(exe)
        image = pe.strip(base)

        def hand(case, what, blob, **changes):
            add(case, what, pe.attach(image, pe.entry(blob)), maker="osslsigncode extract-data, " + by_hand, **changes)

        hand("rsa-pss", "RSASSA-PSS with SHA-256 and a salt of 32.", self.hand(spc, "rsa-pss", how="pss"), signer_cn="TEST RSA-PSS",
             hresult=None, verdict=None)
        hand("attributes-out-of-order", "The signed attributes stand, and were signed, out of DER order.",
             self.hand(spc, sort=False), hresult=None, verdict=None)
        blob = self.hand(spc)
        hand("ber-indefinite", "The outer levels have BER indefinite lengths.", cms.indefinite(Node(blob), 3))
        hand("signed-data-version-3", "SignedData says version 3.", self.hand(spc, version=3))
        hand("duplicate-certificates", "Every certificate is in the bag twice.",
             self.hand(spc, extra=[cms.certificate(PKI, n) for n in ("publisher", "code-signing-ca")]))
        hand("unreadable-certificate", "The bag also holds an element that is no certificate.",
             self.hand(spc, extra=[seq(octets(b"TEST no certificate"))]), hresult=None, verdict=None)
        tree = Node(self.hand(spc))
        tree[1][0][3].kids = tree[1][0][3].kids[1:]
        hand("no-signer-certificate", "The signer's certificate is not in the message.", bytes(tree), signer_cn=None, hresult="0x80096002",
             verdict="blocked")
        pages = Node(indirect_data(exe, more=["-ph"]))
        raw = bytearray(bytes(pages))
        spot = page_hash_value(bytes(raw)) + 50
        raw[spot] ^= 1
        hand("page-hash-wrong", "One page hash is wrong, everything else is right.", self.hand(bytes(raw)), page_hashes="sha256",
             page_hashes_ok=False, hresult=None, verdict=None, note="The plain digest matches. Page hashes are checked when pages are loaded.")

    def tree(self, name):
        return Node(pe.blob((self.out / name).read_bytes()))

    @staticmethod
    def value(tree):
        """The signer's signature value, which stamps are made over."""
        return next(k for k in cms.first_signer(tree).kids if getattr(k, "tag", None) == 4).body

    @staticmethod
    def rebuilt(image, tree):
        return pe.attach(pe.strip(image), pe.entry(bytes(tree)))

    # ---- compound files ----------------------------------------------------------------------------------------------

    def installers(self, msi):
        dse = self.signed(msi, "msi/extended.msi", "With MsiDigitalSignatureEx.", more=["-add-msi-dse"], stamp=RFC3161, extended=True)
        facts, tools = self.expect("msi/extended.msi"), "osslsigncode, python"
        broken = dict(digest_ok=False, hresult=BAD_DIGEST, verdict="blocked")
        data = bytearray(dse.read_bytes())
        start = (struct.unpack_from("<I", data, 48)[0] + 1) * 512
        entry = next(a for a in range(start + 128, start + 4096, 128) if data[a + 66] == 2 and struct.unpack_from("<I", data, a + 120)[0] > 0
                     and not data[a : a + 2] == b"\x05\0")
        struct.pack_into("<I", data, entry + 96, 0x7E57)
        self.add("msi/extended-metadata-edited.msi", "MsiDigitalSignatureEx covers a stream's state bits, which were edited after signing.", tools,
                 data=data, **{**facts, **broken})
        self.add("msi/extended-property-edited.msi", "ProductName edited after signing, MsiDigitalSignatureEx left as it was.", tools,
                 data=edit_text(dse.read_bytes()), **{**facts, **broken})
        self.add("msi/property-edited.msi", "ProductName edited after signing.", tools,
                 data=edit_text((self.out / "msi/signed-stamped.msi").read_bytes()), **{**self.expect("msi/signed-stamped.msi"), **broken})
        for case, what, value in (("extended-zeros", "MsiDigitalSignatureEx holds zeros, everything else is right.", bytes(32)),
                                  ("extended-too-short", "MsiDigitalSignatureEx has 20 bytes beside a SHA-256 signature.", bytes(range(20)))):
            root = cfb.read(dse.read_bytes())
            root.find("\5MsiDigitalSignatureEx").data = value
            self.add(f"msi/{case}.msi", what, tools, data=cfb.write(root), **{**facts, "digest_ok": None, "hresult": None, "verdict": None,
                                                                       "note": "Whether Windows compares the content of this stream is not determined."})
        self.signed(self.out / "msi/external-cabinet.msi", "msi/signed-external-cabinet.msi",
                    "Signed; its cabinet (product.cab, beside it) is unsigned and not covered.", stamp=RFC3161)
        self.transform_inside(msi)
        for case, what, value in (("empty-signature", "The DigitalSignature stream is empty.", b""),
                                  ("garbage-signature", "The DigitalSignature stream holds bytes that are no CMS.", b"TEST garbage, no CMS at all. " * 9)):
            root = cfb.read(msi.read_bytes())
            root.stream("\5DigitalSignature", value)
            self.add(f"msi/{case}.msi", what, "python (cfb.py)", data=cfb.write(root), format="msi", never="publishable",
                     note="What Windows answers is not determined; it must not pass.")

        database = cfb.clsid("{000C1084-0000-0000-C000-000000000046}")

        def layout(case, what, root, by_tool=True, **write):
            """An unsigned layout, and the same signed: by osslsigncode, or by hand where it cannot write the layout."""
            plain = self.add(f"msi/layout-{case}.msi", f"{what} Unsigned.", "python (cfb.py)", data=cfb.write(root, **write),
                             format="msi", signed=False, hresult=UNSIGNED, verdict="blocked")
            name = f"msi/layout-{case}-signed.msi"
            if by_tool:
                return self.signed(plain, name, f"{what} Signed.", maker="python (cfb.py), osslsigncode")
            blob = self.hand(indirect_data(plain))
            root.stream("\5DigitalSignature", blob)
            return self.add(name, f"{what} Signed.", "python (cfb.py), osslsigncode extract-data, openssl pkeyutl",
                            data=cfb.write(root, **write), **{**self.expect("msi/signed.msi")})

        def names():
            root = cfb.Storage(cls=database)
            for i, name in enumerate(("ab", "abc", "a", "b", "B1", "zz", "\u0141", "\u4141", "ab\u0101")):
                root.stream(name, b"TEST %d " % i * (i + 1))
            root.stream("empty", b"")
            return root

        def deep():
            root = names()
            outer = root.add(cfb.Storage("outer", cfb.clsid("{7E570000-0000-4000-8000-0000000000B1}")))
            outer.stream("ab", b"TEST one")
            inner = outer.add(cfb.Storage("inner", cfb.clsid("{7E570000-0000-4000-8000-0000000000B2}")))
            inner.stream("deep", b"TEST two")
            outer.add(cfb.Storage("hollow"))
            outer.stream("abc", b"TEST big " * 600)
            return root

        def big():
            root = names()
            root.stream("big", bytes(i * 7 & 0xFF for i in range(9001)))
            root.stream("limit", b"L" * 4096)
            root.stream("below", b"l" * 4095)
            return root

        def one_level():
            root = big()
            sub = root.add(cfb.Storage("sub", cfb.clsid("{7E570000-0000-4000-8000-0000000000B3}")))
            sub.stream("abc", b"TEST three")
            sub.stream("ab", b"TEST four")
            return root

        layout("mini-stream", "All streams in the mini stream, names that are prefixes of others.", names())
        layout("storage", "Big and small streams and one storage.", one_level())
        layout("deep-storages", "Storages in storages.", deep(), by_tool=False)
        layout("sectors-4096", "Version 4, sectors of 4096 bytes.", big(), sector=4096)
        layout("scattered", "Big streams lie in descending sectors.", big(), by_tool=False, scatter=True)

    def transform_inside(self, msi):
        """An installer that carries a transform as a storage, as instance transforms are carried."""
        root = cfb.read(msi.read_bytes())
        root.add(transform()).name = "TestTransform"
        plain = self.work / "transform-inside.msi"
        plain.write_bytes(cfb.write(root))
        self.signed(plain, "msi/transform-inside-expired-stamped.msi", "A transform as a storage inside; the signer expired on 2021-01-01, stamped while valid.",
                    signer="expired", stamp=RFC3161, maker="wixl, python (cfb.py), osslsigncode")

    # ---- cabinets ----------------------------------------------------------------------------------------------------

    def cabinets(self):
        common = dict(format="cab", signed=False, hresult=UNSIGNED, verdict="blocked")
        self.signed(self.out / "cab/unsigned-mszip.cab", "cab/signed-mszip.cab", "An MSZIP cabinet, stamped.", stamp=RFC3161, maker="gcab, osslsigncode")
        text = b"TEST payload, stored.\r\n"
        for size, what in ((4, "4 bytes"), (20, "20 bytes of zeros"), (6144, "6144 bytes of zeros")):
            self.add(f"cab/reserve-{size}.cab", f"Unsigned; a header reserve of {what}.", "python (cab.py)",
                     data=cab.cabinet([("payload.txt", len(text), 0, 0)], [cab.block(text, len(text))], 0, reserve=bytes(size)), **common)
        names = ["set-first.cab", "set-middle.cab", "set-last.cab"]
        lines = [f"TEST line {i} {hashlib.sha256(str(i // 8).encode()).hexdigest()}\r\n" for i in range(1400)]
        for name, data in zip(names, cab.split("payload.txt", "".join(lines).encode(), names, 3000), strict=True):
            self.add(f"cab/{name}", f"The {name[4:-4]} volume of a split set of three, unsigned.", "python (cab.py)", data=data, **common)
        stamped = (self.out / "cab/signed-stamped.cab").read_bytes()
        self.add("cab/trailing-bytes.cab", "16 bytes behind the signature.", "osslsigncode, python", data=stamped + b"TEST trailing...",
                 **self.expect("cab/signed-stamped.cab", digest_ok=None, hresult=None, verdict=None,
                               note="The signature does not end the file; what Windows answers is not determined."))
        at, size = struct.unpack_from("<II", stamped, 44)
        assert at + size == len(stamped)
        for case, what, blob in (("empty-signature", "The reserve names a signature of 0 bytes.", b""),
                                 ("garbage-signature", "The reserve names bytes that are no CMS.", b"TEST garbage, no CMS at all. " * 9)):
            data = bytearray(stamped[:at] + blob)
            struct.pack_into("<I", data, 48, len(blob))
            self.add(f"cab/{case}.cab", what, "osslsigncode, python", data=data, format="cab", never="publishable",
                     note="What Windows answers is not determined; it must not pass.")
        bad = bytearray(stamped)
        struct.pack_into("<I", bad, 44, len(stamped) + 0x1000)
        self.add("cab/signature-outside.cab", "The reserve points behind the end of the file.", "osslsigncode, python", data=bad, format="cab",
                 never="publishable", note="What Windows answers is not determined; it must not pass.")

    # ---- security catalogs -------------------------------------------------------------------------------------------

    def catalogs(self):
        exe, dll = self.out / "exe/unsigned.exe", self.out / "exe/x86.dll"
        for kind, usage, list_id in (("sha1", "1.3.6.1.4.1.311.12.1.2", b"TEST list 1 ...."), ("sha256", "1.3.6.1.4.1.311.12.1.3", b"TEST list 2 ....")):
            members = []
            for path in (exe, dll):
                spc = Node(indirect_data(path, kind))[1][0]
                digest = spc[1][1].body
                subject = digest.hex().upper().encode("utf-16-le") if kind == "sha1" else digest
                members.append(seq(octets(subject), set_of(cms.attribute(cms.INDIRECT, spc))))
            ctl = seq(seq(oid("1.3.6.1.4.1.311.12.1.1")), octets(list_id), cms.utc_time(digits(MADE)[2:]), seq(oid(usage), NULL), seq(*members))
            content = seq(oid(cms.CTL), tlv(0xA0, ctl))
            info = cms.signer_info(PKI, "publisher", "sha256", cms.authenticode_attributes(cms.CTL, Node(ctl).body, "sha256"))
            bag = [cms.certificate(PKI, n) for n in ("publisher", "code-signing-ca")]
            facts = dict(format="cat", signed=True, signer_cn="TEST Publisher", digest_algorithm="sha256", nested=0, members=2,
                         note="Catalogs carry no digest of themselves; members are exe/unsigned.exe and exe/x86.dll.")
            blob = cms.signed_data(content, "sha256", bag, [info])
            self.add(f"cat/signed-{kind}-members.cat", f"A catalog of two members by {kind.upper()} digest, signed.",
                     "openssl pkeyutl, python", data=blob, **facts)
        tree = Node(blob)
        value = self.value(tree)
        cms.add_unsigned(tree, cms.attribute(cms.RFC3161, cms.rfc3161_token(PKI, "tsa", value, digits(STAMPED))))
        self.add("cat/signed-stamped.cat", "A catalog with an RFC 3161 stamp.", "openssl pkeyutl, python", data=bytes(tree), stamp=RFC3161, **facts)
        bad = bytearray(blob)
        bad[bad.find(list_id)] ^= 1
        self.add("cat/tampered.cat", "A catalog with one covered bit flipped.", "openssl pkeyutl, python", data=bad, **{
            **facts, "message_digest_ok": False, "verdict": "blocked", "note": None})

    def listed_products(self):
        """Installers with the public names and codes of products in the vendor catalog; nothing in them is the vendor's."""
        w, common = self.work, dict(format="msi", signed=False, hresult=UNSIGNED, verdict="blocked")
        seven = dict(MANUFACTURER="Igor Pavlov", NAME="7-Zip 26.02 (x64 edition)", VERSION="26.02.00.0",
                     PRODUCT="23170F69-40C1-2702-2602-000001000000", UPGRADE="23170F69-40C1-2702-0000-000004000000")
        notepad = dict(MANUFACTURER="TEST Vendor", NAME="Notepad++", VERSION="8.9.9", PRODUCT="7E570000-0000-4000-8000-0000000000B1",
                       UPGRADE="CDB13460-04DF-4708-A7FD-4CB4A0684605")
        other = {**seven, "PRODUCT": "7E570000-0000-4000-8000-0000000000C1", "UPGRADE": "7E570000-0000-4000-8000-0000000000C0"}
        (w / "payload.txt").write_bytes(b"TEST payload, nothing to see here.\r\n")
        dated(w / "payload.txt")
        for case, names, what, vendor in (
            ("listed-7-zip", seven, "Unsigned, with the public names and codes of 7-Zip.", "known-unsigned"),
            ("listed-7-zip-other-code", other, "Unsigned, with the public names of 7-Zip and codes of its own.", None),
            ("listed-notepad-plus-plus", notepad, "Unsigned, with the public UpgradeCode of Notepad++.", "unexpectedly-unsigned"),
        ):
            text = (SRC / "listed.wxs.in").read_text()
            for key, value in names.items():
                text = text.replace(f"@{key}@", value)
            (w / "listed.wxs").write_text(text)
            run("wixl", "-o", self.path(f"msi/{case}.msi"), w / "listed.wxs", cwd=w, at=MADE)
            self.add(f"msi/{case}.msi", what, "wixl", **common, company_name=names["MANUFACTURER"], product_name=names["NAME"],
                     product_version=names["VERSION"], vendor_relation=vendor)
        signed = self.signed(self.path("msi/listed-7-zip.msi"), "msi/listed-7-zip-signed.msi", "The same, signed and stamped by TEST Publisher.",
                             stamp=RFC3161, vendor_relation="now-signs")
        tampered = bytearray(signed.read_bytes())
        tampered[tampered.find(b"MSCF") + 0x48] ^= 1
        self.add("msi/listed-7-zip-tampered.msi", "One covered bit of the signed one flipped.", "osslsigncode, python", data=tampered,
                 **self.expect("msi/listed-7-zip-signed.msi", digest_ok=False, hresult=BAD_DIGEST, verdict="blocked", vendor_relation=None))

    def others(self):
        for name, what, data in (
            ("empty.bin", "No bytes at all.", b""), ("text.txt", "Plain text.", b"TEST text, not an installer."),
            ("only-mz.exe", "Two bytes that look like a program.", b"MZ"),
            ("only-mscf.cab", "Four bytes that look like a cabinet.", b"MSCF"),
            ("only-d0cf.msi", "Eight bytes that look like a compound file.", bytes.fromhex("d0cf11e0a1b11ae1")),
        ):
            self.add(f"unknown/{name}", what, "python", data=data, format="unknown" if name[:4] != "only" else None, verdict="undecided")


def dated(path):
    """Packers copy a member's date: fix it."""
    os.utime(path, (unix(MADE), unix(MADE)))


def patch(database, cabinet):
    """The tree of a Windows Installer patch: tables by msibuild, patch summary, two transforms, one cabinet."""
    root = cfb.read(database.read_bytes())
    root.cls = cfb.clsid("{000C1086-0000-0000-C000-000000000046}")
    root.kids = [k for k in root.kids if k.name != "\5SummaryInformation"]
    root.stream("\5SummaryInformation", cfb.summary({
        2: "TEST Patch", 3: "TEST Product 1.2.3 to 1.2.4", 4: "TEST Vendor", 5: "Patch", 6: "A patch that patches nothing.",
        7: "{7E570000-0000-4000-8000-0000000000A1}", 8: ":TargetToUpgraded;:#TargetToUpgraded", 9: "{7E570000-0000-4000-8000-0000000000C1}",
        12: ("time", 132223104000000000), 13: ("time", 132223104000000000), 15: 2, 18: "badsig TEST recipes", 19: 2}))
    root.stream(cfb.msi_name("PCW_CAB_1"), cabinet.read_bytes())
    for name in ("TargetToUpgraded", "#TargetToUpgraded"):
        sub = root.add(transform())
        sub.name = name
    return root


def transform():
    """The tree of a transform that inserts two rows into Property."""
    strings = ["TESTPATCHED", "1", "ProductVersion", "1.2.4", "Property"]
    root = cfb.Storage(cls=cfb.clsid("{000C1082-0000-0000-C000-000000000046}"))
    root.stream("\5SummaryInformation", cfb.summary({
        2: "TEST Transform", 4: "TEST Vendor", 7: "Intel;1033", 8: "Intel;1033",
        9: "{7E570000-0000-4000-8000-0000000000A1}1.2.3;{7E570000-0000-4000-8000-0000000000A1}1.2.4;{7E570000-0000-4000-8000-0000000000A0}",
        14: 200, 16: 0, 19: 0}))
    root.stream(cfb.msi_name("_StringData", True), "".join(strings).encode())
    pool = struct.pack("<HH", 1252, 0) + b"".join(struct.pack("<HH", len(s), 1) for s in strings)
    root.stream(cfb.msi_name("_StringPool", True), pool)
    root.stream(cfb.msi_name("Property", True), struct.pack("<HHHHHH", 0x0201, 1, 2, 0x0201, 3, 4))
    return root


def last_octets(data, size):
    """Where the content of the last OCTET STRING of `size` bytes starts."""
    return data.rindex(b"\x04" + (b"\x82" + struct.pack(">H", size) if size > 255 else bytes([size]))) + 4


def flip_nested(data):
    """Flips a bit in the nested signature's value: the first 256-byte OCTET STRING behind the nested signature's attribute id."""
    out = bytearray(data)
    nested = data.index(bytes(oid(cms.NESTED)))
    # certificates hold BIT STRINGs; the first 256-byte OCTET STRING is the signer's value
    out[data.index(b"\x04\x82\x01\x00", nested) + 4 + 30] ^= 1
    return out


def edit_text(data):
    """TEST Product -> EDIT Product in the string pool: the same length, other text."""
    out = bytearray(data)
    at = data.index(b"TEST Product", data.index(b"ProductName") if b"ProductName" in data else 0)
    out[at : at + 4] = b"EDIT"
    return out


def page_hash_value(spc):
    """Where the page-hash table starts in an SpcIndirectData."""
    mark = bytes(oid("1.3.6.1.4.1.311.2.3.2"))
    at = spc.index(mark) + len(mark)
    return Node(spc, at)[0].body_at


def large(out):
    """Compound files with a DIFAT; checked with osslsigncode, not committed."""
    database = cfb.clsid("{000C1084-0000-0000-C000-000000000046}")
    for name, size in (("difat-1", 7_500_000), ("difat-2", 16_000_000)):
        root = cfb.Storage(cls=database)
        root.stream("small", b"TEST small")
        root.stream("zeros", bytes(size))
        plain = out / f"{name}.msi"
        plain.write_bytes(cfb.write(root))
        sign(plain, out / f"{name}-by-osslsigncode.msi", stamp=RFC3161)
        root.stream("\5DigitalSignature", Maker(out, out).hand(indirect_data(plain)))
        (out / f"{name}-by-hand.msi").write_bytes(cfb.write(root))
        for how in ("by-osslsigncode", "by-hand"):
            print(f"{name}-{how}.msi", "osslsigncode:", "ok" if verify(out / f"{name}-{how}.msi")[0] else "failed")


def main():
    if sys.argv[1] == "--large":
        out = pathlib.Path(sys.argv[2])
        out.mkdir(parents=True, exist_ok=True)
        return large(out)
    out = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as work:
        m = Maker(out, pathlib.Path(work))

        def step(name, *args):
            m.step = name
            return getattr(m, name)(*args)

        subjects = step("subjects")
        for ext, source in subjects.items():
            step("every_format", ext, source)
        for ext in ("exe", "msi"):
            step("more_signers", ext, subjects[ext])
        step("programs", subjects["exe"])
        step("installers", subjects["msi"])
        step("cabinets")
        step("catalogs")
        step("others")
        step("listed_products")
        return manifest.write(out, m.records)


if __name__ == "__main__":
    sys.exit(main())
