#!/usr/bin/env python3
"""Makes a report of COUNT files from a smaller one: the files again and again, in other directories, with other digests.
usage: scripts/make-large-report.py REPORT.json COUNT LARGE.json"""

import hashlib
import json
import sys


def renamed(file, prefix, turn):
    """The same file somewhere else; members keep their place below it."""
    copy = dict(file, path=f"{prefix}{file['path']}", members=[renamed(member, prefix, turn) for member in file["members"]])
    if file["sha256"] is not None:
        copy["sha256"] = hashlib.sha256(f"{turn} {file['sha256']}".encode()).hexdigest()
    return copy


def main():
    small, count, large = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with open(small, encoding="utf-8") as source:
        report = json.load(source)
    names = {"publishable": 0, "blocked": 0, "undecided": 0}
    files = []
    for index in range(count):
        turn, place = divmod(index, len(report["files"]))
        file = renamed(report["files"][place], f"batch-{turn:04}/", turn)
        names[file["verdict"]] += 1
        files.append(file)
    report["files"] = files
    report["summary"].update(names, files=count)
    with open(large, "w", encoding="utf-8") as out:
        json.dump(report, out, separators=(",", ":"))


main()
