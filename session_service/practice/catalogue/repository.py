"""SQL of the catalogue of sequences, which everybody reads and only the seed writes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice.rules import Difficulty


@dataclass(frozen=True, slots=True)
class SequencePose:
    """One pose of a sequence, and how long it is held (both sides together)."""

    position: int
    name: str
    sanskrit_name: str
    duration_seconds: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """Poses to be done one after the other."""

    id: int
    name: str
    difficulty: Difficulty
    focus: str
    poses: tuple[SequencePose, ...]

    @property
    def duration_seconds(self) -> int:
        """How long it takes: the sum of its poses."""
        return sum(pose.duration_seconds for pose in self.poses)


_SEQUENCES = """
    SELECT s.sequence_id, s.name, s.difficulty, s.focus,
           ARRAY(
               SELECT jsonb_build_array(i.position, p.name, p.sanskrit_name, i.duration_seconds)
               FROM session_service.sequence_poses i JOIN session_service.poses p USING (pose)
               WHERE i.sequence_id = s.sequence_id ORDER BY i.position
           ) AS poses
    FROM session_service.sequences s
"""


async def sequences(connection: AsyncConnection) -> list[Sequence]:
    """The whole catalogue, by id."""
    rows = await connection.execute(text(f"{_SEQUENCES} ORDER BY s.sequence_id"))
    return [_sequence(row) for row in rows]


async def sequence(connection: AsyncConnection, sequence_id: int) -> Sequence | None:
    """One sequence."""
    row = (
        await connection.execute(text(f"{_SEQUENCES} WHERE s.sequence_id = :id"), {"id": sequence_id})
    ).first()
    return None if row is None else _sequence(row)


async def has_pose(connection: AsyncConnection, sequence_id: int, position: int) -> bool:
    """Whether the sequence has a pose at that position."""
    return bool(
        await connection.scalar(
            text(
                "SELECT EXISTS (SELECT FROM session_service.sequence_poses"
                " WHERE sequence_id = :id AND position = :position)"
            ),
            {"id": sequence_id, "position": position},
        )
    )


def _sequence(row: Row[Any]) -> Sequence:
    poses = tuple(SequencePose(*pose) for pose in row.poses)
    return Sequence(row.sequence_id, row.name, Difficulty(row.difficulty), row.focus, poses)
