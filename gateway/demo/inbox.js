// What a person has been told.

import { card } from "./card.js";
import { ago } from "./format.js";
import { icon } from "./icons.js";
import { h } from "./view.js";

const SHOWN = 6;

export function inbox(pane) {
  const known = pane.person.inbox.data;
  const unread = known?.unread ?? 0;
  const aside = h(
    "div",
    { class: "aside" },
    unread > 0 && h("span", { class: "chip" }, `${unread} unread`),
    unread > 0 && pane.button("Mark all read", "read-all", () => pane.change("POST", "/api/notifications/read-all"), { quiet: true }),
  );
  const items = known?.items ?? [];
  return card(
    "inbox",
    "Inbox",
    aside,
    known && items.length === 0 && h("p", { class: "plain" }, "Nothing yet."),
    h(
      "ol",
      { class: "messages" },
      items.slice(0, SHOWN).map((item) =>
        h(
          "li",
          { key: item.id, class: item.read_at ? "" : "unread" },
          icon(item.kind),
          !item.read_at && h("span", { class: "unseen" }, "Unread: "),
          h("p", { class: "title" }, item.title),
          h("time", { datetime: item.created_at }, ago(item.created_at)),
          h("p", { class: "body" }, item.body),
          item.kind === "streak_at_risk" && h("a", { class: "body", href: "#practice" }, "Practise now"),
        ),
      ),
    ),
  );
}
