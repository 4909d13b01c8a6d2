// One person's side of the window: who it is, the cards of the chosen view, and what the server says when it refuses.

import { departed } from "./account.js";
import { Refusal, Unreachable } from "./api.js";
import { inbox } from "./inbox.js";
import { Notes } from "./notes.js";
import { ownerOf, takeToken } from "./people.js";
import { Person } from "./person.js";
import { practice } from "./practice.js";
import { reputation } from "./reputation.js";
import { Settings } from "./settings.js";
import { together } from "./together.js";
import { h, patch } from "./view.js";
import { Workout, workout } from "./workout.js";

const AWARD = 6000; // milliseconds for which a new badge is celebrated
const CARDS = { together: [together, inbox], practice: [practice], workout: [workout], leaderboard: [] };

export class Pane {
  /** `side` is "left" or "right"; `page` knows the other pane, and what the window is about. */
  constructor(side, element, page) {
    this.side = side;
    this.element = element;
    this.page = page;
    this.person = null;
  }

  get other() {
    return this.page.other(this);
  }

  get name() {
    if (this.gone) return "Deleted user";
    return this.person?.me.data?.display_name ?? "…";
  }

  get view() {
    return this.page.view;
  }

  /** Show somebody else, with another buddy. */
  become(userId, buddyId) {
    this.notes?.leave();
    this.workout?.leave();
    this.settings?.stop();
    this.person?.stop();
    this.gone = null; // how far the erasure is, of somebody who has deleted the account
    this.medals = null; // the badges that have been seen
    this.award = null; // those that have just been earned
    this.busy = new Set();
    this.refusal = null;
    this.waiting = null;
    this.news = "";
    this.seen = null; // the newest entry of the inbox that has been announced
    this.fresh = false; // whether something came in that was not looked at, on a narrow screen
    this.forms = {}; // what is typed and not yet sent, by form
    this.tokenFault = "";
    this.page.connection(this, null);
    this.person = new Person(userId, buddyId, {
      changed: (resource) => this.#changed(resource),
      onState: (state) => this.page.connection(this, state),
      boardPath: () => this.page.board.pathFor(this),
    });
    this.person.view = this.view;
    this.notes = new Notes(this);
    this.workout = new Workout(this);
    this.settings = new Settings(this);
    this.person.start();
    this.render();
  }

