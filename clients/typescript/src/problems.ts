import { retryAfter } from "./retries.js";
import type { components } from "./schema.js";

/** The body of every error (RFC 9457). Some carry more members, which their endpoints describe. */
export type Problem = components["schemas"]["Problem"];

/** One thing that is wrong with a request that is not valid. */
export type ProblemItem = components["schemas"]["ErrorItem"];

/** What the API answered instead of data. Decide on {@link TandemProblem.code}; `message` is its `detail`. */
export class TandemProblem extends Error {
  override readonly name = "TandemProblem";
  /** The HTTP status. */
  readonly status: number;
  /** Stable and in snake_case; `unexpected_response` where the answer was no problem document (a proxy's page). */
  readonly code: string;
  /** What is wrong where, on invalid requests; else empty. */
  readonly errors: readonly ProblemItem[];
  /** The id to report: it is in every log line of the request. */
  readonly requestId: string | undefined;
  /** How long the server asks to wait, in milliseconds (429 and 503). */
  readonly retryAfterMs: number | undefined;
  /** The whole document, with the members that only this problem has. */
  readonly body: Problem;

  /** Read the `error` that a call resolved to, and the response that it came with. */
  constructor(error: unknown, response: Response) {
    const body = isProblem(error) ? error : unexpected(response);
    super(body.detail);
    this.status = response.status;
    this.code = body.code;
    this.errors = body.errors ?? [];
    this.requestId = body.request_id ?? response.headers.get("X-Request-ID") ?? undefined;
    this.retryAfterMs = retryAfter(response.headers);
    this.body = body;
  }
}

/**
 * Tell whether something thrown is a problem, and the one with this code where one is given.
 *
 * By name rather than class, so that two copies of this package in one bundle know each other's.
 */
export function isTandemProblem<Code extends string = string>(
  thrown: unknown,
  code?: Code,
): thrown is TandemProblem & { readonly code: Code } {
  if (!(thrown instanceof Error) || thrown.name !== "TandemProblem") return false;
  return code === undefined || (thrown as TandemProblem).code === code;
}

type Result =
  | { data: unknown; error?: never; response: Response }
  | { data?: never; error: unknown; response: Response };

/**
 * The data of a call, or its problem thrown.
 *
 * ```ts
 * const session = unwrap(await tandem.GET("/api/session/{session_id}", { params: { path: { session_id } } }));
 * ```
 *
 * @throws {@link TandemProblem} for every answer that is not 2xx, 304 to `If-None-Match` among them (look at
 *   `response.status` first where you send that).
 */
export function unwrap<R extends Result>(result: R): Extract<R, { error?: never }>["data"] {
  if (!result.response.ok) throw new TandemProblem(result.error, result.response);
  return result.data;
}

function isProblem(error: unknown): error is Problem {
  const { code, detail } = (error ?? {}) as Partial<Problem>;
  return typeof code === "string" && typeof detail === "string";
}

function unexpected(response: Response): Problem {
  const title = response.statusText || `HTTP ${response.status}`;
  const detail = `${title}, without a problem document`;
  return { type: "about:blank", title, status: response.status, detail, code: "unexpected_response" };
}
