"""Use cases of sharing: a link that shows a practice to whoever has it, until it expires or is revoked."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice import errors, rules
from session_service.practice.sessions import service as sessions
from session_service.practice.sharing import repository
from session_service.practice.sharing.repository import SharedPractice

_TOKEN = re.compile("[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe` makes of 32 bytes."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is told once: only its hash is kept."""

    token: str
    expires_at: datetime


async def share(connection: AsyncConnection, session_id: int, *, shows_name: bool = True) -> Link:
    """A new link to one of the user's practices, beside those that there are, with the display name or without.

    Raises as `sessions.find` does.
    """
    record = await sessions.find_locked(connection, session_id)
    token = secrets.token_urlsafe(32)
    expires_at = await repository.add(
        connection,
        record.facts,
        token_hash=_hash(token),
        lasts=rules.SHARED_FOR,
        at_most=rules.LINKS_AT_MOST,
        shows_name=shows_name,
    )
    return Link(token, expires_at)


async def revoke(connection: AsyncConnection, session_id: int) -> None:
    """No link to the practice works any more, if one did. Raises as `sessions.find` does."""
    await sessions.find_locked(connection, session_id)
    await repository.remove(connection, session_id)


async def look(connection: AsyncConnection, token: str) -> SharedPractice:
    """What a link shows; needs no user. Raises SharedPracticeNotFound."""
    shared = await repository.load(connection, _hash(token)) if _TOKEN.fullmatch(token) else None
    if shared is None:
        raise errors.SharedPracticeNotFound
    return shared


def _hash(token: str) -> bytes:
    # 256 random bits need no slow hash: nobody can try them out.
    return hashlib.sha256(token.encode()).digest()
