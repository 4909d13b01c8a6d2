"""What the database says after everything: the effects of completions, counted against the completions."""

from dataclasses import dataclass

import psycopg


@dataclass(frozen=True, slots=True)
class Truth:
    """Numbers that have to agree; see `faults`."""

    completed: int
    completion_events: int
    ledger_entries: int
    booked_sessions: int
    counters_off: int
    inbox_entries: int
    pending: int
    dead: int

    def faults(self) -> list[str]:
        """What is wrong; nothing when every completion has had each of its effects exactly once."""
        wanted = {
            "completion events": (self.completion_events, self.completed),
            "ledger entries": (self.ledger_entries, 2 * self.completed),
            "sessions in the ledger": (self.booked_sessions, self.completed),
            "counters that are not their ledger's sum": (self.counters_off, 0),
            "inbox entries": (self.inbox_entries, 2 * self.completed),
            "pending deliveries": (self.pending, 0),
            "dead letters": (self.dead, 0),
        }
        return [f"{name}: {got}, not {want}" for name, (got, want) in wanted.items() if got != want]


def read_truth(owner_url: str) -> Truth:
    """Reads all numbers in one snapshot."""
    with psycopg.connect(owner_url, connect_timeout=5) as connection:
        row = connection.execute(
            """
            -- What was measured with made-up completions has no sessions, and of what deleted users had done half is
            -- gone: neither counts here.
            WITH session AS (
                SELECT id, status FROM session_service.wingman_sessions s WHERE NOT EXISTS (
                    SELECT FROM session_service.user_profiles p WHERE p.id IN (s.user1_id, s.user2_id) AND p.stands_in)
            ), booked AS (
                SELECT session_id FROM reputation_service.ledger
                WHERE kind = 'completion' AND session_id IN (SELECT id FROM session)
            )
            SELECT
                (SELECT count(*) FROM session WHERE status = 'completed'),
                (SELECT count(*) FROM outbox.events WHERE type = 'tandem.session.completed.v1'
                    AND CAST(data ->> 'session_id' AS uuid) IN (SELECT id FROM session)),
                (SELECT count(*) FROM booked),
                (SELECT count(DISTINCT session_id) FROM booked),
                (SELECT count(*) FROM (
                    SELECT user_id, sum(completed_sessions) AS completed, sum(points) AS points
                    FROM reputation_service.ledger GROUP BY user_id) l
                 FULL JOIN reputation_service.counters c USING (user_id)
                 WHERE l.completed IS DISTINCT FROM c.completed_sessions OR l.points IS DISTINCT FROM c.points),
                (SELECT count(*) FROM session_service.notifications
                 WHERE kind = 'session_completed' AND session_id IN (SELECT id FROM session)),
                (SELECT count(*) FROM outbox.deliveries WHERE state = 'pending'),
                (SELECT count(*) FROM outbox.deliveries WHERE state = 'dead')
            """
        ).fetchone()
    assert row is not None
    return Truth(*row)
