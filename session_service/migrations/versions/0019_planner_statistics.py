"""An erasure renews what PostgreSQL's planner remembers of the tables: common values, among them ids, names and addresses.

Autovacuum's ANALYZE draws them from the rows, and they stay there after the rows have gone, until enough has changed in the
table; for one that is empty by then, for ever.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NEEDED = """
DO $$
BEGIN
    IF current_setting('server_version_num')::integer < 180000 THEN
        RAISE EXCEPTION 'PostgreSQL 18 or newer is needed, this is %', current_setting('server_version');
    END IF;
END
$$;
"""

_ANALYZE = """
CREATE FUNCTION accounts.plan_analyzing(house name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tandem_definer', house);
    EXECUTE format('GRANT MAINTAIN ON ALL TABLES IN SCHEMA %I TO tandem_definer', house);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT MAINTAIN ON TABLES TO tandem_definer', house);
END
$$;
COMMENT ON FUNCTION accounts.plan_analyzing IS 'For migrations: erasures analyze this schema''s tables, those to come as well.';
REVOKE ALL ON FUNCTION accounts.plan_analyzing FROM PUBLIC;

CREATE FUNCTION accounts.analyze(house name, relation name) RETURNS void
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- ANALYZE changes nothing where there is no row left.
    PERFORM pg_clear_attribute_stats(house::text, relation::text, attname::text, false)
    FROM pg_attribute WHERE attrelid = format('%I.%I', house, relation)::regclass AND attnum > 0 AND NOT attisdropped;
    -- It waits for one that is under way and may have seen the rows. Of those that this transaction has deleted it takes none.
    EXECUTE format('ANALYZE %I.%I', house, relation);
END
$$;
COMMENT ON FUNCTION accounts.analyze IS 'Replaces what the planner remembers of a table by what is in its rows now.';

CREATE FUNCTION accounts.analyzed_tables() RETURNS TABLE (house name, relation name)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND has_table_privilege(c.oid, 'MAINTAIN')
$$;
COMMENT ON FUNCTION accounts.analyzed_tables IS 'The tables of the schemas that are planned to be analyzed.';
"""

_RIGHTS = """
ALTER FUNCTION accounts.analyze OWNER TO tandem_definer;
ALTER FUNCTION accounts.analyzed_tables OWNER TO tandem_definer;
REVOKE ALL ON FUNCTION accounts.analyze, accounts.analyzed_tables FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.analyze, accounts.analyzed_tables TO tandem_session_worker;
SELECT accounts.plan_analyzing(house) FROM unnest('{session_service,outbox,accounts}'::name[]) AS planned (house);
"""


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA accounts TO tandem_definer")
    for part in (_NEEDED, _ANALYZE, _RIGHTS):
        op.execute(part)
    op.execute("REVOKE CREATE ON SCHEMA accounts FROM tandem_definer")
