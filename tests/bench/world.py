"""What the measurements work on: a running stack, and sessions made straight in its database."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psutil
import psycopg

from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.migrations import role_url
from tests.support.stack import Stack
from tests.system.buddies import CHALLENGES


@dataclass(frozen=True, slots=True)
class Made:
    """A session that has just begun, and its two buddies."""

    session: UUID
    one: UUID
    other: UUID


class World:
    """A stack to measure, with the rights to look behind its gateway."""

    def __init__(self, stack: Stack):
        self.stack = stack
        secrets = json.loads((stack.folder / "data" / "secrets.json").read_text())
        self.internal_secret = secrets["internal_secret"]
        self.role_secret = secrets["role_password_secret"]

    def role_url(self, role: str) -> str:
        """The stack's database under a login role."""
        return role_url(self.stack.owner_url, role, self.role_secret)

    def address(self, name: str) -> str:
        """Where a service listens."""
        return str(self.stack.row(name)["address"])

    def unsigned_identity(self, user: UUID) -> dict[str, str]:
        """Headers for the gateway."""
        return {"X-Test-User-ID": str(user)}

    def signed_identity(self, user: UUID) -> dict[str, str]:
        """Headers for a service, as the gateway sends them."""
        return {IDENTITY_HEADER: sign(Caller(user), self.internal_secret)}

    async def sessions(self, count: int) -> list[Made]:
        """So many new sessions, each of two new buddies, written by the owner."""
        return await asyncio.to_thread(self._sessions, count)

    def _sessions(self, count: int) -> list[Made]:
        made = [Made(uuid4(), uuid4(), uuid4()) for _ in range(count)]
        matches = {each.session: uuid4() for each in made}
        with psycopg.connect(self.stack.owner_url) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO session_service.user_profiles (id, display_name) VALUES (%s, 'Bench'), (%s, 'Bench')",
                [(each.one, each.other) for each in made],
            )
            cursor.executemany(
                "INSERT INTO session_service.wingman_matches (id, user1_id, user2_id, status, answered_at)"
                " VALUES (%s, %s, %s, 'accepted', now())",
                [(matches[each.session], each.one, each.other) for each in made],
            )
            cursor.executemany(
                "INSERT INTO session_service.wingman_sessions (id, match_id, user1_id, user2_id,"
                " user1_challenge_id, user2_challenge_id, venue_name, scheduled_time)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'Bench', now() - interval '1 minute')",
                [(each.session, matches[each.session], each.one, each.other, *CHALLENGES) for each in made],
            )
        return made

    @contextmanager
    def suspended(self, *names: str) -> Iterator[None]:
        """Stops processes and their children (SIGSTOP) for a while."""
        parents = [psutil.Process(self.stack.pid(name)) for name in names]
        family = [process for parent in parents for process in (parent, *parent.children(recursive=True))]
        for process in family:
            process.suspend()
        try:
            yield
        finally:
            for process in family:
                process.resume()


@contextmanager
def running_world(folder: Path) -> Iterator[World]:
    """A stack of its own, started and stopped. Nothing is answered out of a cache: the work is what is measured."""
    stack = Stack(folder, {"RATE_LIMIT_ENABLED": "false", "CACHE_ENABLED": "false"})
    try:
        yield World(stack.start())
    finally:
        stack.stop()
