"""Erasing or exporting an operator's account finds the operator's reversals by an index."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX reversals_of_operator ON reputation_service.reversals (operator_id)")
