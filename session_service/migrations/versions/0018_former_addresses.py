"""What somebody's e-mail address was before is noted like their former names, since it follows the identity provider's now."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ADDRESSES = """
CREATE OR REPLACE FUNCTION accounts.note_former_name() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO accounts.former_names (user_id, name)
    VALUES (OLD.id, CASE WHEN TG_NARGS > 0 AND TG_ARGV[0] = 'email' THEN OLD.email ELSE OLD.display_name END)
    ON CONFLICT (user_id, name) DO UPDATE SET noted_at = EXCLUDED.noted_at;
    DELETE FROM accounts.former_names WHERE user_id = OLD.id AND name IN (
        SELECT name FROM accounts.former_names WHERE user_id = OLD.id ORDER BY noted_at DESC, name OFFSET 50
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER note_former_address AFTER UPDATE OF email ON session_service.user_profiles
    FOR EACH ROW WHEN (OLD.email IS DISTINCT FROM NEW.email AND OLD.email IS NOT NULL)
    EXECUTE FUNCTION accounts.note_former_name('email');
COMMENT ON TABLE accounts.former_names IS 'Names and e-mail addresses that a profile had before.';
"""


def upgrade() -> None:
    op.execute(_ADDRESSES)
