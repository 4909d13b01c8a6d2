"""Erasure: the plan of what is held about a user, and the functions that carry it out, step by step.

``accounts.erasure_plan`` lists every column that names a user, and what becomes of it; a house's migration that makes such
a column adds it with ``accounts.plan``, which also gives the definer the rights that this takes and no others. Rows can be
deleted through it only while their user is in ``accounts.closed``. Exports go by the same list.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_PLAN = """
CREATE TABLE accounts.erasure_plan (
    position integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    house name NOT NULL,
    relation name NOT NULL,
    person name NOT NULL,
    action text NOT NULL CHECK (action IN ('delete', 'stand_in', 'goes_with', 'call', 'last')),
    exported boolean NOT NULL DEFAULT false,
    hidden name[] NOT NULL DEFAULT '{}',
    UNIQUE (house, relation, person)
);
COMMENT ON COLUMN accounts.erasure_plan.action IS
    'delete: the rows go. stand_in: the rows stay for the buddy, with another id. goes_with: a foreign key deletes them.
    call: the function <house>.<relation>(user, at most) deletes, and says how many rows. last: the row goes with the
    account itself.';
COMMENT ON COLUMN accounts.erasure_plan.hidden IS 'Columns that no export shows: secrets, and what is of no meaning.';
CREATE TABLE accounts.shared_words (
    house name NOT NULL,
    relation name NOT NULL,
    words name NOT NULL,
    reader name,
    session name,
    PRIMARY KEY (house, relation, words)
);
COMMENT ON TABLE accounts.shared_words IS
    'Columns of rows that stay with the buddies, in whose words a name may stand; by the buddy who reads them, or by the
    session that they are about, or both (then also rows without a session), or neither (then all rows are looked at).';

