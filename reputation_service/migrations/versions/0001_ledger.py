"""The ledger, the counters that are its sums, and the badges that were earned on the way."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE SCHEMA IF NOT EXISTS reputation_service;

        -- One row says what one session did to one user. The three effects stand in columns of their own, so that
        -- a counter is sum(column) and nothing has to be interpreted: a reversal is the same row with other signs.
        CREATE TABLE reputation_service.ledger (
            id                 uuid NOT NULL DEFAULT gen_random_uuid(),
            user_id            uuid NOT NULL,
            session_id         uuid NOT NULL,
            kind               text NOT NULL,
            points             integer NOT NULL,
            completed_sessions smallint NOT NULL,
            no_shows           smallint NOT NULL,
            event_id           uuid,
            occurred_at        timestamptz NOT NULL,
            created_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
            -- The order of a user's pages, too, read backwards: one index less to write.
            PRIMARY KEY (user_id, created_at, id),
            CONSTRAINT ledger_once UNIQUE (session_id, user_id, kind),
            CONSTRAINT ledger_effect CHECK (
                CASE kind
                    WHEN 'completion' THEN points >= 0 AND completed_sessions = 1 AND no_shows = 0
                    WHEN 'no_show' THEN points <= 0 AND completed_sessions = 0 AND no_shows = 1
                    WHEN 'reversal' THEN (completed_sessions, no_shows) IN ((-1, 0), (0, -1))
                    ELSE false
                END
            ),
            CONSTRAINT ledger_event CHECK (event_id IS NOT NULL OR kind = 'reversal')
        );
        COMMENT ON COLUMN reputation_service.ledger.occurred_at IS 'when it happened: the time of the event';
        COMMENT ON COLUMN reputation_service.ledger.created_at IS
            'when it was booked. The user''s counters are locked before, so a user''s entries are booked in this order';

        CREATE FUNCTION reputation_service.refuse_change() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog AS $$
        BEGIN
            RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
        END
        $$;
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reputation_service.ledger
            FOR EACH STATEMENT EXECUTE FUNCTION reputation_service.refuse_change();

        CREATE TABLE reputation_service.counters (
            user_id            uuid PRIMARY KEY,
            completed_sessions integer NOT NULL DEFAULT 0 CHECK (completed_sessions >= 0),
            points             bigint NOT NULL DEFAULT 0,
            no_shows           integer NOT NULL DEFAULT 0 CHECK (no_shows >= 0),
            updated_at         timestamptz NOT NULL DEFAULT statement_timestamp()
        );
        COMMENT ON TABLE reputation_service.counters IS
            'sums of the ledger, a row for each user that has entries; the row is also the lock on that user''s ledger';
        CREATE INDEX counters_by_completed_sessions ON reputation_service.counters (completed_sessions DESC);
        CREATE INDEX counters_by_points ON reputation_service.counters (points DESC);

        CREATE TABLE reputation_service.badges (
            user_id   uuid NOT NULL,
            code      text NOT NULL CHECK (code <> ''),
            earned_at timestamptz NOT NULL,
            PRIMARY KEY (user_id, code)
        );

        GRANT USAGE ON SCHEMA reputation_service TO tandem_reputation, tandem_reputation_worker;
        GRANT SELECT ON reputation_service.ledger, reputation_service.counters, reputation_service.badges
            TO tandem_reputation, tandem_reputation_worker;
        GRANT INSERT ON reputation_service.ledger, reputation_service.counters, reputation_service.badges
            TO tandem_reputation_worker;
        GRANT UPDATE (completed_sessions, points, no_shows, updated_at) ON reputation_service.counters
            TO tandem_reputation_worker;

        ALTER TABLE reputation_service.ledger ENABLE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.ledger FORCE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.counters ENABLE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.counters FORCE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.badges ENABLE ROW LEVEL SECURITY;
        ALTER TABLE reputation_service.badges FORCE ROW LEVEL SECURITY;

        -- The entries are their user's own business; the sums and the badges are for everyone who is signed in.
        CREATE POLICY own_entries ON reputation_service.ledger FOR SELECT TO tandem_reputation
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY signed_in ON reputation_service.counters FOR SELECT TO tandem_reputation
            USING ((SELECT nullif(current_setting('app.user_id', true), '')) IS NOT NULL);
        CREATE POLICY signed_in ON reputation_service.badges FOR SELECT TO tandem_reputation
            USING ((SELECT nullif(current_setting('app.user_id', true), '')) IS NOT NULL);

        CREATE POLICY worker_reads ON reputation_service.ledger FOR SELECT TO tandem_reputation_worker
            USING (true);
        CREATE POLICY worker_books ON reputation_service.ledger FOR INSERT TO tandem_reputation_worker
            WITH CHECK (true);
        CREATE POLICY worker_counts ON reputation_service.counters TO tandem_reputation_worker
            USING (true) WITH CHECK (true);
        CREATE POLICY worker_reads ON reputation_service.badges FOR SELECT TO tandem_reputation_worker
            USING (true);
        CREATE POLICY worker_awards ON reputation_service.badges FOR INSERT TO tandem_reputation_worker
            WITH CHECK (true);
        """
    )
