"""Where a webhook may lead: a strict reading of URLs, and which addresses are public. Nothing here asks anybody.

Nothing is repaired. There is one way to write an address here, and whatever another reader of URLs might take for
something else (127.1, 0x7f000001, a full-width digit, a backslash, a tab) is refused. A name that reads well may lead
anywhere nevertheless: what it resolves to is judged by `is_public`, at registration and at each connection.

Sources: RFC 3986; the WHATWG URL standard on hosts that end in a number; UTS #46; IANA's special-purpose address
registries (RFC 6890) and special-use domain names (RFC 6761).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import idna

from session_service.webhooks.errors import ForbiddenAddress, InvalidUrl

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

URL_LENGTH = 2048
"""Characters of the longest URL."""

OTHER_PORTS = range(8000, 65536)
"""The ports that a webhook may lead to, besides 80 and 443: none on which mail, databases and the like are found."""

_URL = re.compile(r"(?P<scheme>(?i:https?))://(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?\Z")
_AUTHORITY = re.compile(r"(?:\[(?P<literal>[^\[\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[1-9][0-9]{0,4}))?\Z")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\<>\"{}|^`]")
_ESCAPES = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")

_SPECIAL_NAMES = frozenset(
    {"localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"}
    | {"arpa", "invalid", "onion", "alt", "test"}
)
"""Last labels of names that mean something only within a network, or nothing at all."""

_NOT_PUBLIC_4 = [
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        # Looks public, and is the host of an Azure machine.
        "168.63.129.16/32",
    )
]
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(network)
    for network in (
        # Teredo, benchmarking, ORCHID and others; documentation; 6to4, which wraps an IPv4 address; documentation.
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is taken besides the public network. In production: nothing."""

    http: bool = False
    """Whether ``http://`` will do."""
    networks: tuple[Network, ...] = ()
    """Networks that count as public, for development and tests; with any, names are judged by their addresses only."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that was read, as it is kept and called; ``host`` is a name in ASCII, or an address."""

    url: str
    host: str
    port: int

    @property
    def address(self) -> Address | None:
        """The address, where the URL names no host but an address."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def read_url(raw: str, allowance: Allowance) -> Target:
    """What the URL names. Raises `InvalidUrl`, and `ForbiddenAddress` when it can be seen to be not public."""
    if len(raw) > URL_LENGTH or _UNSAFE.search(raw):
        raise InvalidUrl
    found = _URL.match(raw)
    if found is None:
        raise InvalidUrl("A webhook's URL is https://, a host and a path, without a fragment")
    scheme, path, query = found["scheme"].lower(), found["path"] or "/", found["query"] or ""
    if scheme == "http" and not allowance.http:
        raise InvalidUrl("A webhook's URL begins with https://")
    if not (path + query).isascii() or _ESCAPES.search(path + query):
        raise InvalidUrl("Other characters than ASCII have to be percent-encoded in a path")
    authority = _AUTHORITY.match(found["authority"])
    if authority is None or "@" in found["authority"]:
        raise InvalidUrl("A webhook's URL has a host, perhaps a port, and no user or password")
    port = int(authority["port"] or (443 if scheme == "https" else 80))
    if port not in (80, 443) and port not in OTHER_PORTS:
        raise InvalidUrl("A webhook's port is 80, 443, or 8000 and above")
    literal = authority["literal"]
    host = _name(authority["host"], allowance) if literal is None else str(_literal(literal))
    target = Target(f"{scheme}://{_written(host, port, scheme)}{path}{query}", host, port)
    if len(target.url) > URL_LENGTH:
        raise InvalidUrl
    address = target.address
    if address is not None and not is_public(address, allowance.networks):
        raise ForbiddenAddress
    return target


def is_public(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether the address is one of the public network, or of the ``allowed`` ones.

    Of IPv6 that is global unicast alone, without the ranges that carry an IPv4 address in them (6to4, Teredo); mapped,
    compatible and NAT64 addresses lie outside of it anyway, and none is ever taken for the address that it carries.
    """
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    if any(address.version == network.version and address in network for network in allowed):
        return True
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _GLOBAL_UNICAST and not any(address in network for network in _NOT_PUBLIC_6)


def _literal(raw: str) -> IPv6Address:
    try:
        address = IPv6Address(raw)
    except ValueError:
        raise InvalidUrl from None
    if address.scope_id is not None:
        raise ForbiddenAddress
    return address


def _name(raw: str, allowance: Allowance) -> str:
    if not raw:
        raise InvalidUrl("A webhook's URL has a host, perhaps a port, and no user or password")
    if "%" in raw:
        raise InvalidUrl("A host name is not percent-encoded")
    name = raw.lower() if raw.isascii() else _ascii(raw)
    labels = name.split(".")
    if _NUMBER.match(labels[-1] or (labels[-2] if len(labels) > 1 else "")):
        return _dotted_decimal(raw)
    if len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise InvalidUrl("That is no host name")
    if not allowance.networks and (len(labels) < 2 or labels[-1] in _SPECIAL_NAMES):
        raise ForbiddenAddress
    return name


def _ascii(raw: str) -> str:
    # Whoever types a fraction bar or a circled digit gets to know what it stands for by a refusal, not by a connection.
    try:
        return idna.encode(raw, uts46=True, std3_rules=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise InvalidUrl("That is no host name") from None


def _dotted_decimal(raw: str) -> str:
    # In four decimal numbers without leading zeros, as typed; the other forms mean one thing here and another there.
    try:
        return str(IPv4Address(raw))
    except ValueError:
        raise ForbiddenAddress from None


def _written(host: str, port: int, scheme: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == (443 if scheme == "https" else 80) else f"{name}:{port}"
