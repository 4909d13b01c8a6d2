"""Profiles and matches: who somebody is, and who is whose buddy.

What one buddy may know of the other is a name, and only while there is an open match of the two: that is the view
``buddy_names``. Whether a match exists at all, which tells 404 from 403, is the function ``match_exists``. Both belong
to the role that owns nothing else, with grants on the very columns that they need.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE session_service.user_profiles (
            id uuid PRIMARY KEY,
            user_number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
            display_name varchar(100) NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 100),
            email varchar(320),
            timezone varchar(64) NOT NULL DEFAULT 'UTC',
            notification_preferences jsonb NOT NULL DEFAULT '{}'
                CHECK (jsonb_typeof(notification_preferences) = 'object'),
            first_used_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON COLUMN session_service.user_profiles.user_number IS
            'The user as a number, for the endpoints that speak of users so.';
        COMMENT ON COLUMN session_service.user_profiles.first_used_at IS
            'When this user first came in person; null for somebody who has only been invited so far.';

        ALTER TABLE session_service.user_profiles ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.user_profiles FORCE ROW LEVEL SECURITY;

        GRANT SELECT, INSERT ON session_service.user_profiles TO tandem_session;
        GRANT UPDATE (display_name, email, timezone, notification_preferences, first_used_at, updated_at)
            ON session_service.user_profiles TO tandem_session;
        CREATE POLICY own_row ON session_service.user_profiles FOR ALL TO tandem_session
            USING (id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
            WITH CHECK (id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));

        GRANT SELECT ON session_service.user_profiles TO tandem_session_worker;
        CREATE POLICY worker_reads ON session_service.user_profiles FOR SELECT TO tandem_session_worker USING (true);

        GRANT SELECT (id, display_name), INSERT (id, display_name) ON session_service.user_profiles TO tandem_definer;
        CREATE POLICY definer_reads ON session_service.user_profiles FOR SELECT TO tandem_definer USING (true);
        CREATE POLICY definer_invites ON session_service.user_profiles FOR INSERT TO tandem_definer
            WITH CHECK (first_used_at IS NULL);


        CREATE TABLE session_service.wingman_matches (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            user1_id uuid NOT NULL REFERENCES session_service.user_profiles (id),
            user2_id uuid NOT NULL REFERENCES session_service.user_profiles (id),
            status varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'accepted', 'declined')),
            created_at timestamptz NOT NULL DEFAULT now(),
            answered_at timestamptz,
            CHECK (user1_id <> user2_id),
            CHECK ((status = 'pending') = (answered_at IS NULL)),
            -- What a session's own copy of the two refers to.
            UNIQUE (id, user1_id, user2_id)
        );
        COMMENT ON TABLE session_service.wingman_matches IS 'user1 has invited user2.';

        CREATE UNIQUE INDEX wingman_matches_open_pair
            ON session_service.wingman_matches (least(user1_id, user2_id), greatest(user1_id, user2_id))
            WHERE status IN ('pending', 'accepted');
        CREATE INDEX wingman_matches_of_user1
            ON session_service.wingman_matches (user1_id, created_at DESC, id DESC);
        CREATE INDEX wingman_matches_of_user2
            ON session_service.wingman_matches (user2_id, created_at DESC, id DESC);

        ALTER TABLE session_service.wingman_matches ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.wingman_matches FORCE ROW LEVEL SECURITY;

        GRANT SELECT, INSERT ON session_service.wingman_matches TO tandem_session;
        GRANT UPDATE (status, answered_at) ON session_service.wingman_matches TO tandem_session;
        CREATE POLICY participants_read ON session_service.wingman_matches FOR SELECT TO tandem_session
            USING (user1_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                OR user2_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY inviter_writes ON session_service.wingman_matches FOR INSERT TO tandem_session
            WITH CHECK (user1_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                AND status = 'pending');
        CREATE POLICY invited_answers ON session_service.wingman_matches FOR UPDATE TO tandem_session
            USING (user2_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));

        GRANT SELECT ON session_service.wingman_matches TO tandem_session_worker;
        CREATE POLICY worker_reads ON session_service.wingman_matches FOR SELECT TO tandem_session_worker USING (true);

        GRANT SELECT (id, user1_id, user2_id, status) ON session_service.wingman_matches TO tandem_definer;
        CREATE POLICY definer_reads ON session_service.wingman_matches FOR SELECT TO tandem_definer USING (true);


        CREATE FUNCTION session_service.invite_profile(invited_id uuid, default_name text) RETURNS void
            LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
            INSERT INTO session_service.user_profiles (id, display_name)
            SELECT invited_id, default_name
            WHERE NOT EXISTS (SELECT FROM session_service.user_profiles WHERE id = invited_id)
            ON CONFLICT DO NOTHING
        $$;
        COMMENT ON FUNCTION session_service.invite_profile IS
            'Gives somebody who has never been here a profile with a default name, so that they can be invited.';
        ALTER FUNCTION session_service.invite_profile OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.invite_profile FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.invite_profile TO tandem_session;

        CREATE FUNCTION session_service.match_exists(match_id uuid) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$ SELECT EXISTS (SELECT FROM session_service.wingman_matches m WHERE m.id = match_id) $$;
        COMMENT ON FUNCTION session_service.match_exists IS 'Tells "not found" from "not yours".';
        ALTER FUNCTION session_service.match_exists OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.match_exists FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.match_exists TO tandem_session;

        CREATE VIEW session_service.buddy_names WITH (security_barrier) AS
            SELECT p.id, p.display_name
            FROM session_service.user_profiles p
            WHERE p.id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
               OR EXISTS (
                    SELECT FROM session_service.wingman_matches m
                    WHERE least(m.user1_id, m.user2_id)
                            = least(p.id, (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
                      AND greatest(m.user1_id, m.user2_id)
                            = greatest(p.id, (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
                      AND m.status IN ('pending', 'accepted')
               );
        COMMENT ON VIEW session_service.buddy_names IS
            'Names that the current user may see: the own one, and those of the other one of each open match.';
        ALTER VIEW session_service.buddy_names OWNER TO tandem_definer;
        GRANT SELECT ON session_service.buddy_names TO tandem_session;
        """
    )
