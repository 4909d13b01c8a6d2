"""Which topics are whose."""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from gateway.errors import ServiceUnavailable
from gateway.proxy import Upstream
from gateway.routes import Service
from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.live.messages import NOTIFICATIONS, PRACTICE, SESSION, session_address, user_address

REMEMBERED: Final = 20_000
REMEMBERED_SECONDS: Final = 600.0
"""Who takes part in a session never changes, so a yes stays one: a crowd that comes back need not ask again."""

ASKED_AT_ONCE: Final = 16
"""So many questions to the session service are under way at most."""

_SESSION = re.compile(rf"{SESSION}:([0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}})")
_SHOWN: Final = 200
_NOT_THEIRS: Final = frozenset({401, 403, 404})


def address_of(topic: str, caller: Caller) -> str | None:
    """Return where what belongs to the caller's `topic` is sent; None if there is no such topic."""
    if topic in (PRACTICE, NOTIFICATIONS):
        return user_address(topic, caller.user_id)
    found = _SESSION.fullmatch(topic)
    return None if found is None else session_address(UUID(found[1]))


class Access:
    """Tells which topics a user may subscribe to; of sessions the session service knows."""

    def __init__(self, upstreams: Mapping[Service, Upstream], internal_secret: str) -> None:
        """Ask the service among `upstreams`, as whoever it is about, vouched for with `internal_secret`."""
        self._upstreams = upstreams
        self._secret = internal_secret
        self._participants: OrderedDict[tuple[UUID, UUID], float] = OrderedDict()
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE)

    async def allows(self, address: str, caller: Caller) -> bool:
        """Tell whether the caller may be told what is sent to an address that `address_of` has given.

        Raises :class:`ServiceUnavailable` or :class:`GatewayTimeout` when nobody can tell.
        """
        found = _SESSION.fullmatch(address)
        return found is None or await self._takes_part(caller, UUID(found[1]))

    async def _takes_part(self, caller: Caller, session_id: UUID) -> bool:
        key = (caller.user_id, session_id)
        now = time.monotonic()
        if self._participants.get(key, 0.0) > now:
            return True
        async with self._asking:
            status, _ = await self._upstreams["session"].get_json(
                f"/api/session/{session_id}", headers={IDENTITY_HEADER: sign(caller, self._secret)}
            )
        if status in _NOT_THEIRS:
            return False
        if status != _SHOWN:
            raise ServiceUnavailable
        self._participants[key] = now + REMEMBERED_SECONDS
        self._participants.move_to_end(key)
        if len(self._participants) > REMEMBERED:
            self._participants.popitem(last=False)
        return True
