#!/usr/bin/env python3
"""Write a synthetic SMS_ISVUPDATES_SYNCAGENT.log of a given size: mostly successful updates, some refused.

Usage: scripts/make-large-log.py FILE [MEGABYTES]   (default 1024; the same every time)
"""
import sys

path, megabytes = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1024
TEMP = "D:\\Microsoft Configuration Manager\\ISVTemp\\hdrdeabp.51d\\"
MESSAGE = "STATMSG: (SRVMSG_SMS_ISVUPDATES_SYNCAGENT_UPDATECONTENT"


def update(number):
    guid = f"6ba7b810-9dad-11d1-80b4-{number % 5000:012x}"
    name = f"product-{number % 5000}.msi"
    yield f"SyncUpdate: {guid} - Starting download of content from 'https://example.com/{name}'"
    yield f"SyncUpdate: {guid} - Successfully completed download of content from 'https://example.com/{name}' to '{TEMP}{name}'"
    if number % 1000 == 7:
        yield f"SyncUpdate: File '{TEMP}{name}' does not appear to be signed or there was an error retrieving the signing certificate. Signatures are required."
        yield f"SyncUpdate: {guid} - Signature check on downloaded binary has failed, reason: 0."
        yield MESSAGE + "_TRUST_FAIL_BADSIG)."
        yield MESSAGE + "_FAIL)."
        return
    yield f"SyncUpdate: File '{TEMP}{name}' appears to be signed, retrieved certificate, checking signature..."
    yield f"SyncUpdate: {guid} - Signature check on download binary has completed."
    yield f"SyncUpdate: {guid} - Calling WSUS to add content for 'Example product {number}'"
    for _ in range(8):
        yield "Found a pending job; waiting for the next item in the work queue of the synchronisation thread."


with open(path, "w", newline="") as out:
    size = number = 0
    while size < megabytes << 20:
        stamp = f"{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.123+000"
        tail = f"~  $$<SMS_ISVUPDATES_SYNCAGENT><03-17-2020 {stamp}><thread={8000 + number % 7} (0x1F40)>\r\n"
        text = "".join(line + tail for line in update(number))
        out.write(text)
        size += len(text)
        number += 1
