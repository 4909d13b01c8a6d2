"""Leaderboards whose cost does not grow, reversals, suspended penalties, streak badges.

Ranks are sums of counts (docs/decisions/0018-standings.md). ``boards`` counts users by value and by ever larger blocks of
values; triggers keep it and ``distribution`` equal to the counters, whoever changes those, also a worker of the version before.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Users that are the same before and after cancel each other out, so that a batch touches few rows. Rows are locked in
# their sort order, boards before distribution, and once a transaction. A row for each of a few stripes, chosen by the
# process, lets workers that count the same value at the same moment pass each other.
_KEEP = """
    CREATE FUNCTION reputation_service.keep_boards_on_{operation}() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    DECLARE
        own CONSTANT smallint := pg_backend_pid() % 8;
    BEGIN
        PERFORM FROM ({changed}) AS c
            WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0 LIMIT 1;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;

        INSERT INTO reputation_service.boards AS known (board, shift, block, stripe, users)
        SELECT board, shift, value >> shift, own, sum(users)
        FROM (
            SELECT board, value, sum(c.users) AS users
            FROM ({changed}) AS c,
                LATERAL (VALUES ('completed_sessions', completed_sessions::bigint), ('points', points)) AS b (board, value)
            WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0
            GROUP BY board, value
            HAVING sum(c.users) <> 0
        ) AS moved, generate_series(0, 60, 4) AS shift
        GROUP BY 1, 2, 3
        HAVING sum(users) <> 0
        ORDER BY 1, 2, 3
        ON CONFLICT (board, shift, block, stripe) DO UPDATE SET users = known.users + excluded.users;

        INSERT INTO reputation_service.distribution AS known
            (board, bucket, stripe, users, completed_sessions, no_shows)
        SELECT board, width_bucket(value, reputation_service.bucket_bounds(board)), own,
            sum(users), sum(users * completed_sessions), sum(users * no_shows)
        FROM (
            SELECT completed_sessions, points, no_shows, sum(c.users) AS users
            FROM ({changed}) AS c
            WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0
            GROUP BY 1, 2, 3
            HAVING sum(c.users) <> 0
        ) AS moved, LATERAL (
            VALUES ('completed_sessions', completed_sessions::bigint), ('points', points)
        ) AS b (board, value)
        GROUP BY 1, 2
        ORDER BY 1, 2
        ON CONFLICT (board, bucket, stripe) DO UPDATE SET
            users = known.users + excluded.users,
            completed_sessions = known.completed_sessions + excluded.completed_sessions,
            no_shows = known.no_shows + excluded.no_shows;
        RETURN NULL;
    END
    $$;
    ALTER FUNCTION reputation_service.keep_boards_on_{operation}() OWNER TO tandem_definer;
    REVOKE ALL ON FUNCTION reputation_service.keep_boards_on_{operation}() FROM PUBLIC;
    CREATE TRIGGER keep_boards_on_{operation} AFTER {operation} ON reputation_service.counters
        REFERENCING {tables}
        FOR EACH STATEMENT EXECUTE FUNCTION reputation_service.keep_boards_on_{operation}();
