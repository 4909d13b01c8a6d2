// The window: two panes, what is above them, and whose turn it is on a narrow screen.

import { Refusal, Unreachable } from "./api.js";
import { Board } from "./board.js";
import { isSaving } from "./leaving.js";
import { PEOPLE, freshPair, fromAddress } from "./people.js";
import { Pane } from "./pane.js";
import { h, patch } from "./view.js";

const VIEWS = { together: "Together", practice: "Practice", workout: "Workout", leaderboard: "Leaderboard" };
const STATES = { live: "Live", polling: "Polling", away: "The server is away. Trying again…" };
const TICK = 1000;
const FAILED_FOR = 10_000; // milliseconds for which it is said that there is no new pair
const SLOW_TICK = 30; // ticks after which times like "4 min ago" are drawn anew

class Page {
  constructor() {
    this.people = [...PEOPLE];
    this.states = new Map();
    this.active = "left";
    this.making = false;
    this.failed = null;
    this.view = hashView() ?? "together";
    const main = document.getElementById("panes");
    this.panes = ["left", "right"].map((side) => {
      const element = document.createElement("section");
      element.id = side;
      element.className = `pane ${side}`;
      return new Pane(side, element, this);
    });
    const board = document.createElement("section");
    board.id = "board";
    board.className = "card";
    board.setAttribute("aria-label", "Leaderboard");
    this.board = new Board(this, board);
    main.replaceChildren(...this.panes.map((pane) => pane.element), board);
    document.querySelector(".skip").onclick = (event) => {
      event.preventDefault(); // the part after the # names the view
      main.focus();
    };
    window.addEventListener("hashchange", () => this.#show());
    window.addEventListener("popstate", () => this.#become(fromAddress()));
    window.addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    window.addEventListener("beforeunload", (event) => {
      if (isSaving() || this.panes.some((pane) => pane.isUnsaved)) event.preventDefault();
    });
    let ticks = 0;
    setInterval(() => this.#tick((ticks += 1)), TICK);
    this.#become(fromAddress());
  }

  /** Another person in a pane. */
  choose(pane, id) {
    const pair = this.panes.map((each) => (each === pane ? id : each.person.id));
    this.#goTo(pair);
  }

  /** Somebody whose account is gone. */
  forget(pane) {
    this.people = this.people.filter((each) => each.id !== pane.person.id);
    this.states.delete(pane);
    if (this.board.where === pane.side) this.board.where = "top";
    this.other(pane).render();
    this.render();
  }

  other(pane) {
    return this.panes.find((each) => each !== pane);
  }

  /** What somebody is called, as far as this window knows. */
  nameOf(id) {
    const pane = this.panes.find((each) => each.person.id === id && each.person.me.data);
    return pane?.name ?? this.people.find((each) => each.id === id)?.name ?? `User ${id.slice(0, 8)}`;
  }

  /** How a pane's connection is; null: not known yet. */
  connection(pane, state) {
    if (state) this.states.set(pane, state);
    else this.states.delete(pane);
    this.failed = null; // how it stands now is what counts
    this.render();
  }

  render() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      patch(document.getElementById("top"), [this.#brand(), this.#views(), this.#state(), this.#pair()]);
      patch(document.getElementById("switch"), this.#switch());
      for (const pane of this.panes) pane.element.dataset.active = String(pane.side === this.active);
      this.board.render();
      document.title = `${this.panes.map((pane) => pane.name).join(" & ")} · Tandem`;
    });
  }

  #goTo(pair) {
    const query = new URLSearchParams({ left: pair[0], right: pair[1] });
    history.pushState(null, "", `${location.pathname}?${query}${location.hash}`);
    this.#become(pair);
  }

  #become(pair) {
    for (const id of pair) if (!this.people.some((each) => each.id === id)) this.people.push({ id, name: `User ${id.slice(0, 8)}` });
    this.panes.forEach((pane, at) => {
      if (pane.person?.id !== pair[at] || pane.person.buddyId !== pair[1 - at]) pane.become(pair[at], pair[1 - at]);
    });
    this.render();
  }

  #show() {
    this.view = hashView() ?? this.view;
    for (const pane of this.panes) {
      pane.person.show(this.view);
      pane.render();
    }
    this.render();
  }

  #wake() {
    for (const pane of this.panes) {
      if (pane.gone) continue;
      pane.person.live.connect();
      pane.person.refresh();
    }
  }

  #tick(ticks) {
    const runs = (pane) => (this.view === "practice" && pane.person.practising?.running_since) || this.view === "workout";
    for (const pane of this.panes) if (runs(pane) || ticks % SLOW_TICK === 0) pane.render();
  }

  async newPair() {
    if (this.making) return;
    this.making = true;
    this.failed = null;
    this.render();
    try {
      const pair = await freshPair();
      this.people.push(...pair);
      this.#goTo(pair.map((each) => each.id));
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
      this.failed = error;
      setTimeout(() => {
        if (this.failed === error) this.failed = null;
        this.render();
      }, FAILED_FOR);
    } finally {
      this.making = false;
      this.render();
    }
  }

  #brand() {
    return h(
      "h1",
      { key: "brand" },
      h(
        "svg",
        { viewBox: "0 0 32 24", "aria-hidden": "true" },
        h("circle", { class: "left", cx: 11, cy: 12, r: 8 }),
        h("circle", { class: "right", cx: 21, cy: 12, r: 8 }),
        h("path", { class: "left", d: "M11 4a8 8 0 0 1 8 8" }),
      ),
      "Tandem",
    );
  }

  #views() {
    return h(
      "nav",
      { key: "views", class: "views", "aria-label": "What to show" },
      Object.entries(VIEWS).map(([name, title]) =>
        h("a", { key: name, href: `#${name}`, "aria-current": name === this.view ? "page" : null }, title),
      ),
    );
  }

  #state() {
    const all = [...this.states.values()];
    const state = all.includes("away") ? "away" : all.length === this.panes.filter((pane) => !pane.gone).length && all.every((each) => each === "live") ? "live" : "polling";
    const text = this.failed?.message ?? (all.length ? STATES[state] : "Connecting…");
    return h("p", { key: "state", class: `connection ${state}`, role: "status" }, h("span", { class: "dot", "aria-hidden": "true" }), text);
  }

  #pair() {
    return h(
      "button",
      { key: "pair", type: "button", "aria-disabled": this.making, onclick: () => this.newPair() },
      "New pair",
    );
  }

  #switch() {
    return this.panes.map((pane) =>
      h(
        "button",
        {
          key: pane.side,
          type: "button",
          class: pane.side,
          "aria-pressed": pane.side === this.active,
          onclick: () => this.#turnTo(pane),
        },
        pane.name,
        pane.side !== this.active && pane.fresh && h("span", { class: "news" }, h("span", { class: "unseen" }, "has news")),
      ),
    );
  }

  #turnTo(pane) {
    this.active = pane.side;
    for (const each of this.panes) if (each.side === this.active) each.fresh = false;
    this.render();
    window.scrollTo({ top: 0 });
  }
}

function hashView() {
  const name = location.hash.slice(1) || "together";
  return name in VIEWS ? name : null;
}

new Page();
