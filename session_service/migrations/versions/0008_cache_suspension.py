"""Whether the gateways may answer reads out of their cache (docs/decisions/0016)."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE session_service.cache_suspension (
            singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
            generation uuid NOT NULL DEFAULT gen_random_uuid(),
            suspended_until timestamptz NOT NULL DEFAULT '-infinity'
        );
        COMMENT ON TABLE session_service.cache_suspension IS
            'One row. What was cached under another generation is never served; until suspended_until nothing is.';
        INSERT INTO session_service.cache_suspension DEFAULT VALUES;
        ALTER TABLE session_service.cache_suspension ENABLE ROW LEVEL SECURITY;
        ALTER TABLE session_service.cache_suspension FORCE ROW LEVEL SECURITY;
        CREATE POLICY cache_suspension_read ON session_service.cache_suspension
            FOR SELECT TO tandem_session USING (true);
        CREATE POLICY cache_suspension_change ON session_service.cache_suspension
            FOR UPDATE TO tandem_session USING (true);
        GRANT SELECT, UPDATE (generation, suspended_until) ON session_service.cache_suspension TO tandem_session;
        """
    )
