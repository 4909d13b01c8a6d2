"""The queries say whose inbox they mean: they are right where row-level security does not hold, too."""

from kit.database import Database
from session_service.notifications import repository
from tests.session_service.notifications.conftest import MakeUser, Tell


async def test_each_query_keeps_to_the_user_that_it_is_given(
    owner: Database, make_user: MakeUser, tell: Tell
) -> None:
    ann, ben, eve = await make_user(), await make_user(), await make_user()
    await tell(ann)
    await tell(ben, 2)
    async with owner.transaction() as connection:
        assert await repository.page(connection, eve, unread=False, before=None, limit=9) == ([], 0)
        (entry,), unread = await repository.page(connection, ann, unread=False, before=None, limit=9)
        assert unread == 1
        assert await repository.mark_read(connection, eve, entry.id) is None
        assert await repository.mark_all_read(connection, eve) == 0
        assert await repository.mark_all_read(connection, ann) == 1
        (_, _), unread = await repository.page(connection, ben, unread=True, before=None, limit=9)
        assert unread == 2


async def test_names_are_those_of_who_is_there(worker: Database, make_user: MakeUser) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    await make_user("Eve")
    async with worker.transaction() as connection:
        assert await repository.display_names(connection, [ann, ben]) == {ann: "Ann", ben: "Ben"}
        assert await repository.display_names(connection, []) == {}