CREATE FUNCTION accounts.plan(
    house name, relation name, person name, action text, exported boolean DEFAULT false, hidden name[] DEFAULT '{}'
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts.erasure_plan (house, relation, person, action, exported, hidden)
    VALUES (house, relation, person, action, exported, hidden);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tandem_definer', house);
    IF action = 'call' THEN
        EXECUTE format('GRANT EXECUTE ON FUNCTION %I.%I(uuid, integer) TO tandem_definer', house, relation);
        RETURN;
    END IF;
    EXECUTE format('GRANT SELECT ON %I.%I TO tandem_definer', house, relation);
    EXECUTE format('CREATE POLICY %I ON %I.%I FOR SELECT TO tandem_definer USING (true)',
        'erasure_reads_' || person, house, relation);
    IF action IN ('delete', 'last') THEN
        EXECUTE format('GRANT DELETE ON %I.%I TO tandem_definer', house, relation);
        EXECUTE format('CREATE POLICY %I ON %I.%I FOR DELETE TO tandem_definer'
            ' USING (%I IN (SELECT user_id FROM accounts.closed))', 'erasure_' || person, house, relation, person);
        IF action = 'delete' THEN
            -- Whatever else the definer may be allowed for the sake of other functions.
            EXECUTE format('CREATE POLICY %I ON %I.%I AS RESTRICTIVE FOR DELETE TO tandem_definer USING (%I IN'
                ' (SELECT user_id FROM accounts.closed))', 'erasure_only_' || person, house, relation, person);
        END IF;
    ELSIF action = 'stand_in' THEN
        EXECUTE format('GRANT UPDATE (%I) ON %I.%I TO tandem_definer', person, house, relation);
        EXECUTE format('CREATE POLICY %I ON %I.%I FOR UPDATE TO tandem_definer'
            ' USING (%I IN (SELECT user_id FROM accounts.closed)) WITH CHECK (true)',
            'erasure_' || person, house, relation, person);
    END IF;
END
$$;
COMMENT ON FUNCTION accounts.plan IS 'For migrations: what becomes of a column that names a user.';

CREATE FUNCTION accounts.plan_words(
    house name, relation name, words name[], reader name DEFAULT NULL, session name DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE each_words name;
BEGIN
    FOREACH each_words IN ARRAY words LOOP
        INSERT INTO accounts.shared_words VALUES (house, relation, each_words, reader, session);
        EXECUTE format('GRANT UPDATE (%I) ON %I.%I TO tandem_definer', each_words, house, relation);
    END LOOP;
    EXECUTE format('GRANT SELECT ON %I.%I TO tandem_definer', house, relation);
    EXECUTE format('CREATE POLICY erasure_rereads ON %I.%I FOR SELECT TO tandem_definer USING (true)', house, relation);
    EXECUTE format('CREATE POLICY erasure_rewrites ON %I.%I FOR UPDATE TO tandem_definer USING (true)', house, relation);
END
$$;
COMMENT ON FUNCTION accounts.plan_words IS 'For migrations: where a name may stand in what stays with the buddies.';
REVOKE ALL ON FUNCTION accounts.plan, accounts.plan_words FROM PUBLIC;

ALTER TABLE session_service.user_profiles ADD COLUMN stands_in boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN session_service.user_profiles.stands_in IS 'Nobody: takes a deleted user''s place in what buddies keep.';
GRANT SELECT (id, display_name, email, stands_in), DELETE, INSERT (stands_in) ON session_service.user_profiles
    TO tandem_definer;
GRANT UPDATE (display_name, email, notification_preferences) ON session_service.user_profiles TO tandem_definer;
CREATE POLICY definer_closes ON session_service.user_profiles FOR UPDATE TO tandem_definer
    USING (id IN (SELECT user_id FROM accounts.closed));

-- What somebody was called before may stand in what buddies were told then.
CREATE TABLE accounts.former_names (
    user_id uuid NOT NULL REFERENCES session_service.user_profiles ON DELETE CASCADE,
    name text NOT NULL,
    PRIMARY KEY (user_id, name)
);
ALTER TABLE accounts.former_names ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts.former_names FORCE ROW LEVEL SECURITY;
GRANT INSERT ON accounts.former_names TO tandem_definer;
CREATE POLICY definer_notes ON accounts.former_names FOR INSERT TO tandem_definer WITH CHECK (true);
CREATE FUNCTION accounts.note_former_name() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO accounts.former_names (user_id, name) VALUES (OLD.id, OLD.display_name) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
ALTER FUNCTION accounts.note_former_name OWNER TO tandem_definer;
CREATE TRIGGER note_former_name AFTER UPDATE OF display_name ON session_service.user_profiles
    FOR EACH ROW WHEN (OLD.display_name IS DISTINCT FROM NEW.display_name)
    EXECUTE FUNCTION accounts.note_former_name();

-- A session's copy of the match's two follows the match.
ALTER TABLE session_service.wingman_sessions
    DROP CONSTRAINT wingman_sessions_match_id_user1_id_user2_id_fkey,
    ADD CONSTRAINT wingman_sessions_match_id_user1_id_user2_id_fkey FOREIGN KEY (match_id, user1_id, user2_id)
        REFERENCES session_service.wingman_matches (id, user1_id, user2_id) ON UPDATE CASCADE;
GRANT DELETE, UPDATE (status, updated_at) ON session_service.wingman_sessions TO tandem_definer;
GRANT DELETE, UPDATE (status, answered_at) ON session_service.wingman_matches TO tandem_definer;
GRANT DELETE ON session_service.no_show_appeals TO tandem_definer;
CREATE POLICY definer_withdraws ON session_service.no_show_appeals FOR DELETE TO tandem_definer
    USING (status = 'open' AND user_id IN (SELECT user_id FROM accounts.closed));
-- What two deleted users had is nobody's any more.
CREATE POLICY definer_forgets ON session_service.user_profiles FOR DELETE TO tandem_definer USING (stands_in);
-- A row is locked by whoever may change it. The inviter may not, but keeps the match while a session of it is made.
CREATE POLICY inviter_keeps ON session_service.wingman_matches FOR UPDATE TO tandem_session
    USING (user1_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid))
    WITH CHECK (false);
CREATE POLICY definer_forgets ON session_service.wingman_matches FOR DELETE TO tandem_definer
    USING (2 = (SELECT count(*) FROM session_service.user_profiles p WHERE p.id IN (user1_id, user2_id) AND p.stands_in));
CREATE POLICY definer_forgets ON session_service.wingman_sessions FOR DELETE TO tandem_definer
    USING (2 = (SELECT count(*) FROM session_service.user_profiles p WHERE p.id IN (user1_id, user2_id) AND p.stands_in));
GRANT INSERT, UPDATE (data) ON session_service.audit_log TO tandem_definer;
CREATE POLICY definer_notes ON session_service.audit_log FOR INSERT TO tandem_definer WITH CHECK (actor_id IS NULL);
CREATE POLICY definer_rewrites ON session_service.audit_log FOR UPDATE TO tandem_definer
    USING (subject_type = 'buddy_session');
GRANT USAGE ON SCHEMA outbox TO tandem_definer;
GRANT SELECT, DELETE, UPDATE (subject, data, request_id) ON outbox.events TO tandem_definer;
GRANT SELECT, UPDATE (user_id, last_error) ON outbox.deliveries TO tandem_definer;
CREATE POLICY definer_reads ON outbox.deliveries FOR SELECT TO tandem_definer USING (true);
CREATE POLICY definer_erases ON outbox.deliveries FOR UPDATE TO tandem_definer USING (state = 'dead');
GRANT SELECT ON accounts.erasure_plan, accounts.shared_words TO tandem_definer, tandem_session_worker;

SELECT accounts.plan(house, relation, person, action, exported, hidden) FROM (VALUES
    ('session_service'::name, 'wingman_matches'::name, 'user1_id'::name, 'stand_in', false, '{}'::name[]),
    ('session_service', 'wingman_matches', 'user2_id', 'stand_in', false, '{}'),
    ('session_service', 'wingman_sessions', 'user1_id', 'goes_with', false, '{}'),
    ('session_service', 'wingman_sessions', 'user2_id', 'goes_with', false, '{}'),
    ('session_service', 'no_show_appeals', 'user_id', 'stand_in', true, '{}'),
    ('session_service', 'no_show_appeals', 'buddy_id', 'stand_in', false, '{}'),
    ('session_service', 'buddy_ratings', 'rater_id', 'stand_in', true, '{}'),
    ('session_service', 'buddy_ratings', 'rated_id', 'stand_in', false, '{}'),
    ('session_service', 'practice_shares', 'owner_id', 'goes_with', true, '{token_hash}'),
    ('session_service', 'practice_poses', 'owner_id', 'goes_with', true, '{}'),
    ('session_service', 'practice_pauses', 'owner_id', 'goes_with', true, '{}'),
    ('session_service', 'practice_sessions', 'owner_id', 'delete', true, '{completion}'),
    ('session_service', 'practice_totals', 'owner_id', 'delete', true, '{}'),
    ('session_service', 'training_sessions', 'user_id', 'delete', true, '{}'),
    ('session_service', 'plans', 'user_id', 'delete', true, '{}'),
    ('session_service', 'emails', 'user_id', 'delete', true, '{leases,uncertain}'),
    ('session_service', 'reminders', 'user_id', 'delete', true, '{}'),
    ('session_service', 'webhook_attempts', 'user_id', 'goes_with', true, '{}'),
    ('session_service', 'webhook_deliveries', 'user_id', 'delete', true, '{}'),
    ('session_service', 'webhook_secrets', 'user_id', 'goes_with', true, '{secret}'),
    ('session_service', 'webhook_endpoints', 'user_id', 'delete', true, '{leased_until}'),
    ('session_service', 'notifications', 'user_id', 'delete', true, '{}'),
    ('session_service', 'idempotency_keys', 'user_id', 'delete', false, '{}'),
    ('session_service', 'audit_log', 'actor_id', 'delete', true, '{}'),
    ('session_service', 'export_chunks', 'user_id', 'goes_with', false, '{}'),
    ('accounts', 'former_names', 'user_id', 'goes_with', true, '{}'),
    ('session_service', 'jobs', 'user_id', 'last', true, '{state,size,due_at,lease,attempts}'),
    ('session_service', 'user_profiles', 'id', 'last', true, '{stands_in}')
) AS planned (house, relation, person, action, exported, hidden);

SELECT accounts.plan_words('session_service', 'wingman_sessions', '{notes,venue_name}', session => 'id');
SELECT accounts.plan_words('session_service', 'no_show_appeals', '{reason,decision_reason}', session => 'session_id');
SELECT accounts.plan_words('session_service', 'buddy_ratings', '{comment}', session => 'session_id');
SELECT accounts.plan_words('session_service', 'notifications', '{title,body}', reader => 'user_id', session => 'session_id');
SELECT accounts.plan_words('session_service', 'idempotency_keys', '{body}');
SELECT accounts.plan_words('session_service', 'webhook_deliveries', '{payload,last_error}', reader => 'user_id');
"""

_WORDS = r"""
CREATE FUNCTION accounts.without(words text, wanted text[], instead text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE pattern text;
BEGIN
    FOR i IN 1 .. coalesce(cardinality(wanted), 0) LOOP
        IF position(wanted[i] IN words) > 0 THEN
            -- As words of their own: nobody called An is to be taken out of the middle of "Anton". In JSON the letter of
            -- an escape may stand before a name.
            pattern := '((?<!\w)|(?<=\\[nrtbf]))'
                || regexp_replace(wanted[i], '(\W)', '\\\1', 'g') || '(?!\w)';
            words := regexp_replace(words, pattern, replace(instead[i], '\', '\\'), 'g');
        END IF;
    END LOOP;
    RETURN words;
END
$$;
CREATE FUNCTION accounts.without(words jsonb, wanted text[], instead text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT accounts.without(words::text, wanted, instead)::jsonb $$;
CREATE FUNCTION accounts.without(words bytea, wanted text[], instead text[]) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT convert_to(accounts.without(convert_from(words, 'UTF8'), wanted, instead), 'UTF8') $$;
CREATE FUNCTION accounts.mentions(words text, wanted text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT FROM unnest(wanted) AS one WHERE position(one IN words) > 0) $$;
"""


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA accounts TO tandem_definer")
    op.execute(_PLAN)
    op.execute(_WORDS)
    op.execute("REVOKE CREATE ON SCHEMA accounts FROM tandem_definer")
