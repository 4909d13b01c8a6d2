"""An erasure renews what the planner remembers of this house's tables, too."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SELECT accounts.plan_analyzing('reputation_service')")
