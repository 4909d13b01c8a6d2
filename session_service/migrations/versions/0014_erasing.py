"""The steps of an erasure, each a function of the definer that only the session service's worker may call.

Each step may be carried out again, and is atomic with what the job remembers of it. All but the first refuse whoever is not
in ``accounts.closed``, so that they cannot be turned against anybody else.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BEGIN = """
CREATE FUNCTION accounts.stand_in_of(leaving uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE found uuid;
BEGIN
    SELECT stand_in_id INTO found FROM accounts.closed WHERE user_id = leaving;
    IF found IS NULL THEN
        RAISE EXCEPTION 'this account is not closed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN found;
END
$$;

CREATE FUNCTION session_service.begin_erasure(leaving uuid) RETURNS jsonb
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
        UNION SELECT unnest(ARRAY[name, trim(BOTH '"' FROM to_jsonb(name)::text)]), 'Deleted user' FROM (
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
COMMENT ON FUNCTION session_service.begin_erasure IS
    'Nothing is open between the user and any buddy any more, and what stays with the buddies names the stand-in.';
"""

_EVENTS = """
CREATE FUNCTION accounts.settle_events(leaving uuid) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own uuid[];
    shared integer;
BEGIN
    PERFORM accounts.stand_in_of(leaving);
    SELECT array_agg(id) FILTER (WHERE is_own), count(DISTINCT id) FILTER (WHERE NOT is_own) INTO own, shared FROM (
        SELECT e.id, e.type LIKE 'tandem.practice.%' OR e.type LIKE 'tandem.profile.%' AS is_own
        FROM outbox.deliveries d JOIN outbox.events e ON e.id = d.event_id
        WHERE d.state = 'pending' AND position(leaving::text IN e.subject || ' ' || e.data::text) > 0
    ) AS pending;
    -- What concerns nobody else need not be applied any more.
    DELETE FROM outbox.events WHERE id = ANY (own);
    RETURN shared;
END
$$;
COMMENT ON FUNCTION accounts.settle_events IS 'How many events of the user and others are still to be applied.';

CREATE FUNCTION accounts.sweep_events(
    leaving uuid, wanted text[], instead text[], after uuid, at_most integer
) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    page uuid[];
    naming uuid[];
BEGIN
    PERFORM accounts.stand_in_of(leaving);
    page := ARRAY(SELECT id FROM outbox.events WHERE id > after ORDER BY id LIMIT at_most);
    IF cardinality(page) = 0 THEN
        RETURN NULL;
    END IF;
    naming := ARRAY(SELECT e.id FROM outbox.events e WHERE e.id = ANY (page)
        AND accounts.mentions(concat_ws(' ', e.subject, e.data::text, e.request_id), wanted));
    DELETE FROM outbox.events e WHERE e.id = ANY (naming)
        AND NOT EXISTS (SELECT FROM outbox.deliveries d WHERE d.event_id = e.id AND d.state <> 'done');
    -- A dead letter is somebody else's, too, and may still be tried again: for the buddy, and for nobody.
    UPDATE outbox.events e SET data = accounts.without(data, wanted, instead),
        subject = accounts.without(subject, wanted, instead), request_id = accounts.without(request_id, wanted, instead)
    WHERE e.id = ANY (naming)
        AND NOT EXISTS (SELECT FROM outbox.deliveries d WHERE d.event_id = e.id AND d.state = 'pending');
    UPDATE outbox.deliveries SET user_id = NULL, last_error = accounts.without(last_error, wanted, instead)
    WHERE event_id = ANY (naming) AND state = 'dead';
    RETURN page[cardinality(page)];
END
$$;
"""

_WORDS = """
CREATE FUNCTION session_service.erase_from_buddies(
    leaving uuid, wanted text[], instead text[], after uuid, at_most integer
) RETURNS uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stand_in CONSTANT uuid := accounts.stand_in_of(leaving);
    buddies uuid[];
    sessions uuid[];
    entry record;
BEGIN
    buddies := ARRAY(
        SELECT DISTINCT CASE WHEN user1_id = stand_in THEN user2_id ELSE user1_id END AS buddy
        FROM session_service.wingman_matches WHERE stand_in IN (user1_id, user2_id)
            AND CASE WHEN user1_id = stand_in THEN user2_id ELSE user1_id END > after
        ORDER BY buddy LIMIT at_most
    );
    IF cardinality(buddies) = 0 THEN
        RETURN NULL;
    END IF;
    sessions := ARRAY(
        SELECT id FROM session_service.wingman_sessions
        WHERE (user1_id = stand_in AND user2_id = ANY (buddies)) OR (user2_id = stand_in AND user1_id = ANY (buddies))
    );
    FOR entry IN
        SELECT w.*, format_type(a.atttypid, a.atttypmod) AS type
        FROM accounts.shared_words w
        JOIN pg_attribute a ON a.attrelid = format('%I.%I', house, relation)::regclass AND a.attname = words
        WHERE num_nonnulls(reader, session) > 0
        ORDER BY house, relation, words
    LOOP
        EXECUTE format('UPDATE %1$I.%2$I SET %3$I = accounts.without(%3$I%4$s, $1, $2)::%5$s WHERE %6$s AND %7$s',
            entry.house, entry.relation, entry.words,
            CASE WHEN entry.type IN ('jsonb', 'bytea') THEN '' ELSE '::text' END, entry.type,
            concat_ws(' AND ', CASE WHEN entry.reader IS NOT NULL THEN format('%I = ANY ($3)', entry.reader) END,
                CASE WHEN entry.session IS NULL THEN NULL
                    WHEN entry.reader IS NULL THEN format('%I = ANY ($4)', entry.session)
                    ELSE format('(%1$I IS NULL OR %1$I = ANY ($4))', entry.session) END),
            CASE entry.type WHEN 'bytea' THEN format('accounts.mentions(convert_from(%I, ''UTF8''), $1)', entry.words)
                ELSE format('accounts.mentions(%I::text, $1)', entry.words) END
        ) USING wanted, instead, buddies, sessions;
    END LOOP;
    UPDATE session_service.audit_log SET data = accounts.without(data, wanted, instead)
    WHERE subject_type = 'buddy_session' AND subject_id = ANY (sessions::text[])
        AND accounts.mentions(data::text, wanted);
    RETURN buddies[cardinality(buddies)];
END
$$;
CREATE FUNCTION accounts.sweep_words(
    leaving uuid, wanted text[], instead text[], of_house name, of_relation name, first_block bigint, blocks integer
) RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entry record;
    size CONSTANT bigint := pg_relation_size(format('%I.%I', of_house, of_relation)::regclass)
        / current_setting('block_size')::bigint;
BEGIN
    PERFORM accounts.stand_in_of(leaving);
    FOR entry IN
        SELECT words FROM accounts.shared_words
        WHERE house = of_house AND relation = of_relation AND num_nonnulls(reader, session) = 0
    LOOP
        EXECUTE format('UPDATE %1$I.%2$I SET %3$I = accounts.without(%3$I, $1, $2)'
            ' WHERE ctid >= $3 AND ctid < $4 AND position(convert_to($5, ''UTF8'') IN %3$I) > 0',
            of_house, of_relation, entry.words)
            USING wanted, instead, format('(%s,0)', first_block)::tid, format('(%s,0)', first_block + blocks)::tid,
                leaving::text;
    END LOOP;
    RETURN CASE WHEN first_block + blocks < size THEN first_block + blocks END;
END
$$;
COMMENT ON FUNCTION accounts.sweep_words IS
    'Takes the user out of these blocks of a table of bytes; where to go on, or null: that was the end.';

COMMENT ON FUNCTION session_service.erase_from_buddies IS
    'Takes the user out of the words that the next buddies keep; the last of these buddies, or null: there is none left.';
"""

_ROWS = """
CREATE FUNCTION accounts.erase_rows(leaving uuid, at_most integer) RETURNS integer
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entry record;
    gone integer;
    total integer := 0;
BEGIN
    PERFORM accounts.stand_in_of(leaving);
    FOR entry IN SELECT * FROM accounts.erasure_plan WHERE action IN ('delete', 'call') ORDER BY position LOOP
        IF entry.action = 'call' THEN
            EXECUTE format('SELECT %I.%I($1, $2)', entry.house, entry.relation) INTO gone USING leaving, at_most - total;
        ELSE
            EXECUTE format('DELETE FROM %1$I.%2$I WHERE ctid = ANY (ARRAY('
                'SELECT ctid FROM %1$I.%2$I WHERE %3$I = $1 LIMIT $2))', entry.house, entry.relation, entry.person)
                USING leaving, at_most - total;
            GET DIAGNOSTICS gone = ROW_COUNT;
        END IF;
        total := total + gone;
        EXIT WHEN total >= at_most;
    END LOOP;
    RETURN total;
END
$$;
COMMENT ON FUNCTION accounts.erase_rows IS 'Deletes up to so many rows of the user by the plan; how many: none, none left.';

CREATE FUNCTION session_service.finish_erasure(leaving uuid) RETURNS boolean
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
        WHERE c.user_id = leaving AND e.time >= c.closed_at - interval '1 minute'
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
COMMENT ON FUNCTION session_service.finish_erasure IS
    'The account itself goes, with the job, unless something has come up meanwhile: false, then look again.';

CREATE FUNCTION accounts.own_rows(asking uuid, wanted integer) RETURNS SETOF json
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    entry record;
    shown text;
BEGIN
    SELECT * INTO STRICT entry FROM accounts.erasure_plan WHERE position = wanted AND exported;
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO shown FROM pg_attribute
    WHERE attrelid = format('%I.%I', entry.house, entry.relation)::regclass AND attnum > 0 AND NOT attisdropped
        AND attname <> ALL (entry.hidden);
    RETURN QUERY EXECUTE format('SELECT row_to_json(own) FROM (SELECT %s FROM %I.%I WHERE %I = $1) own',
        shown, entry.house, entry.relation, entry.person) USING asking;
END
$$;
COMMENT ON FUNCTION accounts.own_rows IS 'What one entry of the plan holds about a user, for the user''s export.';

CREATE FUNCTION session_service.may_be_invited(invited uuid) RETURNS boolean
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT accounts.admit(invited) IS NOT NULL
        AND NOT EXISTS (SELECT FROM session_service.user_profiles WHERE id = invited AND stands_in)
$$;
CREATE FUNCTION session_service.anybody_gone(people uuid[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT FROM session_service.user_profiles WHERE id = ANY (people) AND stands_in) $$;
"""

_RIGHTS = """
DO $$
DECLARE each_function regprocedure;
BEGIN
    FOR each_function IN
        SELECT oid FROM pg_proc WHERE oid IN (
            'accounts.stand_in_of(uuid)'::regprocedure,
            'accounts.settle_events(uuid)'::regprocedure,
            'accounts.sweep_events(uuid, text[], text[], uuid, integer)'::regprocedure,
            'accounts.sweep_words(uuid, text[], text[], name, name, bigint, integer)'::regprocedure,
            'accounts.erase_rows(uuid, integer)'::regprocedure,
            'accounts.own_rows(uuid, integer)'::regprocedure,
            'session_service.begin_erasure(uuid)'::regprocedure,
            'session_service.erase_from_buddies(uuid, text[], text[], uuid, integer)'::regprocedure,
            'session_service.finish_erasure(uuid)'::regprocedure
        )
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO tandem_definer', each_function);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', each_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tandem_session_worker', each_function);
    END LOOP;
    FOR each_function IN
        SELECT oid FROM pg_proc WHERE oid IN (
            'session_service.may_be_invited(uuid)'::regprocedure, 'session_service.anybody_gone(uuid[])'::regprocedure
        )
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO tandem_definer', each_function);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', each_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO tandem_session', each_function);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA accounts, session_service FROM tandem_definer;

-- What others have said of a user is the user's, too, as far as the user may see it.
GRANT SELECT ON session_service.buddy_ratings TO tandem_session_worker;
CREATE POLICY worker_exports ON session_service.buddy_ratings FOR SELECT TO tandem_session_worker USING (true);
GRANT EXECUTE ON FUNCTION session_service.ratings_visible TO tandem_session_worker;
"""


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA accounts, session_service TO tandem_definer")
    for part in (_BEGIN, _EVENTS, _WORDS, _ROWS, _RIGHTS):
        op.execute(part)
