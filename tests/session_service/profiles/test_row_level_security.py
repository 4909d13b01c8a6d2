from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kit.database import Database
from tests.session_service.factories import make_match, make_profile


async def seen(database: Database, statement: str, user_id: UUID | None) -> set[UUID]:
    async with database.transaction(user_id) as connection:
        return set((await connection.execute(text(statement))).scalars())


PROFILES = "SELECT id FROM session_service.user_profiles"
NAMES = "SELECT id FROM session_service.buddy_names"


async def test_a_user_sees_the_own_profile_only(
    database_for: Callable[[str], Database], owner: Database
) -> None:
    database = database_for("tandem_session")
    match = await make_match(owner)
    assert await seen(database, PROFILES, match.user1) == {match.user1}
    assert await seen(database, PROFILES, None) == set()
    assert await seen(database, PROFILES, uuid4()) == set()


@pytest.mark.parametrize(("status", "visible"), [("pending", True), ("accepted", True), ("declined", False)])
async def test_names_of_the_other_one_of_each_open_match(
    database_for: Callable[[str], Database], owner: Database, status: str, visible: bool
) -> None:
    database = database_for("tandem_session")
    match = await make_match(owner, status=status)
    await make_match(owner)
    for me, buddy in ((match.user1, match.user2), (match.user2, match.user1)):
        assert await seen(database, NAMES, me) == ({me, buddy} if visible else {me})
    assert await seen(database, NAMES, None) == set()


async def test_nobody_changes_another_s_profile(
    database_for: Callable[[str], Database], owner: Database
) -> None:
    victim = await make_profile(owner)
    async with database_for("tandem_session").transaction(await make_profile(owner)) as connection:
        changed = await connection.execute(
            text("UPDATE session_service.user_profiles SET display_name = 'Owned' WHERE id = :id"),
            {"id": victim},
        )
        assert changed.rowcount == 0
