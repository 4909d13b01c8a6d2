/** What a signature is checked with. */
export interface SignatureOptions {
  /** The secret that both sides know: `whsec_` and base64, or any other text as it is. */
  secret: string;
  /** How far the sender's clock may be away, in seconds; 300 unless given. */
  toleranceSeconds?: number;
}

/**
 * Tell whether a request comes from who knows the secret, and was made just now (Standard Webhooks, HMAC-SHA256).
 *
 * `body` must be the text as it arrived, not parsed and written anew. One right signature of several is enough, so that
 * a secret can be changed without a gap.
 */
export async function verifySignature(headers: Headers, body: string, options: SignatureOptions): Promise<boolean> {
  const { secret, toleranceSeconds = 300 } = options;
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  const signatures = headers.get("webhook-signature");
  if (!id || !signatures || !timestamp || !/^\d+$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  const utf8 = new TextEncoder();
  const raw = secret.startsWith("whsec_") ? bytesOf(secret.slice("whsec_".length)) : utf8.encode(secret);
  if (raw === undefined || raw.length === 0) throw new TypeError("the secret is empty, or not base64 after whsec_");
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const signed = utf8.encode(`${id}.${timestamp}.${body}`);
  for (const signature of signatures.split(" ")) {
    const bytes = signature.startsWith("v1,") ? bytesOf(signature.slice("v1,".length)) : undefined;
    if (bytes && (await crypto.subtle.verify("HMAC", key, bytes, signed))) return true;
  }
  return false;
}

/**
 * The tags of a signed revalidation request, `{"tags": ["session:…"]}`; null where the signature or the body is not right.
 *
 * Reads the request's body.
 */
export async function readRevalidation(request: Request, options: SignatureOptions): Promise<string[] | null> {
  const body = await request.text();
  if (!(await verifySignature(request.headers, body, options))) return null;
  const parsed: unknown = parse(body);
  const tags: unknown = (parsed as { tags?: unknown } | null)?.tags;
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string") ? tags : null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
