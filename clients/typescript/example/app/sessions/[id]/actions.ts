"use server";

import { cacheTags, ifMatch, TandemProblem } from "@tandem/client";
import { updateTag } from "next/cache";

import { tandem } from "../../../lib/tandem";

/** Save the notes of the version that the user has seen. Answers what to tell the user, if anything. */
export async function saveNotes(
  sessionId: string,
  notes: string,
  version: string | undefined,
): Promise<string | undefined> {
  const { error, response } = await tandem.PATCH("/api/session/{session_id}/notes", {
    params: { path: { session_id: sessionId } },
    headers: ifMatch(version),
    body: { notes },
  });
  // Saved or refused, what is cached is old: with its answer to this action, Next.js sends the page anew.
  updateTag(cacheTags.session(sessionId));
  if (response.ok) return undefined;
  const problem = new TandemProblem(error, response);
  if (problem.code === "stale_version") return "The session has changed since. Look at it, and save again.";
  return problem.message;
}
