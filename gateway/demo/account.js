// What belongs to an account as a whole: all that is held about somebody, handed out, or erased.

import { Refusal, Unreachable, pause } from "./api.js";
import { card } from "./card.js";
import { moment } from "./format.js";
import { h } from "./view.js";

const LOOK = 400; // milliseconds between two looks at a job
const GONE = 404;

/** Read a job until it is over; `onNews(job)` hears how far it is, and the last of it is returned: null once it is gone. */
async function follow(pane, id, onNews) {
  const { person } = pane;
  for (;;) {
    try {
      const { data: job } = await person.api.get(`/api/jobs/${id}`);
      if (pane.person !== person) return null;
      onNews(job);
      if (job.status === "completed" || job.status === "failed") return job;
    } catch (error) {
      if (error instanceof Refusal && error.problem.status === GONE) return null;
      if (!(error instanceof Unreachable)) throw error; // the job goes on without us
    }
    await pause(LOOK);
  }
}

/** One ZIP of everything: asked for, waited for, downloaded. */
export class Export {
  constructor(pane) {
    this.pane = pane;
    this.job = null;
  }

  async #make() {
    const { pane } = this;
    this.job = null;
    const { job_id: id } = await pane.change("POST", "/api/me/export");
    await follow(pane, id, (job) => {
      this.job = job;
      pane.render();
    });
  }

  async #download() {
    // Not a link: the address is for this person alone, and a link cannot say who is asking.
    save(await this.pane.person.api.file(this.job.url));
  }

  show() {
    const { pane, job } = this;
    const busy = pane.busy.has("export");
    return h(
      "section",
      { key: "export", class: "part" },
      h("h3", {}, "Your data"),
      h("p", { class: "plain" }, "One ZIP of JSON and CSV with all that is held about you."),
      busy && h("progress", { key: "progress", max: 100, value: job?.progress ?? 0, "aria-label": "How far the export is" }),
      h(
        "div",
        { class: "actions" },
        job?.url && pane.button("Download the ZIP", "download", () => this.#download(), { primary: true }),
        pane.button(busy ? `Exporting, ${job?.progress ?? 0} %` : job?.url ? "Export again" : "Export my data", "export", () => this.#make(), { quiet: Boolean(job?.url) }),
      ),
      job?.url && h("p", { key: "until", class: "plain" }, `It is there until ${moment(job.expires_at)}.`),
      job?.error && h("p", { key: "failed", class: "plain", role: "status" }, `${job.error}.`),
    );
  }
}

function save({ content, name }) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Close the account for good. What has been typed has to be the name: nobody does this by a slip of the hand. */
export class Deletion {
  constructor(pane) {
    this.pane = pane;
    this.typed = "";
  }

  get #isMeant() {
    return this.typed.trim() === this.pane.name;
  }

  async #send() {
    const { pane } = this;
    const { person } = pane;
    if (!this.#isMeant) return;
    await pane.act("delete", async () => {
      const { job_id: id } = await pane.change("DELETE", "/api/me");
      pane.leave();
      await follow(pane, id, (job) => {
        pane.gone = { progress: job.progress, done: false };
        pane.render();
      });
      if (pane.person !== person) return;
      pane.gone = { progress: 100, done: true };
      pane.other.person.refresh();
    });
  }

  show() {
    const { pane } = this;
    const id = `${pane.side}-delete`;
    return h(
      "details",
      { key: "delete", class: "part", ontoggle: (event) => event.target.open && event.target.scrollIntoView({ block: "nearest" }) },
      h("summary", {}, "Delete the account"),
      h(
        "form",
        {
          class: "delete",
          onsubmit: (event) => {
            event.preventDefault();
            this.#send();
          },
        },
        h("p", { class: "plain" }, "Every trace of you goes, at once and for good. Your buddies keep their own history, with “Deleted user”."),
        h(
          "div",
          { class: "field" },
          h("label", { for: id }, `Type ${pane.name} to confirm`),
          h("input", {
            id,
            autocomplete: "off",
            value: this.typed,
            oninput: (event) => {
              this.typed = event.target.value;
              pane.render();
            },
          }),
        ),
        h("div", { class: "actions" }, pane.button("Delete for good", "delete", null, { type: "submit", onclick: null, class: "danger", "aria-disabled": !this.#isMeant || pane.busy.has("delete") })),
      ),
    );
  }
}

/** All that is left of a side whose account is closed. */
export function departed(pane) {
  const { progress, done } = pane.gone;
  return card(
    "departed",
    "Account deleted",
    null,
    h("p", { key: String(done), role: "status" }, done ? "Every trace is gone." : "The account is closed. Its traces are being erased…"),
    !done && h("progress", { key: "progress", max: 100, value: progress, "aria-label": "How far the erasure is" }),
    h("p", { class: "plain" }, `${pane.other.name} keeps the sessions you had, with “Deleted user”.`),
    done && h("div", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: () => pane.page.newPair() }, "New pair")),
  );
}
