// The board of what is late, alive and calm: figures change where they stand, rows stay where they are, new ones wait behind a link.
// Without this script the page has a link that loads it anew.
import "./css/monitor.css";
import { say } from "./say.js";

const EVERY = 15_000; // milliseconds between two looks, at the most often
const SPEAK = 60_000; // and between two sentences read out

const board = document.querySelector("[data-board]");
const told = { at: Date.now(), words: headline() };
let lostAt = "";

function headline() {
  return [...board.querySelectorAll("h1 [data-live]")].map((one) => one.textContent.trim()).filter(Boolean).join(" ");
}

function put(texts) {
  for (const one of board.querySelectorAll("[data-live]")) {
    const text = texts[one.dataset.live] ?? "";
    if (one.textContent !== text) one.textContent = text;
    one.hidden = !text;
    const link = one.closest("[data-live-link]");
    if (link) link.hidden = !text;
  }
}

function mark(rows) {
  const there = new Set(rows);
  const here = new Set();
  for (const row of board.querySelectorAll("[data-step]")) {
    here.add(row.dataset.step);
    const gone = !there.has(row.dataset.step);
    if (gone === row.classList.contains("is-gone")) continue;
    row.classList.toggle("is-gone", gone);
    const line = row.querySelector(".since"); // in the place of what stood there, so that no row grows
    line.dataset.was ??= line.textContent;
    line.textContent = gone ? board.dataset.gone : line.dataset.was;
  }
  const fresh = rows.filter((each) => !here.has(each)).length;
  const box = board.querySelector("[data-fresh]");
  box.hidden = fresh === 0;
  box.querySelector("a").textContent = fresh === 1 ? board.dataset.newOne : board.dataset.newMany.replace("{n}", fresh);
}

function speak() {
  const words = headline();
  if (words === told.words || Date.now() - told.at < SPEAK) return;
  Object.assign(told, { at: Date.now(), words });
  say(words);
}

function contact(there) {
  const line = board.querySelector("[data-lost-words]");
  if (there) { lostAt = ""; line.hidden = true; return; }
  if (lostAt) return;
  lostAt = new Date().toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
  line.textContent = board.dataset.lost.replace("{time}", lostAt);
  line.hidden = false;
  say(line.textContent);
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(board.dataset.now, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error("no answer");
    const now = await answer.json();
    put(now.texts);
    mark(now.rows);
    speak();
    contact(true);
  } catch {
    contact(false);
  }
  board.dataset.looks = Number(board.dataset.looks ?? 0) + 1;
}

function count() {
  const chosen = document.querySelectorAll('[name="task"]:checked').length;
  const line = document.querySelector("[data-chosen]");
  if (line) line.textContent = chosen === 1 ? board.dataset.chosenOne : board.dataset.chosenMany.replace("{n}", chosen);
}

board.addEventListener("change", (event) => {
  if (event.target.name === "task") count();
  if (event.target.matches("[data-go]") && event.detail !== "keys") event.target.form.querySelector("button").dataset.changed = "true";
});
board.addEventListener("click", (event) => {
  const button = event.target.closest("[data-unfold]");
  if (!button) return;
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  document.getElementById(button.getAttribute("aria-controls")).classList.toggle("is-open", open);
});
document.addEventListener("board:look", look);
setInterval(look, EVERY);
count();
board.dataset.ready = "true";
