// The form to post, and "… is typing".

import { typing } from "./api.js";

const TYPING_MS = 3000;

export class Composer {
  constructor(form, room, outbox) {
    this.form = form;
    this.room = room;
    this.text = form.elements.message;
    this.told = -Infinity;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(outbox);
    });
    this.text.addEventListener("keydown", (event) => {
      const isEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (!isEnter || matchMedia("(pointer: coarse)").matches) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.text.addEventListener("input", () => this.typed());
  }

  submit(outbox) {
    const text = this.text.value.trim();
    if (!text) return;
    outbox.add(text, milliseconds(this.form.elements.lifetime.value));
    this.text.value = "";
    this.grow();
    this.text.focus();
  }

  typed() {
    this.grow();
    const now = performance.now();
    if (!this.text.value.trim() || now - this.told < TYPING_MS) return;
    this.told = now;
    typing(this.room).catch(() => {}); // nobody waits for this
  }

  grow() {
    this.text.rows = Math.min(6, this.text.value.split("\n").length);
  }

  /** No more writing, and why. */
  close(reason, link) {
    for (const element of this.form.elements) element.disabled = true;
    const state = this.form.querySelector("#composer-state");
    state.textContent = reason;
    if (link) state.append(" ", link);
  }
}

/** "10s" in milliseconds; an empty choice is the room's own. */
function milliseconds(text) {
  if (!text) return null;
  const sizes = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000 };
  return [...text.matchAll(/([\d.]+)(ms|[smhd])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * sizes[unit], 0);
}
