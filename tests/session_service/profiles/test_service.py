import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from kit.database import Database
from kit.identity import Caller
from session_service.profiles import repository, service
from tests.session_service.factories import rows


@pytest.fixture
def database(database_for: Callable[[str], Database]) -> Database:
    return database_for("tandem_session")


async def stored(owner: Database, user_id: UUID) -> list[str]:
    found = await rows(
        owner, "SELECT display_name FROM session_service.user_profiles WHERE id = :id", id=user_id
    )
    return [row["display_name"] for row in found]


async def test_a_profile_that_was_undone_is_made_again(database: Database, owner: Database) -> None:
    caller = Caller(uuid4(), name="Ada")
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(caller.user_id) as connection:
            await service.ensure(connection, caller)
            raise ZeroDivisionError
    assert await stored(owner, caller.user_id) == []
    async with database.transaction(caller.user_id) as connection:
        await service.ensure(connection, caller)
    assert await stored(owner, caller.user_id) == ["Ada"]


async def test_whoever_is_known_costs_no_statement(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(uuid4())
    for _ in range(2):
        async with database.transaction(caller.user_id) as connection:
            await service.ensure(connection, caller)
    monkeypatch.setattr(repository, "ensure", None)  # calling it would fail
    async with database.transaction(caller.user_id) as connection:
        await service.ensure(connection, caller)


async def test_the_memory_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_known", {})
    monkeypatch.setattr(service, "KNOWN_AT_MOST", 2)
    callers = [Caller(uuid4()) for _ in range(4)]
    for caller in callers:
        for _ in range(2):
            async with database.transaction(caller.user_id) as connection:
                await service.ensure(connection, caller)
        # An application that another test has begun may remember users of its own meanwhile.
        assert caller.user_id in service._known
        assert len(service._known) <= 2


async def test_an_invited_user_is_called_by_the_token_s_name_on_coming(
    database: Database, owner: Database
) -> None:
    inviter, invited = Caller(uuid4()), Caller(uuid4(), name="Grace", email="grace@example.com")
    async with database.transaction(inviter.user_id) as connection:
        await service.ensure(connection, inviter)
        await service.invite(connection, invited.user_id)
    assert await stored(owner, invited.user_id) == [f"User {str(invited.user_id)[:8]}"]
    async with database.transaction(invited.user_id) as connection:
        await service.ensure(connection, invited)
        profile = await service.load(connection, invited.user_id)
    assert (profile.display_name, profile.email) == ("Grace", "grace@example.com")


async def test_an_invitation_leaves_a_profile_as_it_is(database: Database, owner: Database) -> None:
    inviter, invited = Caller(uuid4()), Caller(uuid4(), name="Grace")
    async with database.transaction(invited.user_id) as connection:
        await service.ensure(connection, invited)
    async with database.transaction(inviter.user_id) as connection:
        await service.ensure(connection, inviter)
        await service.invite(connection, invited.user_id)
    assert await stored(owner, invited.user_id) == ["Grace"]


async def test_first_use_and_invitation_at_the_same_moment(database: Database, owner: Database) -> None:
    for _ in range(20):
        inviter, invited = Caller(uuid4()), Caller(uuid4(), name="Grace")

        async def come(invited: Caller = invited) -> None:
            async with database.transaction(invited.user_id) as connection:
                await service.ensure(connection, invited)

        async def invite(inviter: Caller = inviter, invited: Caller = invited) -> None:
            async with database.transaction(inviter.user_id) as connection:
                await service.invite(connection, invited.user_id)

        await asyncio.gather(invite(), come(), come())
        assert await stored(owner, invited.user_id) == ["Grace"]


async def test_the_name_wins_even_where_the_invitation_commits_meanwhile(
    database: Database, owner: Database
) -> None:
    """The first use cannot see the invitation's row when it starts, waits for it, and must still take it over."""
    inviter, invited = Caller(uuid4()), Caller(uuid4(), name="Grace")

    async def come() -> None:
        async with database.transaction(invited.user_id) as connection:
            await service.ensure(connection, invited)

    async with database.transaction(inviter.user_id) as connection:
        await service.invite(connection, invited.user_id)
        coming = asyncio.create_task(come())
        done, _ = await asyncio.wait([coming], timeout=0.3)
        assert not done, "it should wait for the invitation"
    await coming
    assert await stored(owner, invited.user_id) == ["Grace"]


async def test_nobody_can_be_given_a_profile_of_their_own_by_somebody_else(database: Database) -> None:
    me, other = uuid4(), Caller(uuid4(), name="Impostor")
    with pytest.raises(Exception, match="row-level security"):
        async with database.transaction(me) as connection:
            await service.ensure(connection, other)
