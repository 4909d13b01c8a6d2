"""What has been counted, what it comes to, and the days that are frozen."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE SCHEMA IF NOT EXISTS stats_worker;

        CREATE TABLE stats_worker.counted (
            user_id    uuid NOT NULL,
            session_id bigint NOT NULL,
            kind       text NOT NULL CHECK (kind IN ('started', 'completed')),
            PRIMARY KEY (user_id, session_id, kind)
        );
        COMMENT ON TABLE stats_worker.counted IS
            'What has been counted of which practice, so that nothing is counted twice, by whatever event it comes';

        CREATE TABLE stats_worker.totals (
            user_id           uuid PRIMARY KEY,
            started           bigint NOT NULL DEFAULT 0 CHECK (started >= 0),
            completed         bigint NOT NULL DEFAULT 0 CHECK (completed BETWEEN 0 AND started),
            completed_seconds bigint NOT NULL DEFAULT 0 CHECK (completed_seconds >= 0),
            timezone          varchar(64),
            timezone_version  integer NOT NULL DEFAULT 0,
            seen_timezone     varchar(64),
            seen_session_id   bigint NOT NULL DEFAULT 0,
            CONSTRAINT totals_timezone CHECK ((timezone IS NULL) = (timezone_version = 0)),
            CONSTRAINT totals_seen_timezone CHECK ((seen_timezone IS NULL) = (seen_session_id = 0))
        );
        COMMENT ON TABLE stats_worker.totals IS
            'Running totals, a row for each user with statistics; the row is also the lock on all of them';
        COMMENT ON COLUMN stats_worker.totals.timezone IS
            'the profile''s time zone since its last change; NULL before the first';
        COMMENT ON COLUMN stats_worker.totals.seen_timezone IS
            'the time zone of the newest practice: the profile''s, as long as that has never been changed';

        CREATE TABLE stats_worker.days (
            user_id          uuid NOT NULL,
            local_date       date NOT NULL,
            sessions         integer NOT NULL CHECK (sessions > 0),
            duration_seconds bigint NOT NULL CHECK (duration_seconds >= 0),
            PRIMARY KEY (user_id, local_date)
        );
        CREATE TABLE stats_worker.weekdays (
            user_id          uuid NOT NULL,
            weekday          smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),
            sessions         integer NOT NULL CHECK (sessions > 0),
            duration_seconds bigint NOT NULL CHECK (duration_seconds >= 0),
            PRIMARY KEY (user_id, weekday)
        );
        COMMENT ON COLUMN stats_worker.weekdays.weekday IS 'ISO 8601: 1 is Monday';
        CREATE TABLE stats_worker.sequences (
            user_id          uuid NOT NULL,
            sequence_id      bigint NOT NULL CHECK (sequence_id >= 0),
            sessions         integer NOT NULL CHECK (sessions > 0),
            duration_seconds bigint NOT NULL CHECK (duration_seconds >= 0),
            PRIMARY KEY (user_id, sequence_id)
        );
        COMMENT ON COLUMN stats_worker.sequences.sequence_id IS '0: practices of no sequence';

        -- Two runs of a user neither overlap nor touch, so a new day concerns two of them at most: one that ends the
        -- day before or holds the day, and one that begins the day after.
        CREATE TABLE stats_worker.runs (
            user_id   uuid NOT NULL,
            first_day date NOT NULL,
            last_day  date NOT NULL,
            days      integer NOT NULL,
            PRIMARY KEY (user_id, last_day),
            CONSTRAINT runs_days CHECK (days BETWEEN 0 AND last_day - first_day + 1)
        );
        COMMENT ON TABLE stats_worker.runs IS
            'Consecutive days each of which has a practice or is frozen; days counts those that have a practice';
        CREATE INDEX runs_longest ON stats_worker.runs (user_id, days DESC);

        CREATE TABLE stats_worker.freezes (
            user_id    uuid NOT NULL,
            date       date NOT NULL,
            created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
            PRIMARY KEY (user_id, date)
        );


        GRANT USAGE ON SCHEMA stats_worker TO tandem_statistics, tandem_statistics_worker;

        -- The service counts what is still pending for the user who asks, so it may do what the worker may, for that
        -- user alone.
        GRANT SELECT, INSERT ON stats_worker.counted TO tandem_statistics, tandem_statistics_worker;
        GRANT SELECT, INSERT, UPDATE (started, completed, completed_seconds, timezone, timezone_version,
                seen_timezone, seen_session_id)
            ON stats_worker.totals TO tandem_statistics, tandem_statistics_worker;
        GRANT SELECT, INSERT, UPDATE (sessions, duration_seconds)
            ON stats_worker.days, stats_worker.weekdays, stats_worker.sequences
            TO tandem_statistics, tandem_statistics_worker;
        GRANT SELECT, INSERT, DELETE ON stats_worker.runs TO tandem_statistics, tandem_statistics_worker;
        GRANT SELECT, INSERT ON stats_worker.freezes TO tandem_statistics;

        DO $$
        DECLARE name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['counted', 'totals', 'days', 'weekdays', 'sequences', 'runs', 'freezes']
            LOOP
                EXECUTE format('ALTER TABLE stats_worker.%I ENABLE ROW LEVEL SECURITY', name);
                EXECUTE format('ALTER TABLE stats_worker.%I FORCE ROW LEVEL SECURITY', name);
                EXECUTE format($policy$
                    CREATE POLICY own ON stats_worker.%I TO tandem_statistics
                        USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
                        WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
                $policy$, name);
                IF name <> 'freezes' THEN
                    EXECUTE format('CREATE POLICY counting ON stats_worker.%I TO tandem_statistics_worker
                        USING (true) WITH CHECK (true)', name);
                END IF;
            END LOOP;
        END $$;
        """
    )
