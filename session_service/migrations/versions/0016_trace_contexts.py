"""The relay sees of an event in which trace it is, too: it tells the workers."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("GRANT SELECT (traceparent) ON outbox.events TO tandem_relay")
