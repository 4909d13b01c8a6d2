"""Reminders and e-mail: rows with a due time, and who may do what with them.

The notifications worker plans both. Reminders are taken by the worker itself; mails by the courier, which may read just
what it sends, and of a session just what tells whether a reminder of it still holds.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE session_service.reminders (
            session_id uuid NOT NULL REFERENCES session_service.wingman_sessions (id) ON DELETE CASCADE,
            user_id uuid NOT NULL REFERENCES session_service.user_profiles (id) ON DELETE CASCADE,
            scheduled_time timestamptz NOT NULL,
            due_at timestamptz,
            PRIMARY KEY (session_id, user_id)
        );
        COMMENT ON COLUMN session_service.reminders.scheduled_time IS
            'The time of the session that the reminder is of. A session that has another one now is not reminded of.';
        COMMENT ON COLUMN session_service.reminders.due_at IS
            'Null: there is nothing to remind of any more, or never was, for want of time.';
        CREATE INDEX reminders_due ON session_service.reminders (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX reminders_of_user ON session_service.reminders (user_id);
        CREATE INDEX reminders_past ON session_service.reminders (scheduled_time);

        -- Sessions that were planned before there were reminders. An owner who is no superuser is bound by the policies.
        ALTER TABLE session_service.wingman_sessions NO FORCE ROW LEVEL SECURITY;
        INSERT INTO session_service.reminders (session_id, user_id, scheduled_time, due_at)
        SELECT s.id, person, s.scheduled_time, s.scheduled_time - interval '1 hour'
        FROM session_service.wingman_sessions s, LATERAL unnest(ARRAY[s.user1_id, s.user2_id]) AS person
        WHERE s.status IN ('scheduled', 'in_progress') AND s.scheduled_time > now() + interval '1 hour';
        ALTER TABLE session_service.wingman_sessions FORCE ROW LEVEL SECURITY;

        ALTER TABLE session_service.reminders ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.reminders FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE (scheduled_time, due_at), DELETE
            ON session_service.reminders TO tandem_session_worker;
        CREATE POLICY worker_reminds ON session_service.reminders TO tandem_session_worker USING (true);


        CREATE TABLE session_service.emails (
            id uuid PRIMARY KEY,
            user_id uuid NOT NULL REFERENCES session_service.user_profiles (id) ON DELETE CASCADE,
            notification_ids uuid[] NOT NULL CHECK (cardinality(notification_ids) > 0),
            gathering boolean NOT NULL DEFAULT false,
            state text NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'sending', 'sent', 'dropped', 'dead')),
            due_at timestamptz NOT NULL,
            leases integer NOT NULL DEFAULT 0,
            attempts integer NOT NULL DEFAULT 0,
            first_tried_at timestamptz,
            uncertain boolean NOT NULL DEFAULT false,
            last_error text,
            created_at timestamptz NOT NULL DEFAULT now(),
            done_at timestamptz,
            CHECK ((state IN ('sent', 'dropped', 'dead')) = (done_at IS NOT NULL))
        ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
        COMMENT ON COLUMN session_service.emails.gathering IS
            'While it is queued, what else the user is told goes into it: a digest, or what waits for a morning.';
        COMMENT ON COLUMN session_service.emails.state IS
            'sending: it is being handed over at this moment, and must never be handed over again. dropped: it was not
            wanted any more when its time came, and last_error says why.';
        COMMENT ON COLUMN session_service.emails.due_at IS
            'Of a queued one: when it is to be sent, or falls back after a lease. Of one that is being sent: when its
            outcome counts as unknown.';
        COMMENT ON COLUMN session_service.emails.leases IS
            'How often it was taken: whoever was overtaken by another must not store an outcome any more.';
        COMMENT ON COLUMN session_service.emails.uncertain IS
            'Of a dead one: it may have been accepted all the same. Trying it again could mean sending it twice.';

        CREATE INDEX emails_due ON session_service.emails (due_at) WHERE state IN ('queued', 'sending');
        CREATE INDEX emails_dead ON session_service.emails (done_at) WHERE state = 'dead';
        CREATE INDEX emails_done ON session_service.emails (done_at) WHERE state IN ('sent', 'dropped');
        CREATE INDEX emails_of_user ON session_service.emails (user_id);
        CREATE UNIQUE INDEX emails_gathering ON session_service.emails (user_id) WHERE gathering AND state = 'queued';

        ALTER TABLE session_service.emails ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.emails FORCE ROW LEVEL SECURITY;
        GRANT SELECT, INSERT, UPDATE (notification_ids), DELETE ON session_service.emails TO tandem_session_worker;
        CREATE POLICY worker_reads ON session_service.emails FOR SELECT TO tandem_session_worker USING (true);
        CREATE POLICY worker_plans ON session_service.emails FOR INSERT TO tandem_session_worker
            WITH CHECK (state = 'queued');
        CREATE POLICY worker_gathers ON session_service.emails FOR UPDATE TO tandem_session_worker
            USING (gathering AND state = 'queued');
        CREATE POLICY worker_expires ON session_service.emails FOR DELETE TO tandem_session_worker
            USING (state IN ('sent', 'dropped'));

        GRANT USAGE ON SCHEMA session_service TO tandem_courier;
        GRANT SELECT,
            UPDATE (state, gathering, due_at, leases, attempts, first_tried_at, uncertain, last_error, done_at)
            ON session_service.emails TO tandem_courier;
        CREATE POLICY courier_carries ON session_service.emails TO tandem_courier USING (true);
        GRANT SELECT (id, user_id, event_id, kind, title, body, session_id, created_at)
            ON session_service.notifications TO tandem_courier;
        CREATE POLICY courier_reads ON session_service.notifications FOR SELECT TO tandem_courier USING (true);
        GRANT SELECT (id, email, timezone, notification_preferences) ON session_service.user_profiles TO tandem_courier;
        CREATE POLICY courier_reads ON session_service.user_profiles FOR SELECT TO tandem_courier USING (true);
        GRANT SELECT (id, status, scheduled_time) ON session_service.wingman_sessions TO tandem_courier;
        CREATE POLICY courier_reads ON session_service.wingman_sessions FOR SELECT TO tandem_courier USING (true);
        """
    )
