"""The ``Prefer`` header (RFC 7240), as far as it says how long a client is willing to wait."""

import re
from collections.abc import Iterable

_MEMBER = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*")+')
_WAIT = re.compile(r'\s*wait\s*=\s*(?:([0-9]+)|"([0-9]+)")\s*(?:;.*)?', re.IGNORECASE | re.DOTALL)
_NAMED_WAIT = re.compile(r"\s*wait\s*(?:[=;]|$)", re.IGNORECASE)


def preferred_wait(headers: Iterable[str], *, most: int) -> int | None:
    """The seconds that the client wants to wait, at most ``most``; None when it does not say, or not legibly.

    ``headers`` are the values of all ``Prefer`` headers. Of several ``wait`` preferences the first one counts.
    """
    for header in headers:
        for member in _MEMBER.findall(header):
            if _NAMED_WAIT.match(member):
                found = _WAIT.fullmatch(member)
                # Compared by length first: thousands of digits are a number as well, and more than most.
                digits = (found[1] or found[2]).lstrip("0") if found else None
                if digits is None:
                    return None
                return most if len(digits) > len(str(most)) else min(int(digits or "0"), most)
    return None
