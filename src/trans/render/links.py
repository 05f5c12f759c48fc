"""Which addresses a page or a file may link to: http and https only, and nothing that runs. Pure; asks no network."""

import re
from urllib.parse import quote, urlsplit

from trans.render.direction import plain

# Word takes a file with a longer link for a broken one, and with a host in other letters too.
_LONGEST = 2000
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?")


def web_link(url: str | None) -> str | None:
    """Return ``url`` if it is one that a page may link to: http or https, and nothing that runs."""
    return url if url and re.match(r"https?://[^\s<>\"]+$", url, re.IGNORECASE) else None


def web_address(url: str | None) -> str:
    """Return the web address that a file can hold as a link, in ASCII (RFC 3986); empty where ``url`` is none."""
    link = web_link(plain(url or "").strip())
    try:
        if not link or not _HOST.fullmatch(urlsplit(link).netloc):
            return ""
    except ValueError:
        return ""
    address = quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", link), safe="%/:?#@!$&'()*+,;=~-._")
    return address if len(address) <= _LONGEST else ""
