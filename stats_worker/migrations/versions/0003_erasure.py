"""What becomes of an erased user's figures."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        SELECT accounts.plan('stats_worker', relation, 'user_id', 'delete', exported) FROM (VALUES
            ('counted'::name, false), ('totals', true), ('days', true), ('weekdays', true), ('sequences', true),
            ('runs', true), ('freezes', true), ('streaks_reached', true)
        ) AS planned (relation, exported);
        """
    )
