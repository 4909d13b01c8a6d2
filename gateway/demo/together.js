// From the invitation to the completed session: what the two are to each other just now, and what can be done about it.

import { now } from "./api.js";
import { card } from "./card.js";
import { fieldToWire, moment, signed, wireToField } from "./format.js";
import { noShow } from "./noshow.js";
import { rating } from "./rating.js";
import { initial } from "./reputation.js";
import { h } from "./view.js";

const STATUS = {
  scheduled: "scheduled",
  in_progress: "in progress",
  completed: "completed",
  cancelled: "cancelled",
  no_show: "no-show",
};
const OPEN = new Set(["scheduled", "in_progress"]);
const VENUES = ["Café Central", "Riverside Park", "The old library", "Market square"];

export function together(pane) {
  const { person } = pane;
  const buddy = pane.other.name;
  if (!person.matches.data || !person.sessions.data) return card("together", "Together", null, waiting());
  const match = person.match;
  if (!match) return card("together", "Together", null, pane.other.gone ? nobody() : stranger(pane, buddy));
  if (match.status === "pending") {
    return card("together", "Together", chip("invited"), invited(pane, match, buddy));
  }
  const listed = person.theirs[0];
  if (!listed && pane.other.gone) return card("together", "Together", null, nobody());
  if (!listed || pane.forms.next === listed.id) return card("together", "Together", null, plan(pane, match, buddy));
  const read = person.session?.data;
  const session = read?.id === listed.id ? read : listed;
  return card("together", "Together", chip(session.status), shown(pane, session, buddy));
}

const chip = (status) => h("span", { key: status, class: `chip ${status}` }, STATUS[status] ?? status);

const waiting = () => h("p", { class: "plain" }, "One moment…");

const nobody = () => h("p", { class: "plain" }, "Your buddy has deleted the account.");

function stranger(pane, buddy) {
  const invite = () => pane.change("POST", "/api/matches", { buddy_id: pane.other.person.id });
  return [
    figure(pane, { state: "apart" }),
    h("p", { class: "plain" }, `You and ${buddy} are not buddies yet.`),
    h("div", { class: "actions" }, pane.button(`Invite ${buddy}`, "invite", invite, { primary: true })),
  ];
}

function invited(pane, match, buddy) {
  const answer = (how) => () => pane.change("POST", `/api/matches/${match.id}/${how}`);
  if (match.user1_id === pane.person.id) {
    return [figure(pane, { state: "apart" }), h("p", { class: "plain" }, `You have invited ${buddy}. Now it is ${buddy}’s turn.`)];
  }
  return [
    figure(pane, { state: "apart" }),
    h("p", { class: "plain" }, `${buddy} would like to be your buddy.`),
    h(
      "div",
      { class: "actions" },
      pane.button("Accept", "accept", answer("accept"), { primary: true }),
      pane.button("Decline", "decline", answer("decline")),
    ),
  ];
}

function plan(pane, match, buddy) {
  const mine = match.user1_id === pane.person.id ? "user1_challenge_id" : "user2_challenge_id";
  const theirs = mine === "user1_challenge_id" ? "user2_challenge_id" : "user1_challenge_id";
  const challenges = pane.person.challenges.data?.items ?? [];
  // Suggested once: what has been typed stays when the card is drawn anew.
  const after = pane.forms.next ?? null;
  if (pane.forms.plan?.after !== after) {
    pane.forms.plan = { after, venue: VENUES[Math.floor(Math.random() * VENUES.length)], when: wireToField(now()) };
  }
  const form = pane.forms.plan;
  if (challenges.length > 0) {
    form.mine ??= challenges[0].id;
    form.theirs ??= challenges[1]?.id;
  }
  const id = (name) => `${pane.side}-${name}`;
  const kept = (name) => ({ id: id(name), name, value: form[name], oninput: (event) => (form[name] = event.target.value) });
  const create = async () => {
    await pane.change("POST", "/api/session/create", {
      match_id: match.id,
      venue_name: form.venue,
      scheduled_time: fieldToWire(form.when),
      [mine]: form.mine,
      [theirs]: form.theirs,
    });
    if (pane.forms.plan === form) pane.forms.plan = pane.forms.next = null;
  };
  return h(
    "form",
    {
      key: "plan",
      class: "plan",
      novalidate: true, // what is wrong with it is for the server to say
      onsubmit: (event) => {
        event.preventDefault();
        pane.act("plan", create);
      },
    },
    h("p", { class: "plain wide" }, `You and ${buddy} are buddies. Where and when?`),
    field("Place", h("input", { ...kept("venue"), autocomplete: "off" })),
    field("Time", h("input", { ...kept("when"), type: "datetime-local" })),
    field("Your challenge", choice(kept("mine"), challenges)),
    field(`${buddy}’s challenge`, choice(kept("theirs"), challenges)),
    h(
      "div",
      { class: "actions wide" },
      pane.button("Schedule", "plan", null, { primary: true, type: "submit", onclick: null }),
      pane.forms.next && h("button", { type: "button", class: "quiet", onclick: () => back(pane) }, "Back"),
    ),
  );
}

function back(pane) {
  pane.forms.next = null;
  pane.render();
}

function field(label, control) {
  return h("div", { class: "field" }, h("label", { for: control.props.id }, label), control);
}

function choice(props, challenges) {
  const groups = Map.groupBy
    ? [...Map.groupBy(challenges, (each) => each.difficulty)]
    : [["all", challenges]];
  return h(
    "select",
    props,
    groups.map(([difficulty, items]) =>
      h(
        "optgroup",
        { key: difficulty, label: difficulty },
        items.map((each) => h("option", { key: each.id, value: each.id }, `${each.title} · ${each.points}`)),
      ),
    ),
  );
}

