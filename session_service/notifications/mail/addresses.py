"""Addresses as a mail server takes them."""

import re
from dataclasses import dataclass

import idna

LONGEST_LOCAL_PART = 64
"""Octets (RFC 5321, section 4.5.3.1.1)."""

LONGEST = 254
"""Octets of a whole address (RFC 5321, section 4.5.3.1.3, without the angle brackets)."""


# RFC 5321's dot-string, and RFC 6531's addition to it. Quoted local parts nobody has.
_ATOM = r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])+"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@([^@\s]*[^@\s.])")


class UnusableAddress(ValueError):
    """No mail can be sent to this address; says why, without the address."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that can stand in an envelope and in a header."""

    address: str
    needs_smtputf8: bool
    """Whether only a server that takes SMTPUTF8 (RFC 6531) can be given it."""


def mailbox_of(raw: str) -> Mailbox:
    """The address with its domain in ASCII (IDNA 2008). Raises `UnusableAddress`."""
    found = _ADDRESS.fullmatch(raw)
    if found is None or not raw.isprintable() or any(character.isspace() for character in raw):
        raise UnusableAddress("the address is malformed")
    local, domain = found[1], found[2]
    try:
        # What the address was written as, not what an older IDNA made of it: straße.example is not strasse.example.
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise UnusableAddress("the address has a domain that cannot exist") from None
    address = f"{local}@{ascii_domain}"
    if len(local.encode()) > LONGEST_LOCAL_PART or len(address.encode()) > LONGEST:
        raise UnusableAddress("the address is too long")
    return Mailbox(address, needs_smtputf8=not local.isascii())
