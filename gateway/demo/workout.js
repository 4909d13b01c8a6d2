// A workout done from a plan: set by set, saved as it goes.

import { Refusal, Unreachable, now } from "./api.js";
import { card } from "./card.js";
import { count, dayIn, duration, shortDate, stopwatch } from "./format.js";
import { insist } from "./leaving.js";
import { h } from "./view.js";

const SAVE_AFTER = 300; // milliseconds after the last tick

const sets = (...each) => each.map((one) => ({ ...one, completed: false }));

const EXAMPLE = {
  name: "Full body, short",
  structure: {
    exercises: [
      { name: "Goblet squat", sets: sets({ reps: 10, weight_kg: 16 }, { reps: 10, weight_kg: 16 }, { reps: 8, weight_kg: 20 }) },
      { name: "Push-up", sets: sets({ reps: 12 }, { reps: 10 }) },
      { name: "Plank", sets: sets({ duration_seconds: 45 }, { duration_seconds: 45 }) },
    ],
  },
};

/** What has been ticked, on its way to the server. */
export class Workout {
  constructor(pane) {
    this.pane = pane;
    this.person = pane.person;
    this.drop();
  }

  /** Nothing of what is ticked here is wanted any more. */
  drop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.id = null;
    this.draft = null;
    this.saving = null; // what is under way; it comes to true when there is nothing to be saved any more
  }

  get isUnsaved() {
    return this.draft !== null;
  }

  /** Somebody or something else is shown from now on: what is ticked here is saved all the same. */
  leave() {
    const { pane, person, id, draft, saving } = this;
    this.drop();
    if (draft === null) return;
    insist(
      async () => {
        if (await saving?.catch(() => false)) return;
        await person.api.change("PATCH", `/api/sessions/${id}`, { session: draft });
      },
      (refusal) => pane.lose("The sets", refusal),
    );
  }

  /** The open workout was read anew; what is ticked here and not saved stays. */
  take() {
    const read = this.person.workout?.data;
    if (read && read.id !== this.id) {
      this.leave();
      this.id = read.id;
    }
  }

  structure(read) {
    return this.draft ?? read.session;
  }

  tick(read, exercise, set, completed) {
    this.draft = structuredClone(this.structure(read));
    this.draft.exercises[exercise].sets[set].completed = completed;
    this.#goOn();
    this.pane.render();
  }

  /** Save what is not saved, once nothing has been ticked for a moment. */
  #goOn() {
    if (this.draft === null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#save(), SAVE_AFTER);
  }

  async #save() {
    // One at a time, so that the newest is what stays; what is ticked meanwhile comes after it.
    if (this.saving || this.draft === null) return;
    await this.#alone(this.#send());
  }

  async #alone(saving) {
    this.saving = saving;
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

  async #send() {
    const { draft, id, pane } = this;
    try {
      await pane.change("PATCH", `/api/sessions/${id}`, { session: draft });
    } catch (error) {
      if (error instanceof Unreachable) return; // kept, and tried again
      if (!(error instanceof Refusal)) throw error;
      pane.lose("The sets", error);
    }
    await this.person.workout?.refresh();
    // Saved or refused: what the server has is what is shown.
    if (this.draft === draft) this.draft = null;
  }

  async complete(read) {
    await this.saving;
    clearTimeout(this.timer);
    const body = { session: this.structure(read) };
    await this.#alone(
      this.pane.change("POST", `/api/sessions/${read.id}/complete`, body).then(() => {
        this.drop();
        return true;
      }),
    );
  }
}

export function workout(pane) {
  const { person } = pane;
  if (!person.open.data || !person.plans.data) return card("workout", "Workout", null, h("p", { class: "plain" }, "One moment…"));
  const read = person.workout?.data;
  const underWay = person.open.data.data[0];
  if (underWay && !read) return card("workout", "Workout", null, h("p", { class: "plain" }, "One moment…"));
  return [underWay ? under(pane, read) : choose(pane), recent(pane)];
}

