#!/usr/bin/env python3
"""Makes many signed files whose bytes are all different: make-many-files.py COUNT DIRECTORY [SIGNED.exe]

The number of the file goes into the checksum of the optional header, which no signature covers (Windows Authenticode Portable
Executable Signature Format, "Calculating the PE Image Hash"), so every file keeps a valid signature. A thousand files a directory.
"""

import pathlib
import struct
import sys

count, directory = int(sys.argv[1]), pathlib.Path(sys.argv[2])
here = pathlib.Path(__file__).resolve().parent.parent
source = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else here / "fixtures/exe/signed-stamped.exe"
image = bytearray(source.read_bytes())
(headers,) = struct.unpack_from("<I", image, 0x3C)
checksum = headers + 4 + 20 + 64
for number in range(count):
    struct.pack_into("<I", image, checksum, number)
    below = directory / f"{number // 1000:04}"
    if number % 1000 == 0:
        below.mkdir(parents=True, exist_ok=True)
    (below / f"{number:06}.exe").write_bytes(image)
