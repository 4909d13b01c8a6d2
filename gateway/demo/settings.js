// One person's settings: who one is, what one is mailed and when, and the account itself.

import { Deletion, Export } from "./account.js";
import { Refusal, now } from "./api.js";
import { fields, read, write } from "./preferences.js";
import { h, patch } from "./view.js";

const SAVED_FOR = 4000; // milliseconds for which it says so
const STALE = 412;

export class Settings {
  constructor(pane) {
    this.pane = pane;
    this.draft = null; // what is in the form, while it is open
    this.base = null; // what it was made of: the entity tag and the stored preferences
    this.edits = 0;
    this.saved = false;
    this.wanted = false; // asked for before it is known whose they are
    this.export = new Export(pane);
    this.dialog = document.createElement("dialog");
    this.dialog.className = `settings ${pane.side}`;
    this.dialog.setAttribute("aria-labelledby", `${pane.side}-settings`);
    this.dialog.onclose = () => this.#closed();
    document.body.append(this.dialog);
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Open them; where it is not known yet whose they are, as soon as it is. */
  open() {
    if (this.isOpen) return;
    const me = this.pane.person.me.data;
    this.wanted = !me;
    if (!me) {
      this.pane.render();
      return;
    }
    this.draft = { display_name: me.display_name, timezone: me.timezone, ...read(me.notification_preferences) };
    this.#rebase();
    this.deletion = new Deletion(this.pane);
    this.saved = false;
    this.pane.dismiss();
    this.#draw();
    this.dialog.showModal();
    this.pane.render();
  }

  #rebase() {
    const { data, etag } = this.pane.person.me;
    this.base = { etag, preferences: data.notification_preferences };
  }

  close() {
    if (this.isOpen) this.dialog.close();
  }

  /** Another person is shown here from now on. */
  stop() {
    clearTimeout(this.timer);
    this.close();
    this.dialog.remove();
  }

  render() {
    const { data, refused } = this.pane.person.me;
    if (this.wanted && refused) {
      this.wanted = false; // the refusal is shown, and needs looking at first
      this.pane.render();
    } else if (this.wanted && data) this.open();
    else if (this.isOpen) this.#draw();
  }

  #closed() {
    this.draft = null;
    patch(this.dialog, []);
    this.pane.dismiss();
    this.pane.render();
  }

  change(part) {
    Object.assign(this.draft, part);
    this.edits += 1;
    this.saved = false;
    this.render();
  }

  #save() {
    const { pane, draft, edits } = this;
    const { me } = pane.person;
    return pane.act("settings", async () => {
      const body = {
        display_name: draft.display_name,
        timezone: draft.timezone,
        notification_preferences: write(draft, this.base.preferences),
      };
      try {
        const onTag = (etag) => (this.base = { etag, preferences: body.notification_preferences });
        await pane.change("PATCH", "/api/me", body, { ifMatch: this.base.etag, onTag });
      } catch (error) {
        if (error.problem?.status !== STALE) throw error;
        // What is there now is read, and saving again is meant.
        await me.refresh();
        this.#rebase();
        const stored = Object.fromEntries(Object.keys(body).map((name) => [name, me.data[name]]));
        // Unless it is one's own: its answer was lost.
        if (canonical(stored) !== canonical(body)) {
          throw new Refusal({ ...error.problem, detail: "Your settings were changed somewhere else meanwhile. Save again if yours are to stay." });
        }
      }
      if (this.edits === edits) this.#tellSaved();
    });
  }

  #tellSaved() {
    this.saved = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.saved = false;
      this.render();
    }, SAVED_FOR);
  }

  #draw() {
    const { pane } = this;
    patch(this.dialog, [
      h(
        "header",
        { key: "head" },
        h("h2", { id: `${pane.side}-settings` }, `${pane.name}’s settings`),
        h("button", { type: "button", class: "quiet close", "aria-label": "Close", onclick: () => this.close() }, "×"),
      ),
      h("div", { key: "body", class: "body" }, this.#form(), this.export.show(), this.deletion.show()),
      pane.notice(),
    ]);
  }

  #form() {
    const { pane, draft } = this;
    return h(
      "form",
      {
        key: "form",
        class: "profile",
        novalidate: true, // what is wrong with it is for the server to say
        onsubmit: (event) => {
          event.preventDefault();
          this.#save();
        },
      },
      this.#name(),
      this.#zone(),
      fields(pane, draft, (part) => this.change(part)),
      h(
        "div",
        { class: "actions save" },
        pane.button("Save", "settings", null, { type: "submit", onclick: null, primary: true }),
        h("p", { class: "plain", role: "status" }, this.saved ? "Saved." : ""),
      ),
    );
  }

  #name() {
    const id = `${this.pane.side}-display-name`;
    return h(
      "div",
      { class: "field" },
      h("label", { for: id }, "Display name"),
      h("input", {
        id,
        value: this.draft.display_name,
        autocomplete: "off",
        oninput: (event) => this.change({ display_name: event.target.value }),
      }),
    );
  }

  #zone() {
    const id = `${this.pane.side}-timezone`;
    return h(
      "div",
      { class: "field" },
      h("label", { for: id }, "Time zone"),
      h("input", {
        id,
        list: `${id}s`,
        value: this.draft.timezone,
        autocomplete: "off",
        spellcheck: "false",
        oninput: (event) => this.change({ timezone: event.target.value }),
      }),
      h("datalist", { id: `${id}s` }, zones()),
      h("p", { class: "hint" }, clockIn(this.draft.timezone)),
    );
  }
}

/** The same text for the same content, in whatever order. */
function canonical(content) {
  const sorted = (value) => (value?.constructor === Object ? Object.fromEntries(Object.entries(value).sort()) : value);
  return JSON.stringify(content, (_, value) => sorted(value));
}

let known = null;

/** Described once: there are more than four hundred. */
function zones() {
  known ??= ["UTC", ...Intl.supportedValuesOf("timeZone")].map((name) => h("option", { key: name, value: name }));
  return known;
}

function clockIn(timeZone) {
  try {
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" });
    return `There it is ${clock.format(now())}`;
  } catch {
    return "";
  }
}
