"""Which headers cross the gateway, in either direction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

RawHeaders = Sequence[tuple[bytes, bytes]]

FORWARDED: Final = {
    name.lower().encode("ascii"): name
    for name in (
        "Accept",
        "Accept-Language",
        "Content-Type",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "Prefer",
        "User-Agent",
    )
}
"""What a service gets to see of a client's headers. An allow-list: a header that nobody thought of stays outside,
and so does every identity header. The ids of request and trace, the identity and the length are the gateway's own."""

HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""RFC 9110, section 7.6.1: meant for the next hop alone."""

_OWN: Final = frozenset({b"date", b"server", b"x-request-id", b"traceparent"})
_NOT_RETURNED: Final = HOP_BY_HOP | _OWN


def forwarded_headers(raw: RawHeaders) -> list[tuple[str, str]]:
    """Return those of a client's headers (names in lower case) that a service may see, in their order."""
    # Latin-1 is what every byte of a header can be read as.
    return [(FORWARDED[name], value.decode("latin-1")) for name, value in raw if name in FORWARDED]


def returned_headers(raw: Iterable[tuple[bytes, bytes]], *, bodiless: bool) -> list[tuple[bytes, bytes]]:
    """Return those of a service's headers that a client may see, names in lower case.

    Hop-by-hop headers stay behind, with those that `Connection` lists, and whatever begins with `x-tandem-`. The
    gateway adds its own date, server and ids. A `bodiless` answer (204, 304) keeps no length either: nothing
    follows it.
    """
    kept: list[tuple[bytes, bytes]] = []
    listed: bytes | None = None
    for name, value in raw:
        lowered = name.lower()
        if lowered in _NOT_RETURNED:
            if lowered == b"connection":
                listed = value if listed is None else listed + b"," + value
        elif not lowered.startswith(b"x-tandem-") and not (bodiless and lowered == b"content-length"):
            kept.append((lowered, value))
    if listed is not None:
        names = {token.strip().lower() for token in listed.split(b",")}
        kept = [pair for pair in kept if pair[0] not in names]
    return kept
