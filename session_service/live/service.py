"""Telling what happened to those who are looking, once each and in order."""

import structlog
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.cache_tags import CacheTags
from kit.live.messages import SESSION, Message
from kit.live.stream import publish
from session_service.buddy import service as buddy
from session_service.live import repository, rules
from session_service.live.errors import MalformedEvent
from session_service.notifications import service as notifications

log = structlog.get_logger(__name__)


async def tell(connection: AsyncConnection, redis: Redis, cache_tags: CacheTags, limit: int) -> int:
    """Publishes the messages of up to ``limit`` events, the oldest first; how many events that were.

    Before that, nothing that was cached of these sessions is served any more: whoever is told looks at once, and the
    request that made the change may not have come to its end.

    Published first and noted then: when the transaction does not commit, the same messages are published again, and
    Redis takes each only once. Whoever calls this at the same time waits. An event that cannot be understood is
    counted and passed over. Raises what the Redis client raises.
    """
    untold = await repository.untold(connection, limit)
    events = untold.events
    if not events:
        return 0
    named = rules.notifications_of(events)
    titles = await notifications.titles(connection, named) if named else {}
    messages, told = [], []
    for event in events:
        try:
            messages += rules.messages_of(event, titles)
            told.append(event.id)
        except MalformedEvent as error:
            log.warning("delivery_failed", consumer="live", event_id=str(event.id), error=str(error))
            await repository.mark_malformed(connection, event.id, str(error))
    if not await cache_tags.advance(sorted({tag for tag in map(_cache_tag, messages) if tag})):
        raise RedisConnectionError("the cache may still serve what has changed")
    last = await publish(redis, messages, after=untold.last)
    await repository.mark_told(connection, told, last)
    return len(events)


def _cache_tag(message: Message) -> str | None:
    kind, _, session_id = message.address.partition(":")
    return buddy.cache_tag(session_id) if kind == SESSION else None
