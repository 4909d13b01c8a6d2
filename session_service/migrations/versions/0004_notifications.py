"""The in-app inbox: what each user was told.

The worker writes it from events and never changes an entry; its owner reads it and may set ``read_at``, nothing else.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE session_service.notifications (
            id uuid PRIMARY KEY,
            -- What a user was told goes with the user.
            user_id uuid NOT NULL REFERENCES session_service.user_profiles (id) ON DELETE CASCADE,
            event_id uuid NOT NULL,
            kind varchar(50) NOT NULL,
            title text NOT NULL,
            body text NOT NULL,
            session_id uuid,
            created_at timestamptz NOT NULL DEFAULT now(),
            read_at timestamptz,
            -- However often an event is delivered, it is told once.
            UNIQUE (event_id, user_id, kind)
        );
        COMMENT ON COLUMN session_service.notifications.event_id IS
            'The event that is told. Not a reference: events expire, notifications stay.';

        CREATE INDEX notifications_of_user
            ON session_service.notifications (user_id, created_at DESC, id DESC);
        CREATE INDEX notifications_unread
            ON session_service.notifications (user_id, created_at DESC, id DESC) WHERE read_at IS NULL;

        ALTER TABLE session_service.notifications ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.notifications FORCE ROW LEVEL SECURITY;

        GRANT SELECT, UPDATE (read_at) ON session_service.notifications TO tandem_session;
        CREATE POLICY own_inbox ON session_service.notifications FOR SELECT TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY own_inbox_read ON session_service.notifications FOR UPDATE TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));

        GRANT SELECT, INSERT ON session_service.notifications TO tandem_session_worker;
        CREATE POLICY worker_reads ON session_service.notifications FOR SELECT TO tandem_session_worker USING (true);
        CREATE POLICY worker_tells ON session_service.notifications FOR INSERT TO tandem_session_worker
            WITH CHECK (read_at IS NULL);
        """
    )
