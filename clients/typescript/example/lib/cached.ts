import { createTandemClient, type Schemas, tagsOf, unwrap } from "@tandem/client";
import { cacheTag } from "next/cache";

/**
 * A session out of the cache, for an application with `cacheComponents: true`.
 *
 * Here the answer itself says its tags, the two users' among them: a new display name reaches the page, too. A cached
 * function cannot look at cookies, so the token is an argument; as such it is part of the cache's key, and nobody is
 * shown what was cached for somebody else.
 */
export async function sessionFromCache(token: string, id: string): Promise<Schemas["SessionView"]> {
  "use cache";
  const tandem = createTandemClient({ baseUrl: process.env.TANDEM_URL ?? "http://127.0.0.1:8000", token });
  const result = await tandem.GET("/api/session/{session_id}", { params: { path: { session_id: id } } });
  cacheTag(...tagsOf(result.response));
  return unwrap(result);
}
