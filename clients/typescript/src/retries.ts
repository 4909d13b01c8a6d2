/** What a request is made with: `fetch`, or something in its place. */
export type Fetch = (request: Request) => Promise<Response>;

/** How often and how patiently to try again. */
export interface RetryOptions {
  /** How many times after the first; 2 unless given. */
  retries: number;
  /** The longest pause before the first retry, in milliseconds; doubled each time. The pause is random. 250 unless given. */
  baseDelayMs: number;
  /** An answer whose `Retry-After` is longer than this, in milliseconds, is not tried again; 10 s unless given. */
  maxDelayMs: number;
}

const DEFAULTS: RetryOptions = { retries: 2, baseDelayMs: 250, maxDelayMs: 10_000 };
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
const PASSING = new Set([502, 503, 504]);

/**
 * `fetch` that tries again what can be repeated without harm: safe methods, and whatever has an `Idempotency-Key`.
 *
 * Reasons are a 502, 503 or 504, a network that fails, and a 409 `idempotency_in_progress`: the answer to a retry whose
 * first try is still at work. An aborted request ends at once, pauses included.
 */
export function withRetries(fetch: Fetch, options: Partial<RetryOptions> = {}): Fetch {
  const { retries, baseDelayMs, maxDelayMs } = { ...DEFAULTS, ...options };
  return async (request) => {
    const repeatable = SAFE.has(request.method) || request.headers.has("Idempotency-Key");
    for (let left = repeatable ? retries : 0; ; left--) {
      if (left <= 0) return await fetch(request);
      let asked = 0;
      try {
        const response = await fetch(copyOf(request));
        if (!(await isPassing(response))) return response;
        asked = retryAfter(response.headers) ?? 0;
        if (asked > maxDelayMs) return response;
        await response.body?.cancel();
      } catch {
        // The network has failed, or the caller has aborted: then the pause ends at once, with the reason.
      }
      const pause = Math.random() * baseDelayMs * 2 ** (retries - left);
      await sleep(Math.max(pause, asked), request.signal);
    }
  };
}

/** What `Retry-After` asks for, in milliseconds from now; undefined where it is missing or unreadable. */
export function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("Retry-After")?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

/** A copy with a body of its own. `clone` forgets what Next.js reads of a request. */
function copyOf(request: Request): Request {
  const copy = request.clone();
  return "next" in request ? Object.assign(copy, { next: request.next }) : copy;
}

async function isPassing(response: Response): Promise<boolean> {
  if (response.status !== 409) return PASSING.has(response.status);
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (problem as { code?: unknown } | null)?.code === "idempotency_in_progress";
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
