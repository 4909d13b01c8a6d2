// The leaderboard, with the window's two buddies in their colours; one for both sides.

import { count } from "./format.js";
import { h, patch } from "./view.js";

const BY = { completed_sessions: "Sessions", points: "Points" };
const STEP = 10; // users, and so many more each time
const MOST = 100; // the server's limit of a page
const MOVE = 450; // milliseconds in which a user takes another place

export class Board {
  constructor(page, element) {
    this.page = page;
    this.element = element;
    this.by = "completed_sessions";
    this.where = "top"; // or the side in whose surroundings one looks
    this.shown = STEP;
  }

  /** Whose board is shown. */
  get #owner() {
    const [left, right] = this.page.panes;
    return this.where === "right" || left.gone ? right : left;
  }

  /** What a side has to read: the board that is shown, or only its own place on it. */
  pathFor(pane) {
    const query = new URLSearchParams({ by: this.by, limit: pane === this.#owner ? this.shown : 1 });
    if (pane === this.#owner && this.where !== "top") query.set("around", "me");
    return `/api/reputation/leaderboard?${query}`;
  }

  #choose(change) {
    Object.assign(this, change);
    for (const pane of this.page.panes) if (!pane.gone) pane.person.lookAtBoard();
    this.render();
  }

  render() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      const isShown = this.page.view === "leaderboard";
      this.element.hidden = !isShown;
      if (isShown) this.#draw();
      else patch(this.element, []);
    });
  }

  #draw() {
    const before = this.#tops();
    patch(this.element, [
      h(
        "header",
        { key: "head" },
        h("h2", { tabindex: -1 }, "Leaderboard"),
        h("div", { class: "choices" }, this.#where(), this.#by()),
      ),
      this.#content(),
    ]);
    this.#glide(before);
  }

  #where() {
    const places = { top: "Top" };
    for (const pane of this.page.panes) if (!pane.gone) places[pane.side] = `Around ${pane.name}`;
    return this.#choice("where", "Which part of it", places, (where) => this.#choose({ where, shown: STEP }));
  }

  #by() {
    return this.#choice("by", "Ranked by", BY, (by) => this.#choose({ by, shown: STEP }));
  }

  #choice(name, legend, options, choose) {
    return h(
      "fieldset",
      { key: name, class: "choice" },
      h("legend", { class: "unseen" }, legend),
      Object.entries(options).map(([value, text]) =>
        h(
          "label",
          { key: value, class: this[name] === value ? "chosen" : "" },
          h("input", { type: "radio", name: `board-${name}`, value, checked: this[name] === value, onchange: () => choose(value) }),
          h("span", {}, text),
        ),
      ),
    );
  }

  #content() {
    const known = this.#owner.person.board?.data;
    if (!known) return h("p", { key: "none", class: "plain" }, this.#owner.person.board?.refused?.message ?? "One moment…");
    const absent = this.page.panes.filter((pane) => pane.person.board?.data && !pane.person.board.data.me && !pane.gone);
    return [
      known.items.length > 0 && this.#table(known),
      absent.length > 0 &&
        h("p", { key: "absent", class: "plain" }, `${absent.map((pane) => pane.name).join(" and ")} will be here after a first session.`),
      this.where === "top" &&
        known.next_cursor &&
        this.shown < MOST &&
        h(
          "button",
          { key: "more", type: "button", class: "quiet", onclick: () => this.#choose({ shown: Math.min(MOST, this.shown + STEP) }) },
          "Show more",
        ),
    ];
  }

  #table({ items }) {
    const listed = new Set(items.map((place) => place.user_id));
    const others = this.page.panes
      .filter((pane) => !pane.gone)
      .map((pane) => pane.person.board?.data?.me)
      .filter((place) => place && !listed.has(place.user_id))
      .sort((one, other) => one.rank - other.rank);
    const above = others.filter((place) => place.rank < items[0].rank);
    const below = others.filter((place) => !above.includes(place));
    const rows = (places) => places.map((place) => this.#row(place));
    return h(
      "table",
      { key: "table" },
      h("caption", { class: "unseen" }, `Ranked by ${BY[this.by].toLowerCase()}`),
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col", class: "rank" }, "Rank"), h("th", { scope: "col" }, "Who"), this.#heading("completed_sessions"), this.#heading("points")),
      ),
      h("tbody", {}, rows(above), above.length > 0 && gap("above"), rows(items), below.length > 0 && gap("below"), rows(below)),
    );
  }

  #heading(by) {
    return h("th", { scope: "col", class: by === this.by ? "figure by" : "figure", "aria-sort": by === this.by ? "descending" : null }, BY[by]);
  }

  #row({ rank, user_id: id, completed_sessions: sessions, points }) {
    const pane = this.page.panes.find((each) => each.person.id === id && !each.gone);
    const figure = (by, value) =>
      h(
        "td",
        { class: by === this.by ? "figure by" : "figure" },
        h("span", { key: value, class: "value" }, String(value).replace("-", "−")),
      );
    return h(
      "tr",
      { key: id, class: pane ? pane.side : "", "data-user": id },
      h("td", { class: "rank" }, h("span", { key: rank, class: "value" }, rank)),
      h("th", { scope: "row" }, h("span", { class: "dot", "aria-hidden": "true" }), this.page.nameOf(id)),
      figure("completed_sessions", sessions),
      figure("points", points),
    );
  }

  #tops() {
    const rows = this.element.querySelectorAll("tr[data-user]");
    return new Map([...rows].map((row) => [row.dataset.user, row.getBoundingClientRect().top]));
  }

  /** Who has another place now goes there, instead of jumping. */
  #glide(before) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const [id, top] of this.#tops()) {
      const way = (before.get(id) ?? top) - top;
      if (Math.abs(way) < 1) continue;
      const row = this.element.querySelector(`tr[data-user="${id}"]`);
      row.animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], { duration: MOVE, easing: "cubic-bezier(0.3, 1, 0.4, 1)" });
    }
  }
}

const gap = (key) => h("tr", { key, class: "gap" }, h("td", { colspan: 4 }, "⋯"));
