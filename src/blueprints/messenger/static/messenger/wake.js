// Notices when a page was asleep: frozen, kept for the back button, or with its whole machine.

const JUMP_MS = 1500;

/** `onHide()` before the page may sleep, where the browser says so; `onWake(slept)` as the first thing afterwards. */
export function watch(onHide, onWake) {
  let skew = Date.now() - performance.now();
  const look = (surely = false) => {
    const now = Date.now() - performance.now();
    // some machines stop the page's clock while they sleep, and none the time of day
    const slept = surely || now - skew > JUMP_MS;
    skew = now;
    onWake(slept);
  };
  document.addEventListener("freeze", onHide);
  document.addEventListener("resume", () => look(true));
  addEventListener("pagehide", onHide);
  addEventListener("pageshow", (event) => event.persisted && look(true));
  document.addEventListener("visibilitychange", () => document.hidden || look());
  setInterval(() => look(), 1000);
}
