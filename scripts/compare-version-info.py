#!/usr/bin/env python3
"""Compares the version resources that badsig reads with what pefile reads.

A development aid, not a test: needs `pip install pefile` and PE files.

    scripts/compare-version-info.py FILE...

pefile gives every string table; badsig chooses one. They agree when the chosen table (or, without one, no
table) has the same values, and when headers, sections and resource types are the same.
"""

import json
import pathlib
import subprocess
import sys

import pefile

FIELDS = {
    "CompanyName": "company_name",
    "ProductName": "product_name",
    "ProductVersion": "product_version",
    "FileVersion": "file_version",
    "FileDescription": "file_description",
    "OriginalFilename": "original_filename",
    "InternalName": "internal_name",
    "LegalCopyright": "legal_copyright",
}
ROOT = pathlib.Path(__file__).resolve().parent.parent


def main(paths):
    images = [path for path in paths if pathlib.Path(path).read_bytes()[:2] == b"MZ"]
    command = ["cargo", "run", "-q", "-p", "badsig", "--example", "describe", "--", *images]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    agreed, with_version = 0, 0
    for line in output.splitlines():
        entry = json.loads(line)
        differences = compare(entry["path"], entry["described"])
        agreed += not differences
        with_version += "version" in entry["described"]
        for difference in differences:
            print(f"{pathlib.Path(entry['path']).name}: {difference}")
    print(f"{agreed} of {len(images)} agree; {with_version} have a version resource")
    return agreed == len(images)


def compare(path, described):
    try:
        image = pefile.PE(path, fast_load=True)
        image.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
    except pefile.PEFormatError as error:
        return [] if "error" in described else [f"pefile: {error}; badsig: {described}"]
    if "error" in described:
        return [f"badsig: {described['error']}; pefile reads it"]
    pairs = {
        "machine": (named(pefile.MACHINE_TYPE, image.FILE_HEADER.Machine), described["machine"]),
        "subsystem": (named(pefile.SUBSYSTEM_TYPE, image.OPTIONAL_HEADER.Subsystem), described["subsystem"]),
        # pefile sorts sections by address.
        "sections": (sorted(decode(section.Name) for section in image.sections), sorted(described["sections"])),
        "resource types": (resource_types(image), described.get("resource_types", [])),
    }
    found = [f"{what}: pefile {theirs}, badsig {ours}" for what, (theirs, ours) in pairs.items() if theirs != ours]
    return found + compare_version(image, described.get("version"), described.get("unread"))


def named(table, number):
    name = table.get(number)
    return name.removeprefix("IMAGE_FILE_MACHINE_").removeprefix("IMAGE_SUBSYSTEM_") if name else f"{number:#06x}"


def decode(name):
    return name.split(b"\0")[0].decode("utf-8", "replace")


def resource_types(image):
    names = []
    for entry in getattr(getattr(image, "DIRECTORY_ENTRY_RESOURCE", None), "entries", []):
        known = pefile.RESOURCE_TYPE.get(entry.id)
        names.append(str(entry.name) if entry.name else known or f"#{entry.id}")
    return names


def compare_version(image, version, unread):
    tables = string_tables(image)
    fixed = [
        "{}.{}.{}.{}".format(value.FileVersionMS >> 16, value.FileVersionMS & 0xFFFF,
                             value.FileVersionLS >> 16, value.FileVersionLS & 0xFFFF)
        for value in getattr(image, "VS_FIXEDFILEINFO", []) or []
    ]
    if version is None:
        return [f"version: badsig none ({unread}), pefile {tables} {fixed}"] if tables or fixed else []
    ours = {name: version[field] for name, field in FIELDS.items() if field in version}
    differences = []
    if "fixed_file_version" in version and version["fixed_file_version"] not in fixed:
        differences.append(f"fixed version: badsig {version['fixed_file_version']}, pefile {fixed}")
    if fixed and "fixed_file_version" not in version:
        differences.append(f"fixed version: badsig none, pefile {fixed}")
    language = "{:04x}{:04x}".format(version["language"], version["code_page"]) if "language" in version else None
    if (ours or tables) and (language, ours) not in tables:
        differences.append(f"strings: badsig {(language, ours)}, pefile {tables}")
    return differences


def string_tables(image):
    tables = []
    for info in getattr(image, "FileInfo", []) or []:
        for block in info:
            for table in getattr(block, "StringTable", []):
                values = {key.decode("utf-8"): value.decode("utf-8") for key, value in table.entries.items()}
                known = {name: value for name, value in values.items() if name in FIELDS}
                tables.append((table.LangID.decode("utf-8", "replace").lower(), known))
    return tables


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
