// One stream for all tabs of a browser. The tab that holds a Web Lock leads: it opens the stream for the rooms of all
// tabs and hands every event out by BroadcastChannel. Each tab knows the id of its last event, so whoever leads next
// goes on where the others are. A leader that does not answer is replaced; a browser that cannot share opens a stream
// for each tab.

import { earlier, isAfter } from "./ids.js";
import { Source } from "./source.js";

const LOCK = "messenger-stream";
const CHANNEL = "messenger-stream";
const ASK_MS = 1000;
const PATIENCE_MS = 1500;
const GATHER_MS = 80;
const FORGET_MS = 180000;

export function share(room, last, onEvent, onState) {
  const canShare = "locks" in navigator && "BroadcastChannel" in window;
  return canShare ? new Shared(room, last, onEvent, onState) : new Alone(room, last, onEvent, onState);
}

class Tab {
  constructor(rooms, last, onEvent, onState) {
    this.rooms = [rooms].flat();
    this.last = last;
    this.onEvent = onEvent;
    this.onState = onState;
  }

  /** Each event once, whoever sends it. */
  deliver(event) {
    if (event.id && event.name !== "hello") {
      if (event.name !== "resync" && !isAfter(event.id, this.last)) return;
      this.last = event.id;
    }
    if (!event.data.room || this.rooms.includes(event.data.room)) this.onEvent(event);
  }
}

class Alone extends Tab {
  constructor(...options) {
    super(...options);
    this.source = new Source((event) => this.deliver(event), (state) => this.onState(state));
    this.source.open(this.rooms, this.last);
  }

  restart(last) {
    this.last = last;
    this.source.open(this.rooms, last);
  }
}

class Shared extends Tab {
  constructor(...options) {
    super(...options);
    this.id = crypto.randomUUID();
    this.tabs = new Map();
    this.isLeader = false;
    this.answered = performance.now();
    this.asked = 0;
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.hear(data);
    addEventListener("pagehide", () => this.say("leave"));
    addEventListener("pageshow", (event) => event.persisted && this.join());
    document.addEventListener("visibilitychange", () => document.hidden || this.check());
    setInterval(() => this.check(), ASK_MS);
    this.queue({});
    this.join();
  }

  /** Take part again from another point, after the list was fetched anew. */
  restart(last) {
    this.last = last;
    if (this.isLeader) this.reopen();
    else this.join();
  }

  join() {
    this.say("join", { rooms: this.rooms, last: this.last });
  }

  say(kind, more = {}) {
    this.channel.postMessage({ kind, from: this.id, ...more });
  }

  hear(message) {
    if (this.isLeader) this.lead(message);
    else this.followed(message);
  }

  followed({ kind, event, state }) {
    if (kind === "event" || kind === "state" || kind === "here") this.answered = performance.now();
    if (kind === "event") this.deliver(event);
    if (kind === "state" || kind === "here") this.onState(state);
    if (kind === "who") this.join();
  }

  lead({ kind, from, rooms, last }) {
    if (kind === "who") return;
    if (kind === "leave") this.tabs.delete(from);
    if (kind === "ask") this.say("here", { state: this.state });
    if (kind === "join" || kind === "ask") this.admit(from, rooms, last);
  }

  admit(tab, rooms, last) {
    const known = this.tabs.get(tab);
    this.tabs.set(tab, { rooms, seen: performance.now() });
    const isNew = !known || known.rooms.join() !== rooms.join();
    const isBehind = last && !isAfter(last, this.last) && last !== this.last;
    const misses = rooms.some((room) => !this.open.includes(room));
    if (misses || (isNew && isBehind)) this.reopen(last);
    else this.say("state", { state: this.state });
  }

  /** Silence makes a follower ask; if that is not answered, it takes over. */
  check() {
    if (this.isLeader) return;
    const now = performance.now();
    if (this.asked && now - this.asked > PATIENCE_MS && this.answered < this.asked) {
      this.asked = 0;
      this.queue({ steal: true });
      return;
    }
    if (this.answered >= this.asked) this.asked = now;
    this.say("ask", { rooms: this.rooms, last: this.last });
  }

  /** Wait for the lock, or take it from a leader that does not answer. */
  queue({ steal = false }) {
    this.waiting?.abort();
    this.waiting = new AbortController();
    const options = steal ? { steal } : { signal: this.waiting.signal };
    navigator.locks.request(LOCK, options, () => this.takeOver()).catch(() => this.stepDown());
  }

  /** Holds the lock for as long as the returned promise is open: until the tab ends or another one steals it. */
  takeOver() {
    this.isLeader = true;
    this.tabs.clear();
    this.open = [];
    this.behind = this.last;
    this.source = new Source((event) => this.hand(event), (state) => this.tell(state));
    this.say("who");
    setTimeout(() => this.isLeader && this.reopen(), GATHER_MS);
    return new Promise(() => {});
  }

  stepDown() {
    if (!this.isLeader) return;
    this.isLeader = false;
    this.source.close();
    this.answered = performance.now();
    this.asked = 0;
    this.queue({});
    this.join();
  }

  reopen(last) {
    const now = performance.now();
    for (const [id, tab] of this.tabs) if (now - tab.seen > FORGET_MS) this.tabs.delete(id);
    this.behind = earlier(this.behind, last ?? this.last);
    clearTimeout(this.reopening);
    this.reopening = setTimeout(() => {
      this.open = [...new Set([...this.rooms, ...[...this.tabs.values()].flatMap((tab) => tab.rooms)])].slice(0, 20);
      this.source.open(this.open, this.behind);
      this.behind = "";
    }, 20);
  }

  hand(event) {
    this.say("event", { event });
    this.deliver(event);
  }

  tell(state) {
    this.state = state;
    this.say("state", { state });
    this.onState(state);
  }
}
