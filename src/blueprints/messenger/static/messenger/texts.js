// Texts and times as people read them; nothing here ever becomes HTML.

const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

/** A node per piece of the text: plain text, or a link for each address that the server found. */
export function pieces(text, links) {
  const nodes = [];
  let rest = text;
  for (const url of links) {
    const at = rest.indexOf(url);
    if (at < 0) continue;
    if (at > 0) nodes.push(document.createTextNode(rest.slice(0, at)));
    nodes.push(link(url));
    rest = rest.slice(at + url.length);
  }
  if (rest) nodes.push(document.createTextNode(rest));
  return nodes;
}

function link(url) {
  const anchor = document.createElement("a");
  if (/^https?:\/\//i.test(url)) anchor.href = url;
  anchor.rel = "nofollow noopener noreferrer";
  anchor.textContent = url;
  return anchor;
}

/** "9 s", "2 min 5 s", "3 h": the two largest units. */
export function remaining(milliseconds) {
  let seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const parts = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(seconds / size);
    if (count || parts.length) parts.push(count ? `${count} ${unit}` : "");
    seconds -= count * size;
    if (parts.length === 2) break;
  }
  return parts.filter(Boolean).join(" ") || "0 s";
}

export function clockTime(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function readers(count) {
  return count === 1 ? "1 reading" : `${count} reading`;
}
