// What the two think of each other after a session: blind, until both have said it.

import { moment } from "./format.js";
import { h } from "./view.js";

const STARS = [1, 2, 3, 4, 5];
const STAR = "M12 2.6l2.9 6 6.6.9-4.8 4.6 1.2 6.5L12 17.5l-5.9 3.1 1.2-6.5L2.5 9.5l6.6-.9z";

/** Below a completed session: the form, or what has been said. */
export function rating(pane, session, buddy) {
  const read = pane.person.rating?.data;
  if (!read || read.session_id !== session.id) return null;
  const { mine, theirs, visible } = read;
  if (visible) {
    if (!mine && !theirs) return null;
    return h(
      "div",
      { key: "rating", class: "ratings" },
      mine && said("You", `about ${buddy}`, pane.side, mine),
      theirs && said(buddy, "about you", pane.other.side, theirs),
      !theirs && h("p", { class: "plain" }, `${buddy} has not rated you.`),
    );
  }
  if (pane.other.gone) return mine && h("div", { key: "rating", class: "ratings" }, said("You", `about ${buddy}`, pane.side, mine));
  if (mine && pane.forms.rating?.of !== session.id) return kept(pane, session, buddy, read);
  return form(pane, session, buddy, mine);
}

function said(who, about, side, { rating: given, comment }) {
  return h(
    "figure",
    { key: who, class: `opinion ${side}` },
    h("figcaption", {}, h("strong", {}, who), ` ${about}`),
    stars(given),
    comment && h("blockquote", {}, comment),
  );
}

function stars(given) {
  return h(
    "span",
    { class: "given", role: "img", "aria-label": `${given} of 5 stars` },
    STARS.map((number) => star(number, number <= given)),
  );
}

const star = (key, on) => h("svg", { key, class: on ? "star on" : "star", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: STAR }));

/** Given, and not yet to be seen by the other. */
function kept(pane, session, buddy, { mine, visible_at }) {
  const change = () => {
    pane.forms.rating = { of: session.id, rating: mine.rating, comment: mine.comment ?? "" };
    pane.render();
  };
  return h(
    "div",
    { key: "rating", class: "ratings" },
    said("You", `about ${buddy}`, pane.side, mine),
    h(
      "div",
      { key: "blind", class: "actions" },
      h("p", { class: "plain" }, `${buddy} sees it, and you see ${buddy}’s, once both of you have rated, or ${moment(visible_at)}.`),
      h("button", { type: "button", class: "quiet", onclick: change }, "Change it"),
    ),
  );
}

function form(pane, session, buddy, mine) {
  // What is in the form by now: what a frame has drawn may be older.
  const written = () => (pane.forms.rating?.of === session.id ? pane.forms.rating : { of: session.id, rating: null, comment: "" });
  const draft = written();
  const write = (change) => {
    pane.forms.rating = { ...written(), ...change };
    pane.render();
  };
  const send = async () => {
    const sent = written();
    const body = { rating: sent.rating, comment: sent.comment };
    await pane.change(mine ? "PUT" : "POST", `/api/session/${session.id}/rating`, body);
    if (pane.forms.rating === sent) pane.forms.rating = null;
    // Nobody is told of a rating; in this window the other one need not wait to see it.
    pane.other.person.refresh();
  };
  const id = `${pane.side}-comment`;
  return h(
    "form",
    {
      key: "rating",
      class: "rate",
      novalidate: true, // what is wrong with it is for the server to say
      onsubmit: (event) => {
        event.preventDefault();
        pane.act("rate", send);
      },
    },
    h(
      "fieldset",
      {},
      h("legend", {}, `How was it with ${buddy}?`),
      h(
        "div",
        { class: "stars" },
        STARS.map((number) =>
          h(
            "label",
            { key: number },
            h("input", {
              type: "radio",
              name: `${pane.side}-stars`,
              value: number,
              checked: draft.rating === number,
              onchange: () => write({ rating: number }),
            }),
            star(number, number <= draft.rating),
            h("span", { class: "unseen" }, number === 1 ? "1 star" : `${number} stars`),
          ),
        ),
      ),
    ),
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, "A word about it, if you like"),
      h("textarea", { id, rows: 2, value: draft.comment, oninput: (event) => write({ comment: event.target.value }) }),
    ),
    h(
      "div",
      { class: "actions" },
      pane.button(mine ? "Change the rating" : `Rate ${buddy}`, "rate", null, { type: "submit", onclick: null }),
      h("p", { class: "plain" }, `${buddy} sees it once both of you have rated.`),
    ),
  );
}
