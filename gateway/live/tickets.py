"""One-time tickets: how a browser, whose WebSockets cannot carry a token, says who it is.

A ticket is a random number, of which Redis keeps nothing but a hash, with the identity as it was signed for the
services. Whoever can read Redis can make neither tickets nor identities.
"""

from __future__ import annotations

import hashlib
import math
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.errors import InvalidToken
from gateway.identity import Identity
from kit.errors import Unavailable
from kit.idempotency import IdempotencyKeyReused, Key
from kit.identity import Caller, InvalidIdentity, sign, verify

VALID_FOR: Final = timedelta(seconds=30)
"""How long after its making a ticket may be used, once."""

_KEPT_SECONDS: Final = 86_400
_PREFIX: Final = "tandem:live:tickets:"
_TICKET = re.compile(r"[A-Za-z0-9_-]{43}")

# KEYS: the ticket, and the idempotency key unless there is none. ARGV: the identity, the milliseconds that the
# ticket is valid, the answer, the seconds that the answer is kept. Gives the answer that was given before.
_KEEP: Final = """
if KEYS[2] then
  local given = redis.call('GET', KEYS[2])
  if given then return given end
  redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""


class InvalidTicket(InvalidToken):
    """The ticket is not valid"""

    code = "invalid_ticket"


class TicketsUnavailable(Unavailable):
    """Failed to process request"""

    code = "tickets_unavailable"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as its user gets it."""

    ticket: str
    expires_at: datetime
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a connection belongs to, and until when that holds (Unix seconds)."""

    caller: Caller
    good_until: float


class Tickets:
    """Makes tickets, and takes them back."""

    def __init__(self, redis: Redis, internal_secret: str) -> None:
        """Keep tickets in `redis`, with identities signed with `internal_secret`."""
        self._redis = redis
        self._secret = internal_secret

    async def issue(self, identity: Identity, key: Key | None = None) -> Ticket:
        """Return a new ticket for this identity; under the same idempotency key the same one.

        Raises :class:`IdempotencyKeyReused` (422) when the key came with another body, and
        :class:`TicketsUnavailable` (503).
        """
        made = Ticket(secrets.token_urlsafe(32), datetime.now(UTC) + VALID_FOR)
        until = None if math.isinf(identity.good_until) else identity.good_until
        kept = orjson.dumps([sign(identity.caller, self._secret), until])
        names = [_name(made.ticket)]
        fingerprint = ""
        if key is not None:
            fingerprint = key.fingerprint.hex()
            owner = f"{key.user_id} {key.endpoint} {key.key}"
            names.append(f"{_PREFIX}key:{hashlib.sha256(owner.encode()).hexdigest()}")
        answer = orjson.dumps([fingerprint, made.ticket, made.expires_at])
        milliseconds = int(VALID_FOR.total_seconds() * 1000)
        try:
            given = await self._redis.eval(  # type: ignore[no-untyped-call, misc, unused-ignore]  # the Redis client's types differ between its versions
                _KEEP, len(names), *names, kept, milliseconds, answer, _KEPT_SECONDS
            )
        except (RedisError, OSError, TimeoutError) as error:
            raise TicketsUnavailable from error
        if given is None:
            return made
        given_fingerprint, ticket, expires_at = orjson.loads(given)
        if given_fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return Ticket(ticket, datetime.fromisoformat(expires_at), replayed=True)

    async def redeem(self, ticket: str) -> Holder:
        """Return whose ticket it was. Raises :class:`InvalidTicket` (401) and :class:`TicketsUnavailable` (503)."""
        if not _TICKET.fullmatch(ticket):
            raise InvalidTicket
        try:
            kept = await self._redis.getdel(_name(ticket))
        except (RedisError, OSError, TimeoutError) as error:
            raise TicketsUnavailable from error
        if kept is None:
            raise InvalidTicket
        signed, until = orjson.loads(kept)
        try:
            return Holder(verify(signed, self._secret), math.inf if until is None else until)
        except InvalidIdentity as error:
            raise InvalidTicket from error


def _name(ticket: str) -> str:
    return _PREFIX + hashlib.sha256(ticket.encode()).hexdigest()
