"""What becomes of an erased user's reputation. The ledger stays append-only for everybody but an erasure.

Its rows are deleted by ``accounts.erase_rows``, as ``tandem_definer``, to whom row-level security shows for deletion nobody's
rows but those of accounts that are closed. The boards follow the counters by their triggers.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE OR REPLACE FUNCTION reputation_service.refuse_change() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND current_user = 'tandem_definer' THEN
                RETURN NULL;
            END IF;
            RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
        END
        $$;

        SELECT accounts.plan('reputation_service', relation, person, action, exported, hidden) FROM (VALUES
            ('ledger'::name, 'user_id'::name, 'delete', true, '{}'::name[]),
            ('badges', 'user_id', 'delete', true, '{}'),
            ('penalties', 'user_id', 'delete', true, '{}'),
            ('counters', 'user_id', 'delete', true, '{}'),
            ('idempotency_keys', 'user_id', 'delete', false, '{}'),
            ('reversals', 'operator_id', 'stand_in', true, '{}')
        ) AS planned (relation, person, action, exported, hidden);
        SELECT accounts.plan_words('reputation_service', 'idempotency_keys', '{body}');
        SELECT accounts.plan_words('reputation_service', 'reversals', '{reason}', session => 'session_id');
        """
    )
