// The notes that both buddies write in: saved while typing, merged when both write, and asked about when that cannot be.

import { Refusal, Unreachable } from "./api.js";
import { insist } from "./leaving.js";
import { common, h } from "./view.js";

const SAVE_EVERY = 350; // milliseconds of typing
const STALE = 412;

export class Notes {
  constructor(pane) {
    this.pane = pane;
    this.person = pane.person;
    this.drop();
  }

  /** Nothing of what is written here is wanted any more. */
  drop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.sessionId = null;
    this.base = ""; // what the server had when the draft began
    this.draft = null; // what is written here and not yet saved
    this.sent = null; // what of it was last sent, whether that was heard or not
    this.theirs = null; // what the buddy has written meanwhile, where the two cannot be merged
    this.saving = null; // what is under way
    this.failed = null; // the server's no
    this.away = false; // whether there was no answer, so that it is tried again
    this.saved = false;
  }

  get isUnsaved() {
    return this.draft !== null;
  }

  /** Somebody or something else is shown from now on: what is written here is saved all the same. */
  leave() {
    const { pane, person, sessionId, base, draft, sent, saving } = this;
    // What was refused is refused again; that has been said.
    const wanted = draft !== null && this.failed === null;
    this.drop();
    if (!wanted) return;
    const text = { base, draft, sent };
    insist(
      async () => {
        await saving?.catch(() => {});
        await deliver(person.api, sessionId, text);
      },
      (refusal) => pane.lose("The notes", refusal),
    );
  }

  /** This session's notes are shown from now on. What is written in them stays, whatever is read of it later. */
  #begin(session) {
    if (session.id === this.sessionId) return;
    this.leave();
    this.sessionId = session.id;
    this.base = session.notes ?? "";
  }

  /** The session was read anew. */
  take() {
    const session = this.person.session?.data;
    if (!session || session.id !== this.sessionId) return;
    const server = session.notes ?? "";
    if (this.draft === null || this.draft === server) {
      this.draft = null;
      this.theirs = null;
      this.base = server;
    } else {
      // One's own, whose answer was not heard, or not yet.
      if (server === this.sent) this.base = server;
      const merged = server === this.base ? this.draft : merge(this.base, this.draft, server);
      this.theirs = merged === null ? server : null;
      if (merged !== null) {
        this.base = server;
        this.draft = merged;
      }
    }
    // It may have been written before the session itself was read.
    this.#goOn();
  }

  #type(text) {
    this.draft = text;
    this.failed = null;
    this.saved = false;
    this.#goOn();
    this.pane.render();
  }

  /** Save what is not saved, soon. */
  #goOn() {
    if (this.draft === null || this.failed !== null) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.#save();
    }, SAVE_EVERY);
  }

  async #save() {
    if (this.saving || this.draft === null || this.theirs !== null) return;
    const { session } = this.person;
    // Shown out of the list, but not yet read: without its tag somebody else's text would be written over.
    if (session?.data?.id !== this.sessionId) return;
    const saving = this.#send(session);
    this.saving = saving;
    this.pane.render();
    try {
      await saving;
    } finally {
      if (this.saving === saving) {
        this.saving = null;
        this.#goOn();
        this.pane.render();
      }
    }
  }

  async #send(session) {
    const { pane, sessionId, draft } = this;
    const isHere = () => this.sessionId === sessionId;
    this.sent = draft;
    try {
      const answer = await pane.change("PATCH", `/api/session/${sessionId}/notes`, { notes: draft }, { ifMatch: session.etag });
      if (!isHere()) return;
      this.base = answer.notes;
      // The server keeps plain text: what it keeps is what both see. Not under the hand of who writes on, though.
      if (this.draft === draft) this.draft = null;
      this.saved = true;
      this.away = false;
    } catch (error) {
      const isRefusal = error instanceof Refusal;
      if (!isRefusal && !(error instanceof Unreachable)) throw error;
      if (!isHere()) return;
      this.away = !isRefusal;
      // Somebody changed the session; it is read anew below, and the draft is merged into it.
      if (isRefusal && error.problem.status !== STALE) this.failed = error;
    }
    await session.refresh();
  }

  #resolve(text) {
    this.base = this.theirs;
    this.theirs = null;
    this.draft = text === this.base ? null : text;
    this.#goOn();
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
      h("p", { id: `${id}-state`, class: "state", role: "status" }, this.#state(buddy)),
      this.theirs !== null &&
        h(
          "div",
          { class: "conflict", role: "group", "aria-label": "Two versions of the notes" },
          h("p", {}, `This is what ${buddy} has written:`),
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
    if (this.theirs !== null) return `Not saved yet: ${buddy} has written in the same place`;
    if (this.away) return "Not saved yet. Trying again…";
    if (this.saving || this.draft !== null) return "Saving…";
    return this.saved ? `Saved; ${buddy} sees it` : "";
  }
}

/** Save a text that nobody waits for any more. Where it cannot be merged, nobody can be asked: both texts are kept. */
async function deliver(api, sessionId, text) {
  const path = `/api/session/${sessionId}`;
  for (;;) {
    const { data, etag } = await api.get(path);
    const server = data.notes ?? "";
    if (server === text.draft) return;
    if (server !== text.base && server !== text.sent) text.draft = merge(text.base, text.draft, server) ?? `${server}\n${text.draft}`;
    text.base = server;
    text.sent = text.draft;
    try {
      await api.change("PATCH", `${path}/notes`, { notes: text.draft }, { ifMatch: etag });
      return;
    } catch (error) {
      if (error.problem?.status !== STALE) throw error;
    }
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
