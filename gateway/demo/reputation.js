// Who this is, and what the others may know: sessions kept, points, rank, badges.

import { count, signed } from "./format.js";
import { h } from "./view.js";

const MILESTONES = [1, 5, 10, 25, 50, 100, 250];

/** The head of a pane. */
export function reputation(pane, headingId) {
  const known = pane.person.reputation.data;
  const person = [
    h("span", { class: "portrait", "aria-hidden": "true" }, pane.gone ? "·" : initial(pane.name)),
    h("h2", { id: headingId, class: "unseen" }, pane.name),
    chooser(pane),
  ];
  if (pane.gone) return h("header", { key: "head", class: "who" }, person);
  return h(
    "header",
    { key: "head", class: "who" },
    person,
    h(
      "dl",
      { class: "figures" },
      figure("sessions", known?.completed_sessions ?? "–"),
      figure("points", known ? signed(known.points).replace("+", "") : "–"),
      figure("rank", known?.rank ? `#${known.rank}` : "–"),
    ),
    badges(known, pane.award),
    h(
      "button",
      {
        type: "button",
        class: "quiet tools",
        "aria-haspopup": "dialog",
        "aria-busy": pane.settings.wanted,
        onclick: () => pane.settings.open(),
      },
      "Settings",
    ),
  );
}

function chooser(pane) {
  const people = pane.page.people;
  const id = pane.person.id;
  const mine = pane.gone ? [{ id, name: pane.name }] : [];
  const taken = pane.other?.person?.id;
  return h(
    "label",
    { class: "chooser" },
    h("span", { class: "unseen" }, pane.side === "left" ? "Person on the left" : "Person on the right"),
    h(
      "select",
      { value: id, onchange: (event) => pane.page.choose(pane, event.target.value) },
      [...mine, ...people]
        .filter((each) => each.id !== taken)
        .map((each) => h("option", { key: each.id, value: each.id }, each.id === id ? pane.name : each.name)),
    ),
  );
}

function figure(name, value) {
  // A new value is a new element: it comes in with a small movement.
  return h("div", {}, h("dt", {}, name), h("dd", {}, h("span", { key: value, class: "value" }, value)));
}

function badges(known, award) {
  if (!known) return h("p", { class: "badges" });
  const next = MILESTONES.find((each) => each > known.completed_sessions);
  const missing = next && next - known.completed_sessions;
  return h(
    "ul",
    { class: "badges", "aria-label": "Badges" },
    known.badges.map((badge) =>
      h(
        "li",
        { key: badge.code, title: badge.title, class: award?.codes.has(badge.code) ? "earned" : "" },
        medal(badge.code),
        h("span", { class: "unseen" }, badge.title),
      ),
    ),
    award && h("li", { key: "award", class: "award", "aria-hidden": "true" }, `${award.titles}!`),
    next &&
      !award &&
      h(
        "li",
        { key: `next-${next}`, class: "next" },
        medal(`sessions_${next}`),
        h("span", {}, known.badges.length ? `${missing} more to the next` : `${count(missing, "session")} to the first badge`),
      ),
  );
}

/** A badge as a medal: sessions on a ribbon, streaks as a flame. */
export function medal(code) {
  const [kind, number] = code.split("_");
  const metal = Number(number) >= (kind === "streak" ? 100 : 50) ? "gold" : Number(number) >= 10 ? "silver" : "bronze";
  const ribbon = [
    h("path", { class: "ribbon", d: "M11 3h8l-3.2 13h-4.6z" }),
    h("path", { class: "ribbon far", d: "M29 3h-8l3.2 13h4.6z" }),
    h("circle", { class: "disc", cx: 20, cy: 27, r: 15 }),
    h("circle", { class: "rim", cx: 20, cy: 27, r: 11.5 }),
  ];
  const flame = h("path", {
    class: "disc",
    d: "M21 2c1 7 12 11 12 24a13 16 0 0 1-26 0c0-6 3-9 5-13 1 3 2 4 4 5 0-6 2-11 5-16z",
  });
  return h(
    "svg",
    { class: `medal ${kind} ${metal}`, viewBox: "0 0 40 44", "aria-hidden": "true" },
    kind === "streak" ? flame : ribbon,
    h("text", { x: 20, y: kind === "streak" ? 33 : 31.5, "text-anchor": "middle" }, number),
  );
}

export const initial = (name) => [...name.trim()][0]?.toUpperCase() ?? "·";
