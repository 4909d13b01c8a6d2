"""Leaderboards, ranks, distribution."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.pages import InvalidCursor, decode_cursor, encode_cursor, page
from reputation_service.standings import repository
from reputation_service.standings.repository import Found, Place, Standing
from reputation_service.standings.rules import Board, completion_rate_percent, window
from reputation_service.standings.schemas import BucketView, DistributionView, LeaderboardPage, PlaceView

__all__ = ["Board", "Standing", "distribution", "leaderboard", "standing_of"]


async def standing_of(connection: AsyncConnection, user_id: UUID) -> Standing | None:
    """A user's counters and rank by completed sessions. The rank's cost does not depend on how many users there are."""
    return await repository.standing(connection, user_id)


async def leaderboard(
    connection: AsyncConnection,
    caller: UUID,
    board: Board,
    *,
    limit: int,
    cursor: str | None,
    around_caller: bool,
) -> LeaderboardPage:
    """A page of a board, or the window of it in which the caller stands; empty for a caller without history.

    A cursor says where to go on, also from a window. Raises `kit.pages.InvalidCursor` for one that no page of this
    board gave out.
    """
    if around_caller and cursor is None:
        return _window(board, await repository.around(connection, board, caller, limit=limit + 1), limit)
    # One more than asked for tells whether there is a next page.
    if cursor is None:
        found = await repository.from_the_top(connection, board, caller, limit=limit + 1)
    else:
        name, key, reached_at, user_id = decode_cursor(cursor, (str, int, datetime, UUID))
        if name != board:
            raise InvalidCursor
        found = await repository.after(
            connection, board, caller, key=key, reached_at=reached_at, user_id=user_id, limit=limit + 1
        )
    shown, next_cursor = page(found.rest, limit, lambda place: _position(board, place))
    return _page(board, found, shown, next_cursor)


async def distribution(connection: AsyncConnection, board: Board) -> DistributionView:
    """The histogram of a board and its completion rates."""
    buckets = await repository.buckets(connection, board)
    completed = sum(bucket.completed_sessions for bucket in buckets)
    missed = sum(bucket.no_shows for bucket in buckets)
    return DistributionView(
        by=board,
        users=sum(bucket.users for bucket in buckets),
        completed_sessions=completed,
        no_shows=missed,
        completion_rate_percent=completion_rate_percent(completed, missed),
        buckets=[
            BucketView(
                lowest=board.lowest if bucket.lowest is None else bucket.lowest,
                highest=bucket.highest,
                users=bucket.users,
                completed_sessions=bucket.completed_sessions,
                no_shows=bucket.no_shows,
                completion_rate_percent=completion_rate_percent(bucket.completed_sessions, bucket.no_shows),
            )
            for bucket in buckets
        ],
    )


def _window(board: Board, found: Found, limit: int) -> LeaderboardPage:
    ahead, rest = window(len(found.ahead), len(found.rest), limit)
    shown = [*found.ahead[len(found.ahead) - ahead :], *found.rest[:rest]]
    more = len(found.rest) > rest
    return _page(board, found, shown, encode_cursor(_position(board, shown[-1])) if more else None)


def _position(board: Board, place: Place) -> tuple[str, int, datetime, UUID]:
    return board.value, place.key, place.reached_at, place.user_id


def _page(board: Board, found: Found, shown: list[Place], next_cursor: str | None) -> LeaderboardPage:
    return LeaderboardPage(
        by=board,
        items=[PlaceView.model_validate(place) for place in shown],
        me=None if found.own is None else PlaceView.model_validate(found.own),
        next_cursor=next_cursor,
    )
