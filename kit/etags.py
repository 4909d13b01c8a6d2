"""Entity tags and preconditions (RFC 9110, sections 8.8 and 13)."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import blake2b

from kit.errors import Refusal

# entity-tag = [ W/ ] DQUOTE *etagc DQUOTE ; etagc may be a comma, so splitting at commas would be wrong.
_TAG = re.compile(r'\s*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')


class StaleVersion(Refusal):
    """The resource has changed since it was read"""

    status = 412
    code = "stale_version"


def etag_of(body: bytes) -> str:
    """Return the strong entity tag of these bytes, quotes included."""
    digest = blake2b(body, digest_size=18).digest()
    return f'"{urlsafe_b64encode(digest).decode("ascii")}"'


def _tags(header: str) -> list[tuple[bool, str]]:
    """Return (is weak, quoted tag) of each member; nothing when the list is malformed."""
    tags: list[tuple[bool, str]] = []
    position = 0
    header = header.strip()
    while position < len(header):
        found = _TAG.match(header, position)
        if found is None:
            return []
        tags.append((found[1] is not None, found[2]))
        position = found.end()
    return tags


def if_none_match(header: str | None, etag: str) -> bool:
    """Tell whether `If-None-Match` names this version, so that a GET answers 304. Compares weakly.

    An absent or malformed header names nothing.
    """
    if header is None:
        return False
    if header.strip() == "*":
        return True
    opaque = etag.removeprefix("W/")
    return any(tag == opaque for _, tag in _tags(header))


def if_match(header: str | None, etag: str) -> bool:
    """Tell whether `If-Match` lets a change to this version through. Compares strongly.

    An absent header does; `*` does; weak and malformed tags never match.
    """
    if header is None:
        return True
    if header.strip() == "*":
        return True
    return any(tag == etag and not weak for weak, tag in _tags(header))
