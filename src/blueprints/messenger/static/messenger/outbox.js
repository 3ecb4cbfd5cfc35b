// What has been written but has not come back as a message yet: shown at once, sent until it is there or refused.

import { post, Refusal } from "./api.js";

export class Outbox {
  constructor(list, template, room) {
    this.list = list;
    this.template = template;
    this.room = room;
    this.waiting = new Map();
  }

  add(text, lifetime) {
    const clientId = crypto.randomUUID();
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.querySelector(".message-text").textContent = text;
    const entry = { clientId, row, body: { message: text, room: this.room, lifetime, client_id: clientId } };
    row.querySelector(".retry").addEventListener("click", () => this.send(entry));
    row.querySelector(".discard").addEventListener("click", () => this.drop(clientId));
    this.waiting.set(clientId, entry);
    this.list.append(row);
    row.scrollIntoView({ block: "nearest" });
    this.send(entry);
  }

  /** The message is there, so its echo goes. */
  drop(clientId) {
    const entry = this.waiting.get(clientId);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.waiting.delete(clientId);
    entry.row.remove();
  }

  async send(entry) {
    this.show(entry, "sending", "sending…");
    try {
      const message = await post(entry.body);
      this.show(entry, "sent", "sent");
      // the stream brings it in its place; where the stream is late, the echo ends with the message
      entry.timer = setTimeout(() => this.drop(entry.clientId), message.expires_in);
      this.onSent?.(message);
    } catch (error) {
      this.fail(entry, error);
    }
  }

  fail(entry, error) {
    const status = error instanceof Refusal ? error.status : 0;
    if (status === 410) {
      this.drop(entry.clientId);
    } else if (error.retryAfterMs && (status === 429 || status === 503)) {
      this.show(entry, "sending", `waits ${error.retryAfterMs / 1000} s: ${error.message}`);
      entry.timer = setTimeout(() => this.send(entry), error.retryAfterMs);
    } else {
      this.show(entry, "failed", status ? error.message : "not sent: no connection");
    }
  }

  show(entry, state, text) {
    entry.row.dataset.state = state;
    entry.row.querySelector(".state").textContent = text;
    entry.row.querySelector(".choices").hidden = state !== "failed";
  }
}
