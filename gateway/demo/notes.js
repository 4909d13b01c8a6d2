// The notes that both buddies write in: saved while typing, merged when both write, and asked about when that cannot be.

import { Refusal } from "./api.js";
import { common, h } from "./view.js";

const SAVE_EVERY = 350; // milliseconds of typing
const STALE = 412;

export class Notes {
  constructor(pane) {
    this.pane = pane;
    this.sessionId = null;
    this.#forget();
  }

  #forget() {
    clearTimeout(this.timer);
    this.timer = null;
    this.base = ""; // what the server had when the draft began
    this.draft = null; // what is written here and not yet saved
    this.theirs = null; // what the buddy has written meanwhile, where the two cannot be merged
    this.saving = false;
    this.failed = null;
    this.saved = false;
  }

  /** Another person is shown here from now on. */
  stop() {
    this.sessionId = null;
    this.#forget();
  }

  /** This session's notes are shown from now on. What is written in them stays, whatever is read of it later. */
  #begin(session) {
    if (session.id === this.sessionId) return;
    this.#forget();
    this.sessionId = session.id;
    this.base = session.notes ?? "";
  }

  /** The session was read anew. */
  take() {
    const session = this.pane.person.session?.data;
    if (!session || session.id !== this.sessionId) return;
    const server = session.notes ?? "";
    if (this.draft === null || this.draft === server) {
      this.draft = null;
      this.theirs = null;
      this.base = server;
    } else if (server !== this.base) {
      const merged = merge(this.base, this.draft, server);
      if (merged === null) this.theirs = server;
      else {
        this.base = server;
        this.draft = merged;
      }
    }
    // It may have been written before the session itself was read.
    if (this.draft !== null && this.failed === null) this.#later();
  }

  #type(text) {
    this.draft = text;
    this.failed = null;
    this.saved = false;
    this.#later();
    this.pane.render();
  }

  #later() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.#save();
    }, SAVE_EVERY);
  }

  async #save() {
    if (this.saving || this.draft === null || this.theirs !== null) return;
    const { pane, sessionId, draft } = this;
    const { session } = pane.person;
    // Shown out of the list, but not yet read: without its tag somebody else's text would be written over.
    if (session?.data?.id !== sessionId) return;
    this.saving = true;
    pane.render();
    try {
      const answer = await pane.change("PATCH", `/api/session/${sessionId}/notes`, { notes: draft }, { ifMatch: session.etag });
      if (this.sessionId !== sessionId) return;
      this.base = answer.notes;
      // The server keeps plain text: what it keeps is what both see. Not under the hand of who writes on, though.
      if (this.draft === draft) this.draft = null;
      this.saved = true;
    } catch (error) {
      // Somebody changed the session; it is read anew below, and the draft is merged into it.
      if (!(error instanceof Refusal) || error.problem.status !== STALE) this.failed = error;
    } finally {
      await session.refresh();
      this.saving = false;
      if (this.draft !== null && this.failed === null) this.#later();
      pane.render();
    }
  }

  #resolve(text) {
    this.base = this.theirs;
    this.theirs = null;
    this.draft = text === this.base ? null : text;
    this.#later();
    this.pane.render();
  }

  /** The field, and how it stands. */
  show(session, buddy) {
    this.#begin(session);
    const text = this.draft ?? this.base;
    const id = `${this.pane.side}-notes`;
    return h(
      "div",
      { key: "notes", class: "notes" },
      h("label", { for: id }, "Notes for both of you"),
      h("textarea", {
        id,
        rows: 3,
        value: text,
        "aria-describedby": `${id}-state`,
        placeholder: `${buddy} sees what you write`,
        oninput: (event) => this.#type(event.target.value),
      }),
      h("p", { id: `${id}-state`, class: "state" }, this.#state(buddy)),
      this.theirs !== null &&
        h(
          "div",
          { class: "conflict", role: "group", "aria-label": "Two versions of the notes" },
          h("p", {}, `${buddy} has written in the same place:`),
          h("blockquote", {}, this.theirs || "(nothing)"),
          h(
            "div",
            { class: "actions" },
            h("button", { type: "button", onclick: () => this.#resolve(`${this.theirs}\n${this.draft}`) }, "Keep both"),
            h("button", { type: "button", onclick: () => this.#resolve(this.draft) }, "Keep mine"),
            h("button", { type: "button", onclick: () => this.#resolve(this.theirs) }, `Keep ${buddy}’s`),
          ),
        ),
    );
  }

  #state(buddy) {
    if (this.failed) return `Not saved: ${this.failed.message}`;
    if (this.theirs !== null) return "Not saved yet";
    if (this.saving || this.draft !== null) return "Saving…";
    return this.saved ? `Saved; ${buddy} sees it` : "";
  }
}

/** What two people have made of one text, if they wrote in different places of it; else null. */
export function merge(base, mine, theirs) {
  const change = (text) => {
    const start = common(base, text, 0);
    const end = common(base, text, start, true);
    return { start, stop: base.length - end, text: text.slice(start, text.length - end) };
  };
  const [first, second] = [change(mine), change(theirs)].sort((one, other) => one.start - other.start || one.stop - other.stop);
  if (first.stop > second.start || first.start === second.start) return null;
  return (
    base.slice(0, first.start) + first.text + base.slice(first.stop, second.start) + second.text + base.slice(second.stop)
  );
}
