// Half a year of practice, a square a day.

import { count, duration, plusDays, shortDate } from "./format.js";
import { h } from "./view.js";

const WEEKS = 26;
const SIZE = 14; // a square and the gap after it
const LEFT = 26; // room for the names of days
const TOP = 16; // room for the names of months
const LEVELS = [1, 900, 1800, 2700]; // seconds from which a square is darker
const NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const drawn = new WeakMap();

/** The map; drawn anew only when a day of it is different. */
export function heatMap(pane, today) {
  const { calendar } = pane.person;
  if (calendar.length === 0 || calendar.some((month) => month.data === undefined)) return null;
  const versions = [today, ...calendar.map((month) => month.etag)].join();
  const before = drawn.get(pane);
  if (before?.versions === versions) return before.map;
  const map = draw(new Map(calendar.flatMap((month) => month.data.days).map((day) => [day.date, day])), today);
  drawn.set(pane, { versions, map });
  return map;
}

function draw(days, today) {
  const weekday = (new Date(today).getUTCDay() + 6) % 7; // Monday is 0
  const first = plusDays(today, -weekday - 7 * (WEEKS - 1));
  const squares = [];
  const months = [];
  let practised = 0;
  for (let at = 0; at <= 7 * (WEEKS - 1) + weekday; at += 1) {
    const date = plusDays(first, at);
    const day = days.get(date) ?? { sessions: 0, duration_seconds: 0 };
    const [x, y] = [LEFT + Math.floor(at / 7) * SIZE, TOP + (at % 7) * SIZE];
    if (day.sessions > 0) practised += 1;
    if (date.endsWith("-01") && x < LEFT + (WEEKS - 2) * SIZE) months.push([x, NAMES[Number(date.slice(5, 7)) - 1]]);
    squares.push(square(date, day, x, y, date === today));
  }
  const total = squares.length;
  return h(
    "figure",
    { key: "map", class: "map" },
    h(
      "svg",
      {
        viewBox: `0 0 ${LEFT + WEEKS * SIZE} ${TOP + 7 * SIZE}`,
        role: "img",
        "aria-label": `Practised on ${practised} of the last ${total} days`,
      },
      months.map(([x, name]) => h("text", { key: name, x, y: 10 }, name)),
      ["Mon", "Wed", "Fri"].map((name, at) => h("text", { key: name, x: 0, y: TOP + 2 * at * SIZE + 10 }, name)),
      squares,
    ),
    h("figcaption", {}, `${practised} of the last ${total} days`, legend()),
  );
}

function square(date, day, x, y, isToday) {
  const level = day.sessions === 0 ? 0 : LEVELS.filter((least) => day.duration_seconds >= least).length || 1;
  const what = day.sessions ? `${count(day.sessions, "practice")}, ${duration(day.duration_seconds)}` : "no practice";
  return h(
    "rect",
    { key: date, class: `day level${level}${isToday ? " today" : ""}`, x, y, width: 11, height: 11, rx: 2.5 },
    h("title", {}, `${shortDate(date)}: ${what}`),
  );
}

function legend() {
  return h(
    "span",
    { class: "legend", "aria-hidden": "true" },
    "less",
    [0, 1, 2, 3, 4].map((level) =>
      h("svg", { key: level, viewBox: "0 0 11 11" }, h("rect", { class: `day level${level}`, width: 11, height: 11, rx: 2.5 })),
    ),
    "more",
  );
}