  #changed(resource) {
    if (resource === this.person.inbox) this.#announce();
    if (resource === this.person.reputation) this.#celebrate();
    if (resource === this.person.session) this.notes.take();
    if (resource === this.person.workout) this.workout.take();
    if (resource === this.person.board) this.page.board.render();
    this.render();
    if (resource === this.person.me) {
      // The name stands on the other side, too.
      this.other.render();
      this.page.render();
    }
  }

  #announce() {
    const newest = this.person.inbox.data?.items[0];
    if (this.seen !== null && newest && newest.id !== this.seen) {
      this.news = `${this.name}: ${newest.title}`;
      this.fresh = this.side !== this.page.active;
      this.page.render();
    }
    this.seen = newest?.id ?? "";
  }

  /** A badge that was not there before is looked at for a moment; the inbox says it, too. */
  #celebrate() {
    const { badges } = this.person.reputation.data ?? { badges: [] };
    const earned = badges.filter((badge) => this.medals && !this.medals.has(badge.code));
    this.medals = new Set(badges.map((badge) => badge.code));
    if (earned.length === 0) return;
    const award = { codes: new Set(earned.map((badge) => badge.code)), titles: earned.map((badge) => badge.title).join(", ") };
    this.award = award;
    setTimeout(() => {
      if (this.award === award) this.award = null;
      this.render();
    }, AWARD);
  }

  /**
   * Do something once: while it is under way, asking again does nothing. What the server refuses is shown; whether it
   * went well is returned.
   */
  async act(name, work) {
    if (this.busy.has(name)) return false;
    const { person } = this;
    this.busy.add(name);
    this.refusal = null;
    this.render();
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Unreachable)) throw error;
      if (person === this.person) this.refusal = error;
      return false;
    } finally {
      try {
        // Under way until what has come of it is shown.
        await person.refresh();
      } finally {
        if (person === this.person) this.busy.delete(name);
        this.render();
      }
    }
  }

  /** What was written or ticked here, by whomever, is not to be had: the server's no is shown. */
  lose(what, { problem }) {
    this.refusal = new Refusal({ ...problem, detail: `${what} could not be saved: ${problem.detail ?? problem.title}` });
    this.render();
  }

  /** Whether somebody has written or ticked something that the server does not have yet. */
  get isUnsaved() {
    return this.notes.isUnsaved || this.workout.isUnsaved;
  }

  /** The account is closed: nothing is asked in its name any more, for who asks comes as somebody new. */
  leave() {
    this.settings.close();
    this.notes.drop();
    this.workout.drop();
    this.person.stop();
    this.person.api.erased = true;
    this.gone = { progress: 0, done: false };
    this.page.forget(this);
  }

  /** A change in this person's name; that it has to wait for the server is shown. */
  change(method, path, body, options = {}) {
    const { person } = this;
    const waiting = (error) => {
      if (person !== this.person || this.waiting === error) return;
      this.waiting = error;
      this.render();
    };
    return person.api.change(method, path, body, { onWait: waiting, ...options }).finally(() => waiting(null));
  }

  /** A button that does `work` once at a time. */
  button(label, name, work, { primary = false, quiet = false, ...props } = {}) {
    const busy = this.busy.has(name);
    return h(
      "button",
      {
        key: name,
        type: "button",
        class: primary ? "primary" : quiet ? "quiet" : "",
        "aria-busy": busy,
        // Not `disabled`: that would take the focus away from who has just pressed it.
        "aria-disabled": busy,
        onclick: () => this.act(name, work),
        ...props,
      },
      label,
    );
  }

  render() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.#draw();
    });
  }

  #draw() {
    const active = document.activeElement;
    const card = this.element.contains(active) ? active.closest("[data-card]")?.dataset.card : null;
    const heading = `${this.side}-name`;
    this.element.setAttribute("aria-labelledby", heading);
    const shown = CARDS[this.view];
    const cards = this.gone ? shown.slice(0, 1).map(() => departed(this)) : shown.map((make) => make(this));
    // Over an open dialog nothing else is seen, or read out.
    const notice = this.settings.isOpen ? null : this.notice();
    patch(this.element, [reputation(this, heading), cards, notice, this.#status()]);
    this.settings.render();
    if (card && !this.element.contains(document.activeElement)) {
      // What had the focus is gone: whoever uses the keyboard goes on where it was.
      this.element.querySelector(`[data-card="${card}"] h3`)?.focus();
    }
  }

  /** What the server says when it refuses, or does not answer. */
  notice() {
    const { waiting } = this;
    const refusal = this.refusal ?? this.person.me.refused;
    return h(
      "div",
      { key: "notice", class: "notice", role: "alert" },
      refusal && refused(refusal, () => this.dismiss()),
      refusal?.problem?.status === 401 && this.#identification(),
      !refusal && waiting && h("p", { class: "waiting" }, `${waiting.message}. Trying again…`),
    );
  }

  #identification() {
    const id = `${this.side}-token`;
    const use = (event) => {
      event.preventDefault();
      const token = new FormData(event.target).get("token");
      const userId = ownerOf(token);
      if (!userId) this.tokenFault = "That is no access token.";
      else if (userId === this.person.buddyId) this.tokenFault = "That token is of whom the other side shows.";
      else {
        takeToken(token);
        if (userId === this.person.id) this.become(userId, this.person.buddyId);
        else this.page.choose(this, userId);
      }
      this.render();
    };
    return h(
      "form",
      { class: "identification", onsubmit: use },
      h("label", { for: id }, "An access token for this side"),
      h("input", { id, name: "token", type: "password", autocomplete: "off" }),
      h("button", { type: "submit" }, "Use it"),
      this.tokenFault && h("p", {}, this.tokenFault),
    );
  }

  dismiss() {
    this.refusal = null;
    this.person.me.refused = null;
    this.render();
  }

  #status() {
    return h("p", { key: "status", class: "unseen", role: "status" }, this.news);
  }
}

function refused(error, dismiss) {
  const problem = error.problem ?? {};
  const faults = (problem.errors ?? []).map((fault) => {
    const field = fault.loc.filter((part) => part !== "body").join(".");
    return h("li", {}, field && h("code", {}, field), ` ${fault.msg}`);
  });
  const facts = [problem.status, problem.code].filter(Boolean).join(" ");
  return h(
    "div",
    { class: "refusal" },
    h("p", {}, h("strong", {}, error.message)),
    faults.length > 0 && h("ul", {}, faults),
    facts && h("p", { class: "facts" }, facts, problem.request_id && ` · request ${problem.request_id.slice(0, 8)}`),
    h("button", { type: "button", class: "quiet", onclick: dismiss }, "Dismiss"),
  );
}
