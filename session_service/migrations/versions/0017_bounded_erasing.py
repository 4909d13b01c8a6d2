"""Erasure within bounds: each step and each export finds what it looks for by an index, and ends, however much there is.

- The last fifty names of a profile are remembered; all of them are looked for at once.
- A name that is written like an id is somebody's own only where it is a word: others' ids stay. Taking names out twice is
  the same as once.
- Before an account goes, new events are looked through page by page; the last look is at those of the last minutes alone.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_INDEXES = """
CREATE INDEX webhook_deliveries_of_user ON session_service.webhook_deliveries (user_id);
CREATE INDEX webhook_attempts_of_user ON session_service.webhook_attempts (user_id);
CREATE INDEX webhook_secrets_of_user ON session_service.webhook_secrets (user_id);
CREATE INDEX practice_poses_of_owner ON session_service.practice_poses (owner_id);
CREATE INDEX practice_pauses_of_owner ON session_service.practice_pauses (owner_id);
CREATE INDEX practice_shares_of_owner ON session_service.practice_shares (owner_id);
-- For the foreign key: deleting a profile looks whether anything refers to its number.
CREATE INDEX practice_sessions_of_number ON session_service.practice_sessions (user_id);
CREATE INDEX export_chunks_of_user ON session_service.export_chunks (user_id);
CREATE INDEX jobs_expiring ON session_service.jobs (expires_at) WHERE expires_at IS NOT NULL;
"""

_FORMER_NAMES = """
ALTER TABLE accounts.former_names ADD COLUMN noted_at timestamptz NOT NULL DEFAULT clock_timestamp();
COMMENT ON COLUMN accounts.former_names.noted_at IS 'When it last ceased to be the name. The last fifty are kept.';
GRANT DELETE, UPDATE (noted_at) ON accounts.former_names TO tandem_definer;
CREATE POLICY definer_notes_again ON accounts.former_names FOR UPDATE TO tandem_definer USING (true);
CREATE POLICY definer_forgets ON accounts.former_names FOR DELETE TO tandem_definer USING (true);
CREATE OR REPLACE FUNCTION accounts.note_former_name() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO accounts.former_names (user_id, name) VALUES (OLD.id, OLD.display_name)
    ON CONFLICT (user_id, name) DO UPDATE SET noted_at = EXCLUDED.noted_at;
    DELETE FROM accounts.former_names WHERE user_id = OLD.id AND name IN (
        SELECT name FROM accounts.former_names WHERE user_id = OLD.id ORDER BY noted_at DESC, name OFFSET 50
    );
    RETURN NULL;
END
$$;
-- The owner, too, is bound by forced row-level security, unless it is a superuser.
ALTER TABLE accounts.former_names NO FORCE ROW LEVEL SECURITY;
DELETE FROM accounts.former_names f USING (
    SELECT user_id, name, row_number() OVER (PARTITION BY user_id ORDER BY noted_at DESC, name) AS number
    FROM accounts.former_names
) AS numbered
WHERE numbered.number > 50 AND (f.user_id, f.name) = (numbered.user_id, numbered.name);
ALTER TABLE accounts.former_names FORCE ROW LEVEL SECURITY;
"""

_WORDS = r"""
CREATE OR REPLACE FUNCTION accounts.without_traces(
    words text, wanted text[], instead text[], names boolean, in_json boolean
) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    called text[] := '{}';
    stand_in text;
