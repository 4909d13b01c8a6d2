/**
 * Generated from docs/openapi.json by `make client`. Do not edit.
 * sha256 of docs/openapi.json: 16740aa455f5d36a74e5075b0e239b462d91a684f678cd7e8a499194a252f842
 */

export interface paths {
    "/api/challenges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The catalogue of challenges
         * @description All challenges, from easy to hard.
         */
        get: operations["list_challenges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a job is
         * @description One of the user's own jobs. An erasure's is gone when it is done: then this is a 404.
         */
        get: operations["get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jobs/{job_id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download an export
         * @description The ZIP of a completed export, for its user alone, until it expires.
         */
        get: operations["download_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live updates, by WebSocket
         * @description Open a WebSocket here, by `Authorization` or a ticket; a handshake without either is refused with 401.
         *
         *     Send `{"subscribe": ["session:<id>", "practice", "notifications"]}`; from then on come messages `{"id", "type",
         *     "topic", "time", "data"}`. With `"after": "<id>"`, the id of the last message that was read, what was missed in
         *     the last 10 minutes comes first, in order, none twice; if that is not known any more, `{"type": "reset"}` comes in
         *     its place: fetch again what is shown. So it does whenever something may have been missed.
         *
         *     Who is to know from when on nothing is missed adds `"acknowledge": true`: the first answer is then `{"type":
         *     "subscribed", "topics": […], "after": "<id>"}`, whose `after` is where to go on if no message came. Without it
         *     nothing is sent for a subscription itself. `{"unsubscribe": […]}` ends one, and is answered with `{"type":
         *     "unsubscribed", "topics": […]}`.
         *
         *     What cannot be done is `{"type": "error", "code", "detail", "topics"}`: `forbidden` for what is not yours,
         *     `unavailable` for what cannot be told just now, `too_many_topics`, and `invalid_message`.
         *
         *     The server pings every 20 seconds. It closes with 4401 when the token is no longer good, 1013 when the client
         *     is too slow to read, 1008 after too many invalid messages, 1012 when it is about to restart: come back with `after`.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/live/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A ticket for a browser's WebSocket
         * @description A browser's WebSocket cannot carry a token: this ticket opens one in its place, once, within 30 seconds.
         */
        post: operations["create_live_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's matches, newest first
         * @description Matches in which the caller invited or was invited.
         */
        get: operations["list_matches"];
        put?: never;
        /**
         * Invite a buddy
         * @description Invites somebody to be the caller's buddy. Two users have one open match at most, whoever invited.
         */
        post: operations["invite_buddy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of the user's matches
         * @description A match of which the caller is one of the two.
         */
        get: operations["get_match"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description Only the invited one can accept, and only once.
         */
        post: operations["accept_match"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match_id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline an invitation
         * @description Only the invited one can decline, and only once. The two may invite each other again.
         */
        post: operations["decline_match"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's own profile
         * @description The caller's profile; somebody who comes for the first time gets one.
         */
        get: operations["get_me"];
        put?: never;
        post?: never;
        /**
         * Delete the account
         * @description Closes the account at once, and starts the job that erases every trace of it.
         *
         *     From now on the user is refused with 409 `account_being_erased`, but for this and the job, which is a 404 once all
         *     is gone. Buddies keep their own history, with "Deleted user". Whoever comes back after that is new here.
         */
        delete: operations["erase_me"];
        options?: never;
        head?: never;
        /**
         * Change the user's own profile
         * @description Changes what is given. Preferences are given whole. An unknown time zone is a 422.
         */
        patch: operations["change_me"];
        trace?: never;
    };
    "/api/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export all that is held about the user
         * @description Starts a job that makes one ZIP of JSON and CSV; `Location` shows how far it is. While one is open, asking again answers the same job. 5 within 24 hours; the ZIP is kept for 7 days.
         */
        post: operations["export_me"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The inbox
         * @description What has happened to the caller, newest first, and how much of it is unread.
         */
        get: operations["list_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark the whole inbox read
         * @description Every unread entry is read now, on whatever page.
         */
        post: operations["read_all_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/{notification_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark one notification read
         * @description The notification, with the time at which it was first read: reading it again changes nothing.
         */
        post: operations["read_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's plans, newest first
         * @description Plans without their structure.
         */
        get: operations["list_plans"];
        put?: never;
        /**
         * Make a plan
         * @description A named structure to start sessions from.
         */
        post: operations["create_plan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/plans/{plan_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of the user's plans
         * @description The plan with its structure.
         */
        get: operations["get_plan"];
        put?: never;
        post?: never;
        /**
         * Delete a plan
         * @description Its sessions stay as they are, with their copy of the plan and its id.
         */
        delete: operations["delete_plan"];
        options?: never;
        head?: never;
        /**
         * Change a plan
         * @description Sessions keep the plan as it was when they started.
         */
        patch: operations["change_plan"];
        trace?: never;
    };
    "/api/reputation/distribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How users are distributed
         * @description For operators: a histogram of users, and how many of their sessions they complete.
         */
        get: operations["get_distribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reputation/leaderboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The leaderboard
         * @description Users by value, equals by who reached it earliest. Pages follow one another by `next_cursor`.
         *
         *     Who moves while somebody is turning pages may be seen twice or not at all. Who has no history is on no board.
         */
        get: operations["get_leaderboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reputation/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own reputation
         * @description The caller's counters, rank and badges.
         */
        get: operations["get_my_reputation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reputation/me/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own ledger
         * @description Every entry that the caller's counters are the sums of, newest first.
         */
        get: operations["get_my_ledger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reputation/reversals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a session's effects back
         * @description For operators. Entries of the opposite sign are added to the ledger; counters and ranks follow at once.
         *
         *     Badges stay. Whatever else becomes known of the session later, a decision on an appeal, say, books nothing any more.
         */
        post: operations["reverse_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reputation/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user's reputation
         * @description A user's counters, rank and badges: all that others may see. Zeros for a user without history.
         */
        get: operations["get_reputation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's sessions, newest scheduled first
         * @description Sessions of which the caller is one of the two buddies.
         */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/appeals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Appeals to decide
         * @description For operators: every appeal that is open, those that have waited longest first.
         */
        get: operations["list_appeals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/confirm-completion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the buddy, naming the session
         * @description As `POST /api/session/{session_id}/confirm`, with the session in the body.
         */
        post: operations["confirm_completion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Schedule a session
         * @description Schedules a session of the two buddies of an accepted match, with a challenge for each.
         */
        post: operations["create_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A session
         * @description A session of which the caller is one of the two buddies.
         */
        get: operations["get_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Reschedule a session
         * @description Changes place or time, as long as the session is scheduled and nobody has checked in.
         */
        patch: operations["reschedule_session"];
        trace?: never;
    };
    "/api/session/{session_id}/appeal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The appeal against a no-show
         * @description For the session's two buddies, and for operators.
         */
        get: operations["get_appeal"];
        put?: never;
        /**
         * Appeal against a no-show
         * @description Who was marked absent says that it was otherwise, within 7 days and once. From then on the penalty rests, until an operator decides. The buddy is told.
         */
        post: operations["appeal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/{session_id}/appeal/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide an appeal
         * @description For operators, once: upheld, the no-show does not count; rejected, it does. Both buddies are told.
         */
        post: operations["decide_appeal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/{session_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a session
         * @description Calls an open session off, as long as nobody has confirmed anybody. The buddy is told the reason.
         */
        post: operations["cancel_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/{session_id}/check-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check in
         * @description The caller is present, from 60 minutes before the scheduled time on. Checking in again changes nothing.
         */
        post: operations["check_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/{session_id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the buddy
         * @description The caller confirms that the buddy has completed the challenge.
         *
         *     The second of the two confirmations completes the session. The answer then waits for the effects, as long as
         *     `Prefer: wait` says, and reports what has really happened. On 409 the problem also carries `session_status`,
         *     `both_confirmed` and `reputation_updated` as they are now.
         */
        post: operations["confirm_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/{session_id}/no-show": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report that the buddy did not show up
         * @description From 15 minutes after the scheduled time, when the buddy has neither checked in nor been confirmed.
         */
        post: operations["report_no_show"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/{session_id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Save the notes
         * @description Stores the notes as plain text: HTML elements and control characters are removed, all else stays as typed.
         *
         *     Made for autosave: the same text again changes nothing. `If-Match` and the answer's `ETag` are the session's.
         */
        patch: operations["save_notes"];
        trace?: never;
    };
    "/api/session/{session_id}/rating": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The session's ratings
         * @description What the caller thinks of the buddy, and what the buddy thinks of the caller once that is visible.
         */
        get: operations["get_ratings"];
        /**
         * Rate the buddy, or change the rating
         * @description What the caller thinks of the buddy, after both have confirmed. Private, and blind: neither sees the other's before both have rated, or 14 days after completion. Until then it can be changed, which is a 200; afterwards neither changed nor given.
         */
        put: operations["replace_rating"];
        /**
         * Rate the buddy
         * @description What the caller thinks of the buddy, after both have confirmed. Private, and blind: neither sees the other's before both have rated, or 14 days after completion. Until then it can be changed, which is a 200; afterwards neither changed nor given.
         */
        post: operations["rate_buddy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's sessions
         * @description Sessions without their structures. By `ended_at`, the open one counts as the latest.
         */
        get: operations["list_training_sessions"];
        put?: never;
        /**
         * Start a session
         * @description Starts a session from one of the user's plans, of which a copy is kept. One session at a time.
         */
        post: operations["start_training_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a history along
         * @description Imports the CSV export of Hevy or Strong as completed sessions, all of it or nothing.
         *
         *     The same file again adds nothing. A workout is known by its application, start and title; one that is there stays
         *     as it is. A dry run always answers 200, with everything that is wrong. Otherwise a fault is 400, unless
         *     `skip_invalid` says to leave such workouts out.
         */
        post: operations["import_training_sessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of the user's sessions
         * @description The session with its structure, and the plan as it was when it started.
         */
        get: operations["get_training_session"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Store how far a session has come
         * @description Replaces the structure of an open session.
         */
        patch: operations["update_training_session"];
        trace?: never;
    };
    "/api/sessions/{session_id}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was done with a session
         * @description Start, updates and completion, oldest first, each with its time and the request that did it.
         */
        get: operations["get_training_session_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sessions/{session_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a session
         * @description Ends an open session. A completed one stays as it is.
         */
        post: operations["complete_training_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/unsubscribe/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask whether mails are to be stopped
         * @description A page with one button, which stops mails. Looking at it changes nothing: scanners of mail follow every link.
         */
        get: operations["ask_to_unsubscribe"];
        put?: never;
        /**
         * Stop mails
         * @description Turns off the mails that the link is for: of one kind, or all. Again changes nothing.
         */
        post: operations["unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sequences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The catalogue of sequences
         * @description All sequences with their poses, by id.
         */
        get: operations["list_sequences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sequences/{sequence_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A sequence
         * @description One sequence with its poses.
         */
        get: operations["get_sequence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calendar of a month
         * @description Every day of a month with the caller's practices, by the date on which they started where the caller was.
         */
        get: operations["get_practice_calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete a practice
         * @description Completes a practice; the figures include it. The very same again gets the same answer, anything else a 409.
         *
         *     The answer's `ETag` is the session's.
         */
        post: operations["complete_practice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The active practice
         * @description The active practice that was started last: running or paused, and not completed.
         */
        get: operations["get_current_practice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's practices, newest first
         * @description All practices of the caller, active ones as well.
         */
        get: operations["list_practices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a practice
         * @description Starts a practice of a sequence, or a free one. It keeps today's date and the time zone of the profile.
         */
        post: operations["start_practice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Statistics
         * @description The caller's figures. They include every change that was answered before, whatever the workers' backlog.
         */
        get: operations["get_practice_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A practice
         * @description One of the caller's practices.
         */
        get: operations["get_practice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Save notes and mood
         * @description Stores the notes as plain text: HTML elements and control characters are removed, all else stays as typed.
         *
         *     Made for autosave: the same again changes nothing. `If-Match` and the answer's `ETag` are the session's.
         */
        patch: operations["save_practice_notes"];
        trace?: never;
    };
    "/api/v1/sessions/{session_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Pause a practice
         * @description Saves the duration so far, and lets the practice rest until it is resumed or completed.
         *
         *     `If-Match` and the answer's `ETag` are the session's.
         */
        put: operations["pause_practice"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}/poses/{position}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Record a pose
         * @description Notes how a pose went, in place of what was noted of it before; the same again changes nothing.
         *
         *     `If-Match` and the answer's `ETag` are the session's.
         */
        put: operations["record_pose"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Resume a practice
         * @description Goes on with a paused practice; one that is not paused goes on anyway.
         *
         *     `If-Match` and the answer's `ETag` are the session's.
         */
        put: operations["resume_practice"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}/share": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Share a practice
         * @description Makes a link that shows the practice to whoever has it, for 30 days. It shows what was practised and, unless `show_name` is false, the display name, and nothing else of the user. Earlier links go on working; of more than 10 the oldest ends.
         */
        post: operations["share_practice"];
        /**
         * Stop sharing a practice
         * @description Revokes every link to the practice. Once more changes nothing.
         */
        delete: operations["unshare_practice"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shared/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look at a shared practice
         * @description What a link shows. Needs no identity. An unknown, a revoked and an expired link are all a 404.
         */
        get: operations["get_shared_practice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streak/freezes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Frozen days of a month
         * @description The days that the caller has frozen, and how many more can be.
         */
        get: operations["list_frozen_days"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/streak/freezes/{date}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Freeze a day
         * @description Freezes a day: it bridges a streak and does not lengthen it. 3 days of a month can be frozen, none of them
         *     more than 2 days ago or 366 days ahead in the profile's time zone, and no day that has a practice.
         *     A day that is frozen already stays so, and the answer is the same.
         */
        put: operations["freeze_day"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The user's webhooks
         * @description All of them, oldest first, without their secrets.
         */
        get: operations["list_webhooks"];
        put?: never;
        /**
         * Add a webhook
         * @description From now on what the user is notified of is sent there, too, as Standard Webhooks says.
         *
         *     The secret that signatures are verified with is in this answer and in no other one, but for the same request sent
         *     again under its `Idempotency-Key`, for 24 hours. A user has 10 webhooks at most. An address that is not public is
         *     refused, now and at each attempt.
         */
        post: operations["create_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of the user's webhooks
         * @description The webhook, without its secret.
         */
        get: operations["get_webhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description Nothing is sent to it any more; the log of what was goes with it.
         */
        delete: operations["delete_webhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook, or switch it off or on
         * @description What waits goes to the new address. Switched off, it is given up; switched on, it can be sent again.
         */
        patch: operations["change_webhook"];
        trace?: never;
    };
    "/api/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was sent to a webhook
         * @description Newest first, with each attempt. What was delivered is kept for 30 days, what was given up for 90.
         */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send something again
         * @description The same message under the same id, at once, whatever came of it before.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook a new secret
         * @description For 24 hours messages are signed by the new secret and by the one before, so that the receiver can change over in its own time.
         */
        post: operations["rotate_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a webhook out
         * @description Sends it a message of type `webhook.test`, as everything is sent: what came of it is in the deliveries.
         */
        post: operations["try_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Healthz
         * @description Liveness: the process runs.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description Readiness: a session can be completed end to end. If not, the problem's `missing` names what is missing.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Action
         * @description What the audit log knows of a session.
         * @enum {string}
         */
        Action: "session_started" | "session_updated" | "session_completed" | "session_imported";
        /**
         * Alive
         * @description The process runs; nothing is said about what is behind it.
         */
        Alive: {
            /**
             * Status
             * @constant
             */
            status: "alive";
        };
        /**
         * AppealPage
         * @description One page of the appeals that are to be decided.
         */
        AppealPage: {
            /** Items */
            items: components["schemas"]["AppealView"][];
            /**
             * Next Cursor
             * @description Where the next page begins; null on the last one.
             */
            next_cursor: string | null;
        };
        /**
         * AppealStatus
         * @description The states of an appeal; the last two are final.
         * @enum {string}
         */
        AppealStatus: "open" | "upheld" | "rejected";
        /**
         * AppealView
         * @description An appeal against a no-show.
         */
        AppealView: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /** Decided At */
            decided_at: string | null;
            /**
             * Decision Reason
             * @example The venue has two gates.
             */
            decision_reason: string | null;
            /**
             * Reason
             * @example I was at the other gate.
             */
            reason: string;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /**
             * @description `upheld`: the no-show does not count; `rejected`: it does.
             * @example open
             */
            status: components["schemas"]["AppealStatus"];
            /**
             * User Id
             * Format: uuid
             * @description Who appeals.
             */
            user_id: string;
        };
        /**
         * AttemptView
         * @description One attempt to deliver.
         */
        AttemptView: {
            /**
             * Duration Ms
             * @description Null while it is under way, and when it was cut off on this side.
             * @example 120
             */
            duration_ms: number | null;
            /**
             * Error
             * @example The receiver answered 503
             */
            error: string | null;
            /**
             * Number
             * @example 1
             */
            number: number;
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
            /**
             * Status
             * @description What the receiver answered, if it did.
             * @example 503
             */
            status: number | null;
        };
        /**
         * AuditItem
         * @description Something that was done with a session.
         */
        AuditItem: {
            action: components["schemas"]["Action"];
            /**
             * At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            at: string;
            /**
             * Request Id
             * @description The request that did it.
             */
            request_id: string | null;
        };
        /**
         * AuditPage
         * @description What was done with a session, oldest first.
         */
        AuditPage: {
            /** Items */
            items: components["schemas"]["AuditItem"][];
            /**
             * Next Cursor
             * @description Where the next page begins; null on the last one.
             */
            next_cursor: string | null;
        };
        /**
         * BadgeView
         * @description A badge that a user has earned, and the time of the session or the day that earned it. It stays.
         */
        BadgeView: {
            /**
             * Code
             * @description Stable name of the badge.
             * @example sessions_5
             */
            code: string;
            /**
             * Earned At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            earned_at: string;
            /**
             * Title
             * @description What a person reads.
             * @example 5 sessions
             */
            title: string;
        };
        /**
         * Board
         * @description What users are ranked by. The values are the names of counters.
         * @enum {string}
         */
        Board: "completed_sessions" | "points";
        /**
         * BucketView
         * @description Users whose value lies from `from` to `to`, both included; null stands for no end.
         */
        BucketView: {
            /**
             * Completed Sessions
             * @description Of all of them together.
             */
            completed_sessions: number;
            /**
             * Completion Rate Percent
             * @description Completed sessions among those completed or missed, with one decimal; null where there are none.
             * @example 96.2
             */
            completion_rate_percent: number | null;
            /**
             * From
             * @example 5
             */
            from: number | null;
            /**
             * No Shows
             * @description Of all of them together.
             */
            no_shows: number;
            /**
             * To
             * @example 9
             */
            to: number | null;
            /** Users */
            users: number;
        };
        /**
         * Calendar
         * @description A month, day by day.
         */
        Calendar: {
            /**
             * Days
             * @description Every day of the month, in order.
             */
            days: components["schemas"]["CalendarDay"][];
            /**
             * Month
             * @example 2026-11
             */
            month: string;
        };
        /**
         * CalendarDay
         * @description What was practised on one day.
         */
        CalendarDay: {
            /**
             * Date
             * Format: date
             * @example 2026-11-21
             */
            date: string;
            /**
             * Duration Seconds
             * @description The sum of their durations.
             * @example 2700
             */
            duration_seconds: number;
            /**
             * Sessions
             * @description Practices that are `completed` or `partial`.
             * @example 3
             */
            sessions: number;
        };
        /**
         * Cancellation
         * @description Why, if the buddy is to know.
         */
        Cancellation: {
            /**
             * Reason
             * @example It is raining
             */
            reason?: string | null;
        };
        /**
         * ChallengeCatalogue
         * @description All challenges, from easy to hard.
         */
        ChallengeCatalogue: {
            /** Items */
            items: components["schemas"]["ChallengeView"][];
        };
        /**
         * ChallengeView
         * @description What a buddy takes on.
         */
        ChallengeView: {
            /**
             * Description
             * @example Greet five people whom you have never met.
             */
            description: string;
            /**
             * Difficulty
             * @enum {string}
             */
            difficulty: "beginner" | "intermediate" | "advanced";
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Points
             * @description What it is worth.
             * @example 20
             */
            points: number;
            /**
             * Title
             * @example Say hello to five strangers
             */
            title: string;
        };
        /**
         * CheckInView
         * @description What the check-in has done.
         */
        CheckInView: {
            present: components["schemas"]["Presence"];
            /** @example scheduled */
            session_status: components["schemas"]["session_service__buddy__rules__Status"];
        };
        /**
         * ClosedSessionView
         * @description A session as GET shows it, with its status also under the name that the other actions give it.
         */
        ClosedSessionView: {
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Match Id
             * Format: uuid
             */
            match_id: string;
            /**
             * Notes
             * @example Meet at the fountain
             */
            notes: string | null;
            participants: components["schemas"]["Participants"];
            reputation_preview: components["schemas"]["ReputationPreview"];
            /**
             * Scheduled Time
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            scheduled_time: string;
            /** @example scheduled */
            session_status: components["schemas"]["session_service__buddy__rules__Status"];
            /** @example scheduled */
            status: components["schemas"]["session_service__buddy__rules__Status"];
            /**
             * Venue Name
             * @example Riverside Park
             */
            venue_name: string;
        };
        /**
         * CompleteSessionRequest
         * @description End the session.
         */
        CompleteSessionRequest: {
            /** @description A last update. */
            session?: components["schemas"]["SessionStructure"] | null;
        };
        /**
         * CompletedPracticeView
         * @description A completed practice session, and the user's figures with this one counted.
         */
        CompletedPracticeView: {
            /**
             * Completed At
             * @description null: it is active.
             */
            completed_at: string | null;
            /**
             * @description `abandoned` until it is completed.
             * @example completed
             */
            completion_status: components["schemas"]["CompletionStatus"];
            /**
             * Duration Seconds
             * @description As the client has measured it.
             * @example 900
             */
            duration_seconds: number;
            /**
             * Local Date
             * Format: date
             * @description The date on which it started, in `timezone`. Never changes.
             */
            local_date: string;
            /**
             * Measured Seconds
             * @description By the server's own clock, without pauses: up to the last pause while it is active, all of it once it is completed.
             * @example 903
             */
            measured_seconds: number;
            /**
             * Paused At
             * @description Since when it is paused; null while it runs and when over.
             */
            paused_at: string | null;
            /**
             * Poses Completed
             * @example 10
             */
            poses_completed: number;
            /**
             * Running Since
             * @description Since when it runs; null while paused and when over.
             */
            running_since: string | null;
            /**
             * Sequence Id
             * @description null: a free practice.
             * @example 3
             */
            sequence_id: number | null;
            /**
             * Session Id
             * @example 1
             */
            session_id: number;
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
            statistics: components["schemas"]["StatisticsView"];
            /**
             * Timezone
             * @description The user's time zone when it started.
             * @example Europe/Berlin
             */
            timezone: string;
            /**
             * User Id
             * @description The user's `user_number`.
             * @example 42
             */
            user_id: number;
        };
        /**
         * CompletionStatus
         * @description How much was done. A practice that was never completed stays ``abandoned``.
         * @enum {string}
         */
        CompletionStatus: "completed" | "partial" | "abandoned";
        /**
         * Confirmation
         * @description Whom the caller confirms: the buddy, who need not be named.
         */
        Confirmation: {
            /** Confirmed User Id */
            confirmed_user_id?: string | null;
        };
        /**
         * ConfirmationBySession
         * @description The same, with the session named in the body.
         */
        ConfirmationBySession: {
            /** Confirmed User Id */
            confirmed_user_id?: string | null;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
        };
        /**
         * ConfirmationView
         * @description What the confirmation has done.
         */
        ConfirmationView: {
            /** Both Confirmed */
            both_confirmed: boolean;
            /**
             * Message
             * @example Session completed - you have both confirmed each other
             */
            message: string;
            /**
             * Reputation Updated
             * @description Whether both buddies' reputation has really been applied.
             */
            reputation_updated: boolean;
            /** @example scheduled */
            session_status: components["schemas"]["session_service__buddy__rules__Status"];
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
            /**
             * User Reputation Delta
             * @description What the caller gains; 0 before both have confirmed.
             * @example 20
             */
            user_reputation_delta: number;
        };
        /**
         * CreateSessionRequest
         * @description Start a session from a plan.
         */
        CreateSessionRequest: {
            /**
             * Date
             * Format: date
             * @description The day of the session, as the user sees it.
             * @example 2025-08-17
             */
            date: string;
            /**
             * Plan Id
             * Format: uuid
             */
            plan_id: string;
            /** @description What to begin with; without it, the plan's structure. */
            session?: components["schemas"]["SessionStructure"] | null;
        };
        /**
         * CreatedWebhookView
         * @description A new webhook, with its secret.
         */
        CreatedWebhookView: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /** Description */
            description: string;
            /** Disabled At */
            disabled_at: string | null;
            /**
             * Disabled Reason
             * @description `by_owner`; `gone`: the receiver answered 410; `failing`: nothing but failures for 3 days.
             */
            disabled_reason: ("by_owner" | "gone" | "failing") | null;
            /** Enabled */
            enabled: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kinds
             * @description The kinds of notification that are sent; null: all.
             */
            kinds: string[] | null;
            /**
             * Secret
             * @description What signatures are verified with (Standard Webhooks). Shown this once.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=
             */
            secret: string;
            /**
             * Url
             * @example https://example.com/hooks/tandem
             */
            url: string;
        };
        /**
         * Decision
         * @description What an operator decides. Whoever was right, both buddies are told.
         */
        Decision: {
            /**
             * Reason
             * @example The venue has two gates.
             */
            reason?: string | null;
            /**
             * Upheld
             * @description Whether the no-show is taken back; otherwise it counts.
             */
            upheld: boolean;
            /**
             * User Id
             * @description Whose appeal; has to be said where both buddies have appealed.
             */
            user_id?: string | null;
        };
        /**
         * DeliveryList
         * @description A page of a webhook's deliveries, newest first.
         */
        DeliveryList: {
            /** Items */
            items: components["schemas"]["DeliveryView"][];
            /**
             * Next Cursor
             * @description `cursor` of the next page; null on the last one.
             */
            next_cursor: string | null;
        };
        /**
         * DeliveryView
         * @description Something that is to be sent, or was.
         */
        DeliveryView: {
            /**
             * Attempts
             * @description How often it was tried.
             * @example 1
             */
            attempts: number;
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /** Delivered At */
            delivered_at: string | null;
            /**
             * Id
             * Format: uuid
             * @description The message's `webhook-id`, the same in every attempt.
             */
            id: string;
            /**
             * Last Error
             * @example The receiver answered 503
             */
            last_error: string | null;
            /**
             * Last Status
             * @example 503
             */
            last_status: number | null;
            /**
             * Log
             * @description The attempts, the latest first, at most 20 of them.
             */
            log: components["schemas"]["AttemptView"][];
            /**
             * Next Attempt At
             * @description When it is tried again, at the earliest; null when it is not.
             */
            next_attempt_at: string | null;
            /**
             * Notification Id
             * @description The notification that it tells of; null for a test.
             */
            notification_id: string | null;
            /**
             * State
             * @description `failed`: given up, for the reason in `last_error`. It can be sent again.
             * @enum {string}
             */
            state: "pending" | "delivered" | "failed";
            /**
             * Type
             * @example notification.session_completed
             */
            type: string;
        };
        /**
         * Difficulty
         * @description How hard a sequence is.
         * @enum {string}
         */
        Difficulty: "beginner" | "intermediate" | "advanced";
        /**
         * Digest
         * @description One mail a day at this time, by the same clock, instead of one for each notification.
         */
        Digest: {
            /**
             * At
             * @example 08:00
             */
            at: string;
            /**
             * Except
             * @description Kinds that are mailed at once all the same.
             */
            except?: string[];
        };
        /**
         * DistanceUnit
         * @description What distances are in.
         * @enum {string}
         */
        DistanceUnit: "km" | "miles";
        /**
         * DistributionView
         * @description How users are distributed. Who has no history is not counted.
         */
        DistributionView: {
            /**
             * Buckets
             * @description Lowest values first; empty ones, too.
             */
            buckets: components["schemas"]["BucketView"][];
            by: components["schemas"]["Board"];
            /** Completed Sessions */
            completed_sessions: number;
            /**
             * Completion Rate Percent
             * @description Of everybody together.
             */
            completion_rate_percent: number | null;
            /** No Shows */
            no_shows: number;
            /** Users */
            users: number;
        };
        /**
         * EffectView
         * @description What the reversal has added to a user's counters.
         */
        EffectView: {
            /**
             * Completed Sessions
             * @example -1
             */
            completed_sessions: number;
            /**
             * No Shows
             * @example 0
             */
            no_shows: number;
            /**
             * Points
             * @example -10
             */
            points: number;
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
        };
        /**
         * ErrorItem
         * @description One thing that is wrong with a request.
         */
        ErrorItem: {
            /**
             * Loc
             * @description Where it is.
             * @example [
             *       "body",
             *       "venue_name"
             *     ]
             */
            loc: (string | number)[];
            /**
             * Msg
             * @example Field required
             */
            msg: string;
            /**
             * Type
             * @example missing
             */
            type: string;
        };
        /**
         * ExerciseStructure
         * @description An exercise with its sets, in order.
         */
        ExerciseStructure: {
            /**
             * Name
             * @example Bench Press (Barbell)
             */
            name: string & unknown;
            /** Notes */
            notes?: string | null;
            /** Sets */
            sets: components["schemas"]["SetStructure"][];
        };
        /**
         * FreezeView
         * @description A frozen day: it bridges a streak and does not lengthen it.
         */
        FreezeView: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Date
             * Format: date
             * @example 2026-11-21
             */
            date: string;
        };
        /**
         * FrozenMonth
         * @description The frozen days of a month.
         */
        FrozenMonth: {
            /**
             * Items
             * @description In order.
             */
            items: components["schemas"]["FreezeView"][];
            /**
             * Month
             * @example 2026-11
             */
            month: string;
            /**
             * Remaining
             * @description How many more days of this month can be frozen.
             */
            remaining: number;
        };
        /**
         * HistoryItem
         * @description A practice session in the history.
         */
        HistoryItem: {
            /**
             * Completed At
             * @description null: it is active.
             */
            completed_at: string | null;
            /**
             * @description `abandoned` until it is completed.
             * @example completed
             */
            completion_status: components["schemas"]["CompletionStatus"];
            /**
             * Duration Seconds
             * @description As the client has measured it.
             * @example 900
             */
            duration_seconds: number;
            /**
             * Local Date
             * Format: date
             * @description The date on which it started, in `timezone`. Never changes.
             */
            local_date: string;
            /**
             * Measured Seconds
             * @description By the server's own clock, without pauses: up to the last pause while it is active, all of it once it is completed.
             * @example 903
             */
            measured_seconds: number;
            /**
             * Mood
             * @example 4
             */
            mood: number | null;
            /**
             * Paused At
             * @description Since when it is paused; null while it runs and when over.
             */
            paused_at: string | null;
            /**
             * Poses Completed
             * @example 10
             */
            poses_completed: number;
            /**
             * Running Since
             * @description Since when it runs; null while paused and when over.
             */
            running_since: string | null;
            /**
             * Sequence Id
             * @description null: a free practice.
             * @example 3
             */
            sequence_id: number | null;
            /**
             * Session Id
             * @example 1
             */
            session_id: number;
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
            /**
             * Timezone
             * @description The user's time zone when it started.
             * @example Europe/Berlin
             */
            timezone: string;
            /**
             * User Id
             * @description The user's `user_number`.
             * @example 42
             */
            user_id: number;
        };
        /**
         * HistoryPage
         * @description One page of the user's practices.
         */
        HistoryPage: {
            /** Items */
            items: components["schemas"]["HistoryItem"][];
            /**
             * Next Cursor
             * @description Where the next page begins; null on the last one.
             */
            next_cursor: string | null;
        };
        /**
         * ImportFault
         * @description Something in the file that cannot be imported.
         */
        ImportFault: {
            /**
             * Column
             * @description Where in the row; null when it is not one cell.
             */
            column: string | null;
            /** Message */
            message: string;
            /**
             * Row
             * @description As a spreadsheet counts: the header is row 1.
             */
            row: number;
        };
        /**
         * ImportReport
         * @description What an import has done, or would do.
         */
        ImportReport: {
            /**
             * Already There
             * @description Workouts that an earlier import has brought along.
             */
            already_there: number;
            /** Dry Run */
            dry_run: boolean;
            /** Error Count */
            error_count: number;
            /**
             * Errors
             * @description What is wrong, by row; at most 100.
             */
            errors: components["schemas"]["ImportFault"][];
            /**
             * Imported
             * @description Sessions that are new; in a dry run, that would be.
             */
            imported: number;
            /**
             * Invalid
             * @description Workouts that are left out because of a fault.
             */
            invalid: number;
            /**
             * Rows
             * @description Rows of the file, without the header.
             */
            rows: number;
            /**
             * Sessions
             * @description In the order of the file.
             */
            sessions: components["schemas"]["ImportedSession"][];
            source: components["schemas"]["Source"];
            /** Timezone */
            timezone: string;
        };
        /**
         * ImportRequest
         * @description A file that another application has exported.
         */
        ImportRequest: {
            /**
             * Csv
             * @description The file's content. Larger files are sent in parts, each with the header; no workout in two of them.
             * @example title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,reps,distance_km,duration_seconds,rpe
             *     Push,"17 Aug 2025, 18:03","17 Aug 2025, 19:10",,Bench Press (Barbell),,,0,normal,82.5,8,,,8
             */
            csv: string;
            /**
             * @description What distances are in where the file does not say.
             * @default km
             */
            distance_unit?: components["schemas"]["DistanceUnit"];
            /**
             * Dry Run
             * @description Say what would happen, and change nothing.
             * @default false
             */
            dry_run?: boolean;
            /**
             * Skip Invalid
             * @description Import the other workouts when one has a fault. Otherwise a fault keeps everything out.
             * @default false
             */
            skip_invalid?: boolean;
            /** @description Whose export it is. Recognised by its columns when it is left out. */
            source?: components["schemas"]["Source"] | null;
            /**
             * Timezone
             * @description Where the file's times were local. Default: the time zone of the user's profile.
             * @example Europe/Berlin
             */
            timezone?: string | null;
            /**
             * @description What weights are in where the file does not say (Strong's may not).
             * @default kg
             */
            weight_unit?: components["schemas"]["WeightUnit"];
        };
        /**
         * ImportedSession
         * @description What became of one workout.
         */
        ImportedSession: {
            /**
             * Date
             * Format: date
             */
            date: string;
            /**
             * Id
             * @description The session; null as long as there is none.
             */
            id: string | null;
            /** Name */
            name: string;
            outcome: components["schemas"]["Outcome"];
            /**
             * Row
             * @description The first row that tells of it.
             */
            row: number;
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
        };
        /**
         * InboxView
         * @description A page of the inbox, newest first.
         */
        InboxView: {
            /** Items */
            items: components["schemas"]["NotificationView"][];
            /**
             * Next Cursor
             * @description `cursor` of the next page; null on the last one.
             */
            next_cursor: string | null;
            /**
             * Unread
             * @description How many of all entries are unread, on whatever page.
             * @example 3
             */
            unread: number;
        };
        /**
         * Invitation
         * @description Whom to invite.
         */
        Invitation: {
            /**
             * Buddy Id
             * Format: uuid
             * @description The id of any user of the identity provider, even one who never came here.
             */
            buddy_id: string;
        };
        /**
         * JobAccepted
         * @description A job that is going to be done.
         */
        JobAccepted: {
            /**
             * Job Id
             * Format: uuid
             */
            job_id: string;
        };
        /**
         * JobView
         * @description A job, and how far it is.
         */
        JobView: {
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Error
             * @description Why the job has failed.
             * @example null
             */
            error: string | null;
            /**
             * Expires At
             * @description Until when the export can be downloaded.
             */
            expires_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["Kind"];
            /**
             * Progress
             * @description In percent.
             * @example 40
             */
            progress: number;
            status: components["schemas"]["session_service__account__rules__Status"];
            /**
             * Url
             * @description Of a completed export: the address of the ZIP, until it expires. Needs the same identity.
             * @example /api/jobs/019a0000-0000-7000-8000-000000000001/download
             */
            url: string | null;
        };
        /**
         * Kind
         * @description What a job does.
         * @enum {string}
         */
        Kind: "export" | "erasure";
        /**
         * LeaderboardPage
         * @description Users in the order of their value, equals by who reached it earliest.
         */
        LeaderboardPage: {
            by: components["schemas"]["Board"];
            /** Items */
            items: components["schemas"]["PlaceView"][];
            /** @description The caller's own place; null without history. */
            me: components["schemas"]["PlaceView"] | null;
            /**
             * Next Cursor
             * @description The cursor of the next page; null on the last.
             */
            next_cursor: string | null;
        };
        /**
         * LedgerEntryView
         * @description One entry of the ledger: what one session has given or taken.
         */
        LedgerEntryView: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            kind: components["schemas"]["ShownKind"];
            /**
             * Points
             * @description Negative when points were taken.
             */
            points: number;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
        };
        /**
         * LedgerPage
         * @description Entries, newest first, and the cursor of the next page; null on the last.
         */
        LedgerPage: {
            /** Items */
            items: components["schemas"]["LedgerEntryView"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * LinkView
         * @description A link that shows the practice to whoever has it. It is told this once.
         */
        LinkView: {
            /**
             * Expires At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            expires_at: string;
            /**
             * Token
             * @example q0b1
             */
            token: string;
            /**
             * Url
             * @example https://tandem.example/api/v1/shared/q0b1
             */
            url: string;
        };
        /**
         * MatchPage
         * @description One page of the user's matches.
         */
        MatchPage: {
            /** Items */
            items: components["schemas"]["MatchView"][];
            /**
             * Next Cursor
             * @description Where the next page begins; null on the last one.
             */
            next_cursor: string | null;
        };
        /**
         * MatchView
         * @description A match: `user1_id` has invited `user2_id`.
         */
        MatchView: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** @example pending */
            status: components["schemas"]["session_service__matches__rules__Status"];
            /**
             * User1 Id
             * Format: uuid
             * @description Who invited.
             */
            user1_id: string;
            /**
             * User2 Id
             * Format: uuid
             * @description Who was invited, and answers.
             */
            user2_id: string;
        };
        /**
         * NewAppeal
         * @description Why it was otherwise.
         */
        NewAppeal: {
            /**
             * Reason
             * @example I was at the other gate.
             */
            reason: string;
        };
        /**
         * NewLink
         * @description What a link is to show.
         */
        NewLink: {
            /**
             * Show Name
             * @description Whether the link shows your display name.
             * @default true
             */
            show_name?: boolean;
        };
        /**
         * NewPlan
         * @description What somebody means to do.
         */
        NewPlan: {
            /**
             * Name
             * @example Push day
             */
            name: string;
            structure: components["schemas"]["SessionStructure"];
        };
        /**
         * NewRating
         * @description What the caller thinks of the buddy.
         */
        NewRating: {
            /**
             * Comment
             * @example Patient, and on time.
             */
            comment?: string | null;
            /**
             * Rating
             * @description 1 is the worst, 5 the best.
             * @example 5
             */
            rating: number;
        };
        /**
         * NewSession
         * @description A session to schedule with the buddy of an accepted match.
         */
        NewSession: {
            /**
             * Match Id
             * Format: uuid
             */
            match_id: string;
            /**
             * Scheduled Time
             * Format: date-time
             * @description Not more than 5 minutes ago, nor more than a year (365 days) ahead.
             * @example 2025-08-17T15:00:00Z
             */
            scheduled_time: string;
            /**
             * User1 Challenge Id
             * Format: uuid
             * @description For the match's `user1`.
             */
            user1_challenge_id: string;
            /**
             * User2 Challenge Id
             * Format: uuid
             * @description For the match's `user2`.
             */
            user2_challenge_id: string;
            /**
             * Venue Name
             * @example Riverside Park
             */
            venue_name: string;
        };
        /**
         * NewWebhook
         * @description Where to send what happens.
         */
        NewWebhook: {
            /**
             * Description
             * @default
             * @example The club's notice board
             */
            description?: string;
            /**
             * Kinds
             * @description The kinds of notification that are wanted, as the inbox names them; null: all, those that are yet to come as well.
             * @example [
             *       "session_scheduled",
             *       "session_cancelled"
             *     ]
             */
            kinds?: ("buddy_invited" | "match_accepted" | "session_scheduled" | "session_rescheduled" | "session_reminder" | "buddy_checked_in" | "buddy_confirmed_you" | "session_completed" | "session_cancelled" | "no_show" | "appeal_opened" | "appeal_decided" | "badge_earned" | "streak_at_risk" | "webhook_disabled")[] | null;
            /**
             * Url
             * @description `https://`, a public host, perhaps a port (80, 443, or 8000 and above) and a path.
             * @example https://example.com/hooks/tandem
             */
            url: string;
        };
        /**
         * NoFields
         * @description The body of what needs none, as `body: NoFields | None = None`: an empty object, or nothing at all.
         *
         *     Without it an endpoint would take whatever is sent.
         */
        NoFields: Record<string, never>;
        /**
         * NoShowReport
         * @description Nothing has to be said.
         */
        NoShowReport: Record<string, never>;
        /**
         * Notes
         * @description The session's notes, all of them.
         */
        Notes: {
            /**
             * Notes
             * @example Meet at the fountain
             */
            notes: string;
        };
        /**
         * NotesView
         * @description The notes as they were stored.
         */
        NotesView: {
            /**
             * Notes
             * @example Meet at the fountain
             */
            notes: string;
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
            /**
             * Updated At
             * Format: date-time
             * @description When the session last changed.
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
        };
        /**
         * NotificationView
         * @description One entry of the inbox. `title` and `body` are plain text.
         */
        NotificationView: {
            /**
             * Body
             * @example You both confirmed it: +10 reputation.
             */
            body: string;
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kind
             * @description What happened: `buddy_invited`, `match_accepted`, `session_scheduled`, `session_rescheduled`, `session_reminder`, `buddy_checked_in`, `buddy_confirmed_you`, `session_completed`, `session_cancelled`, `no_show`, `appeal_opened`, `appeal_decided`, `badge_earned`, `streak_at_risk`, `webhook_disabled`. More kinds may be added.
             * @example session_completed
             */
            kind: string;
            /**
             * Read At
             * @description When it was first read; null while it is unread.
             */
            read_at: string | null;
            /**
             * Session Id
             * @description The buddy session that it is about, if it is about one.
             */
            session_id: string | null;
            /**
             * Title
             * @example You completed your session with Ben
             */
            title: string;
        };
        /**
         * Order
         * @description In which direction.
         * @enum {string}
         */
        Order: "asc" | "desc";
        /**
         * Outcome
         * @description What became of a workout.
         * @enum {string}
         */
        Outcome: "imported" | "would_be_imported" | "already_there";
        /**
         * Pagination
         * @description Which part of a list this is.
         */
        Pagination: {
            /** Limit */
            limit: number;
            /** Offset */
            offset: number;
            /**
             * Total
             * @description How many match in all.
             */
            total: number;
        };
        /**
         * ParticipantView
         * @description One buddy of a session.
         */
        ParticipantView: {
            challenge: components["schemas"]["ChallengeView"];
            /**
             * Confirmed
             * @description Whether the buddy has confirmed this one.
             */
            confirmed: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Name
             * @example Alex
             */
            name: string;
            /**
             * Present
             * @description Whether this one has checked in.
             */
            present: boolean;
        };
        /**
         * Participants
         * @description The two buddies: `user1` is the one who once invited the other.
         */
        Participants: {
            user1: components["schemas"]["ParticipantView"];
            user2: components["schemas"]["ParticipantView"];
        };
        /**
         * PauseStateView
         * @description What is saved of a practice that was paused or resumed.
         */
        PauseStateView: {
            /** @example completed */
            completion_status: components["schemas"]["CompletionStatus"];
            /**
             * Duration Seconds
             * @example 300
             */
            duration_seconds: number;
            /**
             * Session Id
             * @example 1
             */
            session_id: number;
        };
        /**
         * PauseView
         * @description A pause that is over.
         */
        PauseView: {
            /**
             * Ended At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            ended_at: string;
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
        };
        /**
         * PlaceView
         * @description A user on a leaderboard.
         */
        PlaceView: {
            /**
             * Completed Sessions
             * @example 12
             */
            completed_sessions: number;
            /**
             * Points
             * @example 140
             */
            points: number;
            /**
             * Rank
             * @description One more than the number of users with a higher value: equals share a rank (1, 2, 2, 4).
             * @example 2
             */
            rank: number;
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
        };
        /**
         * PlanChanges
         * @description What is to be different; what is left out stays.
         */
        PlanChanges: {
            /** Name */
            name?: string;
            structure?: components["schemas"]["SessionStructure"];
        };
        /**
         * PlanList
         * @description A part of the user's plans, newest first.
         */
        PlanList: {
            /** Data */
            data: components["schemas"]["PlanSummary"][];
            pagination: components["schemas"]["Pagination"];
        };
        /**
         * PlanResponse
         * @description A plan.
         */
        PlanResponse: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Has Sessions
             * @description Whether a session was ever started from it.
             */
            has_sessions: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            structure: components["schemas"]["SessionStructure"];
            /**
             * Updated At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
        };
        /**
         * PlanSnapshot
         * @description The plan as it was when the session started.
         */
        PlanSnapshot: {
            /** Name */
            name: string;
            structure: components["schemas"]["SessionStructure"];
        };
        /**
         * PlanSnapshotSummary
         * @description What lists show of the plan as it was when the session started.
         */
        PlanSnapshotSummary: {
            /** Name */
            name: string;
        };
        /**
         * PlanSummary
         * @description A plan as lists show it.
         */
        PlanSummary: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Has Sessions
             * @description Whether a session was ever started from it.
             */
            has_sessions: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /** Name */
            name: string;
            /**
             * Updated At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
        };
        /**
         * PoseRecording
         * @description How a pose went.
         */
        PoseRecording: {
            /** Completed */
            completed: boolean;
            /**
             * Held Seconds
             * @example 900
             */
            held_seconds: number;
        };
        /**
         * PoseView
         * @description One pose of a practice as it was recorded.
         */
        PoseView: {
            /** Completed */
            completed: boolean;
            /**
             * Held Seconds
             * @example 45
             */
            held_seconds: number;
            /**
             * Position
             * @example 3
             */
            position: number;
        };
        /**
         * PracticeCompletion
         * @description How a practice went, as the client has measured it.
         */
        PracticeCompletion: {
            /** @example completed */
            completion_status: components["schemas"]["CompletionStatus"];
            /**
             * Duration Seconds
             * @example 900
             */
            duration_seconds: number;
            /**
             * Poses Completed
             * @description Left out or null: as many as were recorded as completed.
             * @example 10
             */
            poses_completed?: number | null;
            /**
             * Session Id
             * @example 1
             */
            session_id: number;
        };
        /**
         * PracticeDetail
         * @description A practice session with all that was noted of it.
         */
        PracticeDetail: {
            /**
             * Completed At
             * @description null: it is active.
             */
            completed_at: string | null;
            /**
             * @description `abandoned` until it is completed.
             * @example completed
             */
            completion_status: components["schemas"]["CompletionStatus"];
            /**
             * Duration Seconds
             * @description As the client has measured it.
             * @example 900
             */
            duration_seconds: number;
            /**
             * Local Date
             * Format: date
             * @description The date on which it started, in `timezone`. Never changes.
             */
            local_date: string;
            /**
             * Measured Seconds
             * @description By the server's own clock, without pauses: up to the last pause while it is active, all of it once it is completed.
             * @example 903
             */
            measured_seconds: number;
            /**
             * Mood
             * @example 4
             */
            mood: number | null;
            /**
             * Notes
             * @example Calm today
             */
            notes: string | null;
            /**
             * Paused At
             * @description Since when it is paused; null while it runs and when over.
             */
            paused_at: string | null;
            /**
             * Pauses
             * @description The pauses that are over, the latest 100, in order.
             */
            pauses: components["schemas"]["PauseView"][];
            /**
             * Poses
             * @description The recorded poses, by position.
             */
            poses: components["schemas"]["PoseView"][];
            /**
             * Poses Completed
             * @example 10
             */
            poses_completed: number;
            /**
             * Running Since
             * @description Since when it runs; null while paused and when over.
             */
            running_since: string | null;
            /**
             * Sequence Id
             * @description null: a free practice.
             * @example 3
             */
            sequence_id: number | null;
            /**
             * Session Id
             * @example 1
             */
            session_id: number;
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
            /**
             * Timezone
             * @description The user's time zone when it started.
             * @example Europe/Berlin
             */
            timezone: string;
            /**
             * Updated At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
            /**
             * User Id
             * @description The user's `user_number`.
             * @example 42
             */
            user_id: number;
        };
        /**
         * PracticeNotes
         * @description Notes on a practice, all of them, and the mood after it.
         */
        PracticeNotes: {
            /**
             * Mood
             * @description 1 to 5; left out: stays; null: none.
             */
            mood?: number | null;
            /**
             * Notes
             * @example Calm today
             */
            notes: string;
        };
        /**
         * PracticeNotesView
         * @description Notes and mood as they were stored.
         */
        PracticeNotesView: {
            /**
             * Mood
             * @example 4
             */
            mood: number | null;
            /**
             * Notes
             * @example Calm today
             */
            notes: string;
            /**
             * Success
             * @default true
             * @constant
             */
            success: true;
            /**
             * Updated At
             * Format: date-time
             * @description When the session last changed.
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
        };
        /**
         * PracticePause
         * @description How long it took so far.
         */
        PracticePause: {
            /**
             * Duration So Far
             * @example 900
             */
            duration_so_far: number;
        };
        /**
         * PracticeStart
         * @description What is going to be practised.
         */
        PracticeStart: {
            /**
             * Sequence Id
             * @description Left out or null: a free practice.
             * @example 3
             */
            sequence_id?: number | null;
        };
        /**
         * PracticeStatistics
         * @description What all practices of a user come to.
         *
         *     A practice day is a date (`local_date`) with a practice that is `completed` or `partial`; weeks, months, weekdays
         *     and sequences count these two as well. The totals count `completed` only.
         */
        PracticeStatistics: {
            /**
             * As Of
             * Format: date-time
             * @description When these figures were read. The `ETag` is that of the figures without it.
             * @example 2025-08-17T15:00:00Z
             */
            as_of: string;
            /**
             * Average Duration Seconds
             * @description Their mean in whole seconds, halves rounded up.
             * @example 900
             */
            average_duration_seconds: number;
            /**
             * By Sequence
             * @description Most practised first.
             */
            by_sequence: components["schemas"]["SequenceSums"][];
            /**
             * By Weekday
             * @description Monday to Sunday, each of them.
             */
            by_weekday: components["schemas"]["WeekdaySums"][];
            /**
             * Completion Rate Percent
             * @description Completed over started, with one decimal, halves rounded up.
             * @example 85.7
             */
            completion_rate_percent: number;
            /**
             * Current Streak Days
             * @description Consecutive practice days up to today or yesterday in the profile's time zone. Frozen days bridge it, also at its end, and do not lengthen it.
             * @example 4
             */
            current_streak_days: number;
            /**
             * Last Practiced On
             * @description The last practice day.
             * @example 2026-11-21
             */
            last_practiced_on: string | null;
            /**
             * Longest Streak Days
             * @example 9
             */
            longest_streak_days: number;
            /** @description Since the first of the month, in the profile's time zone. */
            this_month: components["schemas"]["SumsView"];
            /** @description Since Monday, in the profile's time zone. */
            this_week: components["schemas"]["SumsView"];
            /**
             * Total Practice Time Seconds
             * @description The sum of their time.
             * @example 10800
             */
            total_practice_time_seconds: number;
            /**
             * Total Sessions
             * @description Practices with status `completed`.
             * @example 12
             */
            total_sessions: number;
        };
        /**
         * Preferences
         * @description What is to be told where, and when.
         *
         *     Any other member is a channel (`email`, `webhook`): wanted or not, or that by kind of notification, with `others`
         *     for the kinds that are not named. Both are off until they are asked for; the in-app inbox is always on.
         * @example {
         *       "digest": {
         *         "at": "08:00",
         *         "except": [
         *           "session_reminder"
         *         ]
         *       },
         *       "email": {
         *         "buddy_checked_in": false,
         *         "others": true
         *       },
         *       "quiet_hours": {
         *         "from": "22:00",
         *         "to": "07:00"
         *       },
         *       "webhook": true
         *     }
         */
        Preferences: {
            digest?: components["schemas"]["Digest"];
            quiet_hours?: components["schemas"]["QuietHours"];
        } & {
            [key: string]: boolean | {
                [key: string]: boolean;
            };
        };
        /**
         * Presence
         * @description Who has checked in.
         */
        Presence: {
            /** User1 */
            user1: boolean;
            /** User2 */
            user2: boolean;
        };
        /**
         * Problem
         * @description An RFC 9457 problem. Some carry more members, which their endpoints describe.
         */
        Problem: {
            /**
             * Code
             * @description Stable; decide on this one.
             * @example session_not_found
             */
            code: string;
            /**
             * Detail
             * @example Session not found
             */
            detail: string;
            /**
             * Errors
             * @description On invalid requests: what is wrong where.
             * @default null
             */
            errors?: components["schemas"]["ErrorItem"][] | null;
            /**
             * Instance
             * @description The path asked for.
             * @default null
             * @example /api/session/6f1c
             */
            instance?: string | null;
            /**
             * Request Id
             * @default null
             * @example 4f9d1c1e5a0b4c0f8a51
             */
            request_id?: string | null;
            /**
             * Status
             * @example 404
             */
            status: number;
            /**
             * Title
             * @example Not Found
             */
            title: string;
            /**
             * Type
             * @description A URI that names the kind of problem.
             * @example about:blank
             */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * ProfileChanges
         * @description What is to be changed of the user's own profile; what is left out stays.
         */
        ProfileChanges: {
            /**
             * Display Name
             * @example Alex
             */
            display_name?: string;
            /** @description Takes the place of all preferences there were. */
            notification_preferences?: components["schemas"]["Preferences"];
            /**
             * Timezone
             * Format: time-zone
             * @example Europe/Berlin
             */
            timezone?: string;
        };
        /**
         * ProfileView
         * @description The user's own profile.
         */
        ProfileView: {
            /**
             * Display Name
             * @example Alex
             */
            display_name: string;
            /**
             * Email
             * @description As the identity provider had it, in the last token that carried one.
             * @example alex@example.com
             */
            email: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Notification Preferences
             * @description As they were given.
             * @example {
             *       "digest": {
             *         "at": "08:00",
             *         "except": [
             *           "session_reminder"
             *         ]
             *       },
             *       "email": {
             *         "buddy_checked_in": false,
             *         "others": true
             *       },
             *       "quiet_hours": {
             *         "from": "22:00",
             *         "to": "07:00"
             *       },
             *       "webhook": true
             *     }
             */
            notification_preferences: {
                [key: string]: boolean | {
                    [key: string]: boolean | string | string[];
                };
            };
            /**
             * Timezone
             * @description IANA time zone.
             * @example Europe/Berlin
             */
            timezone: string;
            /**
             * User Number
             * @description The user as a number, in practice sessions.
             * @example 7
             */
            user_number: number;
        };
        /**
         * QuietHours
         * @description From when to when, by the clock of the profile's time zone, mails wait; over midnight if `to` is the earlier.
         *
         *     Webhooks are not held back.
         */
        QuietHours: {
            /**
             * From
             * @example 22:00
             */
            from: string;
            /**
             * To
             * @example 07:00
             */
            to: string;
        };
        /**
         * RatingView
         * @description What one buddy thinks of the other.
         */
        RatingView: {
            /**
             * Comment
             * @example Patient, and on time.
             */
            comment: string | null;
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Rating
             * @example 5
             */
            rating: number;
            /**
             * Updated At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
        };
        /**
         * RatingsView
         * @description A session's ratings, as one of its buddies may see them.
         */
        RatingsView: {
            mine: components["schemas"]["RatingView"] | null;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /** @description Null until it is visible, and when there is none. */
            theirs: components["schemas"]["RatingView"] | null;
            /**
             * Visible
             * @description Whether each buddy may see the other's, and neither can be changed.
             */
            visible: boolean;
            /**
             * Visible At
             * @description When they became visible, or will at the latest; null while the session is not completed.
             */
            visible_at: string | null;
        };
        /**
         * ReadAllView
         * @description What has become of the inbox after everything in it was read.
         */
        ReadAllView: {
            /**
             * Unread
             * @description How many still are.
             * @example 0
             */
            unread: number;
            /**
             * Updated
             * @description How many entries were unread until now.
             * @example 3
             */
            updated: number;
        };
        /**
         * Ready
         * @description A session can be completed end to end.
         */
        Ready: {
            /** Checks */
            checks: {
                [key: string]: string;
            };
            /**
             * Status
             * @constant
             */
            status: "ready";
        };
        /**
         * RecordedPoseView
         * @description A pose as it was recorded, and how many are completed now.
         */
        RecordedPoseView: {
            /** Completed */
            completed: boolean;
            /**
             * Held Seconds
             * @example 45
             */
            held_seconds: number;
            /**
             * Poses Completed
             * @example 3
             */
            poses_completed: number;
            /**
             * Position
             * @example 3
             */
            position: number;
            /**
             * Session Id
             * @example 1
             */
            session_id: number;
        };
        /**
         * ReputationPreview
         * @description What the session means for the buddies' reputation as things stand, in points.
         */
        ReputationPreview: {
            /**
             * User1 Delta
             * @example 20
             */
            user1_delta: number;
            /**
             * User2 Delta
             * @example 10
             */
            user2_delta: number;
        };
        /**
         * ReputationView
         * @description A user's reputation, as everyone who is signed in may see it; without history all zeros.
         */
        ReputationView: {
            /**
             * Badges
             * @description Earliest first.
             */
            badges: components["schemas"]["BadgeView"][];
            /** Completed Sessions */
            completed_sessions: number;
            /** No Shows */
            no_shows: number;
            /**
             * Points
             * @description Sum of all entries; below zero when more was lost than gained.
             */
            points: number;
            /**
             * Rank
             * @description One more than the number of users with more completed sessions; null without history.
             */
            rank: number | null;
            /**
             * User Id
             * Format: uuid
             */
            user_id: string;
        };
        /**
         * ReversalBody
         * @description Which session, and why: the reason is kept in the operators' log.
         */
        ReversalBody: {
            /**
             * Reason
             * @example Both have said that the session never took place.
             */
            reason: string;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
        };
        /**
         * ReversalView
         * @description A session whose effects were taken back.
         */
        ReversalView: {
            /** Reason */
            reason: string;
            /**
             * Reversed At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            reversed_at: string;
            /**
             * Session Id
             * Format: uuid
             */
            session_id: string;
            /**
             * Users
             * @description Empty when everything had been taken back before, by an appeal.
             */
            users: components["schemas"]["EffectView"][];
        };
        /**
         * RotatedSecretView
         * @description The new secret of a webhook.
         */
        RotatedSecretView: {
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Previous Expires At
             * Format: date-time
             * @description Until then messages carry signatures by the new secret and by the one before.
             * @example 2025-08-17T15:00:00Z
             */
            previous_expires_at: string;
            /**
             * Secret
             * @description What signatures are verified with (Standard Webhooks). Shown this once.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=
             */
            secret: string;
        };
        /**
         * SequenceCatalogue
         * @description All sequences, by id.
         */
        SequenceCatalogue: {
            /** Items */
            items: components["schemas"]["SequenceView"][];
        };
        /**
         * SequencePoseView
         * @description One pose of a sequence.
         */
        SequencePoseView: {
            /**
             * Duration Seconds
             * @description How long it is held, both sides together.
             * @example 60
             */
            duration_seconds: number;
            /**
             * Name
             * @example Downward-Facing Dog
             */
            name: string;
            /**
             * Position
             * @example 1
             */
            position: number;
            /**
             * Sanskrit Name
             * @example Adho Mukha Svanasana
             */
            sanskrit_name: string;
        };
        /**
         * SequenceSums
         * @description What was practised of one sequence, ever.
         */
        SequenceSums: {
            /**
             * Duration Seconds
             * @description The sum of their durations.
             * @example 2700
             */
            duration_seconds: number;
            /**
             * Sequence Id
             * @description null: practices of no sequence.
             * @example 1
             */
            sequence_id: number | null;
            /**
             * Sessions
             * @description Practices that are `completed` or `partial`.
             * @example 3
             */
            sessions: number;
        };
        /**
         * SequenceView
         * @description Poses to be done one after the other.
         */
        SequenceView: {
            difficulty: components["schemas"]["Difficulty"];
            /**
             * Duration Seconds
             * @description The sum of its poses.
             * @example 900
             */
            duration_seconds: number;
            /**
             * Focus
             * @example energy
             */
            focus: string;
            /**
             * Id
             * @example 1
             */
            id: number;
            /**
             * Name
             * @example Morning Wake-Up
             */
            name: string;
            /** Poses */
            poses: components["schemas"]["SequencePoseView"][];
        };
        /**
         * SessionChanges
         * @description Where and when instead; what is left out stays.
         */
        SessionChanges: {
            /**
             * Scheduled Time
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            scheduled_time?: string;
            /**
             * Venue Name
             * @example Riverside Park
             */
            venue_name?: string;
        };
        /**
         * SessionList
         * @description A part of the user's sessions.
         */
        SessionList: {
            /** Data */
            data: components["schemas"]["SessionSummary"][];
            pagination: components["schemas"]["Pagination"];
        };
        /**
         * SessionPage
         * @description One page of the user's sessions.
         */
        SessionPage: {
            /** Items */
            items: components["schemas"]["SessionView"][];
            /**
             * Next Cursor
             * @description Where the next page begins; null on the last one.
             */
            next_cursor: string | null;
        };
        /**
         * SessionResponse
         * @description A session.
         */
        SessionResponse: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Date
             * Format: date
             */
            date: string;
            /**
             * Duration Seconds
             * @description Whole seconds from start to end; null while it is in progress.
             */
            duration_seconds: number | null;
            /**
             * Ended At
             * @description null while it is in progress.
             */
            ended_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Plan Id
             * @description The plan it was started from, which may be gone by now; null for a session that was imported.
             */
            plan_id: string | null;
            plan_snapshot: components["schemas"]["PlanSnapshot"];
            session: components["schemas"]["SessionStructure"];
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
            status: components["schemas"]["session_service__training__rules__Status"];
            /**
             * Updated At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
        };
        /**
         * SessionStructure
         * @description What is done in a session, or meant to be done. It comes back as it was sent.
         */
        SessionStructure: {
            /** Exercises */
            exercises: components["schemas"]["ExerciseStructure"][];
            /** Notes */
            notes?: string | null;
        };
        /**
         * SessionSummary
         * @description A session as lists show it.
         */
        SessionSummary: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Date
             * Format: date
             */
            date: string;
            /**
             * Duration Seconds
             * @description Whole seconds from start to end; null while it is in progress.
             */
            duration_seconds: number | null;
            /**
             * Ended At
             * @description null while it is in progress.
             */
            ended_at: string | null;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Plan Id
             * @description The plan it was started from, which may be gone by now; null for a session that was imported.
             */
            plan_id: string | null;
            plan_snapshot: components["schemas"]["PlanSnapshotSummary"];
            /**
             * Started At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            started_at: string;
            status: components["schemas"]["session_service__training__rules__Status"];
            /**
             * Updated At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            updated_at: string;
        };
        /**
         * SessionView
         * @description A buddy session.
         */
        SessionView: {
            /** Completed At */
            completed_at: string | null;
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Match Id
             * Format: uuid
             */
            match_id: string;
            /**
             * Notes
             * @example Meet at the fountain
             */
            notes: string | null;
            participants: components["schemas"]["Participants"];
            reputation_preview: components["schemas"]["ReputationPreview"];
            /**
             * Scheduled Time
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            scheduled_time: string;
            /** @example scheduled */
            status: components["schemas"]["session_service__buddy__rules__Status"];
            /**
             * Venue Name
             * @example Riverside Park
             */
            venue_name: string;
        };
        /**
         * SetStructure
         * @description One set of an exercise. What does not apply is left out (or null).
         */
        SetStructure: {
            /**
             * Completed
             * @description Whether it has been done.
             */
            completed: boolean;
            /** Distance M */
            distance_m?: number | null;
            /** Duration Seconds */
            duration_seconds?: number | null;
            /**
             * Reps
             * @example 8
             */
            reps?: number | null;
            /**
             * Rpe
             * @description Rate of perceived exertion.
             * @example 8
             */
            rpe?: number | null;
            /**
             * Weight Kg
             * @example 82.5
             */
            weight_kg?: number | null;
        };
        /**
         * SharedPracticeView
         * @description A shared practice: what was done, and the display name of who did it, if that is wanted.
         */
        SharedPracticeView: {
            /** @example completed */
            completion_status: components["schemas"]["CompletionStatus"];
            /**
             * Display Name
             * @description Null if whoever shared it wants that.
             * @example Alex
             */
            display_name: string | null;
            /**
             * Duration Seconds
             * @example 900
             */
            duration_seconds: number;
            /**
             * Expires At
             * Format: date-time
             * @description When the link ends.
             * @example 2025-08-17T15:00:00Z
             */
            expires_at: string;
            /**
             * Poses Completed
             * @example 10
             */
            poses_completed: number;
            /**
             * Practiced On
             * Format: date
             */
            practiced_on: string;
            sequence: components["schemas"]["SharedSequenceView"] | null;
        };
        /**
         * SharedSequenceView
         * @description The sequence of a shared practice.
         */
        SharedSequenceView: {
            difficulty: components["schemas"]["Difficulty"];
            /**
             * Focus
             * @example energy
             */
            focus: string;
            /**
             * Id
             * @example 3
             */
            id: number;
            /**
             * Name
             * @example Morning Wake-Up
             */
            name: string;
        };
        /**
         * ShownKind
         * @description What an entry of the ledger is to those who read it.
         * @enum {string}
         */
        ShownKind: "completion" | "no_show" | "reversal";
        /**
         * Sort
         * @description What a list is sorted by.
         * @enum {string}
         */
        Sort: "date" | "started_at" | "ended_at";
        /**
         * Source
         * @description The applications whose exports are understood.
         * @enum {string}
         */
        Source: "hevy" | "strong";
        /**
         * StatisticsView
         * @description The four figures.
         */
        StatisticsView: {
            /**
             * Average Duration Seconds
             * @description Their mean, halves rounded up.
             * @example 900
             */
            average_duration_seconds: number;
            /**
             * Completion Rate Percent
             * @description Completed over started, with one decimal, halves rounded up.
             * @example 83.3
             */
            completion_rate_percent: number;
            /**
             * Total Practice Time Seconds
             * @description The sum of their durations.
             * @example 22500
             */
            total_practice_time_seconds: number;
            /**
             * Total Sessions
             * @description Sessions with status `completed`.
             * @example 25
             */
            total_sessions: number;
        };
        /**
         * SumsView
         * @description What was practised in some time.
         */
        SumsView: {
            /**
             * Duration Seconds
             * @description The sum of their durations.
             * @example 2700
             */
            duration_seconds: number;
            /**
             * Sessions
             * @description Practices that are `completed` or `partial`.
             * @example 3
             */
            sessions: number;
        };
        /**
         * TicketView
         * @description A ticket for one live connection.
         */
        TicketView: {
            /**
             * Expires At
             * Format: date-time
             * @description 30 seconds after it was made.
             * @example 2025-08-17T15:00:00Z
             */
            expires_at: string;
            /**
             * Ticket
             * @description For `?ticket=` of `/api/live`, once.
             * @example iN3YdUyeQwJkGkTn0Zb5mN2vW8rYx1s4t7u9a0b3c6d
             */
            ticket: string;
        };
        /**
         * UpdateSessionRequest
         * @description How far the session has come: the whole structure, in the place of the one before.
         */
        UpdateSessionRequest: {
            session: components["schemas"]["SessionStructure"];
        };
        /**
         * WebhookChanges
         * @description What is to be different; what is left out stays.
         */
        WebhookChanges: {
            /**
             * Description
             * @example The club's notice board
             */
            description?: string;
            /**
             * Enabled
             * @description false: nothing is sent any more, and what was waiting is given up. true: sent from now on.
             */
            enabled?: boolean;
            /**
             * Kinds
             * @description The kinds of notification that are wanted, as the inbox names them; null: all, those that are yet to come as well.
             * @example [
             *       "session_scheduled",
             *       "session_cancelled"
             *     ]
             */
            kinds?: ("buddy_invited" | "match_accepted" | "session_scheduled" | "session_rescheduled" | "session_reminder" | "buddy_checked_in" | "buddy_confirmed_you" | "session_completed" | "session_cancelled" | "no_show" | "appeal_opened" | "appeal_decided" | "badge_earned" | "streak_at_risk" | "webhook_disabled")[] | null;
            /**
             * Url
             * @description `https://`, a public host, perhaps a port (80, 443, or 8000 and above) and a path.
             * @example https://example.com/hooks/tandem
             */
            url?: string;
        };
        /**
         * WebhookList
         * @description The user's webhooks, oldest first. There are so few that there are no pages.
         */
        WebhookList: {
            /** Items */
            items: components["schemas"]["WebhookView"][];
        };
        /**
         * WebhookView
         * @description A webhook. Its secret is shown when it is made, and never again.
         */
        WebhookView: {
            /**
             * Created At
             * Format: date-time
             * @example 2025-08-17T15:00:00Z
             */
            created_at: string;
            /** Description */
            description: string;
            /** Disabled At */
            disabled_at: string | null;
            /**
             * Disabled Reason
             * @description `by_owner`; `gone`: the receiver answered 410; `failing`: nothing but failures for 3 days.
             */
            disabled_reason: ("by_owner" | "gone" | "failing") | null;
            /** Enabled */
            enabled: boolean;
            /**
             * Id
             * Format: uuid
             */
            id: string;
            /**
             * Kinds
             * @description The kinds of notification that are sent; null: all.
             */
            kinds: string[] | null;
            /**
             * Url
             * @example https://example.com/hooks/tandem
             */
            url: string;
        };
        /**
         * Weekday
         * @description The days of the week, in ISO 8601's order.
         * @enum {string}
         */
        Weekday: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
        /**
         * WeekdaySums
         * @description What was practised on one day of the week, ever.
         */
        WeekdaySums: {
            /**
             * Duration Seconds
             * @description The sum of their durations.
             * @example 2700
             */
            duration_seconds: number;
            /**
             * Sessions
             * @description Practices that are `completed` or `partial`.
             * @example 3
             */
            sessions: number;
            /** @example monday */
            weekday: components["schemas"]["Weekday"];
        };
        /**
         * WeightUnit
         * @description What weights are in.
         * @enum {string}
         */
        WeightUnit: "kg" | "lbs";
        /**
         * Status
         * @description How far a job is.
         * @enum {string}
         */
        session_service__account__rules__Status: "queued" | "running" | "completed" | "failed";
        /**
         * Status
         * @description The states of a buddy session; the last three are final.
         * @enum {string}
         */
        session_service__buddy__rules__Status: "scheduled" | "in_progress" | "completed" | "cancelled" | "no_show";
        /**
         * Status
         * @description The states of a match. ``pending`` and ``accepted`` are open: two users have one of those at most.
         * @enum {string}
         */
        session_service__matches__rules__Status: "pending" | "accepted" | "declined";
        /**
         * Status
         * @description A session is open until it is completed, and then stays as it is.
         * @enum {string}
         */
        session_service__training__rules__Status: "in_progress" | "completed";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_challenges: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChallengeCatalogue"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_job: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Job not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    download_export: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ZIP. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Job not found; There is no export to download: it is not completed, or has expired */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: {
                /** @description A one-time ticket, in place of `Authorization`. */
                ticket?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The WebSocket is open */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no valid access token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is no WebSocket handshake */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What is needed is not available just now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_live_ticket: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no valid access token */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Request validation failed; This Idempotency-Key was used with another request body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What is needed is not available just now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_matches: {
        parameters: {
            query?: {
                /** @description Only those in this state. */
                status?: components["schemas"]["session_service__matches__rules__Status"] | null;
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchPage"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite_buddy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invitation"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchView"];
                };
            };
            /** @description Cannot match with yourself */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An open match with this user already exists; This user cannot be invited */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_match: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                match_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this match */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Match not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_match: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                match_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this match; Access denied - only the invited user can answer this match */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Match not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This match has already been answered */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decline_match: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                match_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this match; Access denied - only the invited user can answer this match */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Match not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This match has already been answered */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erase_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_me: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many exports within a day */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_notifications: {
        parameters: {
            query?: {
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
                /** @description Whether only unread ones are wanted. */
                unread?: boolean;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_all_notifications: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadAllView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_notification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                notification_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Notification not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_plans: {
        parameters: {
            query?: {
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description How many to skip. */
                offset?: number;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanList"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid plan data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_plan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPlan"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanResponse"];
                };
            };
            /** @description Invalid plan data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This Idempotency-Key was used with another request body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_plan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanResponse"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid plan data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Plan not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid plan data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Plan not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_plan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                plan_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanResponse"];
                };
            };
            /** @description Invalid plan data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Plan not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_distribution: {
        parameters: {
            query?: {
                /** @description What users are ranked by. */
                by?: components["schemas"]["Board"];
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DistributionView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Only operators may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_leaderboard: {
        parameters: {
            query?: {
                /** @description What users are ranked by. */
                by?: components["schemas"]["Board"];
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
                /** @description `me`: as many users around the caller as `limit` says, the caller in the middle. With a `cursor` it says nothing: the page goes on where the cursor does. */
                around?: "me" | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeaderboardPage"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_my_reputation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReputationView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_my_ledger: {
        parameters: {
            query?: {
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerPage"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReversalBody"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReversalView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Only operators may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nothing was booked for this session */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This session's effects have already been taken back */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_reputation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReputationView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing of that name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: {
                /** @description Only those in this state. */
                status?: components["schemas"]["session_service__buddy__rules__Status"] | null;
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_appeals: {
        parameters: {
            query?: {
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppealPage"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Only operators may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm_completion: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=SECONDS` (RFC 7240): how long to wait for the effects of a completion; 1 unless said, at most 10, 0 not at all. `Preference-Applied` tells. */
                Prefer?: string;
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmationBySession"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmationView"];
                };
            };
            /** @description Cannot confirm your own completion - only your buddy can confirm you; Cannot confirm this user - not a participant in this session; Session cannot be completed; Cannot confirm completion before scheduled time */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You have already confirmed completion for this session */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSession"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description Match is not accepted; Your buddy has deleted the account; Challenge not found; Scheduled time cannot be more than 5 minutes in the past; Scheduled time cannot be more than a year ahead */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this match */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Match not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reschedule_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            /** @description Session cannot be rescheduled; Scheduled time cannot be more than 5 minutes in the past; Scheduled time cannot be more than a year ahead */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_appeal: {
        parameters: {
            query?: {
                /** @description Whose appeal, where both have appealed. Default: one's own, else the open one. */
                user_id?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppealView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found; Appeal not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    appeal: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAppeal"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppealView"];
                };
            };
            /** @description Only a no-show can be appealed against; Only who was marked absent can appeal against it; Cannot appeal later than 7 days after the session became a no-show */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You have already appealed against this no-show */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decide_appeal: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppealView"];
                };
            };
            /** @description Both buddies have appealed - user_id has to say whose appeal is decided */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Only operators may do this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found; Appeal not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This appeal has already been decided */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Cancellation"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClosedSessionView"];
                };
            };
            /** @description Session cannot be cancelled */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_in: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckInView"];
                };
            };
            /** @description Cannot check in; Cannot check in earlier than 60 minutes before scheduled time */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirm_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=SECONDS` (RFC 7240): how long to wait for the effects of a completion; 1 unless said, at most 10, 0 not at all. `Preference-Applied` tells. */
                Prefer?: string;
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Confirmation"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmationView"];
                };
            };
            /** @description Cannot confirm your own completion - only your buddy can confirm you; Cannot confirm this user - not a participant in this session; Session cannot be completed; Cannot confirm completion before scheduled time */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You have already confirmed completion for this session */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    report_no_show: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoShowReport"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClosedSessionView"];
                };
            };
            /** @description Cannot report a no-show; Cannot report a no-show earlier than 15 minutes after scheduled time */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_notes: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Notes"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotesView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_ratings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RatingsView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_rating: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRating"];
            };
        };
        responses: {
            /** @description There was a rating, which is replaced. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RatingsView"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RatingsView"];
                };
            };
            /** @description Only a completed session can be rated; This rating is visible to your buddy and cannot be changed any more; Cannot rate later than 14 days after completion */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rate_buddy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRating"];
            };
        };
        responses: {
            /** @description There was a rating, which is replaced. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RatingsView"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RatingsView"];
                };
            };
            /** @description Only a completed session can be rated; This rating is visible to your buddy and cannot be changed any more; Cannot rate later than 14 days after completion */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - user is not a participant in this session */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_training_sessions: {
        parameters: {
            query?: {
                /** @description Only those started from this plan. */
                plan_id?: string | null;
                /** @description The first day, inclusive. */
                date_from?: string | null;
                /** @description The last day, inclusive. */
                date_to?: string | null;
                /** @description Only completed ones, or only the open one. */
                completed?: boolean | null;
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description How many to skip. */
                offset?: number;
                sort?: components["schemas"]["Sort"];
                order?: components["schemas"]["Order"];
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid session data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_training_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSessionRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            /** @description Plan not found or access denied */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An in-progress session already exists */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This Idempotency-Key was used with another request body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_training_sessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportReport"];
                };
            };
            /** @description Invalid session data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This Idempotency-Key was used with another request body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_training_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid session data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_training_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateSessionRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            /** @description Cannot update completed session */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_training_session_audit: {
        parameters: {
            query?: {
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Invalid session data */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    complete_training_session: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CompleteSessionRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionResponse"];
                };
            };
            /** @description Cannot update completed session */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This Idempotency-Key was used with another request body */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask_to_unsubscribe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This link is not known: mails can be stopped in the preferences, too */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        /** @description What mail providers send; nobody looks at it, and it may be left out. */
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @example One-Click */
                    "List-Unsubscribe"?: string;
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This link is not known: mails can be stopped in the preferences, too */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sequences: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SequenceCatalogue"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sequence: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                sequence_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SequenceView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sequence not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_practice_calendar: {
        parameters: {
            query?: {
                /** @description Default: the current month in the profile's time zone. */
                month?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    complete_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PracticeCompletion"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompletedPracticeView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session is already completed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_current_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeDetail"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No active session found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_practices: {
        parameters: {
            query?: {
                /** @description A date (of `local_date`) or a moment (of `started_at`), inclusive. */
                from?: (string) | null;
                /** @description The other end, in the same forms; inclusive, too. */
                to?: (string) | null;
                /** @description Only those; active ones are `abandoned` so far. */
                completion_status?: components["schemas"]["CompletionStatus"] | null;
                /** @description Only those of this sequence. */
                sequence_id?: number | null;
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PracticeStart"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeDetail"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sequence not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_practice_statistics: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeStatistics"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeDetail"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_practice_notes: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PracticeNotes"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PracticeNotesView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pause_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PracticePause"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PauseStateView"];
                };
            };
            /** @description Duration cannot be less than what was saved */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session is already completed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    record_pose: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: number;
                /** @description Its place in the sequence, from 1. */
                position: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PoseRecording"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedPoseView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found; Pose not found in this session's sequence */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session is already completed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resume_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PauseStateView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session is already completed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    share_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NewLink"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A request with this Idempotency-Key is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unshare_practice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access denied - this session belongs to another user */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_shared_practice: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharedPracticeView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Shared session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_frozen_days: {
        parameters: {
            query?: {
                /** @description Default: the current month in the profile's time zone. */
                month?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FrozenMonth"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    freeze_day: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                date: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FreezeView"];
                };
            };
            /** @description Cannot freeze a day older than 2 days; Cannot freeze a day more than 366 days ahead; Cannot freeze a practice day; Cannot freeze more than 3 days of a month */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing of that name */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_webhooks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhookView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No more webhooks can be added: delete one first */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookView"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change only this version (an ETag of a GET); else 412. */
                "If-Match"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChanges"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The resource is not the version that If-Match names */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                /** @description How many items a page holds at most. */
                limit?: number;
                /** @description `next_cursor` of the page before; opaque. Absent: the first page. */
                cursor?: string | null;
            };
            header?: {
                /** @description The version that the client has (an ETag of a GET); 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            /** @description What the client has, as If-None-Match says, is the newest */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found; Delivery not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The webhook is switched off */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_secret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedSecretView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The secret was changed too often in the last 24 hours */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_webhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same body answers what the first call answered. Kept for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoFields"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryView"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Authentication required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Webhook not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The webhook is switched off; There are tests of this webhook that have not been sent yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible just now; try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description What is needed is not available just now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description The request target or a header is malformed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; `Retry-After` says when to ask again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something is missing */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The service did not answer in time */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
