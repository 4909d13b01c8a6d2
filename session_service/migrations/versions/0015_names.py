"""Erasure: what counts as a name. Functions as before, which take less for one.

An id is looked for as it is, wherever it stands. What somebody was called may be any word (``ed``, ``session``, ``30``, ``:``),
so it counts only as a word of its own, and in JSON only within texts: never in keys, figures, fixed words, other ids or
times, which others go on reading. Events of others go no more because of how somebody was called.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_WORDS = r"""
CREATE FUNCTION accounts.is_id(trace text) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT trace ~ '^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$' $$;
COMMENT ON FUNCTION accounts.is_id IS 'Whether it is written like an id: with hyphens, or without.';

CREATE FUNCTION accounts.in_json(trace text) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT substr(to_json(trace)::text, 2, length(to_json(trace)::text) - 2) $$;
COMMENT ON FUNCTION accounts.in_json IS 'As it is written within a string of JSON.';

CREATE FUNCTION accounts.word_pattern(VARIADIC words text[]) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    -- Nobody called An is to be taken out of the middle of "Anton". An accent may be a character of its own; in JSON the
    -- letter of an escape may stand before a name.
    SELECT '((?<![\w\u0300-\u036f])|(?<=\\[nrtbf])|(?<=\\u[0-9a-f]{4}))('
        || string_agg(regexp_replace(word, '(\W)', '\\\1', 'g'), '|') || ')(?![\w\u0300-\u036f])'
    FROM unnest(words) AS word
$$;
COMMENT ON FUNCTION accounts.word_pattern IS 'Matches where one of these words stands on its own, the longest first.';

CREATE FUNCTION accounts.without_traces(words text, wanted text[], instead text[], names boolean, in_json boolean)
    RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    called text[] := '{}';
    stand_in text;
