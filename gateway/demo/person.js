// What is known of one person: everything is read from the gateway, in that person's name, and kept fresh.

import { Api, Resource, now } from "./api.js";
import { dayIn, monthsBack } from "./format.js";
import { Live } from "./live.js";

const POLL = 2000; // milliseconds between two looks while there is no live connection
const CALM_POLL = 15_000; // while there is one: for what a hint may have lost
const APPLIED_LATER = new Set(["session_completed", "no_show", "appeal_opened", "appeal_decided", "badge_earned"]);
const SETTLING = [400, 1000, 2500, 5000]; // workers are applying something: a few more looks
const MONTHS = 6; // of the calendar, besides this one

/** Longer than any practice can be (the contract's limit), so one that runs longer was left behind. */
export const LONGEST_PRACTICE = 14_400;

export class Person {
  /**
   * `changed(resource)` hears of everything new; `onState(state)` of "live", "polling" and "away". `boardPath()` is
   * where the leaderboard is read.
   */
  constructor(userId, buddyId, { changed, onState, boardPath }) {
    this.id = userId;
    this.boardPath = boardPath;
    this.buddyId = buddyId;
    this.onState = onState;
    this.reachable = null; // not known yet
    this.connected = false;
    this.view = "together";
    this.api = new Api(userId, (reachable) => this.#reached(reachable));
    const one = (path, options) => new Resource(this.api, path, changed, options);
    this.me = one("/api/me");
    this.reputation = one("/api/reputation/me");
    this.board = null; // the leaderboard, as far as this side has to know it
    this.matches = one("/api/matches?limit=100");
    this.sessions = one("/api/session?limit=50");
    this.session = null; // the one of this pair that is shown, by itself
    this.rating = null; // what the two think of each other, once it is completed
    this.appeal = null; // against it, where it is a no-show
    this.ledger = one("/api/reputation/me/ledger?limit=20");
    this.inbox = one("/api/notifications?limit=20");
    this.challenges = one("/api/challenges");
    this.sequences = one("/api/v1/sequences");
    this.practice = one("/api/v1/sessions/current", { absent: null });
    this.figures = one("/api/v1/sessions/stats");
    this.calendar = [];
    this.plans = one("/api/plans?limit=20");
    this.workouts = one("/api/sessions?completed=true&limit=4&sort=ended_at");
    this.open = one("/api/sessions?completed=false&limit=1");
    this.workout = null; // the one that is open, whole
    this.changed = changed;
    this.live = new Live(this.api, {
      onSubscribed: (topics) => this.#subscribed(topics),
      onMessage: (message) => this.#heard(message),
      onReset: () => this.refresh(),
      onState: (connected) => this.#connection(connected),
    });
    this.live.subscribe("notifications", "practice");
  }

  get timezone() {
    return this.me.data?.timezone ?? "UTC";
  }

  /** The match with this window's buddy that counts: neither declined nor over. */
  get match() {
    const open = (each) => each.status === "pending" || each.status === "accepted";
    const items = this.matches.data?.items ?? [];
    const found = items.find((each) => open(each) && [each.user1_id, each.user2_id].includes(this.buddyId));
    if (found) this.knownMatch = found.id;
    // A buddy who has deleted the account leaves a place in it that has another id.
    return found ?? items.find((each) => open(each) && each.id === this.knownMatch);
  }

  /** Their sessions, newest first. */
  get theirs() {
    const match = this.match;
    const items = match ? (this.sessions.data?.items ?? []) : [];
    return items
      .filter((each) => each.match_id === match.id)
      .sort((one, other) => other.created_at.localeCompare(one.created_at));
  }

  /** The practice that is going on, if there is one that anybody can still be at. */
  get practising() {
    const practice = this.practice.data;
    if (!practice) return null;
    return this.elapsed(practice) <= LONGEST_PRACTICE ? practice : null;
  }

  /** Seconds of practice so far, pauses left out. */
  elapsed(practice) {
    const running = practice.running_since ? (now() - Date.parse(practice.running_since)) / 1000 : 0;
    return Math.max(0, practice.duration_seconds + running);
  }

  start() {
    this.live.connect();
    this.refresh();
    this.#schedule();
  }

  stop() {
    this.stopped = true;
    this.api.closed = true; // whatever is being read, nothing is read after it
    clearTimeout(this.timer);
    clearTimeout(this.settling);
    this.live.close();
  }

  show(view) {
    this.view = view;
    this.refresh();
  }

  /** Read everything that is on the screen; what has not changed costs an empty answer. */
  async refresh() {
    if (this.stopped) return;
    if (this.me.refused) {
      // Not let in: asking for all the rest would be refused as well.
      await this.me.refresh();
      if (this.me.refused) return;
    }
    const common = [this.me, this.reputation, this.inbox, this.matches, this.sessions];
    const parts = {
      together: () => [this.challenges],
      practice: () => [this.sequences, this.practice, this.figures],
      workout: () => [this.plans, this.workouts, this.open],
      leaderboard: () => [this.#board()],
    };
    await this.#read(...common, ...parts[this.view]());
    // On the leaderboard it is not seen, but heard: what it does to the reputation comes with it.
    if (this.view === "together" || this.view === "leaderboard") await this.#readSession();
    if (this.view === "practice") await this.#readCalendar();
    if (this.view === "workout") await this.#readWorkout();
  }

  /** Something was done that workers apply a moment later: look again, and again. */
  settle() {
    clearTimeout(this.settling);
    const waits = [...SETTLING];
    const look = () => {
      this.#read(this.inbox, ...this.#standing());
      if (waits.length > 0) this.settling = setTimeout(look, waits.shift());
    };
    this.settling = setTimeout(look, waits.shift());
  }

  /** Another part of the leaderboard, or by another figure. */
  lookAtBoard() {
    this.#read(this.#board());
  }

  #board() {
    this.board = this.#at(this.boardPath(), this.board);
    return this.board;
  }

  /** What is different once the reputation is. */
  #standing() {
    return [this.reputation, this.view === "leaderboard" && this.#board(), this.appeal && this.ledger].filter(Boolean);
  }

  async #read(...resources) {
    await Promise.all(resources.map((resource) => resource.refresh()));
  }

