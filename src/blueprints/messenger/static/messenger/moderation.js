// The live list of the moderation page: what is said in all rooms, newest first, gone when it ends.

import { share } from "./sharing.js";

const MOST = 100;
const root = document.getElementById("live");
const list = document.getElementById("moderated");
const empty = document.getElementById("empty");
const template = document.getElementById("moderated-template");
const connection = document.getElementById("connection");

function came(message) {
  if (list.querySelector(`[data-id="${CSS.escape(message.id)}"]`)) return;
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.id = message.id;
  const room = row.querySelector(".room-name");
  room.textContent = message.room;
  room.href = `/r/${encodeURIComponent(message.room)}`;
  for (const name of row.querySelectorAll("bdi")) name.textContent = message.author.name;
  row.querySelector(".badge").hidden = !message.author.bot;
  row.querySelector(".message-text").textContent = message.message;
  row.querySelector("[name=id]").value = message.id;
  row.querySelector("[name=user]").value = message.author.id;
  list.prepend(row);
  end(row, message.expires_in);
  while (list.children.length > MOST) list.lastElementChild.remove();
  empty.hidden = true;
}

function end(row, milliseconds) {
  row.animate([{ visibility: "hidden" }, { visibility: "hidden" }], { delay: milliseconds, duration: 1, fill: "forwards" });
  if (milliseconds < 2 ** 31) setTimeout(() => went([row.dataset.id]), milliseconds);
}

function went(ids) {
  for (const id of ids) {
    const row = list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (row?.contains(document.activeElement)) document.getElementById("reason").focus();
    row?.remove();
  }
  empty.hidden = list.children.length > 0;
}

function take({ name, data }) {
  if (name === "message") came(data);
  if (name === "deleted") went([data.id]);
  if (name === "expired") went(data.ids);
  if (name === "resync") location.reload();
}

for (const row of list.children) end(row, Math.max(0, Number(row.dataset.expiresIn)));
share(root.dataset.rooms.split(" "), root.dataset.head, take, (state) => {
  connection.dataset.state = state;
  connection.textContent = state === "live" ? "Live" : "Connecting…";
});
