// The messages on the page: they come in the order of posting and are gone at their deadlines.
//
// A deadline is `performance.now()` plus what the server says is left, so a wrong clock does no harm. Three things end
// a message: its animation, which the browser computes for every frame it draws, also the first one after sleep; the
// timer; and the server's word.

import { clockTime, pieces, remaining } from "./texts.js";

const MOST_TIMER_MS = 2 ** 31 - 1;
const FRAMES_MS = 50;

export class Log {
  constructor(root, { account, isModerator, onDelete }) {
    this.list = root.querySelector("#messages");
    this.box = root.querySelector("#log");
    this.empty = root.querySelector("#empty");
    this.template = root.querySelector("#message-template");
    this.me = account;
    this.isModerator = isModerator;
    this.onDelete = onDelete;
    this.rows = new Map();
    this.gone = new Set();
    this.timer = 0;
    this.focused = null;
    this.list.addEventListener("focusin", ({ target }) => { this.focused = target.closest(".message"); });
    this.list.addEventListener("focusout", ({ relatedTarget }) => this.left(relatedTarget));
    for (const row of [...this.list.children]) this.adopt(row);
    setInterval(() => this.count(), 250);
    this.scroll(true);
  }

  /** Take over a message that came with the page. */
  adopt(row) {
    const { id, expiresIn, lifetime } = row.dataset;
    const time = row.querySelector("time");
    time.textContent = clockTime(time.dateTime);
    // the page took its way here: what is left now is what was left when it was made, less that time
    const left = Number(expiresIn) - Math.max(0, performance.now() - responseStart());
    this.keep(row, id, left, Number(lifetime));
    this.equip(row, id);
  }

  add(message) {
    if (this.rows.has(message.id) || this.gone.has(message.id) || message.expires_in <= 0) return false;
    const wasAtEnd = this.isAtEnd();
    const row = this.build(message);
    this.list.append(row);
    this.keep(row, message.id, message.expires_in, message.lifetime);
    this.empty.hidden = true;
    this.scroll(wasAtEnd);
    return true;
  }

  /** Show exactly these, as after a gap. */
  replace(messages) {
    const wanted = new Set(messages.map((message) => message.id));
    this.remove([...this.rows.keys()].filter((id) => !wanted.has(id)));
    for (const message of messages) this.add(message);
    for (const message of messages) if (this.rows.has(message.id)) this.list.append(this.rows.get(message.id).row);
  }

  remove(ids) {
    for (const id of ids) {
      this.gone.add(id);
      const kept = this.rows.get(id);
      if (!kept) continue;
      this.rows.delete(id);
      this.moveFocus(kept.row);
      kept.row.remove();
    }
    while (this.gone.size > 2000) this.gone.delete(this.gone.values().next().value);
    this.empty.hidden = this.rows.size > 0;
  }

  /** Remove what is over; called by the timer, and when the page wakes up. */
  prune() {
    const now = performance.now();
    this.remove([...this.rows].filter(([, kept]) => kept.deadline <= now).map(([id]) => id));
    this.arm();
  }

  /** Show nothing for a while; what is alive may come back. */
  clear() {
    const ids = [...this.rows.keys()];
    this.remove(ids);
    for (const id of ids) this.gone.delete(id);
  }

  keep(row, id, left, lifetime) {
    const parts = { counter: row.querySelector(".countdown"), fuse: row.querySelector(".fuse") };
    const kept = { row, lifetime, deadline: performance.now() + left, ...parts };
    this.rows.set(id, kept);
    // hidden from its deadline on; until then the browser has nothing to compute
    row.animate([{ visibility: "hidden" }, { visibility: "hidden" }], { delay: Math.max(0, left), duration: 1, fill: "forwards" });
    this.arm();
    tell(kept, performance.now());
  }

  arm() {
    clearTimeout(this.timer);
    let next = Infinity;
    for (const kept of this.rows.values()) next = Math.min(next, kept.deadline);
    if (next < Infinity) this.timer = setTimeout(() => this.prune(), Math.min(MOST_TIMER_MS, Math.max(0, next - performance.now())));
  }

  count() {
    if (document.hidden) return;
    const now = performance.now();
    for (const kept of this.rows.values()) tell(kept, now);
  }

  build(message) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.dataset.id = message.id;
    row.dataset.author = message.author.id;
    row.classList.toggle("message-own", this.isOwn(message.author));
    row.querySelector(".author bdi").textContent = message.author.name;
    row.querySelector(".badge").hidden = !message.author.bot;
    row.querySelector(".owner").hidden = !message.author.bot;
    row.querySelector(".owner bdi").textContent = message.author.owner ?? "";
    row.querySelector(".email").textContent = message.email ?? "";
    const time = row.querySelector("time");
    time.dateTime = message.posted_at;
    time.textContent = clockTime(message.posted_at);
    row.querySelector(".message-text").append(...pieces(message.message, message.links));
    if (!this.isOwn(message.author)) row.querySelector(".message-delete")?.remove();
    const moderate = row.querySelector(".moderate");
    if (moderate && this.isOwn(message.author)) moderate.remove();
    else if (moderate) {
      moderate.querySelector("[name=id]").value = message.id;
      moderate.querySelector("[name=user]").value = message.author.id;
    }
    this.equip(row, message.id);
    return row;
  }

  isOwn(author) {
    return Boolean(this.me) && (author.id === this.me.id || author.owner === this.me.name);
  }

  equip(row, id) {
    row.querySelector(".message-delete")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.onDelete(id);
    });
  }

  /** The browser takes the focus from a message that its animation hides; somebody who goes elsewhere takes it along. */
  left(target) {
    const kept = this.rows.get(this.focused?.dataset.id);
    const isOver = kept && kept.deadline - performance.now() < FRAMES_MS;
    if (target || !isOver) this.focused = null;
  }

  /** Whoever stands on a message that ends is put on its neighbour, or on the log. */
  moveFocus(row) {
    const wasTaken = row === this.focused && document.activeElement === document.body;
    if (!wasTaken && !row.contains(document.activeElement)) return;
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    (neighbour ?? this.box).focus({ preventScroll: true });
  }

  isAtEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 80;
  }

  scroll(really) {
    if (really) this.box.scrollTop = this.box.scrollHeight;
  }
}

function responseStart() {
  return performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
}

/** What is left, in words and as the length of the fuse: four times a second, which costs no frame in between. */
function tell({ counter, fuse, deadline, lifetime }, now) {
  const text = remaining(deadline - now);
  if (counter.textContent !== text) counter.textContent = text;
  const part = Math.min(1, Math.max(0, (deadline - now) / lifetime));
  fuse.style.transform = `scaleX(${part.toFixed(3)})`;
}