  async #readSession() {
    const shown = this.theirs[0];
    const path = shown && `/api/session/${shown.id}`;
    this.session = this.#at(path, this.session);
    if (shown) this.live.subscribe(`session:${shown.id}`);
    await this.session?.refresh();
    const status = this.session?.data?.status;
    this.rating = this.#at(status === "completed" && `${path}/rating`, this.rating);
    this.appeal = this.#at(status === "no_show" && `${path}/appeal`, this.appeal, { absent: null });
    await this.#read(...[this.rating, this.appeal, this.appeal && this.ledger].filter(Boolean));
  }

  /** What is at this address; as it was last read, if that was there. */
  #at(path, before, options) {
    if (!path) return null;
    return before?.path === path ? before : new Resource(this.api, path, this.changed, options);
  }

  async #readCalendar() {
    const months = monthsBack(dayIn(this.timezone), MONTHS);
    const known = new Map(this.calendar.map((resource) => [resource.month, resource]));
    this.calendar = months.map((month) => {
      const path = `/api/v1/sessions/calendar?month=${month}`;
      return known.get(month) ?? Object.assign(new Resource(this.api, path, this.changed), { month });
    });
    // The past stays as it is, but for what is brought along later: that is seen with the next page.
    await this.#read(...this.calendar.filter((each, at) => each.data === undefined || at >= months.length - 2));
  }

  async #readWorkout() {
    const summary = this.open.data?.data[0];
    this.workout = this.#at(summary && `/api/sessions/${summary.id}`, this.workout);
    await this.workout?.refresh();
  }

  /** From here on nothing is missed; what was there before has to be read. */
  #subscribed(topics) {
    if (topics.some((topic) => !topic.startsWith("session:"))) this.refresh();
    else this.session?.refresh();
  }

  #heard({ topic, type, data }) {
    if (APPLIED_LATER.has(data?.kind)) this.settle();
    if (topic === "practice") {
      if (this.view === "practice") this.refresh();
    } else if (!topic.startsWith("session:")) this.refresh();
    else if (type === "session.reputation_updated") this.#read(...this.#standing());
    else this.#readSession();
  }

  #connection(connected) {
    this.connected = connected;
    this.#tell();
    this.#schedule();
  }

  #reached(reachable) {
    if (reachable === this.reachable) return;
    this.reachable = reachable;
    this.#tell();
    if (reachable) this.live.connect();
  }

  #tell() {
    if (!this.stopped) this.onState(this.reachable === false ? "away" : this.connected ? "live" : "polling");
  }

  #schedule() {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(async () => {
      try {
        if (!document.hidden) await this.refresh();
      } finally {
        this.#schedule();
      }
    }, this.connected ? CALM_POLL : POLL);
  }
}
