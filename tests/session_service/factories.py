"""What a test of the session service needs to be there: valid by default, so that a test states only what matters.

Rows are put in by the database's owner, past row-level security and past the rules: a test of what comes after need not
live through what comes before.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from kit.database import Database

NOW = datetime(2025, 8, 17, 15, 30, tzinfo=UTC)
"""A moment, for tests of rules, which are told what time it is."""


async def make_profile(owner: Database, user_id: UUID | None = None, **values: Any) -> UUID:
    """A user who has been here: display name "Somebody" unless given."""
    user_id = user_id or uuid4()
    columns = {"id": user_id, "display_name": "Somebody", "first_used_at": datetime.now(UTC), **values}
    await _insert(owner, "user_profiles", columns, "ON CONFLICT (id) DO NOTHING")
    return user_id


async def make_challenge(owner: Database, **values: Any) -> UUID:
    """A challenge of the catalogue: 20 points, for beginners, unless given."""
    challenge_id = uuid4()
    columns = {
        "id": challenge_id,
        "title": "Say hello",
        "description": "To somebody.",
        "difficulty": "beginner",
    }
    await _insert(owner, "approach_challenges", {**columns, "points": 20, **values})
    return challenge_id


@dataclass(frozen=True, slots=True)
class MadeMatch:
    """A match as it was made: ``user1`` invited ``user2``."""

    id: UUID
    user1: UUID
    user2: UUID


async def make_match(
    owner: Database,
    *,
    user1: UUID | None = None,
    user2: UUID | None = None,
    status: str = "accepted",
    **values: Any,
) -> MadeMatch:
    """An accepted match of two users, who have profiles."""
    match = MadeMatch(
        uuid4(), await make_profile(owner, user1, display_name="Ada"), await make_profile(owner, user2)
    )
    answered_at = None if status == "pending" else datetime.now(UTC)
    columns = {"id": match.id, "user1_id": match.user1, "user2_id": match.user2, "status": status}
    await _insert(owner, "wingman_matches", {**columns, "answered_at": answered_at, **values})
    return match


@dataclass(frozen=True, slots=True)
class MadeSession:
    """A session as it was made."""

    id: UUID
    match: MadeMatch
    challenge1: UUID
    challenge2: UUID
    scheduled_time: datetime

    @property
    def user1(self) -> UUID:
        """Who invited; their challenge is worth 20 points unless told otherwise."""
        return self.match.user1

    @property
    def user2(self) -> UUID:
        """Who was invited; their challenge is worth 10 points unless told otherwise."""
        return self.match.user2

    @property
    def url(self) -> str:
        """The session's address."""
        return f"/api/session/{self.id}"


async def make_session(
    owner: Database,
    *,
    match: MadeMatch | None = None,
    due: timedelta = timedelta(hours=-1),
    points: tuple[int, int] = (20, 10),
    confirmed: tuple[bool, bool] = (False, False),
    present: tuple[bool, bool] = (False, False),
    no_show: tuple[bool, bool] = (False, False),
    status: str = "scheduled",
    **values: Any,
) -> MadeSession:
    """A session whose time came an hour ago; ``due`` is when it is, from now. If ``completed``, both have confirmed."""
    match = match or await make_match(owner)
    session = MadeSession(
        uuid4(),
        match,
        await make_challenge(owner, points=points[0]),
        await make_challenge(owner, points=points[1], difficulty="advanced"),
        datetime.now(UTC) + due,
    )
    if status == "completed":
        confirmed = (True, True)
        values = {"completed_at": datetime.now(UTC), "completion_event_id": uuid4(), **values}
    columns = {
        "id": session.id,
        "match_id": match.id,
        "user1_id": match.user1,
        "user2_id": match.user2,
        "user1_challenge_id": session.challenge1,
        "user2_challenge_id": session.challenge2,
        "venue_name": "Riverside Park",
        "scheduled_time": session.scheduled_time,
        "status": status,
        "user1_completed_confirmed_by_user2": confirmed[0],
        "user2_completed_confirmed_by_user1": confirmed[1],
        "user1_present": present[0],
        "user2_present": present[1],
        "user1_no_show": no_show[0],
        "user2_no_show": no_show[1],
    }
    await _insert(owner, "wingman_sessions", {**columns, **values})
    return session


async def rows(owner: Database, statement: str, **parameters: Any) -> list[dict[str, Any]]:
    """What the database's owner sees."""
    async with owner.transaction() as connection:
        return [dict(row) for row in (await connection.execute(text(statement), parameters)).mappings()]


async def events_of(owner: Database, subject: str, *types: str) -> list[dict[str, Any]]:
    """The published events about something, oldest first: all, or those of the given types."""
    found = await rows(
        owner,
        "SELECT id, type, data FROM outbox.events WHERE subject = :subject ORDER BY id",
        subject=subject,
    )
    return [event for event in found if not types or event["type"] in types]


async def _insert(owner: Database, table: str, columns: dict[str, Any], suffix: str = "") -> None:
    names = ", ".join(columns)
    places = ", ".join(f":{name}" for name in columns)
    async with owner.transaction() as connection:
        await connection.execute(
            text(f"INSERT INTO session_service.{table} ({names}) VALUES ({places}) {suffix}"), columns
        )
