"""Sessions to read and write, put straight into the database."""

from uuid import uuid4

import psycopg

from tests.histories.clients import Session


def make_sessions(owner_url: str, count: int) -> list[Session]:
    """So many sessions, of two users each; everything that is written to them shows 0."""
    made = [Session(str(uuid4()), (str(uuid4()), str(uuid4()))) for _ in range(count)]
    challenge_id = str(uuid4())
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO session_service.approach_challenges (id, title, difficulty, points)"
            " VALUES (%s, 'Read what was written', 'beginner', 10)",
            [challenge_id],
        )
        for session in made:
            match_id = uuid4()
            cursor.execute(
                "INSERT INTO session_service.user_profiles (id, display_name, first_used_at)"
                " VALUES (%s, '0', now()), (%s, '0', now())",
                session.users,
            )
            cursor.execute(
                "INSERT INTO session_service.wingman_matches (id, user1_id, user2_id, status, answered_at)"
                " VALUES (%s, %s, %s, 'accepted', now())",
                [match_id, *session.users],
            )
            cursor.execute(
                "INSERT INTO session_service.wingman_sessions (id, match_id, user1_id, user2_id,"
                " user1_challenge_id, user2_challenge_id, venue_name, scheduled_time)"
                " VALUES (%s, %s, %s, %s, %s, %s, '0', now() + interval '1 day')",
                [session.id, match_id, *session.users, challenge_id, challenge_id],
            )
    return made
