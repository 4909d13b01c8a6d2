// A small picture for each kind of notification; kinds that are not known here have one, too.

import { h } from "./view.js";

const PICTURES = {
  people: ["M8.5 10.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z", "M2.5 19.5c0-3.4 2.6-5.6 6-5.6s6 2.2 6 5.6", "M15.6 4.4a3.2 3.2 0 0 1 0 5.9", "M17.4 14.3c2.5.6 4.1 2.6 4.1 5.2"],
  calendar: ["M4 6.5h16v13H4z", "M4 10.5h16", "M8.5 3.5v4", "M15.5 3.5v4"],
  clock: ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z", "M12 7.5v5l3.2 2"],
  place: ["M12 21c4.5-4.6 6.8-8.2 6.8-11.2a6.8 6.8 0 0 0-13.6 0c0 3 2.3 6.6 6.8 11.200z", "M12 12.300a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"],
  tick: ["M4.5 12.800l5 5 10-11.5"],
  joined: ["M9 18a6 6 0 1 1 0-12 6 6 0 0 1 0 12z", "M15 6a6 6 0 1 1 0 12 6 6 0 0 1 0-12z"],
  cross: ["M6 6l12 12", "M18 6L6 18"],
  absent: ["M9 18a6 6 0 1 1 0-12 6 6 0 0 1 0 12z", "M17.5 7.500l4 4", "M21.5 7.500l-4 4"],
  scales: ["M12 4v16", "M8 20.500h8", "M5 6.500h14", "M5 6.500l-2.5 6.500a2.7 2.7 0 0 0 5 0z", "M19 6.500l-2.5 6.500a2.7 2.7 0 0 0 5 0z"],
  medal: ["M12 21a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z", "M9.2 10.700L6 3.5", "M14.8 10.700L18 3.5", "M9.5 3.500h5"],
  flame: ["M12.5 3c.5 3.8 6 6 6 11.500a6.5 6.5 0 0 1-13 0c0-2.8 1.4-4.4 2.5-6.3.5 1.5 1.2 2.2 2.2 2.600C10 7.8 11 5 12.5 3z"],
  plug: ["M9 3.500v5", "M15 3.500v5", "M6.5 8.500h11v3a5.5 5.5 0 0 1-11 0z", "M12 17v3.5"],
  dot: ["M12 14.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"],
};

const OF_KIND = {
  buddy_invited: "people",
  match_accepted: "people",
  session_scheduled: "calendar",
  session_rescheduled: "calendar",
  session_reminder: "clock",
  buddy_checked_in: "place",
  buddy_confirmed_you: "tick",
  session_completed: "joined",
  session_cancelled: "cross",
  no_show: "absent",
  appeal_opened: "scales",
  appeal_decided: "scales",
  badge_earned: "medal",
  streak_at_risk: "flame",
  webhook_disabled: "plug",
};

export function icon(kind) {
  const paths = PICTURES[OF_KIND[kind] ?? "dot"];
  return h("svg", { class: `icon ${kind}`, viewBox: "0 0 24 24", "aria-hidden": "true" }, paths.map((d) => h("path", { d })));
}
