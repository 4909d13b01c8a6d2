"""The HTTP door: one request is one transaction, committed here and never inside a service.

An endpoint hands its use case to `Door.read` or `Door.change` and returns what comes back. The door opens the
transaction as the caller, keeps idempotency keys, tells the relay, and turns the answer into bytes with its ETag.
The answer is sent only after the commit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson
import structlog
from fastapi import Depends, Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import cache_tags, etags, idempotency
from kit.cache_tags import CacheTags
from kit.callers import CurrentCaller
from kit.database import Database, DatabaseUnavailable
from kit.errors import Refusal, Unavailable
from kit.idempotency import IdempotencyKeys, Key, StoredAnswer
from kit.identity import Caller
from kit.outbox import events
from kit.problems import refusal_response

log = structlog.get_logger(__name__)

JsonBody = BaseModel | Mapping[str, Any] | Sequence[Any]

FirstUse = Callable[[AsyncConnection, Caller], Awaitable[None]]
"""What a house does for a caller before anything else, in the same transaction (a profile on first use)."""

DEFAULT_CACHE_CONTROL = "private, no-cache"


def to_json(body: JsonBody) -> bytes:
    """The one way in which bodies become bytes, so that ETags agree wherever they are computed."""
    if isinstance(body, BaseModel):
        return body.model_dump_json(by_alias=True).encode()
    return orjson.dumps(body, option=orjson.OPT_UTC_Z, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(type(value).__name__)


@dataclass(slots=True)
class Answer:
    """What a use case answers: a body as JSON (or none), a status, and headers of its own."""

    body: JsonBody | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Door:
    """The door of one request."""

    caller: Caller
    request: Request
    database: Database
    keys: IdempotencyKeys
    first_use: FirstUse | None
    redis: Any
    cache_tags: CacheTags

    async def read(self, work: Callable[[AsyncConnection], Awaitable[Answer]]) -> Response:
        """A read: its answer with a strong ETag, or 304 when the client has it already.

        The condition is looked at only after ``work`` has let the caller through.
        """

        async def transact(connection: AsyncConnection) -> tuple[Answer, set[str]]:
            _forget_what_was_undone(connection)
            if self.first_use is not None:
                await self.first_use(connection, self.caller)
            return await work(connection), cache_tags.take_changed(connection)

        answer, tags = await self.database.run(transact, user_id=self.caller.user_id)
        response = _conditional(self.request, answer)
        if tags:
            response.headers.update(await self.cache_tags.told(sorted(tags)))
        return response

    async def change(
        self,
        work: Callable[[AsyncConnection], Awaitable[Answer]],
        *,
        unavailable: str = "Failed to process request",
        settle: Callable[[Answer], Awaitable[Answer]] | None = None,
        tags: Sequence[str] = (),
    ) -> Response:
        """A change: the effects of ``work`` and, for a POST with an Idempotency-Key, its answer in one transaction.

        A refusal is an answer too: it undoes the change and is kept under the key. ``settle`` runs after the
        commit (to wait for effects, say) and may amend the answer. ``unavailable`` is the detail
        of the 503 when the database is away; such an answer is not kept.

        ``tags`` are the cache tags of what the request is about. They are advanced whether it is carried out, refused
        or replayed: an earlier attempt of it may have changed something and never come to answer. A 5xx leaves that to
        the gateway, since the outcome is open.
        """
        try:
            return await self._change(work, settle, tags)
        except DatabaseUnavailable as error:
            raise Unavailable(unavailable) from error
        except Refusal as refusal:
            if refusal.status < 500:
                refusal.headers.update(await self.cache_tags.told(tags))
            raise

    def if_match(self, current: JsonBody) -> None:
        """Raises `etags.StaleVersion` when the request's If-Match is not met by ``current``, as GET shows it.

        Call it with the row locked, before the change.
        """
        header = self.request.headers.get("if-match")
        if header is not None and not etags.if_match(header, etags.etag_of(to_json(current))):
            raise etags.StaleVersion

    async def _change(
        self,
        work: Callable[[AsyncConnection], Awaitable[Answer]],
        settle: Callable[[Answer], Awaitable[Answer]] | None,
        tags: Sequence[str],
    ) -> Response:
        key = await self._key()
        changed = set(tags)

        async def transact(connection: AsyncConnection) -> tuple[Response, Answer | None, bool]:
            _forget_what_was_undone(connection)
            outcome = await attempt(connection)
            changed.update(cache_tags.take_changed(connection))
            return outcome

        async def attempt(connection: AsyncConnection) -> tuple[Response, Answer | None, bool]:
            if key is not None:
                given = await self.keys.claim(connection, key)
                if given is not None:
                    return _replay(given), None, False
            if self.first_use is not None:
                await self.first_use(connection, self.caller)
            if key is None:
                answer = await work(connection)
                return _render(answer), answer, events.take_published(connection)
            await connection.exec_driver_sql("SAVEPOINT change")
            try:
                answer = await work(connection)
            except Refusal as refusal:
                if refusal.status >= 500:
                    raise
                await connection.exec_driver_sql("ROLLBACK TO SAVEPOINT change")
                events.take_published(connection)
                refused = refusal_response(refusal, self.request.scope)
                await self.keys.store(connection, key, _stored(refused), settled=True)
                return refused, None, False
            response = _render(answer)
            await self.keys.store(connection, key, _stored(response), settled=settle is None)
            return response, answer, events.take_published(connection)

        response, answer, published = await self.database.run(transact, user_id=self.caller.user_id)
        if published:
            _in_background(events.wake_relay(self.redis))
        # At once: what is committed must not stay hidden while this request waits for its effects.
        told = await self.cache_tags.told(sorted(changed))
        if answer is not None and settle is not None:
            response = _render(await settle(answer))
            if key is not None:
                await self._settle(key, response)
        response.headers.update(told)
        return response

    async def _key(self) -> Key | None:
        if self.request.method != "POST":
            return None
        values = self.request.headers.getlist(idempotency.HEADER)
        return idempotency.parse(
            None if not values else values[0] if len(values) == 1 else "",
            user_id=self.caller.user_id,
            endpoint=f"POST {self.request.scope['path']}",
            body=await self.request.body(),
        )

    async def _settle(self, key: Key, response: Response) -> None:
        try:
            await self.database.run(
                lambda connection: self.keys.settle(connection, key, _stored(response)),
                user_id=self.caller.user_id,
            )
        except DatabaseUnavailable:
            # What happened is committed; only the kept answer stays the one from before the wait.
            log.warning("idempotent_answer_not_settled")


async def read_openly(request: Request, work: Callable[[AsyncConnection], Awaitable[Answer]]) -> Response:
    """As `Door.read`, for a request that has no caller: row-level security shows ``work`` nothing of anybody's own."""
    database: Database = request.app.state.database
    return _conditional(request, await database.run(work))


