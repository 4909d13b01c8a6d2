"""Practices: the catalogue of sequences, and what somebody does of it, pose by pose.

Every table of a user's own carries ``owner_id``, so that row-level security looks at the row and at nothing else; the
children's copy is held equal by a foreign key over both columns. What somebody without an identity may see of a
shared practice is the function ``shared_practice``, which returns just that.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE session_service.poses (
            pose varchar(50) PRIMARY KEY,
            name varchar(100) NOT NULL,
            sanskrit_name varchar(100) NOT NULL
        );
        CREATE TABLE session_service.sequences (
            sequence_id bigint PRIMARY KEY CHECK (sequence_id > 0),
            name varchar(200) NOT NULL,
            difficulty varchar(20) NOT NULL CHECK (difficulty IN ('beginner', 'intermediate', 'advanced')),
            focus varchar(50) NOT NULL
        );
        CREATE TABLE session_service.sequence_poses (
            sequence_id bigint NOT NULL REFERENCES session_service.sequences ON DELETE CASCADE,
            position smallint NOT NULL CHECK (position BETWEEN 1 AND 1000),
            pose varchar(50) NOT NULL REFERENCES session_service.poses,
            duration_seconds integer NOT NULL CHECK (duration_seconds BETWEEN 1 AND 14400),
            PRIMARY KEY (sequence_id, position)
        );
        COMMENT ON TABLE session_service.sequences IS
            'With poses and sequence_poses a public catalogue: everybody reads it. The seed gives the numbers.';
        GRANT SELECT ON session_service.poses, session_service.sequences, session_service.sequence_poses
            TO tandem_session, tandem_session_worker;


        CREATE TABLE session_service.practice_sessions (
            session_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            user_id bigint NOT NULL REFERENCES session_service.user_profiles (user_number),
            owner_id uuid NOT NULL REFERENCES session_service.user_profiles (id),
            sequence_id bigint REFERENCES session_service.sequences,
            started_at timestamptz NOT NULL,
            completed_at timestamptz CHECK (completed_at >= started_at),
            duration_seconds integer NOT NULL DEFAULT 0 CHECK (duration_seconds BETWEEN 0 AND 14400),
            completion_status varchar(20) NOT NULL DEFAULT 'abandoned'
                CHECK (completion_status IN ('completed', 'partial', 'abandoned')),
            poses_completed integer NOT NULL DEFAULT 0 CHECK (poses_completed >= 0),
            notes text,
            mood smallint CHECK (mood BETWEEN 1 AND 5),
            local_date date NOT NULL,
            timezone varchar(64) NOT NULL,
            measured interval NOT NULL DEFAULT '0',
            running_since timestamptz,
            paused_at timestamptz,
            completion jsonb,
            updated_at timestamptz NOT NULL,
            -- What the copies of the owner in other tables refer to.
            UNIQUE (session_id, owner_id),
            CHECK (completed_at IS NOT NULL OR completion_status = 'abandoned'),
            CHECK ((completed_at IS NULL) = (completion IS NULL)),
            -- Either it runs, or it is paused, or it is over.
            CHECK (num_nonnulls(running_since, paused_at, completed_at) = 1)
        );
        COMMENT ON COLUMN session_service.practice_sessions.user_id IS 'The owner''s user_number.';
        COMMENT ON COLUMN session_service.practice_sessions.duration_seconds IS 'As the client has measured it.';
        COMMENT ON COLUMN session_service.practice_sessions.measured IS
            'By the server''s clock, without pauses, up to running_since.';
        COMMENT ON COLUMN session_service.practice_sessions.local_date IS
            'The date on which it started, in the time zone beside it. Never changes.';
        COMMENT ON COLUMN session_service.practice_sessions.completion IS
            'What completed it said of the poses, and the totals right after: the same again gets the same answer.';

        CREATE INDEX practice_sessions_history ON session_service.practice_sessions
            (owner_id, started_at DESC, session_id DESC);
        CREATE INDEX practice_sessions_by_status ON session_service.practice_sessions
            (owner_id, completion_status, started_at DESC, session_id DESC);
        CREATE INDEX practice_sessions_by_sequence ON session_service.practice_sessions
            (owner_id, sequence_id, started_at DESC, session_id DESC);
        CREATE INDEX practice_sessions_active ON session_service.practice_sessions
            (owner_id, started_at DESC, session_id DESC) WHERE completed_at IS NULL;

        CREATE TABLE session_service.practice_pauses (
            session_id bigint NOT NULL,
            owner_id uuid NOT NULL,
            started_at timestamptz NOT NULL,
            ended_at timestamptz NOT NULL CHECK (ended_at > started_at),
            PRIMARY KEY (session_id, started_at),
            FOREIGN KEY (session_id, owner_id)
                REFERENCES session_service.practice_sessions (session_id, owner_id) ON DELETE CASCADE
        );
        COMMENT ON TABLE session_service.practice_pauses IS 'Pauses that are over; an open one is paused_at.';

        CREATE TABLE session_service.practice_poses (
            session_id bigint NOT NULL,
            owner_id uuid NOT NULL,
            position smallint NOT NULL CHECK (position BETWEEN 1 AND 1000),
            held_seconds integer NOT NULL CHECK (held_seconds BETWEEN 0 AND 14400),
            completed boolean NOT NULL,
            PRIMARY KEY (session_id, position),
            FOREIGN KEY (session_id, owner_id)
                REFERENCES session_service.practice_sessions (session_id, owner_id) ON DELETE CASCADE
        );

        CREATE TABLE session_service.practice_totals (
            owner_id uuid PRIMARY KEY REFERENCES session_service.user_profiles (id),
            sessions_started bigint NOT NULL CHECK (sessions_started >= 0),
            sessions_completed bigint NOT NULL DEFAULT 0
                CHECK (sessions_completed BETWEEN 0 AND sessions_started),
            practice_seconds bigint NOT NULL DEFAULT 0 CHECK (practice_seconds >= 0)
        );
        COMMENT ON TABLE session_service.practice_totals IS
            'Running totals of a user''s practices, kept in the transactions that start and complete them.';

        CREATE TABLE session_service.practice_shares (
            token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
            session_id bigint NOT NULL,
            owner_id uuid NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
            FOREIGN KEY (session_id, owner_id)
                REFERENCES session_service.practice_sessions (session_id, owner_id) ON DELETE CASCADE
        );
        COMMENT ON TABLE session_service.practice_shares IS
            'Links that show a practice to whoever has one. SHA-256 only: the token itself is told once.';
        CREATE INDEX practice_shares_of_session ON session_service.practice_shares (session_id, created_at DESC);


        GRANT SELECT, INSERT ON session_service.practice_sessions TO tandem_session;
        GRANT UPDATE (completed_at, duration_seconds, completion_status, poses_completed, notes, mood, measured,
                running_since, paused_at, completion, updated_at)
            ON session_service.practice_sessions TO tandem_session;
        GRANT SELECT, INSERT ON session_service.practice_pauses TO tandem_session;
        GRANT SELECT, INSERT, UPDATE (held_seconds, completed) ON session_service.practice_poses TO tandem_session;
        GRANT SELECT, INSERT, UPDATE (sessions_started, sessions_completed, practice_seconds)
            ON session_service.practice_totals TO tandem_session;
        GRANT SELECT, INSERT, DELETE ON session_service.practice_shares TO tandem_session;

        DO $$
        DECLARE name text;
        BEGIN
            FOREACH name IN ARRAY ARRAY['practice_sessions', 'practice_pauses', 'practice_poses', 'practice_totals',
                'practice_shares']
            LOOP
                EXECUTE format('ALTER TABLE session_service.%I ENABLE ROW LEVEL SECURITY', name);
                EXECUTE format('ALTER TABLE session_service.%I FORCE ROW LEVEL SECURITY', name);
                EXECUTE format($policy$
                    CREATE POLICY own ON session_service.%I FOR ALL TO tandem_session
                        USING (owner_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
                        WITH CHECK (owner_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
                $policy$, name);
            END LOOP;
        END $$;


        GRANT SELECT (session_id, owner_id, sequence_id, local_date, duration_seconds, completion_status,
            poses_completed) ON session_service.practice_sessions TO tandem_definer;
        CREATE POLICY definer_reads ON session_service.practice_sessions FOR SELECT TO tandem_definer USING (true);
        GRANT SELECT (token_hash, session_id, expires_at) ON session_service.practice_shares TO tandem_definer;
        CREATE POLICY definer_reads ON session_service.practice_shares FOR SELECT TO tandem_definer USING (true);
        GRANT SELECT ON session_service.sequences TO tandem_definer;

        GRANT CREATE ON SCHEMA session_service TO tandem_definer;

        CREATE FUNCTION session_service.practice_exists(wanted bigint) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ SELECT EXISTS (SELECT FROM session_service.practice_sessions p WHERE p.session_id = wanted) $$;
        COMMENT ON FUNCTION session_service.practice_exists IS 'Tells "not found" from "not yours".';
        ALTER FUNCTION session_service.practice_exists OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.practice_exists FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.practice_exists TO tandem_session;

        CREATE FUNCTION session_service.shared_practice(hash bytea) RETURNS TABLE (
                display_name text, practiced_on date, duration_seconds integer, completion_status text,
                poses_completed integer, sequence_id bigint, sequence_name text, sequence_difficulty text,
                sequence_focus text, expires_at timestamptz)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
            SELECT u.display_name, p.local_date, p.duration_seconds, p.completion_status, p.poses_completed,
                   q.sequence_id, q.name, q.difficulty, q.focus, s.expires_at
            FROM session_service.practice_shares s
            JOIN session_service.practice_sessions p ON p.session_id = s.session_id
            JOIN session_service.user_profiles u ON u.id = p.owner_id
            LEFT JOIN session_service.sequences q ON q.sequence_id = p.sequence_id
            WHERE s.token_hash = hash AND s.expires_at > now()
        $$;
        COMMENT ON FUNCTION session_service.shared_practice IS
            'All that a link shows to whoever has it: what was practised, and the display name.';
        ALTER FUNCTION session_service.shared_practice OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.shared_practice FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.shared_practice TO tandem_session;

        REVOKE CREATE ON SCHEMA session_service FROM tandem_definer;


        ALTER TABLE session_service.user_profiles ADD COLUMN timezone_version integer NOT NULL DEFAULT 0;
        COMMENT ON COLUMN session_service.user_profiles.timezone_version IS
            'How often the time zone has changed: tells the events of two changes apart, in whatever order they come.';
        GRANT UPDATE (timezone_version) ON session_service.user_profiles TO tandem_session;
        """
    )
