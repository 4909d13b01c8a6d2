// A session to which somebody did not come: who that was, what it costs, and the appeal against it.

import { moment, signed } from "./format.js";
import { h } from "./view.js";

const ENTRIES = { no_show: "No-show", reversal: "Taken back" };

/** Below a session that counts as a no-show. `mine` is what it means for one's own points. */
export function noShow(pane, session, buddy, mine, theirs) {
  const resource = pane.person.appeal;
  if (!resource || resource.data === undefined) return null;
  const appeal = resource.data;
  const iWasAbsent = mine < 0 || appeal?.user_id === pane.person.id;
  const theyWereAbsent = theirs < 0 || (appeal && appeal.user_id !== pane.person.id);
  return h(
    "div",
    { key: "no-show", class: "absence" },
    h("p", { class: "plain" }, whoWasAbsent(iWasAbsent, theyWereAbsent, buddy)),
    iWasAbsent && consequences(pane, session),
    appeal ? shown(pane, appeal, buddy) : iWasAbsent && form(pane, session),
  );
}

function whoWasAbsent(iWas, theyWere, buddy) {
  if (iWas && theyWere) return "Neither of you was there.";
  if (iWas) return "You were marked absent.";
  if (theyWere) return `${buddy} was marked absent.`;
  return "Nobody finished this session in time.";
}

/** What the ledger says of it: the penalty, and what has become of it. */
function consequences(pane, session) {
  const entries = (pane.person.ledger.data?.items ?? []).filter((entry) => entry.session_id === session.id);
  if (entries.length === 0) return null;
  return h(
    "ol",
    { key: "entries", class: "entries", "aria-label": "What it did to your points" },
    entries
      .toReversed()
      .map((entry) =>
        h(
          "li",
          { key: entry.id },
          h("span", {}, ENTRIES[entry.kind] ?? entry.kind),
          h("span", { class: "delta" }, `${signed(entry.points)} points`),
        ),
      ),
  );
}

function form(pane, session) {
  const id = `${pane.side}-reason`;
  if (pane.forms.appeal?.of !== session.id) pane.forms.appeal = { of: session.id, reason: "" };
  const draft = pane.forms.appeal;
  const { person } = pane;
  const send = async () => {
    await pane.change("POST", `/api/session/${session.id}/appeal`, { reason: draft.reason });
    person.settle();
  };
  return h(
    "form",
    {
      key: "appeal",
      class: "rate",
      novalidate: true, // what is wrong with it is for the server to say
      onsubmit: (event) => {
        event.preventDefault();
        pane.act("appeal", send);
      },
    },
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, "Was it otherwise? Say so within 7 days"),
      h("textarea", {
        id,
        name: "reason",
        rows: 2,
        placeholder: "I was at the other gate.",
        value: draft.reason,
        oninput: (event) => (draft.reason = event.target.value),
      }),
    ),
    h(
      "div",
      { class: "actions" },
      pane.button("Appeal", "appeal", null, { type: "submit", onclick: null, primary: true }),
      h("p", { class: "plain" }, "Until an operator decides, it does not count."),
    ),
  );
}

function shown(pane, appeal, buddy) {
  const isMine = appeal.user_id === pane.person.id;
  const [title, text] = standing(appeal, isMine ? "You" : buddy, isMine ? "your" : `${buddy}’s`);
  return h(
    "div",
    { key: `appeal-${appeal.status}`, class: `appeal ${appeal.status}` },
    h("p", {}, h("strong", {}, title), ` ${text}`),
    h("blockquote", {}, appeal.reason),
    appeal.decision_reason && h("p", { class: "plain" }, "The operator:"),
    appeal.decision_reason && h("blockquote", {}, appeal.decision_reason),
    appeal.decided_at && h("p", { class: "plain" }, `Decided ${moment(appeal.decided_at)}.`),
  );
}

function standing({ status }, who, whose) {
  const verb = who === "You" ? "have" : "has";
  if (status === "open") return [`${who} ${verb} appealed.`, "Until an operator decides, the no-show does not count."];
  const appeal = `${whose[0].toUpperCase()}${whose.slice(1)} appeal`;
  if (status === "upheld") return [`${appeal} was upheld.`, "The no-show does not count."];
  return [`${appeal} was turned down.`, "The no-show counts."];
}
