// A practice timer, and what the practices of half a year look like.

import { card } from "./card.js";
import { count, dayIn, duration, plusDays, shortDate, stopwatch } from "./format.js";
import { heatMap } from "./heatmap.js";
import { h } from "./view.js";

const AROUND = 2 * Math.PI * 54; // the ring's circumference
const FREEZABLE = 2; // days back

export function practice(pane) {
  return [timer(pane), history(pane)];
}

function timer(pane) {
  const { person } = pane;
  const sequences = person.sequences.data?.items ?? [];
  if (person.practice.data === undefined) return card("practice", "Practice", null, h("p", { class: "plain" }, "One moment…"));
  const current = person.practising;
  if (!current) return card("practice", "Practice", null, beginning(pane, sequences));
  const sequence = sequences.find((each) => each.id === current.sequence_id);
  const paused = current.running_since === null;
  const status = h("span", { key: String(paused), class: `chip ${paused ? "" : "in_progress"}` }, paused ? "paused" : "running");
  return card("practice", "Practice", status, running(pane, current, sequence, paused));
}

function beginning(pane, sequences) {
  const id = `${pane.side}-sequence`;
  const begin = (form) => async () => {
    const chosen = Number(new FormData(form).get("sequence"));
    await pane.change("POST", "/api/v1/sessions/start", { sequence_id: chosen || null });
  };
  return h(
    "form",
    {
      key: "begin",
      class: "begin",
      onsubmit: (event) => {
        event.preventDefault();
        pane.act("begin", begin(event.target));
      },
    },
    dial(0, null, "00:00", "ready"),
    h(
      "div",
      { class: "beside" },
      h(
        "div",
        { class: "field" },
        h("label", { for: id }, "Sequence"),
        h(
          "select",
          { id, name: "sequence", value: sequences[0]?.id ?? "" },
          sequences.map((each) => h("option", { key: each.id, value: each.id }, `${each.name} · ${duration(each.duration_seconds)}`)),
          h("option", { key: "free", value: "" }, "Free practice"),
        ),
      ),
      h("div", { class: "actions" }, pane.button("Start", "begin", null, { primary: true, type: "submit", onclick: null })),
    ),
  );
}

function running(pane, current, sequence, paused) {
  const { person } = pane;
  const seconds = person.elapsed(current);
  const { pose, passed, next } = where(sequence, seconds);
  const path = `/api/v1/sessions/${current.session_id}`;
  const soFar = () => Math.floor(person.elapsed(current));
  const finish = (status) => () =>
    pane.change("POST", "/api/v1/sessions/complete", {
      session_id: current.session_id,
      duration_seconds: soFar(),
      poses_completed: passed,
      completion_status: status,
    });
  return h(
    "div",
    { key: "running", class: "begin" },
    dial(seconds, sequence?.duration_seconds, stopwatch(seconds), paused ? "paused" : "of practice"),
    h(
      "div",
      { class: "beside" },
      h("p", { class: "sequence" }, sequence?.name ?? "Free practice"),
      pose && h("p", { class: "pose" }, h("strong", { key: pose.position }, pose.name), h("em", {}, pose.sanskrit_name)),
      sequence && !pose && h("p", { class: "pose" }, h("strong", {}, "All poses done")),
      next && h("p", { class: "plain" }, `Next: ${next.name}`),
      h(
        "div",
        { class: "actions" },
        paused
          ? pane.button("Resume", "resume", () => pane.change("PUT", `${path}/resume`))
          : pane.button("Pause", "pause", () => pane.change("PUT", `${path}/pause`, { duration_so_far: soFar() })),
        pane.button("Complete", "complete", finish("completed"), { primary: true }),
        pane.button("Stop early", "stop", finish("partial"), { quiet: true }),
      ),
    ),
  );
}

/** The pose that is due after so many seconds, how many are over, and what comes then. */
function where(sequence, seconds) {
  let until = 0;
  const poses = sequence?.poses ?? [];
  const at = poses.findIndex((each) => (until += each.duration_seconds) > seconds);
  return { pose: poses[at], passed: at < 0 ? poses.length : at, next: at < 0 ? undefined : poses[at + 1] };
}

function dial(seconds, total, time, below) {
  const share = total ? Math.min(1, seconds / total) : (seconds % 60) / 60;
  return h(
    "div",
    { class: "dial", role: "timer", "aria-label": `${time} ${below}` },
    h(
      "svg",
      { viewBox: "0 0 120 120", "aria-hidden": "true" },
      h("circle", { class: "track", cx: 60, cy: 60, r: 54 }),
      share > 0 && h("circle", {
        class: "hand",
        cx: 60,
        cy: 60,
        r: 54,
        "stroke-dasharray": `${(AROUND * share).toFixed(2)} ${AROUND.toFixed(2)}`,
        transform: "rotate(-90 60 60)",
      }),
    ),
    h("p", { "aria-hidden": "true" }, h("span", { class: "time" }, time), h("span", { class: "below" }, below)),
  );
}

function history(pane) {
  const { person } = pane;
  const figures = person.figures.data;
  if (!figures) return card("history", "Streak", null, h("p", { class: "plain" }, "One moment…"));
  const today = dayIn(person.timezone);
  return card(
    "history",
    "Streak",
    h("span", { class: "aside" }, `longest ${count(figures.longest_streak_days, "day")}`),
    h(
      "div",
      { class: "streak" },
      h(
        "p",
        { class: "days" },
        h("span", { key: figures.current_streak_days, class: "value" }, figures.current_streak_days),
        h("span", {}, figures.current_streak_days === 1 ? "day in a row" : "days in a row"),
      ),
      h(
        "dl",
        {},
        fact("This week", figures.this_week),
        fact("This month", figures.this_month),
        h("div", {}, h("dt", {}, "Ever"), h("dd", {}, `${count(figures.total_sessions, "practice")}, ${duration(figures.total_practice_time_seconds)}`)),
      ),
    ),
    freezing(pane, figures, today),
    heatMap(pane, today),
  );
}

function fact(name, sums) {
  const value = sums.sessions ? `${count(sums.sessions, "practice")}, ${duration(sums.duration_seconds)}` : "nothing yet";
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

/** A streak that has just broken can be mended by freezing the days that were missed. */
function freezing(pane, figures, today) {
  const last = figures.last_practiced_on;
  if (figures.current_streak_days > 0 || !last) return null;
  const missed = [];
  for (let day = plusDays(last, 1); day < today && missed.length <= FREEZABLE; day = plusDays(day, 1)) missed.push(day);
  if (missed.length === 0 || missed.length > FREEZABLE) return null;
  const { api } = pane.person; // whoever is shown by the time of the second day
  const freeze = async () => {
    for (const day of missed) await api.change("PUT", `/api/v1/streak/freezes/${day}`);
  };
  return h(
    "div",
    { key: "freeze", class: "actions" },
    pane.button(`Freeze ${missed.map(shortDate).join(" and ")}`, "freeze", freeze),
    h("p", { class: "plain" }, "and the streak goes on."),
  );
}
