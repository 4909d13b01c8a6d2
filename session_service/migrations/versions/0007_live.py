"""Live updates: a consumer of its own, where it stands, and what other processes publish for it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE outbox.live_position (
            singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
            last_id text NOT NULL
        ) WITH (fillfactor = 10);
        COMMENT ON COLUMN outbox.live_position.last_id IS
            'The id of the last live message whose delivery is done. 0-0: there never was one.';
        INSERT INTO outbox.live_position (last_id) VALUES ('0-0');

        GRANT USAGE ON SCHEMA outbox, session_service TO tandem_live;
        GRANT SELECT, UPDATE (last_id) ON outbox.live_position TO tandem_live;
        GRANT SELECT ON outbox.events TO tandem_live;
        GRANT SELECT, UPDATE ON outbox.deliveries TO tandem_live;
        CREATE POLICY announced ON outbox.deliveries TO tandem_live USING (consumer = 'live');
        GRANT SELECT (id, title) ON session_service.notifications TO tandem_live;
        CREATE POLICY live_reads ON session_service.notifications FOR SELECT TO tandem_live USING (true);

        -- A worker says that reputation has changed, in the transaction that changes it, and to nobody else.
        GRANT INSERT ON outbox.events, outbox.deliveries TO tandem_reputation_worker;
        CREATE POLICY booked_publish ON outbox.deliveries FOR INSERT TO tandem_reputation_worker
            WITH CHECK (consumer = 'live' AND state = 'pending');
        """
    )
