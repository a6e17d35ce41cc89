"""MANIFEST.toml: what each file is, what is expected of it, and what osslsigncode says of it."""
import hashlib, json, re, time
from tools import JUDGED_AT, PKI, verify

HEAD = f"""# Written by tests/recipes/make.sh; do not edit by hand.
# [file.expect] holds facts by construction, checked against osslsigncode 2.9, judged at {JUDGED_AT} with
# tests/recipes/pki/test-root.pem as an additional trusted root for everything. A key that is absent is not determined.
# `never` names a verdict that must not be given. `note` says why something is open.
judged_at = "{JUDGED_AT}"
root = "tests/recipes/pki/test-root.pem"
"""
KINDS = {"rfc3161": "rfc3161", "smime": "pkcs9", "bare": "pkcs9"}
NOT_SUBJECTS = ("unknown", "mst")


# What osslsigncode 2.9 is known to answer otherwise, by the stem of the file name.
DIFFERS = {
    "lifetime-signing": "osslsigncode does not know the lifetime-signing usage.",
    "nested-eku": "osslsigncode looks at the extended key usage of the signer only.",
    "bytes-after-table": "osslsigncode ignores a certificate table that does not end the file.",
    "bytes-after-table-covered": "osslsigncode ignores a certificate table that does not end the file.",
    "two-entries": "osslsigncode reads one WIN_CERTIFICATE entry only.",
    "unreadable-certificate": "osslsigncode refuses a SignedData with an unreadable certificate.",
    "rsa-pss": "osslsigncode 2.9 does not verify RSASSA-PSS.",
    "extended-zeros": "osslsigncode recomputes MsiDigitalSignatureEx and ignores the stored one.",
    "extended-too-short": "osslsigncode stops at the wrong length.",
    "stamp-tampered": "osslsigncode falls back to the present time when a stamp is bad, and the signer is still valid.",
    "countersignature-tampered": "osslsigncode falls back to the present time when a stamp is bad, and the signer is still valid.",
    "expired-legacy-stamped-bare-digest": "osslsigncode refuses PKCS#1 blocks without DigestInfo, and the signer has expired.",
    "page-hash-wrong": "osslsigncode checks page hashes too.",
    "trailing-bytes": "osslsigncode wants the signature to end the file.",
}


def ask(path, expect):
    """What osslsigncode says (as keys for the manifest), and a list of contradictions."""
    if expect.get("format") in NOT_SUBJECTS or path.parent.name == "unknown":
        return {"osslsigncode": "not run"}, []
    ok, said = verify(path)
    out, wrong = {"osslsigncode": "ok" if ok else "failed"}, []
    stamp = re.search(r"Timestamp Server Signature verification: (\w+)", said)
    if stamp:
        out["osslsigncode_timestamp"] = stamp[1]
    if expect.get("revoked_by"):
        crl = path_of_crl(expect["revoked_by"])
        out["osslsigncode_with_crl"] = "ok" if verify(path, "-CRLfile", crl)[0] else "failed"
    found = re.findall(r"^(?:Current|Calculated) (?:message digest|DigitalSignature) +: (\w+)", said, re.M)[:2]

    def same(what, expected, actual):
        if expected is not None and expected != actual:
            wrong.append(f"{what}: expected {expected}, osslsigncode says {actual}")

    if expect.get("signed"):
        same("digest_ok", expect.get("digest_ok"), len(found) == 2 and found[0] == found[1])
        algorithm = re.search(r"Message digest algorithm +: (\w+)", said)
        if expect["format"] != "cat":
            same("digest_algorithm", expect.get("digest_algorithm"), algorithm and algorithm[1].lower())
        if ok:
            signer = re.search(r"Signer's certificate:.*?Subject: \S*.*?CN=([^\n]*)", said, re.S)
            same("signer_cn", expect.get("signer_cn"), signer and signer[1])
            same("signatures", expect["nested"] + 1, int(re.search(r"Number of verified signatures: (\d+)", said)[1]))
            when = re.search(r"Timestamp time: (\w+ +\d+ [\d:]+ \d+) GMT", said)
            when = when and time.strftime("%Y-%m-%dT%H:%M:%SZ", time.strptime(when[1], "%b %d %H:%M:%S %Y"))
            same("timestamp", expect["stamp"][1] if expect.get("stamp") else None, when)
    if expect.get("verdict") in ("publishable", "blocked"):
        same("verdict", expect["verdict"], "publishable" if ok else "blocked")
    return out, wrong


def path_of_crl(name):
    """The PEM twin of a DER revocation list, which is what osslsigncode reads."""
    return PKI / (name.rsplit("/", 1)[1] + ".pem")


def text(value):
    return json.dumps(value, ensure_ascii=False)


def write(out, records):
    lines, contradictions = [HEAD], []
    for name, what, recipe, maker, expect in sorted(records, key=lambda r: r[0]):
        path = out / name
        said, wrong = ask(path, expect)
        reason = DIFFERS.get(path.stem)
        if wrong and reason:
            said["osslsigncode_differs"] = reason
        elif wrong:
            contradictions += [f"{name}: {w}" for w in wrong]
        lines += [
            "[[file]]", f"path = {text(name)}", f"what = {text(what)}", f"recipe = {text(recipe)}", f"maker = {text(maker)}",
            f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"', "", "[file.expect]",
        ]
        for key, value in {**expect, **said}.items():
            if value is None:
                continue
            if key == "stamp":
                lines.append(f'timestamp = {{ kind = "{KINDS[value[0]]}", time = "{value[1]}" }}')
            else:
                lines.append(f"{key} = {text(value)}")
        lines.append("")
    (out / "MANIFEST.toml").write_text("\n".join(lines))
    print(f"{len(records)} files, {sum((out / r[0]).stat().st_size for r in records)} bytes")
    for line in contradictions:
        print("differs from osslsigncode without a reason:", line)
    return 1 if contradictions else 0