BEGIN
    FOR i IN 1 .. coalesce(cardinality(wanted), 0) LOOP
        IF accounts.is_id(wanted[i]) THEN
            words := replace(words, wanted[i], instead[i]);
        ELSIF names AND (position(wanted[i] IN words) > 0 OR position(accounts.in_json(wanted[i]) IN words) > 0) THEN
            called := called || wanted[i] || CASE WHEN in_json THEN ARRAY[accounts.in_json(wanted[i])] END;
            stand_in := instead[i];
        END IF;
    END LOOP;
    -- All at once: one may be called as another one's stand-in is.
    IF cardinality(called) > 0 THEN
        words := regexp_replace(words, accounts.word_pattern(VARIADIC called), replace(stand_in, '\', '\\'), 'g');
    END IF;
    RETURN words;
END
$$;
COMMENT ON FUNCTION accounts.without_traces IS
    'Text with ids replaced; names, too, if asked for; those as JSON writes them, if asked for. All names give way to the same.';

CREATE FUNCTION accounts.without(words json, wanted text[], instead text[]) RETURNS json
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    token record;
    member text := '';
    content text;
    changed text;
    pieces text[] := '{}';
BEGIN
    -- A string with what stands between it and the one before, or what stands after the last one.
    FOR token IN
        SELECT parts[1] AS between, parts[2] AS string, parts[3] AS colon
        FROM regexp_matches(words::text, '([^"]*)(?:("(?:[^"\\]|\\.)*")(\s*:)?|$)', 'g') AS parts
    LOOP
        content := (token.string::json) #>> '{}';
        changed := accounts.without_traces(content, wanted, instead, names => NOT (token.colon IS NOT NULL
            OR member IN ('type', 'kind', 'code', 'status', 'session_status') OR accounts.is_id(content)
            OR content ~ '^\d{4}-\d\d-\d\d(T\d\d:\d\d[\d:.]*(Z|[+-]\d\d:\d\d))?$'), in_json => false);
        pieces := pieces || concat(token.between,
            CASE WHEN changed = content THEN token.string ELSE to_json(changed)::text END, token.colon);
        member := CASE WHEN token.colon IS NOT NULL THEN content ELSE '' END;
    END LOOP;
    RETURN array_to_string(pieces, '')::json;
END
$$;
COMMENT ON FUNCTION accounts.without(json, text[], text[]) IS
    'With ids replaced everywhere, and names in texts that are no ids, times or fixed words. All else stays as it was written.';

CREATE OR REPLACE FUNCTION accounts.without(words jsonb, wanted text[], instead text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT accounts.without(words::json, wanted, instead)::jsonb $$;

CREATE OR REPLACE FUNCTION accounts.without(words text, wanted text[], instead text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF words ~ '^\s*[\[{]' THEN
        BEGIN
            RETURN accounts.without(words::json, wanted, instead);
        EXCEPTION WHEN data_exception THEN
            -- It only looked like JSON.
            NULL;
        END;
    END IF;
    RETURN accounts.without_traces(words, wanted, instead, names => true, in_json => true);
END
$$;

CREATE OR REPLACE FUNCTION accounts.mentions(words text, wanted text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM (SELECT unnest(wanted) UNION SELECT accounts.in_json(unnest(wanted))) AS traces (one) WHERE CASE
        WHEN position(one IN words) = 0 THEN false
        WHEN accounts.is_id(one) THEN true
        ELSE words ~ accounts.word_pattern(one)
    END)
$$;
COMMENT ON FUNCTION accounts.mentions IS 'Whether an id stands in it, or a name on its own: JSON may have it for a key, too.';
"""

_BEGIN = """
-- As before, but for names as JSON writes them: whoever replaces or looks for names in JSON sees to that.
CREATE OR REPLACE FUNCTION session_service.begin_erasure(leaving uuid) RETURNS jsonb
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stand_in CONSTANT uuid := accounts.stand_in_of(leaving);
    entry record;
    wanted jsonb;
    cancelled jsonb;
BEGIN
    -- Whoever schedules a session of one of these matches has finished, or will find the stand-in.
    PERFORM FROM session_service.wingman_matches WHERE leaving IN (user1_id, user2_id) ORDER BY id FOR UPDATE;
    -- Longer ones first, so that no name is taken out of the middle of another.
    SELECT jsonb_agg(jsonb_build_array(trace, instead) ORDER BY length(trace) DESC, trace) INTO wanted FROM (
        SELECT leaving::text AS trace, stand_in::text AS instead
        UNION SELECT replace(leaving::text, '-', ''), replace(stand_in::text, '-', '')
        UNION SELECT name, 'Deleted user' FROM (
            SELECT display_name AS name FROM session_service.user_profiles WHERE id = leaving
            UNION SELECT f.name FROM accounts.former_names f WHERE f.user_id = leaving
            UNION SELECT email FROM session_service.user_profiles WHERE id = leaving AND email IS NOT NULL
        ) AS called WHERE name <> 'Deleted user'
    ) AS traces WHERE trace <> '';
    IF EXISTS (SELECT FROM session_service.wingman_matches WHERE leaving IN (user1_id, user2_id)) THEN
        INSERT INTO session_service.user_profiles (id, display_name, stands_in)
        VALUES (stand_in, 'Deleted user', true) ON CONFLICT DO NOTHING;
    END IF;
    UPDATE session_service.wingman_matches SET status = 'declined', answered_at = now()
    WHERE leaving IN (user1_id, user2_id) AND status = 'pending';
    WITH changed AS (
        UPDATE session_service.wingman_sessions SET status = 'cancelled', updated_at = clock_timestamp()
        WHERE leaving IN (user1_id, user2_id) AND status IN ('scheduled', 'in_progress')
        RETURNING id, user1_id, user2_id
    ), noted AS (
        INSERT INTO session_service.audit_log (action, subject_type, subject_id)
        SELECT 'session_cancelled', 'buddy_session', id::text FROM changed
    )
    SELECT jsonb_agg(jsonb_build_object('session_id', id, 'buddy_id',
        CASE WHEN user1_id = leaving THEN user2_id ELSE user1_id END)) INTO cancelled FROM changed;
    DELETE FROM session_service.no_show_appeals WHERE user_id = leaving AND status = 'open';
    FOR entry IN SELECT * FROM accounts.erasure_plan WHERE action = 'stand_in' ORDER BY position LOOP
        EXECUTE format('UPDATE %1$I.%2$I SET %3$I = $1 WHERE %3$I = $2', entry.house, entry.relation, entry.person)
            USING stand_in, leaving;
    END LOOP;
    UPDATE session_service.user_profiles
    SET display_name = 'Deleted user', email = NULL, notification_preferences = '{}' WHERE id = leaving;
    RETURN jsonb_build_object('stand_in', stand_in, 'wanted', wanted, 'cancelled', coalesce(cancelled, '[]'));
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
    ids CONSTANT text[] := ARRAY(SELECT one FROM unnest(wanted) AS one WHERE accounts.is_id(one));
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
"""


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA accounts, session_service TO tandem_definer")
    for part in (_WORDS, _BEGIN, _EVENTS):
        op.execute(part)
    op.execute("REVOKE CREATE ON SCHEMA accounts, session_service FROM tandem_definer")
