// What somebody has written and left before it was saved. It is saved without them, however long that takes.

import { Refusal, Unreachable, pause } from "./api.js";

const AGAIN = 2000; // milliseconds between two tries, each of which is patient itself

const under = new Set();

/** Whether something of that kind is still on its way. */
export const isSaving = () => under.size > 0;

/** Do `work` until the server says yes or no; `onRefused(refusal)` hears of a no. */
export async function insist(work, onRefused) {
  under.add(work);
  try {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Refusal) return onRefused(error);
        if (!(error instanceof Unreachable)) throw error;
        await pause(AGAIN);
      }
    }
  } finally {
    under.delete(work);
  }
}