function choose(pane) {
  const plans = pane.person.plans.data.data;
  const example = () => pane.change("POST", "/api/plans", EXAMPLE);
  const start = (plan) => () =>
    pane.change("POST", "/api/sessions", { plan_id: plan.id, date: dayIn(pane.person.timezone) });
  return card(
    "workout",
    "Workout",
    plans.length > 0 && h("span", { class: "aside" }, "Choose a plan"),
    plans.length === 0 && h("p", { class: "plain" }, "There is no plan yet to work from."),
    plans.length === 0 && h("div", { class: "actions" }, pane.button("Add an example plan", "example", example, { primary: true })),
    h(
      "ul",
      { class: "plans" },
      plans.map((plan) =>
        h(
          "li",
          { key: plan.id },
          h("div", {}, h("p", {}, h("strong", {}, plan.name)), h("p", { class: "plain" }, plan.has_sessions ? "done before" : "not done yet")),
          pane.button("Start", `start-${plan.id}`, start(plan), { "aria-label": `Start ${plan.name}` }),
        ),
      ),
    ),
  );
}

function under(pane, read) {
  const structure = pane.workout.structure(read);
  const all = structure.exercises.flatMap((exercise) => exercise.sets);
  const done = all.filter((set) => set.completed).length;
  const time = stopwatch((now() - Date.parse(read.started_at)) / 1000);
  return card(
    "workout",
    read.plan_snapshot.name,
    h("span", { class: "aside", role: "timer" }, time),
    h("progress", { key: "progress", max: all.length, value: done, "aria-label": "Sets done" }),
    h(
      "ol",
      { key: "exercises", class: "exercises" },
      structure.exercises.map((exercise, at) =>
        h(
          "li",
          { key: at },
          h("p", {}, h("strong", {}, exercise.name), exercise.notes && h("span", { class: "plain" }, ` ${exercise.notes}`)),
          h(
            "ul",
            { class: "sets" },
            exercise.sets.map((set, number) => oneSet(pane, read, exercise, at, set, number)),
          ),
        ),
      ),
    ),
    h(
      "div",
      { key: "actions", class: "actions" },
      pane.button("Complete workout", "complete-workout", () => pane.workout.complete(read), { primary: true }),
      h("p", { class: "plain" }, `${done} of ${count(all.length, "set")}, ${pane.workout.draft ? "saving…" : "saved"}`),
    ),
  );
}

function oneSet(pane, read, exercise, at, set, number) {
  const label = described(set);
  return h(
    "li",
    { key: number },
    h(
      "label",
      { class: set.completed ? "ticked" : "" },
      h("input", {
        type: "checkbox",
        checked: set.completed,
        "aria-label": `${exercise.name}, set ${number + 1}: ${label}`,
        onchange: (event) => pane.workout.tick(read, at, number, event.target.checked),
      }),
      h("span", {}, label),
    ),
  );
}

function described(set) {
  const parts = [
    set.reps != null && (set.weight_kg != null ? `${set.reps} × ${set.weight_kg} kg` : `${set.reps} reps`),
    set.reps == null && set.weight_kg != null && `${set.weight_kg} kg`,
    set.duration_seconds != null && duration(set.duration_seconds),
    set.distance_m != null && `${set.distance_m} m`,
    set.rpe != null && `RPE ${set.rpe}`,
  ];
  return parts.filter(Boolean).join(", ") || "as you like";
}

function recent(pane) {
  const done = pane.person.workouts.data?.data ?? [];
  return card(
    "recent",
    "Done",
    null,
    done.length === 0 && h("p", { class: "plain" }, "Nothing yet."),
    h(
      "ol",
      { class: "done-list" },
      done.map((each) =>
        h(
          "li",
          { key: each.id },
          h("span", {}, each.plan_snapshot.name),
          h("time", { datetime: each.date }, shortDate(each.date)),
          h("span", { class: "length" }, duration(each.duration_seconds)),
        ),
      ),
    ),
  );
}
