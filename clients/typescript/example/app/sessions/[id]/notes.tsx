"use client";

import { useOptimistic, useState, useTransition } from "react";

import { saveNotes } from "./actions";

/** Notes that are shown as saved at once, and as they are again when saving fails. The draft stays either way. */
export function Notes(props: { sessionId: string; notes: string; version: string | undefined }) {
  const { sessionId, notes, version } = props;
  const [shown, show] = useOptimistic(notes);
  const [draft, setDraft] = useState(notes);
  const [trouble, setTrouble] = useState<string>();
  const [saving, startTransition] = useTransition();

  function save() {
    startTransition(async () => {
      show(draft);
      // `version` is the one that was rendered; after each save the page comes with the next.
      setTrouble(await saveNotes(sessionId, draft, version));
    });
  }

  return (
    <section>
      <p>{shown}</p>
      <textarea value={draft} maxLength={5000} onChange={(event) => setDraft(event.target.value)} />
      <button type="button" disabled={saving} onClick={save}>
        Save
      </button>
      {trouble && <p role="alert">{trouble}</p>}
    </section>
  );
}
