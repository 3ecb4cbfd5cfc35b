// One EventSource, opened again whenever it ends.

const EVENTS = ["hello", "message", "deleted", "expired", "resync", "presence", "typing", "room", "status", "bye"];
// an EventSource goes on showing the last id with events that have none of their own
const NUMBERED = new Set(["hello", "message", "deleted", "resync"]);
const LONGEST_MS = 15000;

export class Source {
  /** `onEvent({name, id, data})`; `onState("live" | "connecting")`. */
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
    this.failures = 0;
    this.timer = 0;
    addEventListener("online", () => this.source === null && this.rooms && this.open(this.rooms, this.last));
  }

  open(rooms, last) {
    this.close();
    this.rooms = rooms;
    this.last = last;
    this.onState("connecting");
    const query = new URLSearchParams(rooms.map((room) => ["room", room]));
    if (last) query.set("last_event_id", last);
    const source = new EventSource(`/stream?${query}`);
    this.source = source;
    for (const name of EVENTS) source.addEventListener(name, (event) => this.take(name, event));
    source.onerror = () => this.fail(source);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  take(name, event) {
    const data = JSON.parse(event.data);
    const id = NUMBERED.has(name) ? event.lastEventId : "";
    if (id) this.last = id;
    if (name === "hello") {
      this.failures = 0;
      this.onState("live");
    }
    this.onEvent({ name, id, data });
    if (name === "bye") this.again(data.retry);
  }

  /** A browser gives up for good on any answer but a stream; we do not. */
  fail(source) {
    if (source !== this.source) return;
    this.failures += 1;
    this.again(Math.min(LONGEST_MS, 500 * 2 ** Math.min(this.failures, 6)) * (0.5 + Math.random()));
  }

  again(delay) {
    this.close();
    this.onState("connecting");
    this.timer = setTimeout(() => this.open(this.rooms, this.last), delay);
  }
}
