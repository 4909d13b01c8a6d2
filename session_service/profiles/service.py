"""Use cases of the profiles room, and what the other rooms need of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import cache_tags, contracts
from kit.database import erasures
from kit.identity import Caller
from kit.outbox.events import Event, publish
from session_service.profiles import errors, repository, rules
from session_service.profiles.errors import CannotBeInvited as CannotBeInvited
from session_service.profiles.repository import Profile

KNOWN_AT_MOST = 100_000
"""How many users a process remembers as having a profile; about 30 MB."""

_known: dict[UUID, tuple[int, str | None]] = {}
"""Users known to have a profile: how many accounts had been erased when it was seen, and its e-mail address then."""


def cache_tag(user_id: UUID) -> str:
    """The cache tag of what shows the user's name."""
    return f"user:{user_id}"


async def ensure(connection: AsyncConnection, caller: Caller) -> None:
    """Gives the caller a profile on first use, and another e-mail address when the token has another one.

    Afterwards it costs nothing until the token's address changes; a token without a usable one changes none. The
    identity provider owns the address, so the token that came last is right.

    To be called first in a transaction as the caller. A user is remembered only with what was seen to be there before
    the transaction, for what is made in it is undone with it, and until the next account is erased, which may be
    that one.
    """
    erased, email = erasures(connection), rules.kept_email(caller.email)
    seen = _known.get(caller.user_id)
    if seen is not None and seen[0] == erased and email in (None, seen[1]):
        return
    found = await repository.ensure(
        connection,
        caller.user_id,
        display_name=rules.first_name(caller.user_id, caller.name, caller.email),
        email=email,
    )
    if not found.was_there or found.readdressed:
        # Whoever was invited, or seeded, may have been shown under another name so far.
        cache_tags.note_changed(connection, [cache_tag(caller.user_id)])
        # With a former address remembered, one who returned to it would not be looked at.
        _known.pop(caller.user_id, None)
        return
    while len(_known) >= KNOWN_AT_MOST:
        del _known[next(iter(_known))]
    _known[caller.user_id] = erased, found.email


async def invite(connection: AsyncConnection, user_id: UUID) -> None:
    """Makes sure that somebody can be referred to who may never have been here.

    The identity provider owns who exists: any id may be invited. The default name stays until that user comes. Raises
    CannotBeInvited for somebody who is leaving, or a deleted user's place.
    """
    if not await repository.may_be_invited(connection, user_id):
        raise errors.CannotBeInvited
    await repository.invite(connection, user_id, default_name=rules.default_name(user_id))


async def anybody_gone(connection: AsyncConnection, user_ids: Sequence[UUID]) -> bool:
    """Whether one of these is a deleted user's place, for which nothing can be planned any more."""
    return await repository.anybody_gone(connection, user_ids)


async def load(connection: AsyncConnection, user_id: UUID) -> Profile:
    """The user's own profile, which `ensure` has made."""
    return await repository.load(connection, user_id)


async def load_locked(connection: AsyncConnection, user_id: UUID) -> Profile:
    """The user's own profile, which stays as it is until the transaction ends."""
    return await repository.load(connection, user_id, lock=True)


async def change(connection: AsyncConnection, profile: Profile, changes: Mapping[str, Any]) -> Profile:
    """Changes the given fields of a locked profile; what is the same already is not written.

    Another time zone is told, with a version that grows with each change.
    """
    different = {field: value for field, value in changes.items() if value != getattr(profile, field)}
    if not different:
        return profile
    changed = await repository.save(connection, profile.id, different)
    if "timezone" in different:
        data: contracts.ProfileTimezoneChangedData = {
            "user_id": str(changed.id),
            "timezone": changed.timezone,
            "version": changed.timezone_version,
        }
        event = Event(contracts.PROFILE_TIMEZONE_CHANGED, f"profile/{changed.id}", data, changed.id)
        await publish(connection, [event])
    return changed


def is_time_zone(name: str) -> bool:
    """Whether this can be a profile's time zone: the IANA database knows one of exactly this name."""
    return rules.is_time_zone(name)
