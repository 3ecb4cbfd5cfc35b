// "… is typing", for a few seconds after the last sign.

const LASTING_MS = 4500;

export class Typing {
  constructor(line, me) {
    this.line = line;
    this.me = me;
    this.authors = new Map();
  }

  started(author) {
    if (author.id === this.me) return;
    this.stopped(author.id);
    this.authors.set(author.id, { name: author.name, timer: setTimeout(() => this.stopped(author.id), LASTING_MS) });
    this.show();
  }

  stopped(id) {
    clearTimeout(this.authors.get(id)?.timer);
    this.authors.delete(id);
    this.show();
  }

  show() {
    const names = [...this.authors.values()].map((author) => author.name);
    const several = names.length > 2 ? `${names.length} people are` : names.length === 2 ? `${names.join(" and ")} are` : `${names[0]} is`;
    this.line.textContent = names.length ? `${several} typing…` : "";
  }
}
