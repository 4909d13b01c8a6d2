"""A reversal reads whom it is about when nobody books for them any more.

It has read them first: an absentee whose appeal was being decided at that moment had the no-show taken back, and kept the time
at which it was reached.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        -- As before, in another order.
        CREATE OR REPLACE FUNCTION reputation_service.reverse_session(of_session uuid, why text, operator uuid, request text)
            RETURNS TABLE (outcome text, reversed_at timestamptz, user_id uuid, points bigint,
                completed_sessions bigint, no_shows bigint)
            LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
        #variable_conflict use_column
        DECLARE
            users uuid[];
            at timestamptz;
        BEGIN
            -- An event books all its users at once, but for a no-show that was appealed before: that is booked by the
            -- decision, under the lock of its penalty.
            PERFORM FROM reputation_service.penalties WHERE session_id = of_session ORDER BY user_id FOR UPDATE;
            users := ARRAY(SELECT DISTINCT l.user_id FROM reputation_service.ledger AS l WHERE l.session_id = of_session);
            IF cardinality(users) = 0 THEN
                RETURN QUERY SELECT 'unknown', NULL::timestamptz, NULL::uuid, NULL::bigint, NULL::bigint, NULL::bigint;
                RETURN;
            END IF;
            PERFORM FROM reputation_service.counters WHERE user_id = ANY(users) ORDER BY user_id FOR UPDATE;
            at := clock_timestamp();
            INSERT INTO reputation_service.reversals VALUES (of_session, why, operator, request, at)
                ON CONFLICT (session_id) DO NOTHING;
            IF NOT FOUND THEN
                RETURN QUERY SELECT 'again', NULL::timestamptz, NULL::uuid, NULL::bigint, NULL::bigint, NULL::bigint;
                RETURN;
            END IF;
            RETURN QUERY
                WITH booked AS (
                    INSERT INTO reputation_service.ledger AS entry
                        (user_id, session_id, kind, points, completed_sessions, no_shows, occurred_at)
                    SELECT l.user_id, of_session, 'reversal', -sum(l.points), -sum(l.completed_sessions),
                        -sum(l.no_shows), at
                    FROM reputation_service.ledger AS l WHERE l.session_id = of_session
                    GROUP BY l.user_id
                    HAVING sum(l.completed_sessions) <> 0 OR sum(l.no_shows) <> 0
                    RETURNING entry.user_id, entry.points, entry.completed_sessions, entry.no_shows
                ), counted AS (
                    UPDATE reputation_service.counters AS counters
                    SET completed_sessions = counters.completed_sessions + booked.completed_sessions,
                        points = counters.points + booked.points,
                        no_shows = counters.no_shows + booked.no_shows,
                        updated_at = at
                    FROM booked WHERE counters.user_id = booked.user_id
                )
                SELECT 'reversed', at, booked.user_id, booked.points::bigint, booked.completed_sessions::bigint,
                    booked.no_shows::bigint
                FROM (SELECT 1) AS always LEFT JOIN booked ON true
                ORDER BY booked.user_id;
            PERFORM reputation_service.settle_reached(users);
        END
        $$;
        """
    )
