import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from kit import cache_tags
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


async def come(database: Database, caller: Caller) -> set[str]:
    """A transaction of the caller's; the cache tags of what it has changed."""
    async with database.transaction(caller.user_id) as connection:
        await service.ensure(connection, caller)
        return cache_tags.take_changed(connection)


async def address(owner: Database, user_id: UUID) -> str | None:
    (row,) = await rows(owner, "SELECT email FROM session_service.user_profiles WHERE id = :id", id=user_id)
    email: str | None = row["email"]
    return email


@pytest.mark.parametrize("first", [None, "old@example.com"])
@pytest.mark.parametrize("times", [1, 2], ids=["hardly known", "known"])
async def test_a_token_s_new_address_is_stored_and_told(
    database: Database, owner: Database, first: str | None, times: int
) -> None:
    user_id = uuid4()
    for _ in range(times):
        await come(database, Caller(user_id, name="Ada", email=first))
    told = await come(database, Caller(user_id, name="Grace", email="new@example.com"))
    assert told == {f"user:{user_id}"}
    assert await address(owner, user_id) == "new@example.com"
    assert await stored(owner, user_id) == ["Ada"]
    # And back again, by a process that knew the user under the first one.
    if first is not None:
        await come(database, Caller(user_id, email=first))
        assert await address(owner, user_id) == first


@pytest.mark.parametrize("email", [None, "no address", "old@example.com"])
async def test_a_token_without_another_address_changes_nothing(
    database: Database, owner: Database, email: str | None
) -> None:
    user_id = uuid4()
    await come(database, Caller(user_id, email="old@example.com"))
    for _ in range(2):
        assert await come(database, Caller(user_id, email=email)) == set()
    (row,) = await rows(
        owner,
        "SELECT email, updated_at = created_at AS same FROM session_service.user_profiles WHERE id = :id",
        id=user_id,
    )
    assert row == {"email": "old@example.com", "same": True}


async def test_an_address_whose_change_was_undone_is_stored_next_time(
    database: Database, owner: Database
) -> None:
    user_id = uuid4()
    for _ in range(2):
        await come(database, Caller(user_id, email="old@example.com"))
    moved = Caller(user_id, email="new@example.com")
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(user_id) as connection:
            await service.ensure(connection, moved)
            raise ZeroDivisionError
    assert await address(owner, user_id) == "old@example.com"
    await come(database, moved)
    assert await address(owner, user_id) == "new@example.com"


async def test_a_new_address_costs_one_statement_and_none_afterwards(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    ensure = repository.ensure

    async def counted(*arguments: Any, **named: Any) -> repository.Found:
        nonlocal asked
        asked += 1
        return await ensure(*arguments, **named)

    user_id = uuid4()
    for _ in range(2):
        await come(database, Caller(user_id))
    monkeypatch.setattr(repository, "ensure", counted)
    for _ in range(2):
        await come(database, Caller(user_id, email="new@example.com"))
    # One that stores it, and one that sees that it stays.
    assert asked == 2
    for email in ("new@example.com", None, "no address"):
        await come(database, Caller(user_id, email=email))
    assert asked == 2


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


async def test_nobody_gives_somebody_else_an_address(database: Database, owner: Database) -> None:
    victim = Caller(uuid4(), email="old@example.com")
    await come(database, victim)
    with pytest.raises(Exception, match="row-level security"):
        async with database.transaction(uuid4()) as connection:
            await service.ensure(connection, Caller(victim.user_id, email="new@example.com"))
    assert await address(owner, victim.user_id) == "old@example.com"