def _forget_what_was_undone(connection: AsyncConnection) -> None:
    # Notes stay on a pooled connection. Those of a transaction that failed are not the next request's.
    cache_tags.take_changed(connection)
    events.take_published(connection)


_background: set[asyncio.Task[None]] = set()


def _in_background(work: Coroutine[Any, Any, None]) -> None:
    # A hint must not make an answer wait; the set keeps the task from being collected.
    task = asyncio.create_task(work)
    _background.add(task)
    task.add_done_callback(_background.discard)


def _conditional(request: Request, answer: Answer) -> Response:
    response = _render(answer)
    response.headers.setdefault("cache-control", DEFAULT_CACHE_CONTROL)
    if answer.status == 200 and etags.if_none_match(
        request.headers.get("if-none-match"), response.headers["etag"]
    ):
        kept = {"etag", "cache-control", "vary", "cache-tag", "last-modified"}
        return Response(
            status_code=304,
            headers={name: value for name, value in response.headers.items() if name in kept},
        )
    return response


def _render(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    content = to_json(answer.body)
    response = Response(
        content, status_code=answer.status, headers=answer.headers, media_type="application/json"
    )
    if answer.status < 300:
        response.headers.setdefault("etag", etags.etag_of(content))
    return response


def _stored(response: Response) -> StoredAnswer:
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return StoredAnswer(response.status_code, headers, bytes(response.body))


def _replay(answer: StoredAnswer) -> Response:
    return Response(
        answer.body, status_code=answer.status, headers={**answer.headers, "idempotent-replayed": "true"}
    )


async def door(request: Request, caller: CurrentCaller) -> Door:
    """FastAPI dependency: the door of this request. The house's state carries what it needs (`kit.web`)."""
    state = request.app.state
    return Door(
        caller=caller,
        request=request,
        database=state.database,
        keys=IdempotencyKeys(state.schema),
        first_use=getattr(state, "first_use", None),
        redis=state.redis,
        cache_tags=state.cache_tags,
    )


ServiceDoor = Annotated[Door, Depends(door)]
