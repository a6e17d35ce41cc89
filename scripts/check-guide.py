#!/usr/bin/env python3
"""Links of the user guide, as mdBook built it: every page, file and anchor that a page of it leads to is there.

usage: scripts/check-guide.py DIRECTORY      (what `mdbook build docs` wrote)      exits with 1 when a link is dead
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """Links and anchors of one page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


def main(top):
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(top.rglob("*.html"))}
    if not pages:
        sys.exit(f"error: there is no page in {top}")
    dead, links = [], 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            # The page for addresses that are nowhere may be shown anywhere, so its links start at the top of the site.
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            links += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            known = pages.get(target)
            if not target.is_file() or (parts.fragment and known and unquote(parts.fragment) not in known.anchors):
                dead.append(f"{path.relative_to(top)}: {link}")
    print(f"{len(pages)} pages, {links} links, {len(dead)} dead", *dead, sep="\n")
    return bool(dead)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve()))
