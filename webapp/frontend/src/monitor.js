// The board of what is late, alive and calm: figures and what the rows say change where they stand, rows stay where they are, new ones
// wait behind a link. A row that would grow under the pointer or the focus says that it has changed, and waits.
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

/** Puts words in the place of what stands below the state, so that no row grows; without words what stood there is back. */
function note(row, words) {
  const line = row.querySelector(".since");
  if (words) line.dataset.was ??= line.textContent;
  const text = words || line.dataset.was || line.textContent;
  if (line.textContent !== text) line.textContent = text;
}

const CHANGING = ["how", "who-for", "so-far", "ahead"]; // nothing in them takes focus
const cellsOf = (row) => CHANGING.map((name) => row.querySelector(`.${name}`));
const saidBy = (row) => cellsOf(row).map((cell) => cell.innerHTML).join("\n");
const said = new Map([...board.querySelectorAll("[data-step]")].map((row) => [row.dataset.step, saidBy(row)]));
const waiting = new Map(); // by step: what the row will say when it may
let tag = "";

const folded = (row) => row.getClientRects().length === 0;

/** Whether something may move at the row: it is out of sight below, or nobody points at the list or works in it with the keys. */
function mayMove(row) {
  const place = folded(row) ? row.closest("table").getBoundingClientRect().bottom : row.getBoundingClientRect().top;
  if (place > innerHeight) return true;
  return matchMedia("(hover: hover)").matches && !board.querySelector(".board-main:hover, .board-main:focus-within");
}

/** Says it in the row; false, and all as it was, where that would move something that may not move. */
function turned(row, fresh) {
  const here = cellsOf(row);
  const before = here.map((cell) => [...cell.childNodes]);
  const places = () => [...row.cells].map((cell) => [cell.offsetTop, cell.offsetHeight]).join();
  const [height, was, held] = [row.getBoundingClientRect().height, places(), row.style.height];
  cellsOf(fresh).forEach((cell, index) => here[index].replaceChildren(...cell.cloneNode(true).childNodes));
  if (getComputedStyle(row).display === "table-row" && row.getBoundingClientRect().height < height) row.style.height = `${height}px`;
  const unfolds = folded(row) && fresh.dataset.due === "late"; // what has become late is folded away no longer
  if ((unfolds || places() !== was) && !mayMove(row)) {
    row.style.height = held;
    before.forEach((nodes, index) => here[index].replaceChildren(...nodes));
    return false;
  }
  row.dataset.due = fresh.dataset.due;
  recount(row.closest("tbody"));
  return true;
}

/** What has become late is counted by the button no longer; with nothing left to unfold it goes. */
function recount(body) {
  const button = board.querySelector(`[aria-controls="${body.id}"]`);
  if (!button) return;
  const left = body.querySelectorAll('tr:not([data-due="late"])').length;
  button.parentElement.hidden = left === 0;
  if (left) button.querySelector("span").textContent = JSON.parse(button.dataset.unfold)[left - 1];
}

/** What the rows say now: at once where it fits where it stands, else when it may. */
function renew(markup) {
  if (markup) {
    waiting.clear();
    for (const fresh of new DOMParser().parseFromString(markup, "text/html").querySelectorAll("[data-step]")) {
      if (said.has(fresh.dataset.step)) waiting.set(fresh.dataset.step, fresh);
    }
  }
  for (const [step, fresh] of waiting) {
    const row = document.getElementById(`step-${step}`);
    const words = saidBy(fresh);
    if (words === said.get(step)) note(row, "");
    else if (turned(row, fresh)) said.set(step, words);
    else { note(row, board.dataset.changed); continue; }
    waiting.delete(step);
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
    note(row, gone ? board.dataset.gone : "");
    if (gone) waiting.delete(row.dataset.step);
  }
  const fresh = rows.filter((each) => !here.has(each)).length;
  const box = board.querySelector("[data-fresh]");
  box.hidden = fresh === 0 && waiting.size === 0;
  const more = fresh === 1 ? board.dataset.newOne : board.dataset.newMany.replace("{n}", fresh);
  box.querySelector("a").textContent = fresh ? more : board.dataset.showChanged;
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
  lostAt = board.querySelector('[data-live="updated"]').textContent; // when it last answered
  line.textContent = board.dataset.lost.replace("{time}", lostAt);
  line.hidden = false;
  say(line.textContent);
}

async function look() {
  if (document.hidden) return;
  try {
    const address = new URL(board.dataset.now, location.href);
    if (tag) address.searchParams.set("tag", tag);
    const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error("no answer");
    const now = await answer.json();
    put(now.texts);
    renew(now.said);
    mark(now.rows);
    tag = now.tag;
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
document.getElementById("steps").addEventListener("reset", () => setTimeout(count)); // once they are unchecked
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