"""
_GONE = "SELECT completed_sessions, points, no_shows, -1 AS users FROM gone"
_COME = "SELECT completed_sessions, points, no_shows, 1 AS users FROM come"
_OPERATIONS = {
    "insert": (_COME, "NEW TABLE AS come"),
    "update": (f"{_COME} UNION ALL {_GONE}", "OLD TABLE AS gone NEW TABLE AS come"),
    "delete": (_GONE, "OLD TABLE AS gone"),
}


def upgrade() -> None:
    op.execute("GRANT USAGE, CREATE ON SCHEMA reputation_service TO tandem_definer")
    # The owner, too, is bound by forced row-level security, unless it is a superuser.
    for table in ("ledger", "counters"):
        op.execute(f"ALTER TABLE reputation_service.{table} NO FORCE ROW LEVEL SECURITY")
    _ledger()
    _boards()
    for operation, (changed, tables) in _OPERATIONS.items():
        op.execute(_KEEP.format(operation=operation, changed=changed, tables=tables))
    _reversals()
    _idempotency_keys()
    _publishing()
    for table in ("ledger", "counters"):
        op.execute(f"ALTER TABLE reputation_service.{table} FORCE ROW LEVEL SECURITY")


def _ledger() -> None:
    op.execute(
        """
        -- Each at most once for a user and a session, as before: a no-show that an appeal suspends and a decision
        -- reinstates has a kind for each step.
        ALTER TABLE reputation_service.ledger DROP CONSTRAINT ledger_effect;
        ALTER TABLE reputation_service.ledger ADD CONSTRAINT ledger_effect CHECK (
            CASE kind
                WHEN 'completion' THEN points >= 0 AND completed_sessions = 1 AND no_shows = 0
                WHEN 'no_show' THEN points <= 0 AND completed_sessions = 0 AND no_shows = 1
                WHEN 'suspension' THEN points >= 0 AND completed_sessions = 0 AND no_shows = -1
                WHEN 'reinstatement' THEN points <= 0 AND completed_sessions = 0 AND no_shows = 1
                WHEN 'reversal' THEN (completed_sessions, no_shows) IN ((-1, 0), (0, -1), (-1, -1))
                ELSE false
            END
        );
        COMMENT ON COLUMN reputation_service.ledger.kind IS
            'suspension and reinstatement: an appeal took a no-show back, and its decision booked it again. '
            'Users see them as reversal and no_show';

        -- What is known of a no-show, in whatever order it has arrived. The row is the lock on what follows from it.
        CREATE TABLE reputation_service.penalties (
            session_id        uuid NOT NULL,
            user_id           uuid NOT NULL,
            points            integer CHECK (points >= 0),
            event_id          uuid,
            occurred_at       timestamptz,
            appeal_event_id   uuid,
            appealed_at       timestamptz,
            decision_event_id uuid,
            decided_at        timestamptz,
            upheld            boolean,
            PRIMARY KEY (session_id, user_id),
            CHECK (num_nulls(points, event_id, occurred_at) IN (0, 3)),
            CHECK ((appeal_event_id IS NULL) = (appealed_at IS NULL)),
            CHECK (num_nulls(decision_event_id, decided_at, upheld) IN (0, 3))
        );
        COMMENT ON COLUMN reputation_service.penalties.points IS 'what the no-show costs; null before it has arrived';
        CREATE INDEX penalties_of_user ON reputation_service.penalties (user_id);
        INSERT INTO reputation_service.penalties (session_id, user_id, points, event_id, occurred_at)
        SELECT session_id, user_id, -points, event_id, occurred_at
        FROM reputation_service.ledger WHERE kind = 'no_show';

        ALTER TABLE reputation_service.penalties ENABLE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.penalties FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE ON reputation_service.penalties TO tandem_reputation_worker;
        GRANT SELECT, UPDATE (session_id) ON reputation_service.penalties TO tandem_definer;
        CREATE POLICY worker_notes ON reputation_service.penalties TO tandem_reputation_worker
            USING (true) WITH CHECK (true);
        CREATE POLICY definer_locks ON reputation_service.penalties TO tandem_definer USING (true);

        CREATE VIEW reputation_service.entries_in_force WITH (security_invoker) AS
            SELECT entry.* FROM reputation_service.ledger AS entry
            WHERE entry.kind IN ('completion', 'no_show', 'reinstatement')
              AND NOT EXISTS (
                SELECT FROM reputation_service.ledger AS back
                WHERE back.session_id = entry.session_id AND back.user_id = entry.user_id
                  AND (back.kind = 'reversal' OR (back.kind = 'suspension' AND entry.kind = 'no_show'))
              );
        COMMENT ON VIEW reputation_service.entries_in_force IS 'the entries that no counter-entry has taken back';
        GRANT SELECT ON reputation_service.entries_in_force TO tandem_reputation_worker, tandem_definer;

        ALTER TABLE reputation_service.counters
            ADD COLUMN completed_sessions_reached_at timestamptz NOT NULL DEFAULT 'epoch',
            ADD COLUMN points_reached_at timestamptz NOT NULL DEFAULT 'epoch';
        COMMENT ON COLUMN reputation_service.counters.points_reached_at IS
            'when the latest of the entries in force that count here happened: what equals are ordered by';
        GRANT UPDATE (completed_sessions_reached_at, points_reached_at) ON reputation_service.counters
            TO tandem_reputation_worker;

        CREATE FUNCTION reputation_service.settle_reached(users uuid[]) RETURNS void
            LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
        AS $$
            UPDATE reputation_service.counters AS counters
            SET completed_sessions_reached_at = coalesce(reached.completed_at, 'epoch'),
                points_reached_at = coalesce(reached.points_at, 'epoch')
            FROM unnest(users) AS settled (user_id) LEFT JOIN (
                SELECT user_id,
                    max(occurred_at) FILTER (WHERE completed_sessions <> 0) AS completed_at,
                    max(occurred_at) FILTER (WHERE points <> 0) AS points_at
                FROM reputation_service.entries_in_force WHERE user_id = ANY(users) GROUP BY user_id
            ) AS reached USING (user_id)
            WHERE counters.user_id = settled.user_id
              AND (counters.completed_sessions_reached_at, counters.points_reached_at) IS DISTINCT FROM
                  (coalesce(reached.completed_at, 'epoch'), coalesce(reached.points_at, 'epoch'))
        $$;
        COMMENT ON FUNCTION reputation_service.settle_reached IS
            'Finds the times anew, for locked users of whom an entry was taken back.';
        REVOKE ALL ON FUNCTION reputation_service.settle_reached FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION reputation_service.settle_reached TO tandem_reputation_worker, tandem_definer;
        SELECT reputation_service.settle_reached(ARRAY(SELECT user_id FROM reputation_service.counters));
        """
    )


def _boards() -> None:
    op.execute(
        """
        -- Descending values and ascending times in one ascending order: a page is one range of the index. The index is on
        -- columns, because a policy lets nothing but leakproof comparisons reach an index, and negation is not one.
        ALTER TABLE reputation_service.counters
            ADD COLUMN completed_sessions_key integer NOT NULL GENERATED ALWAYS AS (-completed_sessions) STORED,
            ADD COLUMN points_key bigint NOT NULL GENERATED ALWAYS AS (-points) STORED;
        DROP INDEX reputation_service.counters_by_completed_sessions;
        DROP INDEX reputation_service.counters_by_points;
        CREATE INDEX counters_by_completed_sessions ON reputation_service.counters
            (completed_sessions_key, completed_sessions_reached_at, user_id)
            WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0;
        CREATE INDEX counters_by_points ON reputation_service.counters (points_key, points_reached_at, user_id)
            WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0;

        CREATE TABLE reputation_service.boards (
            board  text COLLATE "C" NOT NULL CHECK (board IN ('completed_sessions', 'points')),
            shift  smallint NOT NULL CHECK (shift BETWEEN 0 AND 60 AND shift % 4 = 0),
            block  bigint NOT NULL,
            stripe smallint NOT NULL,
            users  bigint NOT NULL,
            PRIMARY KEY (board, shift, block, stripe)
        ) WITH (
            -- Few rows, each of them written with every batch.
            fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000
        );
        COMMENT ON TABLE reputation_service.boards IS
            'the sum over all stripes: how many users with a counter that is not 0 have a value v with v >> shift = block';

        CREATE FUNCTION reputation_service.bucket_bounds(board text) RETURNS bigint[]
            LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
        AS $$
            SELECT CASE board
                WHEN 'completed_sessions' THEN '{1,5,10,25,50,100,250}'::bigint[]
                WHEN 'points' THEN '{0,1,50,100,250,500,1000,2500,5000,10000}'::bigint[]
            END
        $$;
        COMMENT ON FUNCTION reputation_service.bucket_bounds IS 'where each bucket but the first begins';

        CREATE TABLE reputation_service.distribution (
            board              text COLLATE "C" NOT NULL CHECK (board IN ('completed_sessions', 'points')),
            bucket             smallint NOT NULL CHECK (bucket >= 0),
            stripe             smallint NOT NULL,
            users              bigint NOT NULL,
            completed_sessions bigint NOT NULL,
            no_shows           bigint NOT NULL,
            PRIMARY KEY (board, bucket, stripe)
        ) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
        COMMENT ON TABLE reputation_service.distribution IS
            'the sum over all stripes: the users of a bucket, and what they have completed and missed';

        CREATE VIEW reputation_service.boards_drift AS
            WITH level AS (
                SELECT board, value, count(*) AS users
                FROM reputation_service.counters,
                    LATERAL (VALUES ('completed_sessions', completed_sessions::bigint), ('points', points))
                        AS b (board, value)
                WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0
                GROUP BY 1, 2
            ), expected AS (
                SELECT board, shift, value >> shift AS block, sum(users) AS users
                FROM level, generate_series(0, 60, 4) AS shift
                GROUP BY 1, 2, 3
            ), found AS (
                SELECT board, shift, block, sum(users) AS users FROM reputation_service.boards GROUP BY 1, 2, 3
            )
            SELECT board, shift, block, coalesce(expected.users, 0) - coalesce(found.users, 0) AS users
            FROM expected FULL JOIN found USING (board, shift, block)
            WHERE coalesce(expected.users, 0) <> coalesce(found.users, 0);
        CREATE VIEW reputation_service.distribution_drift AS
            WITH expected AS (
                SELECT board, width_bucket(value, reputation_service.bucket_bounds(board)) AS bucket,
                    count(*) AS users, sum(completed_sessions) AS completed_sessions, sum(no_shows) AS no_shows
                FROM reputation_service.counters,
                    LATERAL (VALUES ('completed_sessions', completed_sessions::bigint), ('points', points))
                        AS b (board, value)
                WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0
                GROUP BY 1, 2
            ), found AS (
                SELECT board, bucket, sum(users) AS users, sum(completed_sessions) AS completed_sessions,
                    sum(no_shows) AS no_shows
                FROM reputation_service.distribution GROUP BY 1, 2
            ), drift AS (
                SELECT board, bucket, coalesce(e.users, 0) - coalesce(f.users, 0) AS users,
                    coalesce(e.completed_sessions, 0) - coalesce(f.completed_sessions, 0) AS completed_sessions,
                    coalesce(e.no_shows, 0) - coalesce(f.no_shows, 0) AS no_shows
                FROM expected AS e FULL JOIN found AS f USING (board, bucket)
            )
            SELECT * FROM drift WHERE users <> 0 OR completed_sessions <> 0 OR no_shows <> 0;
        COMMENT ON VIEW reputation_service.boards_drift IS
            'what would have to be added to boards. Adding it is right whatever is counted meanwhile';
        INSERT INTO reputation_service.boards
            SELECT board, shift, block, 0, users FROM reputation_service.boards_drift;
        INSERT INTO reputation_service.distribution
            SELECT board, bucket, 0, users, completed_sessions, no_shows FROM reputation_service.distribution_drift;

        -- Counts of nobody in particular need no row-level security.
        GRANT SELECT ON reputation_service.boards, reputation_service.distribution TO tandem_reputation;
        GRANT SELECT, INSERT, UPDATE ON reputation_service.boards, reputation_service.distribution TO tandem_definer;
        """
    )


def _reversals() -> None:
    op.execute(
        """
        CREATE TABLE reputation_service.reversals (
            session_id  uuid PRIMARY KEY,
            reason      text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 500),
            operator_id uuid NOT NULL,
            request_id  text,
            created_at  timestamptz NOT NULL
        );
        COMMENT ON TABLE reputation_service.reversals IS
            'the operators'' log: who has taken a session''s effects back, and why. Nothing is booked for it any more';
        ALTER TABLE reputation_service.reversals ENABLE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.reversals FORCE ROW LEVEL SECURITY;
        GRANT SELECT (session_id) ON reputation_service.reversals TO tandem_reputation_worker;
        GRANT SELECT, INSERT ON reputation_service.reversals TO tandem_definer;
        CREATE POLICY worker_reads ON reputation_service.reversals FOR SELECT TO tandem_reputation_worker USING (true);
        CREATE POLICY definer_logs ON reputation_service.reversals TO tandem_definer USING (true) WITH CHECK (true);

        GRANT SELECT, INSERT ON reputation_service.ledger TO tandem_definer;
        GRANT SELECT, UPDATE ON reputation_service.counters TO tandem_definer;
        CREATE POLICY definer_reverses ON reputation_service.ledger TO tandem_definer USING (true) WITH CHECK (true);
        CREATE POLICY definer_reverses ON reputation_service.counters TO tandem_definer USING (true) WITH CHECK (true);

        -- Each statement sees what was committed before it, so what is read after a lock is up to date.
        CREATE FUNCTION reputation_service.reverse_session(of_session uuid, why text, operator uuid, request text)
            RETURNS TABLE (outcome text, reversed_at timestamptz, user_id uuid, points bigint,
                completed_sessions bigint, no_shows bigint)
            LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
        #variable_conflict use_column
        DECLARE
            users uuid[];
            at timestamptz;
        BEGIN
            -- An event books all its users at once, so there is either nothing yet, or everybody.
            users := ARRAY(SELECT DISTINCT l.user_id FROM reputation_service.ledger AS l WHERE l.session_id = of_session);
            IF cardinality(users) = 0 THEN
                RETURN QUERY SELECT 'unknown', NULL::timestamptz, NULL::uuid, NULL::bigint, NULL::bigint, NULL::bigint;
                RETURN;
            END IF;
            PERFORM FROM reputation_service.penalties WHERE session_id = of_session ORDER BY user_id FOR UPDATE;
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
        COMMENT ON FUNCTION reputation_service.reverse_session IS
            'Takes back all that a session has done, for an operator: unknown, again, or reversed with a row for each user.';
        ALTER FUNCTION reputation_service.reverse_session OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION reputation_service.reverse_session FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION reputation_service.reverse_session TO tandem_reputation;
        """
    )


def _idempotency_keys() -> None:
    op.execute(
        """
        -- Answers by idempotency key, stored in the transaction of the change that they tell of.
        CREATE TABLE reputation_service.idempotency_keys (
            user_id     uuid NOT NULL,
            endpoint    text NOT NULL,
            key         text NOT NULL,
            fingerprint bytea NOT NULL,
            status      smallint NOT NULL,
            headers     jsonb NOT NULL,
            body        bytea NOT NULL,
            settled     boolean NOT NULL,
            created_at  timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (user_id, endpoint, key)
        );
        CREATE INDEX idempotency_keys_age ON reputation_service.idempotency_keys (created_at);
        GRANT SELECT, INSERT, UPDATE (status, headers, body, settled), DELETE
            ON reputation_service.idempotency_keys TO tandem_reputation;
        GRANT SELECT, DELETE ON reputation_service.idempotency_keys TO tandem_reputation_worker;
        ALTER TABLE reputation_service.idempotency_keys ENABLE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.idempotency_keys FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON reputation_service.idempotency_keys TO tandem_reputation
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY expiring ON reputation_service.idempotency_keys TO tandem_reputation_worker USING (true);
        """
    )


def _publishing() -> None:
    # The outbox is the session service's, whose migrations run before these.
    op.execute(
        """
        CREATE POLICY badges_publish ON outbox.deliveries FOR INSERT TO tandem_reputation_worker
            WITH CHECK (consumer = 'notifications' AND state = 'pending');

        -- A reversal says that reputation has changed, in its own transaction, and to nobody but who is looking.
        GRANT USAGE ON SCHEMA outbox TO tandem_reputation;
        GRANT INSERT ON outbox.events, outbox.deliveries TO tandem_reputation;
        CREATE POLICY reversed_publish ON outbox.deliveries FOR INSERT TO tandem_reputation
            WITH CHECK (consumer = 'live' AND state = 'pending');
        """
    )
