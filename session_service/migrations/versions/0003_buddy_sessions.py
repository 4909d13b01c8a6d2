"""Buddy sessions: the catalogue of challenges, and sessions that two buddies keep.

``wingman_sessions`` has its own copy of the match's two users, held equal by a foreign key over all three columns, so
that row-level security looks at the row and at nothing else.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE session_service.approach_challenges (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            title varchar(200) NOT NULL,
            description text NOT NULL DEFAULT '',
            difficulty varchar(20) NOT NULL CHECK (difficulty IN ('beginner', 'intermediate', 'advanced')),
            points integer NOT NULL CHECK (points BETWEEN 0 AND 1000000),
            created_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE session_service.approach_challenges IS 'A public catalogue: everybody reads it.';
        GRANT SELECT ON session_service.approach_challenges TO tandem_session, tandem_session_worker;


        CREATE TABLE session_service.wingman_sessions (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            match_id uuid NOT NULL,
            user1_challenge_id uuid NOT NULL REFERENCES session_service.approach_challenges (id),
            user2_challenge_id uuid NOT NULL REFERENCES session_service.approach_challenges (id),
            venue_name varchar(200) NOT NULL CHECK (char_length(venue_name) >= 1),
            scheduled_time timestamptz NOT NULL,
            status varchar(50) NOT NULL DEFAULT 'scheduled'
                CHECK (status IN ('scheduled', 'in_progress', 'completed', 'cancelled', 'no_show')),
            completed_at timestamptz,
            user1_completed_confirmed_by_user2 boolean NOT NULL DEFAULT false,
            user2_completed_confirmed_by_user1 boolean NOT NULL DEFAULT false,
            notes text,
            created_at timestamptz NOT NULL DEFAULT now(),
            user1_id uuid NOT NULL,
            user2_id uuid NOT NULL,
            user1_present boolean NOT NULL DEFAULT false,
            user2_present boolean NOT NULL DEFAULT false,
            user1_no_show boolean NOT NULL DEFAULT false,
            user2_no_show boolean NOT NULL DEFAULT false,
            completion_event_id uuid UNIQUE,
            updated_at timestamptz NOT NULL DEFAULT now(),
            FOREIGN KEY (match_id, user1_id, user2_id)
                REFERENCES session_service.wingman_matches (id, user1_id, user2_id),
            -- Completed means: both confirmed, at a known time, told by one event. And the other way round.
            CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
            CHECK ((status = 'completed') = (completion_event_id IS NOT NULL)),
            CHECK ((status = 'completed')
                = (user1_completed_confirmed_by_user2 AND user2_completed_confirmed_by_user1)),
            CHECK (status = 'no_show' OR NOT (user1_no_show OR user2_no_show))
        );
        COMMENT ON COLUMN session_service.wingman_sessions.completion_event_id IS
            'The one completion event; what has become of its deliveries tells whether reputation is applied.';

        CREATE INDEX wingman_sessions_of_user1
            ON session_service.wingman_sessions (user1_id, scheduled_time DESC, id DESC);
        CREATE INDEX wingman_sessions_of_user2
            ON session_service.wingman_sessions (user2_id, scheduled_time DESC, id DESC);
        CREATE INDEX wingman_sessions_of_match ON session_service.wingman_sessions (match_id);
        CREATE INDEX wingman_sessions_open ON session_service.wingman_sessions (scheduled_time, id)
            WHERE status IN ('scheduled', 'in_progress');

        ALTER TABLE session_service.wingman_sessions ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.wingman_sessions FORCE ROW LEVEL SECURITY;

        GRANT SELECT, INSERT ON session_service.wingman_sessions TO tandem_session;
        GRANT UPDATE (venue_name, scheduled_time, status, completed_at, user1_completed_confirmed_by_user2,
                user2_completed_confirmed_by_user1, notes, user1_present, user2_present, user1_no_show, user2_no_show,
                completion_event_id, updated_at)
            ON session_service.wingman_sessions TO tandem_session;
        CREATE POLICY participants ON session_service.wingman_sessions FOR ALL TO tandem_session
            USING (user1_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                OR user2_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
            WITH CHECK (user1_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                OR user2_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));

        GRANT SELECT, UPDATE (status, user1_no_show, user2_no_show, updated_at)
            ON session_service.wingman_sessions TO tandem_session_worker;
        CREATE POLICY worker_reads ON session_service.wingman_sessions FOR SELECT TO tandem_session_worker
            USING (true);
        CREATE POLICY worker_closes ON session_service.wingman_sessions FOR UPDATE TO tandem_session_worker
            USING (true) WITH CHECK (status = 'no_show');

        GRANT SELECT (id) ON session_service.wingman_sessions TO tandem_definer;
        CREATE POLICY definer_reads ON session_service.wingman_sessions FOR SELECT TO tandem_definer USING (true);


        CREATE FUNCTION session_service.session_exists(session_id uuid) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ SELECT EXISTS (SELECT FROM session_service.wingman_sessions s WHERE s.id = session_id) $$;
        COMMENT ON FUNCTION session_service.session_exists IS 'Tells "not found" from "not yours".';
        ALTER FUNCTION session_service.session_exists OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.session_exists FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.session_exists TO tandem_session;
        """
    )
