#!/usr/bin/env python3
"""Verifies all files with signify in one process, and says how many were valid. Usage: scripts/bench_signify.py PATH..."""
import pathlib
import re
import sys

# oscrypto, which signify uses, knows no version of OpenSSL with two digits at its end (3.0.19).
search, narrow = re.search, r"\b(\d\.\d\.\d[a-z]*)\b"
re.search = lambda pattern, *more: search(r"\b(\d\.\d\.\d+[a-z]*)\b" if pattern == narrow else pattern, *more)
from signify.authenticode import AuthenticodeFile  # noqa: E402

re.search = search

valid = failed = 0
for top in sys.argv[1:]:
    top = pathlib.Path(top)
    for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
        if not path.is_file():
            continue
        with path.open("rb") as file:
            try:
                AuthenticodeFile.from_stream(file, file_name=path.name).verify()
                valid += 1
            except Exception:  # whatever it finds wrong, or cannot read
                failed += 1
print(f"{valid} valid, {failed} not")
