"""Users' own webhook endpoints, their secrets, and what was sent to them.

The service's role puts secrets in and can never read one; the courier's reads them, to sign. An endpoint's row is the one
lock of everything that is queued for it: whoever changes its deliveries holds it.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        GRANT USAGE ON SCHEMA session_service, outbox TO tandem_courier;

        CREATE TABLE session_service.webhook_endpoints (
            id uuid PRIMARY KEY,
            user_id uuid NOT NULL REFERENCES session_service.user_profiles (id) ON DELETE CASCADE,
            url varchar(2048) NOT NULL,
            host varchar(255) NOT NULL,
            kinds varchar(50)[] CHECK (cardinality(kinds) > 0),
            description varchar(200) NOT NULL DEFAULT '',
            created_at timestamptz NOT NULL DEFAULT now(),
            disabled_at timestamptz,
            disabled_reason varchar(20) CHECK (disabled_reason IN ('by_owner', 'gone', 'failing')),
            failing_since timestamptz,
            due_at timestamptz,
            held_until timestamptz,
            leased_until timestamptz,
            CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
            CHECK (disabled_at IS NULL OR due_at IS NULL),
            -- What a delivery's and a secret's own copy of the owner refers to.
            UNIQUE (id, user_id)
        ) WITH (fillfactor = 70);
        COMMENT ON COLUMN session_service.webhook_endpoints.kinds IS 'The kinds that are wanted; null: all.';
        COMMENT ON COLUMN session_service.webhook_endpoints.failing_since IS
            'The first failure since the last success; null: the last attempt was one, or there was none.';
        COMMENT ON COLUMN session_service.webhook_endpoints.due_at IS
            'When the first of what is pending falls due; null: nothing is.';
        COMMENT ON COLUMN session_service.webhook_endpoints.held_until IS
            'The receiver has asked for a pause until then, if it has.';
        COMMENT ON COLUMN session_service.webhook_endpoints.leased_until IS
            'Null, or a courier is at it until then, at most: nobody else sends anything to it meanwhile.';
        CREATE INDEX webhook_endpoints_of_user ON session_service.webhook_endpoints (user_id, created_at, id);
        CREATE INDEX webhook_endpoints_due ON session_service.webhook_endpoints (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX webhook_endpoints_leased ON session_service.webhook_endpoints (leased_until)
            WHERE due_at IS NOT NULL;

        CREATE TABLE session_service.webhook_secrets (
            id uuid PRIMARY KEY,
            endpoint_id uuid NOT NULL,
            user_id uuid NOT NULL,
            secret text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz,
            FOREIGN KEY (endpoint_id, user_id)
                REFERENCES session_service.webhook_endpoints (id, user_id) ON DELETE CASCADE
        );
        COMMENT ON COLUMN session_service.webhook_secrets.expires_at IS
            'After a rotation: until when it still signs beside the new one.';
        CREATE INDEX webhook_secrets_of_endpoint ON session_service.webhook_secrets (endpoint_id, created_at);

        CREATE TABLE session_service.webhook_deliveries (
            id uuid PRIMARY KEY,
            endpoint_id uuid NOT NULL,
            user_id uuid NOT NULL,
            notification_id uuid,
            type varchar(80) NOT NULL,
            payload text NOT NULL,
            state varchar(20) NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
            attempts integer NOT NULL DEFAULT 0,
            interruptions integer NOT NULL DEFAULT 0,
            logged integer NOT NULL DEFAULT 0,
            due_at timestamptz NOT NULL DEFAULT now(),
            last_status smallint,
            last_error varchar(200),
            created_at timestamptz NOT NULL DEFAULT now(),
            finished_at timestamptz,
            CHECK ((state = 'pending') = (finished_at IS NULL)),
            FOREIGN KEY (endpoint_id, user_id)
                REFERENCES session_service.webhook_endpoints (id, user_id) ON DELETE CASCADE,
            -- However often a notification is told of, an endpoint gets it once.
            UNIQUE (endpoint_id, notification_id)
        ) WITH (fillfactor = 80);
        COMMENT ON COLUMN session_service.webhook_deliveries.notification_id IS
            'Null for a test. Not a reference: what was sent stays in the log when the inbox forgets it.';
        COMMENT ON COLUMN session_service.webhook_deliveries.payload IS
            'The body, made once: each attempt sends the same bytes.';
        COMMENT ON COLUMN session_service.webhook_deliveries.attempts IS
            'Since it was made, or last asked for again by its owner: those that came to an end, and the one under way.';
        COMMENT ON COLUMN session_service.webhook_deliveries.interruptions IS
            'How often, since then, a courier was ended in the middle of one.';
        COMMENT ON COLUMN session_service.webhook_deliveries.logged IS 'All attempts there ever were.';
        CREATE INDEX webhook_deliveries_of_endpoint
            ON session_service.webhook_deliveries (endpoint_id, created_at DESC, id DESC);
        CREATE INDEX webhook_deliveries_due ON session_service.webhook_deliveries (endpoint_id, due_at, id)
            WHERE state = 'pending';
        CREATE INDEX webhook_deliveries_finished ON session_service.webhook_deliveries (finished_at)
            WHERE finished_at IS NOT NULL;
        CREATE INDEX webhook_deliveries_failed ON session_service.webhook_deliveries (finished_at)
            WHERE state = 'failed';

        CREATE TABLE session_service.webhook_attempts (
            delivery_id uuid NOT NULL REFERENCES session_service.webhook_deliveries (id) ON DELETE CASCADE,
            number integer NOT NULL,
            user_id uuid NOT NULL,
            started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            duration_ms integer,
            status smallint,
            error varchar(200),
            PRIMARY KEY (delivery_id, number)
        );
        COMMENT ON COLUMN session_service.webhook_attempts.duration_ms IS
            'Null while it is under way, or when the courier was ended in the middle of it.';

        ALTER TABLE session_service.webhook_endpoints ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.webhook_endpoints FORCE ROW LEVEL SECURITY;
        ALTER TABLE session_service.webhook_secrets ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.webhook_secrets FORCE ROW LEVEL SECURITY;
        ALTER TABLE session_service.webhook_deliveries ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.webhook_deliveries FORCE ROW LEVEL SECURITY;
        ALTER TABLE session_service.webhook_attempts ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.webhook_attempts FORCE ROW LEVEL SECURITY;

        GRANT SELECT, DELETE, INSERT (id, user_id, url, host, kinds, description),
            UPDATE (url, host, kinds, description, disabled_at, disabled_reason, failing_since, due_at, held_until)
            ON session_service.webhook_endpoints TO tandem_session;
        CREATE POLICY own ON session_service.webhook_endpoints TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        GRANT SELECT (id, endpoint_id, user_id, created_at, expires_at), DELETE,
            INSERT (id, endpoint_id, user_id, secret), UPDATE (expires_at)
            ON session_service.webhook_secrets TO tandem_session;
        CREATE POLICY own ON session_service.webhook_secrets TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        GRANT SELECT, INSERT (id, endpoint_id, user_id, type, payload),
            UPDATE (state, attempts, interruptions, due_at, last_error, finished_at)
            ON session_service.webhook_deliveries TO tandem_session;
        CREATE POLICY own ON session_service.webhook_deliveries TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        GRANT SELECT ON session_service.webhook_attempts TO tandem_session;
        CREATE POLICY own ON session_service.webhook_attempts FOR SELECT TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));

        -- The courier makes deliveries out of notifications, sends them, and notes what came of it.
        GRANT SELECT, UPDATE (disabled_at, disabled_reason, failing_since, due_at, held_until, leased_until)
            ON session_service.webhook_endpoints TO tandem_courier;
        CREATE POLICY courier ON session_service.webhook_endpoints TO tandem_courier USING (true);
        GRANT SELECT ON session_service.webhook_secrets TO tandem_courier;
        CREATE POLICY courier ON session_service.webhook_secrets FOR SELECT TO tandem_courier USING (true);
        GRANT SELECT, INSERT,
            UPDATE (state, attempts, interruptions, logged, due_at, last_status, last_error, finished_at)
            ON session_service.webhook_deliveries TO tandem_courier;
        CREATE POLICY courier ON session_service.webhook_deliveries TO tandem_courier USING (true);
        GRANT SELECT, INSERT, UPDATE (duration_ms, status, error)
            ON session_service.webhook_attempts TO tandem_courier;
        CREATE POLICY courier ON session_service.webhook_attempts TO tandem_courier USING (true);
        GRANT SELECT (id, user_id, kind, title, body, session_id, created_at)
            ON session_service.notifications TO tandem_courier;
        CREATE POLICY webhooks_read ON session_service.notifications FOR SELECT TO tandem_courier USING (true);
        GRANT SELECT (id, notification_preferences) ON session_service.user_profiles TO tandem_courier;
        CREATE POLICY webhooks_read ON session_service.user_profiles FOR SELECT TO tandem_courier USING (true);

        GRANT SELECT, INSERT ON outbox.events TO tandem_courier;
        GRANT SELECT, INSERT, UPDATE ON outbox.deliveries TO tandem_courier;
        CREATE POLICY hooked ON outbox.deliveries TO tandem_courier USING (consumer = 'webhooks');
        CREATE POLICY hooked_publish ON outbox.deliveries FOR INSERT TO tandem_courier
            WITH CHECK (consumer = 'notifications' AND state = 'pending');

        -- The worker forgets what is past its time.
        GRANT SELECT (id, state, finished_at), DELETE ON session_service.webhook_deliveries TO tandem_session_worker;
        CREATE POLICY worker_forgets ON session_service.webhook_deliveries TO tandem_session_worker
            USING (state <> 'pending');
        """
    )