BEGIN
    FOR i IN 1 .. coalesce(cardinality(wanted), 0) LOOP
        IF position(wanted[i] IN words) > 0 THEN
            -- Somebody may be called like another one's id, which is to stay where it is an id.
            IF accounts.is_id(wanted[i]) AND accounts.is_id(instead[i]) THEN
                words := replace(words, wanted[i], instead[i]);
            ELSIF names THEN
                called := called || wanted[i];
                stand_in := instead[i];
            END IF;
        END IF;
        IF names AND in_json AND wanted[i] ~ '["\\]' AND position(accounts.in_json(wanted[i]) IN words) > 0 THEN
            called := called || accounts.in_json(wanted[i]);
            stand_in := instead[i];
        END IF;
    END LOOP;
    -- All at once, and what is there instead of a name is left alone: somebody may be called "user".
    IF cardinality(called) > 0 THEN
        words := regexp_replace(
            words, accounts.word_pattern(VARIADIC called || stand_in), replace(stand_in, '\', '\\'), 'g');
    END IF;
    RETURN words;
END
$$;

CREATE OR REPLACE FUNCTION accounts.mentions(words text, wanted text[]) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE called text[];
BEGIN
    called := ARRAY(SELECT one FROM unnest(wanted) AS one WHERE position(one IN words) > 0)
        || ARRAY(SELECT accounts.in_json(one) FROM unnest(wanted) AS one
            WHERE one ~ '["\\]' AND position(accounts.in_json(one) IN words) > 0);
    IF cardinality(called) = 0 THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM unnest(called) AS one WHERE accounts.is_id(one))
        OR words ~ accounts.word_pattern(VARIADIC called);
END
$$;
"""

_EVENTS = """
CREATE OR REPLACE FUNCTION accounts.sweep_events(
    leaving uuid, wanted text[], instead text[], after uuid, at_most integer
) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    page uuid[];
    concerned uuid[];
    naming uuid[];
    ids CONSTANT text[] := ARRAY(SELECT one FROM unnest(wanted, instead) AS traces (one, other)
        WHERE accounts.is_id(one) AND accounts.is_id(other));
BEGIN
    PERFORM accounts.stand_in_of(leaving);
    page := ARRAY(SELECT id FROM outbox.events WHERE id > after ORDER BY id LIMIT at_most);
    IF cardinality(page) = 0 THEN
        RETURN NULL;
    END IF;
    concerned := ARRAY(SELECT e.id FROM outbox.events e WHERE e.id = ANY (page)
        AND accounts.mentions(concat_ws(' ', e.subject, e.data::text, e.request_id), ids));
    -- Others' events, in which the user is spoken of.
    naming := concerned || ARRAY(SELECT e.id FROM outbox.events e WHERE e.id = ANY (page) AND e.id <> ALL (concerned)
        AND CASE WHEN NOT accounts.mentions(concat_ws(' ', e.data::text, e.request_id), wanted) THEN false
            ELSE (e.data, e.request_id) IS DISTINCT FROM
                (accounts.without(e.data, wanted, instead), accounts.without(e.request_id, wanted, instead)) END);
    DELETE FROM outbox.events e WHERE e.id = ANY (concerned)
        AND NOT EXISTS (SELECT FROM outbox.deliveries d WHERE d.event_id = e.id AND d.state <> 'done');
    -- A dead letter is somebody else's, too, and may still be tried again: for the buddy, and for nobody.
    UPDATE outbox.events e SET data = accounts.without(data, wanted, instead),
        subject = accounts.without_traces(subject, wanted, instead, names => false, in_json => false),
        request_id = accounts.without(request_id, wanted, instead)
    WHERE e.id = ANY (naming)
        AND NOT EXISTS (SELECT FROM outbox.deliveries d WHERE d.event_id = e.id AND d.state = 'pending');
    UPDATE outbox.deliveries SET user_id = CASE WHEN event_id = ANY (concerned) THEN NULL ELSE user_id END,
        last_error = accounts.without(last_error, wanted, instead)
    WHERE event_id = ANY (naming) AND state = 'dead';
    RETURN page[cardinality(page)];
END
$$;

ALTER TABLE accounts.closed
    ADD COLUMN looked_until timestamptz,
    ADD COLUMN look_began timestamptz,
    ADD COLUMN look_time timestamptz,
    ADD COLUMN event_id uuid;
COMMENT ON COLUMN accounts.closed.looked_until IS
    'No event of before, give or take a minute, names the user; null: since closed_at that is not known.';
COMMENT ON COLUMN accounts.closed.look_began IS 'When the look at later ones began that is under way, if one is.';
COMMENT ON COLUMN accounts.closed.look_time IS 'How far that has come: the time of the last event, with event_id.';
GRANT UPDATE (looked_until, look_began, look_time, event_id) ON accounts.closed TO tandem_definer;

CREATE FUNCTION accounts.look_at_events(leaving uuid, at_most integer) RETURNS text
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    look accounts.closed;
    page record;
BEGIN
    PERFORM accounts.stand_in_of(leaving);
    SELECT * INTO STRICT look FROM accounts.closed WHERE user_id = leaving;
    IF look.look_began IS NULL THEN
        look.look_began := clock_timestamp();
        -- A transaction may have ended that much later than its events say.
        look.look_time := coalesce(look.looked_until, look.closed_at) - interval '1 minute';
        look.event_id := '00000000-0000-0000-0000-000000000000';
    END IF;
    SELECT count(*) AS events, coalesce(bool_or(position(leaving::text IN subject || ' ' || data::text) > 0), false) AS named,
        (array_agg(id ORDER BY time DESC, id DESC))[1] AS id, max(time) AS time
    INTO page FROM (
        SELECT e.id, e.time, e.subject, e.data FROM outbox.events e
        WHERE (e.time, e.id) > (look.look_time, look.event_id) ORDER BY e.time, e.id LIMIT at_most
    ) AS following;
    IF page.named THEN
        UPDATE accounts.closed SET look_began = NULL, look_time = NULL, event_id = NULL WHERE user_id = leaving;
        RETURN 'named';
    ELSIF page.events = at_most THEN
        UPDATE accounts.closed SET look_began = look.look_began, look_time = page.time, event_id = page.id
        WHERE user_id = leaving;
        RETURN 'more';
    END IF;
    UPDATE accounts.closed SET looked_until = look.look_began, look_began = NULL, look_time = NULL, event_id = NULL
    WHERE user_id = leaving;
    -- What took long is followed by another one: `finish_erasure` looks at no more than what came since it began.
    RETURN CASE WHEN clock_timestamp() - look.look_began > interval '1 minute' THEN 'more' ELSE 'clean' END;
END
$$;
COMMENT ON FUNCTION accounts.look_at_events IS
    'Looks for the user in the next so many events since the account was closed: named; more: go on; clean: that was the end.';

CREATE OR REPLACE FUNCTION session_service.finish_erasure(leaving uuid) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stand_in CONSTANT uuid := accounts.stand_in_of(leaving);
    nobodys uuid[];
    places uuid[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(leaving::text, 0));
    IF accounts.erase_rows(leaving, 1000) > 0 OR EXISTS (
        SELECT FROM outbox.events e, accounts.closed c
        WHERE c.user_id = leaving AND e.time >= coalesce(c.looked_until, c.closed_at) - interval '1 minute'
            AND position(leaving::text IN e.subject || ' ' || e.data::text) > 0
    ) THEN
        RETURN false;
    END IF;
    nobodys := ARRAY(
        SELECT m.id FROM session_service.wingman_matches m
        JOIN session_service.user_profiles a ON a.id = m.user1_id AND a.stands_in
        JOIN session_service.user_profiles b ON b.id = m.user2_id AND b.stands_in
        WHERE stand_in IN (m.user1_id, m.user2_id)
    );
    places := ARRAY(SELECT unnest(ARRAY[user1_id, user2_id]) FROM session_service.wingman_matches
        WHERE id = ANY (nobodys)) || stand_in;
    DELETE FROM session_service.wingman_sessions WHERE match_id = ANY (nobodys);
    DELETE FROM session_service.wingman_matches WHERE id = ANY (nobodys);
    DELETE FROM session_service.user_profiles p WHERE p.id = ANY (places) AND p.stands_in
        AND NOT EXISTS (SELECT FROM session_service.wingman_matches m WHERE p.id IN (m.user1_id, m.user2_id));
    DELETE FROM session_service.user_profiles WHERE id = leaving;
    DELETE FROM session_service.jobs WHERE user_id = leaving;
    DELETE FROM accounts.closed WHERE user_id = leaving;
    UPDATE accounts.erasures SET number = number + 1;
    RETURN true;
END
$$;

ALTER FUNCTION accounts.look_at_events OWNER TO tandem_definer;
REVOKE ALL ON FUNCTION accounts.look_at_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts.look_at_events TO tandem_session_worker;
"""


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA accounts, session_service TO tandem_definer")
    for part in (_INDEXES, _FORMER_NAMES, _WORDS, _EVENTS):
        op.execute(part)
    op.execute("REVOKE CREATE ON SCHEMA accounts, session_service FROM tandem_definer")
