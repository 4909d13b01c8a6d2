"""Appeals against no-shows, and what buddies think of each other.

An appeal is seen by the session's two buddies, and by operators: those whose transaction says so (``app.operator``). That
opens this one table and no session. A rating is seen by who gave it; by who got it once ``ratings_visible`` says so. It belongs to
the role that owns nothing else, since a policy cannot ask its own table.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE session_service.wingman_sessions ADD COLUMN no_show_at timestamptz;
        COMMENT ON COLUMN session_service.wingman_sessions.no_show_at IS
            'When it became no_show, by the trigger: nobody may set it, and who does not know of it does not have to.';

        -- The owner, too, is bound by forced row-level security, unless it is a superuser.
        ALTER TABLE session_service.wingman_sessions NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE session_service.audit_log NO FORCE ROW LEVEL SECURITY;
        UPDATE session_service.wingman_sessions s
        SET no_show_at = coalesce((
                SELECT max(a.at) FROM session_service.audit_log a
                WHERE a.subject_type = 'buddy_session' AND a.subject_id = CAST(s.id AS text)
                    AND a.action IN ('no_show_reported', 'session_abandoned')
            ), s.updated_at)
        WHERE s.status = 'no_show';
        ALTER TABLE session_service.audit_log FORCE ROW LEVEL SECURITY;
        ALTER TABLE session_service.wingman_sessions FORCE ROW LEVEL SECURITY;

        CREATE FUNCTION session_service.note_no_show() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
        AS $$
        BEGIN
            NEW.no_show_at := clock_timestamp();
            RETURN NEW;
        END
        $$;
        CREATE TRIGGER note_no_show BEFORE INSERT OR UPDATE OF status ON session_service.wingman_sessions
            FOR EACH ROW WHEN (NEW.status = 'no_show' AND NEW.no_show_at IS NULL)
            EXECUTE FUNCTION session_service.note_no_show();
        ALTER TABLE session_service.wingman_sessions
            ADD CONSTRAINT wingman_sessions_no_show_at CHECK ((status = 'no_show') = (no_show_at IS NOT NULL));


        CREATE TABLE session_service.no_show_appeals (
            session_id uuid NOT NULL REFERENCES session_service.wingman_sessions (id) ON DELETE CASCADE,
            user_id uuid NOT NULL,
            buddy_id uuid NOT NULL,
            points integer NOT NULL CHECK (points >= 0),
            reason varchar(1000) NOT NULL CHECK (char_length(reason) >= 1),
            status varchar(20) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'upheld', 'rejected')),
            created_at timestamptz NOT NULL,
            decided_at timestamptz,
            decision_reason varchar(1000),
            -- Both may have been absent, and each appeals for oneself.
            PRIMARY KEY (session_id, user_id),
            CHECK (user_id <> buddy_id),
            CHECK ((status = 'open') = (decided_at IS NULL)),
            CHECK (decision_reason IS NULL OR status <> 'open')
        );
        COMMENT ON COLUMN session_service.no_show_appeals.points IS
            'What the no-show costs the one who appeals: the points of that one''s challenge.';
        CREATE INDEX no_show_appeals_open ON session_service.no_show_appeals (created_at, session_id, user_id)
            WHERE status = 'open';
        CREATE INDEX no_show_appeals_of_user ON session_service.no_show_appeals (user_id);
        CREATE INDEX no_show_appeals_of_buddy ON session_service.no_show_appeals (buddy_id);

        ALTER TABLE session_service.no_show_appeals ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.no_show_appeals FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE (status, decided_at, decision_reason)
            ON session_service.no_show_appeals TO tandem_session;
        CREATE POLICY buddies_read ON session_service.no_show_appeals FOR SELECT TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                OR buddy_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY operators_read ON session_service.no_show_appeals FOR SELECT TO tandem_session
            USING ((SELECT current_setting('app.operator', true)) = 'on');
        CREATE POLICY accused_appeals ON session_service.no_show_appeals FOR INSERT TO tandem_session
            WITH CHECK (
                user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                AND status = 'open'
                AND EXISTS (
                    SELECT FROM session_service.wingman_sessions s
                    WHERE s.id = session_id AND s.status = 'no_show'
                      AND ((s.user1_no_show AND s.user1_id = user_id AND s.user2_id = buddy_id)
                        OR (s.user2_no_show AND s.user2_id = user_id AND s.user1_id = buddy_id))
                )
            );
        -- Once: what is decided is out of reach.
        CREATE POLICY operators_decide ON session_service.no_show_appeals FOR UPDATE TO tandem_session
            USING ((SELECT current_setting('app.operator', true)) = 'on' AND status = 'open')
            WITH CHECK (status <> 'open');


        CREATE TABLE session_service.buddy_ratings (
            session_id uuid NOT NULL REFERENCES session_service.wingman_sessions (id) ON DELETE CASCADE,
            rater_id uuid NOT NULL,
            rated_id uuid NOT NULL,
            rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
            comment varchar(1000) CHECK (char_length(comment) >= 1),
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            PRIMARY KEY (session_id, rater_id),
            CHECK (rater_id <> rated_id)
        );
        CREATE INDEX buddy_ratings_of_rater ON session_service.buddy_ratings (rater_id);
        CREATE INDEX buddy_ratings_of_rated ON session_service.buddy_ratings (rated_id);

        ALTER TABLE session_service.buddy_ratings ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.buddy_ratings FORCE ROW LEVEL SECURITY;
        GRANT SELECT (session_id) ON session_service.buddy_ratings TO tandem_definer;
        CREATE POLICY definer_reads ON session_service.buddy_ratings FOR SELECT TO tandem_definer USING (true);
        GRANT SELECT (completed_at) ON session_service.wingman_sessions TO tandem_definer;

        GRANT CREATE ON SCHEMA session_service TO tandem_definer;
        CREATE FUNCTION session_service.ratings_visible(wanted uuid, at timestamptz) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $$
            SELECT (SELECT count(*) FROM session_service.buddy_ratings r WHERE r.session_id = wanted) = 2
                OR EXISTS (
                    SELECT FROM session_service.wingman_sessions s
                    WHERE s.id = wanted AND s.completed_at <= at - interval '336 hours'
                )
        $$;
        COMMENT ON FUNCTION session_service.ratings_visible IS
            'Whether the buddies of a session may see each other''s ratings: both have rated, or 14 days are over.';
        ALTER FUNCTION session_service.ratings_visible OWNER TO tandem_definer;
        REVOKE ALL ON FUNCTION session_service.ratings_visible FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION session_service.ratings_visible TO tandem_session;
        REVOKE CREATE ON SCHEMA session_service FROM tandem_definer;

        GRANT SELECT, INSERT, UPDATE (rating, comment, updated_at) ON session_service.buddy_ratings TO tandem_session;
        -- Reading goes by the clock, writing by the beginning of the transaction: whatever the service has just found
        -- to be visible, or to be still open, is so here.
        CREATE POLICY rater_reads ON session_service.buddy_ratings FOR SELECT TO tandem_session
            USING (rater_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY rated_reads ON session_service.buddy_ratings FOR SELECT TO tandem_session
            USING (rated_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                AND session_service.ratings_visible(session_id, clock_timestamp()));
        CREATE POLICY rater_rates ON session_service.buddy_ratings FOR INSERT TO tandem_session
            WITH CHECK (
                rater_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                AND EXISTS (
                    SELECT FROM session_service.wingman_sessions s
                    WHERE s.id = session_id AND s.status = 'completed'
                      AND ((s.user1_id = rater_id AND s.user2_id = rated_id)
                        OR (s.user2_id = rater_id AND s.user1_id = rated_id))
                )
                AND NOT session_service.ratings_visible(session_id, now())
            );
        CREATE POLICY rater_changes ON session_service.buddy_ratings FOR UPDATE TO tandem_session
            USING (rater_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)
                AND NOT session_service.ratings_visible(session_id, now()))
            WITH CHECK (rater_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        """
    )
