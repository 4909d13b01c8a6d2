// What somebody wants to be mailed and when, as the stored object has it and as a form shows it.

import { h } from "./view.js";

/** Every kind of notification, as the settings name it. */
export const KINDS = {
  buddy_invited: "Invitations",
  match_accepted: "Accepted invitations",
  session_scheduled: "Planned sessions",
  session_rescheduled: "Moved sessions",
  session_reminder: "Reminders",
  buddy_checked_in: "A buddy has arrived",
  buddy_confirmed_you: "A buddy confirmed you",
  session_completed: "Completed sessions",
  session_cancelled: "Cancelled sessions",
  no_show: "No-shows",
  appeal_opened: "Appeals",
  appeal_decided: "Decided appeals",
  badge_earned: "Badges",
  streak_at_risk: "Streaks at risk",
  webhook_disabled: "Webhooks switched off",
};

const OTHERS = "others"; // in the stored object: what holds for the kinds that are not named
const NIGHT = { from: "22:00", to: "07:00" };
const MORNING = "08:00";

/** The stored preferences as the form has them. */
export function read(stored) {
  const { email } = stored;
  const wanted = (kind) => (typeof email === "object" ? (email[kind] ?? email[OTHERS]) : email) === true;
  const kinds = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, wanted(kind)]));
  return {
    email: Object.values(kinds).includes(true),
    kinds,
    quiet: stored.quiet_hours ? { on: true, ...stored.quiet_hours } : { on: false, ...NIGHT },
    digest: stored.digest ? { on: true, at: stored.digest.at } : { on: false, at: MORNING },
  };
}

/** The form as it is stored; what the form does not show stays as it was. */
export function write({ email, kinds, quiet, digest }, stored) {
  const { quiet_hours: _, digest: before, ...others } = stored;
  const preferences = { ...others, email: email && byKind(kinds, stored.email) };
  if (quiet.on) preferences.quiet_hours = { from: quiet.from, to: quiet.to };
  if (digest.on) preferences.digest = { ...before, at: digest.at };
  return preferences;
}

function byKind(kinds, stored) {
  const { [OTHERS]: others = true, ...named } = typeof stored === "object" ? stored : {};
  const unknown = Object.entries(named).filter(([kind]) => !(kind in KINDS));
  const exceptions = [...unknown, ...Object.entries(kinds)].filter(([, on]) => on !== others);
  return others && exceptions.length === 0 ? true : { [OTHERS]: others, ...Object.fromEntries(exceptions) };
}

/** The fields of the form. `change(part)` hears of what is different. */
export function fields(pane, draft, change) {
  const { email } = pane.person.me.data;
  const all = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, true]));
  // Turned on with no kind chosen it would be off again.
  const turn = (on) => change({ email: on, kinds: on && !Object.values(draft.kinds).includes(true) ? all : draft.kinds });
  const many = Object.values(draft.kinds).filter(Boolean).length;
  return h(
    "fieldset",
    { key: "email" },
    h("legend", {}, "E-mail"),
    tick("Send me e-mail", draft.email, turn, email ? `to ${email}` : "as soon as your identity provider tells us an address"),
    draft.email &&
      h(
        "details",
        { key: "kinds" },
        h("summary", {}, `About ${many === Object.keys(KINDS).length ? "everything" : `${many} of ${Object.keys(KINDS).length} kinds`}`),
        h(
          "div",
          { class: "kinds" },
          Object.entries(KINDS).map(([kind, title]) =>
            tick(title, draft.kinds[kind], (on) => change({ kinds: { ...draft.kinds, [kind]: on } })),
          ),
        ),
      ),
    draft.email && timed(pane, "quiet", "Quiet hours, in which e-mail waits", draft.quiet, { from: "From", to: "Until" }, (quiet) => change({ quiet })),
    draft.email && timed(pane, "digest", "One e-mail a day instead of many", draft.digest, { at: "At" }, (digest) => change({ digest })),
  );
}

/** Something that is on or off and, when it is on, has times of day. */
function timed(pane, name, title, value, times, change) {
  return h(
    "div",
    { key: name, class: "timed" },
    tick(title, value.on, (on) => change({ ...value, on })),
    value.on &&
      h(
        "div",
        { key: "times", class: "times" },
        Object.entries(times).map(([part, label]) => {
          const id = `${pane.side}-${name}-${part}`;
          return h(
            "div",
            { key: part, class: "field" },
            h("label", { for: id }, label),
            h("input", { id, type: "time", value: value[part], oninput: (event) => change({ ...value, [part]: event.target.value }) }),
          );
        }),
      ),
  );
}

function tick(title, checked, change, hint) {
  return h(
    "label",
    { key: title, class: "tick-box" },
    h("input", { type: "checkbox", checked, onchange: (event) => change(event.target.checked) }),
    h("span", {}, title, hint && h("span", { class: "plain" }, ` ${hint}`)),
  );
}
