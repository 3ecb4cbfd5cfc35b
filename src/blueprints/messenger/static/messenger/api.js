// The live API as the page uses it.

const JSON_TYPE = { "Content-Type": "application/json" };

export class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail ?? "The server did not understand.");
    this.status = status;
    this.code = problem.code;
    this.retryAfterMs = retryAfter ? Number(retryAfter) * 1000 : 0;
  }
}

function token() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

async function ask(path, options = {}) {
  const answer = await fetch(path, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(10000), ...options });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, problem, answer.headers.get("Retry-After"));
}

function write(method, path, body) {
  const headers = { "X-CSRFToken": token(), ...(body ? JSON_TYPE : {}) };
  return ask(path, { method, headers, body: body && JSON.stringify(body) });
}

export const list = (room) => ask(`/messages?limit=500&room=${encodeURIComponent(room)}`);
export const post = (message) => write("POST", "/messages", message);
export const remove = (id) => write("DELETE", `/messages/${encodeURIComponent(id)}`);
export const typing = (room) => write("POST", "/typing", { room });
