"""The catalogue of sequences, out of `sequences.json`."""

import json
from pathlib import Path

import psycopg

SEQUENCES = Path(__file__).with_name("sequences.json")


def seed_sequences(owner_url: str) -> int:
    """Brings the catalogue to what the file says, by the ids in it; how many sequences that are.

    Loading it again writes nothing. A sequence that the file no longer has stays, since practices refer to it. Raises
    `psycopg.Error`; nothing is changed then.
    """
    catalogue = json.loads(SEQUENCES.read_text(encoding="utf-8"))
    items = [
        {"sequence_id": sequence["id"], "position": position, **pose}
        for sequence in catalogue["sequences"]
        for position, pose in enumerate(sequence["poses"], 1)
    ]
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO session_service.poses AS known (pose, name, sanskrit_name)
            VALUES (%(pose)s, %(name)s, %(sanskrit_name)s)
            ON CONFLICT (pose) DO UPDATE SET name = excluded.name, sanskrit_name = excluded.sanskrit_name
            WHERE (known.name, known.sanskrit_name) IS DISTINCT FROM (excluded.name, excluded.sanskrit_name)
            """,
            catalogue["poses"],
        )
        cursor.executemany(
            """
            INSERT INTO session_service.sequences AS known (sequence_id, name, difficulty, focus)
            VALUES (%(id)s, %(name)s, %(difficulty)s, %(focus)s)
            ON CONFLICT (sequence_id) DO UPDATE SET
                name = excluded.name, difficulty = excluded.difficulty, focus = excluded.focus
            WHERE (known.name, known.difficulty, known.focus)
                IS DISTINCT FROM (excluded.name, excluded.difficulty, excluded.focus)
            """,
            catalogue["sequences"],
        )
        cursor.executemany(
            """
            INSERT INTO session_service.sequence_poses AS known (sequence_id, position, pose, duration_seconds)
            VALUES (%(sequence_id)s, %(position)s, %(pose)s, %(duration_seconds)s)
            ON CONFLICT (sequence_id, position) DO UPDATE SET
                pose = excluded.pose, duration_seconds = excluded.duration_seconds
            WHERE (known.pose, known.duration_seconds) IS DISTINCT FROM (excluded.pose, excluded.duration_seconds)
            """,
            items,
        )
        cursor.executemany(
            "DELETE FROM session_service.sequence_poses WHERE sequence_id = %(id)s AND position > %(length)s",
            [{"id": one["id"], "length": len(one["poses"])} for one in catalogue["sequences"]],
        )
    return len(catalogue["sequences"])
