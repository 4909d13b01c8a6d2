"""Streaks that were reached, and those at risk, told once."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE stats_worker.streaks_reached (
            user_id    uuid NOT NULL,
            days       integer NOT NULL CHECK (days > 0),
            reached_on date NOT NULL,
            PRIMARY KEY (user_id, days)
        );
        COMMENT ON TABLE stats_worker.streaks_reached IS
            'Which lengths of a streak each user has ever reached and been told of; kept when everything is counted anew';

        ALTER TABLE stats_worker.totals
            ADD COLUMN streak_ended_on date,
            ADD COLUMN streak_days integer NOT NULL DEFAULT 0,
            ADD COLUMN warned_on date;
        COMMENT ON COLUMN stats_worker.totals.streak_ended_on IS
            'the last day of the newest run that has a practice; with streak_days, its days, a hint where to look: runs tell';
        COMMENT ON COLUMN stats_worker.totals.warned_on IS 'the local date on which a streak was last said to be at risk';

        -- The owner, too, is bound by forced row-level security, unless it is a superuser.
        ALTER TABLE stats_worker.runs NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE stats_worker.totals NO FORCE ROW LEVEL SECURITY;
        UPDATE stats_worker.totals SET streak_ended_on = newest.last_day, streak_days = newest.days
        FROM (
            SELECT DISTINCT ON (user_id) user_id, last_day, days FROM stats_worker.runs
            WHERE days > 0 ORDER BY user_id, last_day DESC
        ) AS newest
        WHERE totals.user_id = newest.user_id;
        ALTER TABLE stats_worker.totals FORCE ROW LEVEL SECURITY;
        ALTER TABLE stats_worker.runs FORCE ROW LEVEL SECURITY;

        -- By zone and day it holds exactly those whose streak is at risk when that day was yesterday there. Who has
        -- been warned leaves it.
        CREATE INDEX totals_at_risk ON stats_worker.totals ((coalesce(timezone, seen_timezone)), streak_ended_on)
            WHERE streak_days >= 2 AND warned_on IS DISTINCT FROM (streak_ended_on + 1);

        GRANT SELECT, INSERT ON stats_worker.streaks_reached TO tandem_statistics, tandem_statistics_worker;
        GRANT UPDATE (streak_ended_on, streak_days) ON stats_worker.totals TO tandem_statistics, tandem_statistics_worker;
        GRANT UPDATE (warned_on) ON stats_worker.totals TO tandem_statistics_worker;
        ALTER TABLE stats_worker.streaks_reached ENABLE ROW LEVEL SECURITY;
        ALTER TABLE stats_worker.streaks_reached FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON stats_worker.streaks_reached TO tandem_statistics
            USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
            WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY counting ON stats_worker.streaks_reached TO tandem_statistics_worker
            USING (true) WITH CHECK (true);

        -- Whoever counts says which streaks have been reached; the worker also says which are at risk. To nobody else.
        GRANT INSERT ON outbox.events, outbox.deliveries TO tandem_statistics, tandem_statistics_worker;
        CREATE POLICY counted_publish ON outbox.deliveries FOR INSERT TO tandem_statistics
            WITH CHECK (consumer = 'reputation' AND state = 'pending');
        CREATE POLICY warned_publish ON outbox.deliveries FOR INSERT TO tandem_statistics_worker
            WITH CHECK (consumer IN ('reputation', 'notifications') AND state = 'pending');
        -- The policy that lets them keep their own deliveries would let them write new ones, too.
        CREATE POLICY counted_by_others ON outbox.deliveries AS RESTRICTIVE FOR INSERT
            TO tandem_statistics, tandem_statistics_worker WITH CHECK (consumer <> 'statistics');
        """
    )
