"""Training: plans, and the sessions in which they are carried out.

Nobody but its owner sees or touches either. A completed session cannot be changed: the policies say so, so that no
statement can, whatever its WHERE.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE session_service.plans (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            user_id uuid NOT NULL REFERENCES session_service.user_profiles (id) ON DELETE CASCADE,
            name varchar(200) NOT NULL CHECK (char_length(name) >= 1),
            structure jsonb NOT NULL CHECK (jsonb_typeof(structure) = 'object'),
            has_sessions boolean NOT NULL DEFAULT false,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX plans_of_user ON session_service.plans (user_id, created_at DESC, id DESC);

        ALTER TABLE session_service.plans ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.plans FORCE ROW LEVEL SECURITY;

        GRANT SELECT, INSERT, DELETE ON session_service.plans TO tandem_session;
        GRANT UPDATE (name, structure, has_sessions, updated_at) ON session_service.plans TO tandem_session;
        CREATE POLICY own ON session_service.plans FOR ALL TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
            WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));


        CREATE TABLE session_service.training_sessions (
            id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            user_id uuid NOT NULL REFERENCES session_service.user_profiles (id) ON DELETE CASCADE,
            plan_id uuid,
            plan_snapshot jsonb NOT NULL
                CHECK (jsonb_typeof(plan_snapshot -> 'name') = 'string'
                    AND jsonb_typeof(plan_snapshot -> 'structure') = 'object'),
            plan_name text NOT NULL GENERATED ALWAYS AS (plan_snapshot ->> 'name') STORED,
            date date NOT NULL,
            session jsonb NOT NULL CHECK (jsonb_typeof(session) = 'object'),
            started_at timestamptz NOT NULL DEFAULT now(),
            ended_at timestamptz CHECK (ended_at >= started_at),
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            import_source varchar(20),
            import_key varchar(64),
            CHECK ((import_source IS NULL) = (import_key IS NULL)),
            -- What is brought along is over.
            CHECK (import_key IS NULL OR ended_at IS NOT NULL)
        );
        COMMENT ON COLUMN session_service.training_sessions.plan_id IS
            'The plan as it was chosen. No foreign key: deleting a plan changes no session, completed ones least of all.';
        COMMENT ON COLUMN session_service.training_sessions.plan_name IS
            'The name in the snapshot, so that lists need not unpack it.';
        COMMENT ON COLUMN session_service.training_sessions.import_key IS
            'Names a workout of another application, so that it is brought along once.';

        -- One open session a user, whatever happens at the same instant.
        CREATE UNIQUE INDEX training_sessions_open ON session_service.training_sessions (user_id)
            WHERE ended_at IS NULL;
        CREATE UNIQUE INDEX training_sessions_imported ON session_service.training_sessions (user_id, import_key)
            WHERE import_key IS NOT NULL;
        CREATE INDEX training_sessions_by_date
            ON session_service.training_sessions (user_id, date, started_at, id);
        CREATE INDEX training_sessions_by_start ON session_service.training_sessions (user_id, started_at, id);
        CREATE INDEX training_sessions_by_end ON session_service.training_sessions (user_id, ended_at, started_at, id);
        CREATE INDEX training_sessions_of_plan ON session_service.training_sessions (user_id, plan_id, date)
            WHERE plan_id IS NOT NULL;

        ALTER TABLE session_service.training_sessions ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.training_sessions FORCE ROW LEVEL SECURITY;

        GRANT SELECT, INSERT ON session_service.training_sessions TO tandem_session;
        GRANT UPDATE (session, ended_at, updated_at) ON session_service.training_sessions TO tandem_session;
        CREATE POLICY own_read ON session_service.training_sessions FOR SELECT TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY own_start ON session_service.training_sessions FOR INSERT TO tandem_session
            WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY own_open_change ON session_service.training_sessions FOR UPDATE TO tandem_session
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid) AND ended_at IS NULL)
            WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        """
    )
