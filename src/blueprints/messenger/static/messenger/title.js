// The count of unread messages in the tab's title.

export class Title {
  constructor() {
    this.text = document.title;
    this.unread = new Set();
    document.addEventListener("visibilitychange", () => document.hidden || this.read());
  }

  came(id) {
    if (document.hidden) this.unread.add(id);
    this.show();
  }

  went(ids) {
    for (const id of ids) this.unread.delete(id);
    this.show();
  }

  read() {
    this.unread.clear();
    this.show();
  }

  show() {
    const title = this.unread.size ? `(${this.unread.size}) ${this.text}` : this.text;
    if (document.title !== title) document.title = title;
  }
}
