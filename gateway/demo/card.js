// The frame of everything in a pane.

import { h } from "./view.js";

/** A card with a heading, and what stands beside it. */
export function card(name, title, aside, ...content) {
  return h(
    "section",
    { key: name, class: `card ${name}`, "data-card": name, "aria-label": title },
    h("header", {}, h("h3", { tabindex: -1 }, title), aside),
    content,
  );
}
