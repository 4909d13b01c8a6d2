import createClient, { type Client, type Middleware } from "openapi-fetch";

import { type Fetch, type RetryOptions, withRetries } from "./retries.js";
import type { paths } from "./schema.js";

/** Every path of the description, called as `client.GET("/api/session/{session_id}", …)`. */
export type TandemClient = Client<paths>;

/** Who calls: a token, or a function that has the newest one. Nobody when there is none. */
export type Identity =
  | { token?: string; getToken?: never }
  | { token?: never; getToken: () => string | null | undefined | Promise<string | null | undefined> };

/** What {@link createTandemClient} takes. */
export type TandemClientOptions = Identity & {
  /** Where the gateway is, such as `https://api.example.com`. */
  baseUrl: string;
  /** What makes the request; the global `fetch` at the time of the call unless given. */
  fetch?: Fetch;
  /** Headers of every request, such as `X-Test-User-ID` in development. */
  headers?: Record<string, string>;
  /** How often and how patiently to try again; `false`: never. */
  retry?: Partial<RetryOptions> | false;
};

/**
 * Make a client.
 *
 * - Each request carries the token as `Authorization: Bearer`, unless it brings an `Authorization` of its own.
 * - Each request carries an `X-Request-ID`, except one that Next.js may answer out of its cache: there the header
 *   would be part of the cache's key, and nothing would ever be found again. The answer names the id in any case.
 * - Each POST carries an `Idempotency-Key`, unless it brings its own. Trying again sends the same one.
 * - What is safe (GET, HEAD, OPTIONS) or has a key is tried again after 502, 503, 504 and when the network fails, not
 *   before `Retry-After` is over.
 *
 * A call resolves to `{data, response}` or `{error, response}`; {@link unwrap} makes that the data or a thrown
 * {@link TandemProblem}. It rejects only where there is no answer at all: with what `fetch` threw last.
 */
export function createTandemClient(options: TandemClientOptions): TandemClient {
  const { baseUrl, token, getToken, headers, retry } = options;
  // Looked up at each call: Next.js, and whoever traces or tests, puts its own in the place of the global fetch.
  const fetch: Fetch = options.fetch ?? ((request) => globalThis.fetch(request));
  const client = createClient<paths>({
    baseUrl,
    fetch: retry === false ? fetch : withRetries(fetch, retry),
    ...(headers && { headers }),
  });
  client.use(identityOf(getToken ?? (() => token)), requestIds, idempotencyKeys);
  return client;
}

function identityOf(getToken: NonNullable<Identity["getToken"]>): Middleware {
  return {
    async onRequest({ request }) {
      if (!request.headers.has("Authorization")) {
        const token = await getToken();
        if (token) request.headers.set("Authorization", `Bearer ${token}`);
      }
    },
  };
}

const requestIds: Middleware = {
  onRequest({ request }) {
    if (!mayComeFromNextCache(request)) setUnlessGiven(request, "X-Request-ID");
  },
};

const idempotencyKeys: Middleware = {
  onRequest({ request }) {
    if (request.method === "POST") setUnlessGiven(request, "Idempotency-Key");
  },
};

function setUnlessGiven(request: Request, name: string): void {
  if (!request.headers.has(name)) request.headers.set(name, randomId());
}

function mayComeFromNextCache(request: Request): boolean {
  return "next" in request || request.cache === "force-cache";
}

/** 128 random bits. Unlike `crypto.randomUUID`, also on a page that came over plain http (a phone in development). */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