function shown(pane, session, buddy) {
  const { user1, user2 } = session.participants;
  const iAmFirst = user1.id === pane.person.id;
  const [me, them] = iAmFirst ? [user1, user2] : [user2, user1];
  const { user1_delta, user2_delta } = session.reputation_preview;
  const [mine, theirs] = iAmFirst ? [user1_delta, user2_delta] : [user2_delta, user1_delta];
  const open = OPEN.has(session.status);
  const path = `/api/session/${session.id}`;
  const done = session.status === "completed";
  const { gone } = pane.other; // what there was stays, and nothing comes after it
  return [
    figure(pane, {
      state: done ? "joined" : me.present && them.present ? "near" : "apart",
      me,
      them,
    }),
    h(
      "div",
      { key: "where", class: "where" },
      h("p", { class: "venue" }, session.venue_name),
      h("p", { class: "when" }, h("time", { datetime: session.scheduled_time }, moment(session.scheduled_time))),
    ),
    h(
      "ul",
      { key: "who", class: "participants" },
      participant(pane.side, "You", me, mine, session, `${buddy} has confirmed you`),
      participant(pane.other.side, buddy, them, theirs, session, "you have confirmed"),
    ),
    open && !gone && actions(pane, path, me, them, buddy),
    done &&
      h(
        "p",
        { key: "done", class: "done" },
        h("strong", {}, `${signed(mine)} points for you.`),
        ` Completed ${moment(session.completed_at)}.`,
      ),
    session.status === "cancelled" && h("p", { key: "off", class: "plain" }, "This session was called off."),
    done && rating(pane, session, buddy),
    session.status === "no_show" && noShow(pane, session, buddy, mine, theirs),
    !open && !gone && h("div", { key: "again", class: "actions" }, again(pane, session, done)),
    (!gone || session.notes) && pane.notes.show(session, buddy),
    open && !gone && more(pane, path, session, buddy),
  ];
}

function again(pane, session, done) {
  const next = () => {
    pane.forms.next = session.id;
    pane.render();
  };
  return h("button", { type: "button", class: done ? "primary" : "", onclick: next }, "Plan the next one");
}

function participant(side, name, who, delta, session, confirmed) {
  const standing = who.confirmed ? confirmed : who.present ? "is here" : "";
  return h(
    "li",
    { key: who.id, class: side },
    h("span", { class: "dot", "aria-hidden": "true" }),
    h(
      "div",
      {},
      h("p", {}, h("strong", {}, name), standing && h("span", { key: standing, class: "standing" }, ` · ${standing.replace(/^is/, name === "You" ? "are" : "is")}`)),
      h("p", { class: "challenge" }, who.challenge.title),
    ),
    h("span", { class: "delta", title: "points" }, signed(delta)),
  );
}

function actions(pane, path, me, them, buddy) {
  return h(
    "div",
    { key: "actions", class: "actions" },
    !me.present && pane.button("I am here", "check-in", () => pane.change("POST", `${path}/check-in`), { primary: !them.confirmed && !me.present }),
    !them.confirmed &&
      pane.button(
        `Confirm ${buddy}`,
        "confirm",
        async () => {
          await pane.change("POST", `${path}/confirm`, {});
          pane.person.settle();
        },
        { primary: me.present },
      ),
    them.confirmed && !me.confirmed && h("p", { class: "plain" }, `Waiting for ${buddy} to confirm you.`),
  );
}

function more(pane, path, session, buddy) {
  const id = `${pane.side}-move`;
  const move = `${session.id} ${session.scheduled_time}`;
  if (pane.forms.move?.of !== move) pane.forms.move = { of: move, when: wireToField(session.scheduled_time) };
  const form = pane.forms.move;
  return h(
    "details",
    { key: "more" },
    h("summary", {}, "Something has come up"),
    h(
      "form",
      {
        class: "move",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          pane.act("move", () => pane.change("PATCH", path, { scheduled_time: fieldToWire(form.when) }));
        },
      },
      field("Another time", h("input", { id, name: "when", type: "datetime-local", value: form.when, oninput: (event) => (form.when = event.target.value) })),
      pane.button("Move it", "move", null, { type: "submit", onclick: null }),
    ),
    h(
      "div",
      { class: "actions" },
      pane.button("Call it off", "cancel", () => pane.change("POST", `${path}/cancel`, {})),
      pane.button(`${buddy} did not come`, "no-show", () => pane.change("POST", `${path}/no-show`)),
    ),
  );
}

/** The two as two rings: apart, side by side, and linked once they have confirmed each other. */
function figure(pane, { state, me = {}, them = {} }) {
  const leftIsMe = pane.side === "left";
  const ring = (side, who, x) =>
    h(
      "g",
      { key: side, class: `ring ${side}${who.present ? " here" : ""}${who.confirmed ? " sure" : ""}` },
      h("circle", { cx: x, cy: 32, r: 24 }),
      h("text", { x, y: 37, "text-anchor": "middle" }, initial((side === pane.side ? pane : pane.other).name)),
    );
  return h(
    "svg",
    { key: "figure", class: `tandem ${state}`, viewBox: "0 0 160 64", "aria-hidden": "true" },
    ring("left", leftIsMe ? me : them, 44),
    ring("right", leftIsMe ? them : me, 116),
    h("path", { class: "tick", d: "M73.5 33l4.5 4.5 8.5-10" }),
  );
}
