"""Schemas, the outbox, idempotency keys and the audit log."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
    CREATE SCHEMA outbox;
    GRANT USAGE ON SCHEMA session_service TO tandem_session, tandem_session_worker, tandem_definer;
    GRANT CREATE ON SCHEMA session_service TO tandem_definer;
    GRANT USAGE ON SCHEMA outbox TO tandem_session, tandem_session_worker, tandem_relay,
        tandem_reputation_worker, tandem_statistics, tandem_statistics_worker;

    CREATE TABLE outbox.events (
        id uuid PRIMARY KEY,
        type text NOT NULL,
        source text NOT NULL,
        subject text NOT NULL,
        time timestamptz NOT NULL,
        data jsonb NOT NULL,
        request_id text,
        traceparent text
    );
    CREATE INDEX events_time ON outbox.events (time);

    CREATE TABLE outbox.deliveries (
        event_id uuid NOT NULL REFERENCES outbox.events ON DELETE CASCADE,
        consumer text NOT NULL,
        state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'dead')),
        attempts smallint NOT NULL DEFAULT 0,
        leases smallint NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(),
        done_at timestamptz,
        user_id uuid,
        last_error text,
        PRIMARY KEY (event_id, consumer)
    ) WITH (
        -- Every row is updated two or three times within a second and then left alone.
        fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000
    );
    CREATE INDEX deliveries_due ON outbox.deliveries (consumer, due_at) WHERE state = 'pending';
    CREATE INDEX deliveries_of_user ON outbox.deliveries (consumer, user_id) WHERE state = 'pending' AND user_id IS NOT NULL;
    CREATE INDEX deliveries_dead ON outbox.deliveries (consumer) WHERE state = 'dead';

    -- Publishers write both; they read deliveries to see whether effects have been applied.
    GRANT INSERT ON outbox.events TO tandem_session, tandem_session_worker;
    GRANT INSERT ON outbox.deliveries TO tandem_session, tandem_session_worker;
    GRANT SELECT ON outbox.deliveries TO tandem_session;
    -- The relay sees what is due and which request caused it, never what happened.
    GRANT SELECT (id, request_id) ON outbox.events TO tandem_relay;
    GRANT SELECT, UPDATE ON outbox.deliveries TO tandem_relay;
    -- Consumers read events and keep the state of their own deliveries.
    GRANT SELECT ON outbox.events TO tandem_session_worker, tandem_reputation_worker,
        tandem_statistics, tandem_statistics_worker;
    GRANT SELECT, UPDATE ON outbox.deliveries TO tandem_session_worker, tandem_reputation_worker,
        tandem_statistics, tandem_statistics_worker;
    GRANT DELETE ON outbox.events, outbox.deliveries TO tandem_session_worker;

    ALTER TABLE outbox.deliveries ENABLE ROW LEVEL SECURITY;
    ALTER TABLE outbox.deliveries FORCE ROW LEVEL SECURITY;
    CREATE POLICY published ON outbox.deliveries TO tandem_session USING (true) WITH CHECK (state = 'pending');
    CREATE POLICY relayed ON outbox.deliveries TO tandem_relay USING (true);
    CREATE POLICY notified ON outbox.deliveries FOR UPDATE TO tandem_session_worker
        USING (consumer = 'notifications');
    CREATE POLICY swept_read ON outbox.deliveries FOR SELECT TO tandem_session_worker USING (true);
    CREATE POLICY swept_publish ON outbox.deliveries FOR INSERT TO tandem_session_worker
        WITH CHECK (state = 'pending');
    CREATE POLICY swept_expire ON outbox.deliveries FOR DELETE TO tandem_session_worker USING (state = 'done');
    CREATE POLICY booked ON outbox.deliveries TO tandem_reputation_worker USING (consumer = 'reputation');
    CREATE POLICY counted ON outbox.deliveries TO tandem_statistics, tandem_statistics_worker
        USING (consumer = 'statistics');

    -- Answers by idempotency key, stored in the transaction of the change that they tell of.
    CREATE TABLE session_service.idempotency_keys (
        user_id uuid NOT NULL,
        endpoint text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        status smallint NOT NULL,
        headers jsonb NOT NULL,
        body bytea NOT NULL,
        settled boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, endpoint, key)
    );
    CREATE INDEX idempotency_keys_age ON session_service.idempotency_keys (created_at);
    GRANT SELECT, INSERT, UPDATE (status, headers, body, settled), DELETE
        ON session_service.idempotency_keys TO tandem_session;
    GRANT SELECT, DELETE ON session_service.idempotency_keys TO tandem_session_worker;
    ALTER TABLE session_service.idempotency_keys ENABLE ROW LEVEL SECURITY;
    ALTER TABLE session_service.idempotency_keys FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON session_service.idempotency_keys TO tandem_session
        USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
    CREATE POLICY expiring ON session_service.idempotency_keys TO tandem_session_worker USING (true);

    -- Who did what, when, by which request. Written by the change's own transaction; nobody may rewrite it.
    CREATE TABLE session_service.audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        actor_id uuid,
        action text NOT NULL,
        subject_type text NOT NULL,
        subject_id text NOT NULL,
        request_id text,
        data jsonb NOT NULL DEFAULT '{}'
    );
    CREATE INDEX audit_log_subject ON session_service.audit_log (subject_type, subject_id, id);
    CREATE INDEX audit_log_actor ON session_service.audit_log (actor_id, id);
    GRANT SELECT, INSERT ON session_service.audit_log TO tandem_session, tandem_session_worker;
    ALTER TABLE session_service.audit_log ENABLE ROW LEVEL SECURITY;
    ALTER TABLE session_service.audit_log FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON session_service.audit_log TO tandem_session
        USING (actor_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
    CREATE POLICY worker ON session_service.audit_log TO tandem_session_worker USING (true);
    """)
