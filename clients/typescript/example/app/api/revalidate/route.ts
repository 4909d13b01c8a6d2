import { readRevalidation } from "@tandem/client";
import { revalidateTag } from "next/cache";

/** Where the gateway's REVALIDATE_URL points to: what has changed is no longer shown out of the cache. */
export async function POST(request: Request): Promise<Response> {
  const tags = await readRevalidation(request, { secret: process.env.TANDEM_REVALIDATE_SECRET ?? "" });
  if (tags === null) return Response.json({ error: "not signed, or not a list of tags" }, { status: 401 });
  // At once: with a profile such as "max" the next visitor would be shown the old page one more time.
  for (const tag of tags) revalidateTag(tag, { expire: 0 });
  return Response.json({ revalidated: tags });
}
