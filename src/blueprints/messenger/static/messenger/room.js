// A room: joins the parts.

import { list, remove } from "./api.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { share } from "./sharing.js";
import { readers } from "./texts.js";
import { Title } from "./title.js";
import { Typing } from "./typing.js";
import { watch } from "./wake.js";

const STATES = { live: "Live", connecting: "Connecting…", offline: "Offline", away: "The messages' store is away; what is here still ends in time" };
const root = document.getElementById("room");
const slug = root.dataset.room;
const me = root.dataset.author && { id: root.dataset.author, name: root.dataset.account };

const title = new Title();
const typing = new Typing(document.getElementById("typing"), root.dataset.author);
const log = new Log(root, { account: me, isModerator: root.dataset.moderator === "yes", onDelete });
const form = document.querySelector("form#composer");
const outbox = form && new Outbox(document.getElementById("outbox"), document.getElementById("echo-template"), slug);
const composer = form && new Composer(form, slug, outbox);
const connection = document.getElementById("connection");
let state = "connecting";
let isStoreUp = true;

const stream = share(slug, root.dataset.head, take, (next) => {
  state = next;
  showState();
});

watch(() => log.prune(), async (slept) => {
  log.prune();
  if (slept) {
    log.clear(); // until the server has said what is left
    await reload();
  }
});
addEventListener("online", showState);
addEventListener("offline", showState);
showState();

function take({ name, data }) {
  const acts = {
    hello: () => {},
    message: () => came(data),
    deleted: () => went([data.id]),
    expired: () => went(data.ids),
    resync: reload,
    presence: () => (document.getElementById("readers").textContent = readers(data.readers)),
    typing: () => typing.started(data.author),
    room: () => changed(data),
    status: () => {
      isStoreUp = data.store === "up";
      showState();
    },
    bye: () => left(data.reason),
  };
  acts[name]();
}

function came(message) {
  if (!log.add(message)) return;
  typing.stopped(message.author.id);
  if (message.client_id) outbox?.drop(message.client_id);
  title.came(message.id);
}

function went(ids) {
  log.remove(ids);
  title.went(ids);
}

/** Fetch the list and go on from exactly there. */
async function reload() {
  try {
    const page = await list(slug);
    log.replace(page.messages);
    for (const message of page.messages) if (message.client_id) outbox?.drop(message.client_id);
    stream.restart(page.head);
  } catch {
    setTimeout(reload, 1000 + Math.random() * 1000);
  }
}

async function onDelete(id) {
  try {
    await remove(id);
  } catch (error) {
    if (error.status !== 404) return tell(`Not deleted: ${error.message}`);
  }
  went([id]);
}

function tell(text) {
  const line = document.getElementById("composer-state");
  if (line) line.textContent = text;
}

function changed(room) {
  document.querySelector("h1").textContent = room.title;
  if (form) form.hidden = !room.open;
  document.getElementById("closed").hidden = room.open;
}

function left(reason) {
  if (!composer || reason === "shutdown") return;
  const link = document.createElement("a");
  link.href = root.dataset.login;
  link.textContent = "Log in";
  if (reason === "logout") composer.close("You are logged out.", link);
  else composer.close("You are suspended and cannot write for a while.");
}

function showState() {
  const shown = navigator.onLine ? (state === "live" && !isStoreUp ? "away" : state) : "offline";
  connection.dataset.state = shown;
  if (connection.textContent !== STATES[shown]) connection.textContent = STATES[shown];
}
