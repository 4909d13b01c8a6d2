"""Accounts: who is being erased, and jobs that export and erase.

``accounts`` is common ground of the houses, as ``outbox`` is. Each transaction of a user begins with ``accounts.admit``,
which refuses somebody who is being erased, and holds the user's lock, shared, until it ends. Closing an account takes that
lock alone: whoever was let in before has come to an end then, and nobody is let in any more.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE SCHEMA accounts;
        GRANT USAGE ON SCHEMA accounts TO tandem_session, tandem_session_worker, tandem_reputation,
            tandem_reputation_worker, tandem_statistics, tandem_statistics_worker, tandem_definer;
        GRANT CREATE ON SCHEMA accounts, session_service TO tandem_definer;

        CREATE TABLE accounts.closed (
            user_id uuid PRIMARY KEY,
            stand_in_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
            job_id uuid NOT NULL,
            closed_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        COMMENT ON TABLE accounts.closed IS 'Who is being erased, only for as long as that takes.';
        COMMENT ON COLUMN accounts.closed.stand_in_id IS 'Takes this user''s place in what the buddies keep.';
        CREATE TABLE accounts.erasures (
            singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
            number bigint NOT NULL
        );
        COMMENT ON TABLE accounts.erasures IS 'One row: how many accounts have been erased.';
        INSERT INTO accounts.erasures (number) VALUES (0);
        ALTER TABLE accounts.closed ENABLE ROW LEVEL SECURITY;
        ALTER TABLE accounts.closed FORCE ROW LEVEL SECURITY;
        ALTER TABLE accounts.erasures ENABLE ROW LEVEL SECURITY;
        ALTER TABLE accounts.erasures FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, DELETE ON accounts.closed TO tandem_definer;
        GRANT SELECT, UPDATE (number) ON accounts.erasures TO tandem_definer;
        CREATE POLICY definer ON accounts.closed TO tandem_definer USING (true);
        CREATE POLICY definer ON accounts.erasures TO tandem_definer USING (true);

        CREATE FUNCTION accounts.admit(asking uuid) RETURNS bigint
            LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock_shared(hashtextextended(asking::text, 0));
            -- A statement of its own: it sees what was committed while the lock was waited for.
            RETURN (SELECT number FROM accounts.erasures
                    WHERE NOT EXISTS (SELECT FROM accounts.closed WHERE user_id = asking));
        END
        $$;
        COMMENT ON FUNCTION accounts.admit IS
            'Lets a user''s transaction in: how many accounts have been erased so far; null for one who is being erased.';
        ALTER FUNCTION accounts.admit OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION accounts.admit FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION accounts.admit TO CURRENT_USER, tandem_session, tandem_session_worker,
            tandem_reputation, tandem_reputation_worker, tandem_statistics, tandem_statistics_worker;


        CREATE TABLE session_service.jobs (
            id uuid PRIMARY KEY,
            user_id uuid NOT NULL,
            kind varchar(20) NOT NULL CHECK (kind IN ('export', 'erasure')),
            status varchar(20) NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'running', 'completed', 'failed')),
            progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
            state jsonb NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL DEFAULT now(),
            completed_at timestamptz,
            expires_at timestamptz,
            size bigint,
            error text,
            due_at timestamptz NOT NULL DEFAULT now(),
            lease uuid,
            attempts smallint NOT NULL DEFAULT 0,
            CHECK ((status IN ('completed', 'failed')) = (completed_at IS NOT NULL)),
            UNIQUE (id, user_id)
        );
        COMMENT ON COLUMN session_service.jobs.state IS 'Which step comes next, and what that has to know.';
        COMMENT ON COLUMN session_service.jobs.lease IS 'Drawn by whoever works on it, until due_at.';
        COMMENT ON COLUMN session_service.jobs.attempts IS 'How often it was taken up since a step last came to its end.';
        COMMENT ON COLUMN session_service.jobs.expires_at IS 'Until when the export can be had.';
        -- One open job of a kind a user, whatever happens at the same instant.
        CREATE UNIQUE INDEX jobs_open ON session_service.jobs (user_id, kind) WHERE status IN ('queued', 'running');
        CREATE INDEX jobs_of_user ON session_service.jobs (user_id, kind, created_at);
        CREATE INDEX jobs_due ON session_service.jobs (due_at) WHERE status IN ('queued', 'running');
        CREATE INDEX jobs_over ON session_service.jobs (completed_at) WHERE completed_at IS NOT NULL;

        CREATE TABLE session_service.export_chunks (
            job_id uuid NOT NULL,
            user_id uuid NOT NULL,
            part smallint NOT NULL,
            position integer NOT NULL,
            content bytea NOT NULL,
            PRIMARY KEY (job_id, part, position),
            FOREIGN KEY (job_id, user_id) REFERENCES session_service.jobs (id, user_id) ON DELETE CASCADE
        );
        COMMENT ON TABLE session_service.export_chunks IS
            'Part 0 is the ZIP; the others are the files that it is going to be made of.';
        -- What is packed cannot be packed again.
        ALTER TABLE session_service.export_chunks ALTER COLUMN content SET STORAGE EXTERNAL;

        ALTER TABLE session_service.jobs ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.jobs FORCE ROW LEVEL SECURITY;
        ALTER TABLE session_service.export_chunks ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.export_chunks FORCE ROW LEVEL SECURITY;

        GRANT SELECT, INSERT (id, user_id, kind) ON session_service.jobs TO tandem_session;
        CREATE POLICY own_read ON session_service.jobs FOR SELECT TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY own_export ON session_service.jobs FOR INSERT TO tandem_session
            WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                AND kind = 'export' AND status = 'queued');
        GRANT SELECT ON session_service.export_chunks TO tandem_session;
        CREATE POLICY own_zip ON session_service.export_chunks FOR SELECT TO tandem_session
            USING (part = 0 AND user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));

        GRANT SELECT, DELETE,
            UPDATE (status, progress, state, completed_at, expires_at, size, error, due_at, lease, attempts)
            ON session_service.jobs TO tandem_session_worker;
        CREATE POLICY worker ON session_service.jobs TO tandem_session_worker USING (true);
        GRANT SELECT, INSERT, DELETE ON session_service.export_chunks TO tandem_session_worker;
        CREATE POLICY worker ON session_service.export_chunks TO tandem_session_worker USING (true);

        GRANT SELECT, DELETE, INSERT (id, user_id, kind) ON session_service.jobs TO tandem_definer;
        CREATE POLICY definer_closes ON session_service.jobs FOR INSERT TO tandem_definer
            WITH CHECK (kind = 'erasure' AND status = 'queued');
        CREATE POLICY definer_reads ON session_service.jobs FOR SELECT TO tandem_definer USING (true);
        CREATE POLICY definer_erases ON session_service.jobs FOR DELETE TO tandem_definer
            USING (user_id IN (SELECT user_id FROM accounts.closed));

        CREATE FUNCTION session_service.close_account(leaving uuid, new_job uuid) RETURNS uuid
            LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
        DECLARE known uuid;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended(leaving::text, 0));
            SELECT job_id INTO known FROM accounts.closed WHERE user_id = leaving;
            IF known IS NULL THEN
                INSERT INTO accounts.closed (user_id, job_id) VALUES (leaving, new_job);
                INSERT INTO session_service.jobs (id, user_id, kind) VALUES (new_job, leaving, 'erasure');
            END IF;
            RETURN coalesce(known, new_job);
        END
        $$;
        COMMENT ON FUNCTION session_service.close_account IS
            'Closes an account for good, with the job that erases it: its id, the same however often it is asked for.';
        ALTER FUNCTION session_service.close_account OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.close_account FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.close_account TO tandem_session;

        CREATE FUNCTION session_service.job_of(asking uuid, wanted uuid) RETURNS SETOF session_service.jobs
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ SELECT * FROM session_service.jobs WHERE id = wanted AND user_id = asking $$;
        COMMENT ON FUNCTION session_service.job_of IS
            'A user''s job, for a transaction that is nobody''s: also somebody who is being erased may look how far it is.';
        ALTER FUNCTION session_service.job_of OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.job_of FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.job_of TO tandem_session;

        -- What a link says of who practised is the owner's choice.
        ALTER TABLE session_service.practice_shares ADD COLUMN shows_name boolean NOT NULL DEFAULT true;
        GRANT SELECT (shows_name) ON session_service.practice_shares TO tandem_definer;
        CREATE OR REPLACE FUNCTION session_service.shared_practice(hash bytea) RETURNS TABLE (
                display_name text, practiced_on date, duration_seconds integer, completion_status text,
                poses_completed integer, sequence_id bigint, sequence_name text, sequence_difficulty text,
                sequence_focus text, expires_at timestamptz)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
            SELECT CASE WHEN s.shows_name THEN u.display_name END, p.local_date, p.duration_seconds,
                   p.completion_status, p.poses_completed, q.sequence_id, q.name, q.difficulty, q.focus, s.expires_at
            FROM session_service.practice_shares s
            JOIN session_service.practice_sessions p ON p.session_id = s.session_id
            JOIN session_service.user_profiles u ON u.id = p.owner_id
            LEFT JOIN session_service.sequences q ON q.sequence_id = p.sequence_id
            WHERE s.token_hash = hash AND s.expires_at > now()
        $$;

        REVOKE CREATE ON SCHEMA accounts, session_service FROM tandem_definer;
        """
    )
