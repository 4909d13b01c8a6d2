"""Which service answers what: the one routing table, and which paths are fit to be looked up in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from kit.errors import error_name

Service = Literal["session", "reputation", "stats"]
"""The services behind the gateway; each has an address in the settings, `<name>_service_url`."""

OWN: Final = "gateway"
"""In a route: the gateway itself answers."""

SERVICES: Final[tuple[Service, ...]] = get_args(Service)

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""What the gateway passes on, or answers itself (`OPTIONS`). Everything else is 405."""

CONFIRMATION_UNAVAILABLE: Final = "Failed to update session completion status"


@dataclass(frozen=True, slots=True)
class Route:
    """`prefix` itself and everything below it is answered by `service`, if the method is among `methods`.

    Where no identity is needed none is looked for, and none is vouched for to the service.
    """

    prefix: str
    service: Service | Literal["gateway"]
    methods: frozenset[str] | None = None
    needs_identity: bool = True
    takes_any_body: bool = False
    """Whether a body may be of any kind, since nobody looks into it: the service gets none."""


# The longest prefix that takes the method wins, so an exception is one more line.
ROUTES: Final = (
    Route("/api/challenges", "session"),
    Route("/api/jobs", "session"),
    Route("/api/live", OWN),
    Route("/api/matches", "session"),
    Route("/api/session", "session"),
    Route("/api/me", "session"),
    Route("/api/notifications", "session"),
    Route("/api/plans", "session"),
    Route("/api/sessions", "session"),
    Route("/api/reputation", "reputation"),
    # Mail providers post a form there (RFC 8058), which says nothing that the address does not say.
    Route("/api/unsubscribe", "session", needs_identity=False, takes_any_body=True),
    Route("/api/v1/sequences", "session"),
    Route("/api/v1/sessions", "session"),
    Route("/api/v1/sessions/calendar", "stats"),
    Route("/api/v1/sessions/stats", "stats"),
    Route("/api/v1/shared", "session", needs_identity=False),
    Route("/api/v1/streak", "stats"),
    Route("/api/webhooks", "session"),
)

NAMED_ERRORS: Final = ("/api/plans", "/api/sessions")
"""Below these, every problem carries the member `error`, whoever finds the error."""


class RoutingTable:
    """Looks a path up in a fixed set of routes; the cost depends on the depth of the path alone."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: dict[str, list[Route]] = {}
        for route in routes:
            self._routes.setdefault(route.prefix, []).append(route)

    def find(self, method: str, path: str) -> Route | None:
        """Return the route of `path`, which has passed `is_plain`; `None` if nobody answers there."""
        prefix = path
        while prefix:
            for route in self._routes.get(prefix, ()):
                if route.methods is None or method in route.methods:
                    return route
            prefix = prefix[: prefix.rfind("/")]
        return None


TABLE: Final = RoutingTable(ROUTES)

_PLAIN = re.compile(rb"(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+")
# RFC 3986 `pchar` without percent signs; these are looked at more closely.
_LEGAL = re.compile(rb"(?:/(?:[A-Za-z0-9_.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+")
_LEGAL_QUERY = re.compile(rb"[\x21\x22\x24-\x7e]*")
_TRAPS = re.compile(rb"%(?:2[fF]|5[cC]|7[fF]|[01][0-9A-Fa-f])")
# Encoded without need (RFC 3986, section 2.3): letters, digits, and -._~ are written as they are.
_UNRESERVED = re.compile(rb"%(?:2[dDeE]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9aA]|5[fF]|7[eE])")
_DOTS = re.compile(rb"/\.{1,2}(?:/|\Z)")


def is_plain(raw_path: bytes) -> bool:
    """Tell whether a raw path names one resource in one way only.

    Not so are empty and dot segments (encoded or not), an encoded slash, backslash, control or unreserved character,
    malformed percent-encoding, and bytes that a URL may not hold. Such a path might mean one thing to the gateway and
    another to the service; it is never mended, only refused.
    """
    if _PLAIN.fullmatch(raw_path):
        return True
    if not _LEGAL.fullmatch(raw_path):
        return False
    return not any(pattern.search(raw_path) for pattern in (_TRAPS, _UNRESERVED, _DOTS))


def is_legal_query(query: bytes) -> bool:
    """Tell whether a raw query string holds visible ASCII only, and no `#`."""
    return not query or _LEGAL_QUERY.fullmatch(query) is not None


def is_confirmation(method: str, path: str) -> bool:
    """Tell whether this request confirms a buddy session."""
    return (
        method == "POST"
        and path.startswith("/api/session/")
        and path.endswith(("/confirm", "/confirm-completion"))
    )


def problem_members(path: str, status: int) -> dict[str, str]:
    """Return what a problem under `path` carries besides the usual members."""
    named = path.startswith(tuple(f"{prefix}/" for prefix in NAMED_ERRORS)) or path in NAMED_ERRORS
    return {"error": error_name(status)} if named else {}


def unavailable_detail(method: str, path: str) -> str | None:
    """Return what a client reads when the service is away; `None` stands for the usual text."""
    return CONFIRMATION_UNAVAILABLE if is_confirmation(method, path) else None
