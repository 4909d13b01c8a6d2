// Live updates: one WebSocket a person, opened with a one-time ticket, kept open, and caught up after a gap.

const SHORTEST = 500;
const LONGEST = 8000; // milliseconds between two tries to connect

export class Live {
  /**
   * `onSubscribed(topics)` hears from when on nothing is missed, `onMessage(message)` what happens, `onReset()` that
   * something was missed after all, `onState(whether)` whether the connection stands.
   */
  constructor(api, handlers) {
    this.api = api;
    this.handlers = handlers;
    this.topics = new Set();
    this.last = null;
    this.failures = 0;
    this.socket = null;
    this.connecting = false;
    this.timer = null;
    this.closed = false;
  }

  /** Hear of these topics from now on, too. */
  subscribe(...topics) {
    const added = topics.filter((topic) => !this.topics.has(topic));
    added.forEach((topic) => this.topics.add(topic));
    if (added.length > 0 && this.isOpen) this.#ask(added);
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  async connect() {
    clearTimeout(this.timer);
    if (this.closed || this.connecting || this.socket) return;
    this.connecting = true;
    let ticket;
    try {
      ({ ticket } = await this.api.once("POST", "/api/live/tickets"));
    } catch {
      this.#later();
      return;
    } finally {
      this.connecting = false;
    }
    if (this.closed) return;
    const address = new URL("/api/live", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("ticket", ticket);
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => {
      this.#ask([...this.topics], this.last ?? undefined);
      this.failures = 0;
      this.handlers.onState(true);
    };
    socket.onmessage = (event) => this.#take(JSON.parse(event.data));
    socket.onclose = () => {
      this.socket = null;
      this.handlers.onState(false);
      this.#later();
    };
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  /** Subscribe to these, and hear when that is done. */
  #ask(topics, after) {
    this.socket.send(JSON.stringify({ subscribe: topics, after, acknowledge: true }));
  }

  #take(message) {
    if (message.topic) {
      this.last = message.id;
      this.handlers.onMessage(message);
    } else if (message.type === "reset") this.handlers.onReset();
    else if (message.type === "subscribed") {
      // Where the replay would begin if nothing came until the connection is lost.
      this.last ??= message.after;
      this.handlers.onSubscribed(message.topics);
    } else if (message.type === "error") this.#refused(message);
  }

  #refused({ code, topics = [] }) {
    for (const topic of topics) this.topics.delete(topic);
    // Not a no: nobody could tell just now.
    if (code === "unavailable") setTimeout(() => this.subscribe(...topics), LONGEST / 4);
  }

  #later() {
    if (this.closed) return;
    const most = Math.min(LONGEST, SHORTEST * 2 ** this.failures);
    this.failures += 1;
    // A crowd that lost its gateway does not come back all at once.
    this.timer = setTimeout(() => this.connect(), most / 2 + (Math.random() * most) / 2);
  }
}
