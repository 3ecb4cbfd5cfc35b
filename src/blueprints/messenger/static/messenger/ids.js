// Event ids, `<ms>-<n>`: one increasing sequence for all rooms.

export function isAfter(id, other) {
  if (!other) return true;
  const [ms, n] = id.split("-").map(Number);
  const [otherMs, otherN] = other.split("-").map(Number);
  return ms > otherMs || (ms === otherMs && n > otherN);
}

export function earlier(id, other) {
  if (!id || !other) return id || other;
  return isAfter(id, other) ? other : id;
}
