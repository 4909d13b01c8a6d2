// One person's way to the gateway: conditional reads, and changes that happen once however often they are sent.

const PATIENCE = 30_000; // milliseconds for which a change that finds nobody is tried again
const PAUSES = [250, 500, 1000, 2000]; // between the tries; the last one goes on
const ANSWER_WITHIN = 20_000; // milliseconds; what takes longer will not come any more
const AWAY = new Set([502, 503, 504]);

/** The server has said no. `problem` is the problem document (RFC 9457) that it said it with. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? "The server has refused");
    this.problem = problem;
  }
}

/** Nobody has answered, or nobody who could do it. */
export class Unreachable extends Error {}

/** A random UUID; `crypto.randomUUID` is there on secure origins only, a phone in the same room has none. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Access tokens by user, where the server takes no test identities. They are gone with the page. */
export const tokens = new Map();

/** The keys of changes that were given up, so that nobody knows whether they have happened, by who wanted what. */
const undecided = new Map();

let serverAhead = 0;

/** The time by the server's clock, in milliseconds; it may be another machine's. */
export const now = () => Date.now() + serverAhead;

function readClock(response) {
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(date)) return;
  const ahead = date + 500 - Date.now();
  serverAhead = Math.abs(ahead) > 2000 ? ahead : 0; // the header tells whole seconds
}

export class Api {
  /** `onReach(whether)` hears of every answer, and of every time that there was none. */
  constructor(userId, onReach = () => {}) {
    this.userId = userId;
    this.onReach = onReach;
    this.closed = false; // nobody looks any more: what is on the screen is not read again
    this.erased = false; // the account is gone: whoever changes something in its name makes a new one
  }

  /** What is there, with its entity tag; null when it is what `etag` names. Raises Refusal and Unreachable. */
  async get(path, etag = null) {
    const answer = await this.#fetch("GET", path, { headers: etag ? { "If-None-Match": etag } : {} });
    return answer.status === 304 ? null : { data: answer.content, etag: answer.headers.get("etag") };
  }

  /**
   * Make a change and return the answer. A POST carries an idempotency key, and everything else may be repeated by
   * its nature, so a change that finds nobody is tried again; `onWait(error)` hears of it, and `onTag(etag)` of the
   * answer's entity tag. When it has been given up, and is asked for once more, it is still the same change.
   */
  async change(method, path, body, { ifMatch = null, onWait = () => {}, onTag = () => {} } = {}) {
    const wish = `${this.userId} ${path} ${JSON.stringify(body)}`;
    const key = undecided.get(wish) ?? uuid();
    const headers = {};
    if (method === "POST") headers["Idempotency-Key"] = key;
    if (ifMatch) headers["If-Match"] = ifMatch;
    const deadline = Date.now() + PATIENCE;
    for (let attempt = 0; ; attempt += 1) {
      try {
        if (this.erased) throw new Refusal({ title: "The account is closed" });
        const answer = await this.#fetch(method, path, { headers, body });
        // What comes after an answer is another intention, even if it looks the same.
        if (method === "POST") this.#decided();
        onTag(answer.headers.get("etag"));
        return answer.content;
      } catch (error) {
        const inProgress = error.problem?.code === "idempotency_in_progress";
        if (error instanceof Refusal && !inProgress) undecided.delete(wish);
        if (!(error instanceof Unreachable || inProgress)) throw error;
        if (Date.now() > deadline) {
          undecided.set(wish, key);
          throw error;
        }
        onWait(error);
        await pause(error.retryAfter ?? PAUSES[Math.min(attempt, PAUSES.length - 1)]);
      }
    }
  }

  #decided() {
    for (const wish of undecided.keys()) if (wish.startsWith(`${this.userId} `)) undecided.delete(wish);
  }

  /** A file, and what it wants to be called. Raises Refusal and Unreachable. */
  async file(path) {
    const as = { headers: { Accept: "*/*" }, read: (response) => response.blob(), within: null };
    const { content, headers } = await this.#fetch("GET", path, as);
    const [, name = "download"] = headers.get("content-disposition")?.match(/filename="([^"]+)"/) ?? [];
    return { content, name };
  }

  /** Ask once, for what is of no use later. */
  async once(method, path) {
    return (await this.#fetch(method, path)).content;
  }

  /** The whole answer: an answer that breaks off, or is none of this server's, is as good as none. */
  async #fetch(method, path, { headers = {}, body, read = (response) => response.json(), within = ANSWER_WITHIN } = {}) {
    const token = tokens.get(this.userId);
    let response;
    let content = null;
    try {
      response = await fetch(path, {
        method,
        headers: {
          Accept: "application/json",
          ...(token ? { Authorization: `Bearer ${token}` } : { "X-Test-User-ID": this.userId }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        signal: within && AbortSignal.timeout(within),
      });
      if (response.ok && response.status !== 204) content = await read(response);
    } catch {
      this.onReach(false);
      throw new Unreachable("The server cannot be reached");
    }
    if (response.ok || response.status === 304) {
      this.onReach(true);
      readClock(response);
      return { status: response.status, headers: response.headers, content };
    }
    const problem = await response.json().catch(() => null);
    // A problem document is the gateway's own: something behind it is away. Anything else is a proxy's word that it is.
    this.onReach(problem !== null || !AWAY.has(response.status));
    throw unwelcome(response, { title: response.statusText || "The server has refused", status: response.status, ...problem });
  }
}

function unwelcome(response, problem) {
  if (!AWAY.has(response.status) && response.status !== 429) return new Refusal(problem);
  const error = new Unreachable(problem.detail ?? problem.title);
  error.problem = problem;
  const seconds = Number(response.headers.get("retry-after"));
  if (seconds > 0) error.retryAfter = Math.min(seconds, 5) * 1000;
  return error;
}

/** One address, as it was last read. */
export class Resource {
  constructor(api, path, changed, { absent = undefined } = {}) {
    this.api = api;
    this.path = path;
    this.changed = changed;
    this.absent = absent; // what a 404 stands for, where it is an answer
    this.data = undefined;
    this.etag = null;
    this.refused = null;
    this.reading = null;
    this.again = false;
  }

  /** Read it. What is asked for during a reading is read after it, once. */
  refresh() {
    if (this.reading) {
      this.again = true;
      return this.reading;
    }
    this.reading = this.#read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  async #read() {
    do {
      this.again = false;
      if (this.api.closed) return;
      try {
        const answer = await this.api.get(this.path, this.etag);
        this.refused = null;
        if (answer) this.#take(answer.data, answer.etag);
      } catch (error) {
        if (error instanceof Unreachable) return;
        if (!(error instanceof Refusal)) throw error;
        if (error.problem.status === 404 && this.absent !== undefined) this.#take(this.absent, null);
        else {
          this.refused = error;
          this.changed(this);
        }
      }
    } while (this.again);
  }

  #take(data, etag) {
    if (this.data !== undefined && etag === this.etag && etag === null) return;
    this.data = data;
    this.etag = etag;
    this.changed(this);
  }
}
